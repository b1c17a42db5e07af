/** `backup` and `restore` of the embedded store (issue: nothing accepted is lost with the machine it was on). */
import type { Backup, Backups, Checked, Flaw } from '../../open/backups.ts';
import { type ChainFinding, checkChain } from '../../oversight/journal.ts';
import { clockText, dayOfInstant, grouped } from '../../oversight/numerals.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { sizeText } from '../doctor/finding.ts';
import { type Exit, exits, Stopped } from '../ending.ts';
import { answer, progress, remark, type Terminal } from '../terminal.ts';
import { verifyWhole } from './whole.ts';

const openBackups = async (terminal: Terminal): Promise<Backups> => {
  // Only now: see `withHub`.
  const [{ readConfig }, { backupsOf }] = await Promise.all([import('../../config.ts'), import('../../open/backups.ts')]);
  return backupsOf(readConfig(terminal.env));
};

/** What the operator can do something about is told as a sentence, not as a bug: a folder, a disk, a file that another program holds. */
const inWords = async <Value>(act: () => Promise<Value>): Promise<Value> => {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'BackupError') throw new Stopped(exits.input, 'vi' in error ? String(error.vi) : '', error.message);
    const { code = '', errcode } = error as NodeJS.ErrnoException & { readonly errcode?: number };
    if (['ENOSPC', 'EDQUOT'].includes(code) || errcode === 13) throw new Stopped(exits.later, 'Hết chỗ trên ổ đĩa đích', error.message);
    if (code === 'ERR_SQLITE_ERROR') throw new Stopped(exits.later, `Không đọc được cơ sở dữ liệu: ${error.message}`, error.message);
    throw error;
  }
};

/** A bar over bytes; its length is known with the first step. */
const barOf = (terminal: Terminal, label: string): { note(done: number, total: number): void; stop(): void } => {
  let bar: ReturnType<typeof progress> | null = null;
  let last = 0;
  return {
    note: (done, total) => {
      bar ??= progress(terminal, label, total);
      bar.step(done - last);
      last = done;
    },
    stop: () => bar?.stop(),
  };
};

const withBar = async <Value>(
  terminal: Terminal,
  label: string,
  act: (note: (done: number, total: number) => void) => Promise<Value>,
): Promise<Value> => {
  const bar = barOf(terminal, label);
  try {
    return await inWords(() => act(bar.note));
  } finally {
    bar.stop();
  }
};

const keepFrom = (given: Given): number => {
  const text = textOf(given, 'keep') ?? '7';
  const keep = Number(text);
  if (/^\d{1,4}$/.test(text) && keep > 0) return keep;
  throw new Stopped(exits.usage, '--keep phải là số nguyên từ 1', '--keep is a whole number from 1');
};

const flawLines = (flaws: readonly Flaw[]): readonly string[] => flaws.map(({ at, vi }) => `LỖI ${at}: ${vi}`);
const timeText = (instant: string): string => `${clockText(instant)} ngày ${dayOfInstant(instant)}`;

const madeLines = ({ generation, manifest, copied, pruned, flaws }: Backup): readonly string[] => [
  `Đã sao lưu: ${generation} (mọi thông điệp đã nhận trước ${timeText(manifest.startedAt)})`,
  `${grouped(manifest.rows.record ?? 0)} hồ sơ, ${grouped(manifest.rows.delivery ?? 0)} lượt chuyển; nhật ký ${grouped(manifest.journal.sealed)} dòng đã niêm phong, ${grouped(manifest.journal.unsealed)} dòng chờ, mã cuối ${manifest.journal.head}`,
  `${grouped(manifest.originals.count + manifest.evidence.count)} tệp (${sizeText(manifest.originals.bytes + manifest.evidence.bytes)}), mới chép ${grouped(copied.files)}`,
  ...(pruned.generations.length > 0 ? [`Đã bỏ ${pruned.generations.length} bản cũ: ${pruned.generations.join(', ')}`] : []),
  `BÍ MẬT, bảo quản như máy chủ Trục: ${manifest.secret.join(', ')}`,
  ...manifest.missing.map((path) => `LỖI Trục đã mất hoặc hỏng tệp gốc: ${path}`),
  ...flawLines(flaws),
];

const make = async (terminal: Terminal, target: string, given: Given): Promise<Exit> => {
  const backups = await openBackups(terminal);
  const options = { keep: keepFrom(given), withoutKey: given.withoutKey === true, now: terminal.now };
  const made = await withBar(terminal, 'Sao lưu', (note) => backups.make(target, { ...options, progress: note }));
  answer(terminal, made, madeLines(made));
  const { manifest, flaws } = made;
  if (!manifest.secret.includes('hub-key.pem'))
    remark(
      terminal,
      'LƯU Ý: bản sao lưu không có khóa ký của Trục; hãy giữ khóa ở nơi khác / the signing key is not in it: keep it elsewhere',
    );
  return flaws.length + manifest.missing.length === 0 ? exits.done : exits.input;
};

type Verified = {
  readonly generation: string;
  readonly madeAt: string;
  readonly intact: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly flaws: readonly Flaw[];
  /** Null when it cannot be read. */
  readonly journal: ChainFinding | null;
};

