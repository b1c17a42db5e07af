/**
 * Which objects a page shows and which only forms and annotations hold, as sets of object numbers. A
 * number stands in the set even when nothing stands under it: filling a hole changes the page too.
 */

import { catalogOf } from '../fields.ts';
import type { View } from '../read/document.ts';
import { isArray, isDict, isRef, isStream, nameIs, type PdfDict, type PdfValue } from '../read/object.ts';

/** Of the catalog: judged key by key, not as part of the pages. */
export const catalogApart = new Set(['AcroForm', 'DSS', 'Metadata', 'Perms', 'Extensions', 'StructTreeRoot']);
const pageApart = new Set(['Annots', 'Parent', 'StructParents', 'B']);
/** Back-references that would lead out of an annotation into everything. */
const formApart = new Set(['P', 'Parent', 'Pg', 'StructParent', 'Dest']);

export type Page = { readonly num: number; readonly dict: PdfDict };

const isPage = (dict: PdfDict): boolean => nameIs(dict.entries.get('Type'), 'Page');
const isPageTree = (dict: PdfDict): boolean => isPage(dict) || nameIs(dict.entries.get('Type'), 'Pages');

/** Every number reachable from `start`; `skip` names keys of a dictionary not to follow. */
const reach = (
  view: View,
  start: readonly PdfValue[],
  skip: (dict: PdfDict, key: string) => boolean,
  enter: (dict: PdfDict) => boolean,
) => {
  const seen = new Set<number>();
  const open: PdfValue[] = [...start];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isRef(value)) {
      if (seen.has(value.num)) continue;
      seen.add(value.num);
      open.push(view.resolve(value));
    } else if (isArray(value)) open.push(...value.items.filter((item) => typeof item === 'object' && item !== null));
    else {
      const dict = isStream(value) ? value.dict : value;
      if (!isDict(dict) || !enter(dict)) continue;
      for (const [key, item] of dict.entries) {
        if (typeof item === 'object' && item !== null && !skip(dict, key)) open.push(item);
      }
    }
  }
  return seen;
};

/** All that the pages, and whatever else of the catalog is not judged apart, are made of. */
export const shownBy = (view: View): ReadonlySet<number> => {
  const catalog = catalogOf(view);
  if (catalog === null) return new Set();
  const start = [...catalog.entries].filter(([key]) => !catalogApart.has(key)).map(([, value]) => value);
  return reach(
    view,
    start,
    (dict, key) => isPageTree(dict) && pageApart.has(key),
    () => true,
  );
};

/** The pages in order. */
export const pagesOf = (view: View): readonly Page[] => {
  const catalog = catalogOf(view);
  const pages: Page[] = [];
  const seen = new Set<number>();
  const walk = (value: PdfValue, depth: number): void => {
    if (!isRef(value) || seen.has(value.num) || depth > 60) return;
    seen.add(value.num);
    const dict = view.resolve(value);
    if (!isDict(dict)) return;
    const kids = view.resolve(dict.entries.get('Kids'));
    if (isArray(kids) && !isPage(dict)) for (const kid of kids.items) walk(kid, depth + 1);
    else pages.push({ num: value.num, dict });
  };
  walk(catalog?.entries.get('Pages') ?? null, 0);
  return pages;
};

/** All that annotations and the form are made of. */
export const heldByForm = (view: View, pages: readonly Page[]): ReadonlySet<number> => {
  const start = [catalogOf(view)?.entries.get('AcroForm') ?? null, ...pages.map((page) => page.dict.entries.get('Annots') ?? null)];
  return reach(
    view,
    start,
    (_, key) => formApart.has(key),
    (dict) => !isPageTree(dict),
  );
};

/** All that the validation data of the file are made of (DSS, VRI). */
export const heldByEvidence = (view: View): ReadonlySet<number> =>
  reach(
    view,
    [catalogOf(view)?.entries.get('DSS') ?? null],
    () => false,
    (dict) => !isPageTree(dict),
  );
