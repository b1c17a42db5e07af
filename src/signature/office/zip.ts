/**
 * The names in a zip by its central directory (PKWARE APPNOTE 6.3, zip64 too), read by piece: enough to say
 * whether a document in it carries signatures. Archives may have anything before them and a comment behind.
 */
import { inflateRawSync } from 'node:zlib';
import type { RandomAccess } from '../../envelope/bytes.ts';

export type Entry = { readonly name: string; readonly method: number; readonly packed: number; readonly offset: number };

/** `damaged`: no directory, or one that is cut off; `over-limits`: more than an office document has. */
export type Directory = { readonly kind: 'read'; readonly entries: readonly Entry[] } | { readonly kind: 'damaged' | 'over-limits' };

const limits = { directoryBytes: 16 * 1024 * 1024, entries: 100_000, inflated: 1024 * 1024 } as const;

const signatures = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, central: 0x02014b50, local: 0x04034b50 } as const;
const endBytes = 22;
const longestComment = 0xffff;
const none = 0xffffffff;

const bytesAt = (file: RandomAccess, offset: number, length: number): Buffer =>
  offset < 0 || offset > file.size ? Buffer.alloc(0) : Buffer.from(file.read(offset, length));

type Place = { readonly offset: number; readonly length: number };

/** Of the end record at `at`, or of the zip64 one that a locator before it names. */
const directoryPlace = (file: RandomAccess, record: Buffer, at: number): Place => {
  const place = { length: record.readUInt32LE(12), offset: record.readUInt32LE(16) };
  if (place.length !== none && place.offset !== none) return place;
  const locator = bytesAt(file, at - 20, 20);
  if (locator.length < 20 || locator.readUInt32LE(0) !== signatures.locator64) return place;
  const wide = bytesAt(file, Number(locator.readBigUInt64LE(8)), 56);
  if (wide.length < 56 || wide.readUInt32LE(0) !== signatures.end64) return place;
  return { length: Number(wide.readBigUInt64LE(40)), offset: Number(wide.readBigUInt64LE(48)) };
};

/** Where the directory stands; bytes before the archive move it. */
const findDirectory = (file: RandomAccess): Place | null => {
  const from = Math.max(0, file.size - endBytes - longestComment);
  const tail = bytesAt(file, from, file.size - from);
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== signatures.end) continue;
    const place = directoryPlace(file, tail.subarray(at), from + at);
    const isHere = (offset: number) => bytesAt(file, offset, 4).equals(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    if (isHere(place.offset)) return place;
    const moved = from + at - place.length;
    if (isHere(moved)) return { ...place, offset: moved };
  }
  return null;
};

/** Offset of the local header, from the zip64 extra field where it does not fit. */
const offsetOf = (header: Buffer, extra: Buffer): number => {
  const offset = header.readUInt32LE(42);
  if (offset !== none) return offset;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const skip = [24, 20].filter((field) => header.readUInt32LE(field) === none).length * 8;
    return at + 12 + skip <= extra.length ? Number(extra.readBigUInt64LE(at + 4 + skip)) : none;
  }
  return none;
};

const entriesIn = (directory: Buffer): readonly Entry[] | null => {
  const entries: Entry[] = [];
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === signatures.central) {
    const header = directory.subarray(at, at + 46);
    const nameEnd = at + 46 + header.readUInt16LE(28);
    const extraEnd = nameEnd + header.readUInt16LE(30);
    if (extraEnd > directory.length) return null;
    entries.push({
      // Writers without the UTF-8 flag use code pages; the names looked for are ASCII in all of them.
      name: directory.toString('utf8', at + 46, nameEnd),
      method: header.readUInt16LE(10),
      packed: header.readUInt32LE(20),
      offset: offsetOf(header, directory.subarray(nameEnd, extraEnd)),
    });
    at = extraEnd + header.readUInt16LE(32);
  }
  return entries;
};

export const zipDirectory = (file: RandomAccess): Directory => {
  const place = file.size < endBytes ? null : findDirectory(file);
  if (place === null) return { kind: 'damaged' };
  if (place.length > limits.directoryBytes) return { kind: 'over-limits' };
  const entries = entriesIn(bytesAt(file, place.offset, place.length));
  if (entries === null || entries.length === 0) return { kind: 'damaged' };
  return entries.length > limits.entries ? { kind: 'over-limits' } : { kind: 'read', entries };
};

/** The bytes of a small entry; null when it cannot be read within a megabyte. */
export const entryBytes = (file: RandomAccess, { offset, packed, method }: Entry): Buffer | null => {
  const local = bytesAt(file, offset, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== signatures.local || packed > limits.inflated) return null;
  const bytes = bytesAt(file, offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28), packed);
  if (method === 0) return bytes;
  try {
    return method === 8 ? inflateRawSync(bytes, { maxOutputLength: limits.inflated }) : null;
  } catch {
    return null;
  }
};
