/**
 * A small PDF 1.7 and its later revisions, written by hand so that every offset is known: one page, one
 * standard font, optional ballast to reach a size. Values are plain; each step answers a new one.
 *
 * Objects: 1 catalog, 2 pages, 3 page, 4 font, 5 page content, 6 ballast (an image nobody draws).
 */
import { createCipheriv, createHash } from 'node:crypto';

/** A file with what is needed to append the next revision. */
export type Pdf = {
  readonly bytes: Uint8Array;
  /** Number of objects + 1 (trailer /Size). */
  readonly size: number;
  readonly xrefAt: number;
  /** Object numbers of the signature fields, in order; they are the page's widgets too. */
  readonly fields: readonly number[];
};

/** An indirect object: its number and its body without `obj`/`endobj`. */
export type PdfObject = { readonly number: number; readonly body: Uint8Array | string };

export const pageWidth = 595;
export const pageHeight = 842;

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const toBytes = (body: Uint8Array | string): Uint8Array => (typeof body === 'string' ? latin(body) : body);

/** `dictionary` is the inside of the stream dictionary without /Length. */
export const streamBody = (dictionary: string, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([latin(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`), bytes, latin('\nendstream')]);

export const catalogBody = (fields: readonly number[]): string => {
  const refs = fields.map((field) => `${field} 0 R`).join(' ');
  const form = fields.length === 0 ? '' : ` /AcroForm << /Fields [${refs}] /SigFlags 3 >>`;
  return `<< /Type /Catalog /Pages 2 0 R /Lang (vi-VN)${form} >>`;
};

export const pageBody = (fields: readonly number[], ballast: boolean): string => {
  const refs = fields.map((field) => `${field} 0 R`).join(' ');
  const images = ballast ? ' /XObject << /Im1 6 0 R >>' : '';
  return (
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${pageWidth} ${pageHeight}] /Contents 5 0 R` +
    ` /Resources << /Font << /F1 4 0 R >>${images} >>${refs === '' ? '' : ` /Annots [${refs}]`} >>`
  );
};

/** Bytes that do not compress and are the same for the same seed. */
const noise = (seed: string, length: number): Uint8Array => {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
};

const ballastBody = (seed: string, length: number): Uint8Array => {
  const width = 256;
  const height = Math.max(1, Math.floor(length / width));
  const dictionary = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8`;
  return streamBody(dictionary, noise(seed, width * height));
};

/** Header, objects, one xref section with a subsection an object, trailer. */
const section = (
  start: number,
  objects: readonly PdfObject[],
  size: number,
  previous: number | null,
): { bytes: Uint8Array; xrefAt: number; offsets: ReadonlyMap<number, number> } => {
  const parts: Uint8Array[] = [];
  const offsets = new Map<number, number>();
  let at = start;
  for (const object of objects) {
    const whole = Buffer.concat([latin(`${object.number} 0 obj\n`), toBytes(object.body), latin('\nendobj\n')]);
    offsets.set(object.number, at);
    parts.push(whole);
    at += whole.length;
  }
  const rows = [...offsets]
    .toSorted(([left], [right]) => left - right)
    .map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`)
    .join('');
  const first = previous === null ? '0 1\n0000000000 65535 f \n' : '';
  const prev = previous === null ? '' : ` /Prev ${previous}`;
  parts.push(latin(`xref\n${first}${rows}trailer\n<< /Size ${size} /Root 1 0 R${prev} >>\nstartxref\n${at}\n%%EOF\n`));
  return { bytes: Buffer.concat(parts), xrefAt: at, offsets };
};

/**
 * A one-page document from content-stream operators (font /F1 is Times-Roman). With `size` the file is
 * brought to about so many bytes by ballast that differs with `seed`.
 */
export const makePdf = (content: string, options: { readonly size?: number; readonly seed?: string } = {}): Pdf => {
  const header = Buffer.concat([latin('%PDF-1.7\n%'), Buffer.from([0xe2, 0xe3, 0xcf, 0xd3, 0x0a])]);
  const stream = streamBody('', latin(content));
  // What stands around the ballast: header, the small objects, the table.
  const room = (options.size ?? 0) - stream.length - 1_100;
  const ballast = room > 256;
  const objects: PdfObject[] = [
    { number: 1, body: catalogBody([]) },
    { number: 2, body: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>' },
    { number: 3, body: pageBody([], ballast) },
    { number: 4, body: '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /StandardEncoding >>' },
    { number: 5, body: stream },
    ...(ballast ? [{ number: 6, body: ballastBody(options.seed ?? '', room) }] : []),
  ];
  const size = objects.length + 1;
  const written = section(header.length, objects, size, null);
  return { bytes: Buffer.concat([header, written.bytes]), size, xrefAt: written.xrefAt, fields: [] };
};

/** Whether the file carries ballast (object 6 of the first revision). */
export const hasBallast = (pdf: Pdf): boolean => Buffer.from(pdf.bytes.subarray(0, 4_096)).includes('/Im1 6 0 R');

/** Appends a revision that adds or replaces these objects; answers where each stands too. */
export const revisePdf = (
  pdf: Pdf,
  objects: readonly PdfObject[],
  fields: readonly number[] = pdf.fields,
): { readonly pdf: Pdf; readonly offsets: ReadonlyMap<number, number> } => {
  const size = Math.max(pdf.size, ...objects.map((object) => object.number + 1));
  const written = section(pdf.bytes.length, objects, size, pdf.xrefAt);
  return { pdf: { bytes: Buffer.concat([pdf.bytes, written.bytes]), size, xrefAt: written.xrefAt, fields }, offsets: written.offsets };
};

/** Appends a page after what was signed, by one more revision: every signature value still holds. */
export const addPage = (pdf: Pdf): Pdf => {
  const content = pdf.size + 1;
  const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${pageWidth} ${pageHeight}] /Resources << /Font << /F1 4 0 R >> >> /Contents ${content} 0 R >>`;
  const text = latin('BT /F1 13 Tf 72 700 Td (Trang nay duoc them sau khi ky) Tj ET');
  return revisePdf(pdf, [
    { number: 2, body: `<< /Type /Pages /Kids [3 0 R ${pdf.size} 0 R] /Count 2 >>` },
    { number: pdf.size, body: page },
    { number: content, body: streamBody('', text) },
  ]).pdf;
};

/** Changes one byte of the page content, as someone would who edits a figure after it was signed. */
export const alterPdf = (bytes: Uint8Array): Uint8Array => {
  const changed = Buffer.from(bytes);
  const start = changed.indexOf('stream\n', changed.indexOf('\n5 0 obj'));
  const text = changed.indexOf(') Tj', start);
  if (start < 0 || text < 0) throw new Error('This is not a file of makePdf');
  const at = text - 1;
  changed[at] = changed[at] === 0x37 ? 0x39 : 0x37;
  return changed;
};
