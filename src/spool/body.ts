/** Taking a body: counted and hashed as it streams in; a large one to a file of its own, never whole in memory. Every store begins with it. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { failure } from '../errors.ts';
import type { Spooled } from '../hub.ts';
import { orUnavailable } from './disk.ts';

/** In the data folder: where originals are files, too, a body is kept by renaming it. */
export const spoolFolder = (folder: string): string => join(folder, 'spool');

/** Ending of a body that is not kept yet: what is swept by age. */
export const spoolEnding = '.part';

const pathIn = (folder: string): string => join(spoolFolder(folder), randomUUID() + spoolEnding);

/** A system call on a file failed: not the caller's stream, whose errors belong to the door. */
const isOfDisk = (error: unknown): boolean => ['open', 'write', 'close'].includes((error as { syscall?: string }).syscall ?? '');

const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  let done = 0;
  while (done < chunk.length) done += (await file.write(chunk, done)).bytesWritten;
};

/**
 * Up to here (bytes) a body stays in memory: making, opening and removing a file costs a small message more
 * than all the rest of its taking.
 */
export const smallLimit = 65_536;

type Place = Spooled['place'];
type Sink = { write(chunk: Uint8Array): Promise<void>; end(): Promise<Place>; abandon(): Promise<void> };

/** The file is opened when the body outgrows memory. */
const sinkFor = (path: string): Sink => {
  const held: Uint8Array[] = [];
  let size = 0;
  let file: FileHandle | null = null;
  return {
    write: async (chunk) => {
      size += chunk.length;
      if (file !== null) return writeAll(file, chunk);
      held.push(chunk);
      if (size <= smallLimit) return;
      file = await open(path, 'wx', 0o600);
      for (const each of held.splice(0)) await writeAll(file, each);
    },
    end: async () => {
      if (file === null) return { bytes: Buffer.concat(held) };
      await file.close();
      return { path };
    },
    abandon: async () => {
      if (file === null) return;
      await file.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
    },
  };
};

/** One chunk at a time: the next is asked for when this one is written, which is all the back-pressure there is. */
const take = async (body: Readable, sink: Sink, maxBytes: number): Promise<Spooled> => {
  const hash = createHash('sha256');
  let size = 0;
  // The stream is left alone on return: a door must still be able to answer 413 on its connection.
  for await (const piece of body.iterator({ destroyOnReturn: false })) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : (piece as Uint8Array);
    size += chunk.length;
    if (size > maxBytes) throw failure('envelope.too-large');
    hash.update(chunk);
    await sink.write(chunk);
  }
  return { place: await sink.end(), sha256: hash.digest('hex'), size };
};

/** Fails with `envelope.too-large`, `disk.low`, `store.unavailable` or the stream's own error; then no file is left. */
export const spoolBody = async (folder: string, body: Readable, maxBytes: number): Promise<Spooled> => {
  const sink = sinkFor(pathIn(folder));
  try {
    return await take(body, sink, maxBytes);
  } catch (error) {
    await sink.abandon();
    throw isOfDisk(error) ? orUnavailable(error) : error;
  }
};

/** A file of the spool with those bytes; answers where it is. */
export const spoolBytes = async (folder: string, bytes: Uint8Array): Promise<string> => {
  const path = pathIn(folder);
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
    return path;
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw orUnavailable(error);
  }
};
