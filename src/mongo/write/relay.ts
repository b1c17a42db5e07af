/** What goes to the queues of a broker: claimed, then marked as given (`hub/relay.ts`). A claim is compare-and-set on each delivery. */
import { createHash } from 'node:crypto';
import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import type { RelayInbox, RelayOffer, RelayQuery } from '../../hub/relay.ts';
import type { Connection, Row } from '../connection.ts';
import { inboxOrder } from '../read/inbox.ts';

/** Nobody's, or no longer, or ours already: a question may be repeated. */
const isFree = ({ at, holder }: RelayQuery): Filter<Row> => ({
  $or: [{ claimedUntil: { $exists: false } }, { claimedUntil: { $lte: at } }, { claimedBy: holder }],
});

const organsOf = (inboxes: readonly RelayInbox[]): string[] => [...new Set(inboxes.flatMap(({ collectsFor }) => collectsFor))];
const stands = { state: 'queued', via: 'inbox' } as const;

/** What no broker has. */
const relayFilter = (query: RelayQuery): Filter<Row> => ({
  organ: { $in: organsOf(query.inboxes) },
  ...stands,
  ...{ unrelayed: true, offeredAt: { $lte: query.at } },
  ...isFree(query),
});

/** All that waits for the systems that are to get things again. */
const againFilter = (query: RelayQuery, inboxes: readonly RelayInbox[]): Filter<Row> => {
  const latest = inboxes.reduce((last, { again }) => (again !== null && again > last ? again : last), '');
  return {
    organ: { $in: organsOf(inboxes) },
    ...stands,
    relayedAt: { $exists: true, $lt: latest },
    offeredAt: { $lte: query.at },
    ...isFree(query),
  };
};

/** A delivery and a system whose queue it goes to. */
type Found = { readonly row: Row; readonly system: string; readonly again: string | null };

type Match = (row: Row) => readonly Found[];

/** A hub is never offered what it posted itself; `isDue` is about those that a broker had before. */
const matchFor = (inboxes: readonly RelayInbox[], isDue: (row: Row, again: string | null) => boolean): Match => {
  const byOrgan = new Map<string, RelayInbox[]>();
  for (const inbox of inboxes)
    for (const organ of new Set(inbox.collectsFor)) {
      const those = byOrgan.get(organ) ?? [];
      those.push(inbox);
      byOrgan.set(organ, those);
    }
  return (row) =>
    (byOrgan.get(String(row.organ)) ?? [])
      .filter(({ system, again }) => row.postedBy !== system && isDue(row, again))
      .map(({ system, again }) => ({ row, system, again }));
};

const shown = { organ: 1, recordId: 1, priority: 1, queuedAt: 1, postedBy: 1, relayedAt: 1 } as const;

/** An index, and the order in which it gives. */
type Walk = { readonly hint: string; readonly sort: Readonly<Record<string, 1 | -1>> };
const fresh: Walk = { hint: 'delivery_relay', sort: inboxOrder };
/** What was given longest ago comes first. */
const given: Walk = { hint: 'delivery_given', sort: { relayedAt: 1, _id: 1 } };

/** Read until there are enough: rows that no inbox matches are few. */
const first = async (
  { rows }: Connection,
  filter: Filter<Row>,
  { hint, sort }: Walk,
  match: Match,
  limit: number,
): Promise<readonly Found[]> => {
  const found: Found[] = [];
  const cursor = rows.deliveries.find(filter, { projection: shown, hint, batchSize: limit + 1 }).sort(sort);
  for await (const row of cursor) {
    found.push(...match(row));
    if (found.length >= limit) break;
  }
  return found;
};

const inInboxOrder = (a: Found, b: Found): number => {
  if (a.row.priority !== b.row.priority) return Number(b.row.priority) - Number(a.row.priority);
  if (a.row.queuedAt !== b.row.queuedAt) return a.row.queuedAt < b.row.queuedAt ? -1 : 1;
  return a.row._id < b.row._id ? -1 : 1;
};

/** Organs that are looked at by themselves where more waits than is taken, and how many of each organ are taken then at least. */
const guests = 32;
const leastEach = 4;

/**
 * The first of some organs that have none among these. Which depends on the holder, new with each round, so that
 * everyone's turn comes and the same question gets the same answer.
 */
const firstOfOthers = async (
  connection: Connection,
  query: RelayQuery,
  match: Match,
  found: readonly Found[],
): Promise<readonly Found[]> => {
  const present = new Set(found.map(({ row }) => row.organ));
  const absent = organsOf(query.inboxes)
    .filter((organ) => !present.has(organ))
    .sort();
  const start = absent.length === 0 ? 0 : createHash('sha256').update(query.holder).digest().readUInt32BE(0) % absent.length;
  const turn = [...absent.slice(start), ...absent.slice(0, start)].slice(0, guests);
  const filter = relayFilter(query);
  const read = await Promise.all(turn.map((organ) => first(connection, { ...filter, organ }, fresh, match, leastEach)));
  return read.flat();
};

