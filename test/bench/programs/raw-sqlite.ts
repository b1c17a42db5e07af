/**
 * What SQLite does alone with the rows of an envelope: `node raw-sqlite.ts FOLDER SECONDS`, answers `{count, seconds}`.
 * The very rows that the last envelope left in the hub's data folder are written again under new ids, into the same
 * tables with the same indexes, in groups of 16, with the original: as a blob or as a synced file, as the hub had it.
 * They stay in a subfolder of FOLDER.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { openForReading, openForWriting } from '../../../src/sqlite/connection.ts';
import { copiedText, type Fresh } from './copies.ts';
import { keepFile } from './synced.ts';

const [place = '', seconds = '10'] = process.argv.slice(2);
const group = 16;
type Value = string | number | null | Uint8Array;
type Row = Readonly<Record<string, Value>>;
type Part = { readonly insert: string; readonly rows: readonly (readonly Value[])[] };

const hub = openForReading(place);
const last = hub.sql('SELECT * FROM record ORDER BY accepted_at DESC LIMIT 1').get() as Row | undefined;
if (last === undefined) throw new Error(`No envelope stands in ${place}`);
const { record_id: recordId = '', sha256 = '', size } = last;

/** Got later: the row's own number, and an entry's place in the chain. */
const later = new Set(['seq', 'sequence', 'hash']);

/** Without those, and without columns that are computed. */
const part = (table: string, condition: string, ...values: readonly Value[]): Part => {
  const columns = hub
    .sql(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !later.has(name));
  const rows = hub.sql(`SELECT ${columns.map((name) => `"${name}"`).join()} FROM ${table} WHERE ${condition}`).all(...values) as Row[];
  const insert = `INSERT INTO ${table} (${columns.map((name) => `"${name}"`).join()}) VALUES (${columns.map(() => '?').join()})`;
  return { insert, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
};

const entries = 'SELECT entry_id FROM journal WHERE subject = ?';
const parts = [
  ...['record', 'submission', 'delivery', 'event', 'judgement'].map((table) => part(table, 'record_id = ?', recordId)),
  part('journal', 'subject = ?', recordId),
  part('figure_delta', `entry_id IN (${entries})`, recordId),
  part('original', 'sha256 = ?', sha256),
];
const words = [last.subject, last.code, last.from_name].join(' ');
const original = parts.at(-1);
hub.close();

// Left where it is: whoever made files right after this many were deleted would be slowed down.
const folder = await mkdtemp(join(place, 'raw-'));
mkdirSync(join(folder, 'files'));
const database = openForWriting(folder);
const bytes = randomBytes(Number(size));

const write = (fresh: Fresh): void => {
  for (const { insert, rows } of parts)
    for (const row of rows) database.sql(insert).run(...row.map((value) => (typeof value === 'string' ? copiedText(value, fresh) : value)));
  const { seq } = database.sql('SELECT max(seq) AS seq FROM record').get() as { seq: number };
  database.sql('INSERT INTO record_words (rowid, own, recipients) VALUES (?, ?, ?)').run(seq, copiedText(words, fresh), words);
};

const start = performance.now();
let count = 0;
while (performance.now() - start < Number(seconds) * 1_000) {
  if (original?.rows.length === 0)
    await Promise.all(Array.from({ length: group }, (_, index) => keepFile(join(folder, 'files'), String(count + index), bytes)));
  database.run('BEGIN IMMEDIATE');
  for (let index = 0; index < group; index += 1) write(new Map());
  database.run('COMMIT');
  count += group;
}
const took = (performance.now() - start) / 1_000;
database.close();
process.stdout.write(JSON.stringify({ count, seconds: took }));
