/**
 * What a crash or an unfinished submission left behind, by age. An original is moved aside before it is
 * removed: a `keep` of the same bytes that comes in between either finds the name free, or has marked
 * the file as young, and then it is put back.
 */
import { link, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isOlder, removeFile } from '../../spool/leave.ts';
import { spoolFolder } from '../../spool/names.ts';
import { originalPath, originalsFolder } from './keep.ts';

/** Those of these digests that a submission names. */
export type Named = (digests: readonly string[]) => Promise<readonly string[]>;

/** Ending of an original that stands aside in the spool folder, before its digest's fate is decided. */
const aside = '.orphan';

/** By link and not by rename: a keep may have written the name anew, and then that one stays. */
const putBack = async (folder: string, path: string, sha256: string): Promise<void> => {
  const target = originalPath(folder, sha256);
  await mkdir(dirname(target), { recursive: true });
  await link(path, target).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  });
  await removeFile(path);
};

/** Decides on a file that stands aside: removed only if still old and still named by none. Answers 1 when removed. */
const settle = async (folder: string, path: string, sha256: string, before: Date, named: Named): Promise<number> => {
  const keep = !(await isOlder(path, before)) || (await named([sha256])).length > 0;
  if (keep) await putBack(folder, path, sha256);
  else await removeFile(path);
  return keep ? 0 : 1;
};

const sweepShard = async (folder: string, shard: string, before: Date, named: Named): Promise<number> => {
  const names = await readdir(join(originalsFolder(folder), shard)).catch(() => []);
  const old: string[] = [];
  for (const name of names) if (await isOlder(join(originalsFolder(folder), shard, name), before)) old.push(shard + name);
  const wanted = new Set(await named(old));
  let removed = 0;
  for (const sha256 of old.filter((one) => !wanted.has(one))) {
    const path = join(spoolFolder(folder), sha256 + aside);
    const moved = await rename(originalPath(folder, sha256), path).then(
      () => true,
      () => false,
    );
    if (moved) removed += await settle(folder, path, sha256, before, named);
  }
  return removed;
};

/** Answers how many orphans were removed. What an interrupted sweep left aside is settled first. */
export const sweepOriginals = async (folder: string, before: Date, named: Named): Promise<number> => {
  let removed = 0;
  for (const name of await readdir(spoolFolder(folder)))
    if (name.endsWith(aside)) removed += await settle(folder, join(spoolFolder(folder), name), name.slice(0, -aside.length), before, named);
  for (const shard of await readdir(originalsFolder(folder))) removed += await sweepShard(folder, shard, before, named);
  return removed;
};
