/**
 * Content-addressed files: `originals/ab/cdef…` and `evidence/ab/cdef…`, written once. Durable means: the bytes are synced,
 * the file has its name, and the folder that holds the name is synced too.
 */
import { type FileHandle, mkdir, open, rename, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Spooled } from '../../hub.ts';
import { orUnavailable } from '../../spool/disk.ts';
import { isMissing, removeFile } from '../../spool/leave.ts';
import { newSpoolPath } from '../../spool/names.ts';

export const originalsFolder = (folder: string): string => join(folder, 'originals');
/** Where a file stands in a folder of content-addressed ones. */
export const addressIn = (root: string, sha256: string): string => join(root, sha256.slice(0, 2), sha256.slice(2));
export const originalPath = (folder: string, sha256: string): string => addressIn(originalsFolder(folder), sha256);

/** Null when there is no such file. */
export const sizeOf = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw orUnavailable(error);
  }
};

/** Makes the names in a folder durable. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** Makes what was written durable: the bytes and the length; the time of change need not survive. */
const synced = async (path: string, flags: 'r+' | 'wx', write: (file: FileHandle) => Promise<void>): Promise<string> => {
  const file = await open(path, flags, 0o600);
  try {
    await write(file);
    await file.datasync();
    return path;
  } finally {
    await file.close();
  }
};

const syncFile = (path: string): Promise<string> => synced(path, 'r+', async () => undefined);

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

/** Times that a keep whose file or folder vanished under it is begun again. */
const mostLooks = 3;

/** Keeps a spooled body under its digest; see `fileKeeper`. */
export type KeepFile = (spooled: Spooled) => Promise<void>;

type Name = (ready: string, path: string) => Promise<void>;
type Naming = {
  readonly name: Name;
  /** After a folder vanished. */
  forget(parent: string): void;
};

/** Gives a synced file its name, lastingly. */
const namingIn = (root: string): Naming => {
  // Folders whose own name this process has synced. Asking the disk whether one exists would not do:
  // another keep may have made it a moment ago and not yet synced it.
  const lasting = new Set<string>();
  const name: Name = async (ready, path) => {
    const parent = dirname(path);
    if (!lasting.has(parent)) {
      await mkdir(parent, { recursive: true });
      await syncFolder(root);
    }
    await rename(ready, path);
    await syncFolder(parent);
    lasting.add(parent);
  };
  return { name, forget: (parent) => void lasting.delete(parent) };
};

/** `made`: a path for the bytes of a body that has no file. Nobody else knows of it, so nothing of it stays where this fails. */
const writeNamed = async (bytes: Uint8Array, made: string, path: string, name: Name): Promise<void> => {
  try {
    await name(await synced(made, 'wx', (file) => file.writeFile(bytes)), path);
  } catch (error) {
    await removeFile(made).catch(() => undefined);
    throw error;
  }
};

/**
 * May be repeated, also after it succeeded and the spool file is gone. A file of another length under
 * that digest is the torn rest of a crash and is replaced whole. `root` exists, on the disk of the spool files
 * of `folder`.
 */
export const fileKeeper = (root: string, folder: string): KeepFile => {
  const { name, forget } = namingIn(root);
  const keep = async ({ place, size }: Spooled, path: string): Promise<void> => {
    if (await renew(path, size)) {
      if ('path' in place) await removeFile(place.path);
    } else if ('path' in place) await name(await syncFile(place.path), path);
    else await writeNamed(place.bytes, newSpoolPath(folder), path, name);
  };
  /** Another keep of the same spool file has moved it, or the folder was removed behind our back, or both: looked at anew. */
  const persist = async (spooled: Spooled, path: string, left: number): Promise<void> => {
    try {
      await keep(spooled, path);
    } catch (error) {
      if (!isMissing(error) || left === 0) throw error;
      forget(dirname(path));
      await persist(spooled, path, left - 1);
    }
  };
  return async (spooled) => {
    try {
      await persist(spooled, addressIn(root, spooled.sha256), mostLooks);
    } catch (error) {
      throw orUnavailable(error);
    }
  };
};
