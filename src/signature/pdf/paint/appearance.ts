/**
 * What signatures added by a later revision paint over the pages. A signature may carry its image: the red
 * seal of an agency lies over about a third of the person's signature (NĐ 30/2020, annex I), stamps stand
 * beside the text. What hides instead of signing is a visible change:
 * a field nobody signs, or a document timestamp outside a field prepared for it, that paints anything; an image that takes a large part of
 * a page; paint nothing shines through that hides text of the page or most of an earlier signature's image.
 * Seals are pictures with a mask: they may lie over anything.
 */
import { dictAt, type Effect, empty, itemsAt, type Pair, pageWord, refTo, visible } from '../change/effect.ts';
import { placesIn } from '../change/places.ts';
import { treeOf } from '../change/reach.ts';
import { type Field, fieldsOf } from '../fields.ts';
import { isDocumentTimestamp } from '../found.ts';
import type { View } from '../read/document.ts';
import { isDict, isRef, isStream, type PdfDict, type PdfStream } from '../read/object.ts';
import { marksOf } from './marks.ts';
import { areaOf, type Matrix, matrixOf, meet, moved, type Rect, rectOf, times } from './rect.ts';
import type { Marks } from './run.ts';

/** Share of a page that the images of one signature may take, and of an earlier image that later paint may hide. */
const PAGE_SHARE = 0.25;
const IMAGE_SHARE = 0.5;

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

const widgetPages = new WeakMap<View, ReadonlyMap<number, number>>();

const readWidgetPages = (view: View): ReadonlyMap<number, number> => {
  const pages = new Map<number, number>();
  for (const [i, page] of treeOf(view).pages.entries()) {
    for (const item of itemsAt(view, page.dict.entries.get('Annots'))) if (isRef(item) && !pages.has(item.num)) pages.set(item.num, i);
  }
  return pages;
};

/** -1 where no page has the widget. */
const pageOf = (view: View, num: number): number => {
  const pages = widgetPages.get(view) ?? readWidgetPages(view);
  widgetPages.set(view, pages);
  return pages.get(num) ?? -1;
};

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

/** What brings an appearance onto the page: its box, turned by its matrix, fills the widget (12.5.5). */
const placing = (view: View, { stream, rect }: Widget): Matrix => {
  const matrix = matrixOf(view, stream.dict.entries.get('Matrix'));
  const box = moved(rectOf(view, stream.dict.entries.get('BBox')) ?? { left: 0, bottom: 0, right: 1, top: 1 }, matrix);
  const [width, height] = [box.right - box.left || 1, box.top - box.bottom || 1];
  const [x, y] = [(rect.right - rect.left) / width, (rect.top - rect.bottom) / height];
  return times(matrix, [x, 0, 0, y, rect.left - box.left * x, rect.bottom - box.bottom * y]);
};

const inherited = (view: View, page: number, key: string): PdfDict => {
  let dict: PdfDict | null = treeOf(view).pages[page]?.dict ?? null;
  for (let hops = 0; dict !== null && hops < 60; hops++) {
    const value = view.resolve(dict.entries.get(key));
    if (isDict(value)) return value;
    const parent = view.resolve(dict.entries.get('Parent'));
    dict = isDict(parent) ? parent : null;
  }
  return empty;
};

const pageMarks = (view: View, page: number): Marks => {
  const contents = view.resolve(treeOf(view).pages[page]?.dict.entries.get('Contents'));
  const list = isStream(contents) ? [contents] : itemsAt(view, contents).map((item) => view.resolve(item));
  return marksOf(view, list.filter(isStream), inherited(view, page, 'Resources'));
};

/** Of paint over a picture of the page (a scan): more than a stamp takes. */
const SCAN_SHARE = 0.05;
/** More pieces of paint are no stamp. */
const MAX_PAINT = 4000;
const MAX_COMPARED = 50_000_000;
/** Layers of thin paint through which nothing is read any more. */
const LAYERS = 3;
/** Points that paint may reach into a sign before it counts as hidden. */
const EDGE = 0.5;

/** Paint that nothing shines through, over an earlier signature's image, text of the page, or much of a scan. */
const hidingEffects = (pair: Pair, name: string, widgets: readonly Widget[], earlier: readonly Widget[]): readonly Effect[] =>
  widgets.flatMap((one) => {
    const own = marksOf(pair.after, [one.stream], dictAt(pair.after, one.stream.dict.entries.get('Resources')), placing(pair.after, one));
    const where = pageWord(one.page);
    if (!own.isWhole || own.opaque.length + own.veils.length > MAX_PAINT)
      return [visible(`${where}: không đọc được hình của chữ ký${name}`)];
    const solid = own.opaque.map((rect) => meet(rect, one.rect)).filter((rect) => areaOf(rect) > 0);
    if (solid.length === 0 && own.veils.length < LAYERS) return [];
    const covers = (other: Widget) => solid.some((rect) => areaOf(meet(rect, other.rect)) > areaOf(other.rect) * IMAGE_SHARE);
    if (earlier.some((other) => other.page === one.page && covers(other)))
      return [visible(`${where}: hình của chữ ký${name} che chữ ký trước`)];
    const page = pageMarks(pair.before, one.page);
    const isUnder =
      ([x, y]: readonly [number, number]) =>
      (rect: Rect) =>
        x > rect.left + EDGE && x < rect.right - EDGE && y > rect.bottom + EDGE && y < rect.top - EDGE;
    const isHidden = (sign: readonly [number, number]) => solid.some(isUnder(sign)) || own.veils.filter(isUnder(sign)).length >= LAYERS;
    const near = page.signs.filter(([x, y]) => x > one.rect.left && x < one.rect.right && y > one.rect.bottom && y < one.rect.top);
    // Fine paint over fine print: looking through all of it would take minutes, and no seal is like that.
    if (near.length * (solid.length + own.veils.length) > MAX_COMPARED) return [visible(`${where}: không đọc được hình của chữ ký${name}`)];
    const hidden = near.filter(isHidden).length;
    if (hidden > 0) return [visible(`${where}: hình của chữ ký${name} che ${hidden} ký tự của trang`)];
    const limit = areaOf(pageBox(pair.after, one.page)) * SCAN_SHARE;
    const isScan = !page.isWhole || page.images.some((image) => solid.some((rect) => areaOf(meet(rect, image)) > limit));
    const isLarge = solid.some((rect) => areaOf(rect) > limit);
    return isScan && isLarge ? [visible(`${where}: hình của chữ ký${name} che nội dung trang`)] : [];
  });

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
    const later = placesIn(latest).fields.get(field.num ?? -1);
    if (!isDict(value) && later !== undefined && isDict(latest.resolve(later.value))) return [];
    if (!isDict(value)) return [visible(`${pageWord(first.page)}: ô chữ ký${name} chưa ký mà có hình hiển thị`)];
    const isPrepared = placesIn(pair.before).fields.get(field.num ?? -1)?.type === 'Sig';
    if (isDocumentTimestamp(pair.after, value) && !isPrepared)
      return [visible(`${pageWord(first.page)}: dấu thời gian${name} có hình hiển thị`)];
    const stamped: Effect = {
      kind: 'signature',
      what: `${pageWord(first.page)}: dấu thời gian${name} có hình hiển thị`,
      field: field.name,
    };
    const shown = isDocumentTimestamp(pair.after, value) ? [stamped] : [];
    return [...shown, ...sizeEffects(pair, name, widgets), ...hidingEffects(pair, name, widgets, earlier)];
  });
};
