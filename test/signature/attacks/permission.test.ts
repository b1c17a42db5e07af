/** What DocMDP, FieldMDP and the lock of a field let later revisions do (ISO 32000-2 12.8.2.2, 12.8.2.4, 12.7.5.5). */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Pdf, type PdfObject, revisePdf } from '../../../src/demo/pdf.ts';
import { type Kit, makeKit, outcomeOf } from '../kit.ts';
import { form, type Shape, signAs } from './makers.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const changed = 'invalid/changed-after-signing';
const sound = 'undetermined/revocation-unknown';

const text = (name: string, value: string, more = '') =>
  `<< /Type /Annot /Subtype /Widget /FT /Tx ${name} /V (${value}) /P 3 0 R /Rect [50 500 250 520] /AP << /N 10 0 R >> ${more} >>`;
/** Fields: 6 Ten; 7 Don.Vi under 8 Don; 9 a push button; 10 their appearance. */
const fields: readonly PdfObject[] = [
  { number: 6, body: text('/T (Ten)', 'A') },
  { number: 7, body: text('/T (Vi) /Parent 8 0 R', 'B') },
  { number: 8, body: '<< /T (Don) /Kids [7 0 R] >>' },
  { number: 9, body: '<< /Type /Annot /Subtype /Widget /FT /Btn /Ff 65536 /T (Nut) /Rect [50 400 250 420] /AP << /N 10 0 R >> >>' },
  { number: 10, body: form('BT /F1 9 Tf (A) Tj ET') },
];

const docMdp = (level: number | null) =>
  `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2${level === null ? '' : ` /P ${level}`} >> >>]`;
const fieldMdp = (action: string, names: string) =>
  `/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Action /${action} /Fields [${names}] >> >>]`;
const perms = (signature: number) => `/Perms << /DocMDP ${signature} 0 R >>`;

const signed = (more: Partial<Shape>): Pdf => {
  const prepared = revisePdf(kit.letter(), fields).pdf;
  return signAs(prepared, { party: kit.agency, others: [6, 8, 9], ...more });
};
const certified = (level: number | null) => signed({ dict: docMdp(level), catalog: perms });
const classes = (pdf: Pdf, objects: readonly PdfObject[]) => {
  const proof = kit.verify(revisePdf(pdf, objects).pdf);
  const found = [...new Set(proof.signatures[0]?.laterChanges.map((one) => one.class))];
  expect(proof.verdict === 'invalid').toBe(found.includes('visible') || found.includes('forbidden'));
  return found;
};

const filled: readonly PdfObject[] = [
  { number: 6, body: text('/T (Ten)', 'Nguyen Van B').replace('10 0 R', '20 0 R') },
  { number: 20, body: form('BT /F1 9 Tf (Nguyen Van B) Tj ET') },
];
const deeper: readonly PdfObject[] = [{ number: 7, body: text('/T (Vi) /Parent 8 0 R', 'So Y te') }];

describe('the file without later revisions', () => {
  it.each([1, 2, 3, null])('certified with P %s is sound', (level) => {
    expect(outcomeOf(kit.verify(certified(level)))).toBe(sound);
  });
});

