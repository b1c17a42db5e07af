/** Everything an update can do besides its listed objects: object streams, tables that lie, bytes that no table names. */
import { describe, expect, it } from 'vitest';
import { effectsByRevision } from '../../../../src/signature/pdf/change/changes.ts';
import { type Objects, revised, row, stream } from '../written.ts';
import { catalogWith, documentOf, fileOf, lineOf, look, oddly, packed, pageWith, signedForm, toldIn, widgetWith } from './written.ts';

const file = fileOf(signedForm);
const visible = (...what: readonly string[]) => what.map((one) => `visible: ${one}`);
const content = stream('BT (9) Tj ET');

describe('an update', () => {
  it('that writes the same again did nothing', () => {
    expect(toldIn(oddly(file, { 5: signedForm[5] ?? '', 4: signedForm[4] ?? '' }, {}))).toEqual([]);
    expect(toldIn(oddly(file, {}, {}))).toEqual([]);
  });
  it('is told by revision, each thing once', () => {
    const document = documentOf(signedForm, { 5: content }, { 4: '<< >>', 5: stream('x') }, {});
    const all = (from: number) => [...effectsByRevision(document, from)].map(([revision, effects]) => [revision, effects.map(lineOf)]);
    expect(all(1)).toEqual([
      [2, visible('trang 1: nội dung bị thay')],
      [3, visible('trang 1: nội dung hoặc tài nguyên bị thay', 'trang 1: nội dung bị thay')],
      [4, []],
    ]);
    expect(all(2)).toHaveLength(2);
    expect(all(3)).toEqual([[4, []]]);
  });
  it('may bring objects that nothing leads to', () => {
    expect(toldIn(oddly(file, { 60: look(), 61: '<< /S /JavaScript /JS (x) >>' }, {}))).toEqual([]);
  });
  it('brings validation data', () => {
    const store = { 1: catalogWith({ DSS: '60 0 R' }), 60: '<< /Certs [61 0 R] >>', 61: stream('x') };
    expect(toldIn(oddly(file, store, {}))).toEqual(['validation: thêm dữ liệu xác thực lâu dài']);
    const more = oddly(oddly(file, store, {}), { 60: '<< /Certs [61 0 R 62 0 R] >>', 62: stream('y') }, {});
    expect(toldIn(more)).toEqual(['validation: thêm dữ liệu xác thực lâu dài']);
  });
  it('may not write a key twice', () => {
    const twice = pageWith().replace('/Type /Page', '/Type /Page /Type /Page');
    expect(toldIn(oddly(file, { 3: twice, 60: '<< /A 1 /A 1 >>' }, {}))).toEqual(
      visible('đối tượng 3 có khóa ghi hai lần', 'đối tượng 60 có khóa ghi hai lần'),
    );
  });
  it('may not put a page where its resources are', () => {
    expect(toldIn(oddly(file, { 3: pageWith({ Resources: '3 0 R' }) }, {}))).toEqual(
      visible('cấu trúc trang bất thường: trang dùng làm tài nguyên', 'trang 1: phông chữ, hình hoặc tài nguyên bị thay'),
    );
  });
  it('may write the catalog, its form and its page as they were under other words', () => {
    expect(toldIn(oddly(file, { 1: catalogWith().replace('/Lang (vi)', '/Lang <7669>'), 3: pageWith() }, {}))).toEqual([]);
  });
  it('in which a page becomes no dictionary is told', () => {
    expect(toldIn(oddly(file, { 3: '[1]' }, {}))).toEqual(visible('trang 1: trang bị xóa hoặc thay', 'nội dung bị thay'));
  });
});

