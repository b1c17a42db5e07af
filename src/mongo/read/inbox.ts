/** What stands offered to a system (contract §5, `GET /v1/inbox`), and single deliveries. */
import type { Filter } from 'mongodb';
import { keyOf, pageOf, type SortKey } from '../../records/cursor.ts';
import type { Delivery, Offer } from '../../records/delivery.ts';
import type { InboxQuery, Page } from '../../records/query.ts';
import type { Connection, Row } from '../connection.ts';
import { deliveryForm } from '../rows.ts';

/** The fields of the record that an offer shows. */
const shown = ['type', 'statusCode', 'documentId', 'from', 'code', 'subject', 'verdict'] as const;

/** Whole offers for these, in their order: read by id, however they were chosen. */
const offersFor = async ({ rows }: Connection, chosen: readonly Row[]): Promise<readonly Offer[]> => {
  if (chosen.length === 0) return [];
  const [deliveries, records] = await Promise.all([
    rows.deliveries.find({ _id: { $in: chosen.map(({ _id }) => _id) } }, { projection: deliveryForm.shown }).toArray(),
    rows.records
      .find(
        { _id: { $in: [...new Set(chosen.map(({ recordId }) => String(recordId)))] } },
        { projection: Object.fromEntries(shown.map((field) => [field, 1])) },
      )
      .toArray(),
  ]);
  const byId = new Map(deliveries.map((row) => [row._id, row]));
  const ofRecord = new Map(records.map((row) => [row._id, row]));
  return chosen.flatMap(({ _id, recordId }) => {
    const [row, record] = [byId.get(_id), ofRecord.get(String(recordId))];
    if (row === undefined || record === undefined) return [];
    const seen = Object.fromEntries(shown.map((field) => [field, record[field] ?? null])) as Omit<Offer, keyof Delivery>;
    return [{ ...deliveryForm.fromRow(row), ...seen }];
  });
};

/** Urgent first, then oldest. */
export const inboxOrder = { priority: -1, queuedAt: 1, _id: 1 } as const;

/** Behind this one in that order. */
const behind = (after: SortKey | null): Filter<Row> => {
  if (after === null) return {};
  const [priority, queuedAt, id] = after;
  return {
    $or: [{ priority: { $lt: priority } }, { priority, queuedAt: { $gt: queuedAt } }, { priority, queuedAt, _id: { $gt: String(id) } }],
  };
};

/** All that it tests, sorts by and answers stands in `delivery_inbox`. */
const inboxFilter = ({ system, collectsFor, at, kind, organ, after }: InboxQuery): Filter<Row> => ({
  organ: { $in: [...new Set(organ === undefined ? collectsFor : collectsFor.filter((one) => one === organ))] },
  ...{ state: 'queued', via: 'inbox', offeredAt: { $lte: at }, postedBy: { $ne: system } },
  ...(kind !== undefined && { kind }),
  ...behind(keyOf(after, ['number', 'string', 'string'])),
});

/**
 * Chosen from the index of what waits, so that a page costs as much as the backlog, not as the history. Organs are
 * those of the caller's directory, so that a delegate named a moment ago holds for what already waits.
 */
export const offeredTo = async (connection: Connection, query: InboxQuery): Promise<Page<Offer>> => {
  const chosen = await connection.rows.deliveries
    .find(inboxFilter(query), { projection: { _id: 1, recordId: 1, priority: 1, queuedAt: 1 }, hint: 'delivery_inbox' })
    .sort(inboxOrder)
    .limit(query.limit + 1)
    .toArray();
  const page = pageOf(chosen, query.limit, ({ priority, queuedAt, _id }) => [Number(priority), String(queuedAt), _id]);
  return { items: await offersFor(connection, page.items), next: page.next };
};

/** Null for an id that was never given out. */
export const deliveryOf = async ({ rows }: Connection, deliveryId: string): Promise<Delivery | null> => {
  const row = await rows.deliveries.findOne({ _id: deliveryId }, { projection: deliveryForm.shown });
  return row === null ? null : deliveryForm.fromRow(row);
};
