/** What an update did to the catalog, key by key, and to the words of the structure tree. */
import { describe, expect, it } from 'vitest';
import type { Objects } from '../written.ts';
import { catalogWith, dict, signedForm, told } from './written.ts';

const later = (objects: Objects, base: Objects = {}) => told({ ...signedForm, ...base }, objects);
const visible = (what: string) => [`visible: ${what}`];

describe('a key of the catalog', () => {
  it.each<readonly [string, string]>([
    ['OpenAction', 'hành động khi mở tệp bị thêm hoặc sửa'],
    ['AA', 'hành động tự chạy bị thêm hoặc sửa'],
    ['Outlines', 'mục lục bị thêm hoặc sửa'],
    ['OCProperties', 'các lớp hiển thị bị thêm hoặc sửa'],
    ['PageLabels', 'số trang hiển thị bị sửa'],
    ['Dests', 'các đích liên kết bị sửa'],
    ['AF', 'tệp đính kèm bên trong bị thêm hoặc sửa'],
    ['Collection', 'tập tin đính kèm dạng bộ sưu tập bị thêm hoặc sửa'],
    ['Threads', 'cấu trúc văn bản bị sửa (Threads)'],
    ['ViewerPreferences', 'cấu trúc văn bản bị sửa (ViewerPreferences)'],
  ])('%s that came, went or was changed is told: %s', (key, what) => {
    const with1 = { 1: catalogWith({ [key]: '<< /X 1 >>' }) };
    expect(later(with1)).toEqual(visible(what));
    expect(later({ 1: catalogWith() }, with1)).toEqual(visible(what));
    expect(later({ 1: catalogWith({ [key]: '<< /X 2 >>' }) }, with1)).toEqual(visible(what));
    expect(later(with1, with1)).toEqual([]);
  });
  it.each(['Version', 'MarkInfo', 'Lang', 'Metadata', 'Extensions', 'PieceInfo', 'StructTreeRoot'])('%s shows nothing', (key) => {
    expect(later({ 1: catalogWith({ [key]: '<< /X 1 >>' }) })).toEqual([]);
  });
  it('DSS is validation data', () => {
    expect(later({ 1: catalogWith({ DSS: '<< /X 1 >>' }) })).toEqual(['validation: thêm dữ liệu xác thực lâu dài']);
  });
  it('that leads nowhere is told with its name', () => {
    expect(later({ 1: catalogWith({ Pages: '2 1 R' }) })).toEqual(visible('cấu trúc văn bản chỉ tới đối tượng không có (Pages)'));
    expect(later({ 1: catalogWith({ Metadata: '6 3 R' }) })).toEqual(visible('cấu trúc văn bản chỉ tới đối tượng không có (Metadata)'));
  });
  it('AcroForm taken away takes the fields away', () => {
    expect(later({ 1: dict({ Type: '/Catalog', Pages: '2 0 R', Lang: '(vi)' }) })).toEqual(visible('biểu mẫu: xóa trường'));
  });
  it('Pages may name another tree only as something new', () => {
    const moved = { 1: catalogWith({ Pages: '40 0 R' }), 40: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>' };
    expect(later(moved)).toEqual(visible('thêm cây trang'));
    const other = { 1: catalogWith({ Pages: '40 0 R' }) };
    expect(later(other, { 40: '<< /Type /Pages /Kids [41 0 R] >>', 41: '<< >>' })).toEqual([
      'visible: trang 1: trang được thêm',
      'visible: trang 1: trang bị xóa hoặc thay',
      'visible: cây trang bị thay',
    ]);
  });
});

describe('a tree of names', () => {
  it.each<readonly [string, string]>([
    ['JavaScript', 'mã JavaScript bị thêm hoặc sửa'],
    ['EmbeddedFiles', 'tệp đính kèm bên trong bị thêm hoặc sửa'],
    ['Dests', 'các đích liên kết bị sửa'],
    ['AP', 'các hình hiển thị có tên bị sửa'],
    ['Templates', 'danh mục tên bị sửa (Templates)'],
  ])('%s: %s', (name, what) => {
    expect(later({ 1: catalogWith({ Names: `<< /${name} << /Names [] >> >>` }) })).toEqual(visible(what));
  });
});

describe('who certified', () => {
  const certified = { 1: catalogWith({ Perms: '<< /DocMDP 15 0 R >>' }) };
  it.each<readonly [string, string, Objects, readonly string[]]>([
    ['stays while usage rights come', '<< /DocMDP 15 0 R /UR3 15 0 R >>', certified, []],
    ['is not taken away', '<< /UR3 15 0 R >>', certified, visible('quyền chứng nhận của văn bản (Perms) bị sửa hoặc xóa')],
    ['does not become another', '<< /DocMDP 11 0 R >>', certified, visible('quyền chứng nhận của văn bản (Perms) bị sửa hoặc xóa')],
    ['may come', '<< /DocMDP 15 0 R >>', {}, []],
    ['is not meant by usage rights that go', '<< >>', { 1: catalogWith({ Perms: '<< /UR3 15 0 R >>' }) }, []],
  ])('%s', (_, perms, base, expected) => {
    expect(later({ 1: catalogWith({ Perms: perms }) }, base)).toEqual(expected);
  });
});

describe('an element of the structure tree', () => {
  const tree = (element: string) => ({ 1: catalogWith({ StructTreeRoot: '31 0 R' }), 31: '<< /K 30 0 R >>', 30: element });
  const words = visible('chữ thay thế (ActualText, Alt) của nội dung bị sửa');
  it.each<readonly [string, string, string, readonly string[]]>([
    ['gains ActualText', '<< /S /P >>', '<< /S /P /ActualText (9) >>', words],
    ['gains Alt', '<< /S /P >>', '<< /S /P /Alt (9) >>', words],
    ['gains E', '<< /S /P >>', '<< /S /P /E (9) >>', words],
    ['loses Alt', '<< /S /P /Alt (9) >>', '<< /S /P >>', words],
    ['changes ActualText and more', '<< /S /P /ActualText (1) >>', '<< /S /H /ActualText (9) /T (x) >>', words],
    ['gains a title', '<< /S /P >>', '<< /S /P /T (9) >>', []],
    ['keeps its words', '<< /S /P /Alt (9) >>', '<< /S /H /Alt (9) >>', []],
    ['becomes no dictionary', '<< /S /P /Alt (9) >>', '[1]', []],
  ])('that %s', (_, before, after, expected) => {
    expect(later({ 30: after }, tree(before))).toEqual(expected);
  });
});
