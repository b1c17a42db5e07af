/** Bytes in memory and in files look the same to those who read them, and memory is bounded. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesAt, letGo, openPlace, openSink, type Scratch, type Sink } from '../../src/envelope/place.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-place-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Each piece in the same buffer, as a decoder hands them out. */
const put = (scratch: Scratch, name: string, ...pieces: readonly Uint8Array[]) => putFrom(openSink(scratch, name), pieces);

const putFrom = (sink: Sink, pieces: readonly Uint8Array[]) => {
  const room = Buffer.alloc(Math.max(0, ...pieces.map(({ length }) => length)));
  for (const piece of pieces) {
    room.set(piece);
    sink.write(room.subarray(0, piece.length));
    room.fill(0);
  }
  return sink.end();
};

it.each(['memory', 'a file'])('reads %s at random as if it were whole', (where) => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));
  const path = join(folder, 'random');
  writeFileSync(path, bytes);
  using source = openPlace(where === 'memory' ? { bytes: new Uint8Array(bytes) } : { path });
  expect(source.size).toBe(bytes.length);
  for (let turn = 0; turn < 500; turn += 1) {
    const offset = Math.floor(Math.random() * 310_000) - 100;
    const length = Math.floor(Math.random() ** 4 * 200_000) - 5;
    const from = Math.max(0, offset);
    expect(Buffer.from(source.read(offset, length)).equals(bytes.subarray(from, from + Math.max(0, length)))).toBe(true);
  }
});

describe('A sink', () => {
  it.each([0, 1, 299, 300, 301, 600, 900, 950, 5_000])('holds the same bytes in the same order, though %d were foretold', (most) => {
    const bytes = randomBytes(900);
    const pieces = [bytes.subarray(0, 300), bytes.subarray(300, 310), bytes.subarray(310, 800), bytes.subarray(800)];
    const scratch: Scratch = { folder, room: 1_000 };
    expect(Buffer.from(bytesAt(putFrom(openSink(scratch, 'foretold', most), pieces))).equals(bytes)).toBe(true);
    expect(scratch.room).toBe(100);
    const tight: Scratch = { folder, room: 700 };
    const spilt = putFrom(openSink(tight, `spilt-${most}`, most), pieces);
    expect(spilt).toEqual({ path: join(folder, `spilt-${most}`) });
    expect(bytesAt(spilt).equals(bytes)).toBe(true);
    expect(tight.room).toBe(700);
    letGo(tight, spilt);
  });

  const files = (): readonly string[] => readdirSync(folder).filter((name) => name !== 'random');

  it('keeps in memory what there is room for, copied, and writes the rest to files, whole', () => {
    const scratch: Scratch = { folder, room: 1000 };
    const bytes = randomBytes(600);
    const first = put(scratch, 'first', bytes.subarray(0, 300), bytes.subarray(300));
    expect(first).toEqual({ bytes });
    expect(scratch.room).toBe(400);
    const more = randomBytes(900);
    // The first 300 have room, the next do not: all go to the file, and the room is given back.
    const second = put(scratch, 'second', more.subarray(0, 300), more.subarray(300, 600), more.subarray(600));
    expect(second).toEqual({ path: join(folder, 'second') });
    expect(bytesAt(second).equals(more)).toBe(true);
    expect(scratch.room).toBe(400);
    expect(bytesAt(put(scratch, 'third', randomBytes(400)))).toHaveLength(400);
    expect(scratch.room).toBe(0);
    expect(files()).toEqual(['second']);
    letGo(scratch, first);
    letGo(scratch, second);
    expect(scratch.room).toBe(600);
    expect(files()).toEqual([]);
  });

  it('of nothing is nothing in memory, whatever room there is', () => {
    const scratch: Scratch = { folder, room: 0 };
    expect(bytesAt(put(scratch, 'none'))).toHaveLength(0);
    expect(files()).toEqual([]);
  });

  it('does not write over a file of the same name', () => {
    const scratch: Scratch = { folder, room: 0 };
    const place = put(scratch, 'same', randomBytes(5));
    expect(() => put(scratch, 'same', randomBytes(5))).toThrow('EEXIST');
    letGo(scratch, place);
  });
});
