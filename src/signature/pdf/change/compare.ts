/** Whether two PDF values mean the same, each in its own view of the file. */
import type { View } from '../read/document.ts';
import {
  isArray,
  isDict,
  isName,
  isRef,
  isStream,
  isString,
  type PdfDict,
  type PdfRef,
  type PdfStream,
  type PdfValue,
} from '../read/object.ts';

type Side = { readonly view: View; readonly value: PdfValue };

const MAX_DEPTH = 12;
const PIECE = 1024 * 1024;

const sameBytes = (a: PdfStream, b: PdfStream, before: View, after: View): boolean => {
  if (a.source.length !== b.source.length) return false;
  for (let at = 0; at < a.source.length; at += PIECE) {
    after.tick();
    const length = Math.min(PIECE, a.source.length - at);
    const left = before.raw({ offset: a.source.offset + at, length });
    if (Buffer.compare(left, after.raw({ offset: b.source.offset + at, length })) !== 0) return false;
  }
  return true;
};

/** Keys whose values differ. One that stands twice in the later dictionary differs: readers take the first or the last. */
export const differingKeys = (a: PdfDict, b: PdfDict, before: View, after: View, depth = 0): readonly string[] =>
  [...new Set([...a.entries.keys(), ...b.entries.keys()])].filter(
    (key) =>
      b.repeated.includes(key) ||
      !isSame({ view: before, value: a.entries.get(key) ?? null }, { view: after, value: b.entries.get(key) ?? null }, depth + 1),
  );

const isSameDict = (a: PdfDict, b: PdfDict, before: View, after: View, depth: number): boolean =>
  differingKeys(a, b, before, after, depth).length === 0;

const isSameStream = (a: PdfStream, b: PdfStream, before: View, after: View, depth: number): boolean =>
  (a.from === b.from || sameBytes(a, b, before, after)) &&
  differingKeys(a.dict, b.dict, before, after, depth).every((key) => key === 'Length');

/** Whether some dictionary of the value has a key twice. */
export const hasRepeated = (value: PdfValue): boolean => {
  if (isArray(value)) return value.items.some(hasRepeated);
  const dict = isStream(value) ? value.dict : value;
  if (!isDict(dict)) return false;
  if (dict.repeated.length > 0) return true;
  for (const item of dict.entries.values()) if (hasRepeated(item)) return true;
  return false;
};

/** Whether strict readers find what it names: under another generation than the table's they take it for null (7.3.10). */
export const isFound = (view: View, { num, gen }: PdfRef): boolean => {
  const entry = view.lookup(num);
  return entry.kind === 'free' || (entry.kind === 'at' ? entry.gen : 0) === gen;
};

const isAstray = (view: View, value: PdfValue): boolean => isRef(value) && !isFound(view, value);

/**
 * References to the same number are the same here (an object that changed is judged on its own); to
 * different numbers, when what they point at is.
 */
export const isSame = (left: Side, right: Side, depth = 0): boolean => {
  const [a, b] = [left.value, right.value];
  if (isRef(a) && isRef(b) && a.num === b.num) return a.gen === b.gen;
  if (depth > MAX_DEPTH) return false;
  if (isAstray(left.view, a) || isAstray(right.view, b)) return false;
  if (isRef(a) || isRef(b)) {
    const [x, y] = [left.view.resolve(a), right.view.resolve(b)];
    return isSame({ view: left.view, value: x }, { view: right.view, value: y }, depth + 1);
  }
  if (isArray(a) && isArray(b)) {
    return (
      a.items.length === b.items.length &&
      a.items.every((item, i) => isSame({ view: left.view, value: item }, { view: right.view, value: b.items[i] ?? null }, depth + 1))
    );
  }
  if (isDict(a) && isDict(b)) return isSameDict(a, b, left.view, right.view, depth);
  if (isStream(a) && isStream(b)) return isSameStream(a, b, left.view, right.view, depth);
  if (isName(a) && isName(b)) return a.name === b.name;
  if (isString(a) && isString(b)) return Buffer.compare(a.bytes, b.bytes) === 0;
  return a === b;
};
