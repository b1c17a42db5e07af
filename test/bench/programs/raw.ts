/**
 * The denominator of durability.md: what this disk and SQLite do with the same bytes and nothing else,
 * as blobs in the transaction and as files with rows, in groups of 16. A process of its own:
 * `node raw.ts blobs|files BYTES SECONDS`, answers `{count, seconds}`. `claim` instead: 100 rows are claimed,
 * read and marked, one batch after another, until none is left.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { keepFile } from './synced.ts';

const [how = 'blobs', size = '50000', seconds = '10'] = process.argv.slice(2);
const group = 16;
const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
const database = new DatabaseSync(join(folder, 'raw.db'));
database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;
  CREATE TABLE record (id TEXT PRIMARY KEY, facts TEXT, bytes BLOB) STRICT`);
const insert = database.prepare('INSERT INTO record (id, facts, bytes) VALUES (?, ?, ?)');
const bytes = randomBytes(Number(size));
const facts = 'x'.repeat(1_000);
mkdirSync(join(folder, 'files'));

const round = async (first: number): Promise<number> => {
  const ids = Array.from({ length: group }, (_, index) => String(first + index));
  if (how === 'files') await Promise.all(ids.map((id) => keepFile(join(folder, 'files'), id, bytes)));
  database.exec('BEGIN IMMEDIATE');
  for (const id of ids) insert.run(id, facts, how === 'files' ? null : bytes);
  database.exec('COMMIT');
  return group;
};

const batch = 100;
const stock = (): void => {
  database.exec(
    'CREATE TABLE delivery (id INTEGER PRIMARY KEY, claimed TEXT, facts TEXT) STRICT; CREATE INDEX waiting ON delivery (claimed)',
  );
  database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
    INSERT INTO delivery (id, facts) SELECT i, '${facts.slice(0, 300)}' FROM n`);
};
const claim = (holder: string): number => {
  database
    .prepare('UPDATE delivery SET claimed = ? WHERE id IN (SELECT id FROM delivery WHERE claimed IS NULL LIMIT ?) RETURNING *')
    .all(holder, batch);
  return Number(database.prepare("UPDATE delivery SET claimed = 'done' WHERE claimed = ?").run(holder).changes);
};

if (how === 'claim') stock();
const start = performance.now();
let count = 0;
while (performance.now() - start < Number(seconds) * 1000) {
  const done = how === 'claim' ? claim(String(count)) : await round(count);
  if (done === 0) break;
  count += done;
}
const took = (performance.now() - start) / 1000;
database.close();
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify({ count, seconds: took }));
