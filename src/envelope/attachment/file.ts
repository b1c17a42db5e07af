/** A decoded file on disk, read by piece. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RandomAccess } from '../bytes.ts';

/** Opens `path` for the duration of `use`. */
export const withFile = <Answer>(path: string, use: (file: RandomAccess) => Answer): Answer => {
  const descriptor = openSync(path, 'r');
  try {
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
    return use({ size, read });
  } finally {
    closeSync(descriptor);
  }
};
