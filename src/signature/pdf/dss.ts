/**
 * The Document Security Store (ISO 32000-2 12.8.4.3, ETSI EN 319 142-1 5.4): certificates, revocation lists
 * and OCSP answers that later revisions keep for the signatures. Nobody signed that they are true: they help
 * to build paths, and each counts only by its own signature.
 */
import type { Enclosed } from '../cms/enclosed.ts';
import { catalogOf, childOf } from './fields.ts';
import type { PdfDocument, View } from './read/document.ts';
import { decodeStream } from './read/filter.ts';
import { isArray, isDict, isRef, isStream, type PdfDict, PdfError, type PdfValue } from './read/object.ts';

/** A store of a thousand signatures is none that an agency made. */
const MAX_THINGS = 500;

type Keys = { readonly certificates: string; readonly crls: string; readonly answers: string };
const storeKeys: Keys = { certificates: 'Certs', crls: 'CRLs', answers: 'OCSPs' };
const signatureKeys: Keys = { certificates: 'Cert', crls: 'CRL', answers: 'OCSP' };

const storeIn = (view: View): PdfDict | null => {
  const catalog = catalogOf(view);
  const store = catalog === null ? null : childOf(view, catalog, 'DSS');
  return isDict(store) ? store : null;
};

/** The store itself, and what it keeps for single signatures (VRI), most often the same things. */
const shelvesOf = (view: View, store: PdfDict): readonly { readonly dict: PdfDict; readonly keys: Keys }[] => {
  const related = childOf(view, store, 'VRI');
  const single = isDict(related) ? [...related.entries.values()].map((value) => view.resolve(value)).filter(isDict) : [];
  return [{ dict: store, keys: storeKeys }, ...single.slice(0, MAX_THINGS).map((dict) => ({ dict, keys: signatureKeys }))];
};

const bytesOf = (document: PdfDocument, view: View, value: PdfValue): Uint8Array | null => {
  const stream = view.resolve(value);
  if (!isStream(stream)) return null;
  try {
    return decodeStream(document.source, stream.dict, view.raw(stream.source));
  } catch (error) {
    // What inflates beyond the limits stops the whole file; what merely cannot be read is not there.
    if (error instanceof PdfError && error.reason === 'over-limits') throw error;
    return null;
  }
};

const nothing: Enclosed = { certificates: [], crls: [], answers: [] };

const enclosedIn = (document: PdfDocument, view: View, store: PdfDict): Enclosed => {
  const seen = new Set<string>();
  let left = MAX_THINGS;
  const things = (key: keyof Keys): readonly Uint8Array[] =>
    shelvesOf(view, store).flatMap(({ dict, keys }) => {
      const list = childOf(view, dict, keys[key]);
      // Streams are always referred to (ISO 32000-2 7.3.8.1).
      return (isArray(list) ? list.items : []).filter(isRef).flatMap((item) => {
        const name = `${key} ${item.num}`;
        if (seen.has(name) || left === 0) return [];
        seen.add(name);
        left -= 1;
        const bytes = bytesOf(document, view, item);
        return bytes === null ? [] : [bytes];
      });
    });
  return { certificates: things('certificates'), crls: things('crls'), answers: things('answers') };
};

/** Of the newest revision that has a store: each later one repeats what it keeps. */
export const enclosedInFile = (document: PdfDocument): Enclosed => {
  for (const view of document.views.toReversed()) {
    const store = storeIn(view);
    if (store !== null) return enclosedIn(document, view, store);
  }
  return nothing;
};
