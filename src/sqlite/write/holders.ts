/** The list of holders, and what is learnt of certificates from traffic. */
import type { JournalEntry } from '../../records/change.ts';
import type { Holder, MetCertificate, Sighting } from '../../records/holder.ts';
import type { Database } from '../connection.ts';
import { holderTable, metTable } from '../tables.ts';
import { addEntry, isKnown } from './journal.ts';

type Put = { readonly holders: readonly Holder[]; readonly journal: JournalEntry };
type Counts = { readonly added: number; readonly changed: number; readonly unchanged: number };

const same = (one: Holder, other: Holder): boolean => JSON.stringify(holderTable.toRow(one)) === JSON.stringify(holderTable.toRow(other));

/** Repeated, every row is found as it is: nothing added, nothing changed. */
export const putHolders = (database: Database, { holders, journal }: Put): Counts => {
  const find = database.sql(`SELECT ${holderTable.columns} FROM holder WHERE key = ?`);
  const upsert = database.sql(holderTable.insert.replace('INSERT', 'INSERT OR REPLACE'));
  const counts = { added: 0, changed: 0, unchanged: 0 };
  for (const holder of holders) {
    const row = find.get(holder.key);
    if (row !== undefined && same(holderTable.fromRow(row), holder)) {
      counts.unchanged += 1;
      continue;
    }
    counts[row === undefined ? 'added' : 'changed'] += 1;
    upsert.run(...holderTable.toRow(holder));
  }
  if (!isKnown(database, journal.entryId)) addEntry(database, journal);
  return counts;
};

/** Enough to learn from (issue "Whose signature"); what comes later teaches nothing and is not written. */
const mostSightings = 3;

export const addSighting = (database: Database, { key, organ, recordId, at }: Sighting): void => {
  database
    .sql(
      `INSERT OR IGNORE INTO sighting (key, organ, record_id, at)
       SELECT ?1, ?2, ?3, ?4 WHERE (SELECT COUNT(*) FROM sighting WHERE key = ?1 AND organ = ?2) < ?5`,
    )
    .run(key, organ, recordId, at, mostSightings);
};

export const addMet = (database: Database, met: MetCertificate): void => {
  database.sql(metTable.insert.replace('INSERT', 'INSERT OR IGNORE')).run(...metTable.toRow(met));
};
