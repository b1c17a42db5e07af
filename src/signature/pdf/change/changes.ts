/**
 * What each later revision did to the one before, object by object (not by digest, and not by what a
 * page looks like). Every object that a revision brings is judged by the place it has in the document;
 * what has no place that signing needs is `visible`. Which of these a signature bears is `permission.ts`.
 */

import { catalogOf, type Field, fieldsOf } from '../fields.ts';
import type { PdfDocument, View } from '../read/document.ts';
import { isArray, isDict, isRef, isStream, nameIs, type PdfDict, type PdfValue } from '../read/object.ts';
import { differingKeys, isSame } from './compare.ts';
import { catalogApart, heldByEvidence, heldByForm, type Page, pagesOf, shownBy } from './reach.ts';

/** `form` carries the field's name, for FieldMDP. */
export type Effect = {
  readonly kind: 'validation' | 'signature' | 'form' | 'annotation' | 'visible';
  readonly what: string;
  readonly field?: string;
};

type Pair = { readonly before: View; readonly after: View };
type Places = {
  readonly pages: ReadonlyMap<number, number>;
  /** Arrays of annotations that are objects of their own, to their page. */
  readonly annotationLists: ReadonlyMap<number, number>;
  readonly annotations: ReadonlySet<number>;
  readonly fields: ReadonlyMap<number, Field>;
  readonly appearances: ReadonlyMap<number, Field | null>;
};

const visible = (what: string): Effect => ({ kind: 'visible', what });
const empty: PdfDict = { kind: 'dict', entries: new Map(), repeated: [], start: 0, end: 0 };
const items = (view: View, value: PdfValue | undefined): readonly PdfValue[] => {
  const list = view.resolve(value);
  return isArray(list) ? list.items : [];
};
const dictAt = (view: View, value: PdfValue | undefined): PdfDict => {
  const dict = view.resolve(value);
  return isDict(dict) ? dict : empty;
};

/** Streams of an annotation's appearance, one level of states deep. */
const appearanceNums = (view: View, dict: PdfDict): readonly number[] => {
  const own = dict.entries.get('AP');
  const states = [...dictAt(view, own).entries.values()];
  const deeper = states.flatMap((state) => [...dictAt(view, state).entries.values()]);
  return [own, ...states, ...deeper].flatMap((value) => (isRef(value) ? [value.num] : []));
};

const placesIn = (view: View, pages: readonly Page[]): Places => {
  const fields = new Map<number, Field>();
  const appearances = new Map<number, Field | null>();
  for (const field of fieldsOf(view)) {
    for (const num of [field.num, ...field.widgets]) {
      if (num === null) continue;
      fields.set(num, field);
      const dict = view.resolve({ kind: 'ref', num, gen: 0 });
      if (isDict(dict)) for (const one of appearanceNums(view, dict)) appearances.set(one, field);
    }
  }
  const annotations = new Set<number>();
  const annotationLists = new Map<number, number>();
  for (const [i, page] of pages.entries()) {
    const list = page.dict.entries.get('Annots');
    if (isRef(list)) annotationLists.set(list.num, i);
    for (const item of items(view, list)) {
      if (!isRef(item) || fields.has(item.num)) continue;
      annotations.add(item.num);
      for (const num of appearanceNums(view, dictAt(view, item))) if (!appearances.has(num)) appearances.set(num, null);
    }
  }
  return { pages: new Map(pages.map((page, i) => [page.num, i])), annotationLists, annotations, fields, appearances };
};

const isSignatureWidget = (view: View, value: PdfValue): boolean => {
  // Only a dictionary: a stream here could be the content of a page in another reader's eyes.
  const dict = view.resolve(value);
  if (!isDict(dict) || dict.entries.has('AA') || dict.entries.has('A')) return false;
  const type = dict.entries.get('FT') ?? dictAt(view, dict.entries.get('Parent')).entries.get('FT');
  return nameIs(view.resolve(type), 'Sig');
};

/** What was added to and taken from a list, by object or by value. */
const listChange = (pair: Pair, a: readonly PdfValue[], b: readonly PdfValue[]) => {
  const nums = (list: readonly PdfValue[]) => new Set(list.flatMap((item) => (isRef(item) ? [item.num] : [])));
  const [left, right] = [nums(a), nums(b)];
  const alike = (view: View, item: PdfValue, other: View, list: readonly PdfValue[]) =>
    list.some((one) => !isRef(one) && isSame({ view, value: item }, { view: other, value: one }));
  return {
    added: b.filter((item) => (isRef(item) ? !left.has(item.num) : !alike(pair.after, item, pair.before, a))),
    removed: a.filter((item) => (isRef(item) ? !right.has(item.num) : !alike(pair.before, item, pair.after, b))),
  };
};

