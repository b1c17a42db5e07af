/**
 * Cross-reference sections (ISO 32000-2 7.5.4, 7.5.8): tables, streams and hybrids, each with its trailer
 * and the place where its revision of the file ends. Only what the chain from the last `startxref`
 * names is read; nothing is searched for or repaired.
 */

import { type Cursor, Cut, isWhite, readInteger, readKeyword, readWord, skipWhite, viewOf } from './cursor.ts';
import { decodeStream } from './filter.ts';
import { readValue } from './lexer.ts';
import { isDict, nameIs, type PdfDict, PdfError } from './object.ts';
import { type Entry, isSameEntry, type Rows, readRows, readTable } from './rows.ts';
import type { Source } from './source.ts';

export type Section = {
  /** Where `xref` or the stream's object number stands; `hidden` likewise, of the stream that a hybrid's table names. */
  readonly offset: number;
  readonly hidden: number | null;
  readonly entries: ReadonlyMap<number, Entry>;
  /** A number that the section gives two different places, null when there is none: readers disagree about it. */
  readonly doubled: number | null;
  /** Likewise, between a hybrid's table and its stream. */
  readonly contested: number | null;
  readonly trailer: PdfDict;
  readonly prev: number | null;
  /** One past the `%%EOF` that follows, and the offset its `startxref` names; null where there is none. */
  readonly closing: { readonly eof: number; readonly names: number } | null;
};

const intAt = (dict: PdfDict, key: string): number | null => {
  const value = dict.entries.get(key);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
};

/** `startxref N %%EOF` right after a section; Acrobat's linearized files repeat a trailer after a stream, nothing else may stand between. */
const readClosing = (source: Source, from: number, origin: number): Section['closing'] => {
  try {
    return source.parse(from, source.size, (cursor) => {
      const word = readWord(cursor);
      if (word === 'trailer') {
        readValue(cursor);
        readKeyword(cursor, 'startxref');
      } else if (word !== 'startxref') return null;
      const names = readInteger(cursor) + origin;
      // %%EOF is a comment to the lexer, so it is looked at sign by sign.
      while (isWhite(cursor.bytes[cursor.at] ?? 0) && cursor.at < cursor.bytes.length) cursor.at += 1;
      if (cursor.at + 5 > cursor.bytes.length && !cursor.last) throw new Cut();
      const mark = Buffer.from(cursor.bytes.subarray(cursor.at, cursor.at + 5)).toString('latin1');
      return mark === '%%EOF' ? { eof: from + cursor.at + 5, names } : null;
    });
  } catch (error) {
    if (error instanceof PdfError && error.reason === 'damaged') return null;
    throw error;
  }
};

const readXrefStream = (source: Source, offset: number, origin: number) => {
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
  return { ...readRows(source, head.dict, bytes, origin), trailer: head.dict, end };
};

/** After a stream's dictionary: the keyword and its line end (7.3.8.1). Answers where the data start. */
export const streamStart = (cursor: Cursor): number => {
  readKeyword(cursor, 'stream');
  const [first, second] = [cursor.bytes[cursor.at], cursor.bytes[cursor.at + 1]];
  if (second === undefined && !cursor.last) throw new Cut();
  if (first === 13 && second === 10) cursor.at += 2;
  else if (first === 10 || first === 13) cursor.at += 1;
  return cursor.base + cursor.at;
};

const firstOf = (numbers: ReadonlySet<number>): number | null => numbers.values().next().value ?? null;

/**
 * What a hybrid file hides from old readers: its stream's entries stand where the table has none in use
 * (7.5.8.4). Where the table has another place in use, old and new readers see different documents.
 */
const withHidden = (source: Source, table: Rows, at: number | null, origin: number) => {
  const doubled = firstOf(table.doubled);
  if (at === null) return { entries: table.entries, doubled, contested: null };
  const entries = new Map(table.entries);
  const stream = readXrefStream(source, at, origin);
  let contested: number | null = null;
  for (const [num, entry] of stream.entries) {
    const known = entries.get(num);
    if (entry.kind === 'free') continue;
    if (known === undefined || known.kind === 'free') entries.set(num, entry);
    else if (!isSameEntry(known, entry)) contested ??= num;
  }
  return { entries, doubled: doubled ?? firstOf(stream.doubled), contested };
};

const sectionAt = (source: Source, named: number, origin: number): Section => {
  const start = source.parse(named, source.size, (cursor) => {
    skipWhite(cursor);
    return { offset: cursor.base + cursor.at, isTable: cursor.bytes[cursor.at] === 0x78 };
  });
  const { offset } = start;
  const read = start.isTable
    ? source.parse(offset, source.size, (cursor) => readTable(cursor, origin, source.spendEntries))
    : readXrefStream(source, offset, origin);
  const stream = start.isTable ? intAt(read.trailer, 'XRefStm') : null;
  const hidden = stream === null ? null : stream + origin;
  const { entries, doubled, contested } = withHidden(source, read, hidden, origin);
  const prev = intAt(read.trailer, 'Prev') || null;
  return {
    ...{ offset, hidden, entries, doubled, contested, trailer: read.trailer, prev: prev === null ? null : prev + origin },
    closing: readClosing(source, read.end, origin),
  };
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

const isSection = (source: Source, offset: number, origin: number): boolean => {
  try {
    sectionAt(source, offset, origin);
    return true;
  } catch (error) {
    if (error instanceof PdfError && error.reason === 'damaged') return false;
    throw error;
  }
};

const HEADER_WITHIN = 1024;

/**
 * Offsets count from the header `%PDF-` (7.5.2), before which mailers leave junk; many writers count from
 * the first byte all the same. `isTwofold`: both ways lead to a section, so that readers may disagree.
 */
const originOf = (source: Source, start: number): { readonly origin: number; readonly isTwofold: boolean } => {
  const header = viewOf(source.read(0, HEADER_WITHIN)).indexOf('%PDF-');
  if (header <= 0) return { origin: 0, isTwofold: false };
  const fromHeader = isSection(source, start + header, header);
  return { origin: fromHeader ? header : 0, isTwofold: fromHeader && isSection(source, start, 0) };
};

export type Sections = {
  /** The newest first. */
  readonly sections: readonly Section[];
  readonly isTwofold: boolean;
};

/** All sections that the chain from the last `startxref` names. */
export const readSections = (source: Source, maxSections: number): Sections => {
  const sections: Section[] = [];
  const seen = new Set<number>();
  const start = lastStart(source);
  const { origin, isTwofold } = originOf(source, start);
  for (let next: number | null = start + origin; next !== null; ) {
    const section = sectionAt(source, next, origin);
    if (seen.has(section.offset)) throw new PdfError('damaged', 'the cross-reference chain turns in a circle');
    seen.add(section.offset);
    sections.push(section);
    if (sections.length > maxSections) throw new PdfError('over-limits', 'too many revisions');
    next = section.prev;
  }
  return { sections, isTwofold };
};