describe('filling in', () => {
  it.each([
    [1, 'forbidden'],
    [2, 'permitted'],
    [3, 'permitted'],
    [null, 'permitted'],
  ])('under P %s is %s, for plain and hierarchical names', (level, expected) => {
    expect(classes(certified(level), filled)).toEqual([expected]);
    expect(classes(certified(level), deeper)).toEqual([expected]);
  });
  it('without certification is visible', () => {
    expect(classes(signed({}), filled)).toEqual(['visible']);
  });
  it('is not permitted by a reference that Perms does not name, though it forbids', () => {
    expect(classes(signed({ dict: docMdp(2) }), filled)).toEqual(['visible']);
    expect(classes(signed({ dict: docMdp(1) }), filled)).toEqual(['forbidden']);
  });
  it.each([
    ['moves or widens the field', 'Rect [50 500 250 520]', 'Rect [0 0 595 842]'],
    ['renames it', '/T (Ten)', '/T (Tuoi)'],
    ['shows what was hidden', '/P 3 0 R', '/P 3 0 R /F 4'],
    ['adds a calculation', '/P 3 0 R', '/P 3 0 R /AA << /C << /S /JavaScript /JS (x) >> >>'],
    ['makes it another kind', '/FT /Tx', '/FT /Btn'],
    ['gives it children', '/P 3 0 R', '/P 3 0 R /Kids [30 0 R]'],
  ])('that %s is more than filling in', (_, from, to) => {
    const body = text('/T (Ten)', 'B').replace(from, to);
    expect(
      classes(certified(2), [
        { number: 6, body },
        { number: 30, body: '<< /Subtype /Widget /Rect [0 0 9 9] /Parent 6 0 R >>' },
      ]),
    ).toEqual(['forbidden']);
  });
  it('a push button has no value: another look of it is a change of the page', () => {
    const body = '<< /Type /Annot /Subtype /Widget /FT /Btn /Ff 65536 /T (Nut) /Rect [50 400 250 420] /AP << /N 20 0 R >> >>';
    expect(
      classes(certified(2), [
        { number: 9, body },
        { number: 20, body: form('1 g 0 0 200 60 re f') },
      ]),
    ).toEqual(['forbidden']);
  });
  it('the value of a group is that of its fields; other keys of it are not for filling', () => {
    expect(classes(certified(2), [{ number: 8, body: '<< /T (Don) /Kids [7 0 R] /V (X) >>' }])).toEqual(['permitted']);
    expect(classes(certified(2), [{ number: 8, body: '<< /T (Don) /Kids [] >>' }])).toEqual(['forbidden']);
    expect(classes(certified(2), [{ number: 8, body: '<< /T (Don) /Kids [7 0 R] /Ff 1 >>' }])).toEqual(['forbidden']);
  });
});

describe('validation data', () => {
  it.each([1, 2, 3])('may be added under P %i', (level) => {
    const pdf = certified(level);
    const catalog =
      Buffer.from(pdf.bytes)
        .toString('latin1')
        .split('\n')
        .findLast((line) => line.startsWith('<< /Type /Catalog')) ?? '';
    const objects = [
      { number: 1, body: catalog.replace('/Lang', '/DSS 40 0 R /Lang') },
      { number: 40, body: '<< /Type /DSS /Certs [41 0 R] >>' },
      { number: 41, body: form('') },
    ];
    expect(classes(pdf, objects)).toEqual(['validation']);
  });
});

describe('fields that are locked', () => {
  it.each([
    ['All', '', 'forbidden', 'forbidden'],
    ['Include', '(Ten)', 'forbidden', 'permitted'],
    ['Include', '(Don)', 'permitted', 'forbidden'],
    ['Include', '(Don.Vi)', 'permitted', 'forbidden'],
    ['Exclude', '(Ten)', 'permitted', 'forbidden'],
  ])('by FieldMDP %s %s: Ten is %s, Don.Vi is %s', (action, names, ten, donVi) => {
    const pdf = signed({ dict: fieldMdp(action, names) });
    expect(classes(pdf, filled)).toEqual([ten]);
    expect(classes(pdf, deeper)).toEqual([donVi]);
  });
  it('by the lock of the signed field alone: it restricts, and permits nothing', () => {
    const pdf = signed({ field: '/Lock << /Type /SigFieldLock /Action /Include /Fields [(Ten)] >>' });
    expect(classes(pdf, filled)).toEqual(['forbidden']);
    expect(classes(pdf, deeper)).toEqual(['visible']);
  });
  it('whoever asks that all fields be drawn anew asks it of the locked ones too', () => {
    const anew = (pdf: Pdf) => {
      const catalog =
        Buffer.from(pdf.bytes)
          .toString('latin1')
          .match(/1 0 obj\n(<< \/Type \/Catalog[^\n]*)\n/g)
          ?.at(-1) ?? '';
      return [{ number: 1, body: catalog.replace('1 0 obj\n', '').replace('/SigFlags 3', '/SigFlags 3 /NeedAppearances true') }];
    };
    expect(classes(certified(2), anew(certified(2)))).toEqual(['permitted']);
    const locked = signed({ dict: fieldMdp('Include', '(Ten)') });
    expect(classes(locked, anew(locked))).toEqual(['forbidden']);
    expect(classes(signed({}), anew(signed({})))).toEqual(['visible']);
  });
});