describe('the trailer of an update', () => {
  it.each<readonly [string, Parameters<typeof oddly>[2], readonly string[]]>([
    ['may count more objects', { trailer: '/Size 200' }, []],
    ['may count as many', { trailer: '/Size 100' }, []],
    ['may not count fewer', { trailer: '/Size 99' }, visible('phần cập nhật bỏ bớt đối tượng (Size)')],
    ['must count', { trailer: '/Size (100)' }, visible('phần cập nhật bỏ bớt đối tượng (Size)')],
    ['must name a root that readers find', { root: '1 1 R', trailer: '/Size 100' }, visible('phần cập nhật chỉ tới danh mục gốc không có')],
  ])('%s', (_, oddity, expected) => {
    const sized = oddly(fileOf({}), signedForm, { trailer: '/Size 100' });
    expect(toldIn(oddly(sized, {}, oddity))).toEqual(expected);
  });
  it('may not name another root that differs', () => {
    const other = { 60: catalogWith({ OpenAction: '<< >>' }) };
    expect(toldIn(oddly(file, other, { root: '60 0 R' }))).toEqual(visible('hành động khi mở tệp bị thêm hoặc sửa'));
    expect(toldIn(oddly(file, { 60: catalogWith() }, { root: '60 0 R' }))).toEqual([]);
  });
});

