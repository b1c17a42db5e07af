/**
 * Finds every signature of a PDF: those that form fields hold, and those that stand in the file but that
 * no field names any more (or ever did), so that a hidden one is not missed.
 */
import type { PdfDocument, View } from './document.ts';
import { isArray, isDict, isRef, isString, nameIs, type PdfDict, type PdfValue } from './object.ts';
import { textFrom } from './text.ts';

export type Field = {
  readonly name: string;
  readonly dict: PdfDict;
  /** Object number, null for a direct dictionary. */
  readonly num: number | null;
  readonly type: string | null;
  readonly value: PdfValue;
  /** Object numbers of the widgets under it that are not fields themselves. */
  readonly widgets: readonly number[];
};

const MAX_FIELDS = 20_000;

const childOf = (view: View, dict: PdfDict, key: string): PdfValue => view.resolve(dict.entries.get(key));

export const catalogOf = (view: View): PdfDict | null => {
  const root = view.resolve(view.trailer.entries.get('Root'));
  return isDict(root) ? root : null;
};

/** All terminal fields with what they inherit (12.7.4.1), in document order. */
export const fieldsOf = (view: View): readonly Field[] => {
  const catalog = catalogOf(view);
  const form = catalog === null ? null : childOf(view, catalog, 'AcroForm');
  const fields: Field[] = [];
  const seen = new Set<number>();
  const walk = (value: PdfValue, above: { name: string; type: string | null; value: PdfValue }, depth: number): void => {
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
    };
    const kids = childOf(view, dict, 'Kids');
    const below = isArray(kids) ? kids.items : [];
    const deeper = below.filter((kid) => {
      const child = view.resolve(kid);
      return isDict(child) && (child.entries.has('T') || child.entries.has('Kids') || child.entries.has('FT'));
    });
    const widgets = below.flatMap((kid) => (isRef(kid) && !deeper.includes(kid) ? [kid.num] : []));
    if (deeper.length === 0) fields.push({ ...here, dict, num: isRef(value) ? value.num : null, widgets });
    for (const kid of deeper) walk(kid, here, depth + 1);
  };
  const roots = isDict(form) ? childOf(view, form, 'Fields') : null;
  for (const item of isArray(roots) ? roots.items : []) walk(item, { name: '', type: null, value: null }, 0);
  return fields;
};

/** A signature dictionary and where it was found. */
export type Found = {
  readonly dict: PdfDict;
  readonly field: string | null;
  /** Whether a field of the newest revision holds it. */
  readonly current: boolean;
};

const held = (view: View): readonly Found[] =>
  fieldsOf(view)
    .filter((field) => field.type === 'Sig')
    .flatMap((field) => {
      const value = view.resolve(field.value);
      // A value that is there but no dictionary, or one without Contents, is a forged or broken signature, not an empty field.
      return isDict(value) ? [{ dict: value, field: field.name, current: true }] : [];
    });

/** Usage rights (12.8.2.3) of reader-extended forms are Adobe's, nobody's signature on the document. */
const usageRights = (view: View): readonly PdfDict[] => {
  const catalog = catalogOf(view);
  const permissions = catalog === null ? null : childOf(view, catalog, 'Perms');
  if (!isDict(permissions)) return [];
  return ['UR', 'UR3'].map((key) => childOf(view, permissions, key)).filter(isDict);
};

/** Offsets where the name ByteRange is spelt plainly. Only a way to look for dictionaries: what they hold is read through the xref. */
const spelt = (document: PdfDocument): readonly number[] => {
  const offsets: number[] = [];
  const step = 4 * 1024 * 1024;
  for (let from = 0; from < document.source.size; from += step) {
    const bytes = Buffer.from(document.source.read(from, step + 16));
    for (let at = bytes.indexOf('/ByteRange'); at !== -1 && at < step; at = bytes.indexOf('/ByteRange', at + 1)) {
      offsets.push(from + at);
      if (offsets.length >= 1000) return offsets;
    }
  }
  return offsets;
};

/** Object numbers and places of all plain entries, by offset. */
const placesOf = (document: PdfDocument) =>
  document.views
    .flatMap((view, i) =>
      (document.updates[i] ?? []).flatMap((section) =>
        [...section.entries].flatMap(([num, entry]) => (entry.kind === 'at' ? [{ num, offset: entry.offset, view }] : [])),
      ),
    )
    .sort((a, b) => a.offset - b.offset);

const dictAround = (value: PdfValue, at: number, depth = 0): PdfDict | null => {
  if (isArray(value)) return value.items.map((item) => dictAround(item, at, depth + 1)).find((one) => one !== null) ?? null;
  if (!isDict(value) || at < value.start || at >= value.end || depth > 20) return null;
  return [...value.entries.values()].map((item) => dictAround(item, at, depth + 1)).find((one) => one !== null) ?? value;
};

/** Signature dictionaries that stand in some revision without a field of the newest one. */
const strays = (document: PdfDocument, known: readonly PdfDict[]): readonly Found[] => {
  const isKnown = (at: number) => known.some((dict) => at > dict.start && at < dict.end);
  const hits = spelt(document).filter((at) => !isKnown(at));
  if (hits.length === 0) return [];
  const places = placesOf(document);
  const found = new Map<number, Found>();
  for (const at of hits) {
    const place = places.findLast((one) => one.offset <= at);
    if (place === undefined) continue;
    const dict = dictAround(place.view.resolve({ kind: 'ref', num: place.num, gen: 0 }), at);
    if (dict?.entries.has('ByteRange')) found.set(dict.start, { dict, field: fieldIn(document, dict), current: false });
  }
  return [...found.values()];
};

/** The field that held this dictionary in an earlier revision, null when none ever did. */
const fieldIn = (document: PdfDocument, dict: PdfDict): string | null => {
  for (const view of document.views) {
    const field = held(view).find((one) => one.dict.start === dict.start);
    if (field !== undefined) return field.field;
  }
  return null;
};

/** Every signature once, those of fields first. */
export const findSignatures = (document: PdfDocument): readonly Found[] => {
  const current = [...new Map(held(document.latest).map((one) => [one.dict, one])).values()];
  const rights = document.views.flatMap(usageRights);
  return [...current, ...strays(document, [...current.map((one) => one.dict), ...rights])];
};

/** `DocTimeStamp` (12.8.5) rather than a signature. */
export const isDocumentTimestamp = (view: View, dict: PdfDict): boolean =>
  nameIs(childOf(view, dict, 'Type'), 'DocTimeStamp') || nameIs(childOf(view, dict, 'SubFilter'), 'ETSI.RFC3161');
