/** The store on MongoDB: how it opens and refuses, how large a commit may be, what it tells of trouble. */
import { rmSync } from 'node:fs';
import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../src/mongo/schema/migrate.ts';
import { openMongo } from '../../src/mongo/store.ts';
import { at, document, entry, organ } from '../contract/specimens.ts';
import { freshBase, freshFolder, hasMongo, type OpenedMongo, openTwice } from './opening.ts';
import { openProxy } from './wire/proxy.ts';

type Settings = Document & { _id: string };

const opening = (): void => {
  it('makes an empty database though several open it at once, and opens it again', async () => {
    const [base, folder] = [await freshBase(), freshFolder()];
    const stores = await Promise.all(Array.from({ length: 4 }, () => openMongo({ url: base.url, folder })));
    const names = (await base.db.collection('records').indexes()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['record_identity', 'record_accepted', 'record_words']));
    expect((await base.db.collection<Settings>('settings').findOne({ _id: 'schema' }))?.value).toBe(migrations.length);
    await Promise.all(stores.map((store) => store.close()));
    await (await openMongo({ url: base.url, folder })).close();
    await base.drop();
  });

  it('goes on where a killed opening stopped: a step may be repeated', async () => {
    const [base, folder] = [await freshBase(), freshFolder()];
    await base.db.collection<Settings>('settings').insertOne({ _id: 'schema', value: 0 });
    await base.db.createCollection('records');
    await base.db.collection('records').createIndex({ identity: 1 }, { name: 'record_identity', unique: true, sparse: true });
    const store = await openMongo({ url: base.url, folder });
    expect(await store.commit(document(['H99.02']))).toEqual({ kind: 'done' });
    await store.close();
    await base.drop();
  });

  it('refuses a newer store, and a database that is not ours, in words, and changes nothing', async () => {
    const [base, folder] = [await freshBase(), freshFolder()];
    await base.db.collection('guests').insertOne({ name: 'x' });
    await expect(openMongo({ url: base.url, folder })).rejects.toThrow(/is not a LienThong store \(it holds guests\); nothing was changed/);
    await base.db.dropCollection('guests');
    await base.db.collection<Settings>('settings').insertOne({ _id: 'schema', value: migrations.length + 1 });
    await expect(openMongo({ url: base.url, folder })).rejects.toThrow(
      `was written by a newer LienThong (schema ${migrations.length + 1}; this program knows ${migrations.length})`,
    );
    expect(
      (await base.db.listCollections({}, { nameOnly: true }).toArray())
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('scratch')),
    ).toEqual(['settings']);
    await base.drop();
  });

  it('says at the start which server does not answer, and why', async () => {
    const folder = freshFolder();
    await expect(openMongo({ url: 'mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=200', folder })).rejects.toThrow(
      /This MongoDB cannot be used: .*ECONNREFUSED/,
    );
    await expect(openMongo({ url: 'mongodb://', folder })).rejects.toThrow(/MongoDB cannot be used/);
  });
};

describe.skipIf(!hasMongo())('the store', () => {
  let opened: OpenedMongo;
  beforeAll(async () => {
    opened = await openTwice();
  });
  afterAll(() => opened.close());
  opening();

  it('commits two thousand recipients of one envelope in one transaction, found and counted', async () => {
    const { one, two } = opened;
    await opened.empty();
    const organs = Array.from({ length: 2000 }, (_, place) => `H99.${place}`);
    const sent = document(organs, { recordId: 'many' });
    expect(await one.commit({ ...sent, directoryVersion: (await two.organs.directory()).version })).toEqual({ kind: 'done' });
    const view = await two.records.get('many');
    expect(view?.deliveries.map((one) => one.organ)).toEqual(organs);
    expect(await two.deliveries.count()).toEqual({ queued: 2000 });
    expect((await two.journal.list(0, 10)).map(({ entryId }) => entryId)).toEqual([sent.journal.entryId]);
    // Many withdrawn at once: one question and one write, not one of each.
    const deliveryMoves = sent.deliveries.slice(0, 200).map(({ deliveryId }) => ({ deliveryId, version: 1, state: 'withdrawn' as const }));
    expect(await two.commit({ journal: entry(), deliveryMoves })).toEqual({ kind: 'done' });
    expect(await one.deliveries.count()).toEqual({ queued: 1800, withdrawn: 200 });
  }, 120_000);

  it('tells other processes whose inbox was filled', async () => {
    const { one, two } = opened;
    await opened.empty();
    await one.organs.put(
      [organ('H99.02', { system: 'qlvb-2' }), organ('H99.03', { system: 'qlvb-3' })],
      (await one.organs.directory()).version,
      entry(),
    );
    const heard = new Set<string>();
    const stop = two.watch?.((systems) => {
      for (const system of systems) heard.add(system);
    });
    const until = Date.now() + 40_000;
    // The stream begins a moment after it is asked for; what came before is found by polling.
    while (!heard.has('qlvb-2') && Date.now() < until) {
      await one.commit(document(['H99.02']));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await one.commit(document(['H99.03'], {}, { state: 'held' }));
    await stop?.();
    expect([...heard]).toEqual(['qlvb-2']);
  }, 90_000);

  it('keeps sums and tallies right over seals, however often folded', async () => {
    const { one, two } = opened;
    await opened.empty();
    const figures = [{ day: '2026-11-19', organ: 'H99.01', figure: 'turns-sent', by: 1 } as const];
    for (let place = 0; place < 5; place += 1) {
      const sent = document(['H99.02', 'H99.03'], { acceptedAt: at(place) });
      await one.commit({ ...sent, figures });
      await two.commit({
        journal: entry(),
        deliveryMoves: [{ deliveryId: sent.deliveries[0]?.deliveryId ?? '', version: 1, state: '03' }],
      });
      if (place % 2 === 0) await two.journal.seal(1);
      expect(await two.figures.sums('2026-11-01', '2026-11-30')).toMatchObject([{ value: place + 1 }]);
      expect(await one.deliveries.count()).toEqual({ queued: place + 1, '03': place + 1 });
    }
    await Promise.all([one.journal.seal(100), two.journal.seal(100)]);
    expect(await one.deliveries.count()).toEqual({ queued: 5, '03': 5 });
    expect(await opened.base.db.collection('journal').countDocuments({ figures: { $exists: true } })).toBe(0);
  });

  it('says a full disk of the server as such, and any other of its troubles as unavailable', async () => {
    const base = await freshBase();
    let said: Document | null = null;
    const proxy = await openProxy(base.url, {
      reply: (answer, command) => (said !== null && command !== null && 'find' in command ? said : answer),
    });
    const store = await openMongo({ url: proxy.url, folder: opened.folder });
    for (const [code, expected] of [
      [14031, 'disk.low'],
      [13, 'store.unavailable'],
      [50, 'store.unavailable'],
    ] as const) {
      said = { ok: 0, code, errmsg: 'planted' };
      await expect(store.records.get('x')).rejects.toMatchObject({ code: expected });
    }
    // A wrong question is our bug, and stays one.
    said = { ok: 0, code: 2, codeName: 'BadValue', errmsg: 'planted' };
    await expect(store.records.get('x')).rejects.toThrow('planted');
    said = null;
    await store.close();
    await expect(store.records.get('x')).rejects.toMatchObject({ code: 'store.unavailable' });
    await proxy.close();
    await base.drop();
  });

  it('is closed with nothing left running', async () => {
    const store = await openMongo({ url: opened.base.url, folder: opened.folder });
    const stop = store.watch?.(() => undefined);
    await stop?.();
    await store.close();
    rmSync(opened.folder, { recursive: true, force: true });
  });
});
