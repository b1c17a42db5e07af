/**
 * What a crash or an unfinished submission left behind, by age. Only uploads without an end and files that were kept
 * before anything named them are looked at, so that it costs as much as what was left, not as all there is.
 */
import type { ObjectId } from 'mongodb';
import type { Connection } from '../connection.ts';
import { dropped, kept, transact } from '../transaction.ts';
import { type Bucket, bucketOf } from './bucket.ts';
import { clearUpload } from './upload.ts';

/** Both buckets. A file that was swept is an upload again until its chunks are gone. */
export const sweepUploads = async (connection: Connection, before: Date): Promise<void> => {
  const left = connection.rows.uploads.find({ startedAt: { $lt: before } }, { projection: { bucket: 1 } });
  for await (const { _id, bucket } of left)
    await clearUpload(connection, bucketOf(connection, bucket === 'evidence' ? 'evidence' : 'originals'), _id);
};

type Found = { readonly _id: ObjectId; readonly filename: string };

/**
 * True when removed. A keep of the same bytes that comes in between writes the same row: one of the two begins again,
 * and sees the other. A commit that names them without a keep was preceded by one.
 */
const settle = (connection: Connection, bucket: Bucket, { _id, filename }: Found, before: Date): Promise<boolean> => {
  const { rows } = connection;
  return transact(connection, async (session) => {
    const options = { session, projection: { _id: 1 } } as const;
    const named =
      (await rows.submissions.findOne({ sha256: filename }, options)) ?? (await rows.deliveries.findOne({ sha256: filename }, options));
    if (named !== null) {
      await bucket.files.updateOne({ _id }, { $unset: { loose: '' } }, { session });
      return kept(false);
    }
    const removed = await bucket.files.deleteOne({ _id, loose: true, uploadDate: { $lt: before } }, { session });
    if (removed.deletedCount !== 1) return dropped(false);
    await rows.uploads.insertOne({ _id, bucket: bucket.name, sha256: filename, startedAt: before, dead: true }, { session });
    return kept(true);
  });
};

/** Answers how many originals were removed. */
export const sweepOriginals = async (connection: Connection, before: Date): Promise<number> => {
  const bucket = bucketOf(connection, 'originals');
  const loose = bucket.files.find({ loose: true, uploadDate: { $lt: before } }, { projection: { filename: 1 } });
  let removed = 0;
  for await (const found of loose) {
    if (!(await settle(connection, bucket, found, before))) continue;
    await clearUpload(connection, bucket, found._id);
    removed += 1;
  }
  return removed;
};
