/** What an update did to the pages and to what they show, in words. */
import { describe, expect, it } from 'vitest';
import { type Objects, stream } from '../written.ts';
import { catalogWith, look, pageWith, signedForm, told } from './written.ts';

const later = (objects: Objects, base: Objects = {}) => told({ ...signedForm, ...base }, objects);
const visible = (...what: readonly string[]) => what.map((one) => `visible: ${one}`);

describe('a key of a page', () => {
  it.each(['LastModified', 'PieceInfo', 'Tabs', 'StructParents', 'Metadata'])('%s shows nothing', (key) => {
    expect(later({ 3: pageWith({ [key]: '/X' }) })).toEqual([]);
  });
  it.each<readonly [string, string]>([
    ['MediaBox', 'khổ giấy hoặc vùng hiển thị bị đổi (MediaBox)'],
    ['CropBox', 'khổ giấy hoặc vùng hiển thị bị đổi (CropBox)'],
    ['BleedBox', 'khổ giấy hoặc vùng hiển thị bị đổi (BleedBox)'],
    ['TrimBox', 'khổ giấy hoặc vùng hiển thị bị đổi (TrimBox)'],
    ['ArtBox', 'khổ giấy hoặc vùng hiển thị bị đổi (ArtBox)'],
    ['UserUnit', 'khổ giấy hoặc vùng hiển thị bị đổi (UserUnit)'],
    ['Rotate', 'bị xoay'],
    ['AA', 'hành động tự chạy bị thêm hoặc sửa'],
    ['Contents', 'nội dung bị thay'],
    ['Resources', 'phông chữ, hình hoặc tài nguyên bị thay'],
    ['Dur', 'thuộc tính Dur bị đổi'],
    ['Group', 'thuộc tính Group bị đổi'],
  ])('%s: %s', (key, what) => {
    expect(later({ 3: pageWith({ [key]: '[9]' }) })).toEqual(visible(`trang 1: ${what}`));
  });
});

describe('the order of pages', () => {
  const page = '<< /Type /Page /Parent 2 0 R >>';
  const kids = (list: string) => ({ 2: `<< /Type /Pages /Kids [${list}] >>` });
  const three = { ...kids('3 0 R 40 0 R 41 0 R'), 40: page, 41: page };
  it.each<readonly [string, Objects, Objects, readonly string[]]>([
    [
      'one more at the end',
      { ...kids('3 0 R 40 0 R'), 40: page },
      {},
      ['trang 2: trang được thêm', 'cây trang bị thay', 'trang 2: thêm trang'],
    ],
    [
      'one more before',
      { ...kids('40 0 R 3 0 R'), 40: page },
      {},
      ['trang 1: trang được thêm', 'cây trang bị thay', 'trang 1: thêm trang'],
    ],
    ['none left', kids(''), {}, ['trang 1: trang bị xóa hoặc thay', 'cây trang bị thay']],
    ['two that changed places', kids('40 0 R 3 0 R 41 0 R'), three, ['thứ tự trang bị đổi', 'cây trang bị thay']],
    [
      'another one in the middle',
      { ...kids('3 0 R 42 0 R 41 0 R'), 42: page },
      three,
      ['trang 2: trang được thêm', 'trang 2: trang bị xóa hoặc thay', 'trang 2: thêm trang'],
    ],
    ['the middle one gone', kids('3 0 R 41 0 R'), three, ['trang 2: trang bị xóa hoặc thay', 'cây trang bị thay']],
    ['the same in another writing', { 2: '<< /Kids [3 0 R] /Type /Pages /Count 1 >>' }, {}, []],
  ])('%s', (_, objects, base, expected) => {
    expect(later(objects, base)).toEqual(visible(...expected));
  });
});

