/** Which evidence is kept, its bytes where they stand in the store, and who judged what on it. */
import type { Judgement } from '../../records/judgement.ts';
import type { Database } from '../connection.ts';
import { judgementTable } from '../tables.ts';

/** `bytes` null: in its file. */
export type KeptEvidence = { readonly size: number; readonly bytes: Uint8Array | null };

/** Of these digests, those that are kept: each with its size where it is a file of its own, else null. */
export const evidenceAmong = (
  database: Database,
  digests: readonly string[],
): readonly { readonly sha256: string; readonly fileSize: number | null }[] =>
  database
    .sql(
      'SELECT sha256, CASE WHEN bytes IS NULL THEN size END AS file_size FROM json_each(?) wanted JOIN evidence ON sha256 = wanted.value',
    )
    .all(JSON.stringify(digests))
    .map((row) => ({ sha256: String(row.sha256), fileSize: row.file_size === null ? null : Number(row.file_size) }));

export const evidenceOf = (database: Database, sha256: string): KeptEvidence | null => {
  const row = database.sql('SELECT size, bytes FROM evidence WHERE sha256 = ?').get(sha256);
  return row === undefined ? null : { size: Number(row.size), bytes: row.bytes instanceof Uint8Array ? row.bytes : null };
};

/** Oldest first, as they were committed. */
export const judgementsOf = (database: Database, recordId: string): readonly Judgement[] =>
  database
    .sql(`SELECT ${judgementTable.columns} FROM judgement WHERE record_id = ? ORDER BY seq`)
    .all(recordId)
    .map(judgementTable.fromRow);
