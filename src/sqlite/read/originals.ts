/** Small originals that stand in the store, and which digests anyone still names. */
import type { Database } from '../connection.ts';

export const smallSize = (database: Database, sha256: string): number | null => {
  const row = database.sql('SELECT length(bytes) AS size FROM original WHERE sha256 = ?').get(sha256);
  return row === undefined ? null : Number(row.size);
};

/** The whole blob: it is small by definition. Null when it was swept meanwhile. */
export const smallBytes = (database: Database, sha256: string): Uint8Array | null => {
  const bytes = database.sql('SELECT bytes FROM original WHERE sha256 = ?').get(sha256)?.bytes;
  return bytes instanceof Uint8Array ? bytes : null;
};

/** Those of these digests that a submission names, or a delivery of derived bytes. */
export const namedAmong = (database: Database, digests: readonly string[]): readonly string[] =>
  database
    .sql(
      `SELECT value FROM json_each(?) wanted
       WHERE EXISTS (SELECT 1 FROM submission WHERE submission.sha256 = wanted.value)
          OR EXISTS (SELECT 1 FROM delivery WHERE delivery.sha256 = wanted.value)`,
    )
    .all(JSON.stringify(digests))
    .map((row) => String(row.value));
