/**
 * What the hub relies on, tried on the server at hand (issue "Third"). Several services that speak MongoDB's protocol
 * fail here: they take a unique index and enforce nothing, or answer an abort and keep the writes.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type ClientSession, type Collection, GridFSBucket, MongoError } from 'mongodb';
import { type Connection, durably } from '../connection.ts';
import { chunkSize, putWithin } from '../files/bucket.ts';
import { kept, transact } from '../transaction.ts';
import { isClash } from '../trouble.ts';
import type { Sentence, Trial } from './finding.ts';

type Scratch = Collection<{ _id: string; key?: string; count?: number }>;

const options = { readConcern: { level: 'snapshot' }, writeConcern: durably, readPreference: 'primary' } as const;

const withSession = async <Value>({ client }: Connection, act: (session: ClientSession) => Promise<Value>): Promise<Value> => {
  const session = client.startSession();
  try {
    return await act(session);
  } finally {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
    await session.endSession().catch(() => undefined);
  }
};

const clashes = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return false;
  } catch (error) {
    if (isClash(error)) return true;
    throw error;
  }
};

/** Also the partial one, on which "one unsettled alert" rests, and inside a transaction, where the hub meets it. */
const uniqueRefuses = async (connection: Connection, scratch: Scratch): Promise<Sentence | null> => {
  await scratch.createIndex({ key: 1 }, { unique: true, sparse: true, name: 'scratch_key' });
  await scratch.createIndex({ count: 1 }, { unique: true, partialFilterExpression: { count: { $gt: 5 } }, name: 'scratch_count' });
  await scratch.insertMany([
    { _id: 'a', key: 'one', count: 9 },
    { _id: 'b', count: 1 },
    { _id: 'c', count: 1 },
  ]);
  const refused = [
    await clashes(() => scratch.insertOne({ _id: 'd', key: 'one' })),
    await clashes(() => scratch.insertOne({ _id: 'e', count: 9 })),
    await clashes(() => scratch.insertOne({ _id: 'a' })),
    await clashes(() => transact(connection, async (session) => kept(await scratch.insertOne({ _id: 'f', key: 'one' }, { session })))),
  ];
  if (refused.every(Boolean)) return null;
  return {
    vi: 'chỉ mục duy nhất không từ chối khóa trùng: một văn bản có thể bị nhận hai lần',
    en: 'a unique index takes a key twice: a document could be accepted twice',
  };
};

const abortLeavesNothing = async (connection: Connection, scratch: Scratch): Promise<Sentence | null> => {
  await scratch.insertOne({ _id: 'standing', count: 0 });
  await withSession(connection, async (session) => {
    session.startTransaction(options);
    await scratch.insertOne({ _id: 'aborted' }, { session });
    await scratch.updateOne({ _id: 'standing' }, { $set: { count: 1 } }, { session });
    await session.abortTransaction();
  });
  const [left, changed] = [await scratch.findOne({ _id: 'aborted' }), await scratch.findOne({ _id: 'standing', count: 1 })];
  if (left === null && changed === null) return null;
  return {
    vi: 'giao dịch đã hủy vẫn để lại dữ liệu: hồ sơ có thể bị ghi dở dang',
    en: 'an aborted transaction leaves its writes: records could be half written',
  };
};

const commitKeepsAll = async (connection: Connection, scratch: Scratch): Promise<Sentence | null> => {
  await transact(connection, async (session) => {
    await scratch.insertOne({ _id: 'first' }, { session });
    return kept(await scratch.insertOne({ _id: 'second' }, { session }));
  });
  if ((await scratch.countDocuments({ _id: { $in: ['first', 'second'] } })) === 2) return null;
  return { vi: 'giao dịch đã xác nhận không được ghi đủ', en: 'a committed transaction is not there whole' };
};

/** Both read the same and write the same; one must be told. Without waiting, one after the other, so that nothing can block. */
const oneOfTwoWins = async (connection: Connection, scratch: Scratch): Promise<Sentence | null> => {
  await scratch.insertOne({ _id: 'contested', count: 0 });
  const won = await withSession(connection, (one) =>
    withSession(connection, async (two) => {
      for (const session of [one, two]) {
        session.startTransaction(options);
        await scratch.findOne({ _id: 'contested' }, { session });
      }
      let wins = 0;
      for (const [place, session] of [one, two].entries()) {
        try {
          await scratch.updateOne({ _id: 'contested' }, { $set: { count: place + 1 } }, { session });
          await session.commitTransaction();
          wins += 1;
        } catch (error) {
          if (!(error instanceof MongoError)) throw error;
        }
      }
      return wins;
    }),
  );
  if (won === 1) return null;
  return won === 2
    ? {
        vi: 'hai giao dịch sửa cùng một bản ghi đều thành công: một trong hai bị mất',
        en: 'two transactions that change the same document both succeed: one of them is lost',
      }
    : { vi: 'không giao dịch nào trong hai giao dịch thành công', en: 'neither of two transactions succeeds' };
};

/** Several chunks, written as originals are and read back by the driver, whole and in part. */
const filesComeBack = async (connection: Connection, name: string): Promise<Sentence | null> => {
  const bytes = randomBytes(2 * chunkSize + 1_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { db } = connection;
  const bucket = { name: 'originals', files: db.collection(`${name}.files`), chunks: db.collection(`${name}.chunks`) } as never;
  // No collection is made inside the transaction: older servers refuse that.
  for (const part of ['files', 'chunks']) await db.createCollection(`${name}.${part}`);
  const small = { named: { sha256, size: bytes.length }, bytes, at: new Date(), loose: true };
  await transact(connection, async (session) => kept(await putWithin(bucket, session, small)));
  const reading = new GridFSBucket(db, { bucketName: name });
  const [whole, part] = [
    Buffer.concat(await reading.openDownloadStreamByName(sha256).toArray()),
    Buffer.concat(await reading.openDownloadStreamByName(sha256, { start: chunkSize - 5, end: chunkSize + 5 }).toArray()),
  ];
  if (whole.equals(bytes) && part.equals(bytes.subarray(chunkSize - 5, chunkSize + 5))) return null;
  return { vi: 'tệp GridFS đọc lại không đúng như đã ghi', en: 'a GridFS file does not read as it was written' };
};

/** `name` is of collections of ours alone. In this order: what needs less first. */
export const trialsOn = (connection: Connection, name: string): readonly Trial[] => {
  const { db } = connection;
  const scratch: Scratch = db.collection(name);
  return [
    { name: 'unique index', run: () => uniqueRefuses(connection, scratch) },
    { name: 'commit', run: () => commitKeepsAll(connection, scratch) },
    { name: 'abort', run: () => abortLeavesNothing(connection, scratch) },
    { name: 'write conflict', run: () => oneOfTwoWins(connection, scratch) },
    { name: 'GridFS', run: () => filesComeBack(connection, `${name}.gridfs`) },
  ];
};
