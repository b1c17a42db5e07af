/** `migrate`: an embedded hub moves to MongoDB (or back), every row and every byte proved. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { HubError } from '../../errors.ts';
import type { Store } from '../../hub/store.ts';
import type { Holding } from '../../oversight/holdings.ts';
import { grouped } from '../../oversight/numerals.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { sizeText } from '../doctor/finding.ts';
import { type Exit, exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { answer, remark, type Terminal } from '../terminal.ts';
import { type Guard, guardStore } from './guard.ts';
import { kindWords } from './words.ts';

/** A URL of MongoDB, or a folder. */
const targetOf = async (given: Given): Promise<string> => {
  const file = textOf(given, 'toFile');
  const to = textOf(given, 'to') ?? (file === undefined ? '' : (await readFile(file, 'utf8')).trim());
  if (to !== '') return to;
  throw new Stopped(
    exits.usage,
    'Cần --to mongodb://MÁY/CƠ-SỞ-DỮ-LIỆU hoặc --to-file TỆP',
    '--to mongodb://HOST/DATABASE or --to-file is needed',
  );
};

const isMongo = (to: string): boolean => /^mongodb(\+srv)?:\/\//.test(to);
/** For people and the journal: whoever reads it must not get in with it. */
const withoutPassword = (to: string): string => to.replace(/\/\/.*@/, '//***@');

/** What an operator can do something about is told as a sentence, not as a bug. */
const inWords = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  if (error.name === 'MoveRefused' && 'vi' in error) return new Stopped(exits.input, String(error.vi), error.message);
  return error;
};

const waiting = (terminal: Terminal): void =>
  remark(terminal, 'Chờ Trục vừa dừng nhả kho (tối đa 16 giây)… / waiting for a hub that has just ended');

/** At most a line a second, and only where somebody watches. */
const telling = (terminal: Terminal): ((what: keyof typeof kindWords, done: number) => void) => {
  let last = 0;
  return (what, done) => {
    if (!terminal.watched || Date.now() - last < 1_000) return;
    last = Date.now();
    remark(terminal, `${kindWords[what]}: ${what === 'original' || what === 'evidence' ? sizeText(done) : grouped(done)}`);
  };
};

type Row = { readonly kind: keyof typeof kindWords; readonly source: Holding; readonly target: Holding; readonly written: number };
type FileRow = {
  readonly kind: 'original' | 'evidence';
  readonly count: number;
  readonly bytes: number;
  readonly written: number;
  readonly missing: readonly string[];
};

/** What `--json` prints. */
type Told = {
  /** First entry of the source's journal; when the move began. */
  readonly from: string;
  readonly startedAt: string;
  readonly to: string;
  readonly resumed: boolean;
  readonly rows: readonly Row[];
  readonly files: readonly FileRow[];
};

const tableOf = (rows: readonly Row[], files: readonly FileRow[]): readonly string[] =>
  columnsOf(
    ['Loại dữ liệu', 'Nguồn', 'Đích', 'Ghi lần này', 'SHA-256 (nguồn = đích)'],
    [
      ...rows.map(({ kind, source, target, written }) => [
        kindWords[kind],
        grouped(source.count),
        grouped(target.count),
        grouped(written),
        source.sha256 === target.sha256 ? source.sha256.slice(0, 16) : 'KHÁC NHAU',
      ]),
      ...files.map(({ kind, count, bytes, written, missing }) => [
        kindWords[kind],
        grouped(count + missing.length),
        grouped(count),
        grouped(written),
        `${grouped(bytes)} byte${missing.length === 0 ? '' : `, THIẾU ${grouped(missing.length)}`}`,
      ]),
    ],
  );

type Stores = { readonly source: Store; readonly target: Store };

/** Both, with the leases that every hub on them would hold; let go of in any case. */
const withStores = async <Result>(
  terminal: Terminal,
  to: string,
  act: (stores: Stores, check: () => void) => Promise<Result>,
): Promise<Result> => {
  // Only now: see `withHub`.
  const [{ readConfig }, { storeOf }] = await Promise.all([import('../../config.ts'), import('../../open.ts')]);
  const config = readConfig(terminal.env);
  if (isMongo(to) === (config.store !== 'sqlite'))
    throw new Stopped(
      exits.usage,
      'Kho nguồn (LIENTHONG_STORE) và kho đích phải khác loại',
      'Source (LIENTHONG_STORE) and target must be of different kinds',
    );
  const open: Store[] = [];
  const guards: Guard[] = [];
  try {
    const source = await storeOf(config);
    open.push(source);
    guards.push(await guardStore('source', source, () => waiting(terminal)));
    const target = await storeOf(isMongo(to) ? { store: to, data: config.data } : { store: 'sqlite', data: to });
    open.push(target);
    guards.push(await guardStore('target', target, () => waiting(terminal)));
    return await act({ source, target }, () => {
      for (const guard of guards) guard.check();
    });
  } finally {
    for (const guard of guards) await guard.release();
    for (const store of open) await store.close();
  }
};

