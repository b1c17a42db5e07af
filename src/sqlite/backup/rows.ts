/** The rows of a backup: a copy of the store's file as of one moment, and what it says. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { SealedEntry } from '../../hub.ts';
import { firstHash } from '../../records/journal.ts';
import { type Database, storeFile, wrap } from '../connection.ts';
import { journalAfter } from '../read/oversight.ts';
import { migrations } from '../schema.ts';
import { BackupError, type Manifest } from './generation.ts';

/**
 * Copies all rows as of one read transaction, also while others commit. VACUUM INTO and not the copying of
 * pages: it reads every row through its tree, so a damaged store is noticed now and not at the restore, and
 * pages that were freed (purged originals among them) are not carried along.
 */
export const copyRows = (folder: string, path: string): void => {
  if (!existsSync(storeFile(folder)))
    throw new BackupError(`Không có kho trong ${folder} (LIENTHONG_DATA)`, `There is no store in ${folder} (LIENTHONG_DATA)`);
  closeSync(openSync(path, 'wx', 0o600));
  const database = new DatabaseSync(storeFile(folder), { readOnly: true, timeout: 10_000 });
  try {
    database.prepare('VACUUM INTO ?').run(path);
  } finally {
    database.close();
  }
};

export type NamedFile = { readonly sha256: string; readonly size: number };

export type Rows = {
  /** The step of the tables. */
  readonly schema: number;
  /** Whether these are the tables of this program, and not of an older one. */
  readonly isCurrent: boolean;
  /** The first tables knew no evidence. */
  readonly hasEvidence: boolean;
  count(): Readonly<Record<string, number>>;
  chain(): Manifest['journal'];
  hasEntry(entryId: string): boolean;
  /** Originals that must stand as files, by digest; those of purged records need not. */
  originals(): Iterable<NamedFile>;
  /** Evidence that must stand as files, by digest. */
  evidence(): Iterable<NamedFile>;
  /** As the port of the same name, for whoever checks the chain. */
  journal(after: number, limit: number): Promise<readonly SealedEntry[]>;
  readonly database: Database;
  close(): void;
};

const numberOf = (row: Record<string, unknown> | undefined): number => Number(Object.values(row ?? {})[0] ?? 0);

const namedOriginals = `
  SELECT named.sha256, MAX(named.size) AS size FROM (
    SELECT record_id, sha256, size FROM submission UNION ALL SELECT record_id, sha256, size FROM delivery
  ) named JOIN record ON record.record_id = named.record_id
  WHERE record.purged_at IS NULL AND named.sha256 NOT IN (SELECT sha256 FROM original)
  GROUP BY named.sha256 ORDER BY named.sha256`;
const namedEvidence = 'SELECT sha256, size FROM evidence WHERE bytes IS NULL ORDER BY sha256';

/** Without those of the full-text index, which no one counts. */
const tablesOf = (database: Database): readonly string[] =>
  database
    .sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'record_words%'")
    .all()
    .map(({ name }) => String(name))
    .sort();

const files = function* (database: Database, text: string): Iterable<NamedFile> {
  for (const { sha256, size } of database.sql(text).iterate()) yield { sha256: String(sha256), size: Number(size) };
};

const chainOf = (database: Database): Manifest['journal'] => {
  const end = database.sql('SELECT sequence, hash FROM journal WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1').get();
  const last = database.sql('SELECT entry_id FROM journal ORDER BY seq DESC LIMIT 1').get();
  return {
    sealed: Number(end?.sequence ?? 0),
    head: String(end?.hash ?? firstHash),
    unsealed: numberOf(database.sql('SELECT COUNT(*) FROM journal WHERE sequence IS NULL').get()),
    last: last === undefined ? null : String(last.entry_id),
  };
};

const newer = (schema: number): BackupError =>
  new BackupError(
    `Dữ liệu do LienThong mới hơn ghi (lược đồ ${schema}; chương trình này biết đến ${migrations.length}): hãy cài bản đó hoặc mới hơn`,
    `The rows were written by a newer LienThong (schema ${schema}; this program knows ${migrations.length}): install that version or a newer one`,
  );

const rowsOf = (database: Database): Rows => {
  const schema = numberOf(database.sql('PRAGMA user_version').get());
  if (schema > migrations.length) throw newer(schema);
  const hasEvidence = tablesOf(database).includes('evidence');
  return {
    ...{ schema, isCurrent: schema === migrations.length, hasEvidence },
    count: () =>
      Object.fromEntries(tablesOf(database).map((name) => [name, numberOf(database.sql(`SELECT COUNT(*) FROM "${name}"`).get())])),
    chain: () => chainOf(database),
    hasEntry: (entryId) => database.sql('SELECT 1 FROM journal WHERE entry_id = ?').get(entryId) !== undefined,
    originals: () => files(database, namedOriginals),
    evidence: () => (hasEvidence ? files(database, namedEvidence) : []),
    journal: async (after, limit) => journalAfter(database, { after, limit }),
    database,
    close: () => database.close(),
  };
};

/**
 * Opens a copy that nothing writes to: no lock, no file beside it, so it may lie on read-only media. Refuses
 * a newer store in words, as the hub would; a file that is no database fails with SQLite's error.
 */
export const openRows = (path: string): Rows => {
  const database = wrap(new DatabaseSync(new URL(`${pathToFileURL(path).href}?immutable=1`), { readOnly: true }));
  try {
    return rowsOf(database);
  } catch (error) {
    database.close();
    throw error;
  }
};
