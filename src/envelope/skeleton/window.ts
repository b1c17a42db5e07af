/** A window that slides over a source, so that scanning never holds more than one chunk of it. */
import { bufferOf, type RandomAccess } from '../bytes.ts';

/** Small enough that V8 keeps the base64 text of a chunk in its young space: 96 KiB was fastest of 32–1,024 measured. */
const chunkBytes = 96 * 1024;

export type Window = {
  /** Next byte without taking it; -1 at the end. */
  peek(): number;
  /** Takes one byte; -1 at the end. */
  next(): number;
  /**
   * Hands out the bytes before the next `stop`, slice by slice, and stands on it. False when the source
   * ends first. A slice is only valid during the call.
   */
  until(stop: number, take: (slice: Buffer) => void): boolean;
  /** Bytes from here to the next `stop`; null where that is not known without reading on, as in a file. */
  distance(stop: number): number | null;
};

/** What is in memory is shown where it stands. */
const piecesOf = (source: RandomAccess, start: number): ((offset: number) => Buffer) => {
  const { fill } = source;
  if (fill === undefined) return (offset) => bufferOf(source.read(offset, chunkBytes));
  const room = Buffer.allocUnsafeSlow(Math.max(0, Math.min(chunkBytes, source.size - start)));
  return (offset) => room.subarray(0, fill(offset, room));
};

export const openWindow = (source: RandomAccess, start: number): Window => {
  let offset = start;
  const pieceAt = piecesOf(source, start);
  let chunk: Buffer = Buffer.alloc(0);
  let at = 0;
  const fill = (): boolean => {
    if (at < chunk.length) return true;
    chunk = offset < source.size ? pieceAt(offset) : chunk.subarray(0, 0);
    offset += chunk.length;
    at = 0;
    return chunk.length > 0;
  };
  return {
    peek: () => (fill() ? (chunk[at] ?? -1) : -1),
    next: () => (fill() ? (chunk[at++] ?? -1) : -1),
    until: (stop, take) => {
      while (fill()) {
        const found = chunk.indexOf(stop, at);
        const end = found < 0 ? chunk.length : found;
        if (end > at) take(chunk.subarray(at, end));
        at = end;
        if (found >= 0) return true;
      }
      return false;
    },
    distance: (stop) => {
      if (source.fill !== undefined) return null;
      const here = offset - chunk.length + at;
      const found = bufferOf(source.read(here, source.size - here)).indexOf(stop);
      return found < 0 ? null : found;
    },
  };
};
