/**
 * Signature dictionaries that no field of the newest revision holds: removed, hidden, or cut off from the
 * chain of revisions. The name ByteRange, however it is spelt, only says where to look; what stands there
 * is read as an object.
 */

import { type Found, held } from './fields.ts';
import { readInteger, readKeyword, viewOf } from './read/cursor.ts';
import type { PdfDocument, View } from './read/document.ts';
import { readValue } from './read/lexer.ts';
import { isArray, isDict, isStream, type PdfDict, PdfError, type PdfValue, type Span } from './read/object.ts';
import type { Source } from './read/source.ts';

/** More is no file that anyone signs, but decoys to hide among. */
const MAX_HITS = 5000;
const STEP = 256 * 1024;

/** The longest spelling of the name: every sign but the slash as `#xx` (7.3.5). */
const LONGEST = 1 + 3 * 'ByteRange'.length;
const escaped = /^\/(?:B|#42)(?:y|#79)(?:t|#74)(?:e|#65)(?:R|#52)(?:a|#61)(?:n|#6[Ee])(?:g|#67)(?:e|#65)/;

/** Spellings with an escape before `STEP`: looked for only where `#` stands in a run of name signs. */
const escapedIn = (bytes: Buffer): Set<number> => {
  const places = new Set<number>();
  for (let at = bytes.indexOf(0x23); at !== -1; at = bytes.indexOf(0x23, at + 1)) {
    // `#4`, `#5`, `#6`, `#7` only: all the name's signs are letters.
    const digit = bytes[at + 1] ?? 0;
    if (digit < 0x34 || digit > 0x37) continue;
    // Where no slash is, none of these can be spelt.
    const from = Math.max(0, at - LONGEST) + bytes.subarray(Math.max(0, at - LONGEST), at).lastIndexOf(0x2f);
    if (escaped.test(bytes.toString('latin1', from, from + LONGEST))) places.add(from);
  }
  return places;
};

/** Places of the name between `from` and `to`, as they stand in the bytes. */
const speltBetween = (source: Source, from: number, to: number, offsets: number[]): void => {
  const length = Math.min(source.size, to + LONGEST) - from;
  source.walk({ offset: from, length, piece: STEP, overlap: LONGEST }, (bytes, at) => {
    const places = escapedIn(bytes);
    for (let place = bytes.indexOf('/ByteRange'); place !== -1; place = bytes.indexOf('/ByteRange', place + 1)) places.add(place);
    for (const place of places) if (place < STEP && at + place < to) offsets.push(at + place);
    if (offsets.length > MAX_HITS) throw new PdfError('over-limits', 'too many byte ranges');
  });
};

/** Without the `quiet` spans, which stand in order. */
const spelt = (source: Source, quiet: readonly Span[] = []): readonly number[] => {
  const offsets: number[] = [];
  let from = 0;
  for (const { offset, length } of quiet) {
    if (offset > from) speltBetween(source, from, offset, offsets);
    from = Math.max(from, offset + length);
  }
  if (from < source.size) speltBetween(source, from, source.size, offsets);
  return offsets;
};

/** Objects larger than this are looked at before their bytes are searched: most of a large file is in streams. */
const LARGE = 32 * 1024;

/** Data of large streams, in order: what is written there is text, whatever it says. */
const quietSpans = (document: PdfDocument): readonly Span[] => {
  const sections = document.updates.flat();
  const count = sections.reduce((sum, section) => sum + section.entries.size, 0);
  const offsets = new Float64Array(count + 1).fill(document.source.size);
  let used = 0;
  for (const section of sections) for (const entry of section.entries.values()) if (entry.kind === 'at') offsets[used++] = entry.offset;
  offsets.sort();
  const large = new Set<number>();
  for (let i = 0; i < used; i++) if ((offsets[i + 1] ?? 0) - (offsets[i] ?? 0) > LARGE) large.add(offsets[i] ?? 0);
  return placesOf(document, (offset) => large.has(offset)).flatMap(streamAt);
};

const streamAt = ({ num, offset, view }: Place): readonly Span[] => {
  const entry = view.lookup(num);
  if (entry.kind !== 'at' || entry.offset !== offset) return [];
  const value = view.resolve({ kind: 'ref', num, gen: 0 });
  return isStream(value) ? [value.source] : [];
};

type Place = { readonly num: number; readonly offset: number; readonly view: View };

/** Object numbers and places of the plain entries wanted, by offset. */
const placesOf = (document: PdfDocument, isWanted: (offset: number) => boolean): readonly Place[] => {
  const places: Place[] = [];
  for (const [i, view] of document.views.entries()) {
    for (const section of document.updates[i] ?? []) {
      for (const [num, entry] of section.entries)
        if (entry.kind === 'at' && isWanted(entry.offset)) places.push({ num, offset: entry.offset, view });
    }
  }
  return places.sort((a, b) => a.offset - b.offset);
};

const dictAround = (value: PdfValue, at: number, depth = 0): PdfDict | null => {
  if (isArray(value)) return value.items.map((item) => dictAround(item, at, depth + 1)).find((one) => one !== null) ?? null;
  if (!isDict(value) || at < value.start || at >= value.end || depth > 20) return null;
  return [...value.entries.values()].map((item) => dictAround(item, at, depth + 1)).find((one) => one !== null) ?? value;
};

const isInside = (value: PdfValue, at: number): boolean =>
  isStream(value) && at >= value.source.offset && at < value.source.offset + value.source.length;

/** How far before the name its object may begin: Contents often stands in between. */
const BACK = 512 * 1024;

/** The object that the bytes before `at` begin, where no cross-reference says what stands there. */
const looseDict = (source: Source, at: number): PdfDict | null => {
  const from = Math.max(0, at - BACK);
  const bytes = viewOf(source.read(from, at - from));
  const mark = bytes.lastIndexOf(' obj');
  const head = /(\d{1,10}) (\d{1,5})$/.exec(bytes.subarray(Math.max(0, mark - 18), mark).toString('latin1'));
  if (mark === -1 || head === null) return null;
  try {
    return source.parse(from + mark - head[0].length, source.size, (cursor) => {
      readInteger(cursor);
      readInteger(cursor);
      readKeyword(cursor, 'obj');
      return dictAround(readValue(cursor), at);
    });
  } catch (error) {
    if (error instanceof PdfError && error.reason === 'damaged') return null;
    throw error;
  }
};

/** The field that held this dictionary in an earlier revision, null when none ever did. */
const fieldIn = (document: PdfDocument, dict: PdfDict): string | null => {
  for (const view of document.views) {
    const field = held(view).find((one) => one.dict.start === dict.start);
    if (field !== undefined) return field.field;
  }
  return null;
};

const isSignature = (dict: PdfDict | null): dict is PdfDict => dict?.entries.has('ByteRange') === true && dict.entries.has('Contents');

/** Those not among `known`. Text in streams (attached files) and in strings is none. */
export const strays = (document: PdfDocument, known: readonly PdfDict[]): readonly Found[] => {
  const isKnown = (at: number) => known.some((dict) => at > dict.start && at < dict.end);
  const hits = spelt(document.source, quietSpans(document)).filter((at) => !isKnown(at));
  const places = hits.length === 0 ? [] : placesOf(document, () => true);
  const found = new Map<number, Found>();
  for (const at of hits) {
    const place = places.findLast((one) => one.offset <= at);
    const value = place === undefined ? null : place.view.resolve({ kind: 'ref', num: place.num, gen: 0 });
    if (isInside(value, at)) continue;
    const dict = dictAround(value, at) ?? looseDict(document.source, at);
    if (isSignature(dict)) found.set(dict.start, { dict, field: fieldIn(document, dict), current: false });
  }
  return [...found.values()];
};

/** Of a file whose structure cannot be read: whatever looks like a signature. */
export const strayDicts = (source: Source): readonly PdfDict[] => {
  const dicts = spelt(source)
    .map((at) => looseDict(source, at))
    .filter(isSignature);
  return [...new Map(dicts.map((dict) => [dict.start, dict])).values()];
};

/**
 * The value of a signature (the DER or BER of a CMS) whose dictionary never ends: an update that was cut off on
 * its way, behind revisions that still read well. Signed ones that end are among `strays`.
 */
export const endsInSignature = ({ source, trailing }: PdfDocument): boolean => {
  if (trailing === null) return false;
  const from = Math.max(trailing, source.size - BACK);
  return /\/Contents\s*<\s*30\s*8[0-4]/.test(viewOf(source.read(from, source.size - from)).toString('latin1'));
};
