/**
 * A zip archive that is written while it is sent (PKWARE APPNOTE 6.3): entries stored, not packed, with
 * one fixed time, so that the same entries always make the same bytes and the length is known beforehand.
 * What stands in it is base64, DER and a little text: packing would save little.
 */
import { crc32 } from 'node:zlib';

/** `bytes` may be asked for again, and then begins anew: the checksum stands before the bytes. */
export type ZipPart = { readonly name: string; readonly size: number; bytes(): AsyncIterable<Uint8Array> };

const localBytes = 30;
const centralBytes = 46;
const endBytes = 22;
/** 1 January 1980, 00:00: the first date that the format knows. */
const fixedDate = 0x0021;
/** Bit 11: names are UTF-8. */
const flags = 0x0800;
const version = 20;

type Placed = { readonly name: Buffer; readonly size: number; readonly crc: number; readonly offset: number };

/** The fields that both headers share, from the version needed on. */
const writeFields = (header: Buffer, at: number, { name, size, crc }: Placed): void => {
  header.writeUInt16LE(version, at);
  header.writeUInt16LE(flags, at + 2);
  header.writeUInt16LE(fixedDate, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(name.length, at + 22);
};

const localHeader = (part: Placed): Buffer => {
  const header = Buffer.alloc(localBytes);
  header.writeUInt32LE(0x04034b50, 0);
  writeFields(header, 4, part);
  return Buffer.concat([header, part.name]);
};

const centralHeader = (part: Placed): Buffer => {
  const header = Buffer.alloc(centralBytes);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(version, 4);
  writeFields(header, 6, part);
  header.writeUInt32LE(part.offset, 42);
  return Buffer.concat([header, part.name]);
};

const endRecord = (count: number, size: number, offset: number): Buffer => {
  const record = Buffer.alloc(endBytes);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
};

/** Bytes of the archive. Without zip64: below 4 GiB and 65,535 entries. */
export const zipSize = (parts: readonly ZipPart[]): number =>
  parts.reduce((sum, { name, size }) => sum + localBytes + centralBytes + 2 * Buffer.byteLength(name) + size, endBytes);

const checksumOf = async ({ name, size, bytes }: ZipPart): Promise<number> => {
  let [crc, length] = [0, 0];
  for await (const piece of bytes()) {
    crc = crc32(piece, crc);
    length += piece.length;
  }
  if (length !== size) throw new Error(`${name} has ${length} bytes instead of ${size}`);
  return crc;
};

export async function* zipBytes(parts: readonly ZipPart[]): AsyncGenerator<Uint8Array> {
  const placed: Placed[] = [];
  let offset = 0;
  for (const part of parts) {
    const one: Placed = { name: Buffer.from(part.name, 'utf8'), size: part.size, crc: await checksumOf(part), offset };
    placed.push(one);
    offset += localBytes + one.name.length + one.size;
    yield localHeader(one);
    yield* part.bytes();
  }
  const directory = Buffer.concat(placed.map(centralHeader));
  yield directory;
  yield endRecord(placed.length, directory.length, offset);
}
