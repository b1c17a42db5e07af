/** The directory of a zip, byte by byte (APPNOTE 6.3): both forms, odd places, and what is cut off. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../src/envelope/bytes.ts';
import { entryBytes, zipDirectory } from '../../../src/signature/office/zip.ts';

const fileOf = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
});
type Numbers = readonly (readonly [at: number, size: 2 | 4 | 8, value: number])[];
const record = (size: number, signature: number, numbers: Numbers): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(signature, 0);
  for (const [at, width, value] of numbers) {
    if (width === 2) bytes.writeUInt16LE(value, at);
    else if (width === 4) bytes.writeUInt32LE(value, at);
    else bytes.writeBigUInt64LE(BigInt(value), at);
  }
  return bytes;
};
const none = 0xffffffff;
type Part = {
  readonly name: string;
  readonly bytes?: Uint8Array;
  readonly method?: number;
  /** Of the central directory. */
  readonly extra?: Uint8Array;
  readonly comment?: string;
  readonly offset?: number;
  readonly packed?: number;
  readonly size?: number;
};
const local = ({ name, bytes = new Uint8Array(), method = 0 }: Part): Buffer =>
  Buffer.concat([
    record(30, 0x04034b50, [
      [8, 2, method],
      [18, 4, bytes.length],
      [26, 2, name.length],
      [28, 2, 3],
    ]),
    Buffer.from(name),
    Buffer.alloc(3),
    bytes,
  ]);
const central = (part: Part, at: number): Buffer => {
  const { name, bytes = new Uint8Array(), method = 0, extra = new Uint8Array(), comment = '' } = part;
  const numbers: Numbers = [
    ...([
      [10, 2, method],
      [20, 4, part.packed ?? bytes.length],
      [24, 4, part.size ?? bytes.length],
      [28, 2, name.length],
    ] as const),
    ...([
      [30, 2, extra.length],
      [32, 2, comment.length],
      [42, 4, part.offset ?? at],
    ] as const),
  ];
  return Buffer.concat([record(46, 0x02014b50, numbers), Buffer.from(name), extra, Buffer.from(comment)]);
};
const zip = (parts: readonly Part[], { comment = '', shift = 0 } = {}) => {
  const locals = parts.map(local);
  const offsets = locals.map((_, i) => Buffer.concat(locals.slice(0, i)).length + shift);
  const directory = Buffer.concat(parts.map((part, i) => central(part, offsets[i] ?? 0)));
  const before = Buffer.concat(locals);
  const end = (length = directory.length, offset = before.length + shift) =>
    Buffer.concat([
      record(22, 0x06054b50, [
        [12, 4, length],
        [16, 4, offset],
        [20, 2, comment.length],
      ]),
      Buffer.from(comment),
    ]);
  return { before, directory, end, whole: Buffer.concat([before, directory, end()]) };
};
const two: readonly Part[] = [
  { name: 'a.xml', bytes: Buffer.from('một') },
  {
    name: 'tep/b.xml',
    bytes: deflateRawSync(Buffer.from('hai'.repeat(99))),
    method: 8,
    extra: Buffer.from('feca020001020000', 'hex'),
    comment: 'x',
  },
];
const namesOf = (bytes: Uint8Array) => {
  const directory = zipDirectory(fileOf(bytes));
  return directory.kind === 'read' ? directory.entries.map(({ name }) => name) : directory.kind;
};

describe('the directory', () => {
  it('names entries, how they are packed, how long and where', () => {
    const { whole } = zip(two);
    expect(zipDirectory(fileOf(whole))).toEqual({
      kind: 'read',
      entries: [
        { name: 'a.xml', method: 0, packed: 5, offset: 0 },
        { name: 'tep/b.xml', method: 8, packed: two[1]?.bytes?.length, offset: 30 + 5 + 3 + 5 },
      ],
    });
  });
  it.each<readonly [string, (made: ReturnType<typeof zip>) => Uint8Array, readonly string[] | string]>([
    ['behind other bytes', ({ whole }) => Buffer.concat([Buffer.from('#!/bin/sh\n'), whole]), ['a.xml', 'tep/b.xml']],
    ['behind a whole record of an end', ({ whole, end }) => Buffer.concat([end(), whole]), ['a.xml', 'tep/b.xml']],
    [
      'with an end that lies before the true one',
      ({ before, directory, end }) => Buffer.concat([before, directory, end(), end(1, 1)]),
      ['a.xml', 'tep/b.xml'],
    ],
    [
      'before the longest comment',
      ({ before, directory, end }) => Buffer.concat([before, directory, end(), Buffer.alloc(0xffff)]),
      ['a.xml', 'tep/b.xml'],
    ],
    [
      'before more than any comment',
      ({ before, directory, end }) => Buffer.concat([before, directory, end(), Buffer.alloc(0x10000)]),
      'damaged',
    ],
    ['of no entries', ({ end }) => end(0, 0), 'damaged'],
    ['that stands elsewhere', ({ before, directory, end }) => Buffer.concat([before, directory, end(directory.length - 1, 3)]), 'damaged'],
    ['too long to be one', ({ before, directory, end }) => Buffer.concat([before, directory, end(16 * 1024 * 1024 + 1)]), 'over-limits'],
    [
      'as long as one may be',
      ({ before, directory, end }) => Buffer.concat([before, directory, end(16 * 1024 * 1024)]),
      ['a.xml', 'tep/b.xml'],
    ],
    [
      'whose last name is cut off',
      ({ before, directory, end }) => Buffer.concat([before, directory.subarray(0, -12), end(directory.length - 12)]),
      'damaged',
    ],
    ['of which only the first is counted', ({ before, directory, end }) => Buffer.concat([before, directory, end(51)]), ['a.xml']],
    [
      'followed by something else',
      ({ before, directory, end }) => Buffer.concat([before, directory, Buffer.alloc(60), end(directory.length + 60)]),
      ['a.xml', 'tep/b.xml'],
    ],
    ['shorter than any end', () => Buffer.alloc(21), 'damaged'],
    ['nothing', () => Buffer.alloc(0), 'damaged'],
  ])('%s', (_, make, expected) => {
    expect(namesOf(make(zip(two)))).toEqual(expected);
  });
  it('has at most 100,000 entries', () => {
    const many = (count: number) => {
      const one = central({ name: 'a' }, 0);
      const end = record(22, 0x06054b50, [
        [12, 4, one.length * count],
        [16, 4, 0],
      ]);
      return zipDirectory(fileOf(Buffer.concat([...Array.from({ length: count }, () => one), end]))).kind;
    };
    expect([many(100_000), many(100_001)]).toEqual(['read', 'over-limits']);
  });
});

