/**
 * How the rows of each kind are found in their fixed order (`hub/archive.ts`). `owner` are the fields by which an index
 * finds and orders them; where several rows have one owner, `order` says in which order they come.
 */
import type { ArchiveKind, ArchiveRows } from '../../hub/archive.ts';
import type { Line, Row, Rows } from '../connection.ts';
import {
  accountForm,
  alertForm,
  deliveryForm,
  eventForm,
  holderForm,
  judgementForm,
  keyForm,
  metForm,
  organForm,
  paperForm,
  recordForm,
  submissionForm,
} from '../rows.ts';

export type Stored = Row | Line;

export type KindRows<Value> = {
  readonly rows: keyof Rows;
  readonly owner: readonly string[];
  /** Present: the place of a row among those of its owner is part of it. */
  readonly order?: readonly string[];
  /** One document may hold several rows. */
  fromRow(row: Stored): readonly Value[];
};

/** Read by rules of their own: `read.ts`. */
export type OwnKind = 'directory' | 'figure' | 'journal';
type Shapes = { readonly [Kind in Exclude<ArchiveKind, OwnKind>]: KindRows<Omit<ArchiveRows[Kind], 'place'>> };

const alone = <Value>(rows: keyof Rows, fromRow: (row: Stored) => Value): KindRows<Value> => ({
  rows,
  owner: ['_id'],
  fromRow: (row) => [fromRow(row)],
});

const owned = <Value>(
  rows: keyof Rows,
  owner: readonly string[],
  order: readonly string[],
  fromRow: (row: Stored) => Value,
): KindRows<Value> => ({ rows, owner, order, fromRow: (row) => [fromRow(row)] });

const sightingsIn = ({ key, organ, records }: Stored): readonly ArchiveRows['sighting'][] =>
  (records as readonly { readonly recordId: string; readonly at: string }[])
    .map(({ recordId, at }) => ({ key: String(key), organ: String(organ), recordId, at }))
    .sort((a, b) => (a.recordId < b.recordId ? -1 : 1));

export const kinds: Shapes = {
  organ: alone('organs', organForm.fromRow),
  key: alone('keys', keyForm.fromRow),
  contact: alone('contacts', ({ _id, at }) => ({ system: String(_id), at: String(at) })),
  account: alone('accounts', accountForm.fromRow),
  holder: alone('holders', holderForm.fromRow),
  certificate: alone('certificates', metForm.fromRow),
  record: alone('records', recordForm.fromRow),
  submission: owned('submissions', ['recordId'], ['place', '_id'], submissionForm.fromRow),
  delivery: owned('deliveries', ['recordId'], ['place'], (row) => ({
    ...deliveryForm.fromRow(row),
    relayedAt: row.relayedAt === undefined ? null : String(row.relayedAt),
  })),
  event: owned('events', ['recordId'], ['at', '_id'], eventForm.fromRow),
  judgement: owned('judgements', ['recordId'], ['_id'], judgementForm.fromRow),
  sighting: { rows: 'sightings', owner: ['key', 'organ'], fromRow: sightingsIn },
  alert: alone('alerts', alertForm.fromRow),
  alertRecord: owned('alertRecords', ['alertId'], ['place'], ({ alertId, recordId, reason = null, at }) => ({
    alertId: String(alertId),
    recordId: String(recordId),
    reason: reason === null ? null : String(reason),
    at: String(at),
  })),
  paperMonth: { rows: 'paper', owner: ['period', 'organ'], fromRow: (row) => [paperForm.fromRow(row)] },
  paperHistory: owned('paperHistory', ['organ', 'period'], ['_id'], paperForm.fromRow),
};
