/**
 * What the server does alone: `node raw-mongo.ts insert|claim URL SECONDS`. insert: the very documents that the last
 * envelope left in the hub's database are written again under new ids, into collections with the same indexes, one
 * transaction an envelope, 16 in flight, majority and journal. claim: 100 deliveries are claimed, read and marked, one
 * batch after another, until none is left.
 */
import { randomUUID } from 'node:crypto';
import { type Document, MongoClient, ObjectId } from 'mongodb';
import { copiedText, type Fresh, once } from './copies.ts';

const [how = 'insert', url = '', seconds = '10'] = process.argv.slice(2);
const client = await new MongoClient(url).connect();
const [hub, db] = [client.db('lienthong'), client.db(`raw_${process.pid}`)];
const concerns = { writeConcern: { w: 'majority', j: true }, readConcern: { level: 'snapshot' } } as const;
type Row = Document & { _id: string };
const rows = (name: string) => db.collection<Row>(name);

type Part = { readonly name: string; readonly documents: readonly Document[] };

/** An entry as it was written: its place in the chain came later. */
const unsealed = ({ sequence, hash, ...entry }: Document): Document => ({ ...entry, open: true });

/** All that one envelope is, collection by collection. */
const envelope = async (): Promise<readonly Part[]> => {
  const last = await hub.collection('records').find().sort({ acceptedAt: -1 }).limit(1).next();
  const original = await hub.collection('originals.files').findOne({ filename: last?.sha256 });
  const recordId = last?._id;
  const filters: Readonly<Record<string, Document>> = {
    ...{ records: { _id: recordId }, submissions: { recordId }, deliveries: { recordId }, events: { recordId }, judgements: { recordId } },
    ...{ 'originals.files': { _id: original?._id }, 'originals.chunks': { files_id: original?._id }, journal: { subject: recordId } },
  };
  const parts = Object.entries(filters).map(async ([name, filter]) => ({
    name,
    documents: await hub.collection(name).find(filter).toArray(),
  }));
  const found = await Promise.all(parts);
  const empty = found.filter(({ documents }) => documents.length === 0).map(({ name }) => name);
  if (empty.length > 0) throw new Error(`The last envelope left nothing in ${empty.join(', ')}`);
  return found.map(({ name, documents }) => ({ name, documents: name === 'journal' ? documents.map(unsealed) : documents }));
};

const withIndexes = async (name: string): Promise<void> => {
  await db.createCollection(name);
  const indexes = await hub.collection(name).indexes();
  const own = indexes.filter((index) => index.name !== '_id_').map(({ v, ns, ...index }) => index as { key: Record<string, 1> });
  if (own.length > 0) await rows(name).createIndexes(own);
};

/** The same under ids of its own. */
const copied = (value: unknown, fresh: Fresh): unknown => {
  if (typeof value === 'string') return copiedText(value, fresh);
  if (value instanceof ObjectId) return once(fresh, value.toHexString(), () => new ObjectId());
  if (Array.isArray(value)) return value.map((one) => copied(one, fresh));
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copied(one, fresh)]));
  return value;
};

const insert = async (parts: readonly Part[]): Promise<number> => {
  const fresh: Fresh = new Map();
  const copies = parts.map(({ name, documents }) => ({ name, documents: documents.map((one) => copied(one, fresh) as Document) }));
  await client.withSession((session) =>
    session.withTransaction(async () => {
      for (const { name, documents } of copies) await db.collection(name).insertMany(documents, { session });
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
  const facts = 'x'.repeat(300);
  for (let from = 0; from < 20_000; from += 1_000)
    await rows('deliveries').insertMany(Array.from({ length: 1_000 }, (_, at) => ({ _id: String(from + at), claimed: null, facts })));
};

const prepared = async (): Promise<() => Promise<number>> => {
  if (how === 'claim') {
    await stock();
    return claim;
  }
  const parts = await envelope();
  for (const { name } of parts) await withIndexes(name);
  return () => insert(parts);
};

const work = await prepared();
const start = performance.now();
let count = 0;
const lane = async (): Promise<void> => {
  while (performance.now() - start < Number(seconds) * 1_000) {
    const done = await work();
    if (done === 0) break;
    count += done;
  }
};
await Promise.all(Array.from({ length: how === 'claim' ? 1 : 16 }, lane));
process.stdout.write(JSON.stringify({ count, seconds: (performance.now() - start) / 1_000 }));
await db.dropDatabase();
await client.close();
