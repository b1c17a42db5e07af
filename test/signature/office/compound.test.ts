/** The directory of an OLE2 file, sector by sector ([MS-CFB] 2.3, 2.5, 2.6). */
import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../src/envelope/bytes.ts';
import { findingOfCompound } from '../../../src/signature/office/compound.ts';

const end = 0xfffffffe;
const free = 0xffffffff;
type Shape = {
  readonly shift?: number;
  /** Sectors of the allocation table named in the header. */
  readonly table?: readonly number[];
  /** First sector of the table's own chain. */
  readonly more?: number;
  readonly directory: number;
  readonly sectors: readonly Buffer[];
};
const numbers = (size: number, values: readonly number[], fill = free): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) bytes.writeUInt32LE(values[at / 4] ?? fill, at);
  return bytes;
};
type Entry = { readonly name: string; readonly type?: number; readonly length?: number };
const names = (entries: readonly Entry[], size = 512): Buffer => {
  const bytes = Buffer.alloc(size);
  for (const [i, { name, type = 2, length = (name.length + 1) * 2 }] of entries.entries()) {
    bytes.write(name, i * 128, 'utf16le');
    bytes.writeUInt16LE(length, i * 128 + 64);
    bytes[i * 128 + 66] = type;
  }
  return bytes;
};
const fileOf = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
});
const compound = ({ shift = 9, table = [0], more = end, directory, sectors }: Shape): Buffer => {
  const header = Buffer.alloc(2 ** shift);
  header.writeUInt16LE(shift, 30);
  header.writeUInt32LE(directory, 48);
  header.writeUInt32LE(more, 68);
  numbers(436, table).copy(header, 76);
  return Buffer.concat([header, ...sectors]);
};
const told = (shape: Shape, cut = 0): string => {
  const bytes = compound(shape);
  return findingOfCompound(fileOf(bytes.subarray(0, bytes.length - cut))).reason ?? 'valid';
};
const signed: Entry = { name: '_signatures' };
const others: readonly Entry[] = [{ name: 'Root Entry', type: 5 }, { name: 'WordDocument' }];

describe('names in the directory', () => {
  const one = (entry: Entry) => told({ directory: 1, sectors: [numbers(512, [0xfffffffd, end]), names([...others, entry])] });
  it.each<readonly [string, Entry, string]>([
    ['of a storage', { name: '_xmlsignatures', type: 1 }, 'unsupported'],
    ['of a stream', signed, 'unsupported'],
    ['in capitals', { name: '_XMLSignatures' }, 'unsupported'],
    ['of an installer', { name: '\u0005DigitalSignature' }, 'unsupported'],
    ['of an installer, the longer', { name: '\u0005MsiDigitalSignatureEx' }, 'unsupported'],
    ['that is not in use', { ...signed, type: 0 }, 'unsignable-format'],
    ['cut short by its length', { ...signed, length: 22 }, 'unsignable-format'],
    ['of no length', { ...signed, length: 0 }, 'unsignable-format'],
    ['longer than names are', { ...signed, length: 66 }, 'unsignable-format'],
    ['that only begins so', { name: '_signatures2' }, 'unsignable-format'],
    ['of one sign', { name: '_' }, 'unsignable-format'],
  ])('%s', (_, entry, outcome) => {
    expect(one(entry)).toBe(outcome);
  });
  it('stand in the last place of a sector too', () => {
    expect(told({ directory: 1, sectors: [numbers(512, [0xfffffffd, end]), names([...others, { name: 'a' }, signed])] })).toBe(
      'unsupported',
    );
  });
});

