/** What only the embedded store promises: its file, its folder, what happens when they fail. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/hub/store.ts';
import { openForWriting } from '../../src/sqlite/connection.ts';
import { migrations } from '../../src/sqlite/schema.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { errorFor, troubleFor } from '../../src/sqlite/trouble.ts';
import { commitGroup } from '../../src/sqlite/write/group.ts';
import { document, entry } from '../contract/specimens.ts';
import { freshFolder } from './opening.ts';

const opened: { readonly folder: string; readonly store: Store }[] = [];
const open = async (folder = freshFolder()): Promise<{ readonly folder: string; readonly store: Store }> => {
  const one = { folder, store: await openSqlite({ folder }) };
  opened.push(one);
  return one;
};
afterEach(async () => {
  for (const { store } of opened) await store.close();
  for (const { folder } of opened.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const raw = (folder: string): DatabaseSync => new DatabaseSync(join(folder, 'lienthong.db'));

describe('the file', () => {
  it('is a WAL file at the last step, and each connection of the writer syncs at every commit', async () => {
    const { folder } = await open();
    const database = raw(folder);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length });
    database.close();
    const source = readFileSync(new URL('../../src/sqlite/connection.ts', import.meta.url), 'utf8');
    expect(source.match(/synchronous = \w+/g)).toEqual(['synchronous = FULL']);
  });

  it('can be read by its owner alone, and so can its log', async () => {
    const { folder, store } = await open();
    await store.journal.add(entry());
    for (const name of ['lienthong.db', 'lienthong.db-wal']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('of a newer program is refused in words and not touched', async () => {
    const { folder, store } = await open();
    await store.close();
    const database = raw(folder);
    database.exec(`PRAGMA user_version = ${migrations.length + 1}; PRAGMA journal_mode = DELETE`);
    database.close();
    const before = readFileSync(join(folder, 'lienthong.db'));
    await expect(openSqlite({ folder })).rejects.toThrow(/newer LienThong \(schema \d+; this program knows \d+\).*nothing was changed/);
    expect(readFileSync(join(folder, 'lienthong.db')).equals(before)).toBe(true);
  });

  it('that is not ours is refused in words and not touched', async () => {
    const folder = freshFolder();
    const database = raw(folder);
    database.exec('PRAGMA user_version = 1; CREATE TABLE other (x)');
    database.close();
    await expect(openSqlite({ folder })).rejects.toThrow(/is not a LienThong store; nothing was changed/);
    writeFileSync(join(folder, 'lienthong.db'), 'this is not a database file at all, is it?'.repeat(50));
    await expect(openSqlite({ folder })).rejects.toMatchObject({ code: 'store.unavailable' });
    rmSync(folder, { recursive: true });
  });

  it('keeps what it was told over a restart', async () => {
    const { folder, store } = await open();
    const sent = document(['H99.02']);
    await store.commit(sent);
    await store.close();
    const { store: again } = await open(folder);
    expect((await again.records.get(sent.record.recordId))?.record).toEqual(sent.record);
    await expect(store.commit(document([]))).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});

describe('when the disk or another process stands in the way', () => {
  it('waits for a commit of another process, and loses nothing', async () => {
    const { folder, store } = await open();
    const database = raw(folder);
    database.exec("BEGIN IMMEDIATE; UPDATE setting SET value = 5 WHERE name = 'probe'");
    const sent = document(['H99.02']);
    let answered = false;
    const committing = store.commit(sent).finally(() => {
      answered = true;
    });
    await pause(300);
    expect(answered).toBe(false);
    expect(await store.records.get(sent.record.recordId)).toBeNull();
    database.exec('COMMIT');
    expect(await committing).toEqual({ kind: 'done' });
    expect(await store.records.get(sent.record.recordId)).not.toBeNull();
    database.close();
  });

  it('fails a whole group with disk.low when the disk is full, writes nothing, and goes on when there is room', async () => {
    const { folder, store } = await open();
    // A file that may not grow answers SQLITE_FULL in the middle of a commit, as one on a full disk does.
    const database = openForWriting(folder);
    database.run('PRAGMA max_page_count = 100');
    const sent = document(['H99.02'], { subject: 'x'.repeat(900_000) });
    const small = document(['H99.02']);
    const group = [small, sent].map((change, id) => ({ id, name: 'commit', value: { change, keep: null } }));
    for (const { trouble } of commitGroup(database, group)) expect(trouble?.kind).toBe('full');
    expect((await store.records.list({ viewer: null, limit: 10 })).items).toEqual([]);
    database.run('PRAGMA max_page_count = 1000000');
    expect(commitGroup(database, group).map(({ value }) => value)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect((await store.records.list({ viewer: null, limit: 10 })).items).toHaveLength(2);
    database.close();
  });

  it('says that it is not writable when a write does not go through', async () => {
    const { folder, store } = await open();
    expect(await store.writable()).toBe(true);
    const database = raw(folder);
    database.exec('ALTER TABLE setting RENAME TO away');
    await pause(1100);
    expect(await store.writable()).toBe(false);
    database.exec('ALTER TABLE away RENAME TO setting');
    database.close();
    await pause(1100);
    expect(await store.writable()).toBe(true);
  });

  it('lets one bad change fail alone in its group', async () => {
    const { store } = await open();
    const bad = { ...document(['H99.02']), journal: { ...entry(), act: null as never } };
    const answers = await Promise.allSettled([store.commit(document([])), store.commit(bad), store.commit(document([]))]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.records.list({ viewer: null, limit: 10 })).items).toHaveLength(2);
    expect(await store.records.get(bad.record.recordId)).toBeNull();
  });

  it('names the failure of a disk by its consequence', () => {
    const code = (error: object): string => (errorFor(troubleFor(error)) as { code?: string }).code ?? 'bug';
    expect(code({ errcode: 13 })).toBe('disk.low');
    expect(code({ errcode: 10 | (4 << 8) })).toBe('store.unavailable');
    expect(code({ errcode: 5 })).toBe('store.unavailable');
    expect(code({ code: 'ENOSPC' })).toBe('disk.low');
    expect(code({ code: 'EROFS' })).toBe('store.unavailable');
    expect(code({ errcode: 19 })).toBe('bug');
    expect(code(new TypeError('x'))).toBe('bug');
  });
});
