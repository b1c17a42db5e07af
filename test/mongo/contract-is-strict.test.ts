/** The contract suites turn red on this adapter, too, when it is wrong: bugs planted between it and the server after it was opened. */
import { rmSync } from 'node:fs';
import type { Db, Document } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openMongo } from '../../src/mongo/store.ts';
import { expectAllOrNothing, expectOneIdentity, expectRepeatable } from '../contract/commit.ts';
import { emptyBase, freshBase, freshFolder, hasMongo } from './opening.ts';
import { openProxy } from './wire/proxy.ts';

type Bug = {
  /** Done to the database. */
  readonly spoil?: (db: Db) => Promise<unknown>;
  /** What a command becomes on its way; null: it stays. */
  readonly change?: (command: Document, name: string) => Document | null;
};

/** Two records may stand under one identity. */
const noUniqueIndex: Bug = {
  spoil: async (db) => {
    await db.collection('records').dropIndex('record_identity');
    await db.collection('records').createIndex({ identity: 1 }, { name: 'record_identity', sparse: true });
  },
};

/** The transaction that the adapter takes back stands after all. */
const abortsCommit: Bug = {
  change: ({ abortTransaction: _, ...rest }, name) => (name === 'abortTransaction' ? { commitTransaction: 1, ...rest } : null),
};

/** The entry by which a repetition is known goes under another name each time. */
let made = 0;
const forgetful: Bug = {
  change: (command, name) => {
    if (name !== 'insert' || command.insert !== 'journal' || command.documents === undefined) return null;
    made += 1;
    return { ...command, documents: command.documents.map((row: Document) => ({ ...row, _id: `${String(row._id)} ${made}` })) };
  },
};

/** Opened sound, then spoilt: the check at the start would refuse most of these servers. */
const openSound = async () => {
  const [base, folder] = [await freshBase(), freshFolder()];
  let change: Bug['change'];
  const proxy = await openProxy(base.url, { request: (command, name) => change?.(command, name) ?? 'pass' });
  const stores = await Promise.all([openMongo({ url: proxy.url, folder }), openMongo({ url: proxy.url, folder })]);
  return {
    stores,
    plant: async (bug: Bug): Promise<void> => {
      await emptyBase(base.db);
      await bug.spoil?.(base.db);
      change = bug.change;
    },
    close: async (): Promise<void> => {
      change = undefined;
      await Promise.all(stores.map((store) => store.close()));
      await proxy.close();
      await base.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

describe.skipIf(!hasMongo())('the contract suites', () => {
  for (const [name, assertion, bug] of [
    ['a missing unique index', expectOneIdentity, noUniqueIndex],
    ['an abort that commits', expectAllOrNothing, abortsCommit],
    ['a commit that cannot be repeated', expectRepeatable, forgetful],
  ] as const)
    it(`are green, and red on ${name}`, async () => {
      const { stores, plant, close } = await openSound();
      try {
        await assertion(...stores);
        await plant(bug);
        await expect(assertion(...stores)).rejects.toThrow(/expected|AssertionError/);
      } finally {
        await close();
      }
    }, 120_000);
});
