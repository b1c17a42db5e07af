/**
 * The search index over subject, code and names (contract §5, `q`). Written once at the end of a group
 * of changes: between savepoints the index would flush a segment for every change.
 */
import { foldText } from '../../envelope/text.ts';
import type { Database } from '../connection.ts';

type Written = { readonly seq: number; readonly subject: string | null; readonly code: string | null; readonly from_name: string | null };

const folded = (texts: readonly (string | null)[]): string => foldText(texts.filter((text) => text !== null).join(' \n '));

/** Indexes these records anew, with the names of all that they are delivered to. */
export const indexWords = (database: Database, recordIds: ReadonlySet<string>): void => {
  for (const recordId of recordIds) {
    const row = database
      .sql(
        `SELECT r.seq, r.subject, r.code, r.from_name, o.name FROM record r LEFT JOIN organ o ON o.code = r.sender WHERE r.record_id = ?`,
      )
      .get(recordId) as (Written & { readonly name: string | null }) | undefined;
    if (row === undefined) continue;
    const recipients = database
      .sql('SELECT o.name FROM delivery d JOIN organ o ON o.code = d.organ WHERE d.record_id = ?')
      .all(recordId)
      .map((one) => String(one.name));
    database
      .sql('INSERT OR REPLACE INTO record_words (rowid, own, recipients) VALUES (?, ?, ?)')
      .run(row.seq, folded([row.subject, row.code, row.from_name, row.name]), folded(recipients));
  }
};
