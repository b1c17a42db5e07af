/** A file as the readers see it: never a whole Buffer. What `read` answers is the caller's to keep. */
export type RandomAccess = {
  readonly size: number;
  /** May answer fewer bytes only at the end. */
  read(offset: number, length: number): Uint8Array;
  /**
   * Fills `target` from `offset` on and tells how many bytes there were; fewer than fit only at the end. What has no
   * such way is in memory already: there `read` copies nothing.
   */
  fill?(offset: number, target: Uint8Array): number;
};

/** Where bytes stand until they are done with. */
export type Place = { readonly path: string } | { readonly bytes: Uint8Array };

/**
 * Goes through `length` bytes from `offset` on, piece by piece, in one buffer: a new one for every piece is
 * memory that the collector sees late. A file that knows only `read` has its pieces anyway: they are shown
 * as they are. A piece is only valid during the call. `overlap`: bytes of the next piece shown at the end
 * of each. True from `take` ends the walk.
 */
export const walk = (
  file: RandomAccess,
  range: { readonly offset: number; readonly length: number; readonly piece: number; readonly overlap?: number },
  take: (piece: Buffer, offset: number) => unknown,
): void => {
  const { offset, piece, overlap = 0 } = range;
  const end = Math.min(offset + range.length, file.size);
  const most = Math.max(0, Math.min(piece + overlap, end - offset));
  const room = file.fill === undefined ? null : Buffer.allocUnsafeSlow(most);
  for (let at = offset; at < end; at += piece) {
    const length = Math.min(most, end - at);
    const shown = room === null ? bufferOf(file.read(at, length)) : room.subarray(0, fillFrom(file, at, room.subarray(0, length)));
    if (shown.length === 0 || take(shown, at) === true) return;
  }
};

/** The same memory as a Buffer. */
export const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Also of a file that knows only `read`. */
export const fillFrom = (file: RandomAccess, offset: number, target: Uint8Array): number => {
  if (file.fill !== undefined) return file.fill(offset, target);
  const bytes = file.read(offset, target.length);
  target.set(bytes);
  return bytes.length;
};
