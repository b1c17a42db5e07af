/** `keys issue`, `keys list`, `keys revoke` (contract §1). A key is shown once; only its digest is kept. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Hub } from '../../hub.ts';
import { type AccessKey, type Role, roles } from '../../records/key.ts';
import { type Directory, organFor } from '../../records/organ.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { operator, withHub } from '../store.ts';
import { answer, remark, type Terminal } from '../terminal.ts';

const roleFrom = (given: Given): Role => {
  const text = textOf(given, 'role') ?? 'agency';
  const role = roles.find((one) => one === text);
  if (role !== undefined) return role;
  throw new Stopped(exits.usage, `--role phải là ${roles.join(', ')}`, `--role is one of ${roles.join(', ')}`);
};

/** `yyyy-mm-dd` is good through that Vietnamese day; an RFC 3339 instant is taken as it is; none is a year. */
export const expiryFrom = (text: string | undefined, now: Date): string => {
  const wrong = (vi: string, en: string): Stopped => new Stopped(exits.usage, `--expires: ${vi}`, `--expires: ${en}`);
  if (text === undefined) {
    const year = new Date(now);
    year.setUTCFullYear(year.getUTCFullYear() + 1);
    return year.toISOString();
  }
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = new Date(day ? `${text}T23:59:59.999+07:00` : text);
  const real = /^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text) && !Number.isNaN(instant.getTime());
  // JavaScript rolls 30 February over: a real day reads back as itself, in Việt Nam.
  const rolled = day && real && new Date(instant.getTime() + 7 * 3_600_000).toISOString().slice(0, 10) !== text;
  if (!real || rolled) throw wrong(`"${text}" không phải là ngày yyyy-mm-dd`, `"${text}" is not a yyyy-mm-dd date`);
  if (instant <= now) throw wrong(`"${text}" đã qua`, `"${text}" is past`);
  return instant.toISOString();
};

/** The system a key, or an account at the broker, is for; an organ's code (also an earlier one) stands for the organ that is its own system. */
export const systemFor = (directory: Directory, asked: string, role: Role): string => {
  if (directory.systems.has(asked)) return asked;
  const organ = organFor(directory, asked);
  if (organ?.system === organ?.code && organ !== null) return organ.code;
  if (organ !== null && organ.system !== null) {
    const { code, system } = organ;
    throw new Stopped(exits.input, `${code} do hệ thống ${system} đại diện: cấp khóa cho ${system}`, `${code} is spoken for by ${system}`);
  }
  if (role !== 'agency' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(asked)) return asked;
  throw new Stopped(
    exits.input,
    `Hệ thống "${asked}" không có trong danh mục; nhập danh mục trước bằng: lienthong organs import TỆP.csv`,
    `System "${asked}" is not in the directory; import its organs first`,
  );
};

type Issued = { readonly id: string; readonly system: string; readonly role: Role; readonly key: string; readonly expiresAt: string };

const issueOne = async (hub: Hub, system: string, role: Role, issuedAt: string, expiresAt: string): Promise<Issued> => {
  const secret = `lt_${randomBytes(32).toString('base64url')}`;
  const id = `k_${randomUUID().replaceAll('-', '')}`;
  await store(hub, { id, system, role, sha256: createHash('sha256').update(secret).digest('hex'), issuedAt, expiresAt, revokedAt: null });
  return { id, system, role, key: secret, expiresAt };
};

/** One system: its key. Several: a list in their order; every system is looked up before the first key is made. */
const issue = async (terminal: Terminal, asked: readonly string[], given: Given) => {
  const role = roleFrom(given);
  const now = terminal.now();
  const expiresAt = expiryFrom(textOf(given, 'expires'), now);
  const issued = await withHub(terminal, async (hub) => {
    const directory = await hub.organs.directory();
    const made: Issued[] = [];
    for (const system of asked.map((one) => systemFor(directory, one, role)))
      made.push(await issueOne(hub, system, role, now.toISOString(), expiresAt));
    return made;
  });
  const [first] = issued;
  if (issued.length === 1 && first !== undefined) answer(terminal, first, [first.key]);
  else
    answer(
      terminal,
      issued,
      issued.map(({ system, key }) => `${system} ${key}`),
    );
  for (const { id, system } of issued) remark(terminal, `Khóa ${id} của hệ thống ${system} (${role}), hết hạn ${expiresAt}.`);
  remark(terminal, 'Khóa chỉ hiện một lần, hãy lưu ngay.');
  return exits.done;
};

