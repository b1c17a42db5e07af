/** Removes generations past the number to keep, and the shared files that only they named. */
import { readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { addressIn, syncFolder } from '../files/keep.ts';
import { databaseName, generationsIn, partialEnding } from './generation.ts';
import { type NamedFile, openRows, type Rows } from './rows.ts';

const shared = ['originals', 'evidence'] as const;

const namedIn = (rows: Rows, part: (typeof shared)[number]): Iterable<NamedFile> =>
  part === 'originals' ? rows.originals() : rows.evidence();

/** Digests that a generation names and none of the others does; a set of millions fits in memory, hundreds of millions are no backup folder. */
const onlyIn = async (
  target: string,
  gone: readonly string[],
  left: readonly string[],
  part: (typeof shared)[number],
): Promise<ReadonlySet<string>> => {
  const only = new Set<string>();
  const each = (generations: readonly string[], act: (sha256: string) => void): void => {
    for (const generation of generations) {
      const rows = openRows(join(target, generation, databaseName));
      try {
        for (const { sha256 } of namedIn(rows, part)) act(sha256);
      } finally {
        rows.close();
      }
    }
  };
  each(gone, (sha256) => only.add(sha256));
  if (only.size > 0) each(left, (sha256) => only.delete(sha256));
  return only;
};

/** The folder loses its name of a generation first: a run that is killed here leaves nothing that looks whole and is not. */
export const pruneGenerations = async (
  target: string,
  keep: number,
): Promise<{ readonly generations: readonly string[]; readonly files: number }> => {
  const all = await generationsIn(target);
  const gone = all.slice(0, Math.max(0, all.length - Math.max(1, keep)));
  const left = all.slice(gone.length);
  if (gone.length === 0) return { generations: [], files: 0 };
  const only = new Map<string, ReadonlySet<string>>();
  // Where one of them cannot be read, nobody knows what it names: then every file stays.
  for (const part of shared) only.set(part, await onlyIn(target, gone, left, part).catch(() => new Set<string>()));
  for (const generation of gone) await rename(join(target, generation), join(target, generation + partialEnding));
  await syncFolder(target);
  let files = 0;
  for (const [part, digests] of only)
    for (const sha256 of digests) {
      await unlink(addressIn(join(target, part), sha256)).catch(() => undefined);
      files += 1;
    }
  for (const name of await readdir(target)) if (name.endsWith(partialEnding)) await rm(join(target, name), { recursive: true });
  return { generations: gone, files };
};