/** The most urgent and oldest; where more waits than is taken, no more of one organ than leaves room for the others. */
const freshOnes = async (connection: Connection, query: RelayQuery): Promise<readonly Found[]> => {
  const { inboxes, limit } = query;
  const match = matchFor(inboxes, () => true);
  const found = await first(connection, relayFilter(query), fresh, match, limit);
  if (found.length < limit) return found;
  const beside = await firstOfOthers(connection, query, match, found);
  const organs = new Set([...found, ...beside].map(({ row }) => row.organ)).size;
  const each = Math.max(leastEach, Math.ceil((4 * limit) / organs));
  const byOrgan = Map.groupBy(found, ({ row }) => row.organ);
  const those = [...byOrgan.values()];
  const taken = [...those.flatMap((own) => own.slice(0, each)), ...beside].sort(inInboxOrder);
  return [...taken, ...those.flatMap((own) => own.slice(each))].slice(0, limit);
};

const againOnes = async (connection: Connection, { inboxes, ...query }: RelayQuery): Promise<readonly Found[]> => {
  const impatient = inboxes.filter(({ again }) => again !== null);
  if (impatient.length === 0) return [];
  const match = matchFor(impatient, (row, since) => since !== null && row.relayedAt < since);
  return first(connection, againFilter({ inboxes, ...query }, impatient), given, match, query.limit);
};

const candidates = async (connection: Connection, query: RelayQuery): Promise<readonly Found[]> => {
  const [never, again] = await Promise.all([freshOnes(connection, query), againOnes(connection, query)]);
  const room = Math.max(0, query.limit - again.length);
  return [...never.map((one) => ({ ...one, again: null })).slice(0, Math.max(room, query.limit >> 1)), ...again]
    .slice(0, query.limit)
    .sort(inInboxOrder);
};

/** The claim tests again what the choice rested on: another may have been faster. */
const claim = ({ holder, until, ...query }: RelayQuery, those: readonly Found[], again: string | null): AnyBulkWriteOperation<Row> => ({
  updateMany: {
    filter: {
      ...{ _id: { $in: those.map(({ row }) => row._id) }, ...stands, offeredAt: { $lte: query.at } },
      ...(again === null ? { unrelayed: true } : { relayedAt: { $lt: again } }),
      ...isFree({ holder, until, ...query }),
    },
    update: { $set: { claimedBy: holder, claimedUntil: until } },
    hint: '_id_',
  },
});

/** What a message tells of a delivery and of its record. */
const told = { recordId: 1, organ: 1, kind: 1, sha256: 1, size: 1 } as const;

const offersFor = async ({ rows }: Connection, ours: readonly Row[]): Promise<ReadonlyMap<string, Omit<RelayOffer, 'system'>>> => {
  const ids = [...new Set(ours.map(({ recordId }) => String(recordId)))];
  const records = await rows.records.find({ _id: { $in: ids } }, { projection: { verdict: 1 }, hint: '_id_' }).toArray();
  const verdicts = new Map(records.map(({ _id, verdict }) => [_id, (verdict ?? null) as string | null]));
  return new Map(
    ours.flatMap(({ _id, recordId, organ, kind, sha256, size }) => {
      const verdict = verdicts.get(recordId);
      return verdict === undefined ? [] : [[_id, { deliveryId: _id, recordId, organ, kind, sha256, size, verdict }] as const];
    }),
  );
};

/** Chosen, claimed, and read back: what is ours by then is nobody else's before `until`. Null: others were faster with all of it. */
const claimOnce = async (connection: Connection, query: RelayQuery): Promise<readonly RelayOffer[] | null> => {
  const { holder, until } = query;
  const chosen = await candidates(connection, query);
  if (chosen.length === 0) return [];
  const byAge = Map.groupBy(chosen, ({ again }) => again);
  const claims = [...byAge].map(([again, those]) => claim(query, those, again));
  const { deliveries } = connection.rows;
  await deliveries.bulkWrite(claims, { ordered: false });
  const ids = [...new Set(chosen.map(({ row }) => row._id))];
  const ours = await deliveries
    .find({ _id: { $in: ids }, ...stands, claimedBy: holder, claimedUntil: until }, { projection: told, hint: '_id_' })
    .toArray();
  const offers = await offersFor(connection, ours);
  const taken = chosen.flatMap(({ row, system }) => {
    const offer = offers.get(row._id);
    return offer === undefined ? [] : [{ ...offer, system }];
  });
  return taken.length === 0 ? null : taken;
};

/** Times that it is looked again where another holder was faster with all that was found. */
const looks = 4;

export const toRelay = async (connection: Connection, query: RelayQuery): Promise<readonly RelayOffer[]> => {
  for (let look = 0; look < looks; look += 1) {
    const offers = await claimOnce(connection, query);
    if (offers !== null) return offers;
  }
  return [];
};

/** With `at`, the broker has them since then; without, only the claim ends. */
export const endClaims = async ({ rows }: Connection, deliveryIds: readonly string[], holder: string, at: string | null): Promise<void> => {
  if (deliveryIds.length === 0) return;
  const claimed = { claimedBy: '', claimedUntil: '' } as const;
  await rows.deliveries.updateMany(
    { _id: { $in: [...deliveryIds] }, claimedBy: holder },
    at === null ? { $unset: claimed } : { $set: { relayedAt: at }, $unset: { ...claimed, unrelayed: '' } },
    { hint: '_id_' },
  );
};
