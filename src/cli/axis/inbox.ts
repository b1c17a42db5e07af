/** `inbox [--collect DIR]`: what waits, and taking it: bytes on disk first, then the acknowledgement. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findingWords } from '../../oversight/words.ts';
import type { Offer } from '../../records/delivery.ts';
import type { Verdict } from '../../signature/proof.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { type Exit, exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { answer, progress, remark, type Terminal } from '../terminal.ts';
import { type Axis, axisFrom, axisOptions, call, callJson } from './client.ts';

/** An item as the API shows it. */
export type Waiting = Pick<
  Offer,
  | 'deliveryId'
  | 'recordId'
  | 'organ'
  | 'kind'
  | 'type'
  | 'statusCode'
  | 'documentId'
  | 'from'
  | 'code'
  | 'subject'
  | 'sha256'
  | 'size'
  | 'verdict'
>;
export type Collected = {
  readonly deliveryId: string;
  readonly recordId: string;
  readonly organ: string;
  readonly file: string;
  readonly sha256: string;
};

/** Everything now offered, page by page; `wait` seconds only while there is nothing. */
export const waitingAt = async (axis: Axis, filter: URLSearchParams): Promise<readonly Waiting[]> => {
  const items: Waiting[] = [];
  let after: string | null = null;
  do {
    const query = new URLSearchParams(filter);
    query.set('limit', '1000');
    if (after !== null) query.set('after', after);
    const page: { readonly items: readonly Waiting[]; readonly next: string | null } = await callJson(axis, 'GET', `v1/inbox?${query}`);
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
};

/** Streams to a file beside, checks the digest, and only a whole, durable file gets its name. */
const fetchTo = async (axis: Axis, item: Waiting, folder: string): Promise<string> => {
  // Ids are the hub's own words, but they become file names here.
  if (!/^[A-Za-z0-9_-]+$/.test(item.deliveryId))
    throw new Stopped(exits.input, 'deliveryId lạ', `a strange deliveryId: ${item.deliveryId}`);
  const file = join(folder, `${item.deliveryId}.edxml`);
  const part = `${file}.part`;
  const { stream } = await call(axis, { method: 'GET', path: `v1/deliveries/${item.deliveryId}/envelope`, accept: '*/*' });
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      hash.update(piece);
      done(null, piece);
    },
  });
  await pipeline(stream, hashing, createWriteStream(part, { flush: true, mode: 0o600 }));
  if (hash.digest('hex') !== item.sha256) {
    await rm(part, { force: true });
    throw new DigestDiffers();
  }
  await rename(part, file);
  await syncFolder(folder);
  return file;
};

class DigestDiffers extends Error {}

/** Takes one item; a file that is not what was promised is told to the hub, which offers it again. */
export const collect = async (axis: Axis, item: Waiting, folder: string): Promise<Collected | null> => {
  const path = `v1/deliveries/${item.deliveryId}/acknowledgement`;
  try {
    const file = await fetchTo(axis, item, folder);
    await callJson(axis, 'POST', path, { result: 'done' });
    const { deliveryId, recordId, organ, sha256 } = item;
    return { deliveryId, recordId, organ, file, sha256 };
  } catch (error) {
    if (!(error instanceof DigestDiffers)) throw error;
    await callJson(axis, 'POST', path, { result: 'fail', reason: 'Tệp tải về không khớp SHA-256' });
    return null;
  }
};

const listLines = (items: readonly Waiting[]): readonly string[] =>
  items.length === 0
    ? ['Không có văn bản chờ nhận']
    : columnsOf(
        ['Mã giao', 'Nơi nhận', 'Nơi gửi', 'Loại', 'Số, ký hiệu', 'Chữ ký số', 'Trích yếu'],
        items.map((one) => [
          one.deliveryId,
          one.organ,
          one.from ?? '–',
          one.kind === 'status' ? `trạng thái ${one.statusCode}` : `văn bản (${one.type})`,
          one.code ?? '–',
          one.kind === 'status' || one.verdict === null ? '–' : findingWords(one.verdict as Verdict, null),
          (one.subject ?? '').slice(0, 60),
        ]),
      );

const collectAll = async (terminal: Terminal, axis: Axis, items: readonly Waiting[], folder: string): Promise<Exit> => {
  await mkdir(folder, { recursive: true });
  const bar = progress(terminal, 'Tải về', items.length);
  const taken: Collected[] = [];
  for (const item of items) {
    const done = await collect(axis, item, folder);
    if (done === null) remark(terminal, `LỖI ${item.deliveryId}: tệp tải về không khớp SHA-256, đã báo lại Trục`);
    else taken.push(done);
    bar.step(1);
  }
  bar.stop();
  const failed = items.length - taken.length;
  answer(terminal, { collected: taken, failed }, [...taken.map((one) => one.file), `Đã tải về ${taken.length} văn bản, lỗi ${failed}`]);
  return failed === 0 ? exits.done : exits.later;
};

const filterFrom = (given: Given): URLSearchParams => {
  const filter = new URLSearchParams();
  for (const name of ['kind', 'organ', 'wait']) {
    const value = textOf(given, name);
    if (value !== undefined) filter.set(name, value);
  }
  return filter;
};

const inbox = async (terminal: Terminal, given: Given): Promise<Exit> => {
  const axis = axisFrom(terminal, given);
  const items = await waitingAt(axis, filterFrom(given));
  const folder = textOf(given, 'collect');
  if (folder !== undefined) return collectAll(terminal, axis, items, folder);
  answer(terminal, { items, next: null }, listLines(items));
  return exits.done;
};

export const inboxCommand: CommandLine = {
  name: 'inbox',
  takes: '',
  vi: 'Liệt kê văn bản, trạng thái đang chờ nhận; với --collect thì tải về và xác nhận',
  en: 'list what waits; with --collect, take it and acknowledge',
  example: 'inbox --collect ./van-ban-den',
  options: [
    ...axisOptions,
    ['--collect <dir>', 'tải mọi văn bản vào thư mục này, kiểm tra SHA-256 rồi mới xác nhận'],
    ['--wait <seconds>', 'chờ tối đa 0–30 giây khi chưa có gì'],
    ['--kind <kind>', 'document hoặc status'],
    ['--organ <code>', 'chỉ của cơ quan này'],
  ],
  run: (terminal, _args, given) => inbox(terminal, given),
};
