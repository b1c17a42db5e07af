/**
 * What the server does alone with the documents of an envelope: `node raw-mongo.ts insert|claim URL BYTES SECONDS`.
 * insert: transactions of the same shape (record, delivery, taking, event, journal entry, the bytes), 16 in
 * flight, majority and journal. claim: 100 deliveries are claimed, read and marked, one batch after another, until none is left.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Document, MongoClient } from 'mongodb';

const [how = 'insert', url = '', size = '50000', seconds = '10'] = process.argv.slice(2);
const client = await new MongoClient(url).connect();
const db = client.db(`raw_${process.pid}`);
const concerns = { writeConcern: { w: 'majority', j: true }, readConcern: { level: 'snapshot' } } as const;
type Row = Document & { _id: string };
const rows = (name: string) => db.collection<Row>(name);
const facts = 'x'.repeat(1_000);
const chunk = 255 * 1_024;
const bytes = randomBytes(Number(size));
const pieces = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, n) => bytes.subarray(n * chunk, (n + 1) * chunk));

const insert = async (): Promise<number> => {
  const id = randomUUID();
  await client.withSession((session) =>
    session.withTransaction(async () => {
      await rows('records').insertOne({ _id: id, identity: id, facts }, { session });
      for (const name of ['deliveries', 'submissions', 'events', 'journal'])
        await rows(name).insertOne({ _id: `${id}:${name}`, record: id, facts: facts.slice(0, 300) }, { session });
      await rows('files').insertOne({ _id: id, length: bytes.length }, { session });
      await rows('chunks').insertMany(
        pieces.map((data, n) => ({ _id: `${id}:${n}`, files_id: id, n, data })),
        { session },
      );
    }, concerns),
  );
  return 1;
};

const batch = 100;
const claim = async (): Promise<number> => {
  const holder = randomUUID();
  const found = await rows('deliveries').find({ claimed: null }).limit(batch).project({ _id: 1 }).toArray();
  const ids = found.map(({ _id }) => _id);
  await rows('deliveries').updateMany({ _id: { $in: ids }, claimed: null }, { $set: { claimed: holder } }, concerns);
  await rows('deliveries').find({ claimed: holder }).toArray();
  return (await rows('deliveries').updateMany({ _id: { $in: ids }, claimed: holder }, { $set: { claimed: 'done' } }, concerns))
    .modifiedCount;
};

const stock = async (): Promise<void> => {
  await rows('deliveries').createIndex({ claimed: 1 });
  for (let from = 0; from < 20_000; from += 1_000)
    await rows('deliveries').insertMany(
      Array.from({ length: 1_000 }, (_, at) => ({ _id: String(from + at), claimed: null, facts: facts.slice(0, 300) })),
    );
};

if (how === 'claim') await stock();
for (const name of ['records', 'deliveries', 'submissions', 'events', 'journal', 'files', 'chunks'])
  await db.createCollection(name).catch(() => undefined);
const start = performance.now();
let count = 0;
const isOn = (): boolean => performance.now() - start < Number(seconds) * 1_000;
const lane = async (): Promise<void> => {
  while (isOn()) {
    const done = await (how === 'claim' ? claim() : insert());
    if (done === 0) break;
    count += done;
  }
};
await Promise.all(Array.from({ length: how === 'claim' ? 1 : 16 }, lane));
process.stdout.write(JSON.stringify({ count, seconds: (performance.now() - start) / 1_000 }));
await db.dropDatabase();
await client.close();
