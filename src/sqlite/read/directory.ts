/** The directory, keys and contacts. */
import type { Account } from '../../records/account.ts';
import type { AccessKey } from '../../records/key.ts';
import type { Organ } from '../../records/organ.ts';
import type { Database } from '../connection.ts';
import { keyTable, organTable } from '../tables.ts';

/** All organs and their version in one snapshot; null when it is still the version that the caller holds. */
export const organsSince = (
  database: Database,
  known: number | null,
): { readonly version: number; readonly organs: readonly Organ[] } | null => {
  database.sql('BEGIN').run();
  try {
    const version = Number(database.sql("SELECT value FROM setting WHERE name = 'directory'").get()?.value ?? 0);
    if (version === known) return null;
    return { version, organs: database.sql(`SELECT ${organTable.columns} FROM organ ORDER BY code`).all().map(organTable.fromRow) };
  } finally {
    database.sql('COMMIT').run();
  }
};

export const keyBySha256 = (database: Database, sha256: string): AccessKey | null => {
  const row = database.sql(`SELECT ${keyTable.columns} FROM key WHERE sha256 = ?`).get(sha256);
  return row === undefined ? null : keyTable.fromRow(row);
};

export const allKeys = (database: Database): readonly AccessKey[] =>
  database.sql(`SELECT ${keyTable.columns} FROM key ORDER BY system, issued_at, id`).all().map(keyTable.fromRow);

export const allContacts = (database: Database): readonly (readonly [string, string])[] =>
  database
    .sql('SELECT system, at FROM contact')
    .all()
    .map((row) => [String(row.system), String(row.at)] as const);

export const allAccounts = (database: Database): readonly Account[] =>
  database
    .sql('SELECT system, user, role, issued_at FROM account ORDER BY system')
    .all()
    .map((row) => ({
      system: String(row.system),
      user: String(row.user),
      role: String(row.role) as Account['role'],
      issuedAt: String(row.issued_at),
    }));
