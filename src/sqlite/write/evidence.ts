/** What verdicts rested on, once each, and the judgements that name it. */
import { createHash } from 'node:crypto';
import type { EvidenceItem, Judgement } from '../../records/judgement.ts';
import type { Database } from '../connection.ts';
import { judgementTable } from '../tables.ts';

/** Bytes under a digest that is not theirs would be believed for ever. */
const requireDigest = (sha256: string, bytes: Uint8Array): void => {
  const own = createHash('sha256').update(bytes).digest('hex');
  if (own !== sha256) throw new Error(`Evidence with the digest ${own} was handed in as ${sha256}`);
};

/** `bytes` null: they stand durably in their file. What is there already is left alone. */
export const keepEvidence = (database: Database, items: readonly EvidenceItem[]): void => {
  for (const { kind, sha256, size, bytes } of items) {
    if (bytes !== null) requireDigest(sha256, bytes);
    database
      .sql('INSERT INTO evidence (sha256, kind, size, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(sha256, kind, size, bytes);
  }
};

/** A judgement whose evidence was not kept before could never be repeated: that is our bug, and nothing of the change is written. */
export const addJudgement = (database: Database, judgement: Judgement): void => {
  const row = database
    .sql('SELECT value FROM json_each(?) named WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE sha256 = named.value) LIMIT 1')
    .get(JSON.stringify(judgement.evidence.items.map(({ sha256 }) => sha256)));
  if (row !== undefined) throw new Error(`The evidence ${String(row.value)} of the record ${judgement.recordId} was not kept`);
  database.sql(judgementTable.insert).run(...judgementTable.toRow(judgement));
};
