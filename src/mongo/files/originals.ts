/** The port of original bytes: small ones go with the commit that names them, larger ones before it. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ClientSession } from 'mongodb';
import type { Originals, Spooled } from '../../hub.ts';
import { openSpool } from '../../spool/body.ts';
import { orUnavailable } from '../../spool/disk.ts';
import { isMissing, sweepSpool } from '../../spool/leave.ts';
import type { Connection } from '../connection.ts';
import { kept, transact } from '../transaction.ts';
import { bucketOf, piecesIn, piecesOf, putWithin, readingFrom, renew } from './bucket.ts';
import { sweepOriginals, sweepUploads } from './sweep.ts';
import { keepFile } from './upload.ts';

/** Up to here (bytes) an original is part of the commit: two waits for a majority less, and a transaction far below its limits. */
const withCommit = 1_048_576;

/** `bytes` null: the spool file is gone, as after a commit that is being repeated. */
export type SmallOriginal = { readonly spooled: Spooled; readonly bytes: Uint8Array | null };

export type KeptOriginals = {
  readonly originals: Originals;
  /** Before the transaction: a large original is durable when this resolves (null); a small one is handed to `keepWithin`. */
  ready(spooled: Spooled): Promise<SmallOriginal | null>;
  /** Inside the transaction of a change that holds. */
  keepWithin(session: ClientSession, small: SmallOriginal): Promise<void>;
  /** After the commit. What cannot be removed is left to the sweep: the bytes are kept. */
  forget(spooled: Spooled): Promise<void>;
};

type Opened = Awaited<ReturnType<Originals['open']>>;

const keepLarge = async (connection: Connection, spooled: Spooled, at: Date): Promise<void> => {
  const bucket = bucketOf(connection, 'originals');
  const { sha256, size, place } = spooled;
  const named = { sha256, size };
  try {
    await keepFile(connection, bucket, {
      named,
      pieces: () => ('bytes' in place ? piecesOf(place.bytes) : piecesIn(place.path)),
      at,
      loose: true,
    });
  } catch (error) {
    // Another keep of the same spool file was faster, and has removed it.
    if (!isMissing(error) || !(await renew(bucket, named, at))) throw orUnavailable(error);
  }
};

const readSmall = async ({ place }: Spooled): Promise<Uint8Array | null> => {
  if ('bytes' in place) return place.bytes;
  try {
    return await readFile(place.path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw orUnavailable(error);
  }
};

const keepSmall = async (connection: Connection, spooled: Spooled, at: Date): Promise<void> => {
  const bucket = bucketOf(connection, 'originals');
  const { sha256, size } = spooled;
  const small = { named: { sha256, size }, bytes: await readSmall(spooled), at, loose: true };
  try {
    await transact(connection, async (session) => kept(await putWithin(bucket, session, small)));
  } catch (error) {
    // Another brought the same bytes at the same time, and they stand.
    if (!(await renew(bucket, spooled, at))) throw error;
  }
};

const openOriginal = async (connection: Connection, sha256: string): Promise<Opened> => {
  const bucket = bucketOf(connection, 'originals');
  const found = await bucket.files.findOne({ filename: sha256 });
  if (found === null) return null;
  const { _id, length: size } = found;
  return {
    size,
    stream: (start = 0, end = size - 1) => {
      // The driver's end is exclusive, and a range of nothing is an error to it.
      const past = Math.min(end + 1, size);
      return start >= past ? Readable.from([]) : readingFrom(connection, bucket).openDownloadStream(_id, { start, end: past });
    },
  };
};

export const mongoOriginals = (connection: Connection, folder: string, now: () => Date): KeptOriginals => {
  const bucket = bucketOf(connection, 'originals');
  const spool = openSpool(folder);
  return {
    originals: {
      spool: spool.take,
      keep: async (spooled) => {
        await (spooled.size <= withCommit ? keepSmall : keepLarge)(connection, spooled, now());
        await spool.discard(spooled);
      },
      discard: spool.discard,
      open: (sha256) => openOriginal(connection, sha256),
      sweep: async (before) => {
        const spooled = await sweepSpool(folder, before);
        await sweepUploads(connection, before);
        return { spooled, orphans: await sweepOriginals(connection, before) };
      },
    },
    ready: async (spooled) => {
      if (spooled.size <= withCommit) return { spooled, bytes: await readSmall(spooled) };
      await keepLarge(connection, spooled, now());
      await spool.discard(spooled);
      return null;
    },
    keepWithin: async (session, { spooled, bytes }) => {
      await putWithin(bucket, session, { named: spooled, bytes, at: now(), loose: false });
    },
    forget: (spooled) => spool.discard(spooled).catch(() => undefined),
  };
};