describe('what a page shows', () => {
  it.each<readonly [string, Objects, Objects, string]>([
    ['its content', { 5: stream('BT (9) Tj ET') }, {}, 'trang 1: nội dung bị thay'],
    ['its content taken away', { 5: 'null' }, {}, 'trang 1: nội dung bị xóa'],
    [
      'a piece of its content',
      { 40: stream('9') },
      { 3: pageWith({ Contents: '[5 0 R 40 0 R]' }), 40: stream('8') },
      'trang 1: nội dung bị thay',
    ],
    [
      'a piece of its content in a list of its own',
      { 40: stream('9', '/Type /Font') },
      { 3: pageWith({ Contents: '50 0 R' }), 50: '[5 0 R 40 0 R]', 40: stream('8') },
      'trang 1: nội dung bị thay',
    ],
    ['a font', { 4: '<< /Type /Font /Subtype /Type3 >>' }, {}, 'trang 1: phông chữ bị thay'],
    ['an image', { 6: stream('\x01', '/Subtype /Image /Width 1') }, {}, 'trang 1: hình ảnh bị thay'],
    [
      'what no page shows',
      { 46: '<< /Type /Outlines /X 2 >>' },
      { 1: catalogWith({ Outlines: '46 0 R' }), 46: '<< /Type /Outlines >>' },
      'mục lục bị thay',
    ],
  ])('%s', (_, objects, base, expected) => {
    expect(later(objects, base)).toEqual(visible(expected));
  });

  const holding = (num: number): Objects => ({ 3: pageWith({ Resources: `<< /X << /A ${num} 0 R >> >>` }) });
  it.each<readonly [string, string]>([
    [look(), 'mẫu vẽ (XObject)'],
    [stream('x', '/Subtype /Image'), 'hình ảnh'],
    ['<< /S /JavaScript >>', 'mã JavaScript'],
    ['<< /JS (x) >>', 'mã JavaScript'],
    ['<< /Type /Font >>', 'phông chữ'],
    ['<< /Type /FontDescriptor >>', 'phông chữ'],
    ['<< /Type /Encoding >>', 'phông chữ'],
    ['<< /Type /OCG >>', 'lớp hiển thị'],
    ['<< /Type /Filespec >>', 'tệp đính kèm'],
    [stream('', '/Type /EmbeddedFile'), 'tệp đính kèm'],
    ['<< /Type /Pages >>', 'cây trang'],
    ['<< /Type /Page >>', 'trang'],
    ['<< /Type /Outlines >>', 'mục lục'],
    ['<< /Type /Action >>', 'hành động'],
    ['<< /FontFile 1 >>', 'phông chữ'],
    ['<< /FontBBox 1 >>', 'phông chữ'],
    ['<< /BaseFont /X >>', 'phông chữ'],
    [stream('x', '/Length1 1'), 'phông chữ'],
    ['<< /Type /Other /BaseFont /X >>', 'phông chữ'],
    ['<< /Type /Other >>', 'nội dung hoặc tài nguyên'],
    ['<< /Type (Font) >>', 'nội dung hoặc tài nguyên'],
    ['<< /S /GoTo >>', 'nội dung hoặc tài nguyên'],
    ['[1]', 'nội dung'],
    ['7', 'nội dung'],
  ])('%s is called %s', (body, thing) => {
    expect(later({ 45: body }, { ...holding(45), 45: '[0]' })).toEqual(visible(`trang 1: ${thing} bị thay`));
    expect(later({ 45: body }, holding(45))).toEqual(visible(`trang 1: thêm ${thing}`));
    expect(later({ 45: 'null' }, { ...holding(45), 45: body })).toEqual(visible(`trang 1: ${thing} bị xóa`));
  });
  it('is told by the first page that shows it', () => {
    const page = (more: string) => `<< /Type /Page /Parent 2 0 R ${more} >>`;
    const base = {
      2: '<< /Type /Pages /Kids [3 0 R 40 0 R 41 0 R] >>',
      40: page('/Resources << /XObject << /A 45 0 R >> >>'),
      41: page('/Resources << /XObject << /A 45 0 R >> >>'),
      45: look('1'),
    };
    expect(later({ 45: look('2') }, base)).toEqual(visible('trang 2: mẫu vẽ (XObject) bị thay'));
  });
  it('on pages beyond the fiftieth is told without its page', () => {
    const numbers = Array.from({ length: 51 }, (_, i) => 100 + i);
    const pages = Object.fromEntries(numbers.map((num) => [num, `<< /Type /Page /Contents ${num + 100} 0 R >>`]));
    const base = { ...pages, 2: `<< /Kids [${numbers.map((num) => `${num} 0 R`).join(' ')}] >>`, 249: stream('a'), 250: stream('a') };
    expect(later({ 249: stream('b'), 250: stream('b') }, base)).toEqual(
      visible('trang 50: nội dung bị thay', 'nội dung hoặc tài nguyên bị thay'),
    );
  });
});
