/**
 * Cross-reference sections (ISO 32000-2 7.5.4, 7.5.8): tables, streams and hybrids, each with its trailer
 * and the place where its revision of the file ends. Only what the chain from the last `startxref`
 * names is read; nothing is searched for or repaired.
 */

import { decodeStream } from './filter.ts';
import { type Cursor, isWhite, readInteger, readKeyword, readValue, readWord, skipWhite, viewOf } from './lexer.ts';
import { isArray, isDict, nameIs, type PdfDict, PdfError, type PdfValue } from './object.ts';
import type { Source } from './source.ts';

export type Entry =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'in'; readonly stream: number; readonly index: number };

export type Section = {
  /** Where `xref` or the stream's object number stands. */
  readonly offset: number;
  readonly entries: ReadonlyMap<number, Entry>;
  readonly trailer: PdfDict;
  readonly prev: number | null;
  /** One past the `%%EOF` that follows, and the offset its `startxref` names; null where there is none. */
  readonly closing: { readonly eof: number; readonly names: number } | null;
};

const free: Entry = { kind: 'free' };

const intAt = (dict: PdfDict, key: string): number | null => {
  const value = dict.entries.get(key);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
};

/** `startxref N %%EOF` right after a section; Acrobat's linearized files repeat a trailer after a stream, nothing else may stand between. */
const readClosing = (source: Source, from: number): Section['closing'] => {
  try {
    return source.parse(from, source.size, (cursor) => {
      const word = readWord(cursor);
      if (word === 'trailer') {
        readValue(cursor);
        readKeyword(cursor, 'startxref');
      } else if (word !== 'startxref') return null;
      const names = readInteger(cursor);
      // %%EOF is a comment to the lexer, so it is looked at sign by sign.
      while (isWhite(cursor.bytes[cursor.at] ?? 0) && cursor.at < cursor.bytes.length) cursor.at += 1;
      const mark = Buffer.from(cursor.bytes.subarray(cursor.at, cursor.at + 5)).toString('latin1');
      return mark === '%%EOF' ? { eof: from + cursor.at + 5, names } : null;
    });
  } catch (error) {
    if (error instanceof PdfError && error.reason === 'damaged') return null;
    throw error;
  }
};

const readRow = (cursor: Cursor): Entry => {
  const offset = readInteger(cursor);
  const gen = readInteger(cursor);
  const kind = readWord(cursor);
  if (kind !== 'n' && kind !== 'f') throw new PdfError('damaged', 'odd cross-reference entry');
  return kind === 'n' && offset > 0 ? { kind: 'at', offset, gen } : free;
};

const readTable = (cursor: Cursor, spend: (count: number) => void) => {
  readKeyword(cursor, 'xref');
  const entries = new Map<number, Entry>();
  for (;;) {
    skipWhite(cursor);
    const word = readWord(cursor);
    if (word === 'trailer') break;
    const first = Number(word);
    const count = readInteger(cursor);
    if (!/^\d{1,10}$/.test(word) || count < 0) throw new PdfError('damaged', 'odd cross-reference table');
    spend(count);
    for (let i = 0; i < count; i++) {
      const row = readRow(cursor);
      // The first row of a number counts (a table that lists one twice is refused by no reader).
      if (!entries.has(first + i)) entries.set(first + i, row);
    }
  }
  const trailer = readValue(cursor);
  if (!isDict(trailer)) throw new PdfError('damaged', 'no trailer');
  return { entries, trailer, end: cursor.base + cursor.at };
};

const widthsOf = (dict: PdfDict): readonly [number, number, number] => {
  const widths = dict.entries.get('W');
  const [a, b, c] = isArray(widths) ? widths.items : [];
  const fits = (value: PdfValue | undefined): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 7;
  if (!fits(a) || !fits(b) || !fits(c) || a + b + c === 0) throw new PdfError('damaged', 'odd widths in a cross-reference stream');
  return [a, b, c];
};

const entryOf = (type: number, second: number, third: number): Entry => {
  if (type === 1) return { kind: 'at', offset: second, gen: third };
  return type === 2 ? { kind: 'in', stream: second, index: third } : free;
};

