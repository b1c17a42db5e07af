/**
 * Finds every signature of a PDF: those that form fields hold, and those that stand in the file but that
 * no field names any more (or ever did), so that a hidden one is not missed.
 */

import { catalogOf, childOf, type Found, held } from './fields.ts';
import type { PdfDocument, View } from './read/document.ts';
import { isArray, isDict, isString, nameIs, type PdfDict } from './read/object.ts';
import { strays } from './strays.ts';

/** Whether it says of itself that it grants usage rights: a reference with the transform UR or UR3. */
const grantsUsage = (view: View, dict: PdfDict): boolean => {
  const references = childOf(view, dict, 'Reference');
  return (
    isArray(references) &&
    references.items.some((item) => {
      const reference = view.resolve(item);
      const method = isDict(reference) ? childOf(view, reference, 'TransformMethod') : null;
      return nameIs(method, 'UR') || nameIs(method, 'UR3');
    })
  );
};

/**
 * Usage rights (12.8.2.3) of reader-extended forms are Adobe's, nobody's signature on the document. What
 * was ever a field's value is none, wherever Perms points later.
 */
const usageRights = (view: View): readonly PdfDict[] => {
  const catalog = catalogOf(view);
  const permissions = catalog === null ? null : childOf(view, catalog, 'Perms');
  if (!isDict(permissions)) return [];
  return ['UR', 'UR3']
    .map((key) => childOf(view, permissions, key))
    .filter(isDict)
    .filter((dict) => grantsUsage(view, dict));
};

/** Prepared for signing and never signed: Contents is still nothing but zeros. As little a signature as an empty field. */
const isBlank = ({ dict }: Found): boolean => {
  const contents = dict.entries.get('Contents');
  return isString(contents) && contents.form === 'hex' && contents.bytes.length > 0 && contents.bytes.every((byte) => byte === 0);
};

const byPlace = (all: readonly Found[]): readonly Found[] => [...new Map(all.map((one) => [one.dict.start, one])).values()];

/** Every signature once: those of fields, those that fields of earlier revisions held, those in no field. */
export const findSignatures = (document: PdfDocument): readonly Found[] => {
  const current = [...new Map(held(document.latest).map((one) => [one.dict, one])).values()];
  const isCurrent = (one: Found) => current.some((other) => other.dict.start === one.dict.start);
  const gone = byPlace(document.views.flatMap(held))
    .filter((one) => !Number.isNaN(one.dict.start) && !isCurrent(one))
    .map((one) => ({ ...one, current: false }));
  const inFields = [...current, ...gone];
  const all = [...inFields, ...strays(document, [...inFields.map((one) => one.dict), ...document.views.flatMap(usageRights)])];
  return all.filter((one) => !isBlank(one));
};

/** `DocTimeStamp` (12.8.5) rather than a signature. */
export const isDocumentTimestamp = (view: View, dict: PdfDict): boolean =>
  nameIs(childOf(view, dict, 'Type'), 'DocTimeStamp') || nameIs(childOf(view, dict, 'SubFilter'), 'ETSI.RFC3161');
