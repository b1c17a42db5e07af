/** kill -9 in the middle of commits: nothing acknowledged is lost, nothing is there by halves. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/hub/store.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { expectChain } from '../contract/oversight.ts';
import { freshFolder } from './opening.ts';

const folder = freshFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writer = new URL('./crash-writer.ts', import.meta.url).pathname;

/** What was acknowledged before the kill: recordId and digest. */
const killedAfter = async (milliseconds: number): Promise<readonly (readonly [string, string])[]> => {
  const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  while (!told.includes('\n')) await pause(10);
  await pause(milliseconds);
  child.kill('SIGKILL');
  await once(child, 'close');
  // A line that broke off was told, too, but cannot be read.
  return told
    .split('\n')
    .slice(1, -1)
    .map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? ''] as const);
};

const digestOf = async (store: Store, sha256: string): Promise<string | null> => {
  const original = await store.originals.open(sha256);
  if (original === null) return null;
  const hash = createHash('sha256');
  for await (const part of original.stream()) hash.update(part as Uint8Array);
  return hash.digest('hex');
};

const everyRecord = async (store: Store): Promise<readonly string[]> => {
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page = await store.records.list({ viewer: null, limit: 1000, ...(after === null ? {} : { after }) });
    for (const { record, deliveries } of page.items) {
      expect(deliveries).toHaveLength(2);
      found.push(record.recordId);
    }
    after = page.next;
  } while (after !== null);
  return found;
};

describe('after kill -9 at random moments', () => {
  it('everything acknowledged is there whole, and what was not is there whole or not at all', async () => {
    const acknowledged: (readonly [string, string])[] = [];
    for (let round = 0; round < 4; round += 1) {
      acknowledged.push(...(await killedAfter(150 + Math.random() * 350)));
      const store = await openSqlite({ folder });
      const records = await everyRecord(store);
      const standing = new Set(records);
      expect(acknowledged.filter(([recordId]) => !standing.has(recordId))).toEqual([]);
      expect(await store.figures.sums('2026-11-19', '2026-11-19')).toEqual([
        { organ: 'H99.01', figure: 'turns-sent', value: records.length },
      ]);
      expect(await store.alerts.count()).toEqual({ open: records.length });
      expect(await store.deliveries.count()).toEqual({ queued: 2 * records.length });
      await store.journal.seal(1_000_000);
      const entries = (await store.journal.list(0, 1_000_000)).map(({ entryId }) => entryId);
      expect(entries).toHaveLength(records.length);
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThan(50);
    const store = await openSqlite({ folder });
    for (const [, sha256] of acknowledged) expect(await digestOf(store, sha256)).toBe(sha256);
    const entries = (await store.journal.list(0, 1_000_000)).map(({ entryId }) => entryId);
    await expectChain(store, entries);
    // What the kills left in the spool is swept by age; nothing acknowledged goes with it.
    await store.originals.sweep(new Date(Date.now() + 60_000));
    expect(readdirSync(join(folder, 'spool'))).toEqual([]);
    for (const [, sha256] of acknowledged) expect((await store.originals.open(sha256)) === null).toBe(false);
    await store.close();
  }, 60_000);
});
