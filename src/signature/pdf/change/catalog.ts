/** What a revision did to the catalog, key by key, and to what stands apart from pages and form. */
import { isDict, isRef, type PdfDict } from '../read/object.ts';
import { differingKeys, isFound } from './compare.ts';
import { dictAt, type Effect, type Pair, visible } from './effect.ts';
import { formChange } from './form.ts';
import { catalogApart } from './reach.ts';

const words: ReadonlyMap<string, string> = new Map([
  ['OpenAction', 'hành động khi mở tệp bị thêm hoặc sửa'],
  ['AA', 'hành động tự chạy bị thêm hoặc sửa'],
  ['Pages', 'cây trang bị thay'],
  ['Outlines', 'mục lục bị thêm hoặc sửa'],
  ['OCProperties', 'các lớp hiển thị bị thêm hoặc sửa'],
  ['PageLabels', 'số trang hiển thị bị sửa'],
  ['Dests', 'các đích liên kết bị sửa'],
  ['AF', 'tệp đính kèm bên trong bị thêm hoặc sửa'],
  ['Collection', 'tập tin đính kèm dạng bộ sưu tập bị thêm hoặc sửa'],
]);

const nameWords: ReadonlyMap<string, string> = new Map([
  ['JavaScript', 'mã JavaScript bị thêm hoặc sửa'],
  ['EmbeddedFiles', 'tệp đính kèm bên trong bị thêm hoặc sửa'],
  ['Dests', 'các đích liên kết bị sửa'],
  ['AP', 'các hình hiển thị có tên bị sửa'],
]);

/** Nothing that is shown: the version of the format, the language, how the structure tree is meant. */
const quiet = new Set(['Version', 'MarkInfo', 'Lang']);

/** Who certified the document stays who did. Usage rights come and go with Adobe's tools. */
const permsChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).includes('DocMDP') && a.entries.has('DocMDP')
    ? [visible('quyền chứng nhận của văn bản (Perms) bị sửa hoặc xóa')]
    : [];

export const catalogChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).flatMap((key): readonly Effect[] => {
    const [left, right] = [dictAt(pair.before, a.entries.get(key)), dictAt(pair.after, b.entries.get(key))];
    const named = b.entries.get(key);
    if (isRef(named) && !isFound(pair.after, named)) return [visible(`cấu trúc văn bản chỉ tới đối tượng không có (${key})`)];
    if (key === 'AcroForm') return formChange(pair, left, right);
    if (key === 'DSS') return [{ kind: 'validation', what: 'thêm dữ liệu xác thực lâu dài' }];
    if (key === 'Perms') return permsChange(pair, left, right);
    if (key === 'Names') {
      return differingKeys(left, right, pair.before, pair.after).map((name) =>
        visible(nameWords.get(name) ?? `danh mục tên bị sửa (${name})`),
      );
    }
    if (catalogApart.has(key) || quiet.has(key)) return [];
    return [visible(words.get(key) ?? `cấu trúc văn bản bị sửa (${key})`)];
  });

const spoken = ['ActualText', 'Alt', 'E'];

/** Text that stands for content in the structure tree is read out and copied in its place (14.9), also where there was none. */
export const spokenChange = (pair: Pair, num: number): readonly Effect[] => {
  const ref = { kind: 'ref', num, gen: 0 } as const;
  const [a, b] = [pair.before.resolve(ref), pair.after.resolve(ref)];
  if (!isDict(a) || !isDict(b)) return [];
  const isSpoken = differingKeys(a, b, pair.before, pair.after).some((key) => spoken.includes(key));
  return isSpoken ? [visible('chữ thay thế (ActualText, Alt) của nội dung bị sửa')] : [];
};
