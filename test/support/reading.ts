/** Reads bytes as the hub does, in a folder that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RandomAccess } from '../../src/envelope/bytes.ts';
import type { Limits } from '../../src/envelope/limits.ts';
import { bytesAt } from '../../src/envelope/place.ts';
import { readEnvelope } from '../../src/envelope/read.ts';
import type { Profile, Reading } from '../../src/envelope/types.ts';

export const accessTo = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

/** A reading with the bytes of its files, in their order. */
export type Read = Reading & { readonly contents: readonly Buffer[] };

export const readSource = async (
  source: RandomAccess,
  profile: Profile = 'member',
  limits: Partial<Limits> = {},
  now = new Date('2026-11-22T03:00:00Z'),
): Promise<Read> => {
  const scratch = mkdtempSync(join(tmpdir(), 'lienthong-read-'));
  try {
    const reading = await readEnvelope(source, { profile, now, scratch, limits });
    return { ...reading, contents: reading.files.map(({ place }) => bytesAt(place)) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

export const readText = (text: string | Uint8Array, profile: Profile = 'member', limits: Partial<Limits> = {}): Promise<Read> =>
  readSource(accessTo(typeof text === 'string' ? Buffer.from(text) : text), profile, limits);

export const codesOf = (reading: Reading): readonly string[] => reading.faults.map(({ code }) => code);
