/** The store in a database of its own, opened twice as two processes would. Without a server: said aloud, and in CI a failure. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, type Document, MongoClient } from 'mongodb';
import { vi } from 'vitest';
import type { Store } from '../../src/hub/store.ts';
import { openMongo } from '../../src/mongo/store.ts';
import type { Opened } from '../contract/specimens.ts';

// A stand-in is slow, and slower on a machine that does other things: what hangs is still found.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const server = process.env.MONGODB_URL ?? '';

/** True when there is a server to test against. */
export const hasMongo = (): boolean => {
  if (server !== '') return true;
  if (process.env.CI === 'true') throw new Error('MONGODB_URL is not set; in CI there must be a server (test/support/with-services)');
  process.stderr.write('\nSKIPPED: MONGODB_URL is not set (run it under test/support/with-services)\n');
  return false;
};

/** The server's URL with a database of that name, or through another address. */
export const urlFor = (database: string, through?: string): string => {
  const [, scheme, host, query = ''] = /^(mongodb(?:\+srv)?:\/\/)([^/?]+)\/?[^?]*(\?.*)?$/.exec(server) ?? [];
  if (scheme === undefined || host === undefined) throw new Error(`MONGODB_URL is no URL of MongoDB: ${server}`);
  return `${scheme}${through ?? host}/${database}${query}`;
};

export type Base = { readonly name: string; readonly url: string; readonly db: Db; drop(): Promise<void> };

/** A database that nobody else has; nothing stands in it. */
export const freshBase = async (): Promise<Base> => {
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  const url = urlFor(name);
  const client = await new MongoClient(url).connect();
  const db = client.db(name);
  return {
    name,
    url,
    db,
    drop: async () => {
      await db.dropDatabase();
      await client.close();
    },
  };
};

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'lienthong-mongo-'));

/** Every document but the settings; the directory's version grows. */
export const emptyBase = async (db: Db): Promise<void> => {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const ours = names.filter((name) => name !== 'settings' && !name.startsWith('system.'));
  // A question costs the server far less than a removal of nothing.
  const empty = async (name: string): Promise<void> => {
    if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) !== null) await db.collection(name).deleteMany({});
  };
  await Promise.all(ours.map(empty));
  await db.collection<Document & { _id: string }>('settings').updateOne({ _id: 'directory' }, { $inc: { value: 1 } });
};

export type OpenedMongo = Opened & { readonly base: Base; readonly folder: string; readonly one: Store; readonly two: Store };

export const openTwice = async (): Promise<OpenedMongo> => {
  const base = await freshBase();
  const folder = freshFolder();
  const [one, two] = await Promise.all([openMongo({ url: base.url, folder }), openMongo({ url: base.url, folder })]);
  return {
    base,
    folder,
    one,
    two,
    empty: async () => {
      await emptyBase(base.db);
      rmSync(join(folder, 'spool'), { recursive: true, force: true });
      mkdirSync(join(folder, 'spool'));
    },
    close: async () => {
      await Promise.all([one.close(), two.close()]);
      await base.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
