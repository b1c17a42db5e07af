import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { type RandomAccess, walk } from '../../src/envelope/bytes.ts';

const bytes = randomBytes(1000);
const reading: RandomAccess = { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
const filling: RandomAccess = { ...reading, fill: (offset, target) => bytes.copy(target, 0, offset) };

it.each([
  ['that only reads', reading],
  ['that fills', filling],
])('walks a file %s, with an overlap and to the end', (_, file) => {
  const seen: [number, Buffer][] = [];
  walk(file, { offset: 100, length: 9999, piece: 300, overlap: 7 }, (piece, at) => seen.push([at, Buffer.from(piece)]));
  expect(seen.map(([at, piece]) => [at, piece.length])).toEqual([
    [100, 307],
    [400, 307],
    [700, 300],
  ]);
  for (const [at, piece] of seen) expect(piece.equals(bytes.subarray(at, at + piece.length))).toBe(true);
});

it('stops a walk when told, and gives nothing outside the range', () => {
  const ends: number[] = [];
  walk(filling, { offset: 10, length: 50, piece: 20 }, (piece, at) => {
    ends.push(at + piece.length);
    return at >= 30;
  });
  expect(ends).toEqual([30, 50]);
  for (const range of [
    { offset: 1000, length: 5, piece: 2 },
    { offset: 5, length: 0, piece: 2 },
  ]) {
    walk(filling, range, () => expect.unreachable());
  }
});

it('shows every piece in the same memory', () => {
  const places = new Set<ArrayBufferLike>();
  walk(filling, { offset: 0, length: 1000, piece: 64 }, (piece) => places.add(piece.buffer));
  expect(places.size).toBe(1);
});
