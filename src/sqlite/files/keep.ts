/**
 * Content-addressed files: `originals/ab/cdef…`, written once. Durable means: the bytes are synced,
 * the file has its name, and the folder that holds the name is synced too.
 */
import { mkdir, open, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Spooled } from '../../hub.ts';
import { orUnavailable } from './spool.ts';

export const originalsFolder = (folder: string): string => join(folder, 'originals');
export const originalPath = (folder: string, sha256: string): string => join(originalsFolder(folder), sha256.slice(0, 2), sha256.slice(2));

const isMissing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

export const sizeOf = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw orUnavailable(error);
  }
};

export const removeFile = async (path: string): Promise<void> => {
  await unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw orUnavailable(error);
  });
};

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
};

/**
 * True when these bytes stand already and are now marked as young, so that no sweep takes them before
 * the commit that names them. The name may be younger than its folder's last sync: it is synced here too.
 */
const renew = async (path: string, size: number): Promise<boolean> => {
  if ((await sizeOf(path)) !== size) return false;
  try {
    const now = new Date();
    await utimes(path, now, now);
    await syncFile(path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

const move = async (folder: string, spooled: Spooled, path: string): Promise<void> => {
  await syncFile(spooled.path);
  const made = await mkdir(dirname(path), { recursive: true });
  await rename(spooled.path, path);
  await syncFolder(dirname(path));
  if (made !== undefined) await syncFolder(originalsFolder(folder));
};

/**
 * May be repeated, also after it succeeded and the spool file is gone. A file of another length under
 * that digest is the torn rest of a crash and is replaced whole.
 */
export const keepFile = async (folder: string, spooled: Spooled): Promise<void> => {
  const path = originalPath(folder, spooled.sha256);
  try {
    if (await renew(path, spooled.size)) await removeFile(spooled.path);
    else await move(folder, spooled, path);
  } catch (error) {
    // Another keep of the same spool file may have moved it in between.
    if (isMissing(error) && (await renew(path, spooled.size))) return;
    throw orUnavailable(error);
  }
};
