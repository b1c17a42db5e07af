/** A file on disk as the readers see it: random access over one descriptor, never a whole Buffer. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RandomAccess } from '../envelope/bytes.ts';

/** Small reads come from a window this long, so that a reader that goes token by token costs few system calls. */
const window = 64 * 1024;

export type Source = RandomAccess & { close(): void };

/** Reads exactly `length` bytes at `offset`, fewer only at the end of the file. */
const readAt = (descriptor: number, offset: number, length: number): Uint8Array => {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(descriptor, bytes, filled, length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
};

/** Opens a file for reading. A window is never written again, so callers may keep what `read` answers. */
export const openSource = (path: string): Source => {
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  let start = 0;
  let held: Uint8Array = new Uint8Array(0);
  const read = (offset: number, length: number): Uint8Array => {
    const from = Math.min(Math.max(offset, 0), size);
    const wanted = Math.max(0, Math.min(length, size - from));
    if (wanted > window / 2) return readAt(descriptor, from, wanted);
    if (from < start || from + wanted > start + held.length) {
      start = from;
      held = readAt(descriptor, from, Math.min(window, size - from));
    }
    return held.subarray(from - start, from - start + wanted);
  };
  return { size, read, close: () => closeSync(descriptor) };
};
