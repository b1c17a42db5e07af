/** A store in a folder of its own, opened twice as two processes would. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../src/hub/store.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import type { Opened } from '../contract/specimens.ts';

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'lienthong-sqlite-'));

/** Every table but the settings and what the word index keeps for itself. */
const tablesOf = (database: DatabaseSync): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'record_words_%' AND name <> 'setting'")
    .all()
    .map((row) => String(row.name));

const emptyFolder = (folder: string): void => {
  const database = new DatabaseSync(join(folder, 'lienthong.db'), { timeout: 5000 });
  database.exec('BEGIN IMMEDIATE');
  for (const table of tablesOf(database)) database.exec(`DELETE FROM ${table}`);
  database.exec("UPDATE setting SET value = value + 1 WHERE name = 'directory'; COMMIT");
  database.close();
  for (const part of ['originals', 'evidence', 'spool']) {
    rmSync(join(folder, part), { recursive: true, force: true });
    mkdirSync(join(folder, part));
  }
};

export const openTwice = async (): Promise<Opened & { readonly folder: string; readonly one: Store }> => {
  const folder = freshFolder();
  const [one, two] = await Promise.all([openSqlite({ folder }), openSqlite({ folder })]);
  return {
    folder,
    one,
    two,
    empty: async () => emptyFolder(folder),
    close: async () => {
      await Promise.all([one.close(), two.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
