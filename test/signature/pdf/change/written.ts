/** Small documents in several revisions, written by hand, and what the difference says of the last. */
import { effectsByRevision } from '../../../../src/signature/pdf/change/changes.ts';
import type { Effect } from '../../../../src/signature/pdf/change/effect.ts';
import { openPdf, type PdfDocument } from '../../../../src/signature/pdf/read/document.ts';
import { closed, header, latin, type Objects, revised, row, sourceFrom, stream, type Written, withObjects } from '../written.ts';

/** Each revision holds what it writes. */
export const fileOf = (...revisions: readonly Objects[]): Written => {
  const [first = {}, ...rest] = revisions;
  return rest.reduce<Written>((file, objects) => revised(file, objects), revised(header, first));
};
export const documentIn = ({ text }: Written): PdfDocument => openPdf(sourceFrom(text), 50);
export const documentOf = (...revisions: readonly Objects[]): PdfDocument => documentIn(fileOf(...revisions));

type Oddity = {
  /** Rows of the table in place of those of its objects, or besides. */
  readonly rows?: Readonly<Record<number, string>>;
  readonly root?: string;
  readonly trailer?: string;
  /** Bytes before the objects, which no row names. */
  readonly loose?: string;
};

/** One more revision with something odd about it. */
export const oddly = (before: Written, objects: Objects, { rows = {}, root = '1 0 R', trailer = '', loose = '' }: Oddity): Written => {
  const { text, at } = withObjects(before.text + loose, objects);
  const own = Object.entries(at).map(([num, offset]) => [num, row(offset)] as const);
  const all = Object.entries({ ...Object.fromEntries(own), ...rows }).map(([num, one]) => `${num} 1\n${one}`);
  const table = `xref\n${all.join('')}trailer\n<< /Root ${root} /Prev ${before.xref} ${trailer} >>\n`;
  return { text: closed(text + table, text.length), at, xref: text.length };
};

/** An object stream of these members; `more` is written in place of its Length. */
const packOf = (members: Objects, more: string): string => {
  const bodies = Object.values(members).map((body) => `${body} `);
  const offsets = bodies.map((_, i) => bodies.slice(0, i).join('').length);
  const head = Object.keys(members)
    .map((num, i) => `${num} ${offsets[i]} `)
    .join('');
  const data = head + bodies.join('');
  return `<< /Type /ObjStm /N ${bodies.length} /First ${head.length} ${more || `/Length ${data.length}`} >>\nstream\n${data}\nendstream`;
};

type Packing = {
  readonly packs: Readonly<Record<number, Objects>>;
  readonly objects?: Objects;
  readonly lists?: boolean;
  readonly more?: string;
};

/** One more revision with a cross-reference stream (object 99) that lists object streams and, unless `lists` is false, their members. */
export const packed = (before: Written | string, { packs, objects = {}, lists = true, more = '' }: Packing): Written => {
  const old = typeof before === 'string' ? { text: before, xref: null } : before;
  const streams = Object.fromEntries(Object.entries(packs).map(([num, members]) => [num, packOf(members, more)]));
  const { text, at } = withObjects(old.text, { ...objects, ...streams });
  const line = (kind: number, place: number, index: number): string =>
    latin('\0'.repeat(6))
      .fill(kind, 0, 1)
      .fill(Buffer.from([place >> 24, place >> 16, place >> 8, place]), 1, 5)
      .fill(index, 5, 6)
      .toString('latin1');
  const rows = new Map(Object.entries(at).map(([num, offset]) => [Number(num), line(1, offset, 0)]));
  rows.set(99, line(1, text.length, 0));
  for (const [pack, members] of lists ? Object.entries(packs) : [])
    for (const [i, num] of Object.keys(members).entries()) rows.set(Number(num), line(2, Number(pack), i));
  const spans = [...rows.keys()].map((num) => `${num} 1`).join(' ');
  const prev = old.xref === null ? '' : `/Prev ${old.xref}`;
  const table = stream([...rows.values()].join(''), `/Type /XRef /W [1 4 1] /Index [${spans}] /Size 100 /Root 1 0 R ${prev}`);
  return { text: closed(`${text}99 0 obj\n${table}\nendobj\n`, text.length), at, xref: text.length };
};