const annotationsChange = (pair: Pair, a: PdfValue | undefined, b: PdfValue | undefined, page: number): readonly Effect[] => {
  const { added, removed } = listChange(pair, items(pair.before, a), items(pair.after, b));
  const where = `trang ${page + 1}`;
  return [
    ...added.map((item): Effect => {
      if (isSignatureWidget(pair.after, item)) return { kind: 'signature', what: `thêm ô chữ ký ở ${where}` };
      if (nameIs(dictAt(pair.after, item).entries.get('Subtype'), 'Widget')) return visible(`thêm trường biểu mẫu ở ${where}`);
      return isDict(pair.after.resolve(item))
        ? { kind: 'annotation', what: `thêm chú thích ở ${where}` }
        : visible(`sửa danh sách chú thích ở ${where}`);
    }),
    ...removed
      .filter((item) => pair.before.resolve(item) !== null)
      .map(
        (item): Effect =>
          isSignatureWidget(pair.before, item)
            ? visible(`xóa chữ ký ở ${where}`)
            : { kind: 'annotation', what: `xóa chú thích ở ${where}` },
      ),
  ];
};

const pageChange = (pair: Pair, a: PdfDict, b: PdfDict, page: number): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).flatMap((key) => {
    if (key === 'Annots') return annotationsChange(pair, a.entries.get(key), b.entries.get(key), page);
    return ['LastModified', 'PieceInfo', 'Tabs', 'StructParents'].includes(key) ? [] : [visible(`sửa trang ${page + 1} (${key})`)];
  });

const fieldsChange = (pair: Pair, a: PdfValue | undefined, b: PdfValue | undefined): readonly Effect[] => {
  const { added, removed } = listChange(pair, items(pair.before, a), items(pair.after, b));
  return [
    ...removed.filter((item) => pair.before.resolve(item) !== null).map(() => visible('xóa trường biểu mẫu')),
    ...added.map(
      (item): Effect =>
        isSignatureWidget(pair.after, item) ? { kind: 'signature', what: 'thêm trường chữ ký' } : visible('thêm trường biểu mẫu'),
    ),
  ];
};

/** Resources may gain entries for the appearance of a signature, never lose or change one. */
const resourcesChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] => {
  const isKept = [...a.entries].every(([key, group]) => {
    const [left, right] = [dictAt(pair.before, group), dictAt(pair.after, b.entries.get(key))];
    const changed = differingKeys(left, right, pair.before, pair.after).filter((name) => left.entries.has(name));
    return isDict(pair.before.resolve(group))
      ? changed.length === 0
      : isSame({ view: pair.before, value: group }, { view: pair.after, value: b.entries.get(key) ?? null });
  });
  return isKept ? [] : [visible('sửa tài nguyên của biểu mẫu')];
};

const formChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).flatMap((key): readonly Effect[] => {
    const [left, right] = [a.entries.get(key), b.entries.get(key)];
    if (key === 'Fields') return fieldsChange(pair, left, right);
    if (key === 'DR') return resourcesChange(pair, dictAt(pair.before, left), dictAt(pair.after, right));
    if (key === 'SigFlags' || key === 'DA') return [];
    if (key === 'NeedAppearances' && pair.after.resolve(right) !== true) return [];
    return [visible(`sửa biểu mẫu (${key})`)];
  });

const catalogChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).flatMap((key): readonly Effect[] => {
    const [left, right] = [a.entries.get(key), b.entries.get(key)];
    if (key === 'AcroForm') return formChange(pair, dictAt(pair.before, left), dictAt(pair.after, right));
    if (key === 'DSS') return [{ kind: 'validation', what: 'thêm dữ liệu xác thực lâu dài' }];
    return catalogApart.has(key) || ['Version', 'MarkInfo', 'Lang'].includes(key) ? [] : [visible(`sửa cấu trúc văn bản (${key})`)];
  });

const signingKeys = new Set(['V', 'AP', 'AS', 'F', 'M', 'MK', 'DA', 'DR', 'Q', 'Lock', 'P']);
const fillingKeys = new Set(['V', 'AP', 'AS', 'M', 'MK', 'I', 'RV', 'DA']);

const fieldChange = (pair: Pair, field: Field, a: PdfDict, b: PdfDict): readonly Effect[] => {
  const keys = differingKeys(a, b, pair.before, pair.after);
  if (keys.length === 0) return [];
  if (field.type === 'Sig') {
    const wasEmpty = pair.before.resolve(field.value) === null;
    if (wasEmpty && keys.every((key) => signingKeys.has(key))) return [{ kind: 'signature', what: `ký vào ô ${field.name}`.trim() }];
    return [visible(`sửa hoặc xóa chữ ký ${field.name}`.trim())];
  }
  if (keys.every((key) => fillingKeys.has(key))) return [{ kind: 'form', what: `điền trường ${field.name}`.trim(), field: field.name }];
  return [visible(`sửa trường ${field.name} (${keys.join(', ')})`)];
};

