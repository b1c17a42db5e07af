/**
 * Which objects a page shows and which only forms and annotations hold, as sets of object numbers. A
 * number stands in the set even when nothing stands under it: filling a hole changes the page too. What a
 * dictionary is, its place decides and never its /Type, which anyone may write into anything.
 */
import { catalogOf } from '../fields.ts';
import type { View } from '../read/document.ts';
import { isArray, isDict, isRef, isStream, nameIs, type PdfDict, type PdfValue } from '../read/object.ts';

/** Of the catalog: judged key by key, not as part of the pages. */
export const catalogApart = new Set(['AcroForm', 'DSS', 'Metadata', 'Perms', 'Extensions', 'StructTreeRoot', 'PieceInfo']);
const pageApart = new Set(['Annots', 'Parent', 'StructParents', 'B']);

export type Page = { readonly num: number; readonly dict: PdfDict };
export type PageTree = {
  /** In order. */
  readonly pages: readonly Page[];
  /** The pages and the nodes above them. */
  readonly nodes: ReadonlySet<number>;
};

export type Reached = {
  readonly nums: ReadonlySet<number>;
  /** An object on the way cannot be read: what it leads to is not known. */
  readonly isTorn: boolean;
  /** A page, or the catalog, serves as resources too: then no key of it is without effect. */
  readonly isTwisted: boolean;
};

const resourceKeys = new Set(['Resources', 'XObject', 'Font', 'ExtGState', 'ColorSpace', 'Pattern', 'Shading', 'Properties']);

const trees = new WeakMap<View, PageTree>();

const readTree = (view: View): PageTree => {
  const catalog = catalogOf(view);
  const pages: Page[] = [];
  const nodes = new Set<number>();
  const walk = (value: PdfValue, depth: number): void => {
    if (!isRef(value) || nodes.has(value.num) || depth > 60) return;
    nodes.add(value.num);
    const dict = view.resolve(value);
    if (!isDict(dict)) return;
    const kids = view.resolve(dict.entries.get('Kids'));
    if (isArray(kids) && !nameIs(dict.entries.get('Type'), 'Page')) for (const kid of kids.items) walk(kid, depth + 1);
    else pages.push({ num: value.num, dict });
  };
  walk(catalog?.entries.get('Pages') ?? null, 0);
  return { pages, nodes };
};

export const treeOf = (view: View): PageTree => {
  const tree = trees.get(view) ?? readTree(view);
  trees.set(view, tree);
  return tree;
};

type Way = {
  /** References not to follow at all. */
  readonly closed?: ReadonlySet<number>;
  /** Pages and nodes: followed but for what stands apart from what they show. */
  readonly nodes?: ReadonlySet<number>;
};

/** Every number reachable from `start`. */
const reach = (view: View, start: readonly PdfValue[], way: Way): Reached => {
  const nums = new Set<number>();
  const open: PdfValue[] = [...start];
  let isTorn = false;
  let isTwisted = false;
  const own = new Set<PdfValue>([catalogOf(view), ...[...(way.nodes ?? [])].map((num) => view.resolve({ kind: 'ref', num, gen: 0 }))]);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    let isNode = false;
    if (isRef(value)) {
      if (nums.has(value.num) || way.closed?.has(value.num) === true) continue;
      nums.add(value.num);
      if (nums.size % 256 === 0) view.tick();
      isTorn ||= view.isTorn(value.num);
      isNode = way.nodes?.has(value.num) === true;
      value = view.resolve(value);
    }
    if (isArray(value)) for (const item of value.items) if (typeof item === 'object' && item !== null) open.push(item);
    const dict = isStream(value) ? value.dict : value;
    if (!isDict(dict)) continue;
    for (const [key, item] of dict.entries) {
      if (resourceKeys.has(key) && isRef(item)) isTwisted ||= own.has(view.resolve(item));
      if (typeof item === 'object' && item !== null && !(isNode && pageApart.has(key))) open.push(item);
    }
  }
  return { nums, isTorn, isTwisted };
};

/** All that the pages, and whatever else of the catalog is not judged apart, are made of. */
export const shownBy = (view: View): Reached => {
  const start = [...(catalogOf(view)?.entries ?? [])].filter(([key]) => !catalogApart.has(key)).map(([, value]) => value);
  return reach(view, start, { nodes: treeOf(view).nodes });
};

/** What one page shows; of what stands above it only what it inherits is looked at elsewhere. */
export const shownOn = (view: View, page: Page): ReadonlySet<number> => {
  const { nodes } = treeOf(view);
  const closed = new Set(nodes);
  closed.delete(page.num);
  return reach(view, [{ kind: 'ref', num: page.num, gen: 0 }], { closed, nodes }).nums;
};

/** All that annotations and the form are made of. */
export const heldByForm = (view: View): Reached => {
  const { pages, nodes } = treeOf(view);
  const start = [catalogOf(view)?.entries.get('AcroForm') ?? null, ...pages.map((page) => page.dict.entries.get('Annots') ?? null)];
  return reach(view, start, { closed: nodes });
};

/** All that the validation data of the file are made of (DSS, VRI). */
export const heldByEvidence = (view: View): ReadonlySet<number> =>
  reach(view, [catalogOf(view)?.entries.get('DSS') ?? null], { closed: treeOf(view).nodes }).nums;
