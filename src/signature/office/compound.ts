/**
 * Whether an OLE2 file ([MS-CFB]: .doc, .xls, .ppt, .msi) carries signatures: a storage `_xmlsignatures`, a
 * stream `_signatures` ([MS-OFFCRYPTO] 2.5), or the signature stream of an installer. They are not verified,
 * only never overlooked. The directory is read by its chain of sectors, never the whole file.
 */
import type { RandomAccess } from '../../envelope/bytes.ts';
import { type Finding, findingOf } from '../proof.ts';

const limits = { fatSectors: 16_384, directorySectors: 4_096 } as const;

/** From here on sector numbers mean something else: end of chain, free, FAT. */
const firstSpecial = 0xfffffffa;
const entryBytes = 128;

const names = new Set(['_xmlsignatures', '_signatures', '\u0005digitalsignature', '\u0005msidigitalsignatureex']);

/** Thrown and caught here: not the structure it should be, or more of it than documents have. */
class CompoundError extends Error {
  readonly reason: 'damaged' | 'over-limits';
  constructor(reason: CompoundError['reason']) {
    super(reason);
    this.name = 'CompoundError';
    this.reason = reason;
  }
}

type Compound = { readonly file: RandomAccess; readonly shift: number; readonly header: Buffer };

const sectorAt = ({ file, shift }: Compound, sector: number): Buffer => {
  const bytes = Buffer.from(file.read((sector + 1) * 2 ** shift, 2 ** shift));
  if (bytes.length === 0) throw new CompoundError('damaged');
  return bytes;
};

const numbersIn = (bytes: Buffer, from: number, count: number): readonly number[] =>
  Array.from({ length: Math.min(count, (bytes.length - from) >> 2) }, (_, index) => bytes.readUInt32LE(from + index * 4));

/** Sectors of the allocation table: 109 in the header, the rest in a chain of sectors of their own (2.5). */
const tableSectors = (compound: Compound): readonly number[] => {
  const { header, shift } = compound;
  const perSector = 2 ** (shift - 2) - 1;
  const found = [...numbersIn(header, 76, 109)];
  let next = header.readUInt32LE(68);
  for (let seen = 0; next < firstSpecial; seen += 1) {
    if (seen * perSector > limits.fatSectors) throw new CompoundError('over-limits');
    const sector = sectorAt(compound, next);
    if (sector.length < 2 ** shift) throw new CompoundError('damaged');
    found.push(...numbersIn(sector, 0, perSector));
    next = sector.readUInt32LE(perSector * 4);
  }
  return found.filter((sector) => sector < firstSpecial);
};

const namesIn = (sector: Buffer): readonly string[] =>
  Array.from({ length: Math.floor(sector.length / entryBytes) }, (_, index) => {
    const entry = sector.subarray(index * entryBytes, (index + 1) * entryBytes);
    // Length in bytes with the final zero; type 0 is an entry not in use.
    const length = entry.readUInt16LE(64);
    return entry[66] === 0 || length < 2 || length > 64 ? '' : entry.toString('utf16le', 0, length - 2).toLowerCase();
  });

const isSigned = (compound: Compound): boolean => {
  const perSector = 2 ** (compound.shift - 2);
  const table = tableSectors(compound);
  const nextOf = (sector: number): number => {
    const place = table[Math.floor(sector / perSector)];
    const bytes = place === undefined ? Buffer.alloc(0) : sectorAt(compound, place);
    const at = (sector % perSector) * 4;
    if (at + 4 > bytes.length) throw new CompoundError('damaged');
    return bytes.readUInt32LE(at);
  };
  let found = false;
  let sector = compound.header.readUInt32LE(48);
  for (let seen = 0; sector < firstSpecial; seen += 1) {
    // A chain that bites its own tail ends here too.
    if (seen >= limits.directorySectors) throw new CompoundError('over-limits');
    found ||= namesIn(sectorAt(compound, sector)).some((name) => names.has(name));
    sector = nextOf(sector);
  }
  return found;
};

/** `unsupported`: it is signed, and nobody here can say how well. */
export const findingOfCompound = (file: RandomAccess): Finding => {
  const header = Buffer.from(file.read(0, 512));
  const shift = header.length < 512 ? 0 : header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return findingOf('damaged');
  try {
    return findingOf(isSigned({ file, shift, header }) ? 'unsupported' : 'unsignable-format');
  } catch (thrown) {
    if (thrown instanceof CompoundError) return findingOf(thrown.reason);
    throw thrown;
  }
};
