/**
 * The clear file of an attachment. The SDK zips every file whose extension it does not know: one entry,
 * a random name, ContentType application/zip, the real name only in AttachmentName (domain §1.5).
 */
import { rmSync } from 'node:fs';
import type { Limits } from '../limits.ts';
import type { DecodedRun } from '../skeleton/base64.ts';
import type { AttachmentKind } from '../types.ts';
import { withFile } from './file.ts';
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
};

/** A zip of one entry whose attachment is not itself called .zip. Directories in it do not count as entries. */
const unpackSingle = (run: DecodedRun, name: string, limits: Limits, budget: number): Unpacked | null =>
  withFile(run.path, (file) => {
    if (/\.zip$/i.test(name) || !isZip(file)) return null;
    const entries = (zipEntries(file) ?? []).filter((entry) => !entry.name.endsWith('/'));
    const [entry] = entries;
    return entry === undefined || entries.length > 1 ? null : unpackEntry(file, entry, `${run.path}.clear`, limits, budget);
  });

export const unwrap = (run: DecodedRun, name: string, limits: Limits, budget: number): ClearFile => {
  const wireKind = withFile(run.path, kindOf);
  const unpacked = unpackSingle(run, name, limits, budget);
  if (unpacked?.kind === 'done') {
    const path = `${run.path}.clear`;
    rmSync(run.path);
    return { path, sha256: unpacked.sha256, size: unpacked.size, kind: withFile(path, kindOf), wireKind, bomb: false };
  }
  if (unpacked !== null) rmSync(`${run.path}.clear`, { force: true });
  return { path: run.path, sha256: run.sha256, size: run.size, kind: wireKind, wireKind, bomb: unpacked?.kind === 'bomb' };
};
