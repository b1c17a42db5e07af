/**
 * The start-up check against servers that promise more than they do: the real one behind a proxy that takes something
 * away. Services that speak MongoDB's protocol and behave so exist (issue "Third").
 */
import { rmSync } from 'node:fs';
import { BSON, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/hub/store.ts';
import { openMongo } from '../../../src/mongo/store.ts';
import { type Base, freshBase, freshFolder, hasMongo } from '../opening.ts';
import { type Meddling, openProxy } from '../wire/proxy.ts';

const { Binary, Int32, Long } = BSON;

const isGreeting = (command: Document | null): boolean => ['hello', 'ismaster', 'isMaster'].includes(Object.keys(command ?? {})[0] ?? '');
/** A heartbeat that the server sends by itself answers no question. */
const greets = (answer: Document, command: Document | null): boolean => isGreeting(command) || 'isWritablePrimary' in answer;
const asks = (command: Document | null, name: string): boolean => command !== null && name in command;

const withoutUnique: Meddling = {
  request: (command, name) =>
    name === 'createIndexes' ? { ...command, indexes: command.indexes.map(({ unique: _, ...index }: Document) => index) } : 'pass',
};
const abortCommits: Meddling = {
  request: ({ abortTransaction: _, ...rest }, name) =>
    name === 'abortTransaction' ? { commitTransaction: new Int32(1), ...rest } : 'pass',
};
/** Takes transactions and heeds none of them. */
const transactionsIgnored: Meddling = {
  request: ({ txnNumber: _t, startTransaction: _s, autocommit, ...rest }, name) => {
    if (name === 'commitTransaction' || name === 'abortTransaction') return { ping: new Int32(1), $db: 'admin' };
    // A snapshot outside a transaction is refused by itself.
    return autocommit === undefined ? 'pass' : { ...rest, readConcern: { level: 'local' } };
  },
};
const old: Meddling = {
  reply: (answer, command) => ({
    ...answer,
    ...(greets(answer, command) && { maxWireVersion: new Int32(13) }),
    ...(asks(command, 'buildInfo') && { version: '5.0.30' }),
  }),
};
const withoutSessions: Meddling = {
  reply: ({ logicalSessionTimeoutMinutes: minutes, ...answer }, command) =>
    minutes === undefined || greets(answer, command) ? answer : { ...answer, logicalSessionTimeoutMinutes: minutes },
};
const alone: Meddling = {
  reply: ({ setName: _s, hosts: _h, me: _m, primary: _p, ...answer }) => answer,
};
const zeroed = (piece: Document): Document => ({ ...piece, data: new Binary(Buffer.alloc(piece.data?.buffer.length ?? 0)) });
const chunksGarbled: Meddling = {
  reply: (answer, command) =>
    String(command?.find).endsWith('.chunks') && 'cursor' in answer
      ? { ...answer, cursor: { ...answer.cursor, firstBatch: answer.cursor.firstBatch?.map(zeroed) } }
      : answer,
};

describe.skipIf(!hasMongo())('the start-up check', () => {
  let base: Base;
  let folder: string;
  beforeAll(async () => {
    base = await freshBase();
    folder = freshFolder();
  });
  afterAll(async () => {
    await base.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const behind = async <Value>(meddling: Meddling, act: (store: Promise<Store>) => Promise<Value>, change = (url: string) => url) => {
    const proxy = await openProxy(base.url, meddling);
    try {
      return await act(openMongo({ url: change(proxy.url), folder }));
    } finally {
      await proxy.close();
    }
  };
  const names = async (): Promise<readonly string[]> =>
    (await base.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const refusal = (meddling: Meddling, change?: (url: string) => string): Promise<string> =>
    behind(meddling, (opening) => opening.then(() => 'opened', String), change);

  it.each([
    ['strips `unique` from indexes', withoutUnique, /chỉ mục duy nhất không từ chối khóa trùng/, /a unique index takes a key twice/],
    ['turns an abort into a commit', abortCommits, /giao dịch đã hủy vẫn để lại dữ liệu/, /an aborted transaction leaves its writes/],
    ['lets both of two conflicting writers win', transactionsIgnored, /một trong hai bị mất/, /document both succeed: one of them is lost/],
    ['is too old', old, /phiên bản 5\.0\.30 quá cũ: cần MongoDB 6\.0/, /version 5\.0\.30 is too old/],
    ['has no sessions', withoutSessions, /không có phiên/, /has no sessions/],
    ['gives files back otherwise', chunksGarbled, /GridFS đọc lại không đúng/, /GridFS file does not read as it was written/],
  ])('refuses a server that %s, in both languages, and writes nothing', async (_name, meddling, vi, en) => {
    const said = await refusal(meddling);
    expect(said).toMatch(vi);
    expect(said).toMatch(en);
    expect(await names()).toEqual([]);
  });

  it('refuses a server in no replica set, and says how to make one', async () => {
    const said = await refusal(alone, (url) => url.replace(/\?.*/, '?directConnection=true'));
    expect(said).toMatch(/mongod với --replSet[\s\S]*run mongod with --replSet/);
  });

  it('gives every reason at once', async () => {
    const said = await refusal({
      request: (command, name) => {
        const verdict = withoutUnique.request?.(command, name) ?? 'pass';
        return verdict === 'pass' ? (abortCommits.request?.(command, name) ?? 'pass') : verdict;
      },
    });
    expect(said).toMatch(/takes a key twice[\s\S]*leaves its writes/);
  });

  it('opens on the server as it is, tells what should be known of it, and leaves nothing of its trials', async () => {
    // As a process that was killed in the middle leaves them, and as one that runs right now has them.
    const [left, young] = [`scratch_${(Date.now() - 3_600_000).toString(36)}_dead`, `scratch_${Date.now().toString(36)}_live`];
    for (const name of [left, `${left}.gridfs.files`, young]) await base.db.createCollection(name);
    const store = await openMongo({ url: base.url, folder });
    const part = await store.part();
    await store.close();
    expect((await names()).filter((name) => name.startsWith('scratch'))).toEqual([young]);
    await base.db.dropCollection(young);
    expect(part.what).toMatch(/^MongoDB \d+\.\d+\.\d+ \(\w+, 1\), w:majority j:true$/);
    expect(part.state).toBe('warning');
    expect(part.remarks.map(({ en }) => en)).toContainEqual(expect.stringMatching(/one member only/));
    const isOwn = !('secantusVersion' in (await base.db.admin().command({ buildInfo: 1 })));
    expect(part.remarks.some(({ en }) => /not MongoDB's own/.test(en))).toBe(!isOwn);
  });

  it('tells of a clock that is off, and of a server without change streams, and opens', async () => {
    const hour = Long.fromNumber(3_600_000);
    const later = (answer: Document): Document =>
      'localTime' in answer ? { ...answer, localTime: new Date(Number(answer.localTime) + Number(hour)) } : answer;
    const remarks = await behind(
      {
        request: (command, name) =>
          name === 'aggregate' && '$changeStream' in (command.pipeline[0] ?? {}) ? { ...command, pipeline: [{ $nothing: {} }] } : 'pass',
        reply: later,
      },
      async (opening) => {
        const store = await opening;
        const { remarks: all } = await store.part();
        await store.close();
        return all;
      },
    );
    expect(remarks.map(({ vi }) => vi).join('\n')).toMatch(/lệch 3600 giây[\s\S]*không có change stream/);
    expect(remarks.map(({ en }) => en).join('\n')).toMatch(/off by 3600 s[\s\S]*no change streams/);
  });

  it('sends w:majority and j:true with every write and commit: sent, not proven', async () => {
    const concerns = new Set<string>();
    const writes = new Set(['insert', 'update', 'delete', 'findAndModify', 'commitTransaction']);
    const watched: Meddling = {
      request: (command, name) => {
        const own = writes.has(name) && (name === 'commitTransaction' || command.autocommit === undefined);
        if (own) concerns.add(`${name} ${JSON.stringify(command.writeConcern ?? null)}`);
        return 'pass';
      },
    };
    await behind(watched, async (opening) => {
      const store = await opening;
      await store.leases.take('x', 'y', '2026-11-20', '2026-11-21');
      await store.journal.add({ entryId: 'j_1', at: '2026-11-20T00:00:00Z', act: 'a', by: 'b', subject: 'c', details: {} });
      await store.journal.seal(10);
      await store.close();
    });
    expect(concerns.size).toBeGreaterThan(2);
    for (const concern of concerns) expect(concern).toMatch(/"w":"majority"/);
    for (const concern of concerns) expect(concern).toMatch(/"j":true/);
  });
});
