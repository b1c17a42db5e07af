/**
 * What the driver's specification says of transactions, on the hub's own commits: a connection that is cut before or
 * after the commit was carried out, and both labels as a server sends them. Whatever happens, a change stands once or
 * not at all, and its answer is true.
 */
import { rmSync } from 'node:fs';
import { type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/hub/store.ts';
import { openMongo } from '../../src/mongo/store.ts';
import { document, entry, raise } from '../contract/specimens.ts';
import { type Base, freshBase, freshFolder, hasMongo } from './opening.ts';
import { openProxy, type Verdict } from './wire/proxy.ts';

let base: Base;
let proxy: Awaited<ReturnType<typeof openProxy>>;
let store: Store;
let meddle: (command: Document, name: string) => Verdict = () => 'pass';
let answer: (said: Document, command: Document | null) => Document = (said) => said;
const folder = freshFolder();

/** The n-th command of that name (from 0) meets that fate; the others pass. */
const once = (name: string, verdict: Verdict, nth = 0): (() => number) => {
  let met = 0;
  meddle = (_, own) => {
    if (own !== name) return 'pass';
    met += 1;
    return met === nth + 1 ? verdict : 'pass';
  };
  return () => met;
};

const change = () => {
  const sent = document(['H99.02', 'H99.03']);
  return {
    ...sent,
    alerts: [raise(sent.record.recordId, { key: sent.record.recordId })],
    figures: [{ day: '2026-11-19', organ: 'H99.01', figure: 'turns-sent', by: 1 } as const],
  };
};

/** All of it, once; seen past the proxy. */
const expectOnce = async (sent: ReturnType<typeof change>): Promise<void> => {
  const { recordId } = sent.record;
  const counts = await Promise.all(
    ['deliveries', 'events', 'submissions', 'alertRecords'].map((name) => base.db.collection(name).countDocuments({ recordId })),
  );
  expect(counts).toEqual([2, 1, 1, 1]);
  expect((await store.alerts.findOpen(recordId))?.count).toBe(1);
  expect(await store.figures.sums('2026-11-19', '2026-11-19')).toMatchObject([{ value: 1 }]);
  expect((await store.journal.list(0, 10)).map(({ entryId }) => entryId)).toEqual([sent.journal.entryId]);
};

const expectNothing = async (): Promise<void> => {
  for (const name of ['records', 'deliveries', 'events', 'submissions', 'alerts', 'alertRecords', 'journal'])
    expect([name, await base.db.collection(name).countDocuments({})]).toEqual([name, 0]);
};

describe.skipIf(!hasMongo())('a commit', () => {
  beforeAll(async () => {
    base = await freshBase();
    proxy = await openProxy(base.url, {
      request: (command, name) => meddle(command, name),
      reply: (said, command) => answer(said, command),
    });
    store = await openMongo({ url: proxy.url, folder });
  });
  beforeEach(async () => {
    meddle = () => 'pass';
    answer = (said) => said;
    for (const name of ['records', 'deliveries', 'events', 'submissions', 'alerts', 'alertRecords', 'journal', 'figures', 'tallies'])
      await base.db.collection(name).deleteMany({});
  });
  afterAll(async () => {
    await store.close();
    await proxy.close();
    await base.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('whose answer is lost after it was carried out stands once, and is told as done', async () => {
    const sent = change();
    const met = once('commitTransaction', 'cut-after');
    expect(await store.commit(sent)).toEqual({ kind: 'done' });
    expect(met()).toBeGreaterThan(1);
    await expectOnce(sent);
  });

  it('that never reached the server is sent again or begun again, and stands once', async () => {
    const sent = change();
    once('commitTransaction', 'cut-before');
    expect(await store.commit(sent)).toEqual({ kind: 'done' });
    await expectOnce(sent);
  });

  for (const [name, nth] of [
    ['insert', 0],
    ['insert', 4],
    ['find', 0],
  ] as const)
    it(`that loses its connection after ${name} ${nth + 1} is begun again`, async () => {
      const sent = change();
      const met = once(name, 'cut-after', nth);
      expect(await store.commit(sent)).toEqual({ kind: 'done' });
      expect(met()).toBeGreaterThan(nth);
      await expectOnce(sent);
    });

  /** As a member that steps down says it: the labels are those of the servers' own code. */
  const failing = (name: string, codes: readonly number[], label: string): (() => number) => {
    let met = 0;
    answer = (said, command) => {
      if (command === null || !(name in command)) return said;
      const code = codes[met];
      met += 1;
      return code === undefined ? said : { ok: 0, code, codeName: 'Planted', errmsg: 'planted', errorLabels: [label] };
    };
    return () => met;
  };

  it('is begun again whole on TransientTransactionError, however often', async () => {
    const sent = change();
    // The server has done it; what it says is another thing. The driver aborts, and we begin again.
    const met = failing('insert', [112, 251, 112], 'TransientTransactionError');
    expect(await store.commit(sent)).toEqual({ kind: 'done' });
    expect(met()).toBeGreaterThan(3);
    await expectOnce(sent);
  });

  it('is sent again on UnknownTransactionCommitResult', async () => {
    const sent = change();
    // NetworkTimeout and a write concern that timed out, as the specification lists them; it stands all the while.
    const met = failing('commitTransaction', [89, 50], 'UnknownTransactionCommitResult');
    expect(await store.commit(sent)).toEqual({ kind: 'done' });
    expect(met()).toBeGreaterThan(1);
    await expectOnce(sent);
  });

  it('that stood, and whose repetition the server no longer knows, is decided by the journal entry', async () => {
    const sent = change();
    // Carried out; its answer lost; asked again, a new primary has never heard of it.
    let met = 0;
    meddle = (_, name) => {
      if (name !== 'commitTransaction') return 'pass';
      met += 1;
      return met === 1 ? 'cut-after' : 'pass';
    };
    answer = (said, command) =>
      command !== null && 'commitTransaction' in command && met === 2
        ? { ok: 0, code: 251, codeName: 'NoSuchTransaction', errmsg: 'planted', errorLabels: ['TransientTransactionError'] }
        : said;
    expect(await store.commit(sent)).toEqual({ kind: 'done' });
    await expectOnce(sent);
  });

  it('fails as unavailable, and leaves nothing, where the way to the server is cut for good', async () => {
    const sent = change();
    proxy.cut();
    try {
      const asked = [store.commit(sent), store.records.get('r'), store.leases.take('seal', 'h', '2026', '2027'), store.journal.seal(5)];
      for (const one of await Promise.allSettled(asked)) expect(one).toMatchObject({ reason: { code: 'store.unavailable' } });
      expect(await store.writable()).toBe(false);
      expect((await store.part()).state).toBe('away');
    } finally {
      proxy.restore();
    }
    await expectNothing();
    expect(await store.commit(sent)).toEqual({ kind: 'done' });
    await expectOnce(sent);
  }, 60_000);

  it('is not told as done because another one stands', async () => {
    const one = change();
    const other = { ...change(), record: { ...document([]).record, identity: one.record.identity } };
    await store.commit(one);
    once('commitTransaction', 'cut-after');
    expect(await store.commit({ journal: entry(), record: other.record })).toEqual({ kind: 'duplicate', recordId: one.record.recordId });
  });

  it('through a client without our care is lost: the cut is a real one', async () => {
    const client = await new MongoClient(proxy.url, { retryWrites: false }).connect();
    const probe = client.db(base.name).collection('scratch');
    once('insert', 'cut-after');
    await expect(probe.insertOne({ a: 1 })).rejects.toThrow();
    expect(await base.db.collection('scratch').countDocuments({})).toBe(1);
    await client.close();
  });
});
