/** Letting go of spool files: of one that is done with, and of those that a crash left. */
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { orUnavailable } from './disk.ts';
import { spoolEnding, spoolFolder } from './names.ts';

export const isMissing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

/** No error when it is gone already. */
export const removeFile = async (path: string): Promise<void> => {
  await unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw orUnavailable(error);
  });
};

/** False where there is no such file any more. */
export const isOlder = async (path: string, before: Date): Promise<boolean> => {
  const found = await stat(path).catch(() => null);
  return found !== null && found.mtime < before;
};

/** Removes bodies older than that, longer ago than any upload lasts. Answers how many. */
export const sweepSpool = async (folder: string, before: Date): Promise<number> => {
  let removed = 0;
  for (const name of await readdir(spoolFolder(folder))) {
    const path = join(spoolFolder(folder), name);
    if (!name.endsWith(spoolEnding) || !(await isOlder(path, before))) continue;
    await removeFile(path);
    removed += 1;
  }
  return removed;
};
