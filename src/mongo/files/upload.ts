/**
 * Bytes too large for a commit: chunks first, then, in one transaction, the file's row, which makes them readable,
 * and the end of the upload's own row. What was killed in between is an upload without an end: never readable, found
 * by its row, and cleared by age.
 */
import { createHash } from 'node:crypto';
import { MongoBulkWriteError, ObjectId } from 'mongodb';
import type { Connection } from '../connection.ts';
import { dropped, kept, transact } from '../transaction.ts';
import { isClash } from '../trouble.ts';
import { type Bucket, type ChunkRow, chunkRow, fileRow, type Named, renew, requireDigest } from './bucket.ts';

export type Pieces = () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
type Keeping = { readonly named: Named; readonly pieces: Pieces; readonly at: Date; readonly loose: boolean };

/** Chunks a round trip: some 8 MB. */
const atOnce = 32;

/** Chunks carry ids of ours: one that is there already is the same one, sent twice. */
const insert = async (bucket: Bucket, rows: readonly ChunkRow[]): Promise<void> => {
  if (rows.length === 0) return;
  try {
    await bucket.chunks.insertMany([...rows], { ordered: false });
  } catch (error) {
    const errors = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (errors.length === 0 || !errors.every((one) => one.code === 11_000)) throw error;
  }
};

const send = async (bucket: Bucket, id: ObjectId, { named, pieces }: Keeping): Promise<void> => {
  const hash = createHash('sha256');
  let rows: ChunkRow[] = [];
  let n = 0;
  for await (const piece of pieces()) {
    hash.update(piece);
    rows.push(chunkRow(id, n, piece));
    n += 1;
    if (rows.length < atOnce) continue;
    await insert(bucket, rows);
    rows = [];
  }
  await insert(bucket, rows);
  requireDigest(hash.digest('hex'), named);
};

/**
 * Removes what an upload left, row last. Marked dead first, so that an upload that is not dead after all cannot end
 * between our look and our removal; one that has ended has no row any more.
 */
export const clearUpload = async ({ rows }: Connection, bucket: Bucket, id: ObjectId): Promise<void> => {
  const found = await rows.uploads.updateOne({ _id: id }, { $set: { dead: true } });
  if (found.matchedCount === 0) return;
  await bucket.chunks.deleteMany({ files_id: id });
  await rows.uploads.deleteOne({ _id: id });
};

/** False: somebody else was faster with the same bytes, or the upload was taken for dead. */
const finish = async (connection: Connection, bucket: Bucket, id: ObjectId, { named, at, loose }: Keeping): Promise<boolean> => {
  try {
    return await transact(connection, async (session) => {
      const ended = await connection.rows.uploads.deleteOne({ _id: id, dead: { $exists: false } }, { session });
      if (ended.deletedCount !== 1) return dropped(false);
      await bucket.files.insertOne(fileRow(id, named, at, loose), { session });
      return kept(true);
    });
  } catch (error) {
    if (!isClash(error)) throw error;
    return false;
  }
};

/** Rounds in which another may be faster, and be swept again, before it is called a fault. */
const mostRounds = 10;

/** Durable when it resolves. May be repeated, and be done by many at once; the pieces are asked for anew each time. */
export const keepFile = async (connection: Connection, bucket: Bucket, keeping: Keeping): Promise<void> => {
  const { named, at } = keeping;
  for (let round = 0; round < mostRounds; round += 1) {
    if (await renew(bucket, named, at)) return;
    const id = new ObjectId();
    await connection.rows.uploads.insertOne({ _id: id, bucket: bucket.name, sha256: named.sha256, startedAt: at });
    try {
      await send(bucket, id, keeping);
      if (await finish(connection, bucket, id, keeping)) return;
    } catch (error) {
      // The sweep does it otherwise: where the server is away this fails, too.
      await clearUpload(connection, bucket, id).catch(() => undefined);
      throw error;
    }
    await clearUpload(connection, bucket, id);
  }
  throw new Error(`The bytes ${named.sha256} could not be kept in ${mostRounds} rounds`);
};
