/** What goes to the queues of a broker: claimed, then marked as given (`hub/relay.ts`). A claim is compare-and-set on each delivery. */
import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import type { RelayInbox, RelayOffer, RelayQuery } from '../../hub/relay.ts';
import type { Connection, Row } from '../connection.ts';
import { inboxOrder, offersFor } from '../read/inbox.ts';

/** Nobody's, or no longer, or ours already: a question may be repeated. */
const isFree = ({ at, holder }: RelayQuery): Filter<Row> => ({
  $or: [{ claimedUntil: { $exists: false } }, { claimedUntil: { $lte: at } }, { claimedBy: holder }],
});

const organsOf = (inboxes: readonly RelayInbox[]): string[] => [...new Set(inboxes.flatMap(({ collectsFor }) => collectsFor))];
const stands = { state: 'queued', via: 'inbox' } as const;

/** What no broker has; open to the test that looks at its plan. */
export const relayFilter = (query: RelayQuery): Filter<Row> => ({
  organ: { $in: organsOf(query.inboxes) },
  ...stands,
  ...{ unrelayed: true, offeredAt: { $lte: query.at } },
  ...isFree(query),
});

/** All that waits for the systems that are to get things again. */
const againFilter = (query: RelayQuery, inboxes: readonly RelayInbox[]): Filter<Row> => {
  const latest = inboxes.reduce((last, { again }) => (again !== null && again > last ? again : last), '');
  return { organ: { $in: organsOf(inboxes) }, ...stands, relayedAt: { $lt: latest }, offeredAt: { $lte: query.at }, ...isFree(query) };
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

/** Read until there are enough: rows that no inbox matches are few. */
const first = async ({ rows }: Connection, filter: Filter<Row>, hint: string, match: Match, limit: number): Promise<readonly Found[]> => {
  const found: Found[] = [];
  const cursor = rows.deliveries.find(filter, { projection: shown, hint, batchSize: limit + 1 }).sort(inboxOrder);
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

const candidates = async (connection: Connection, query: RelayQuery): Promise<readonly Found[]> => {
  const { inboxes, limit } = query;
  const impatient = inboxes.filter(({ again }) => again !== null);
  const [fresh, again] = await Promise.all([
    first(
      connection,
      relayFilter(query),
      'delivery_relay',
      matchFor(inboxes, () => true),
      limit,
    ),
    impatient.length === 0
      ? []
      : first(
          connection,
          againFilter(query, impatient),
          'delivery_inbox',
          matchFor(impatient, (row, since) => since !== null && row.relayedAt < since),
          limit,
        ),
  ]);
  return [...fresh.map((one) => ({ ...one, again: null })), ...again].sort(inInboxOrder).slice(0, limit);
};

/** The claim tests again what the choice rested on: another may have been faster. */
const claim = ({ holder, until, ...query }: RelayQuery, ids: string[], again: string | null): AnyBulkWriteOperation<Row> => ({
  updateMany: {
    filter: {
      ...{ _id: { $in: ids }, ...stands, offeredAt: { $lte: query.at } },
      ...(again === null ? { unrelayed: true } : { relayedAt: { $lt: again } }),
      ...isFree({ holder, until, ...query }),
    },
    update: { $set: { claimedBy: holder, claimedUntil: until } },
  },
});

/** Chosen, claimed, and read back: what is ours by then is nobody else's before `until`. */
export const toRelay = async (connection: Connection, query: RelayQuery): Promise<readonly RelayOffer[]> => {
  const { holder, until } = query;
  const chosen = await candidates(connection, query);
  if (chosen.length === 0) return [];
  const claims = [...Map.groupBy(chosen, ({ again }) => again)].map(([again, those]) =>
    claim(
      query,
      those.map(({ row }) => row._id),
      again,
    ),
  );
  const { deliveries } = connection.rows;
  await deliveries.bulkWrite(claims, { ordered: false });
  const ids = [...new Set(chosen.map(({ row }) => row._id))];
  const claimed = await deliveries
    .find({ _id: { $in: ids }, ...stands, claimedBy: holder, claimedUntil: until }, { projection: { _id: 1 } })
    .toArray();
  const ours = new Set(claimed.map(({ _id }) => _id));
  const taken = chosen.filter(({ row }) => ours.has(row._id));
  const offers = new Map(
    (await offersFor(connection, [...new Set(taken.map(({ row }) => row))])).map((offer) => [offer.deliveryId, offer]),
  );
  return taken.flatMap(({ row, system }) => {
    const offer = offers.get(row._id);
    return offer === undefined ? [] : [{ ...offer, system }];
  });
};

/** With `at`, the broker has them since then; without, only the claim ends. */
export const endClaims = async ({ rows }: Connection, deliveryIds: readonly string[], holder: string, at: string | null): Promise<void> => {
  if (deliveryIds.length === 0) return;
  const claimed = { claimedBy: '', claimedUntil: '' } as const;
  await rows.deliveries.updateMany(
    { _id: { $in: [...deliveryIds] }, claimedBy: holder },
    at === null ? { $unset: claimed } : { $set: { relayedAt: at }, $unset: { ...claimed, unrelayed: '' } },
  );
};
