/** The form fields of a revision (ISO 32000-2 12.7) and the signatures they hold. */
import type { View } from './read/document.ts';
import { isArray, isDict, isRef, isString, type PdfDict, type PdfValue } from './read/object.ts';
import { textFrom } from './read/text.ts';

export type Field = {
  readonly name: string;
  readonly dict: PdfDict;
  /** Object number, null for a direct dictionary. */
  readonly num: number | null;
  readonly type: string | null;
  readonly value: PdfValue;
  /** Object numbers of the widgets under it that are not fields themselves. */
  readonly widgets: readonly number[];
  /** Object numbers of the nodes above it. */
  readonly above: readonly number[];
};

/** What a node of the field tree hands down. */
type Inherited = {
  readonly name: string;
  readonly type: string | null;
  readonly value: PdfValue;
  readonly nodes: readonly number[];
};

const MAX_FIELDS = 20_000;

export const childOf = (view: View, dict: PdfDict, key: string): PdfValue => view.resolve(dict.entries.get(key));

export const catalogOf = (view: View): PdfDict | null => {
  const root = view.resolve(view.trailer.entries.get('Root'));
  return isDict(root) ? root : null;
};

/** Asked for by every signature and every difference, of views that never change. */
const known = new WeakMap<View, readonly Field[]>();

/** All terminal fields with what they inherit (12.7.4.1), in document order. */
export const fieldsOf = (view: View): readonly Field[] => {
  const fields = known.get(view) ?? readFields(view);
  known.set(view, fields);
  return fields;
};

const readFields = (view: View): readonly Field[] => {
  const catalog = catalogOf(view);
  const form = catalog === null ? null : childOf(view, catalog, 'AcroForm');
  const fields: Field[] = [];
  const seen = new Set<number>();
  const walk = (value: PdfValue, above: Inherited, depth: number): void => {
    if (isRef(value)) {
      if (seen.has(value.num)) return;
      seen.add(value.num);
    }
    const dict = view.resolve(value);
    if (!isDict(dict) || depth > 50 || fields.length >= MAX_FIELDS) return;
    const title = childOf(view, dict, 'T');
    const own = isString(title) ? textFrom(title.bytes) : '';
    const type = childOf(view, dict, 'FT');
    const here = {
      name: [above.name, own].filter((part) => part !== '').join('.'),
      type: typeof type === 'object' && type !== null && type.kind === 'name' ? type.name : above.type,
      value: dict.entries.get('V') ?? above.value,
      nodes: isRef(value) ? [...above.nodes, value.num] : above.nodes,
    };
    const kids = childOf(view, dict, 'Kids');
    const below = isArray(kids) ? kids.items : [];
    const deeper = below.filter((kid) => {
      const child = view.resolve(kid);
      return isDict(child) && (child.entries.has('T') || child.entries.has('Kids') || child.entries.has('FT'));
    });
    const widgets = below.flatMap((kid) => (isRef(kid) && !deeper.includes(kid) ? [kid.num] : []));
    if (deeper.length === 0) {
      const { name, type: kind, value: held } = here;
      fields.push({ name, type: kind, value: held, dict, num: isRef(value) ? value.num : null, widgets, above: above.nodes });
    }
    for (const kid of deeper) walk(kid, here, depth + 1);
  };
  const roots = isDict(form) ? childOf(view, form, 'Fields') : null;
  for (const item of isArray(roots) ? roots.items : []) walk(item, { name: '', type: null, value: null, nodes: [] }, 0);
  return fields;
};

/** A signature dictionary and where it was found. */
export type Found = {
  readonly dict: PdfDict;
  readonly field: string | null;
  /** Whether a field of the newest revision holds it. */
  readonly current: boolean;
};

/** Stands for a signature dictionary that cannot be read. */
const unreadable: PdfDict = { kind: 'dict', entries: new Map(), repeated: [], start: Number.NaN, end: Number.NaN };

export const held = (view: View): readonly Found[] =>
  fieldsOf(view)
    .filter((field) => field.type === 'Sig')
    .flatMap((field) => {
      const value = view.resolve(field.value);
      if (isDict(value)) return [{ dict: value, field: field.name, current: true }];
      // A value that is there but is no dictionary, or cannot be read, is a broken signature; a reference to nothing is an empty field.
      const isEmpty = value === null && (!isRef(field.value) || view.lookup(field.value.num).kind === 'free');
      return isEmpty ? [] : [{ dict: unreadable, field: field.name, current: true }];
    });
