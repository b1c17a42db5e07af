/** What stands offered to a system (contract §5, `GET /v1/inbox`). */

import { keyOf, pageOf } from '../../records/cursor.ts';
import type { Delivery, Offer } from '../../records/delivery.ts';
import type { InboxQuery, Page } from '../../records/query.ts';
import type { Database } from '../connection.ts';
import { deliveryTable } from '../tables.ts';

/** The fields of the record that an offer shows. */
const shown = `record.type AS "type", record.status_code AS "statusCode", record.document_id AS "documentId", record.sender AS "from",
  record.code AS "code", record.subject AS "subject", record.verdict AS "verdict"`;

/** Of `delivery` joined with its `record`. */
const offerColumns = `${deliveryTable.columns}, ${shown}`;

/**
 * Reads only the index of what waits (`delivery_inbox`), one range an organ, so that it costs as much as
 * the backlog, not as much as the history; the rows themselves only for the page. Organs are those of
 * the caller's directory, so that a delegate named a moment ago holds for what already waits.
 */
export const inboxText = `
  SELECT ${offerColumns} FROM (
    SELECT w.delivery_id FROM json_each(:organs) organ
    CROSS JOIN delivery w INDEXED BY delivery_inbox ON w.organ = organ.value
    WHERE w.state = 'queued' AND w.via = 'inbox' AND w.offered_at <= :at
      AND (w.posted_by IS NULL OR w.posted_by <> :system)
      AND (:kind IS NULL OR w.kind = :kind)
      AND (:priority IS NULL OR w.priority < :priority OR (w.priority = :priority AND (w.queued_at, w.delivery_id) > (:queued, :id)))
    ORDER BY w.priority DESC, w.queued_at, w.delivery_id LIMIT :limit
  ) page
  CROSS JOIN delivery ON delivery.delivery_id = page.delivery_id
  CROSS JOIN record ON record.record_id = delivery.record_id
  ORDER BY delivery.priority DESC, delivery.queued_at, delivery.delivery_id`;

const fields = ['type', 'statusCode', 'documentId', 'from', 'code', 'subject', 'verdict'] as const;

type Row = Parameters<typeof deliveryTable.fromRow>[0];

const offerOf = (row: Row): Offer => {
  const seen = Object.fromEntries(fields.map((field) => [field, row[field] ?? null])) as Omit<Offer, keyof Delivery>;
  return { ...deliveryTable.fromRow(row), ...seen };
};

export const offeredTo = (database: Database, query: InboxQuery): Page<Offer> => {
  const { system, collectsFor, at, kind = null, organ, limit } = query;
  const after = keyOf(query.after, ['number', 'string', 'string']);
  const organs = [...new Set(organ === undefined ? collectsFor : collectsFor.filter((one) => one === organ))];
  const [priority = null, queued = null, id = null] = after ?? [];
  const rows = database.sql(inboxText).all({ organs: JSON.stringify(organs), at, system, kind, priority, queued, id, limit: limit + 1 });
  return pageOf(rows.map(offerOf), limit, (offer) => [offer.priority, offer.queuedAt, offer.deliveryId]);
};

/** Null for an id that was never given out. */
export const deliveryOf = (database: Database, deliveryId: string): Delivery | null => {
  const row = database.sql(`SELECT ${deliveryTable.columns} FROM delivery WHERE delivery_id = ?`).get(deliveryId);
  return row === undefined ? null : deliveryTable.fromRow(row);
};

/** Rows in each state, of deliveries or alerts, kept by triggers. */
export const tallyOf = (database: Database, name: 'delivery' | 'alert'): Readonly<Record<string, number>> =>
  Object.fromEntries(
    database
      .sql('SELECT state, rows FROM tally WHERE name = ?')
      .all(name)
      .map((row) => [String(row.state), Number(row.rows)]),
  );
