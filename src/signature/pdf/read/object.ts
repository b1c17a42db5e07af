/** The values PDF files are made of (ISO 32000-2 7.3), with their places in the file where a signature needs them. */

export type PdfName = { readonly kind: 'name'; readonly name: string };
/** A word that is no value of the format: some writers leave such, and readers go on after it. */
export type PdfOdd = { readonly kind: 'odd'; readonly word: string };
export type PdfRef = { readonly kind: 'ref'; readonly num: number; readonly gen: number };
export type PdfString = {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  /** `hex` only when every sign between the brackets is a hex digit and their number is even. */
  readonly form: 'literal' | 'hex' | 'odd-hex';
  /** Where the token starts, and one past its end; NaN inside an object stream. */
  readonly start: number;
  readonly end: number;
};
export type PdfArray = { readonly kind: 'array'; readonly items: readonly PdfValue[] };
export type PdfDict = {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
  /** Keys that stand more than once: readers disagree about which one counts. */
  readonly repeated: readonly string[];
  readonly start: number;
  readonly end: number;
};
export type PdfStream = { readonly kind: 'stream'; readonly dict: PdfDict; readonly from: number; readonly source: Span };
/** Bytes of a stream as they stand: a place in the file. */
export type Span = { readonly offset: number; readonly length: number };
export type PdfValue = null | boolean | number | PdfOdd | PdfName | PdfRef | PdfString | PdfArray | PdfDict | PdfStream;

export type PdfFault = 'damaged' | 'encrypted' | 'over-limits';

export class PdfError extends Error {
  readonly reason: PdfFault;
  constructor(reason: PdfFault, message: string) {
    super(message);
    this.name = 'PdfError';
    this.reason = reason;
  }
}

const isKind =
  <Kind extends string>(kind: Kind) =>
  (value: PdfValue | undefined): value is Extract<PdfValue, { kind: Kind }> =>
    typeof value === 'object' && value !== null && value.kind === kind;

export const isOdd = isKind('odd');
export const isName = isKind('name');
export const isRef = isKind('ref');
export const isString = isKind('string');
export const isArray = isKind('array');
export const isDict = isKind('dict');
export const isStream = isKind('stream');

export const nameIs = (value: PdfValue | undefined, name: string): boolean => isName(value) && value.name === name;
