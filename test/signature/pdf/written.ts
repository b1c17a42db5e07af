/** Bytes, cursors and whole PDFs written out by hand, one byte a sign (latin-1), so that every offset is known. */
import type { RandomAccess } from '../../../src/envelope/bytes.ts';
import type { Rect } from '../../../src/signature/pdf/paint/rect.ts';
import type { Cursor } from '../../../src/signature/pdf/read/cursor.ts';
import { openPdf, type View } from '../../../src/signature/pdf/read/document.ts';
import { readValue } from '../../../src/signature/pdf/read/lexer.ts';
import { isDict, type PdfDict, PdfError, type PdfValue } from '../../../src/signature/pdf/read/object.ts';
import { type PdfLimits, pdfLimits, type Source, sourceOf } from '../../../src/signature/pdf/read/source.ts';

export const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

export const fileOf = (text: string): RandomAccess => {
  const bytes = latin(text);
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)) };
};

export const sourceFrom = (text: string, limits: Partial<PdfLimits> = {}): Source => sourceOf(fileOf(text), { ...pdfLimits, ...limits });

/** At the first sign of the text, which is the end of the file unless told otherwise. */
export const cursorOn = (text: string, more: Partial<Cursor> = {}): Cursor => ({
  ...{ bytes: latin(text), at: 0, base: 0, last: true, count: () => undefined },
  ...more,
});

/** `reason: message` of the PdfError that is thrown, `none` when nothing is. */
export const faultIn = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    if (error instanceof PdfError) return `${error.reason}: ${error.message}`;
    throw error;
  }
};

/** What values are without their places: names and references as they are written, strings as text in brackets. */
export const plain = (value: PdfValue): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (value.kind === 'name') return `/${value.name}`;
  if (value.kind === 'ref') return `${value.num} ${value.gen} R`;
  if (value.kind === 'odd') return { odd: value.word };
  if (value.kind === 'string') return `(${Buffer.from(value.bytes).toString('latin1')})`;
  if (value.kind === 'array') return value.items.map(plain);
  if (value.kind === 'dict') return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
  return { stream: plain(value.dict), ...value.source };
};

export type Objects = Readonly<Record<number, string>>;
/** A file so far: each revision adds to the text; `at` are the places of its own objects. */
export type Written = { readonly text: string; readonly at: Readonly<Record<number, number>>; readonly xref: number };

export const row = (offset: number, gen = 0, kind = 'n'): string =>
  `${String(offset).padStart(10, '0')} ${String(gen).padStart(5, '0')} ${kind} \n`;

/** The objects after what is there, one `N 0 obj` each. */
export const withObjects = (before: string, objects: Objects): Pick<Written, 'text' | 'at'> => {
  const at: Record<number, number> = {};
  let text = before;
  for (const [num, body] of Object.entries(objects)) {
    at[Number(num)] = text.length;
    text += `${num} 0 obj\n${body}\nendobj\n`;
  }
  return { text, at };
};

export const closed = (text: string, xref: number): string => `${text}startxref\n${xref}\n%%EOF\n`;

/** One revision with a table: `trailer` is what its dictionary says besides Root and Prev. */
export const revised = (before: Written | string, objects: Objects, trailer = ''): Written => {
  const old = typeof before === 'string' ? { text: before, xref: null } : before;
  const { text, at } = withObjects(old.text, objects);
  const rows = Object.entries(at).map(([num, offset]) => `${num} 1\n${row(offset)}`);
  const prev = old.xref === null ? '' : ` /Prev ${old.xref}`;
  const table = `xref\n${rows.join('')}trailer\n<< /Root 1 0 R${prev} ${trailer} >>\n`;
  return { text: closed(text + table, text.length), at, xref: text.length };
};

export const header = '%PDF-1.7\n';
export const catalog = '<< /Type /Catalog /Pages 2 0 R >>';

export const stream = (data: string, dict = ''): string => `<< ${dict} /Length ${data.length} >>\nstream\n${data}\nendstream`;

/** The body of a cross-reference stream of rows of one, four and two bytes. */
export const xrefStream = (rows: readonly (readonly [type: number, second: number, third: number])[], dict = ''): string => {
  const data = rows.map(([type, second, third]) => {
    const bytes = Buffer.alloc(7);
    bytes.writeUInt8(type, 0);
    bytes.writeUInt32BE(second, 1);
    bytes.writeUInt16BE(third, 5);
    return bytes.toString('latin1');
  });
  return stream(data.join(''), `/Type /XRef /W [1 4 2] /Size ${rows.length} ${dict}`);
};

const ranges = '/ByteRange [0 aaaaaaaaaa bbbbbbbbbb cccccccccc]';
/** The inside of a signature dictionary whose ranges `ranged` fills in. */
export const unranged = (contents = '<3003020100>', more = '/Type /Sig /SubFilter /ETSI.CAdES.detached'): string =>
  `${more} /Contents ${contents} ${ranges}`;
/** The first ranges left open become the whole text but the value of the last Contents before them. */
export const ranged = (text: string, moved: readonly [number, number, number, number] = [0, 0, 0, 0]): string => {
  const open = text.lastIndexOf('/Contents ', text.indexOf(ranges)) + '/Contents '.length;
  const close = Math.max(text.indexOf('>', open), 0) + 1;
  const [a, b, c, d] = moved;
  const filled = `/ByteRange [${a} ${open + b} ${close + c} ${text.length - close + d}`;
  return text.replace(ranges, `${filled.padEnd(ranges.length - 1)}]`);
};
/** A catalog whose form has the fields given by their references or dictionaries. */
export const catalogWith = (fields: string, more = ''): string => `<< /Type /Catalog /AcroForm << /Fields [${fields}] >> ${more} >>`;

/** The latest revision of a file of these objects, with an empty catalog unless it is given. */
export const viewWith = (objects: Objects, limits: Partial<PdfLimits> = {}): View =>
  openPdf(sourceFrom(revised(header, { 1: '<< >>', ...objects }).text, limits), 9).latest;

/** A dictionary as it is written between its brackets. */
export const dictOf = (inside: string): PdfDict => {
  const value = readValue(cursorOn(`<< ${inside} >>`));
  if (!isDict(value)) throw new Error('no dictionary');
  return value;
};

const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0;
/** Left, bottom, right, top, to a thousandth of a point. */
export const sides = ({ left, bottom, right, top }: Rect): readonly number[] => [left, bottom, right, top].map(rounded);
export const points = (list: readonly (readonly [number, number])[]): readonly (readonly number[])[] =>
  list.map((point) => point.map(rounded));
