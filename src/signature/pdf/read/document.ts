/**
 * A PDF as its revisions: each incremental update is one, and can be looked at as the file was then,
 * with nothing after its end. Objects are read when asked for and kept by their place in the file.
 */

import { decodeStream } from './filter.ts';
import { isDict, isRef, type PdfDict, PdfError, type PdfStream, type PdfValue } from './object.ts';
import { type Held, orElse, type Reader, readerOf } from './reader.ts';
import type { Entry } from './rows.ts';
import type { Source } from './source.ts';
import { readSections, type Section } from './xref.ts';

/** The file as it was at the end of a revision. */
export type View = {
  /** From 1, the oldest. */
  readonly revision: number;
  /** One past `%%EOF`; nothing beyond exists in this view. */
  readonly end: number;
  /** The newest first. */
  readonly sections: readonly Section[];
  readonly trailer: PdfDict;
  lookup(num: number): Entry;
  /** Follows references; what is missing, free or unreadable is null, as every reader has it (7.3.10). */
  resolve(value: PdfValue | undefined): PdfValue;
  /** Whether an object that should stand there cannot be read: other readers may still make something of it. */
  isTorn(num: number): boolean;
  /** Where an object stands, equal exactly when it is the same bytes; null where there is none. */
  placeOf(num: number): string | null;
  raw(span: { offset: number; length: number }): Uint8Array;
  /** The data of a stream behind its filters; null when they are others than Flate or cannot be undone. */
  decode(stream: PdfStream): Uint8Array | null;
  /** Throws `over-limits` when the time is up. */
  tick(): void;
};

export type PdfDocument = {
  readonly source: Source;
  /** Oldest first; at least one. */
  readonly views: readonly View[];
  readonly latest: View;
  /** Sections that the chain brings, oldest first, one list a revision. */
  readonly updates: readonly (readonly Section[])[];
  /** Null when the chain of revisions is in order; else what is odd about it (a signed file with this is not covered). */
  readonly disorder: string | null;
  /** Offset of the first byte after the last revision that is not white space, or null. */
  readonly trailing: number | null;
};

const viewOf = (source: Source, reader: Reader, sections: readonly Section[], revision: number, end: number): View => {
  const [newest] = sections;
  if (newest === undefined) throw new PdfError('damaged', 'no cross-reference section');
  const lookup = (num: number): Entry => {
    for (const section of sections) {
      const entry = section.entries.get(num);
      if (entry !== undefined) return entry;
    }
    return { kind: 'free' };
  };
  const object = (num: number): Held | null => {
    const entry = lookup(num);
    if (entry.kind === 'at') return entry.offset < end ? reader.at(entry.offset, num, view) : null;
    return entry.kind === 'in' ? reader.inside(entry.stream, entry.index, num, view) : null;
  };
  const resolve = (value: PdfValue | undefined): PdfValue => {
    let current = value ?? null;
    for (let hops = 0; isRef(current); hops++) current = hops < 32 ? (object(current.num)?.value ?? null) : null;
    return current;
  };
  const placeOf = (num: number): string | null => {
    const entry = lookup(num);
    if (entry.kind === 'at') return entry.offset < end ? `${entry.offset}` : null;
    if (entry.kind === 'free') return null;
    const stream = lookup(entry.stream);
    return stream.kind === 'at' && stream.offset < end ? `${stream.offset}:${entry.index}` : null;
  };
  const decode = (stream: PdfStream): Uint8Array | null => {
    const entries = new Map([...stream.dict.entries].map(([key, value]) => [key, resolve(value)] as const));
    return orElse(() => decodeStream(source, { ...stream.dict, entries }, raw(stream.source)), null);
  };
  const isTorn = (num: number): boolean => object(num)?.isTorn === true;
  const raw: View['raw'] = ({ offset, length }) => source.read(offset, length);
  const view: View = { revision, end, sections, trailer: newest.trailer, lookup, resolve, isTorn, placeOf, raw, decode, tick: source.tick };
  return view;
};

/**
 * Sections by revision, oldest first. A section whose predecessor stands *later* in the file is the
 * first part of a linearized file (annex F): both are one revision.
 */
const groupSections = (newestFirst: readonly Section[]): Section[][] => {
  const groups: Section[][] = [];
  let younger: Section | null = null;
  for (const section of newestFirst) {
    if (younger !== null && section.offset > younger.offset) groups[0]?.push(section);
    else groups.unshift([section]);
    younger = section;
  }
  return groups;
};

const white = new Set([0, 9, 10, 12, 13, 32]);

const firstTrailing = (source: Source, end: number): number | null => {
  for (let at = end; at < source.size; at += 64 * 1024) {
    const found = source.read(at, 64 * 1024).findIndex((sign) => !white.has(sign));
    if (found !== -1) return at + found;
  }
  return null;
};

/** The last closing of a revision: where it ends, and whether its startxref leads back into it. */
const closingOf = (source: Source, group: readonly Section[], isLast: boolean) => {
  const closings = group.flatMap((section) => (section.closing === null ? [] : [section.closing]));
  const last = closings.toSorted((a, b) => b.eof - a.eof)[0];
  if (last === undefined) return { end: isLast ? source.size : 0, leads: false };
  const newest = group[0]?.offset ?? -1;
  return { end: last.eof, leads: last.names <= newest && newest - last.names < 16 };
};

/** An object that a reader may find in two places, of which the chain of sections prefers one. */
const doubledIn = (newestFirst: readonly Section[]): string | null => {
  for (const [i, section] of newestFirst.entries()) {
    // Updates of a hybrid file often name its old stream again: what that says is older than their table.
    const isRepeated = newestFirst.slice(i + 1).some((older) => older.hidden === section.hidden);
    const num = section.doubled ?? (isRepeated ? null : section.contested);
    if (num !== null) return `object ${num} stands twice in one section`;
  }
  return null;
};

/** Opens a PDF. Throws PdfError: `damaged`, `encrypted`, `over-limits`. */
export const openPdf = (source: Source, maxRevisions: number): PdfDocument => {
  const { sections: newestFirst, isTwofold } = readSections(source, maxRevisions);
  const updates = groupSections(newestFirst);
  const reader = readerOf(source);
  let disorder = isTwofold ? 'its offsets can be read in two ways' : doubledIn(newestFirst);
  let before = 0;
  const views = updates.map((group, i) => {
    const { end, leads } = closingOf(source, group, i === updates.length - 1);
    if (!leads) disorder = `revision ${i + 1} does not end with its own startxref and %%EOF`;
    if (end <= before) disorder = `revision ${i + 1} does not stand after the one before`;
    before = end;
    const sections = updates
      .slice(0, i + 1)
      .toReversed()
      .flat();
    return viewOf(source, reader, sections, i + 1, end);
  });
  const latest = views.at(-1);
  if (latest === undefined) throw new PdfError('damaged', 'no revision');
  if (newestFirst.some((section) => (section.trailer.entries.get('Encrypt') ?? null) !== null)) {
    throw new PdfError('encrypted', 'the file is encrypted');
  }
  if (!isDict(latest.resolve(latest.trailer.entries.get('Root')))) throw new PdfError('damaged', 'no catalog');
  return { source, views, latest, updates, disorder, trailing: firstTrailing(source, latest.end) };
};
