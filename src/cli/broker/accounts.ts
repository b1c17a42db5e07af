/** `broker list` and `broker disconnect`: the systems that connect over RabbitMQ. */
import { randomUUID } from 'node:crypto';
import type { Hub } from '../../hub.ts';
import type { Provisioning } from '../../open/provisioning.ts';
import type { Account } from '../../records/account.ts';
import type { CommandLine } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { operator, withHub } from '../store.ts';
import { answer, remark, type Terminal } from '../terminal.ts';
import { atBroker, provisioningFor } from './place.ts';

type Queues = Awaited<ReturnType<NonNullable<Provisioning['management']>['queues']>>;

/** What the broker says of the queues; null where it cannot be asked, which is told beside the list. */
const queuesAt = async (terminal: Terminal, { management }: Provisioning): Promise<Queues | null> => {
  if (management === null) return null;
  try {
    return await atBroker(() => management.queues());
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    remark(terminal, error.vi);
    return null;
  }
};

const list = async (terminal: Terminal) => {
  const provisioning = await provisioningFor(terminal);
  const accounts = await withHub(terminal, (hub) => hub.accounts.list());
  const queues = await queuesAt(terminal, provisioning);
  const shown = accounts.map((account) => {
    const { inbox, reply } = provisioning.queuesOf(account.system);
    return { ...account, inbox: queues?.get(inbox) ?? null, reply: queues?.get(reply) ?? null };
  });
  const rows = shown.map(({ system, user, role, inbox, reply }) => [
    ...[system, user, role],
    ...[inbox?.ready, inbox?.inHand, inbox?.consumers, reply?.ready].map((count) => (count === undefined ? '–' : String(count))),
  ]);
  const header = ['Hệ thống', 'Tài khoản', 'Vai trò', 'Chờ nhận', 'Đang xử lý', 'Bên đọc', 'Trả lời chờ đọc'];
  answer(terminal, shown, columnsOf(header, rows));
  return exits.done;
};

const accountFor = async (hub: Hub, asked: string): Promise<Account> => {
  const account = (await hub.accounts.list()).find(({ system, user }) => system === asked || user === asked);
  if (account !== undefined) return account;
  throw new Stopped(exits.input, `${asked} không kết nối qua RabbitMQ`, `${asked} does not connect over RabbitMQ`);
};

/** The user first: while the broker cannot be reached nothing has changed, and the command is repeated. */
const disconnect = async (terminal: Terminal, asked: string) => {
  const { management } = await provisioningFor(terminal);
  const at = terminal.now().toISOString();
  const { system, user } = await withHub(terminal, async (hub) => {
    const account = await accountFor(hub, asked);
    await atBroker(async () => management?.removeUser(account.user));
    const journal = { entryId: randomUUID(), at, act: 'account.disconnected', by: operator.keyId, subject: account.system };
    await hub.accounts.remove(account.system, { ...journal, details: { user: account.user } });
    await atBroker(async () => management?.removeQueues(account.system));
    return account;
  });
  if (management === null) remark(terminal, `Xóa tay tài khoản ${user} trong RabbitMQ: rabbitmqctl delete_user ${user}`);
  answer(terminal, { system, user, disconnectedAt: at }, [
    `${system} không còn kết nối qua RabbitMQ; văn bản chưa nhận vẫn chờ trong hộp nhận HTTP`,
  ]);
  return exits.done;
};

export const listCommand: CommandLine = {
  name: 'broker list',
  takes: '',
  vi: 'Liệt kê các hệ thống kết nối qua RabbitMQ và hàng đợi của chúng',
  en: 'list the systems that connect over RabbitMQ, and their queues',
  example: 'broker list',
  options: [],
  run: (terminal) => list(terminal),
};

export const disconnectCommand: CommandLine = {
  name: 'broker disconnect',
  takes: '<system>',
  vi: 'Ngắt một hệ thống khỏi RabbitMQ: xóa tài khoản và hàng đợi; không mất văn bản nào',
  en: 'end a system’s connection over RabbitMQ; no document is lost',
  example: 'broker disconnect H99.01',
  options: [],
  run: (terminal, [system = '']) => disconnect(terminal, system),
};
