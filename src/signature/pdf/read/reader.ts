/** Reads indirect objects where the cross-reference says they stand, each once, and keeps them by their place. */
import { viewOf as bufferOf, readInteger, readKeyword, readWord } from './cursor.ts';
import { decodeStream } from './filter.ts';
import { readValue } from './lexer.ts';
import { isDict, isRef, isStream, nameIs, PdfError, type PdfValue } from './object.ts';
import type { Entry } from './rows.ts';
import type { Source } from './source.ts';
import { streamStart } from './xref.ts';

/** What of a revision reading an object needs: where it ends, what stands where, the value of a reference. */
export type Sight = {
  readonly end: number;
  lookup(num: number): Entry;
  resolve(value: PdfValue | undefined): PdfValue;
};

/** `isTorn`: no such object stands there, or it cannot be read. */
export type Held = { readonly value: PdfValue; readonly end: number; readonly isTorn: boolean };
export type Reader = {
  at(offset: number, num: number, view: Sight): Held;
  inside(stream: number, index: number, num: number, view: Sight): Held;
};

const torn: Held = { value: null, end: 0, isTorn: true };

const isCount = (value: PdfValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Where a stream's data end: by Length when `endstream` follows there, else by looking for it. */
const streamEnd = (source: Source, from: number, length: PdfValue, limit: number): number => {
  const isEnd = (at: number) => source.parse(at, limit, readWord) === 'endstream';
  if (isCount(length) && from + length < limit && isEnd(from + length)) return from + length;
  for (let at = from; at < limit; at += 64 * 1024) {
    const found = bufferOf(source.read(at, 64 * 1024 + 16)).indexOf('endstream');
    if (found !== -1 && at + found < limit) return at + found;
  }
  throw new PdfError('damaged', 'a stream without end');
};

const readObject = (source: Source, offset: number, num: number, view: Sight): Held => {
  const head = source.parse(offset, view.end, (cursor) => {
    if (readInteger(cursor) !== num) return null;
    readInteger(cursor);
    readKeyword(cursor, 'obj');
    const value = readValue(cursor);
    const end = cursor.base + cursor.at;
    if (!isDict(value) || readWord(cursor) !== 'stream') return { value, end, from: null };
    cursor.at -= 6;
    return { value, end, from: streamStart(cursor) };
  });
  if (head === null) return torn;
  const { value, end, from } = head;
  if (from === null || !isDict(value)) return { value, end, isTorn: false };
  // A Length that refers to its own stream would go round; it is then looked for.
  const length = value.entries.get('Length');
  const stop = streamEnd(source, from, isRef(length) && length.num === num ? null : view.resolve(length), view.end);
  return { value: { kind: 'stream', dict: value, from, source: { offset: from, length: stop - from } }, end: stop, isTorn: false };
};

type Unpacked = { readonly bytes: Uint8Array; readonly first: number; readonly pairs: readonly (readonly [num: number, offset: number])[] };

const unpack = (source: Source, stream: PdfValue): Unpacked | null => {
  if (!isStream(stream) || !nameIs(stream.dict.entries.get('Type'), 'ObjStm')) return null;
  const count = stream.dict.entries.get('N');
  const first = stream.dict.entries.get('First');
  if (!isCount(count) || !isCount(first)) return null;
  source.spendEntries(count);
  const bytes = decodeStream(source, stream.dict, source.read(stream.source.offset, stream.source.length));
  const cursor = source.decoded(bytes);
  const pairs = Array.from({ length: count }, () => [readInteger(cursor), readInteger(cursor)] as const);
  return { bytes, first, pairs };
};

/** What cannot be read is `instead`, now and whenever it is asked for again. */
export const orElse = <T>(read: () => T, instead: T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof PdfError && error.reason === 'damaged') return instead;
    throw error;
  }
};

export const readerOf = (source: Source): Reader => {
  const held = new Map<number, { readonly num: number; readonly held: Held }>();
  const packs = new Map<number, Unpacked | null>();
  const members = new Map<string, Held>();
  const at: Reader['at'] = (offset, num, view) => {
    const kept = held.get(offset);
    // Two numbers that name one place are read apart: at most one of them is right.
    const known = kept?.num === num ? kept.held : orElse(() => readObject(source, offset, num, view), torn);
    if (kept === undefined) held.set(offset, { num, held: known });
    return known.end <= view.end ? known : torn;
  };
  const packAt = (offset: number, holder: Held): Unpacked | null => {
    const known = packs.get(offset);
    if (known !== undefined) return known;
    const pack = orElse(() => unpack(source, holder.value), null);
    packs.set(offset, pack);
    return pack;
  };
  const inside: Reader['inside'] = (streamNum, index, num, view) => {
    const place = view.lookup(streamNum);
    if (place.kind !== 'at' || place.offset >= view.end) return torn;
    const key = `${place.offset} ${index} ${num}`;
    const known = members.get(key);
    if (known !== undefined) return known;
    const holder = at(place.offset, streamNum, view);
    const pack = packAt(place.offset, holder);
    // Index is only a hint to readers: the number decides.
    const pair = pack?.pairs[index]?.[0] === num ? pack.pairs[index] : pack?.pairs.find(([one]) => one === num);
    if (pack === null || pair === undefined) return torn;
    const cursor = source.decoded(pack.bytes);
    cursor.at = pack.first + pair[1];
    const member = orElse((): Held => ({ value: readValue(cursor), end: holder.end, isTorn: false }), torn);
    members.set(key, member);
    return member;
  };
  return { at, inside };
};