describe('the wide form (zip64)', () => {
  const wide = (change: { locator?: number; end64?: number; at?: number; length?: number; offset?: number } = {}) => {
    const { before, directory, end } = zip(two);
    const at = before.length + directory.length;
    const end64 = record(56, change.end64 ?? 0x06064b50, [
      [40, 8, directory.length],
      [48, 8, before.length],
    ]);
    const locator = record(20, change.locator ?? 0x07064b50, [[8, 8, change.at ?? at]]);
    return Buffer.concat([before, directory, end64, locator, end(change.length ?? none, change.offset ?? none)]);
  };
  it.each<readonly [string, Parameters<typeof wide>[0], readonly string[] | string]>([
    ['is followed', {}, ['a.xml', 'tep/b.xml']],
    ['where only the length does not fit', { offset: 0 }, ['a.xml', 'tep/b.xml']],
    ['where only the place does not fit', { length: 9 }, ['a.xml', 'tep/b.xml']],
    ['is not asked for where both fit', { length: 9, offset: 9 }, 'damaged'],
    ['needs its locator', { locator: 0x07064b51 }, 'damaged'],
    ['needs its record', { end64: 0x06064b51 }, 'damaged'],
    ['needs it where it is said to be', { at: 1 }, 'damaged'],
    ['needs it inside the file', { at: 10_000 }, 'damaged'],
  ])('%s', (_, change, expected) => {
    expect(namesOf(wide(change))).toEqual(expected);
  });
  it.each<readonly [string, Partial<Part>, number]>([
    ['of an entry', { extra: record(12, 0x00080001, [[4, 8, 77]]) }, 77],
    [
      'of an entry behind other fields',
      { extra: Buffer.concat([Buffer.from('feca020001', 'hex'), Buffer.from([2]), record(12, 0x00080001, [[4, 8, 78]])]) },
      78,
    ],
    [
      'behind its size',
      {
        size: none,
        extra: record(20, 0x00100001, [
          [4, 8, 5],
          [12, 8, 79],
        ]),
      },
      79,
    ],
    [
      'behind both sizes',
      {
        size: none,
        packed: none,
        extra: record(28, 0x00180001, [
          [4, 8, 5],
          [12, 8, 6],
          [20, 8, 80],
        ]),
      },
      80,
    ],
    ['that is cut off', { size: none, extra: record(12, 0x00080001, [[4, 8, 5]]) }, none],
    ['that is missing', { extra: Buffer.from('feca0000', 'hex') }, none],
    ['that is not there', {}, none],
  ])('the place %s', (_, part, offset) => {
    const directory = zipDirectory(fileOf(zip([{ name: 'a', offset: none, ...part }]).whole));
    expect(directory.kind === 'read' ? directory.entries[0]?.offset : directory.kind).toBe(offset);
  });
});

describe('the bytes of an entry', () => {
  const { whole } = zip(two);
  const file = fileOf(whole);
  const directory = zipDirectory(file);
  const [plain, packed] = directory.kind === 'read' ? directory.entries : [];
  const read = (more: object) => (plain === undefined ? null : entryBytes(file, { ...plain, ...more })?.toString());
  it('are taken as they are or inflated', () => {
    expect(read({})).toBe('một');
    expect(packed === undefined ? null : entryBytes(file, packed)?.toString()).toBe('hai'.repeat(99));
  });
  it.each<readonly [string, object]>([
    ['packed in another way', { method: 9 }],
    ['that cannot be inflated', { method: 8 }],
    ['that no local header begins', { offset: 1 }],
    ['cut off before its header ends', { offset: whole.length - 29 }],
    ['beyond the file', { offset: whole.length + 1 }],
    ['before the file', { offset: -1 }],
    ['longer than a megabyte', { packed: 1024 * 1024 + 1 }],
  ])('%s are not there', (_, more) => {
    expect(read(more) ?? null).toBeNull();
  });
  it('may be a megabyte, inflated too', () => {
    const inflated = (length: number) => {
      const made = zip([{ name: 'a', method: 8, bytes: deflateRawSync(Buffer.alloc(length)) }]);
      const found = zipDirectory(fileOf(made.whole));
      return found.kind === 'read' && found.entries[0] !== undefined ? entryBytes(fileOf(made.whole), found.entries[0])?.length : null;
    };
    expect([inflated(1024 * 1024), inflated(1024 * 1024 + 1) ?? null]).toEqual([1024 * 1024, null]);
    expect(read({ packed: 1024 * 1024 })).toContain('một');
  });
});
