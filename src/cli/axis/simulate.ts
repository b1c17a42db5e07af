/**
 * `simulate`: stands in for an agency's system that does not exist yet. Sends documents that say they
 * are simulated, collects what waits for it, and reports it as received (status 03).
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { vietnamDay } from '../../envelope/dates.ts';
import type { DocumentReceipt } from '../../records/record.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { exits, Refused, Stopped } from '../ending.ts';
import { answer, progress, remark, type Terminal } from '../terminal.ts';
import { type Axis, axisFrom, axisOptions, call, jsonFrom } from './client.ts';
import { collect, waitingAt } from './inbox.ts';
import type { Simulated } from './simulated.ts';

type Plan = Simulated & { readonly count: number; readonly rate: number; readonly file: string | null };

const wholeFrom = (given: Given, name: string, preset: number, most: number): number => {
  const text = textOf(given, name) ?? String(preset);
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new Stopped(exits.usage, `--${name} phải là số nguyên từ 0 đến ${most}`, `--${name} is a whole number up to ${most}`);
};

const planFrom = (given: Given): Plan => {
  const [from, to] = [textOf(given, 'from') ?? '', textOf(given, 'to') ?? ''];
  const count = wholeFrom(given, 'count', 1, 1_000_000);
  if (from === '' || (to === '' && count > 0))
    throw new Stopped(exits.usage, 'Cần --from và --to (mã định danh)', '--from and --to are needed (organ codes)');
  const rate = wholeFrom(given, 'rate', 5, 1000);
  return {
    from,
    to: to
      .split(',')
      .map((code) => code.trim())
      .filter((code) => code !== ''),
    count,
    rate,
    file: textOf(given, 'pdf') ?? null,
  };
};

const post = async <Value>(axis: Axis, path: string, bytes: Uint8Array): Promise<Value> =>
  jsonFrom<Value>(
    await call(axis, { method: 'POST', path, type: 'application/xml', body: { size: bytes.length, stream: Readable.from([bytes]) } }),
  );

const sendAll = async (terminal: Terminal, axis: Axis, plan: Plan) => {
  const { documentFrom } = await import('./simulated.ts');
  const pdf = plan.file === null ? null : await readFile(plan.file);
  // Seconds of the day: a second run today takes other numbers.
  const first = Math.floor((terminal.now().getTime() % 86_400_000) / 1000) * 10;
  const bar = progress(terminal, 'Gửi', plan.count);
  const sent: DocumentReceipt[] = [];
  const refused: Refused['problem'][] = [];
  for (let index = 0; index < plan.count; index += 1) {
    if (index > 0 && plan.rate > 0) await sleep(1000 / plan.rate);
    try {
      sent.push(await post(axis, 'v1/envelopes', documentFrom(plan, first + index, vietnamDay(terminal.now()), pdf)));
    } catch (error) {
      // Whatever is wrong with one message the next may not have; no access is no access for all.
      if (!(error instanceof Refused) || error.exit !== exits.input) throw error;
      refused.push(error.problem);
    }
    bar.step(1);
  }
  bar.stop();
  return { sent, refused };
};

const receiveAll = async (terminal: Terminal, axis: Axis): Promise<{ readonly collected: number; readonly reported: number }> => {
  const { statusFor } = await import('./simulated.ts');
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-simulate-'));
  let [collected, reported] = [0, 0];
  try {
    for (const item of await waitingAt(axis, new URLSearchParams())) {
      if ((await collect(axis, item, folder)) === null) continue;
      collected += 1;
      if (item.kind !== 'document' || item.from === null || (item.type !== 0 && item.type !== 3)) continue;
      await post(axis, 'v1/statuses', statusFor(item, terminal.now()));
      reported += 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { collected, reported };
};

const simulate = async (terminal: Terminal, given: Given) => {
  const axis = axisFrom(terminal, given);
  const plan = planFrom(given);
  const { sent, refused } = await sendAll(terminal, axis, plan);
  const received = given.receive === true ? await receiveAll(terminal, axis) : { collected: 0, reported: 0 };
  const receipts = sent.map(({ recordId, documentId, proof, deliveries }) => ({
    recordId,
    documentId,
    verdict: proof.verdict,
    deliveries,
  }));
  answer(terminal, { sent: receipts, refused, ...received }, [
    `Đã gửi ${sent.length} văn bản, bị từ chối ${refused.length}; đã tải về ${received.collected}, báo đã tiếp nhận ${received.reported}`,
  ]);
  for (const { code, vi, en } of refused) remark(terminal, `BỊ TỪ CHỐI ${code}: ${vi} / ${en}`);
  return refused.length === 0 ? exits.done : exits.input;
};

export const simulateCommand: CommandLine = {
  name: 'simulate',
  takes: '',
  vi: 'Đóng vai một hệ thống: gửi văn bản mô phỏng, nhận và báo đã tiếp nhận',
  en: 'stand in for a system: send simulated documents, collect and report',
  example: 'simulate --from H99.01 --to H99.22,H99.23 --count 10 --receive',
  options: [
    ...axisOptions,
    ['--from <code>', 'cơ quan gửi'],
    ['--to <codes>', 'các cơ quan nhận, cách nhau bằng dấu phẩy'],
    ['--count <n>', 'số văn bản, mặc định 1'],
    ['--rate <n>', 'số văn bản mỗi giây, mặc định 5; 0 = nhanh nhất có thể'],
    ['--pdf <file>', 'tệp PDF đính kèm; mặc định một công văn mô phỏng chưa ký'],
    ['--receive', 'sau đó tải về mọi văn bản đang chờ và báo trạng thái 03'],
  ],
  run: (terminal, _args, given) => simulate(terminal, given),
};
