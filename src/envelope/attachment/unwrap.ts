/**
 * The clear file of an attachment. The SDK zips every file whose extension it does not know: one entry,
 * a random name, ContentType application/zip, the real name only in AttachmentName (domain §1.5).
 */
import { rmSync } from 'node:fs';
import type { Limits } from '../limits.ts';
import type { DecodedRun } from '../skeleton/base64.ts';
import type { AttachmentKind } from '../types.ts';
import { openFile } from './file.ts';
import { isZip, kindOf } from './kind.ts';
import { type Unpacked, unpackEntry, zipEntries } from './zip.ts';

export type ClearFile = {
  readonly path: string;
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
const unpackSingle = async (run: DecodedRun, name: string, limits: Limits, budget: number): Promise<Unpacked | null> => {
  if (/\.zip$/i.test(name) || !isZip(run.head)) return null;
  using file = openFile(run.path);
  const entries = (zipEntries(file) ?? []).filter((entry) => !entry.name.endsWith('/'));
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return null;
  return await unpackEntry(file, entry, `${run.path}.clear`, limits, budget);
};

const kindAt = (path: string): AttachmentKind => {
  using file = openFile(path);
  return kindOf(file);
};

/** `budget`: bytes that may still be inflated for this envelope. */
export const unwrap = async (run: DecodedRun, name: string, limits: Limits, budget: number): Promise<ClearFile> => {
  const { head } = run;
  // Only an archive has to be opened again, for the list of its entries.
  const wireKind = isZip(head)
    ? kindAt(run.path)
    : kindOf({ size: head.length, read: (offset, length) => head.subarray(offset, offset + length) });
  const unpacked = await unpackSingle(run, name, limits, budget);
  const path = `${run.path}.clear`;
  if (unpacked?.kind === 'done') {
    rmSync(run.path);
    return { path, sha256: unpacked.sha256, size: unpacked.size, kind: kindAt(path), wireKind, bomb: false, inflated: unpacked.size };
  }
  if (unpacked !== null) rmSync(path, { force: true });
  const { sha256, size } = run;
  return { path: run.path, sha256, size, kind: wireKind, wireKind, bomb: unpacked?.kind === 'bomb', inflated: unpacked?.size ?? 0 };
};
