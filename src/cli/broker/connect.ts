/** `broker connect`: a system gets a user of its own at the broker, with two queues and nothing else (contract §8). */
import { randomUUID } from 'node:crypto';
import type { Hub } from '../../hub.ts';
import type { Provisioning } from '../../open/provisioning.ts';
import type { Account } from '../../records/account.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { systemFor } from '../directory/keys.ts';
import { exits, Stopped } from '../ending.ts';
import { operator, withHub } from '../store.ts';
import { answer, remark, type Terminal } from '../terminal.ts';
import { newPassword } from './password.ts';
import { atBroker, provisioningFor } from './place.ts';

const roleFrom = (given: Given): Account['role'] => {
  const text = textOf(given, 'role') ?? 'agency';
  if (text === 'agency' || text === 'hub') return text;
  throw new Stopped(exits.usage, '--role phải là agency hoặc hub', '--role is agency or hub');
};

/** A name that is the same in URLs, in configuration files and on the command line. */
const userFrom = (given: Given, system: string): string => {
  const user = textOf(given, 'user') ?? system;
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/.test(user)) return user;
  throw new Stopped(
    exits.usage,
    `Tên tài khoản "${user}" chỉ được gồm chữ không dấu, chữ số và . _ @ -; đặt bằng --user`,
    `The user "${user}" may hold letters, digits and . _ @ - only; choose one by --user`,
  );
};

const taken = (user: string): Stopped =>
  new Stopped(
    exits.input,
    `Tài khoản ${user} đã có chủ khác; chọn tên khác bằng --user`,
    `The user ${user} is somebody else’s; choose another by --user`,
  );

/** A broker's user that was not made for this system stays as it is: it may be an administrator's. */
const checkFree = async ({ hubUser, management }: Provisioning, user: string, known: Account | undefined): Promise<void> => {
  if (user === hubUser) throw taken(user);
  if (known?.user !== user && (await management?.hasUser(user)) === true) throw taken(user);
};

const store = async (hub: Hub, account: Account): Promise<void> => {
  const journal = {
    entryId: randomUUID(),
    at: account.issuedAt,
    act: 'account.connected',
    by: operator.keyId,
    subject: account.system,
    details: { user: account.user, role: account.role },
  };
  if ((await hub.accounts.put(account, journal)) === 'taken') throw taken(account.user);
};

/** First the account, then the user: a message of a user without an account would be of nobody known. */
const seat = async (provisioning: Provisioning, hub: Hub, account: Account, password: string): Promise<void> => {
  const known = (await hub.accounts.list()).find(({ system }) => system === account.system);
  await atBroker(() => checkFree(provisioning, account.user, known));
  await store(hub, account);
  const { management } = provisioning;
  if (management === null) return;
  await atBroker(async () => {
    await management.putDefinitions(provisioning.definitions([{ ...account, password: null }]));
    await management.putUser(account.user, password, account.system);
    if (known !== undefined && known.user !== account.user) await management.removeUser(known.user);
  });
};

const connect = async (terminal: Terminal, asked: string, given: Given) => {
  const provisioning = await provisioningFor(terminal);
  const offline = given.offline === true;
  if (provisioning.management === null && !offline)
    throw new Stopped(
      exits.usage,
      'Chưa đặt LIENTHONG_BROKER_MANAGEMENT; thêm --offline để in định nghĩa rồi nhập vào RabbitMQ bằng tay',
      'LIENTHONG_BROKER_MANAGEMENT is not set; with --offline definitions are printed to be imported by hand',
    );
  const role = roleFrom(given);
  const password = newPassword();
  const made = offline ? { ...provisioning, management: null } : provisioning;
  const account = await withHub(terminal, async (hub) => {
    const system = systemFor(await hub.organs.directory(), asked, role);
    const one: Account = { system, user: userFrom(given, system), role, issuedAt: terminal.now().toISOString() };
    await seat(made, hub, one, password);
    return one;
  });
  const { system, user } = account;
  const queues = provisioning.queuesOf(system);
  const definitions = offline ? provisioning.definitions([{ ...account, password }]) : null;
  const shown = { system, user, role, password, vhost: provisioning.vhost, ...queues, ...(definitions === null ? {} : { definitions }) };
  answer(terminal, shown, definitions === null ? [password] : [JSON.stringify(definitions, null, 2)]);
  remark(terminal, `Hệ thống ${system} (${role}) kết nối bằng tài khoản ${user}; hộp nhận ${queues.inbox}, trả lời ${queues.reply}.`);
  if (definitions !== null && !terminal.json) remark(terminal, `Mật khẩu: ${password}`);
  remark(terminal, 'Mật khẩu chỉ hiện một lần, hãy lưu ngay.');
  return exits.done;
};

export const connectCommand: CommandLine = {
  name: 'broker connect',
  takes: '<system>',
  vi: 'Cho một hệ thống gửi, nhận qua RabbitMQ: tài khoản, quyền và hàng đợi riêng; làm lại = đổi mật khẩu',
  en: 'let a system submit and collect over RabbitMQ, with a user and queues of its own; again = a new password',
  example: 'broker connect H99.01',
  options: [
    ['--user <name>', 'tên tài khoản RabbitMQ; mặc định là mã hệ thống'],
    ['--role <role>', 'agency (mặc định) hoặc hub'],
    ['--offline', 'không gọi RabbitMQ: in định nghĩa để nhập bằng rabbitmqctl import_definitions'],
  ],
  run: (terminal, [system = ''], given) => connect(terminal, system, given),
};
