/** A PDF's bytes through a small cache of blocks, and what reading it may cost. */
import { inflateSync } from 'node:zlib';
import { type RandomAccess, walk } from '../../../envelope/bytes.ts';
import { type Cursor, Cut } from './cursor.ts';
import { PdfError } from './object.ts';

/** What one file may cost before it is `unreadable/over-limits`. */
export type PdfLimits = {
  /** Values read (names, numbers, dictionaries…), all revisions together. */
  readonly values: number;
  /** Entries in all cross-reference sections. */
  readonly entries: number;
  /** Bytes inflated, all streams together. */
  readonly inflated: number;
  readonly revisions: number;
  readonly milliseconds: number;
};

export const pdfLimits: PdfLimits = {
  values: 4_000_000,
  entries: 2_000_000,
  inflated: 256 * 1024 * 1024,
  revisions: 200,
  milliseconds: 20_000,
};

/** What `walk` takes behind the file. */
type Walk = Parameters<typeof walk> extends [unknown, ...infer Rest] ? Rest : never;

export type Source = {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
  /** `walk` over the file (envelope/bytes.ts). */
  walk(...how: Walk): void;
  /** Reads with windows that grow until the value fits; nothing at or after `end` exists. */
  parse<T>(offset: number, end: number, read: (cursor: Cursor) => T): T;
  inflate(bytes: Uint8Array): Uint8Array;
  /** A cursor over decoded bytes. */
  decoded(bytes: Uint8Array): Cursor;
  spendEntries(count: number): void;
  /** Throws `over-limits` when the time is up: for work that reads no new values. */
  tick(): void;
};

const BLOCK = 64 * 1024;
const BLOCKS = 64;
const WINDOWS = [2 * 1024, BLOCK, 1024 * 1024, 16 * 1024 * 1024, 64 * 1024 * 1024];

const cachedReader = (file: RandomAccess): ((offset: number, length: number) => Uint8Array) => {
  const blocks = new Map<number, Uint8Array>();
  const block = (index: number): Uint8Array => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const oldest = blocks.keys().next().value;
    if (blocks.size >= BLOCKS && oldest !== undefined) blocks.delete(oldest);
    const read = file.read(index * BLOCK, Math.min(BLOCK, file.size - index * BLOCK));
    blocks.set(index, read);
    return read;
  };
  return (offset, length) => {
    const to = Math.min(offset + length, file.size);
    if (offset < 0 || offset >= to) return new Uint8Array(0);
    const first = Math.floor(offset / BLOCK);
    if (to <= (first + 1) * BLOCK) return block(first).subarray(offset - first * BLOCK, to - first * BLOCK);
    return file.read(offset, to - offset);
  };
};

/** Spends from the limits; throws `over-limits` when one is used up. */
const budgetOf = (limits: PdfLimits) => {
  const left = { values: limits.values, entries: limits.entries, inflated: limits.inflated };
  const until = performance.now() + limits.milliseconds;
  const spend = (what: keyof typeof left, count: number): void => {
    left[what] -= count;
    if (left[what] < 0) throw new PdfError('over-limits', `too many ${what}`);
    if (left.values % 1024 === 0) tick();
  };
  const tick = (): void => {
    if (performance.now() > until) throw new PdfError('over-limits', 'took too long');
  };
  return { left, spend, tick };
};

const inflated = (bytes: Uint8Array, left: number): Uint8Array => {
  const maxOutputLength = Math.max(1, Math.min(left, 64 * 1024 * 1024));
  try {
    // Z_SYNC_FLUSH: many writers leave off the checksum at the end.
    return inflateSync(bytes, { maxOutputLength, finishFlush: 2 });
  } catch (error) {
    // ERR_BUFFER_TOO_LARGE is the only one.
    throw new PdfError(error instanceof RangeError ? 'over-limits' : 'damaged', 'a stream cannot be inflated');
  }
};

export const sourceOf = (file: RandomAccess, limits: PdfLimits = pdfLimits): Source => {
  const read = cachedReader(file);
  const budget = budgetOf(limits);
  const count = () => budget.spend('values', 1);
  const inflate = (bytes: Uint8Array): Uint8Array => {
    const out = inflated(bytes, budget.left.inflated);
    budget.spend('inflated', out.length);
    return out;
  };
  const parse = <T>(offset: number, end: number, reader: (cursor: Cursor) => T): T => {
    const limit = Math.min(end, file.size);
    if (!(offset >= 0 && offset < limit)) throw new PdfError('damaged', `nothing at ${offset}`);
    for (const size of WINDOWS) {
      const bytes = read(offset, Math.min(size, limit - offset));
      // Few values can still take long when each is far from its end.
      if (size > BLOCK) budget.tick();
      try {
        return reader({ bytes, at: 0, base: offset, last: offset + bytes.length >= limit, count });
      } catch (error) {
        if (!(error instanceof Cut)) throw error;
      }
    }
    throw new PdfError('over-limits', `an object of more than 64 MiB at ${offset}`);
  };
  return {
    size: file.size,
    read,
    walk: (...how) => walk(file, ...how),
    parse,
    inflate,
    decoded: (bytes) => ({ bytes, at: 0, base: Number.NaN, last: true, count }),
    spendEntries: (entries) => budget.spend('entries', entries),
    tick: budget.tick,
  };
};
