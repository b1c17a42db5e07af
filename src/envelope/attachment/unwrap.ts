/**
 * The clear file of an attachment. The SDK zips every file whose extension it does not know: one entry,
 * a random name, ContentType application/zip, the real name only in AttachmentName (domain §1.5).
 */
import type { Place } from '../bytes.ts';
import { letGo, openPlace } from '../place.ts';
import type { DecodedRun } from '../skeleton/base64.ts';
import type { AttachmentKind } from '../types.ts';
import { isZip, kindOf } from './kind.ts';
import { type Unpacked, type Unpacking, unpackEntry, zipEntries } from './zip.ts';

export type ClearFile = {
  readonly place: Place;
  readonly sha256: string;
  readonly size: number;
  readonly kind: AttachmentKind;
  /** What the bytes were before unwrapping: what ContentType is compared with. */
  readonly wireKind: AttachmentKind;
  readonly bomb: boolean;
  /** Bytes inflated for it, in vain or not: they count against the budget. */
  readonly inflated: number;
};

/** A zip of one entry whose attachment is not itself called .zip. Directories in it do not count as entries. */
const unpackSingle = async (run: DecodedRun, name: string, unpacking: Unpacking): Promise<Unpacked | null> => {
  if (/\.zip$/i.test(name) || !isZip(run.head)) return null;
  using file = openPlace(run.place);
  const entries = (zipEntries(file) ?? []).filter((entry) => !entry.name.endsWith('/'));
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return null;
  return await unpackEntry(file, entry, unpacking);
};

const kindAt = (place: Place): AttachmentKind => {
  using file = openPlace(place);
  return kindOf(file);
};

export const unwrap = async (run: DecodedRun, name: string, unpacking: Unpacking): Promise<ClearFile> => {
  const { head } = run;
  // Only an archive has to be opened again, for the list of its entries.
  const wireKind = isZip(head)
    ? kindAt(run.place)
    : kindOf({ size: head.length, read: (offset, length) => head.subarray(offset, offset + length) });
  const unpacked = await unpackSingle(run, name, unpacking);
  if (unpacked?.kind === 'done') {
    letGo(unpacking.scratch, run.place);
    const { place, sha256, size } = unpacked;
    return { place, sha256, size, kind: kindAt(place), wireKind, bomb: false, inflated: size };
  }
  const { place, sha256, size } = run;
  return { place, sha256, size, kind: wireKind, wireKind, bomb: unpacked?.kind === 'bomb', inflated: unpacked?.size ?? 0 };
};
