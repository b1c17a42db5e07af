/** The rows of cross-reference tables and streams (ISO 32000-2 7.5.4, 7.5.8.3): where each object stands. */
import { type Cursor, Cut, readInteger, readKeyword, readWord, skipWhite } from './cursor.ts';
import { readValue } from './lexer.ts';
import { isArray, isDict, type PdfDict, PdfError, type PdfValue } from './object.ts';
import type { Source } from './source.ts';

export type Entry =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'in'; readonly stream: number; readonly index: number };

/** Entries by object number as they are gathered; `doubled` are numbers listed twice with different places. */
export type Rows = { readonly entries: Map<number, Entry>; readonly doubled: Set<number> };

export const free: Entry = { kind: 'free' };

export const isSameEntry = (a: Entry, b: Entry): boolean =>
  (a.kind === 'free' && b.kind === 'free') ||
  (a.kind === 'at' && b.kind === 'at' && a.offset === b.offset) ||
  (a.kind === 'in' && b.kind === 'in' && a.stream === b.stream && a.index === b.index);

/** The first row of a number counts; readers disagree about a second, so that it is noted. */
const note = (rows: Rows, num: number, entry: Entry): void => {
  const known = rows.entries.get(num);
  if (known === undefined) rows.entries.set(num, entry);
  else if (!isSameEntry(known, entry)) rows.doubled.add(num);
};

const isDigit = (sign: number | undefined): boolean => sign !== undefined && sign >= 48 && sign <= 57;

const digitsAt = (bytes: Uint8Array, from: number, count: number): number => {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    if (!isDigit(bytes[at])) return Number.NaN;
    value = value * 10 + (bytes[at] ?? 0) - 48;
  }
  return value;
};

/** A row as the standard has it, twenty bytes wide, read in one go; null when it is written otherwise. */
const quickRow = (cursor: Cursor, origin: number): Entry | null => {
  const { bytes, at } = cursor;
  if (at + 20 > bytes.length || bytes[at + 10] !== 32 || bytes[at + 16] !== 32) return null;
  const offset = digitsAt(bytes, at, 10);
  const gen = digitsAt(bytes, at + 11, 5);
  const kind = bytes[at + 17];
  if (Number.isNaN(offset) || Number.isNaN(gen) || (kind !== 0x6e && kind !== 0x66) || (bytes[at + 18] ?? 99) > 32) return null;
  cursor.at += 18;
  return kind === 0x6e && offset > 0 ? { kind: 'at', offset: offset + origin, gen } : free;
};

const readRow = (cursor: Cursor, origin: number): Entry => {
  skipWhite(cursor);
  const quick = quickRow(cursor, origin);
  if (quick !== null) return quick;
  const offset = readInteger(cursor);
  const gen = readInteger(cursor);
  const kind = readWord(cursor);
  if (kind !== 'n' && kind !== 'f') throw new PdfError('damaged', 'odd cross-reference entry');
  return kind === 'n' && offset > 0 ? { kind: 'at', offset: offset + origin, gen } : free;
};

/** Some writers number their first subsection from 1 although its first row is the head of the free list. */
const isOffByOne = (cursor: Cursor, first: number, rows: Rows): boolean => {
  if (first !== 1 || rows.entries.size > 0) return false;
  skipWhite(cursor);
  if (cursor.at + 18 > cursor.bytes.length && !cursor.last) throw new Cut();
  return Buffer.from(cursor.bytes.subarray(cursor.at, cursor.at + 18)).toString('latin1') === '0000000000 65535 f';
};

/** From the keyword `xref` to the end of the trailer. */
export const readTable = (cursor: Cursor, origin: number, spend: (count: number) => void) => {
  readKeyword(cursor, 'xref');
  const rows: Rows = { entries: new Map(), doubled: new Set() };
  for (;;) {
    skipWhite(cursor);
    const word = readWord(cursor);
    if (word === 'trailer') break;
    const count = readInteger(cursor);
    if (!/^\d{1,10}$/.test(word) || count < 0) throw new PdfError('damaged', 'odd cross-reference table');
    const first = count > 0 && isOffByOne(cursor, Number(word), rows) ? 0 : Number(word);
    spend(count);
    for (let i = 0; i < count; i++) note(rows, first + i, readRow(cursor, origin));
  }
  const trailer = readValue(cursor);
  if (!isDict(trailer)) throw new PdfError('damaged', 'no trailer');
  return { ...rows, trailer, end: cursor.base + cursor.at };
};

/** Some writers give every offset eight bytes; ISO 32000-2 7.5.8.2 sets no bound. Numbers past 2^53 name no byte of any file. */
const MAX_WIDTH = 8;

const widthsOf = (dict: PdfDict): readonly [number, number, number] => {
  const widths = dict.entries.get('W');
  const [a, b, c] = isArray(widths) ? widths.items : [];
  const fits = (value: PdfValue | undefined): value is number =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_WIDTH;
  if (!fits(a) || !fits(b) || !fits(c) || a + b + c === 0) throw new PdfError('damaged', 'odd widths in a cross-reference stream');
  return [a, b, c];
};

const entryOf = (type: number, second: number, third: number, origin: number): Entry => {
  if (type === 1) return { kind: 'at', offset: second + origin, gen: third };
  return type === 2 ? { kind: 'in', stream: second, index: third } : free;
};

const isCount = (value: PdfValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The rows of a cross-reference stream from its decoded bytes. */
export const readRows = (source: Source, dict: PdfDict, bytes: Uint8Array, origin: number): Rows => {
  const widths = widthsOf(dict);
  const index = dict.entries.get('Index');
  const size = dict.entries.get('Size');
  const ranges = isArray(index) ? index.items : [0, isCount(size) ? size : 0];
  const rows: Rows = { entries: new Map(), doubled: new Set() };
  let at = 0;
  const take = (width: number, otherwise: number): number => {
    if (width === 0) return otherwise;
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (bytes[at++] ?? 0);
    return value;
  };
  const row = widths[0] + widths[1] + widths[2];
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const [first, count] = [ranges[i], ranges[i + 1]];
    if (!isCount(first) || !isCount(count)) throw new PdfError('damaged', 'odd Index');
    source.spendEntries(Math.min(count, bytes.length));
    for (let n = 0; n < count && at + row <= bytes.length; n++) {
      note(rows, first + n, entryOf(take(widths[0], 1), take(widths[1], 0), take(widths[2], 0), origin));
    }
  }
  return rows;
};
