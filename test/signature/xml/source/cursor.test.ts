/** A window over a file: every answer is the same as of the whole file in memory, and little of it is held or read twice. */
import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../../src/envelope/bytes.ts';
import { openCursor } from '../../../../src/signature/xml/source/cursor.ts';

const windowBytes = 128 * 1024;
/** Three windows and a bit; every 997th byte differs. */
const big = Buffer.alloc(3 * windowBytes + 10, 0x61);
big[windowBytes - 1] = 0x3c;
big[windowBytes] = 0x3e;
big[big.length - 1] = 0x21;

const fileOf = (bytes: Buffer): RandomAccess & { readonly reads: (readonly [number, number])[] } => {
  const reads: (readonly [number, number])[] = [];
  return {
    size: bytes.length,
    reads,
    read: (offset, length) => {
      reads.push([offset, length]);
      return bytes.subarray(offset, offset + length);
    },
  };
};

describe('a cursor', () => {
  it('answers single bytes, -1 outside', () => {
    const cursor = openCursor(fileOf(Buffer.from('abc')));
    expect([0, 1, 2, 3, 4, -1, 1, 0].map(cursor.at)).toEqual([0x61, 0x62, 0x63, -1, -1, -1, 0x62, 0x61]);
    expect(cursor.size).toBe(3);
    const empty = openCursor(fileOf(Buffer.alloc(0)));
    expect([empty.size, empty.at(0), empty.find(0x61, 0), empty.slice(0, 5).length]).toEqual([0, -1, -1, 0]);
  });

  it('finds the next byte across windows', () => {
    const cursor = openCursor(fileOf(big));
    expect(cursor.find(0x3c, 0)).toBe(windowBytes - 1);
    expect(cursor.find(0x3c, windowBytes - 1)).toBe(windowBytes - 1);
    expect(cursor.find(0x3c, windowBytes)).toBe(-1);
    expect(cursor.find(0x3e, 0)).toBe(windowBytes);
    expect(cursor.find(0x21, 5)).toBe(big.length - 1);
    expect(cursor.find(0x21, big.length)).toBe(-1);
    expect(cursor.find(0x7a, 0)).toBe(-1);
    // Back to where it was before.
    expect(cursor.find(0x61, 0)).toBe(0);
  });

  it('reads a window once, and never beyond the end', () => {
    const file = fileOf(big);
    const cursor = openCursor(file);
    for (const at of [0, 1, 77, windowBytes - 1, windowBytes, windowBytes + 5, windowBytes]) cursor.at(at);
    cursor.at(big.length);
    cursor.at(-5);
    expect(file.reads).toEqual([
      [0, windowBytes],
      [windowBytes, windowBytes],
    ]);
    const small = fileOf(Buffer.from('abc'));
    openCursor(small).at(1);
    expect(small.reads).toEqual([[1, 3]]);
  });

  it('copies what is asked for: it stays when the window moves on', () => {
    const cursor = openCursor(fileOf(big));
    const piece = cursor.slice(windowBytes - 2, windowBytes + 2);
    const long = cursor.slice(1, 2 * windowBytes + 1);
    cursor.at(3 * windowBytes);
    expect(piece.toString()).toBe('a<>a');
    expect(long.equals(big.subarray(1, 2 * windowBytes + 1))).toBe(true);
    expect(cursor.slice(big.length - 2, big.length + 9).toString()).toBe('a!');
    expect(cursor.slice(5, 5).length).toBe(0);
    expect(cursor.slice(5, 4).length).toBe(0);
  });

  it('walks in pieces and stops when it is told to', () => {
    const cursor = openCursor(fileOf(big));
    const lengths: number[] = [];
    cursor.walk(10, big.length, (piece) => void lengths.push(piece.length));
    expect(lengths).toEqual([windowBytes, windowBytes, windowBytes]);
    const seen: number[] = [];
    cursor.walk(0, big.length, (piece) => seen.push(piece.length) === 2);
    expect(seen).toEqual([windowBytes, windowBytes]);
    // A number is no sign to stop.
    const all: number[] = [];
    cursor.walk(0, windowBytes + 4, (piece) => all.push(piece.length));
    expect(all).toEqual([windowBytes, 4]);
  });

  it('ends where a file is shorter than it said', () => {
    const file: RandomAccess = { size: 10, read: (offset, length) => Buffer.from('abc').subarray(offset, offset + length) };
    const cursor = openCursor(file);
    const seen: string[] = [];
    cursor.walk(0, 10, (piece) => void seen.push(piece.toString()));
    expect([seen, cursor.find(0x7a, 0), cursor.at(5)]).toEqual([['abc'], -1, -1]);
  });
});
