/** Small originals as blobs: durable with the commit of their group. */
import type { Database } from '../connection.ts';

export type Keep = { readonly sha256: string; readonly bytes: Uint8Array; readonly at: string };

/** Write-once: bytes that stand are not written again, only their age is renewed so that no sweep takes them. */
export const keepSmall = (database: Database, { sha256, bytes, at }: Keep): void => {
  const renewed = database.sql('UPDATE original SET kept_at = MAX(kept_at, ?) WHERE sha256 = ?').run(at, sha256);
  if (Number(renewed.changes) === 1) return;
  database.sql('INSERT INTO original (sha256, kept_at, bytes) VALUES (?, ?, ?)').run(sha256, at, bytes);
};

/** Removes blobs kept before then that no submission and no delivery names. Answers how many. */
export const sweepSmall = (database: Database, before: string): number => {
  const swept = database
    .sql(
      `DELETE FROM original WHERE kept_at < ?
         AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.sha256 = original.sha256)
         AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sha256 = original.sha256)`,
    )
    .run(before);
  return Number(swept.changes);
};

/** A real write: shows that the disk takes one. */
export const probe = (database: Database, at: number): void => {
  database.sql("UPDATE setting SET value = ? WHERE name = 'probe'").run(at);
};
