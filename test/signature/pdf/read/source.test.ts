/**
 * What reading a file may cost. Blocks are read once while they are among the last 64, whole, and never beyond
 * the file; windows grow until a value fits; values, entries, inflated bytes and time are counted.
 */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cut } from '../../../../src/signature/pdf/read/cursor.ts';
import { type PdfLimits, pdfLimits, sourceOf } from '../../../../src/signature/pdf/read/source.ts';
import { faultIn, fileOf, latin, sourceFrom } from '../written.ts';

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

it('what lies in two blocks is read as it is asked for, and what lies outside of the file is nothing', () => {
  const { asked, source } = watched(3 * block);
  expect(source.read(block - 1, 2)).toHaveLength(2);
  expect(source.read(block, block)).toHaveLength(block);
  expect(source.read(-1, 5)).toHaveLength(0);
  expect(source.read(3 * block, 5)).toHaveLength(0);
  expect(source.read(7, 0)).toHaveLength(0);
  expect(asked).toEqual([
    [block - 1, 2],
    [block, block],
  ]);
  expect(source.size).toBe(3 * block);
});

it('a walk goes over the file', () => {
  const seen: string[] = [];
  sourceFrom('abcdef').walk({ offset: 1, length: 4, piece: 3 }, (piece, at) => void seen.push(`${at} ${piece}`));
  expect(seen).toEqual(['1 bcd', '4 e']);
});

describe('a window', () => {
  const windows = (size: number, offset: number, end: number) => {
    const seen: (readonly [size: number, last: boolean, base: number])[] = [];
    const fault = faultIn(() =>
      watched(size).source.parse(offset, end, ({ bytes, last, base, at }) => {
        expect(at).toBe(0);
        seen.push([bytes.length, last, base]);
        throw cut;
      }),
    );
    return { seen, fault };
  };
  it('grows until it ends with the file, or where the view of it does', () => {
    const over = 'over-limits: an object of more than 64 MiB at 5';
    expect(windows(100, 5, 100)).toEqual({ seen: Array(5).fill([95, true, 5]), fault: over });
    expect(windows(100, 5, 50).seen[0]).toEqual([45, true, 5]);
    expect(windows(100, 5, 500).seen[0]).toEqual([95, true, 5]);
    expect(windows(2 * block, 5, 2 * block).seen).toEqual([
      [2048, false, 5],
      [block, false, 5],
      ...Array(3).fill([2 * block - 5, true, 5]),
    ]);
    const mib = 1024 * 1024;
    const { seen, fault } = windows(65 * mib, 5, 65 * mib);
    expect(seen.map(([size]) => size)).toEqual([2048, block, mib, 16 * mib, 64 * mib]);
    expect(fault).toBe(over);
  });
  it('answers what is read in it, and throws what reading throws', () => {
    expect(sourceFrom('abc').parse(1, 3, ({ bytes }) => Buffer.from(bytes).toString())).toBe('bc');
    expect(() =>
      sourceFrom('abc').parse(1, 3, () => {
        throw new TypeError('odd');
      }),
    ).toThrow(TypeError);
  });
  it.each([
    [-1, 3],
    [3, 3],
    [3, 9],
    [2, 2],
    [Number.NaN, 3],
  ])('from %d to %d is nothing', (offset, end) => {
    expect(faultIn(() => sourceFrom('abc').parse(offset, end, () => 0))).toBe(`damaged: nothing at ${offset}`);
  });
});

describe('limits', () => {
  const source = (limits: Partial<PdfLimits>) => sourceOf(fileOf('x'.repeat(2 * block)), { ...pdfLimits, ...limits });
  const times = (count: number, act: () => unknown) => () => {
    for (let i = 0; i < count; i += 1) act();
  };
  it('count values read in the file and in streams together', () => {
    const both = (limited: ReturnType<typeof source>) => () => {
      limited.parse(0, 5, ({ count }) => count());
      limited.decoded(latin('')).count();
    };
    expect(faultIn(both(source({ values: 2 })))).toBe('none');
    expect(faultIn(both(source({ values: 1 })))).toBe('over-limits: too many values');
  });
  it('count entries', () => {
    const limited = source({ entries: 5 });
    expect(faultIn(() => limited.spendEntries(3))).toBe('none');
    expect(faultIn(() => limited.spendEntries(2))).toBe('none');
    expect(faultIn(() => limited.spendEntries(1))).toBe('over-limits: too many entries');
  });
  it('count inflated bytes, all streams together', () => {
    const packed = deflateSync(new Uint8Array(1000));
    expect(faultIn(times(2, () => source({ inflated: 1000 }).inflate(packed)))).toBe('none');
    const limited = source({ inflated: 2000 });
    expect(faultIn(times(2, () => limited.inflate(packed)))).toBe('none');
    expect(faultIn(() => limited.inflate(packed))).toBe('over-limits: a stream cannot be inflated');
    expect(faultIn(() => source({ inflated: 999 }).inflate(packed))).toBe('over-limits: a stream cannot be inflated');
  });
  it('a stream that is cut is what was there, one that is none is damaged', () => {
    const packed = deflateSync(latin('abcdefgh'.repeat(100)));
    expect(source({}).inflate(packed)).toEqual(latin('abcdefgh'.repeat(100)));
    expect(source({}).inflate(packed.subarray(0, -4))).toEqual(latin('abcdefgh'.repeat(100)));
    expect(faultIn(() => source({}).inflate(latin('no stream')))).toBe('damaged: a stream cannot be inflated');
  });
  it('on time are looked at now and then: when asked, with values, in large windows', () => {
    const late = 'over-limits: took too long';
    const none = { milliseconds: -1 };
    expect(faultIn(() => source({}).tick())).toBe('none');
    expect(faultIn(() => source(none).tick())).toBe(late);
    const { count } = source({ ...none, values: 2048 }).decoded(latin(''));
    expect(faultIn(times(1023, count))).toBe('none');
    expect(faultIn(count)).toBe(late);
    const last = (size: number) => faultIn(() => source(none).parse(0, size, ({ last: isLast }) => (isLast ? 0 : raise())));
    expect(last(block)).toBe('none');
    expect(last(block + 1)).toBe(late);
  });
  const raise = (): never => {
    throw cut;
  };
});

it('a cursor on decoded bytes has no place in the file and ends with them', () => {
  expect(sourceFrom('').decoded(latin('ab'))).toMatchObject({ bytes: latin('ab'), at: 0, base: Number.NaN, last: true });
});
