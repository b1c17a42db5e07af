/** One connection to the store's file, with its prepared statements. Used inside the threads only. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { migrations } from './schema.ts';

export type Database = {
  /** The statement for this text, prepared once. Texts come from a bounded set: values are always bound. */
  sql(text: string): StatementSync;
  run(text: string): void;
  inTransaction(): boolean;
  close(): void;
};

export const storeFile = (folder: string): string => join(folder, 'lienthong.db');

/** Where a restore builds a data folder before it moves everything up, the store's file last. */
export const restoringFolder = (folder: string): string => join(folder, '.restoring');

/** Marks the file as ours (`PRAGMA application_id`): "LtVn". */
const applicationId = 0x4c74566e;
/** How long a commit waits for another process's commit, milliseconds. */
const busyTimeout = 5000;

/** Thrown with a sentence that an operator can act on; the start fails with it. */
export class UnusableStore extends Error {}

/** A folder that a broken-off restore left would look like a new one, and a hub on it would begin from nothing. */
export const refuseUnrestored = (folder: string): void => {
  if (existsSync(restoringFolder(folder)) && !existsSync(storeFile(folder)))
    throw new UnusableStore(`A restore into ${folder} was broken off: run lienthong restore again, or empty the folder.`);
};

const number = (database: DatabaseSync, pragma: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);

const refuseForeign = (database: DatabaseSync, file: string): void => {
  const version = number(database, 'user_version');
  if (version > migrations.length)
    throw new UnusableStore(
      `The store ${file} was written by a newer LienThong (schema ${version}; this program knows ${migrations.length}). ` +
        'Install that version or a newer one; nothing was changed.',
    );
  const owner = number(database, 'application_id');
  if (owner !== applicationId && (owner !== 0 || version !== 0))
    throw new UnusableStore(`The file ${file} is not a LienThong store; nothing was changed.`);
};

/** Brings the tables to this program's step, each step in a transaction of its own; two processes may try at once. */
const migrate = (database: DatabaseSync, file: string): void => {
  refuseForeign(database, file);
  while (number(database, 'user_version') < migrations.length) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const step = number(database, 'user_version');
      const text = migrations[step];
      if (text !== undefined) database.exec(`${text}; PRAGMA user_version = ${step + 1}; PRAGMA application_id = ${applicationId}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
};

export const wrap = (database: DatabaseSync): Database => {
  const statements = new Map<string, StatementSync>();
  return {
    sql: (text) => {
      const known = statements.get(text) ?? database.prepare(text);
      statements.set(text, known);
      return known;
    },
    run: (text) => database.exec(text),
    inTransaction: () => database.isTransaction,
    close: () => {
      statements.clear();
      database.close();
    },
  };
};

const isBusy = (error: unknown): boolean => ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;

/** For one connection in a thread of its own: waits without a loop. */
const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

/**
 * Opens for writing, making and migrating the tables. WAL lets readers go on beside the one writer;
 * FULL syncs the log at each commit: an answered commit outlives a power cut (durability.md).
 */
const openOnce = (folder: string): Database => {
  const file = storeFile(folder);
  const fresh = !existsSync(file);
  // Its owner's alone, like the originals beside it; SQLite gives log and index the same mode.
  if (fresh) closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: busyTimeout });
  try {
    // Only a file without pages takes a page size.
    if (fresh) database.exec('PRAGMA page_size = 4096');
    refuseForeign(database, file);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;
      PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY`);
    migrate(database, file);
    return wrap(database);
  } catch (error) {
    database.close();
    throw error;
  }
};

/** As above; switching to WAL and recovering a log answer "busy" at once, whatever the time-out, while another process does the same. */
export const openForWriting = (folder: string): Database => {
  const until = Date.now() + busyTimeout;
  for (;;) {
    try {
      return openOnce(folder);
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error;
      pause(20);
    }
  }
};

/** Opens for questions: the writer has made the tables before. */
export const openForReading = (folder: string): Database => {
  const database = new DatabaseSync(storeFile(folder), { timeout: busyTimeout });
  database.exec('PRAGMA query_only = 1; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY');
  return wrap(database);
};
