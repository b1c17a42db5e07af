/** `lienthong backup --verify` without a folder, on each kind of store; and a MongoDB hub brought back document by document. */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { runLine } from '../../src/cli/program.ts';
import type { Store } from '../../src/hub/store.ts';
import { openMongo } from '../../src/mongo/store.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { delivery, entry, record, submission } from '../contract/specimens.ts';
import { type Base, freshBase, freshFolder, hasMongo } from '../mongo/opening.ts';

const cleaning: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});
const folder = (): string => {
  const made = freshFolder();
  cleaning.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

const verify = async (env: Readonly<Record<string, string>>) => {
  let out = '';
  const terminal = {
    env,
    json: false,
    watched: false,
    asked: false,
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
    now: () => new Date(),
  };
  const exit = await runLine(['backup', '--verify', '--json'], terminal, '0.0.0');
  return { exit, ...JSON.parse(out) };
};

/** Two documents, one small and one large, and a journal that is sealed. Answers the digest of the large one. */
const fill = async (store: Store): Promise<string> => {
  let last = '';
  for (const size of [2_000, 2_000_000]) {
    const spooled = await store.originals.spool(Readable.from([randomBytes(size)]), 10_000_000);
    const { sha256 } = spooled;
    const one = record({ sha256, size });
    const { recordId } = one;
    const deliveries = [delivery(recordId, 'H99.02', { sha256, size })];
    const change = { journal: entry({ subject: recordId }), record: one, submission: submission(recordId, { sha256, size }), deliveries };
    expect(await store.commit(change, spooled)).toEqual({ kind: 'done' });
    last = sha256;
  }
  await store.journal.seal(100);
  await store.close();
  return last;
};

const intact = { exit: 0, intact: true, flaws: [], files: 2, bytes: 2_002_000, journal: { brokenAt: null, sealed: 2 } };

describe('the store of the configuration, verified whole', () => {
  it('SQLite: intact, a changed original, one that is gone, an altered journal', async () => {
    const place = folder();
    const sha256 = await fill(await openSqlite({ folder: place }));
    const look = () => verify({ LIENTHONG_DATA: place });
    expect(await look()).toMatchObject({ ...intact, holdings: { record: { count: 2 }, delivery: { count: 2 }, original: { count: 2 } } });
    const path = join(place, 'originals', sha256.slice(0, 2), sha256.slice(2));
    writeFileSync(path, randomBytes(2_000_000));
    expect(await look()).toMatchObject({ exit: 65, flaws: [{ at: `original ${sha256}`, en: 'its bytes do not have this digest' }] });
    rmSync(path);
    expect(await look()).toMatchObject({ exit: 65, flaws: [{ at: `original ${sha256}`, en: 'its bytes are gone' }] });
    const raw = new DatabaseSync(join(place, 'lienthong.db'));
    raw.exec("UPDATE journal SET by = 'somebody' WHERE sequence = 1");
    raw.close();
    expect((await look()).flaws).toContainEqual(expect.objectContaining({ at: 'journal 1' }));
  });

  it('without a folder nothing is backed up', async () => {
    const exit = await runLine(
      ['backup'],
      { env: {}, json: true, watched: false, asked: false, out: () => undefined, err: () => undefined, now: () => new Date() },
      '0',
    );
    expect(exit).toBe(64);
  });
});

describe.skipIf(!hasMongo())('a MongoDB store, verified whole', () => {
  const base = async (): Promise<Base> => {
    const made = await freshBase();
    cleaning.push(() => made.drop());
    return made;
  };

  it('intact; a chunk that is gone or changed; an altered journal', async () => {
    const { url, db } = await base();
    const sha256 = await fill(await openMongo({ url, folder: folder() }));
    const look = () => verify({ LIENTHONG_DATA: folder(), LIENTHONG_STORE: url });
    expect(await look()).toMatchObject(intact);
    const file = await db.collection('originals.files').findOne({ filename: sha256 });
    const chunk = { files_id: file?._id, n: 1 };
    const kept = await db.collection('originals.chunks').findOne(chunk);
    await db.collection('originals.chunks').updateOne(chunk, { $set: { data: Buffer.alloc(kept?.data.length()) } });
    expect((await look()).flaws).toMatchObject([{ at: `original ${sha256}`, en: 'its bytes do not have this digest' }]);
    await db.collection('originals.chunks').deleteOne(chunk);
    expect((await look()).flaws).toMatchObject([{ at: `original ${sha256}`, en: expect.stringContaining('cannot be read') }]);
    await db.collection('journal').updateOne({ sequence: 1 }, { $set: { by: 'somebody' } });
    expect((await look()).flaws).toContainEqual(expect.objectContaining({ at: 'journal 1' }));
  });

  it('a copy of its documents and indexes, as mongodump and mongorestore make it, holds the same and is opened by a hub', async () => {
    const [from, to] = [await base(), await base()];
    await fill(await openMongo({ url: from.url, folder: folder() }));
    for (const { name, options } of await from.db.listCollections({}, { nameOnly: false }).toArray()) {
      await to.db.createCollection(name, options ?? {});
      const documents = await from.db.collection(name).find().toArray();
      if (documents.length > 0) await to.db.collection(name).insertMany(documents);
      const indexes = (await from.db.collection(name).indexes())
        .filter((index) => index.name !== '_id_')
        .map(({ v: _, ...index }) => index);
      if (indexes.length > 0) await to.db.collection(name).createIndexes(indexes);
    }
    const [one, two] = [
      await verify({ LIENTHONG_DATA: folder(), LIENTHONG_STORE: from.url }),
      await verify({ LIENTHONG_DATA: folder(), LIENTHONG_STORE: to.url }),
    ];
    expect(two).toMatchObject(intact);
    expect(two.holdings).toEqual(one.holdings);
  });
});