export const lineOf = ({ kind, what, field }: Effect): string => `${kind}: ${what}${field === undefined ? '' : ` [${field}]`}`;

/** What the last revision did to the one before. */
export const toldIn = (file: Written): readonly string[] => {
  const document = documentIn(file);
  return (effectsByRevision(document, document.views.length - 1).get(document.views.length) ?? []).map(lineOf);
};
export const told = (...revisions: readonly Objects[]): readonly string[] => toldIn(fileOf(...revisions));

export const look = (data = '0 0 9 9 re S', more = ''): string => stream(data, `/Type /XObject /Subtype /Form /BBox [0 0 200 60] ${more}`);

/** `<< … >>` with these inside, in which a later string wins over an earlier one of its key. */
export const dict = (entries: Readonly<Record<string, string>>): string =>
  `<< ${Object.entries(entries)
    .map(([key, value]) => `/${key} ${value}`)
    .join(' ')} >>`;

type Entries = Readonly<Record<string, string>>;

export const catalogWith = (more: Entries = {}): string =>
  dict({ Type: '/Catalog', Pages: '2 0 R', Lang: '(vi)', AcroForm: '7 0 R', ...more });
export const pageWith = (more: Entries = {}): string =>
  dict({
    ...{ Type: '/Page', Parent: '2 0 R', MediaBox: '[0 0 595 842]', Contents: '5 0 R', Annots: '[10 0 R 11 0 R 12 0 R 13 0 R 16 0 R]' },
    ...{ Resources: '<< /Font << /F1 4 0 R >> /XObject << /Im1 6 0 R >> >>', ...more },
  });
export const formWith = (more: Entries = {}): string =>
  dict({ Fields: '[10 0 R 11 0 R 12 0 R 14 0 R]', DA: '(/Helv 9 Tf)', SigFlags: '3', ...more });
export const widgetWith = (more: Entries): string => dict({ Subtype: '/Widget', Rect: '[9 9 99 29]', ...more });
export const signature = '<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <00> >>';
export const documentStamp = '<< /Type /DocTimeStamp /SubFilter /ETSI.RFC3161 /ByteRange [0 1 2 3] /Contents <00> >>';

/**
 * Pages 3; font 4, content 5, image 6; form 7 with text field Ten (10), signature Ky (11), empty signature
 * Trong (12), group Don (14) with text field Vi (13) whose widget is itself, and stamp 16; looks: 20 of
 * Ten, 21 of Ky, 22 of Vi, 23 of the stamp.
 */
export const signedForm: Objects = {
  1: catalogWith(),
  2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  3: pageWith(),
  4: '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>',
  5: stream('BT /F1 12 Tf 72 700 Td (1.000.000) Tj ET'),
  6: stream('\x00', '/Subtype /Image /Width 1 /Height 1'),
  7: formWith(),
  10: widgetWith({ FT: '/Tx', T: '(Ten)', V: '(A)', AP: '<< /N 20 0 R >>', P: '3 0 R' }),
  11: widgetWith({ FT: '/Sig', T: '(Ky)', V: '15 0 R', AP: '<< /N 21 0 R >>' }),
  12: dict({ Subtype: '/Widget', Rect: '[0 0 0 0]', FT: '/Sig', T: '(Trong)' }),
  13: widgetWith({ FT: '/Tx', T: '(Vi)', Parent: '14 0 R', AP: '<< /N 22 0 R >>' }),
  14: dict({ T: '(Don)', Kids: '[13 0 R]' }),
  15: signature,
  16: dict({ Subtype: '/Stamp', Rect: '[9 9 99 29]', AP: '<< /N 23 0 R >>' }),
  20: look('BT (A) Tj ET'),
  21: look('BT (Ky) Tj ET'),
  22: look('BT (Vi) Tj ET'),
  23: look('BT (Dau) Tj ET'),
};
