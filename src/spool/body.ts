/** Taking a body: counted and hashed as it streams in; a large one to a file of its own, never whole in memory. Every store begins with it. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { failure } from '../errors.ts';
import type { Spooled } from '../hub.ts';
import { orUnavailable } from './disk.ts';
import { removeFile } from './leave.ts';
import { newSpoolPath } from './names.ts';
import { openPieces } from './pieces.ts';

/** Up to here (bytes) a body always stays in memory: a file costs it more than all the rest of its taking. */
export const smallLimit = 65_536;
/** Up to here it does while there is room: each write to a file is a trip to the thread pool. */
const largestHeld = 1_048_576;
/** Bytes of memory that all bodies in hand take together before those that are not small go to files. */
const usualRoom = 64 * 1_048_576;

export type Spool = {
  /** Fails with `envelope.too-large`, `disk.low`, `store.unavailable` or the stream's own error; then no file is left. */
  take(body: Readable, maxBytes: number): Promise<Spooled>;
  /** Lets go of file or memory; of what is kept already, too, and more than once without harm. */
  discard(spooled: Spooled): Promise<void>;
};

type Place = Spooled['place'];
type Room = { left: number };

/** A system call on a file failed: not the caller's stream, whose errors belong to the door. */
const isOfDisk = (error: unknown): boolean => ['open', 'write', 'close'].includes((error as { syscall?: string }).syscall ?? '');

const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  let done = 0;
  while (done < chunk.length) done += (await file.write(chunk, done)).bytesWritten;
};

type Sink = { write(chunk: Uint8Array): Promise<void>; end(): Promise<Place>; abandon(): Promise<void> };

/** The file is opened when the body outgrows memory. */
const sinkFor = (path: string, room: Room): Sink => {
  const held = openPieces();
  let file: FileHandle | null = null;
  const fits = (more: number): boolean => {
    const size = held.size() + more;
    return size <= smallLimit || (size <= largestHeld && more <= room.left);
  };
  /** Memory is given back when it is free, not before. */
  const spill = async (to: FileHandle): Promise<void> => {
    for (const piece of held.pieces()) await writeAll(to, piece);
    room.left += held.clear();
  };
  return {
    write: async (chunk) => {
      if (file === null && fits(chunk.length)) {
        held.add(chunk);
        room.left -= chunk.length;
        return;
      }
      file ??= await open(path, 'wx', 0o600);
      if (held.size() > 0) await spill(file);
      await writeAll(file, chunk);
    },
    end: async () => {
      if (file === null) return { bytes: held.whole() };
      await file.close();
      return { path };
    },
    abandon: async () => {
      room.left += held.clear();
      if (file === null) return;
      await file.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
    },
  };
};

/** One chunk at a time: the next is asked for when this one is written, which is all the back-pressure there is. */
const stream = async (body: Readable, sink: Sink, maxBytes: number): Promise<Spooled> => {
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

/** `memory`: bytes that bodies may take of it together. */
export const openSpool = (folder: string, memory = usualRoom): Spool => {
  const room: Room = { left: memory };
  const held = new WeakSet<Uint8Array>();
  return {
    take: async (body, maxBytes) => {
      const sink = sinkFor(newSpoolPath(folder), room);
      try {
        const spooled = await stream(body, sink, maxBytes);
        if ('bytes' in spooled.place) held.add(spooled.place.bytes);
        return spooled;
      } catch (error) {
        await sink.abandon();
        throw isOfDisk(error) ? orUnavailable(error) : error;
      }
    },
    discard: async ({ place }) => {
      if ('bytes' in place) {
        if (held.delete(place.bytes)) room.left += place.bytes.length;
      } else if (existsSync(place.path)) {
        // What was kept is gone already: to see that takes no trip to the thread pool.
        await removeFile(place.path);
      }
    },
  };
};
