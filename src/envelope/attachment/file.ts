/** A decoded file on disk, read by piece. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RandomAccess } from '../bytes.ts';

export type OpenFile = RandomAccess & Disposable;

/** `using file = openFile(path)`: closed at the end of the block. */
export const openFile = (path: string): OpenFile => {
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  const read = (offset: number, length: number): Uint8Array => {
    const wanted = Math.max(0, Math.min(length, size - offset));
    const bytes = Buffer.allocUnsafe(wanted);
    let done = 0;
    while (done < wanted) {
      const got = readSync(descriptor, bytes, done, wanted - done, offset + done);
      if (got === 0) break;
      done += got;
    }
    return bytes.subarray(0, done);
  };
  return { size, read, [Symbol.dispose]: () => closeSync(descriptor) };
};
