/** Organs, keys, contacts, declarations and leases: what is written beside the main path. */
import type { JournalEntry } from '../../records/change.ts';
import type { AccessKey } from '../../records/key.ts';
import type { Organ } from '../../records/organ.ts';
import type { PaperMonth } from '../../records/paper.ts';
import type { Database } from '../connection.ts';
import { keyTable, organTable, paperHistory, paperTable } from '../tables.ts';
import { directoryVersion } from './change.ts';
import { addEntry, isKnown } from './journal.ts';

/** Of contract §1: two live keys a system, so that one can be changed without a gap. */
const liveKeys = 2;

/** Adds or replaces whole rows; what is not named stays. A repeat is known by its journal entry. */
type Put = { readonly organs: readonly Organ[]; readonly version: number; readonly journal: JournalEntry };
export const putOrgans = (
  database: Database,
  { organs, version, journal }: Put,
): { readonly kind: 'done'; readonly version: number } | { readonly kind: 'stale' } => {
  if (isKnown(database, journal.entryId)) return { kind: 'done', version: version + 1 };
  if (directoryVersion(database) !== version) return { kind: 'stale' };
  const upsert = database.sql(organTable.insert.replace('INSERT', 'INSERT OR REPLACE'));
  for (const organ of organs) upsert.run(...organTable.toRow(organ));
  database.sql("UPDATE setting SET value = ? WHERE name = 'directory'").run(version + 1);
  addEntry(database, journal);
  return { kind: 'done', version: version + 1 };
};

type Issue = { readonly key: AccessKey; readonly at: string; readonly journal: JournalEntry };
export const addKey = (database: Database, { key, at, journal }: Issue): 'done' | 'full' => {
  if (isKnown(database, journal.entryId)) return 'done';
  const live = database
    .sql('SELECT COUNT(*) AS live FROM key WHERE system = ? AND revoked_at IS NULL AND expires_at > ?')
    .get(key.system, at);
  if (Number(live?.live) >= liveKeys) return 'full';
  database.sql(keyTable.insert).run(...keyTable.toRow(key));
  addEntry(database, journal);
  return 'done';
};

type Revocation = { readonly id: string; readonly at: string; readonly journal: JournalEntry };
export const revokeKey = (database: Database, { id, at, journal }: Revocation): 'done' | 'unknown' => {
  if (isKnown(database, journal.entryId)) return 'done';
  // The first revocation stands: a later one does not move its date.
  const revoked = database.sql('UPDATE key SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?').run(at, id);
  if (Number(revoked.changes) === 0) return 'unknown';
  addEntry(database, journal);
  return 'done';
};

/** Never goes back: an older call may come later from another process. */
export const touchContact = (database: Database, { system, at }: { readonly system: string; readonly at: string }): void => {
  database
    .sql('INSERT INTO contact (system, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > contact.at')
    .run(system, at);
};

type Declaration = { readonly month: PaperMonth; readonly journal: JournalEntry };
/** The newest in one table for the report, every one in another for the history. */
export const declareMonth = (database: Database, { month, journal }: Declaration): void => {
  if (isKnown(database, journal.entryId)) return;
  database.sql(paperTable.insert.replace('INSERT', 'INSERT OR REPLACE')).run(...paperTable.toRow(month));
  database.sql(paperHistory.insert).run(...paperHistory.toRow(month));
  addEntry(database, journal);
};

type Claim = { readonly name: string; readonly holder: string; readonly at: string; readonly until: string };
/** One statement, so that of two that come at once one loses. Times are the caller's: processes on one machine share its clock. */
export const takeLease = (database: Database, { name, holder, at, until }: Claim): boolean => {
  const taken = database
    .sql(
      `INSERT INTO lease (name, holder, until) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE lease.holder = excluded.holder OR lease.until <= ?`,
    )
    .run(name, holder, until, at);
  return Number(taken.changes) === 1;
};