/** Whether the journal still follows from its first entry, and ends as it did when the backup was made. */
const chainOf = async (checked: Checked): Promise<{ readonly chain: ChainFinding | null; readonly flaws: readonly Flaw[] }> => {
  const flaw = (at: string, vi: string, en: string): readonly Flaw[] => [{ at, vi, en }];
  try {
    const chain = await checkChain(checked);
    const { sealed, head } = checked.manifest.journal;
    if (chain.brokenAt !== null)
      return { chain, flaws: flaw(`journal ${chain.brokenAt}`, 'nhật ký không nguyên vẹn', 'the journal is not intact from here') };
    if (chain.sealed === sealed && chain.head === head) return { chain, flaws: [] };
    return { chain, flaws: flaw('journal', 'nhật ký không kết thúc như lúc sao lưu', 'the journal does not end as when it was backed up') };
  } catch (error) {
    return { chain: null, flaws: flaw('journal', 'không đọc được nhật ký', `the journal cannot be read: ${String(error)}`) };
  }
};

const examine = async (terminal: Terminal, backups: Backups, target: string, given: Given): Promise<Verified> => {
  const checked = await withBar(terminal, 'Kiểm tra', (note) => backups.verify(target, textOf(given, 'generation'), note));
  try {
    const { chain, flaws: unchained } = await chainOf(checked);
    const flaws = [...checked.flaws, ...unchained];
    const { generation, files, bytes, manifest } = checked;
    return { generation, madeAt: manifest.startedAt, intact: flaws.length === 0, files, bytes, flaws, journal: chain };
  } finally {
    checked.close();
  }
};

const verifiedLines = ({ generation, madeAt, intact, files, bytes, flaws }: Verified): readonly string[] => [
  intact
    ? `Bản sao lưu ${generation} (${timeText(madeAt)}) nguyên vẹn: mọi dòng đọc được, ${grouped(files)} tệp (${sizeText(bytes)}) đúng mã băm, nhật ký liền mạch`
    : `BẢN SAO LƯU ${generation} KHÔNG NGUYÊN VẸN: ${grouped(flaws.length)} lỗi`,
  ...flawLines(flaws),
];

const verify = async (terminal: Terminal, target: string, given: Given): Promise<Exit> => {
  const verified = await examine(terminal, await openBackups(terminal), target, given);
  answer(terminal, verified, verifiedLines(verified));
  return verified.intact ? exits.done : exits.input;
};

/** A flawed backup is restored only when that is asked for: half of what was there may be better than nothing. */
const restore = async (terminal: Terminal, target: string, given: Given): Promise<Exit> => {
  const backups = await openBackups(terminal);
  const verified = await examine(terminal, backups, target, given);
  if (!verified.intact && given.anyway !== true) {
    for (const line of verifiedLines(verified)) remark(terminal, line);
    throw new Stopped(
      exits.input,
      'Bản sao lưu không nguyên vẹn nên chưa khôi phục gì; dùng --generation với bản khác, hoặc --anyway',
      'The backup is not intact, so nothing was restored; take another --generation, or say --anyway',
    );
  }
  const restored = await withBar(terminal, 'Khôi phục', (note) => backups.restore(target, verified.generation, note));
  const { manifest, flaws } = restored;
  answer(terminal, { generation: verified.generation, ...restored }, [
    `Đã khôi phục ${verified.generation}: ${grouped(manifest.rows.record ?? 0)} hồ sơ, ${grouped(manifest.originals.count)} tệp gốc`,
    `Những gì Trục nhận sau ${timeText(manifest.rowsAt)} không có trong bản này: yêu cầu các cơ quan gửi lại`,
    'Khóa truy cập đã thu hồi sau lúc đó có hiệu lực trở lại: kiểm tra bằng lienthong keys list',
    ...flawLines(flaws),
  ]);
  if (!manifest.secret.includes('hub-key.pem'))
    remark(
      terminal,
      'LƯU Ý: đặt LIENTHONG_KEY và LIENTHONG_CERT trước khi chạy, nếu không Trục tự tạo khóa mới / the backup holds no signing key',
    );
  return flaws.length === 0 ? exits.done : exits.input;
};

const backupOrVerify = async (terminal: Terminal, target: string | undefined, given: Given): Promise<Exit> => {
  if (target !== undefined) return (given.verify === true ? verify : make)(terminal, target, given);
  if (given.verify === true) return verifyWhole(terminal);
  throw new Stopped(exits.usage, 'thiếu thư mục để sao lưu vào', 'name the folder to back up into');
};

const generation = ['--generation <tên>', 'bản sao lưu nào; mặc định là bản mới nhất'] as const;

export const backupCommands: readonly CommandLine[] = [
  {
    name: 'backup',
    takes: '[thư-mục]',
    vi: 'Sao lưu kho (cả khi Trục đang chạy), kiểm tra một bản sao lưu, hoặc (--verify không kèm thư mục) kiểm tra chính kho',
    en: 'back up the store, also beside a running hub; verify a backup, or, without a folder, the store itself',
    example: 'backup /srv/sao-luu\n  lienthong backup --verify /srv/sao-luu\n  lienthong backup --verify',
    options: [
      ['--verify', 'chỉ kiểm tra bản đã có: mọi dòng, mọi tệp gốc, chuỗi nhật ký'],
      generation,
      ['--keep <số>', 'số bản giữ lại trong thư mục (mặc định 7)'],
      ['--without-key', 'không chép khóa ký của Trục'],
    ],
    run: (terminal, [target], given) => backupOrVerify(terminal, target, given),
  },
  {
    name: 'restore',
    takes: '<thư-mục>',
    vi: 'Khôi phục một bản sao lưu vào thư mục dữ liệu còn trống (LIENTHONG_DATA)',
    en: 'restore a backup into the empty data folder; verified before and after',
    example: 'restore /srv/sao-luu',
    options: [generation, ['--anyway', 'khôi phục cả khi bản sao lưu có lỗi']],
    run: (terminal, [target = ''], given) => restore(terminal, target, given),
  },
];
