/** The port of original bytes: small ones in the store itself, larger ones as files. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Originals, Spooled } from '../../hub.ts';
import { openSpool, smallLimit } from '../../spool/body.ts';
import { orUnavailable } from '../../spool/disk.ts';
import { sweepSpool } from '../../spool/leave.ts';
import type { Lane } from '../lane.ts';
import type { reads } from '../read/reads.ts';
import type { Keep } from '../write/originals.ts';
import type { writes } from '../write/writes.ts';
import { fileKeeper, type KeepFile, originalPath, originalsFolder, sizeOf } from './keep.ts';
import { sweepOriginals } from './sweep.ts';

type Lanes = { readonly writer: Lane<typeof writes>; readonly reader: Lane<typeof reads>; now(): Date };

const streamSmall = (reader: Lanes['reader'], sha256: string, start: number, end: number | undefined): Readable =>
  Readable.from(
    (async function* () {
      const bytes = await reader.call('smallBytes', sha256);
      if (bytes === null) throw new Error(`The original ${sha256} was removed while it was read`);
      yield bytes.subarray(start, end === undefined ? undefined : end + 1);
    })(),
    { objectMode: false },
  );

const openOriginal = async (folder: string, { reader }: Lanes, sha256: string): Promise<Awaited<ReturnType<Originals['open']>>> => {
  const small = await reader.call('smallSize', sha256);
  if (small !== null) return { size: small, stream: (start = 0, end) => streamSmall(reader, sha256, start, end) };
  const path = originalPath(folder, sha256);
  const size = await sizeOf(path);
  if (size === null) return null;
  return { size, stream: (start = 0, end) => createReadStream(path, end === undefined ? { start } : { start, end }) };
};

/**
 * A large one is durable when this returns. A small one is handed to the writer: it shares the one sync
 * of a group commit, where a file needs two of its own.
 */
type Ready = (spooled: Spooled) => Promise<Keep | null>;

const readyWith =
  (keepFile: KeepFile, { now }: Lanes): Ready =>
  async (spooled) => {
    const { place, sha256, size } = spooled;
    if ('bytes' in place && size <= smallLimit) return { sha256, bytes: place.bytes, at: now().toISOString() };
    await keepFile(spooled);
    return null;
  };

const sweepAll = async (
  folder: string,
  { writer, reader }: Lanes,
  before: Date,
): Promise<{ readonly spooled: number; readonly orphans: number }> => {
  try {
    const spooled = await sweepSpool(folder, before);
    const small = await writer.call('sweepSmall', before.toISOString());
    const large = await sweepOriginals(folder, before, (digests) => reader.call('namedAmong', digests));
    return { spooled, orphans: small + large };
  } catch (error) {
    throw orUnavailable(error);
  }
};

export const sqliteOriginals = (folder: string, lanes: Lanes): { readonly originals: Originals; readonly ready: Ready } => {
  const ready = readyWith(fileKeeper(originalsFolder(folder), folder), lanes);
  const spool = openSpool(folder);
  const originals: Originals = {
    spool: spool.take,
    keep: async (spooled) => {
      const small = await ready(spooled);
      if (small !== null) await lanes.writer.call('keepSmall', small);
      await spool.discard(spooled);
    },
    discard: spool.discard,
    open: (sha256) => openOriginal(folder, lanes, sha256),
    sweep: (before) => sweepAll(folder, lanes, before),
  };
  return { originals, ready };
};
