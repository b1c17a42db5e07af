/**
 * What signatures added by a later revision paint over the pages. A signature may carry its image: the red
 * seal of an agency lies over about a third of the person's signature (NĐ 30/2020, annex I), stamps stand
 * beside the text. What hides instead of signing is a visible change:
 * a field nobody signs, or a document timestamp outside a field prepared for it, that paints anything; an image that takes a large part of
 * a page; one that lies over most of an earlier signature's image; paint nothing shines through over text.
 */
import { dictAt, type Effect, itemsAt, type Pair, pageWord, refTo, visible } from '../change/effect.ts';
import { placesIn } from '../change/places.ts';
import { treeOf } from '../change/reach.ts';
import { type Field, fieldsOf } from '../fields.ts';
import { isDocumentTimestamp } from '../found.ts';
import type { View } from '../read/document.ts';
import { isDict, isRef, isStream, type PdfDict, type PdfStream } from '../read/object.ts';
import { areaOf, meet, type Rect, rectOf } from './rect.ts';

/** Share of a page that the images of one signature may take, and of an earlier image that a later one may lie over. */
const PAGE_SHARE = 0.25;
const IMAGE_SHARE = 0.6;

type Widget = { readonly page: number; readonly rect: Rect; readonly stream: PdfStream };

const normalStream = (view: View, dict: PdfDict): PdfStream | null => {
  const normal = view.resolve(dictAt(view, dict.entries.get('AP')).entries.get('N'));
  if (isStream(normal)) return normal;
  const state = view.resolve(dict.entries.get('AS'));
  const chosen = isDict(normal) && typeof state === 'object' && state?.kind === 'name' ? normal.entries.get(state.name) : null;
  const stream = view.resolve(chosen);
  return isStream(stream) ? stream : null;
};

/** Nothing but white space and comments (`% DSBlank`): it paints nothing. What cannot be decoded may paint. */
const isBlank = (view: View, stream: PdfStream): boolean => {
  const bytes = stream.source.length === 0 ? new Uint8Array(0) : view.decode(stream);
  return bytes !== null && /^(?:\s|\0|%[^\r\n]*)*$/.test(Buffer.from(bytes.subarray(0, 1_000_000)).toString('latin1'));
};

const pageOf = (view: View, num: number): number =>
  treeOf(view).pages.findIndex((page) => itemsAt(view, page.dict.entries.get('Annots')).some((item) => isRef(item) && item.num === num));

/** The widgets of a field that paint something on a page. */
const paintedWidgets = (view: View, field: Field): readonly Widget[] =>
  [field.num, ...field.widgets].flatMap((num): readonly Widget[] => {
    const dict = num === null ? null : view.resolve(refTo(num));
    const rect = isDict(dict) ? rectOf(view, dict.entries.get('Rect')) : null;
    const stream = isDict(dict) ? normalStream(view, dict) : null;
    if (num === null || rect === null || stream === null || areaOf(rect) === 0 || isBlank(view, stream)) return [];
    return [{ page: pageOf(view, num), rect, stream }];
  });

/** Whether the field looks or is signed otherwise than before: only then has it anything to answer for. */
const isNew = ({ before, after }: Pair, field: Field): boolean => {
  const nums = [field.num, ...field.widgets].filter((num) => num !== null);
  return nums.some((num) => before.placeOf(num) !== after.placeOf(num));
};

const pageBox = (view: View, page: number): Rect => {
  let dict: PdfDict | null = treeOf(view).pages[page]?.dict ?? null;
  for (let hops = 0; dict !== null && hops < 60; hops++) {
    const box = rectOf(view, dict.entries.get('CropBox')) ?? rectOf(view, dict.entries.get('MediaBox'));
    if (box !== null && areaOf(box) > 0) return box;
    const parent = view.resolve(dict.entries.get('Parent'));
    dict = isDict(parent) ? parent : null;
  }
  return { left: 0, bottom: 0, right: 612, top: 792 };
};

const sizeEffects = (pair: Pair, name: string, widgets: readonly Widget[]): readonly Effect[] =>
  [...new Set(widgets.map((one) => one.page))].flatMap((page) => {
    const box = pageBox(pair.after, page);
    const taken = widgets.filter((one) => one.page === page).reduce((sum, one) => sum + areaOf(meet(one.rect, box)), 0);
    return taken > areaOf(box) * PAGE_SHARE ? [visible(`${pageWord(page)}: hình của chữ ký${name} che phần lớn trang`)] : [];
  });

const coverEffects = (widgets: readonly Widget[], earlier: readonly Widget[], name: string): readonly Effect[] =>
  widgets.flatMap((one) =>
    earlier
      .filter((other) => other.page === one.page && areaOf(meet(one.rect, other.rect)) > areaOf(other.rect) * IMAGE_SHARE)
      .map(() => visible(`${pageWord(one.page)}: hình của chữ ký${name} che chữ ký trước`)),
  );

/** Of every signature field that came or was signed in this revision. */
export const appearanceEffects = (pair: Pair, latest: View): readonly Effect[] => {
  const signatures = (view: View) => fieldsOf(view).filter((field) => field.type === 'Sig');
  const fresh = signatures(pair.after).filter((field) => isNew(pair, field));
  if (fresh.length === 0) return [];
  const earlier = signatures(pair.before)
    .filter((field) => pair.before.resolve(field.value) !== null)
    .flatMap((field) => paintedWidgets(pair.before, field));
  return fresh.flatMap((field) => {
    const widgets = paintedWidgets(pair.after, field);
    const [first] = widgets;
    if (first === undefined) return [];
    const value = pair.after.resolve(field.value);
    const name = field.name === '' ? '' : ` ${field.name}`;
    // One that is signed further on is judged there.
    if (!isDict(value) && fieldsOf(latest).some((one) => one.num === field.num && isDict(latest.resolve(one.value)))) return [];
    if (!isDict(value)) return [visible(`${pageWord(first.page)}: ô chữ ký${name} chưa ký mà có hình hiển thị`)];
    const isPrepared = placesIn(pair.before).fields.get(field.num ?? -1)?.type === 'Sig';
    if (isDocumentTimestamp(pair.after, value) && !isPrepared)
      return [visible(`${pageWord(first.page)}: dấu thời gian${name} có hình hiển thị`)];
    return [...sizeEffects(pair, name, widgets), ...coverEffects(widgets, earlier, name)];
  });
};
