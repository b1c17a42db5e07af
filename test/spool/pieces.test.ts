/** The pieces of a body in memory: what they cost, however they come. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openPieces } from '../../src/spool/pieces.ts';

const inPieces = (bytes: Buffer, lengths: readonly number[]) => {
  const pieces = openPieces();
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.add(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
};

it.each([
  ['one by one', [1]],
  ['as the network brings them', [65_536]],
  ['small and large by turns', [1, 8_192]],
  ['just below and above a whole piece', [8_191, 8_193, 70_000, 3]],
])('%s, they are the same bytes in few buffers', (_, lengths) => {
  const bytes = randomBytes(300_000);
  const pieces = inPieces(bytes, lengths);
  expect(pieces.size()).toBe(bytes.length);
  expect(Buffer.concat(pieces.pieces()).equals(bytes)).toBe(true);
  // A buffer for every few bytes, or a block for every byte, would be ten times as many and ten times as much.
  expect(pieces.pieces().length).toBeLessThan(40);
  const taken = pieces.pieces().reduce((sum, { buffer }) => sum + (buffer === bytes.buffer ? 0 : buffer.byteLength), 0);
  expect(taken).toBeLessThanOrEqual(bytes.length + 2 * 65_536);
  expect(pieces.clear()).toBe(bytes.length);
  expect(pieces.clear()).toBe(0);
  expect(pieces.whole()).toHaveLength(0);
});

it('makes of them one buffer of just their length: nothing else is copied to another thread with it', () => {
  for (const size of [0, 5, 1_000, 40_000, 65_537]) {
    const bytes = randomBytes(size);
    const whole = inPieces(bytes, [700]).whole();
    expect(bytes.equals(whole)).toBe(true);
    expect(whole.buffer.byteLength).toBe(size);
  }
});