describe('a later signature', () => {
  const withSecond = (first: Pdf, catalog: string, name = 'Hai') => signAs(first, { party: kit.person, catalog, name });
  const keeping = (pdf: Pdf) => `/Perms << /DocMDP ${(pdf.fields.at(-1) ?? 0) - 1} 0 R >>`;
  const secondClasses = (pdf: Pdf) => [...new Set(kit.verify(pdf).signatures[0]?.laterChanges.map((one) => one.class))];

  it.each([
    [1, ['forbidden']],
    [2, ['signature']],
    [3, ['signature']],
  ])('after certification with P %i is %s', (level, expected) => {
    const first = certified(level);
    expect(secondClasses(withSecond(first, keeping(first)))).toEqual(expected);
  });
  it('may not take the certification away', () => {
    expect(secondClasses(withSecond(certified(2), ''))).toContain('forbidden');
  });
  it('that certifies gives no permission to change what came before it', () => {
    const first = signed({});
    const second = signAs(first, { party: kit.person, dict: docMdp(3), catalog: perms, name: 'Hai' });
    const proof = kit.verify(revisePdf(second, filled).pdf);
    expect(proof.signatures.map((one) => one.reason)).toEqual(['changed-after-signing', 'revocation-unknown']);
  });
  it('in a field that FieldMDP locks is forbidden, in another it is a signature', () => {
    expect(secondClasses(withSecond(signed({ dict: fieldMdp('All', '') }), ''))).toEqual(['forbidden']);
    expect(secondClasses(withSecond(signed({ dict: fieldMdp('Include', '(Ten)') }), ''))).toEqual(['signature']);
  });
  it('keeps what the first one permitted: filling in after both is judged by both', () => {
    const first = certified(2);
    const proof = kit.verify(revisePdf(withSecond(first, keeping(first)), filled).pdf);
    expect(proof.signatures.map((one) => one.reason)).toEqual(['revocation-unknown', 'revocation-unknown']);
  });
});

describe('what is told', () => {
  it.each<[string, readonly PdfObject[], string]>([
    ['content', [{ number: 5, body: form('BT (9) Tj ET') }], 'trang 1: nội dung bị thay'],
    ['a font', [{ number: 4, body: '<< /Type /Font /Subtype /Type3 >>' }], 'trang 1: phông chữ bị thay'],
    ['a field', filled, 'điền trường Ten'],
    ['a page that is turned', [{ number: 3, body: '/Rotate 180' }], 'trang 1: bị xoay'],
    ['a page that is cut', [{ number: 3, body: '/CropBox [0 0 9 9]' }], 'trang 1: khổ giấy hoặc vùng hiển thị bị đổi (CropBox)'],
    ['a page taken away', [{ number: 2, body: '<< /Type /Pages /Kids [] /Count 0 >>' }], 'trang 1: trang bị xóa hoặc thay'],
    ['layers', [{ number: 1, body: '/OCProperties << /D << >> >>' }], 'các lớp hiển thị bị thêm hoặc sửa'],
    [
      'a script',
      [{ number: 1, body: '/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>' }],
      'mã JavaScript bị thêm hoặc sửa',
    ],
    ['a file inside', [{ number: 1, body: '/Names << /EmbeddedFiles << /Names [] >> >>' }], 'tệp đính kèm bên trong bị thêm hoặc sửa'],
    ['what runs on opening', [{ number: 1, body: '/OpenAction [3 0 R /Fit]' }], 'hành động khi mở tệp bị thêm hoặc sửa'],
    ['an outline', [{ number: 1, body: '/Outlines << >>' }], 'mục lục bị thêm hoặc sửa'],
    ['an XFA form', [{ number: 1, body: 'XFA' }], 'biểu mẫu XFA bị thêm hoặc sửa'],
  ])('%s', (_, objects, what) => {
    const pdf = signed({});
    const bodies = Buffer.from(pdf.bytes).toString('latin1');
    const last = (number: number) =>
      bodies
        .match(new RegExp(`\\n${number} 0 obj\\n(<<[^\\n]*)\\n`, 'g'))
        ?.at(-1)
        ?.split('\n')[2] ?? '';
    // What begins with a slash is put into the dictionary as it stands.
    const whole = objects.map(({ number, body }) => {
      if (body === 'XFA') return { number, body: last(number).replace('/SigFlags', '/XFA (x) /SigFlags') };
      return typeof body === 'string' && body.startsWith('/')
        ? { number, body: last(number).replace(/>>$/, `${body} >>`) }
        : { number, body };
    });
    const proof = kit.verify(revisePdf(pdf, whole).pdf);
    expect(proof.signatures[0]?.laterChanges.map((one) => one.what)).toContain(what);
    expect(outcomeOf(proof)).toBe(changed);
  });
});
