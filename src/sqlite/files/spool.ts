/** Taking a body: streamed to a file of its own, counted and hashed on the way, never whole in memory. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { failure } from '../../errors.ts';
import type { Spooled } from '../../hub.ts';
import { errorFor, troubleFor } from '../trouble.ts';

/** On the same disk as the originals: a body is kept by renaming it. */
export const spoolFolder = (folder: string): string => join(folder, 'spool');

/** What a disk says is `disk.low` or `store.unavailable`; any other error stays itself. */
export const orUnavailable = (error: unknown): unknown => {
  const trouble = troubleFor(error);
  return trouble.kind === 'bug' ? error : errorFor(trouble);
};

const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  let done = 0;
  try {
    while (done < chunk.length) done += (await file.write(chunk, done)).bytesWritten;
  } catch (error) {
    throw orUnavailable(error);
  }
};

/** One chunk at a time: the next is asked for when this one is written, which is all the back-pressure there is. */
const take = async (body: Readable, file: FileHandle, maxBytes: number): Promise<Omit<Spooled, 'path'>> => {
  const hash = createHash('sha256');
  let size = 0;
  // The stream is left alone on return: a door must still be able to answer 413 on its connection.
  for await (const piece of body.iterator({ destroyOnReturn: false })) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : (piece as Uint8Array);
    size += chunk.length;
    if (size > maxBytes) throw failure('envelope.too-large');
    hash.update(chunk);
    await writeAll(file, chunk);
  }
  return { sha256: hash.digest('hex'), size };
};

/** Fails with `envelope.too-large`, `disk.low`, `store.unavailable` or the stream's own error; then no file is left. */
export const spoolBody = async (folder: string, body: Readable, maxBytes: number): Promise<Spooled> => {
  const path = join(spoolFolder(folder), `${randomUUID()}.part`);
  // The line may break while the file is being opened: without a listener that would end the process.
  body.on('error', () => undefined);
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw orUnavailable(error);
  });
  try {
    const taken = await take(body, file, maxBytes);
    await file.close();
    return { path, ...taken };
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw error;
  }
};
