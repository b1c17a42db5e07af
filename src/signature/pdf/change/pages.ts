/** What a revision did to the pages, told by page and thing. */
import { isDict, isName, isStream, nameIs, type PdfDict, type PdfValue } from '../read/object.ts';
import { differingKeys } from './compare.ts';
import { type Effect, itemsAt, numOf, type Pair, pageWord, refTo, visible } from './effect.ts';
import { annotationsChange } from './form.ts';
import { type Page, shownOn, treeOf } from './reach.ts';

/** Of a page, and nothing that is shown. */
const quiet = new Set(['LastModified', 'PieceInfo', 'Tabs', 'StructParents', 'Metadata']);
const boxes = new Set(['MediaBox', 'CropBox', 'BleedBox', 'TrimBox', 'ArtBox', 'UserUnit']);

const keyWord = (key: string): string => {
  if (key === 'Contents') return 'nội dung bị thay';
  if (key === 'Resources') return 'phông chữ, hình hoặc tài nguyên bị thay';
  if (key === 'Rotate') return 'bị xoay';
  if (boxes.has(key)) return `khổ giấy hoặc vùng hiển thị bị đổi (${key})`;
  return key === 'AA' ? 'hành động tự chạy bị thêm hoặc sửa' : `thuộc tính ${key} bị đổi`;
};

/** The dictionary of a page that stayed. */
export const pageChange = (pair: Pair, a: PdfDict, b: PdfDict, page: number): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).flatMap((key) => {
    if (key === 'Annots') return annotationsChange(pair, a.entries.get(key), b.entries.get(key), page);
    return quiet.has(key) ? [] : [visible(`${pageWord(page)}: ${keyWord(key)}`)];
  });

/** Pages that came, went or changed their order. */
export const orderChange = ({ before, after }: Pair): readonly Effect[] => {
  const [a, b] = [treeOf(before).pages.map((page) => page.num), treeOf(after).pages.map((page) => page.num)];
  const [left, right] = [new Set(a), new Set(b)];
  const stayed = a.filter((num) => right.has(num));
  const isMoved = b.filter((num) => left.has(num)).some((num, i) => num !== stayed[i]);
  return [
    ...b.flatMap((num, i) => (left.has(num) ? [] : [visible(`${pageWord(i)}: trang được thêm`)])),
    ...a.flatMap((num, i) => (right.has(num) ? [] : [visible(`${pageWord(i)}: trang bị xóa hoặc thay`)])),
    ...(isMoved ? [visible('thứ tự trang bị đổi')] : []),
  ];
};

const dictOf = (value: PdfValue): PdfDict | null => (isStream(value) ? value.dict : isDict(value) ? value : null);

const typeWords: Readonly<Record<string, string>> = {
  Font: 'phông chữ',
  FontDescriptor: 'phông chữ',
  Encoding: 'phông chữ',
  OCG: 'lớp hiển thị',
  Filespec: 'tệp đính kèm',
  EmbeddedFile: 'tệp đính kèm',
  Pages: 'cây trang',
  Page: 'trang',
  Outlines: 'mục lục',
  Action: 'hành động',
};

/** What kind of thing an object is, for people; its place has already decided that it counts. */
const thingWord = (pair: Pair, page: Page | undefined, num: number, value: PdfValue): string => {
  const dict = dictOf(value);
  const contents = page?.dict.entries.get('Contents');
  const isContent = numOf(contents) === num || itemsAt(pair.after, contents).some((item) => numOf(item) === num);
  if (isContent) return 'nội dung';
  if (dict === null) return 'nội dung';
  if (nameIs(dict.entries.get('Subtype'), 'Image')) return 'hình ảnh';
  if (nameIs(dict.entries.get('Subtype'), 'Form')) return 'mẫu vẽ (XObject)';
  if (nameIs(dict.entries.get('S'), 'JavaScript') || dict.entries.has('JS')) return 'mã JavaScript';
  const type = dict.entries.get('Type');
  const isFontFile = ['FontFile', 'FontBBox', 'BaseFont', 'Length1'].some((key) => dict.entries.has(key));
  return (isName(type) ? typeWords[type.name] : undefined) ?? (isFontFile ? 'phông chữ' : 'nội dung hoặc tài nguyên');
};

/** Pages looked through to say where an object is shown; on later ones only the thing is told. */
const MAX_PAGES = 50;

/** Tells where an object is shown and what it is. Made once a revision, and only when something is. */
export const shownWords = (pair: Pair): ((num: number) => string) => {
  const { pages } = treeOf(pair.after);
  const places = new Map<number, number>();
  for (const [i, page] of pages.slice(0, MAX_PAGES).entries()) {
    for (const num of shownOn(pair.after, page)) if (!places.has(num)) places.set(num, i);
  }
  return (num) => {
    const [a, b] = [pair.before.resolve(refTo(num)), pair.after.resolve(refTo(num))];
    const at = places.get(num);
    const thing = thingWord(pair, at === undefined ? undefined : pages[at], num, b ?? a);
    const what = a === null ? `thêm ${thing}` : `${thing} bị ${b === null ? 'xóa' : 'thay'}`;
    return at === undefined ? what : `${pageWord(at)}: ${what}`;
  };
};

export const isCrossReference = (value: PdfValue): boolean => isStream(value) && nameIs(value.dict.entries.get('Type'), 'XRef');
/** To be asked only of streams that no page and no form uses: any stream may say so of itself. */
export const isStructure = (value: PdfValue): boolean =>
  isCrossReference(value) || (isStream(value) && nameIs(value.dict.entries.get('Type'), 'ObjStm'));
