/** What a later revision did, and the two views of the file it is told from. */
import type { View } from '../read/document.ts';
import { isArray, isDict, isRef, type PdfDict, type PdfRef, type PdfValue } from '../read/object.ts';

/**
 * `validation`: DSS and document timestamps. `form` carries the field's name, for FieldMDP (`every` for
 * what touches all fields), and so does `signature`, of the field that came or was signed.
 */
export type Effect = {
  readonly kind: 'validation' | 'signature' | 'form' | 'annotation' | 'visible';
  /** In Vietnamese: the place and the thing. */
  readonly what: string;
  readonly field?: string;
};

export const every = '*';

/** A revision and the one before it. */
export type Pair = { readonly before: View; readonly after: View };

export const visible = (what: string): Effect => ({ kind: 'visible', what });
export const empty: PdfDict = { kind: 'dict', entries: new Map(), repeated: [], start: 0, end: 0 };
export const refTo = (num: number): PdfRef => ({ kind: 'ref', num, gen: 0 });
export const numOf = (value: PdfValue | undefined): number | null => (isRef(value) ? value.num : null);

export const itemsAt = (view: View, value: PdfValue | undefined): readonly PdfValue[] => {
  const list = view.resolve(value);
  return isArray(list) ? list.items : [];
};
export const dictAt = (view: View, value: PdfValue | undefined): PdfDict => {
  const dict = view.resolve(value);
  return isDict(dict) ? dict : empty;
};
export const pageWord = (page: number): string => `trang ${page + 1}`;
