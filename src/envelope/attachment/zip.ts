/**
 * Just enough zip (PKWARE APPNOTE 6.3) for two questions: which entries does this archive have, and
 * what are the bytes of its only one. Reads by piece and inflates by piece, with a limit.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { bufferOf, type Place, type RandomAccess } from '../bytes.ts';
import type { Limits } from '../limits.ts';
import { letGo, openSink, type Scratch, type Sink } from '../place.ts';

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

export type Unpacked =
  | { readonly kind: 'done'; readonly place: Place; readonly sha256: string; readonly size: number }
  | { readonly kind: 'bomb'; readonly size: number }
  /** Cut off, wrong checksum, another method, encrypted: the archive is kept as it came. */
  | { readonly kind: 'unreadable' /** Bytes inflated before that showed. */; readonly size: number };

/** Thrown when the limit is passed, and caught by `unpackEntry`. */
const bomb = Symbol('bomb');
const chunkBytes = 64 * 1024;

/** The packed bytes, slice by slice. */
function* packedSlices(file: RandomAccess, entry: ZipEntry, start: number): Generator<Uint8Array> {
  for (let done = 0; done < entry.packed; ) {
    const slice = file.read(start + done, Math.min(chunkBytes, entry.packed - done));
    if (slice.length === 0) return;
    done += slice.length;
    yield slice;
  }
}

/** The same bytes undone. Inflating asks for more only when the last piece was taken: never more than a few in memory. */
const undone = (file: RandomAccess, entry: ZipEntry, start: number): AsyncIterable<Uint8Array> | Iterable<Uint8Array> => {
  const packed = packedSlices(file, entry, start);
  return entry.method === 0 ? packed : Readable.from(packed, { objectMode: false }).pipe(createInflateRaw({ chunkSize: chunkBytes }));
};

const openOutput = (sink: Sink, accept: (size: number) => boolean) => {
  const hash = createHash('sha256');
  let size = 0;
  let crc = 0;
  return {
    take: (bytes: Uint8Array): void => {
      size += bytes.length;
      if (!accept(size)) throw bomb;
      hash.update(bytes);
      crc = crc32(bytes, crc);
      sink.write(bytes);
    },
    end: () => ({ place: sink.end(), sha256: hash.digest('hex'), size, crc }),
  };
};

/** Where the entry's bytes begin; null when it is not where the directory says, or cannot be undone here. */
const startOf = (file: RandomAccess, entry: ZipEntry): number | null => {
  const local = bufferOf(file.read(entry.offset, 30));
  if (local.length < 30 || local.readUInt32LE(0) !== localSignature) return null;
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) return null;
  return entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
};

/** Where the clear bytes go, and how many there may be. */
export type Unpacking = {
  readonly scratch: Scratch;
  /** That no other file in `scratch` has. */
  readonly name: string;
  readonly limits: Limits;
  /** Bytes that may still be inflated in this envelope. */
  readonly budget: number;
};

/** Nothing stays of what turned out to be a bomb or unreadable. */
export const unpackEntry = async (file: RandomAccess, entry: ZipEntry, { scratch, name, limits, budget }: Unpacking): Promise<Unpacked> => {
  const start = startOf(file, entry);
  if (start === null) return { kind: 'unreadable', size: 0 };
  const output = openOutput(
    openSink(scratch, name),
    (size) => size <= budget && (size <= limits.inflateRatioFrom || size <= entry.packed * limits.inflateRatio),
  );
  let failure: unknown = null;
  try {
    for await (const bytes of undone(file, entry, start)) output.take(bytes);
  } catch (thrown) {
    failure = thrown;
  }
  const { place, sha256, size, crc } = output.end();
  if (failure === null && crc === entry.crc) return { kind: 'done', place, sha256, size };
  letGo(scratch, place);
  if (failure === bomb) return { kind: 'bomb', size };
  // A failing disk is ours to report, a failing archive the sender's.
  if (failure !== null && !isZlibError(failure)) throw failure;
  return { kind: 'unreadable', size };
};

const isZlibError = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && /^Z_/.test(String(thrown.code));
