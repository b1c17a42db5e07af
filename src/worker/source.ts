/** A file on disk as the readers see it: random access over one descriptor, never a whole Buffer. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RandomAccess } from '../envelope/bytes.ts';

/** Small reads come from a window this long, so that a reader that goes token by token costs few system calls. */
const window = 64 * 1024;

export type Source = RandomAccess & { close(): void };

/** Fills `target` from `offset` on; answers how much, less than fits only at the end of the file. */
const fillAt = (descriptor: number, offset: number, target: Uint8Array): number => {
  let filled = 0;
  while (filled < target.length) {
    const got = readSync(descriptor, target, filled, target.length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
};

const readAt = (descriptor: number, offset: number, length: number): Uint8Array => {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, fillAt(descriptor, offset, bytes));
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
  const fill = (offset: number, target: Uint8Array): number => fillAt(descriptor, offset, target);
  return { size, read, fill, close: () => closeSync(descriptor) };
};
