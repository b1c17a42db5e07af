/** `broker parked`: messages that nobody could work on, with the reason; a person tries them again or drops them. */
import { randomUUID } from 'node:crypto';
import type { Provisioning } from '../../open/provisioning.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { operator, withHub } from '../store.ts';
import { answer, remark, type Terminal } from '../terminal.ts';
import { atBroker, provisioningFor } from './place.ts';

/** Read at one look. */
const mostShown = 100;

const list = async (terminal: Terminal, parking: Provisioning['parking']) => {
  const { items, more } = await atBroker(() => parking.list(mostShown));
  const rows = items.map(({ id, at, user, queue, code, reason, size }) => [
    id,
    at ?? '–',
    user ?? '–',
    queue,
    String(size),
    `${code}: ${reason}`,
  ]);
  const lines = columnsOf(['Mã', 'Lúc', 'Tài khoản', 'Hàng đợi', 'Byte', 'Lý do'], rows);
  answer(terminal, { items, more }, items.length === 0 ? ['Không có thông điệp nào bị giữ lại'] : lines);
  if (more > 0) remark(terminal, `Còn ${more} thông điệp nữa.`);
  return exits.done;
};

const handle = async (terminal: Terminal, parking: Provisioning['parking'], act: 'retry' | 'drop', id: string) => {
  const done = await atBroker(() => (act === 'retry' ? parking.retry(id, terminal.now()) : parking.drop(id)));
  if (done === 'unknown')
    throw new Stopped(exits.input, `Không có thông điệp ${id} trong hàng đợi giữ lại`, `There is no parked message ${id}`);
  if (done === 'impossible')
    throw new Stopped(exits.input, `Không rõ ai gửi ${id}: chỉ có thể xóa (--drop)`, `Nobody knows who sent ${id}: it can only be dropped`);
  const at = terminal.now().toISOString();
  const entry = { entryId: randomUUID(), at, by: operator.keyId, subject: id, details: {} };
  await withHub(terminal, (hub) => hub.journal.add({ ...entry, act: act === 'retry' ? 'parked.retried' : 'parked.dropped' }));
  answer(terminal, { id, [act === 'retry' ? 'retriedAt' : 'droppedAt']: at }, [
    act === 'retry' ? `Đã đưa ${id} vào xử lý lại` : `Đã xóa ${id}`,
  ]);
  return exits.done;
};

const parked = async (terminal: Terminal, given: Given) => {
  const [retry, drop] = [textOf(given, 'retry'), textOf(given, 'drop')];
  if (retry !== undefined && drop !== undefined)
    throw new Stopped(exits.usage, 'Chỉ chọn một trong --retry và --drop', 'Choose one of --retry and --drop');
  const { parking } = await provisioningFor(terminal);
  if (retry !== undefined) return handle(terminal, parking, 'retry', retry);
  return drop === undefined ? list(terminal, parking) : handle(terminal, parking, 'drop', drop);
};

export const parkedCommand: CommandLine = {
  name: 'broker parked',
  takes: '',
  vi: 'Xem, xử lý lại hoặc xóa thông điệp bị giữ lại vì không xử lý được',
  en: 'see, try again or drop messages that nobody could work on',
  example: 'broker parked',
  options: [
    ['--retry <id>', 'đưa thông điệp này vào xử lý lại'],
    ['--drop <id>', 'xóa hẳn thông điệp này'],
  ],
  run: (terminal, _, given) => parked(terminal, given),
};
