/** PDFs that are made to cost: each a signed letter with something behind or around it that a careless reader dies of. */
import { deflateRawSync, deflateSync } from 'node:zlib';
import type { Pdf } from '../../../src/demo/pdf.ts';
import { type PdfObject, revisePdf, streamBody } from '../../../src/demo/pdf.ts';

export type HostilePdf = (signed: Pdf) => Uint8Array;

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const after = (pdf: Pdf, ...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  Buffer.concat([pdf.bytes, ...parts.map((part) => (typeof part === 'string' ? latin(part) : part))]);
/** A later revision with these bodies under new numbers. */
const revised = (pdf: Pdf, ...bodies: readonly (Uint8Array | string)[]): Pdf =>
  revisePdf(
    pdf,
    bodies.map((body, index): PdfObject => ({ number: pdf.size + index, body })),
  ).pdf;
/** A new catalog that refers to an object, so that a comparison must look at it. */
const reaching = (pdf: Pdf, body: Uint8Array | string): Uint8Array => {
  const fields = pdf.fields.map((field) => `${field} 0 R`).join(' ');
  const catalog = `<< /Type /Catalog /Pages 2 0 R /Lang (vi-VN) /AcroForm << /Fields [${fields}] /SigFlags 3 >> /PieceInfo ${pdf.size} 0 R >>`;
  return revisePdf(pdf, [
    { number: 1, body: catalog },
    { number: pdf.size, body },
  ]).pdf.bytes;
};
const zeros = (megabytes: number): Buffer => deflateSync(Buffer.alloc(megabytes * 1024 * 1024), { level: 9 });
const tail = (pdf: Pdf, prev: number | string, size = pdf.size): string => `trailer\n<< /Size ${size} /Root 1 0 R /Prev ${prev} >>\n`;

/** An xref stream whose rows are these bytes. */
const xrefStream = (dictionary: string, rows: Uint8Array): Uint8Array => streamBody(`/Type /XRef /Filter /FlateDecode ${dictionary}`, rows);

const tables: Readonly<Record<string, HostilePdf>> = {
  'a table that goes back to itself': (pdf) => {
    const at = pdf.bytes.length;
    return after(pdf, `xref\n0 0\n${tail(pdf, at)}startxref\n${at}\n%%EOF\n`);
  },
  'two tables that go back to each other': (pdf) => {
    const one = pdf.bytes.length;
    const first = `xref\n0 0\n${tail(pdf, '#'.repeat(10))}`;
    const two = one + first.length;
    return after(pdf, first.replace('##########', String(two).padStart(10, '0')), `xref\n0 0\n${tail(pdf, one)}startxref\n${two}\n%%EOF\n`);
  },
  'ten thousand revisions': (pdf) => {
    const parts: string[] = [];
    let [at, prev] = [pdf.bytes.length, pdf.xrefAt];
    for (let index = 0; index < 10_000; index += 1) {
      const part = `xref\n0 0\n${tail(pdf, prev)}startxref\n${at}\n%%EOF\n`;
      parts.push(part);
      prev = at;
      at += part.length;
    }
    return after(pdf, parts.join(''));
  },
  'a table that claims four thousand million objects': (pdf) => {
    const at = pdf.bytes.length;
    return after(pdf, `xref\n0 4000000000\n0000000000 65535 f \n${tail(pdf, pdf.xrefAt, 4_000_000_000)}startxref\n${at}\n%%EOF\n`);
  },
  'a table of a million objects': (pdf) => {
    const at = pdf.bytes.length;
    const rows = '0000000015 00000 n \n'.repeat(1_000_000);
    return after(pdf, `xref\n100 1000000\n${rows}${tail(pdf, pdf.xrefAt, 1_000_100)}startxref\n${at}\n%%EOF\n`);
  },
  'a million sections of one row': (pdf) => {
    const at = pdf.bytes.length;
    const rows = Array.from({ length: 300_000 }, (_, index) => `${index + 100} 1\n0000000015 00000 n \n`).join('');
    return after(pdf, `xref\n${rows}${tail(pdf, pdf.xrefAt, 400_000)}startxref\n${at}\n%%EOF\n`);
  },
  'a cross-reference stream of four hundred million rows': (pdf) => {
    const at = pdf.bytes.length;
    const body = xrefStream(`/Size 400000000 /W [1 4 2] /Index [0 400000000] /Root 1 0 R /Prev ${pdf.xrefAt}`, zeros(120));
    return after(pdf, `${pdf.size} 0 obj\n`, body, `\nendobj\nstartxref\n${at}\n%%EOF\n`);
  },
  'a cross-reference stream with fields a billion bytes wide': (pdf) => {
    const at = pdf.bytes.length;
    const body = xrefStream(`/Size 9 /W [1000000000 1000000000 1000000000] /Index [0 9] /Root 1 0 R`, zeros(1));
    return after(pdf, `${pdf.size} 0 obj\n`, body, `\nendobj\nstartxref\n${at}\n%%EOF\n`);
  },
  'a predictor over two thousand million columns': (pdf) => {
    const at = pdf.bytes.length;
    const parms = '/DecodeParms << /Predictor 12 /Columns 2147483647 /Colors 32 /BitsPerComponent 16 >>';
    const body = xrefStream(`/Size 9 /W [1 4 2] /Index [0 9] /Root 1 0 R ${parms}`, zeros(20));
    return after(pdf, `${pdf.size} 0 obj\n`, body, `\nendobj\nstartxref\n${at}\n%%EOF\n`);
  },
  'a predictor over one column, eighty megabytes': (pdf) => {
    const at = pdf.bytes.length;
    const parms = '/DecodeParms << /Predictor 12 /Columns 1 >>';
    const body = xrefStream(`/Size 100000000 /W [1 4 2] /Index [0 100000000] /Root 1 0 R ${parms}`, zeros(80));
    return after(pdf, `${pdf.size} 0 obj\n`, body, `\nendobj\nstartxref\n${at}\n%%EOF\n`);
  },
};

/** An object stream of `count` objects and a cross-reference stream that names them. */
const packed = (pdf: Pdf, header: string, content: Uint8Array, dictionary: string, count: number): Uint8Array => {
  const stream = Buffer.concat([latin(`${pdf.size} 0 obj\n`), streamBody(`/Type /ObjStm ${dictionary}`, content), latin('\nendobj\n')]);
  const at = pdf.bytes.length + stream.length;
  const rows = Buffer.alloc((count + 1) * 9);
  for (let index = 0; index < count; index += 1) {
    rows.writeUInt8(2, index * 9);
    rows.writeUInt32BE(pdf.size, index * 9 + 1);
    rows.writeUInt32BE(index, index * 9 + 5);
  }
  rows.writeUInt8(1, count * 9);
  rows.writeUInt32BE(pdf.bytes.length, count * 9 + 1);
  const first = pdf.size + 1;
  const body = xrefStream(
    `/Size ${first + count} /W [1 4 4] /Index [${first} ${count} ${pdf.size} 1] /Root 1 0 R /Prev ${pdf.xrefAt}`,
    deflateSync(rows),
  );
  return after(pdf, stream, `${first + count} 0 obj\n`, body, `\nendobj\n${header}startxref\n${at}\n%%EOF\n`);
};

const streams: Readonly<Record<string, HostilePdf>> = {
  'an object stream deflated twice, two hundred megabytes': (pdf) => {
    const bomb = deflateSync(zeros(200), { level: 9 });
    return packed(pdf, '', bomb, '/N 2 /First 20 /Filter [/FlateDecode /FlateDecode]', 2);
  },
  'forty filters one after the other': (pdf) => {
    let bytes: Uint8Array = Buffer.alloc(30 * 1024 * 1024);
    for (let index = 0; index < 40; index += 1) bytes = deflateSync(bytes);
    return packed(pdf, '', bytes, `/N 2 /First 20 /Filter [${'/FlateDecode '.repeat(40)}]`, 2);
  },
  'an object stream with a million objects that is read for each of them': (pdf) => {
    const count = 200_000;
    const table = Array.from({ length: count }, (_, index) => `${pdf.size + 1 + index} ${index}`).join(' ');
    const content = deflateSync(latin(`${table} ${'1'.repeat(count)}`));
    return packed(pdf, '', content, `/N ${count} /First ${table.length + 1} /Filter /FlateDecode`, count);
  },
  'object streams that extend each other in a ring': (pdf) =>
    reaching(pdf, streamBody(`/Type /ObjStm /N 1 /First 4 /Extends ${pdf.size} 0 R`, latin('1 0 null'))),
  'a stream whose length is a reference to itself': (pdf) => reaching(pdf, latin(`<< /Length ${pdf.size} 0 R >>\nstream\nabc\nendstream`)),
  'references that go round in a ring': (pdf) => {
    const ring = revised(pdf, `${pdf.size + 1} 0 R`, `${pdf.size} 0 R`);
    return reaching(ring, `[ ${`${pdf.size} 0 R `.repeat(1000)}]`);
  },
};

const values: Readonly<Record<string, HostilePdf>> = {
  'a million arrays inside each other': (pdf) => reaching(pdf, '['.repeat(1_000_000)),
  'a hundred thousand dictionaries inside each other': (pdf) => reaching(pdf, `${'<< /A '.repeat(100_000)}1${' >>'.repeat(100_000)}`),
  'strings that never end': (pdf) => reaching(pdf, '('.repeat(2_000_000)),
  'a hundred thousand strings, each open to the end of the file': (pdf) => reaching(pdf, `[ ${'<41 '.repeat(400_000)}`),
  'one comment of twenty megabytes': (pdf) => reaching(pdf, `% ${'x'.repeat(20_000_000)}\n1`),
  'a name of twenty megabytes': (pdf) => reaching(pdf, `/${'#41'.repeat(6_000_000)}`),
  'a number of ten megabytes': (pdf) => reaching(pdf, '1'.repeat(10_000_000)),
  'five million values in one array': (pdf) => reaching(pdf, `[${' 1'.repeat(5_000_000)} ]`),
  'a dictionary of a million keys': (pdf) =>
    reaching(pdf, `<< ${Array.from({ length: 1_000_000 }, (_, index) => `/K${index} 1`).join(' ')} >>`),
  'a page tree of two hundred thousand pages that meet again and again': (pdf) => {
    const kids = Array.from(
      { length: 40 },
      (_, index) => `<< /Type /Pages /Kids [${`${pdf.size + index + 1} 0 R `.repeat(8)}] /Count 1000000 >>`,
    );
    const tree = revised(pdf, ...kids, '<< /Type /Page /MediaBox [0 0 1 1] >>');
    return revisePdf(tree, [{ number: 2, body: `<< /Type /Pages /Kids [${pdf.size} 0 R 3 0 R] /Count 1000000 >>` }]).pdf.bytes;
  },
  'a hundred thousand fields': (pdf) => {
    const fields = Array.from({ length: 100_000 }, () => `${pdf.fields[0] ?? 1} 0 R`).join(' ');
    const body = `<< /Type /Catalog /Pages 2 0 R /Lang (vi-VN) /AcroForm << /Fields [${fields}] /SigFlags 3 >> >>`;
    return revisePdf(pdf, [{ number: 1, body }]).pdf.bytes;
  },
  'fields that are their own kids': (pdf) => {
    const body = `<< /Type /Catalog /Pages 2 0 R /Lang (vi-VN) /AcroForm << /Fields [${pdf.fields[0] ?? 1} 0 R ${pdf.size} 0 R] /SigFlags 3 >> >>`;
    return revisePdf(pdf, [
      { number: 1, body },
      { number: pdf.size, body: `<< /FT /Sig /T (x) /Kids [${`${pdf.size} 0 R `.repeat(20)}] /Parent ${pdf.size} 0 R >>` },
    ]).pdf.bytes;
  },
};

const texts: Readonly<Record<string, HostilePdf>> = {
  'a million decoy byte ranges behind the end': (pdf) => after(pdf, '/ByteRange [0 1 2 3] /Contents <00> '.repeat(300_000)),
  'a million ends of file': (pdf) => after(pdf, 'startxref\n1\n%%EOF\n'.repeat(500_000)),
  'a million objects begun and never ended': (pdf) => after(pdf, '1 0 obj\n<< '.repeat(500_000)),
  'a million headers': (pdf) => after(pdf, '%PDF-1.7\n'.repeat(1_000_000)),
  'ten megabytes of zeros where the table should be': (pdf) =>
    after(pdf, Buffer.alloc(10_000_000), `startxref\n${pdf.bytes.length + 5}\n%%EOF\n`),
  'ten megabytes of white space before every word': (pdf) =>
    after(pdf, `xref${' '.repeat(10_000_000)}\nstartxref\n${pdf.bytes.length}\n%%EOF\n`),
  'raw deflate garbage as a stream': (pdf) => {
    const bytes = deflateRawSync(Buffer.alloc(50_000_000));
    return packed(pdf, '', bytes, '/N 1 /First 4 /Filter /FlateDecode', 1);
  },
};

export const hostilePdfs: Readonly<Record<string, HostilePdf>> = { ...tables, ...streams, ...values, ...texts };
