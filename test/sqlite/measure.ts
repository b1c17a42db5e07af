/**
 * What the store costs, beside the raw medium in the same run: `node test/sqlite/measure.ts [seconds]`.
 * Rounds alternate, since absolute figures drift. The hub's side is spool, keep and commit with 16 in
 * flight; the raw side is blobs in transactions of 16 and files with rows in groups of 16.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import type { Store } from '../../src/hub/store.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { document, raise } from '../contract/specimens.ts';
import { freshFolder } from './opening.ts';

const milliseconds = 1000 * Number(process.argv[2] ?? 3);
const inFlight = 16;
const filler = randomBytes(2000).toString('hex');

const perSecond = (count: number, since: number): number => Math.round((count * 1000) / (performance.now() - since));

const rawTable = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (k TEXT PRIMARY KEY, v)');
  return database;
};

const rawBlobs = (folder: string, body: Buffer): number => {
  const database = rawTable(join(folder, `blobs-${Date.now()}.db`));
  const insert = database.prepare('INSERT INTO t VALUES (?, ?)');
  const since = performance.now();
  let count = 0;
  while (performance.now() - since < milliseconds) {
    database.exec('BEGIN IMMEDIATE');
    for (let place = 0; place < inFlight; place += 1) insert.run(randomBytes(32).toString('hex'), body);
    database.exec('COMMIT');
    count += inFlight;
  }
  database.close();
  return perSecond(count, since);
};

const rawFiles = (folder: string, body: Buffer): number => {
  const originals = join(folder, `files-${Date.now()}`);
  mkdirSync(originals);
  const database = rawTable(`${originals}.db`);
  const insert = database.prepare('INSERT INTO t VALUES (?, ?)');
  const since = performance.now();
  let count = 0;
  while (performance.now() - since < milliseconds) {
    const names = Array.from({ length: inFlight }, () => join(originals, randomBytes(32).toString('hex')));
    for (const name of names) {
      const file = openSync(`${name}.part`, 'w');
      writeSync(file, body);
      fdatasyncSync(file);
      closeSync(file);
      renameSync(`${name}.part`, name);
    }
    const parent = openSync(originals, 'r');
    fsyncSync(parent);
    closeSync(parent);
    database.exec('BEGIN IMMEDIATE');
    for (const name of names) insert.run(name, filler);
    database.exec('COMMIT');
    count += inFlight;
  }
  database.close();
  return perSecond(count, since);
};

const accept = async (store: Store, body: Buffer): Promise<void> => {
  const bytes = Buffer.from(body);
  bytes.set(randomBytes(16));
  const spooled = await store.originals.spool(Readable.from([bytes]), 1e9);
  await store.originals.keep(spooled);
  const { record, ...rest } = document(['H99.02', 'H99.03'], { sha256: spooled.sha256, size: spooled.size });
  const alerts = record.recordId.endsWith('0') ? [raise(record.recordId, { key: record.recordId })] : [];
  const organ = 'H99.01';
  const figures = (['turns-sent', 'electronic-only', 'signed-valid'] as const).map((figure) => ({
    day: '2026-11-19',
    organ,
    figure,
    by: 1,
  }));
  const committed = await store.commit({ ...rest, record: { ...record, warnings: [], proof: { filler } as never }, alerts, figures });
  if (committed.kind !== 'done') throw new Error(committed.kind);
};

const through = async (store: Store, work: () => Promise<void>): Promise<{ readonly rate: number; readonly delay: number }> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const since = performance.now();
  let count = 0;
  const one = async (): Promise<void> => {
    while (performance.now() - since < milliseconds) {
      await work();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  delay.disable();
  await store.journal.seal(1_000_000);
  return { rate: perSecond(count, since), delay: delay.percentile(99) / 1e6 };
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

for (const size of [5, 50, 300]) {
  const body = randomBytes(size * 1024);
  const rounds: { hub: number; commits: number; blobs: number; files: number; delay: number }[] = [];
  for (let round = 0; round < 3; round += 1) {
    const folder = freshFolder();
    const blobs = rawBlobs(folder, body);
    const files = rawFiles(folder, body);
    const store = await openSqlite({ folder: join(folder, 'store') });
    const hub = await through(store, () => accept(store, body));
    const commits = await through(store, async () => {
      await store.commit(document(['H99.02', 'H99.03']));
    });
    await store.close();
    rmSync(folder, { recursive: true, force: true });
    rounds.push({ hub: hub.rate, commits: commits.rate, blobs, files, delay: Math.max(hub.delay, commits.delay) });
  }
  const of = (name: 'hub' | 'commits' | 'blobs' | 'files' | 'delay'): number => median(rounds.map((each) => each[name]));
  const raw = Math.max(of('blobs'), of('files'));
  console.log(
    `${size} KB: spool+keep+commit ${of('hub')}/s, commit alone ${of('commits')}/s, raw blobs ${of('blobs')}/s, raw files ${of('files')}/s, ` +
      `ratio ${(of('hub') / raw).toFixed(2)}, event loop p99 ${of('delay').toFixed(1)} ms, spread ${rounds.map((each) => each.hub).join(' ')}`,
  );
}
