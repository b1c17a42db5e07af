/** Blocks of a file are read once while they are among the last 64, whole, and never beyond the file. */
import { expect, it } from 'vitest';
import { sourceOf } from '../../../src/signature/pdf/read/source.ts';

const block = 64 * 1024;

const watched = (size: number) => {
  const asked: (readonly [number, number])[] = [];
  const read = (offset: number, length: number): Uint8Array => {
    asked.push([offset, length]);
    return new Uint8Array(length).fill(offset / block);
  };
  return { asked, source: sourceOf({ size, read }) };
};

it('a block is asked for once, and the last one only as far as the file goes', () => {
  const { asked, source } = watched(block + 100);
  expect(source.read(10, 20)).toEqual(new Uint8Array(20).fill(0));
  expect(source.read(500, 20)).toEqual(new Uint8Array(20).fill(0));
  expect(source.read(block + 90, 50)).toEqual(new Uint8Array(10).fill(1));
  expect(source.read(block + 100, 1)).toEqual(new Uint8Array(0));
  expect(asked).toEqual([
    [0, block],
    [block, 100],
  ]);
});

it('the block that was read longest ago makes room, and no other', () => {
  const { asked, source } = watched(66 * block);
  const touch = (index: number) => expect(source.read(index * block, 1)).toEqual(new Uint8Array(1).fill(index));
  for (let index = 0; index < 64; index += 1) touch(index);
  for (let index = 0; index < 64; index += 1) touch(index);
  expect(asked).toHaveLength(64);
  touch(64);
  touch(1);
  touch(63);
  expect(asked).toHaveLength(65);
  touch(0);
  expect(asked).toHaveLength(66);
});
