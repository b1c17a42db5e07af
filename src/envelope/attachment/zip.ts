/**
 * Just enough zip (PKWARE APPNOTE 6.3) for two questions: which entries does this archive have, and
 * what are the bytes of its only one. Reads by piece and inflates by piece, with a limit.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { Inflate } from 'fflate';
import type { RandomAccess } from '../bytes.ts';
import type { Limits } from '../limits.ts';

export type ZipEntry = {
  readonly name: string;
  readonly encrypted: boolean;
  /** 0 stored, 8 deflated; others are not unwrapped. */
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  /** Of the local header. */
  readonly offset: number;
};

const endBytes = 22;
const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
/** An archive comment may follow the end record. */
const longestComment = 0xffff;
/** Directory bytes looked at: more than a single entry, or the list that tells OOXML, ever needs. */
const directoryBytes = 1024 * 1024;

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const findEnd = (file: RandomAccess): Buffer | null => {
  const length = Math.min(file.size, endBytes + longestComment);
  const tail = bufferOf(file.read(file.size - length, length));
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === endSignature) return tail.subarray(at);
  }
  return null;
};

/** The entries by the central directory; null when it is no readable archive (zip64 is none: it would not fit an envelope). */
export const zipEntries = (file: RandomAccess): readonly ZipEntry[] | null => {
  const end = file.size < endBytes ? null : findEnd(file);
  if (end === null) return null;
  const directory = bufferOf(file.read(end.readUInt32LE(16), Math.min(end.readUInt32LE(12), directoryBytes)));
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === centralSignature) {
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries.length === 0 ? null : entries;
};

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const crcOf = (bytes: Uint8Array, before: number): number => {
  let crc = before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return crc;
};

export type Unpacked =
  | { readonly kind: 'done'; readonly sha256: string; readonly size: number }
  | { readonly kind: 'bomb' }
  /** Cut off, wrong checksum, another method, encrypted: the archive is kept as it came. */
  | { readonly kind: 'unreadable' };

/** Thrown out of the inflater's callback, and caught by `unpackEntry`. */
const bomb = Symbol('bomb');
/** Small, because DEFLATE makes up to 1,032 bytes of one, all handed over at once. */
const chunkBytes = 16 * 1024;

/** Feeds the packed bytes to `take`, undone. True when they were all there. */
const feed = (file: RandomAccess, entry: ZipEntry, start: number, take: (bytes: Uint8Array) => void): boolean => {
  // fflate hands out what it has by calling back inside push(); small slices keep each burst small.
  const inflate = entry.method === 8 ? new Inflate((bytes) => take(bytes)) : null;
  for (let done = 0; done < entry.packed; ) {
    const slice = file.read(start + done, Math.min(chunkBytes, entry.packed - done));
    if (slice.length === 0) return false;
    done += slice.length;
    if (inflate === null) take(slice);
    else inflate.push(slice, done >= entry.packed);
  }
  return true;
};

/** Writes the entry's bytes to `path`. `budget` is what may still be inflated in this envelope. */
export const unpackEntry = (file: RandomAccess, entry: ZipEntry, path: string, limits: Limits, budget: number): Unpacked => {
  const local = bufferOf(file.read(entry.offset, 30));
  if (local.length < 30 || local.readUInt32LE(0) !== localSignature) return { kind: 'unreadable' };
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) return { kind: 'unreadable' };
  const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const hash = createHash('sha256');
  const output = openSync(path, 'wx', 0o600);
  let size = 0;
  let crc = 0xffffffff;
  const take = (bytes: Uint8Array): void => {
    size += bytes.length;
    if (size > budget || (size > limits.inflateRatioFrom && size > entry.packed * limits.inflateRatio)) throw bomb;
    hash.update(bytes);
    crc = crcOf(bytes, crc);
    for (let done = 0; done < bytes.length; ) done += writeSync(output, bytes, done);
  };
  try {
    const whole = feed(file, entry, start, take);
    const sound = whole && (crc ^ 0xffffffff) >>> 0 === entry.crc;
    return sound ? { kind: 'done', sha256: hash.digest('hex'), size } : { kind: 'unreadable' };
  } catch (thrown) {
    return { kind: thrown === bomb ? 'bomb' : 'unreadable' };
  } finally {
    closeSync(output);
  }
};
