/** The tamper-evident log: adding entries, sealing them into a chain, folding the figures. */
import { createHash } from 'node:crypto';
import type { JournalEntry } from '../../records/change.ts';
import { canonicalEntry, firstHash } from '../../records/journal.ts';
import type { Database } from '../connection.ts';
import { journalTable } from '../tables.ts';

/** Whether the entry was written before: then whatever it stands for was done, too. */
export const isKnown = (database: Database, entryId: string): boolean =>
  database.sql('SELECT 1 FROM journal WHERE entry_id = ?').get(entryId) !== undefined;

export const addEntry = (database: Database, entry: JournalEntry): void => {
  database.sql(journalTable.insert).run(...journalTable.toRow(entry));
};

export const addAlone = (database: Database, entry: JournalEntry): void => {
  if (!isKnown(database, entry.entryId)) addEntry(database, entry);
};

/** Figures are folded whole: what a sum gained, the deltas lose in the same transaction. */
const fold = (database: Database): void => {
  database
    .sql(
      `INSERT INTO figure_sum (day, organ, figure, value)
       SELECT day, organ, figure, SUM(by) FROM figure_delta WHERE true GROUP BY day, organ, figure
       ON CONFLICT DO UPDATE SET value = value + excluded.value`,
    )
    .run();
  database.sql('DELETE FROM figure_delta').run();
};

/** Orders what is unsealed as it was committed, and links it. Answers how many entries. */
export const seal = (database: Database, limit: number): number => {
  const last = database.sql('SELECT sequence, hash FROM journal WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1').get();
  let sequence = Number(last?.sequence ?? 0);
  let hash = String(last?.hash ?? firstHash);
  const open = database.sql(`SELECT seq, ${journalTable.columns} FROM journal WHERE sequence IS NULL ORDER BY seq LIMIT ?`).all(limit);
  const link = database.sql('UPDATE journal SET sequence = ?, hash = ? WHERE seq = ?');
  for (const row of open) {
    sequence += 1;
    hash = createHash('sha256')
      .update(hash + canonicalEntry(journalTable.fromRow(row)))
      .digest('hex');
    link.run(sequence, hash, row.seq ?? null);
  }
  fold(database);
  return open.length;
};