const store = async (hub: Hub, key: AccessKey): Promise<void> => {
  const journal = {
    entryId: randomUUID(),
    at: key.issuedAt,
    act: 'key.issued',
    by: operator.keyId,
    subject: key.id,
    details: { system: key.system, role: key.role, expiresAt: key.expiresAt },
  };
  if ((await hub.keys.add(key, key.issuedAt, journal)) === 'done') return;
  throw new Stopped(
    exits.input,
    `Hệ thống ${key.system} đã có hai khóa còn hiệu lực; thu hồi một khóa trước: lienthong keys revoke MÃ_KHÓA`,
    `${key.system} already has two live keys; revoke one first`,
  );
};

const stateOf = (key: AccessKey, now: string): string => {
  if (key.revokedAt !== null) return 'đã thu hồi';
  return key.expiresAt <= now ? 'hết hạn' : 'còn hiệu lực';
};

const list = async (terminal: Terminal) => {
  const now = terminal.now().toISOString();
  const { keys, contacts } = await withHub(terminal, async (hub) => ({ keys: await hub.keys.list(), contacts: await hub.keys.contacts() }));
  const shown = keys.map(({ sha256: _never, ...key }) => ({ ...key, lastContactAt: contacts.get(key.system) ?? null }));
  const rows = keys.map((key) => [key.id, key.system, key.role, stateOf(key, now), key.expiresAt, contacts.get(key.system) ?? '–']);
  answer(terminal, shown, columnsOf(['Mã khóa', 'Hệ thống', 'Vai trò', 'Tình trạng', 'Hết hạn', 'Liên lạc gần nhất'], rows));
  return exits.done;
};

const revoke = async (terminal: Terminal, id: string) => {
  const revokedAt = terminal.now().toISOString();
  const journal = { entryId: randomUUID(), at: revokedAt, act: 'key.revoked', by: operator.keyId, subject: id, details: {} };
  const done = await withHub(terminal, (hub) => hub.keys.revoke(id, revokedAt, journal));
  if (done === 'unknown') throw new Stopped(exits.input, `Không có khóa ${id}`, `There is no key ${id}`);
  answer(terminal, { id, revokedAt }, [`Đã thu hồi khóa ${id}`]);
  return exits.done;
};

export const keyCommands: readonly CommandLine[] = [
  {
    name: 'keys issue',
    takes: '<systems...>',
    vi: 'Cấp khóa truy cập cho một hay nhiều hệ thống (mỗi hệ thống tối đa hai khóa còn hiệu lực)',
    en: 'issue an access key to each system',
    example: 'keys issue H99.01 --expires 2027-12-31',
    options: [
      ['--role <role>', 'agency (mặc định), hub hoặc admin'],
      ['--expires <date>', 'ngày cuối còn hiệu lực, yyyy-mm-dd; mặc định một năm'],
    ],
    run: issue,
  },
  {
    name: 'keys list',
    takes: '',
    vi: 'Liệt kê các khóa và lần liên lạc gần nhất',
    en: 'list keys',
    example: 'keys list',
    options: [],
    run: (terminal) => list(terminal),
  },
  {
    name: 'keys revoke',
    takes: '<id>',
    vi: 'Thu hồi một khóa ngay lập tức',
    en: 'revoke a key at once',
    example: 'keys revoke k_0123456789abcdef0123456789abcdef',
    options: [],
    run: (terminal, [id = '']) => revoke(terminal, id),
  },
];
