/** Copying: every byte hashed on its way, durable under its final name, and left alone where it stands already. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { addressIn, sizeOf, syncFolder } from '../files/keep.ts';
import type { NamedFile } from './rows.ts';

/** Files copied at a time: enough to keep a disk busy, few enough to leave the hub its share. */
const atOnce = 4;

export const digestOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** Answers the digest of what was written. The copy is its owner's alone; nothing stands under its name before it is whole. */
export const copyFile = async (from: string, to: string, expected?: string): Promise<string> => {
  const part = `${to}.part`;
  const hash = createHash('sha256');
  const target = await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      await target.writeFile(chunk as Buffer);
    }
    await target.datasync();
  } catch (error) {
    await unlink(part).catch(() => undefined);
    throw error;
  } finally {
    await target.close();
  }
  const digest = hash.digest('hex');
  if (expected === undefined || digest === expected) await rename(part, to);
  else await unlink(part);
  return digest;
};

export type Copied = { readonly copied: number; readonly bytes: number; readonly missing: readonly string[] };

/** True when it stands at the target now; `copied` says whether we brought it. Absent and damaged ones are false. */
const bring = async (
  from: string,
  to: string,
  { sha256, size }: NamedFile,
): Promise<{ readonly there: boolean; readonly copied: boolean }> => {
  // A whole file only: it got its name after its bytes were synced.
  if ((await sizeOf(addressIn(to, sha256))) === size) return { there: true, copied: false };
  if ((await sizeOf(addressIn(from, sha256))) !== size) return { there: false, copied: false };
  try {
    const done = (await copyFile(addressIn(from, sha256), addressIn(to, sha256), sha256)) === sha256;
    return { there: done, copied: done };
  } catch (error) {
    // Gone since, or on a bad sector: said as missing, and everything else is still brought to safety.
    if (!['ENOENT', 'EIO'].includes((error as { code?: string }).code ?? '')) throw error;
    return { there: false, copied: false };
  }
};

/**
 * Brings every named file from one folder of content-addressed files into another. May be broken off and
 * begun again: what stands there with its length is not copied twice. Durable when it resolves.
 */
export const copyNamed = async (from: string, to: string, named: Iterable<NamedFile>, step: (bytes: number) => void): Promise<Copied> => {
  const touched = new Set<string>();
  const missing: string[] = [];
  const sum = { copied: 0, bytes: 0 };
  const rest = named[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      const file = next.value;
      const folder = dirname(addressIn(to, file.sha256));
      if (!touched.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 });
      touched.add(folder);
      const { there, copied } = await bring(from, to, file);
      if (!there) missing.push(relative(dirname(to), addressIn(to, file.sha256)));
      if (copied) {
        sum.copied += 1;
        sum.bytes += file.size;
      }
      step(file.size);
    }
  };
  await mkdir(to, { recursive: true, mode: 0o700 });
  await Promise.all(Array.from({ length: atOnce }, worker));
  // Also of files that an earlier, killed run brought: their names may not be on the disk yet.
  for (const folder of [...touched, to]) await syncFolder(folder);
  return { ...sum, missing: missing.sort() };
};

/** Plain files of a folder and of those below it, as relative paths, sorted; none where there is no such folder. */
export const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

/** Copies a small folder (anchors, revocation lists). Answers path -> digest. */
export const copyFolder = async (from: string, to: string): Promise<ReadonlyMap<string, string>> => {
  const digests = new Map<string, string>();
  const folders = new Set<string>();
  for (const path of await filesBelow(from)) {
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    folders.add(dirname(target));
    digests.set(path, await copyFile(join(from, path), target));
  }
  for (const folder of folders) await syncFolder(folder);
  return digests;
};
