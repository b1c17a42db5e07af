/**
 * Whether a signature's ByteRange is its revision less the Contents token, exactly (ISO 32000-2 12.8.1):
 * from 0, a gap that is the token, to the end of a revision in which a field holds this dictionary.
 */

import { type Found, fieldsOf } from './fields.ts';
import { isWhite } from './read/cursor.ts';
import type { PdfDocument, View } from './read/document.ts';
import { isArray, isDict, isString, type PdfDict, type PdfString } from './read/object.ts';

export type Range = { readonly offset: number; readonly length: number };

export type Coverage = {
  /** What is hashed; empty when the ByteRange makes no sense. */
  readonly ranges: readonly Range[];
  /** DER and padding; null when there is none. */
  readonly contents: Uint8Array | null;
  /** The revision covered, or in which the dictionary stands. */
  readonly view: View;
  readonly fault: 'coverage' | 'malformed-signature' | null;
};

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The two ranges when they are in order and in the file, else null. */
export const rangesOf = (dict: PdfDict, size: number): readonly [Range, Range] | null => {
  const value = dict.entries.get('ByteRange');
  if (!isArray(value) || value.items.length !== 4) return null;
  const [a, b, c, d] = value.items;
  if (!isPlace(a) || !isPlace(b) || !isPlace(c) || !isPlace(d)) return null;
  // Out of order, overlapping or beyond the file: nothing to hash.
  if (a + b > c || c + d > size) return null;
  return [
    { offset: a, length: b },
    { offset: c, length: d },
  ];
};

/** The revision that ends where the range does: right after `%%EOF`, or after white space that follows it. */
const viewEndingAt = (document: PdfDocument, end: number): View | null => {
  const view = document.views.findLast((one) => one.end <= end);
  if (view === undefined || end - view.end > 1024) return null;
  return document.source.read(view.end, end - view.end).every(isWhite) ? view : null;
};

const isHeldIn = (view: View, dict: PdfDict): boolean =>
  fieldsOf(view).some((field) => {
    const value = field.type === 'Sig' ? view.resolve(field.value) : null;
    return isDict(value) && value.start === dict.start;
  });

/**
 * Whether a cross-reference points past its own revision, which leaves a hole for whoever comes later, or
 * into the signature's own dictionary, whose Contents nobody signed: an object there could be made of it.
 */
const pointsAstray = (document: PdfDocument, view: View, dict: PdfDict): boolean => {
  const isWithin = (offset: number) => offset >= dict.start && offset < dict.end;
  const isAhead = (offset: number) => offset >= view.end && offset < document.source.size;
  const anyEntry = (sections: View['sections'], isWrong: (offset: number) => boolean) =>
    sections.some((section) => {
      if (isWithin(section.offset) || isWithin(section.hidden ?? -1)) return true;
      for (const entry of section.entries.values()) if (entry.kind === 'at' && isWrong(entry.offset)) return true;
      return false;
    });
  return anyEntry(view.sections, (offset) => isAhead(offset) || isWithin(offset)) || anyEntry(document.latest.sections, isWithin);
};

const isExactly = (ranges: readonly [Range, Range], contents: PdfString): boolean =>
  ranges[0].offset === 0 && ranges[0].length === contents.start && ranges[1].offset === contents.end;

/** Where the dictionary stands when its range says nothing useful. */
const homeOf = (document: PdfDocument, dict: PdfDict): View => document.views.find((view) => dict.start < view.end) ?? document.latest;

export const coverageOf = (document: PdfDocument, found: Found): Coverage => {
  const { dict } = found;
  const contents = dict.entries.get('Contents');
  const none: Coverage = { ranges: [], contents: null, view: homeOf(document, dict), fault: 'malformed-signature' };
  if (dict.repeated.length > 0 || !isString(contents) || !dict.entries.has('ByteRange')) return none;
  const ranges = rangesOf(dict, document.source.size);
  if (ranges === null) return { ...none, contents: contents.bytes, fault: 'coverage' };
  const view = viewEndingAt(document, ranges[1].offset + ranges[1].length);
  const covered = { ranges, contents: contents.bytes, view: view ?? none.view };
  if (contents.form !== 'hex' || found.field === null) return { ...covered, fault: 'malformed-signature' };
  const isCovered =
    view !== null &&
    isExactly(ranges, contents) &&
    document.disorder === null &&
    isHeldIn(view, dict) &&
    !pointsAstray(document, view, dict);
  return { ...covered, fault: isCovered ? null : 'coverage' };
};