/** An object that only forms and annotations hold. */
const heldChange = (pair: Pair, places: Places, num: number): readonly Effect[] => {
  const owner = places.appearances.get(num);
  if (owner === null || places.annotations.has(num)) return [{ kind: 'annotation', what: 'sửa chú thích' }];
  if (owner === undefined) return [visible(`sửa đối tượng ${num} của biểu mẫu hoặc chú thích`)];
  if (owner.type !== 'Sig') return [{ kind: 'form', what: `điền trường ${owner.name}`.trim(), field: owner.name }];
  return pair.before.resolve(owner.value) === null ? [] : [visible(`sửa hình hiển thị của chữ ký ${owner.name}`.trim())];
};

/** Numbers whose value differs between the two views; only what the update lists can. */
const changedIn = (document: PdfDocument, pair: Pair): readonly number[] => {
  const listed = new Set((document.updates[pair.after.revision - 1] ?? []).flatMap((section) => [...section.entries.keys()]));
  return [...listed].filter((num) => {
    if (pair.before.placeOf(num) === pair.after.placeOf(num)) return false;
    const ref = { kind: 'ref', num, gen: 0 } as const;
    return !isSame({ view: pair.before, value: pair.before.resolve(ref) }, { view: pair.after, value: pair.after.resolve(ref) });
  });
};

const numOf = (value: PdfValue | undefined): number | null => (isRef(value) ? value.num : null);
const isStructure = (value: PdfValue): boolean =>
  isStream(value) && (nameIs(value.dict.entries.get('Type'), 'XRef') || nameIs(value.dict.entries.get('Type'), 'ObjStm'));

/** What one revision did. */
const effectsOf = (document: PdfDocument, pair: Pair): readonly Effect[] => {
  const { before, after } = pair;
  const changed = changedIn(document, pair);
  const pages = pagesOf(before);
  const places = placesIn(before, pages);
  const [shown, held, heldAfter, evidence] = [
    shownBy(after),
    heldByForm(before, pages),
    heldByForm(after, pagesOf(after)),
    heldByEvidence(after),
  ];
  const root = numOf(before.trailer.entries.get('Root'));
  const form = numOf(catalogOf(before)?.entries.get('AcroForm'));
  const fieldList = numOf(dictAt(before, catalogOf(before)?.entries.get('AcroForm')).entries.get('Fields'));
  const judge = (num: number): readonly Effect[] => {
    const ref = { kind: 'ref', num, gen: 0 } as const;
    const [a, b] = [before.resolve(ref), after.resolve(ref)];
    if (num === root || isStructure(b)) return [];
    const page = places.pages.get(num);
    if (page !== undefined && isDict(a) && isDict(b)) return pageChange(pair, a, b, page);
    if (shown.has(num)) return [visible(`${a === null ? 'thêm' : 'sửa'} đối tượng ${num} của nội dung`)];
    const list = places.annotationLists.get(num);
    if (list !== undefined) return annotationsChange(pair, ref, ref, list);
    if (num === form) return formChange(pair, dictAt(before, ref), dictAt(after, ref));
    if (num === fieldList) return fieldsChange(pair, ref, ref);
    const field = places.fields.get(num);
    if (field !== undefined) return fieldChange(pair, field, dictAt(before, ref), dictAt(after, ref));
    // A hole that the form already pointed at counts as changed, a new object only through what points at it.
    if (held.has(num) && (a !== null || heldAfter.has(num))) return heldChange(pair, places, num);
    return evidence.has(num) ? [{ kind: 'validation', what: 'thêm dữ liệu xác thực lâu dài' }] : [];
  };
  // The catalog is compared as the trailers name it, also when a new object took its place.
  const catalogs = catalogChange(pair, catalogOf(before) ?? empty, catalogOf(after) ?? empty);
  return [...catalogs, ...changed.flatMap(judge)];
};

/** By revision (from 2), what it did to the one before, each thing once. */
export const effectsByRevision = (document: PdfDocument, from: number): ReadonlyMap<number, readonly Effect[]> =>
  new Map(
    document.views.slice(from).map((after, i) => {
      const before = document.views[from + i - 1] ?? after;
      const effects = effectsOf(document, { before, after });
      return [after.revision, [...new Map(effects.map((effect) => [`${effect.kind} ${effect.what}`, effect])).values()]];
    }),
  );
