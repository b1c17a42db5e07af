/** What goes to the queues of a broker: claimed, then marked as given (`hub/relay.ts`). */

import type { RelayOffer, RelayQuery } from '../../hub/relay.ts';
import type { Account } from '../../records/account.ts';
import type { JournalEntry } from '../../records/change.ts';
import type { Database } from '../database.ts';
import { offerColumns, offerOf } from '../read/inbox.ts';
import { addEntry, isKnown } from './journal.ts';

/**
 * Two ranges an organ: what no broker has (`delivery_relay`), and, where a system is to get things again, all
 * that waits for it (`delivery_inbox`).
 */
const claimText = `
  SELECT ${offerColumns}, found.system AS "system" FROM (
    SELECT w.delivery_id, w.priority, w.queued_at, inbox.system FROM inbox
    CROSS JOIN delivery w INDEXED BY delivery_relay ON w.organ = inbox.organ
    WHERE w.state = 'queued' AND w.via = 'inbox' AND w.relayed_at IS NULL AND w.offered_at <= :at
      AND (w.claimed_until IS NULL OR w.claimed_until <= :at OR w.claimed_by = :holder)
      AND (w.posted_by IS NULL OR w.posted_by <> inbox.system)
    UNION
    SELECT w.delivery_id, w.priority, w.queued_at, inbox.system FROM inbox
    CROSS JOIN delivery w INDEXED BY delivery_inbox ON w.organ = inbox.organ
    WHERE inbox.again IS NOT NULL AND w.state = 'queued' AND w.via = 'inbox' AND w.offered_at <= :at AND w.relayed_at < inbox.again
      AND (w.claimed_until IS NULL OR w.claimed_until <= :at OR w.claimed_by = :holder)
      AND (w.posted_by IS NULL OR w.posted_by <> inbox.system)
    ORDER BY 2 DESC, 3, 1 LIMIT :limit
  ) found
  CROSS JOIN delivery ON delivery.delivery_id = found.delivery_id
  CROSS JOIN record ON record.record_id = delivery.record_id
  ORDER BY delivery.priority DESC, delivery.queued_at, delivery.delivery_id`;

export const relayText = `
  WITH inbox AS (
    SELECT json_extract(one.value, '$.system') AS system, json_extract(one.value, '$.again') AS again, organ.value AS organ
    FROM json_each(:inboxes) one, json_each(one.value, '$.collectsFor') organ
  )${claimText}`;

export const toRelay = (database: Database, { inboxes, at, holder, until, limit }: RelayQuery): readonly RelayOffer[] => {
  const rows = database.sql(relayText).all({ inboxes: JSON.stringify(inboxes), at, holder, limit });
  const claim = database.sql('UPDATE delivery SET claimed_by = ?, claimed_until = ? WHERE delivery_id = ?');
  const offers = rows.map((row) => ({ ...offerOf(row), system: String(row.system) }));
  for (const { deliveryId } of offers) claim.run(holder, until, deliveryId);
  return offers;
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
