/**
 * Finds every signature of a PDF: those that form fields hold, and those that stand in the file but that
 * no field names any more (or ever did), so that a hidden one is not missed.
 */

import { catalogOf, childOf, type Found, held } from './fields.ts';
import type { PdfDocument, View } from './read/document.ts';
import { isDict, isString, nameIs, type PdfDict } from './read/object.ts';
import { strays } from './strays.ts';

/** Usage rights (12.8.2.3) of reader-extended forms are Adobe's, nobody's signature on the document. */
const usageRights = (view: View): readonly PdfDict[] => {
  const catalog = catalogOf(view);
  const permissions = catalog === null ? null : childOf(view, catalog, 'Perms');
  if (!isDict(permissions)) return [];
  return ['UR', 'UR3'].map((key) => childOf(view, permissions, key)).filter(isDict);
};

/** Prepared for signing and never signed: Contents is still nothing but zeros. As little a signature as an empty field. */
const isBlank = ({ dict }: Found): boolean => {
  const contents = dict.entries.get('Contents');
  return isString(contents) && contents.form === 'hex' && contents.bytes.length > 0 && contents.bytes.every((byte) => byte === 0);
};

/** Every signature once, those of fields first. */
export const findSignatures = (document: PdfDocument): readonly Found[] => {
  const current = [...new Map(held(document.latest).map((one) => [one.dict, one])).values()];
  const rights = document.views.flatMap(usageRights);
  const all = [...current, ...strays(document, [...current.map((one) => one.dict), ...rights])];
  return all.filter((one) => !isBlank(one));
};

/** `DocTimeStamp` (12.8.5) rather than a signature. */
export const isDocumentTimestamp = (view: View, dict: PdfDict): boolean =>
  nameIs(childOf(view, dict, 'Type'), 'DocTimeStamp') || nameIs(childOf(view, dict, 'SubFilter'), 'ETSI.RFC3161');