describe('the chain of the directory', () => {
  it('goes from sector to sector as the table says', () => {
    const sectors = [numbers(512, [0xfffffffd, 3, end, 2]), names(others), names([signed]), names([{ name: 'a' }])];
    expect(told({ directory: 1, sectors })).toBe('unsupported');
    expect(told({ directory: 1, sectors: [numbers(512, [0xfffffffd, 3, end, end]), ...sectors.slice(1)] })).toBe('unsignable-format');
  });
  it.each([0xfffffffa, 0xfffffffb, 0xfffffffd, end, free])('ends at %d', (mark) => {
    expect(told({ directory: 1, sectors: [numbers(512, [0xfffffffd, mark]), names([signed])] })).toBe('unsupported');
    expect(told({ directory: mark, sectors: [numbers(512, []), names([signed])] })).toBe('unsignable-format');
  });
  it('that leads out of the file, or has no table, is damaged', () => {
    expect(told({ directory: 9, sectors: [numbers(512, []), names([signed])] })).toBe('damaged');
    expect(told({ directory: 1, table: [], sectors: [numbers(512, []), names(others)] })).toBe('damaged');
    expect(told({ directory: 1, table: [7], sectors: [numbers(512, []), names(others)] })).toBe('damaged');
    expect(told({ directory: 1, sectors: [numbers(512, [0xfffffffd, 0xfffffff0]), names(others)] })).toBe('damaged');
  });
  it('may be 4,096 sectors long', () => {
    const long = (count: number) => {
      const chain = Array.from({ length: count }, (_, i) => (i === count - 1 ? end : i + 34));
      const table = numbers(33 * 512, [...Array.from({ length: 33 }, () => 0xfffffffd), ...chain], free);
      const directory = Array.from({ length: count }, () => names([]));
      return told({ directory: 33, table: Array.from({ length: 33 }, (_, i) => i), sectors: [table, ...directory] });
    };
    expect([long(4096), long(4097)]).toEqual(['unsignable-format', 'over-limits']);
  });
});

describe('the table', () => {
  it('is read beyond its first sector', () => {
    const second = 128;
    const sectors = [
      numbers(
        512,
        Array.from({ length: second }, () => free),
      ),
      numbers(512, [end]),
      ...Array.from({ length: 126 }, () => names([])),
      names([signed]),
    ];
    expect(told({ directory: second, table: [0, 1], sectors })).toBe('unsupported');
    expect(told({ directory: second, table: [0], sectors })).toBe('damaged');
  });
  it('goes on in sectors of its own, the last number of which is the next', () => {
    // Sector 0 names the table's sectors 1 and, by its last number, sector 3, which names nothing.
    const chain = numbers(512, [1, ...Array.from({ length: 126 }, () => free), 3]);
    const sectors = [
      chain,
      numbers(512, [0xfffffffd, 0xfffffffd, 4, free, end]),
      names(others),
      numbers(512, [...Array.from({ length: 127 }, () => free), end]),
      names([signed]),
    ];
    expect(told({ directory: 2, table: [], more: 0, sectors })).toBe('unsupported');
  });
  it('of which a sector is cut off is damaged', () => {
    const sectors = [names(others), numbers(512, [1, 2])];
    expect(told({ directory: 0, table: [], more: 1, sectors }, 10)).toBe('damaged');
    expect(told({ directory: 1, sectors: [numbers(512, [0xfffffffd, end]), names([signed])] }, 200)).toBe('unsupported');
  });
});

describe('sectors', () => {
  it('of 4,096 bytes stand behind a header of as many', () => {
    const sectors = [numbers(4096, [0xfffffffd, end]), names([...others, signed], 4096)];
    expect(told({ shift: 12, directory: 1, sectors })).toBe('unsupported');
    expect(told({ shift: 12, directory: 1, sectors: [numbers(4096, [0xfffffffd, end]), names(others, 4096)] })).toBe('unsignable-format');
  });
  it.each([8, 10, 11, 13])('of 2^%d bytes are none', (shift) => {
    expect(told({ shift, directory: 0xfffffffe, sectors: [Buffer.alloc(2 ** shift)] })).toBe('damaged');
  });
  it('without a whole header are none', () => {
    const bytes = compound({ directory: end, sectors: [] });
    expect(findingOfCompound(fileOf(bytes)).reason).toBe('unsignable-format');
    expect(findingOfCompound(fileOf(bytes.subarray(0, 511))).reason).toBe('damaged');
  });
});
