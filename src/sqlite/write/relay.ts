/** What goes to the queues of a broker: claimed, then marked as given (`hub/relay.ts`); and the systems that have one. */

import type { RelayQuery } from '../../hub/relay.ts';
import type { Account } from '../../records/account.ts';
import type { JournalEntry } from '../../records/change.ts';
import type { Database } from '../connection.ts';
import type { Sight } from '../read/relay.ts';
import { addEntry, isKnown } from './journal.ts';

export type Claims = Pick<RelayQuery, 'at' | 'holder' | 'until'> & { readonly sights: readonly Sight[] };

/** Of what a reader found, what is still so; answers the deliveries. One that was acknowledged, claimed or given since is left alone. */
export const claimFound = (database: Database, { sights, at, holder, until }: Claims): readonly string[] => {
  const claim = database.sql(
    `UPDATE delivery SET claimed_by = :holder, claimed_until = :until
     WHERE seq = :seq AND delivery_id = :id AND version = :version AND relayed_at IS :seen
       AND (claimed_until IS NULL OR claimed_until <= :at OR claimed_by = :holder)`,
  );
  const isMine = ({ seq, deliveryId: id, version, seen }: Sight): boolean =>
    Number(claim.run({ holder, until, at, seen, seq, id, version }).changes) === 1;
  return sights.filter(isMine).map(({ deliveryId }) => deliveryId);
};

type Marked = { readonly deliveryIds: readonly string[]; readonly holder: string; readonly at: string | null };

/** With `at`, the broker has them since then; without, only the claim ends. */
export const endClaims = (database: Database, { deliveryIds, holder, at }: Marked): void => {
  const mark = database.sql(
    `UPDATE delivery SET claimed_by = NULL, claimed_until = NULL, relayed_at = COALESCE(?, relayed_at)
     WHERE delivery_id = ? AND claimed_by = ?`,
  );
  for (const deliveryId of deliveryIds) mark.run(at, deliveryId, holder);
};

type AccountChange = { readonly account: Account; readonly journal: JournalEntry };

export const putAccount = (database: Database, { account, journal }: AccountChange): 'done' | 'taken' => {
  if (isKnown(database, journal.entryId)) return 'done';
  const { system, user, role, issuedAt } = account;
  if (database.sql('SELECT 1 FROM account WHERE user = ? AND system <> ?').get(user, system) !== undefined) return 'taken';
  database
    .sql(
      'INSERT INTO account VALUES (?, ?, ?, ?) ON CONFLICT (system) DO UPDATE SET user = excluded.user, role = excluded.role, issued_at = excluded.issued_at',
    )
    .run(system, user, role, issuedAt);
  addEntry(database, journal);
  return 'done';
};

type AccountEnd = { readonly system: string; readonly journal: JournalEntry };

export const removeAccount = (database: Database, { system, journal }: AccountEnd): 'done' | 'unknown' => {
  if (isKnown(database, journal.entryId)) return 'done';
  if (Number(database.sql('DELETE FROM account WHERE system = ?').run(system).changes) === 0) return 'unknown';
  addEntry(database, journal);
  return 'done';
};