const readRows = (source: Source, dict: PdfDict, bytes: Uint8Array): Map<number, Entry> => {
  const widths = widthsOf(dict);
  const index = dict.entries.get('Index');
  const ranges = isArray(index) ? index.items : [0, intAt(dict, 'Size') ?? 0];
  const entries = new Map<number, Entry>();
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
    if (typeof first !== 'number' || typeof count !== 'number' || first < 0 || count < 0) throw new PdfError('damaged', 'odd Index');
    source.spendEntries(count);
    for (let n = 0; n < count && at + row <= bytes.length; n++) {
      const entry = entryOf(take(widths[0], 1), take(widths[1], 0), take(widths[2], 0));
      if (!entries.has(first + n)) entries.set(first + n, entry);
    }
  }
  return entries;
};

const readXrefStream = (source: Source, offset: number) => {
  const head = source.parse(offset, source.size, (cursor) => {
    readInteger(cursor);
    readInteger(cursor);
    readKeyword(cursor, 'obj');
    const dict = readValue(cursor);
    if (!isDict(dict) || !nameIs(dict.entries.get('Type'), 'XRef')) throw new PdfError('damaged', 'not a cross-reference stream');
    return { dict, from: streamStart(cursor) };
  });
  const length = intAt(head.dict, 'Length');
  if (length === null || head.from + length > source.size) throw new PdfError('damaged', 'a cross-reference stream without length');
  const bytes = decodeStream(source, head.dict, source.read(head.from, length));
  const end = source.parse(head.from + length, source.size, (cursor) => {
    readKeyword(cursor, 'endstream');
    readKeyword(cursor, 'endobj');
    return cursor.base + cursor.at;
  });
  return { entries: readRows(source, head.dict, bytes), trailer: head.dict, end };
};

/** After a stream's dictionary: the keyword and its line end (7.3.8.1). Answers where the data start. */
export const streamStart = (cursor: Cursor): number => {
  readKeyword(cursor, 'stream');
  const [first, second] = [cursor.bytes[cursor.at], cursor.bytes[cursor.at + 1]];
  if (first === 13 && second === 10) cursor.at += 2;
  else if (first === 10 || first === 13) cursor.at += 1;
  return cursor.base + cursor.at;
};

/** What a hybrid file hides from old readers: its stream's entries stand where the table has none in use (7.5.8.4). */
const withHidden = (source: Source, table: { entries: Map<number, Entry>; trailer: PdfDict }): Map<number, Entry> => {
  const hidden = intAt(table.trailer, 'XRefStm');
  if (hidden === null) return table.entries;
  const merged = new Map(table.entries);
  for (const [num, entry] of readXrefStream(source, hidden).entries) {
    if (entry.kind !== 'free' && (merged.get(num)?.kind ?? 'free') === 'free') merged.set(num, entry);
  }
  return merged;
};

const sectionAt = (source: Source, named: number): Section => {
  const start = source.parse(named, source.size, (cursor) => {
    skipWhite(cursor);
    return { offset: cursor.base + cursor.at, isTable: cursor.bytes[cursor.at] === 0x78 };
  });
  const { offset } = start;
  const read = start.isTable
    ? source.parse(offset, source.size, (cursor) => readTable(cursor, source.spendEntries))
    : readXrefStream(source, offset);
  const entries = start.isTable ? withHidden(source, read) : read.entries;
  return { offset, entries, trailer: read.trailer, prev: intAt(read.trailer, 'Prev') || null, closing: readClosing(source, read.end) };
};

/** The offset that the file's last `startxref` names. */
const lastStart = (source: Source): number => {
  const step = 64 * 1024;
  for (let to = source.size; to > 0; to -= step) {
    const from = Math.max(0, to - step - 16);
    const at = viewOf(source.read(from, to - from)).lastIndexOf('startxref');
    if (at === -1) continue;
    return source.parse(from + at, source.size, (cursor) => {
      readKeyword(cursor, 'startxref');
      return readInteger(cursor);
    });
  }
  throw new PdfError('damaged', 'no startxref');
};

/** All sections, the newest first. */
export const readSections = (source: Source, maxSections: number): readonly Section[] => {
  const sections: Section[] = [];
  const seen = new Set<number>();
  for (let next: number | null = lastStart(source); next !== null; ) {
    const section = sectionAt(source, next);
    if (seen.has(section.offset)) throw new PdfError('damaged', 'the cross-reference chain turns in a circle');
    seen.add(section.offset);
    sections.push(section);
    if (sections.length > maxSections) throw new PdfError('over-limits', 'too many revisions');
    next = section.prev;
  }
  return sections;
};