describe('generations', () => {
  it('of an object that moves on hide it from strict readers', () => {
    expect(toldIn(oddly(file, {}, { rows: { 4: row(file.at[4] ?? 0, 1) } }))).toEqual(
      visible('đối tượng 4 bị đổi số thế hệ, phần mềm khác không còn thấy nó'),
    );
  });
  it('of one that is freed or comes do not count', () => {
    expect(toldIn(oddly(file, {}, { rows: { 4: row(0, 1, 'f') } }))).toEqual(visible('trang 1: phông chữ bị xóa'));
    expect(toldIn(oddly(file, {}, { rows: { 60: row(0, 1, 'f') } }))).toEqual([]);
    const second = oddly(file, { 60: '7' }, { rows: { 60: row(file.text.length, 2) } });
    expect(toldIn(second)).toEqual([]);
    expect(toldIn(oddly(second, {}, { rows: { 60: row(0, 3, 'f') } }))).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('differs, also from itself', () => {
    const torn = oddly(file, {}, { rows: { 4: row(3) } });
    expect(toldIn(torn)).toEqual(visible('trang 1: phông chữ bị xóa'));
    expect(toldIn(oddly(torn, {}, { rows: { 4: row(4) } }))).toEqual(visible('trang 1: thêm nội dung'));
  });
  it('on the way from the pages makes every replaced object doubtful', () => {
    const torn = oddly(fileOf({ ...signedForm, 60: '[1]' }), {}, { rows: { 4: row(3) } });
    expect(toldIn(oddly(torn, { 60: '[2]' }, {}))).toEqual(visible('đối tượng 60 bị thay, không rõ nơi hiển thị'));
    expect(toldIn(oddly(torn, { 61: '[2]' }, {}))).toEqual([]);
    const form = oddly(fileOf({ ...signedForm, 60: '[1]' }), {}, { rows: { 20: row(3) } });
    expect(toldIn(oddly(form, { 60: '[2]' }, {}))).toEqual(visible('đối tượng 60 bị thay, không rõ nơi hiển thị'));
  });
});

describe('object streams', () => {
  const { 4: font = '', 5: text = '', ...others } = signedForm;
  const base = (more: string = '', objects: Objects = {}) =>
    packed('%PDF-1.7\n', {
      packs: { 80: { 4: font, 10: others[10] ?? '' } },
      objects: { ...others, 5: text, ...objects, 10: 'null' },
      more,
    });
  const plain = base();
  it('are read like other objects, and written anew as they were change nothing', () => {
    expect(toldIn(packed(plain, { packs: { 80: { 4: font, 10: others[10] ?? '' } } }))).toEqual([]);
    expect(toldIn(packed(plain, { packs: { 81: { 4: font } } }))).toEqual([]);
    expect(toldIn(packed(file, { packs: { 80: { 4: font } } }))).toEqual([]);
    expect(toldIn(packed(plain, { packs: {}, objects: { 4: font } }))).toEqual([]);
  });
  it.each([true, false])('change their members, listed %s', (lists) => {
    expect(toldIn(packed(plain, { packs: { 80: { 4: '<< /Type /Font >>', 10: others[10] ?? '' } }, lists }))).toEqual(
      visible('trang 1: phông chữ bị thay'),
    );
    const filled = widgetWith({ FT: '/Tx', T: '(Ten)', V: '(B)', AP: '<< /N 20 0 R >>', P: '3 0 R' });
    expect(toldIn(packed(plain, { packs: { 80: { 4: font, 10: filled } }, lists }))).toEqual(['form: điền trường Ten [Ten]']);
  });
  it('may not be given another length', () => {
    const lent = base('/Length 70 0 R', { 70: '9999' });
    expect(toldIn(lent)).toEqual([]);
    expect(toldIn(packed(lent, { packs: {}, objects: { 70: '9998' } }))).toEqual(
      visible('độ dài của một luồng đối tượng bị sửa (đối tượng 70)'),
    );
    expect(toldIn(packed(lent, { packs: {}, objects: { 71: '9998' } }))).toEqual([]);
  });
  it('and tables of references in an update lead nowhere else', () => {
    const chain = (more: string) => toldIn(oddly(file, { 60: stream('', more) }, {}));
    expect(chain('/Type /XRef /Root 1 0 R')).toEqual([]);
    expect(chain('/Type /XRef /Root 15 0 R')).toEqual(visible('phần cập nhật có bảng tham chiếu thừa'));
    expect(chain('/Type /XRef')).toEqual(visible('phần cập nhật có bảng tham chiếu thừa'));
    expect(chain('/Type /ObjStm /Root 15 0 R')).toEqual([]);
  });
});

describe('bytes that no table of the update names', () => {
  const loose = (bytes: string, objects: Objects = {}) => toldIn(oddly(file, objects, { loose: bytes }));
  const table = 'phần cập nhật có bảng tham chiếu thừa';
  const object = (num: number) => `phần cập nhật có đối tượng ${num} ngoài bảng tham chiếu`;
  it.each<readonly [string, string, readonly string[]]>([
    ['an object', '60 0 obj\n<< >>\nendobj\n', [object(60)]],
    ['an object in a comment', '% 5 0 obj\n', [object(5)]],
    ['an object with other white space', '60\t0\r\nobj << >>\n', [object(60)]],
    ['an object that has one number', '60 obj << >>\n', []],
    ['a word that ends so', 'x60 0 endobj\n', []],
    ['a trailer', 'trailer << /Root 1 0 R >>\n', [table]],
    ['a start', 'startxref\n9\n', [table]],
    ['both, and an object', '60 0 obj 7 endobj trailer << >> startxref 9\n', [table, object(60)]],
    ['white space and words', '\n\n% chỉ là ghi chú\n', []],
  ])('%s', (_, bytes, expected) => {
    expect(loose(Buffer.from(bytes).toString('latin1'))).toEqual(visible(...expected));
  });
  it('inside a stream of the update count too', () => {
    expect(loose('', { 60: stream('5 0 obj << >> endobj') })).toEqual(visible(object(5)));
  });
  it('are told twenty times at most', () => {
    const many = Array.from({ length: 25 }, (_, i) => `${60 + i} 0 obj 7 endobj\n`).join('');
    expect(loose(many)).toHaveLength(20);
  });
  it('before the object that the row names, up to four, are its line end', () => {
    const written = (gap: number) => {
      const at = file.text.length;
      return oddly(file, {}, { loose: `${'\n'.repeat(gap)}60 0 obj\n7\nendobj\n`, rows: { 60: row(at) } });
    };
    expect(toldIn(written(0))).toEqual([]);
    expect(toldIn(written(4))).toEqual([]);
    expect(toldIn(written(5))).toEqual(visible(object(60)));
    const behind = oddly(file, {}, { loose: '\n60 0 obj\n7\nendobj\n', rows: { 60: row(file.text.length + 2) } });
    expect(toldIn(behind)).toEqual(visible(object(60)));
  });
  it('far into a long update are found', () => {
    const long = stream('x'.repeat(256 * 1024 - 20));
    expect(loose('', { 60: `${long}\n% 5 0 obj` })).toEqual(visible(object(5)));
  });
  it('of another revision are that one’s', () => {
    const first = oddly(file, {}, { loose: '60 0 obj\n7\nendobj\n' });
    expect(toldIn(first)).toEqual(visible(object(60)));
    expect(toldIn(revised(first, { 61: '7' }))).toEqual([]);
  });
});
