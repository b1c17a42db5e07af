/** Where in the form and among the annotations an object of a revision has its place. */
import { type Field, fieldsOf } from '../fields.ts';
import type { View } from '../read/document.ts';
import { isDict, isRef, nameIs, type PdfDict, type PdfValue } from '../read/object.ts';
import { dictAt, itemsAt, refTo } from './effect.ts';
import { treeOf } from './reach.ts';

export type Places = {
  /** Page objects to their place in the order. */
  readonly pages: ReadonlyMap<number, number>;
  /** Arrays of annotations that are objects of their own, to their page. */
  readonly annotationLists: ReadonlyMap<number, number>;
  /** Annotations that are no field's widget, to their page. */
  readonly annotations: ReadonlyMap<number, number>;
  /** Terminal fields and their widgets. */
  readonly fields: ReadonlyMap<number, Field>;
  /** Nodes of the field tree above terminal fields, to those. */
  readonly parents: ReadonlyMap<number, readonly Field[]>;
  /** Streams of appearances, to their field or null for an annotation's. */
  readonly appearances: ReadonlyMap<number, Field | null>;
};

/** Streams of an annotation's appearance, one level of states deep. */
const appearanceNums = (view: View, dict: PdfDict): readonly number[] => {
  const own = dict.entries.get('AP');
  const states = [...dictAt(view, own).entries.values()];
  const deeper = states.flatMap((state) => [...dictAt(view, state).entries.values()]);
  return [own, ...states, ...deeper].flatMap((value) => (isRef(value) ? [value.num] : []));
};

const fieldPlaces = (view: View) => {
  const fields = new Map<number, Field>();
  const parents = new Map<number, Field[]>();
  const appearances = new Map<number, Field | null>();
  for (const field of fieldsOf(view)) {
    for (const num of [field.num, ...field.widgets]) {
      if (num === null) continue;
      fields.set(num, field);
      for (const one of appearanceNums(view, dictAt(view, refTo(num)))) appearances.set(one, field);
    }
    for (const num of field.above) {
      const below = parents.get(num);
      if (below === undefined) parents.set(num, [field]);
      else below.push(field);
    }
  }
  return { fields, parents, appearances };
};

const known = new WeakMap<View, Places>();

const readPlaces = (view: View): Places => {
  const { pages } = treeOf(view);
  const { fields, parents, appearances } = fieldPlaces(view);
  const annotations = new Map<number, number>();
  const annotationLists = new Map<number, number>();
  for (const [i, page] of pages.entries()) {
    const list = page.dict.entries.get('Annots');
    if (isRef(list)) annotationLists.set(list.num, i);
    for (const item of itemsAt(view, list)) {
      if (!isRef(item) || fields.has(item.num)) continue;
      annotations.set(item.num, i);
      for (const num of appearanceNums(view, dictAt(view, item))) if (!appearances.has(num)) appearances.set(num, null);
    }
  }
  return { pages: new Map(pages.map((page, i) => [page.num, i])), annotationLists, annotations, fields, parents, appearances };
};

export const placesIn = (view: View): Places => {
  const places = known.get(view) ?? readPlaces(view);
  known.set(view, places);
  return places;
};

/**
 * The signature fields at or under an object of the field tree, null when it is anything else as well: a
 * field of another type, one with actions, an annotation that only says it were a signature.
 */
export const signatureFieldsAt = (view: View, value: PdfValue): readonly Field[] | null => {
  if (!isRef(value)) return null;
  const places = placesIn(view);
  const own = places.fields.get(value.num);
  const fields = own === undefined ? (places.parents.get(value.num) ?? []) : [own];
  const dict = view.resolve(value);
  // Only a dictionary: a stream here could be the content of a page in another reader's eyes.
  if (!isDict(dict) || dict.entries.has('AA') || dict.entries.has('A') || fields.length === 0) return null;
  const isPlain = fields.every((field) => field.type === 'Sig' && !field.dict.entries.has('AA') && !field.dict.entries.has('A'));
  const subtype = view.resolve(dict.entries.get('Subtype'));
  return isPlain && (subtype === null || nameIs(subtype, 'Widget')) ? fields : null;
};
