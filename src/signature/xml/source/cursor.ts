/** Looking about in a file without holding more than a window of it. */
import { fillFrom, type RandomAccess } from '../../../envelope/bytes.ts';

const windowBytes = 128 * 1024;

export type Cursor = {
  readonly size: number;
  /** The byte at `offset`; -1 past the end. */
  at(offset: number): number;
  /** Offset of the next `byte` from `from` on; -1 where there is none. */
  find(byte: number, from: number): number;
  /** The bytes from `from` to `to` (exclusive), the caller's to keep. */
  slice(from: number, to: number): Buffer;
  /** Hands out the bytes from `from` to `to` in pieces, each valid during the call only; true ends the walk. */
  walk(from: number, to: number, take: (piece: Buffer) => unknown): void;
};

export const openCursor = (file: RandomAccess): Cursor => {
  const { size } = file;
  const room = Buffer.allocUnsafeSlow(Math.min(windowBytes, Math.max(1, size)));
  let start = 0;
  let held = room.subarray(0, 0);
  /** The window from `offset` on; empty at the end. */
  const from = (offset: number): Buffer => {
    if (offset < start || offset >= start + held.length) {
      start = offset;
      held = offset >= size || offset < 0 ? room.subarray(0, 0) : room.subarray(0, fillFrom(file, offset, room));
    }
    return held.subarray(offset - start);
  };
  const find = (byte: number, offset: number): number => {
    for (let at = offset; ; ) {
      const window = from(at);
      if (window.length === 0) return -1;
      const found = window.indexOf(byte);
      if (found >= 0) return at + found;
      at += window.length;
    }
  };
  const walk: Cursor['walk'] = (first, to, take) => {
    for (let at = first; at < to; ) {
      const piece = from(at).subarray(0, to - at);
      if (piece.length === 0 || take(piece) === true) return;
      at += piece.length;
    }
  };
  const slice = (first: number, to: number): Buffer => {
    const pieces: Buffer[] = [];
    walk(first, to, (piece) => {
      pieces.push(Buffer.from(piece));
    });
    return Buffer.concat(pieces);
  };
  return { size, at: (offset) => from(offset)[0] ?? -1, find, slice, walk };
};
