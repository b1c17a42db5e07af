/**
 * What may go to the queues of a broker (`hub/relay.ts`). Two indexes, a short range of each organ: of what no
 * broker had yet in the order in which it goes (`delivery_relay`), and of what was given, the longest ago
 * first (`delivery_given`). So a round costs what it takes, however much waits in inboxes or queues.
 */
import type { RelayOffer, RelayQuery } from '../../hub/relay.ts';
import type { Database } from '../connection.ts';

/** What a claim relies on: the delivery at this version, and when a broker got it last. */
export type Sight = { readonly seq: number; readonly deliveryId: string; readonly version: number; readonly seen: string | null };
export type Relayable = { readonly offer: RelayOffer; readonly sight: Sight };

/** Neither waiting out a fail, nor another's claim, nor posted by the system itself. */
const openFor = (system: string): string => `w.offered_at <= :at AND (w.posted_by IS NULL OR w.posted_by <> ${system})
      AND (w.claimed_until IS NULL OR w.claimed_until <= :at OR w.claimed_by = :holder)`;
const columns = 'w.seq, w.delivery_id AS "id", w.priority, w.queued_at AS "queuedAt"';

/** Of each organ the one whose turn it is, and of these the first: `addressees` are pairs of organ and system. */
export const headsText = `
  SELECT one.key AS place FROM json_each(:addressees) one
  CROSS JOIN delivery head ON head.seq = (
    SELECT w.seq FROM delivery w INDEXED BY delivery_relay
    WHERE w.organ = one.value ->> 0 AND w.state = 'queued' AND w.via = 'inbox' AND w.relayed_at IS NULL AND ${openFor('one.value ->> 1')}
    ORDER BY w.priority DESC, w.queued_at, w.delivery_id LIMIT 1)
  ORDER BY head.priority DESC, head.queued_at, head.delivery_id LIMIT :limit`;

const open = openFor(':system');

export const freshText = `
  SELECT ${columns} FROM delivery w INDEXED BY delivery_relay
  WHERE w.organ = :organ AND w.state = 'queued' AND w.via = 'inbox' AND w.relayed_at IS NULL AND ${open}
  ORDER BY w.priority DESC, w.queued_at, w.delivery_id LIMIT :limit`;

export const givenText = `
  SELECT ${columns} FROM delivery w INDEXED BY delivery_given
  WHERE w.organ = :organ AND w.state = 'queued' AND w.via = 'inbox' AND w.relayed_at < :again AND ${open}
  ORDER BY w.relayed_at LIMIT :limit`;

export const offerText = `
  SELECT d.delivery_id AS "deliveryId", d.version, d.relayed_at AS "seen",
    d.record_id AS "recordId", d.organ, d.kind, d.sha256, d.size, record.verdict
  FROM delivery d CROSS JOIN record ON record.record_id = d.record_id WHERE d.seq = ?`;

/** One organ's part of a question. */
type Addressee = { readonly organ: string; readonly system: string; readonly again: string | null };
type Candidate = {
  readonly seq: number;
  readonly id: string;
  readonly priority: number;
  readonly queuedAt: string;
  readonly system: string;
};

/** So many organs in one round, those whose first is the most urgent and oldest; and at least so many of each. */
const mostOrgans = 64;
const leastEach = 4;

const byTurn = (one: Candidate, other: Candidate): number => {
  if (one.priority !== other.priority) return other.priority - one.priority;
  if (one.queuedAt !== other.queuedAt) return one.queuedAt < other.queuedAt ? -1 : 1;
  return one.id < other.id ? -1 : 1;
};

const candidatesOf = (database: Database, { inboxes, at, holder, limit }: RelayQuery): readonly Candidate[] => {
  const all = inboxes.flatMap(({ system, again, collectsFor }): Addressee[] => collectsFor.map((organ) => ({ organ, system, again })));
  const addressees = JSON.stringify(all.map(({ organ, system }) => [organ, system]));
  const heads = database.sql(headsText).all({ addressees, at, holder, limit: mostOrgans });
  const waiting = heads.flatMap(({ place }) => all[Number(place)] ?? []);
  const given = all.filter(({ again }) => again !== null);
  const each = Math.min(limit, Math.max(leastEach, Math.ceil((2 * limit) / Math.max(1, waiting.length))));
  const ask = (text: string, { organ, system }: Addressee, more: Readonly<Record<string, string | null>>): readonly Candidate[] =>
    database
      .sql(text)
      .all({ organ, system, at, holder, limit: each, ...more })
      .map((row) => ({ ...(row as Omit<Candidate, 'system'>), system }));
  return [...waiting.flatMap((one) => ask(freshText, one, {})), ...given.flatMap((one) => ask(givenText, one, { again: one.again }))];
};

/** In the order in which they go, at most `limit`; nobody has them yet. */
export const relayable = (database: Database, query: RelayQuery): readonly Relayable[] => {
  const turn = candidatesOf(database, query).toSorted(byTurn).slice(0, query.limit);
  const offers = database.sql(offerText);
  return turn.flatMap(({ seq, system }) => {
    const row = offers.get(seq) as Omit<Sight & RelayOffer, 'system'> | undefined;
    if (row === undefined) return [];
    const { version, seen, ...shown } = row;
    return [{ offer: { ...shown, system }, sight: { seq, deliveryId: row.deliveryId, version, seen } }];
  });
};