const movedLines = ({ to, resumed, rows, files }: Told): readonly string[] => [
  ...tableOf(rows, files),
  '',
  `Đã chuyển xong và đối chiếu khớp từng dòng, từng tệp${resumed ? ' (nối tiếp lần chạy trước)' : ''}.`,
  ...files.flatMap(({ kind, missing }) =>
    missing.map((sha256) => `LỖI kho nguồn thiếu hoặc hỏng ${kindWords[kind].toLowerCase()} ${sha256}`),
  ),
  isMongo(to)
    ? `Đặt LIENTHONG_STORE=${to} rồi khởi động Trục; đừng chạy lại Trục trên kho cũ.`
    : `Đặt LIENTHONG_STORE=sqlite và LIENTHONG_DATA=${to} rồi khởi động Trục; đừng chạy lại Trục trên kho cũ.`,
  'Chứng thư gốc, danh sách thu hồi và khóa ký của Trục nằm trong thư mục dữ liệu cũ, không được chuyển: giữ nguyên hoặc tự chép.',
];

/**
 * A server that is away for a while, an election, or the open transaction of a run that was killed (MongoDB keeps it
 * for a minute): the move goes on where it stopped, as it would in another run. Milliseconds without any progress.
 */
const patience = 120_000;

const patiently = async <Result>(
  terminal: Terminal,
  act: (note: (what: keyof typeof kindWords, done: number) => void) => Promise<Result>,
): Promise<Result> => {
  const tell = telling(terminal);
  let last = Date.now();
  for (;;) {
    try {
      return await act((what, done) => {
        last = Date.now();
        tell(what, done);
      });
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'store.unavailable' || Date.now() - last > patience) throw error;
      remark(terminal, 'Kho tạm thời không sẵn sàng, sẽ thử tiếp… / the store is not available, trying again');
      await pause(3_000);
    }
  }
};

const migrate = async (terminal: Terminal, given: Given): Promise<Exit> => {
  const to = await targetOf(given);
  const { moveStore } = await import('../../exchange/move/move.ts');
  const shown = withoutPassword(to);
  const options = { to: shown, anyway: given.anyway === true, now: terminal.now };
  const moved = await withStores(terminal, to, ({ source, target }, check) =>
    patiently(terminal, (note) => moveStore(source, target, { ...options, check, note })),
  );
  const { move, resumed, files } = moved;
  const rows = moved.rows.map(({ kind, from, to: there, written }) => ({ kind, source: from, target: there, written }));
  const told: Told = { from: move.from, startedAt: move.startedAt, to: shown, resumed, rows, files };
  answer(terminal, told, movedLines(told));
  return files.every(({ missing }) => missing.length === 0) ? exits.done : exits.input;
};

export const migrateCommand: CommandLine = {
  name: 'migrate',
  takes: '',
  vi: 'Chuyển toàn bộ kho SQLite sang MongoDB trống (hoặc ngược lại), đối chiếu từng dòng, từng tệp; chạy lại được nếu bị ngắt',
  en: 'move the whole store into an empty MongoDB (or back), proved row by row and byte by byte; may be run again when broken off',
  example: 'migrate --to mongodb://mongo1,mongo2,mongo3/lienthong?replicaSet=rs0',
  options: [
    ['--to <kho>', 'kho đích: mongodb://… hoặc một thư mục (khi nguồn là MongoDB)'],
    ['--to-file <tệp>', 'đọc kho đích từ tệp, để mật khẩu không hiện trên dòng lệnh'],
    ['--anyway', 'chuyển cả khi kho nguồn thiếu tệp mà hồ sơ nhắc đến'],
  ],
  run: async (terminal, _args, given) => {
    try {
      return await migrate(terminal, given);
    } catch (error) {
      throw inWords(error);
    }
  },
};
