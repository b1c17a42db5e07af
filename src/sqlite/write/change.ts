/**
 * Applies one `Change` inside the transaction of its group. Whoever calls puts a savepoint around it
 * and rolls back to it unless the answer is `done`.
 */
import type { Change, Committed, DeliveryMove, RecordMove } from '../../records/change.ts';
import type { Database } from '../connection.ts';
import { deliveryTable, eventTable, recordTable, submissionTable } from '../tables.ts';
import { moveAlert, raiseAlert } from './alerts.ts';
import { addJudgement } from './evidence.ts';
import { addMet, addSighting } from './holders.ts';
import { addEntry, isKnown } from './journal.ts';
import { type Keep, keepSmall } from './originals.ts';

const stale: Committed = { kind: 'stale' };
const done: Committed = { kind: 'done' };

/** Raised by one with every import; 0 before the first. */
export const directoryVersion = (database: Database): number =>
  Number(database.sql("SELECT value FROM setting WHERE name = 'directory'").get()?.value ?? 0);

/** The other record that stands under this identity. Inside the transaction nobody can take it between asking and writing. */
const standing = (database: Database, identity: string | null | undefined, except: string): string | null => {
  if (identity === null || identity === undefined) return null;
  const row = database.sql('SELECT record_id FROM record WHERE identity = ? AND record_id <> ?').get(identity, except);
  return row === undefined ? null : String(row.record_id);
};

/** The record that already is what this change wants to add (contract §4), or null. */
const duplicateOf = (database: Database, change: Change): string | null => {
  const { record, submission } = change;
  if (record !== undefined) {
    const other = standing(database, record.identity, record.recordId);
    if (other !== null) return other;
    if (database.sql('SELECT 1 FROM record WHERE record_id = ?').get(record.recordId) !== undefined) return record.recordId;
  }
  for (const move of change.recordMoves ?? []) {
    const other = standing(database, move.identity, move.recordId);
    if (other !== null) return other;
  }
  if (
    submission !== undefined &&
    database.sql('SELECT 1 FROM submission WHERE record_id = ? AND sha256 = ?').get(submission.recordId, submission.sha256) !== undefined
  )
    return submission.recordId;
  const delivered = database.sql('SELECT 1 FROM delivery WHERE record_id = ? AND organ = ?');
  return change.deliveries?.find(({ recordId, organ }) => delivered.get(recordId, organ) !== undefined)?.recordId ?? null;
};

/** Compare and set: no row is changed unless it is still at the version that was seen. */
const moveRecord = (database: Database, { recordId, version, ...part }: RecordMove): boolean => {
  const { text, values } = recordTable.assign(part);
  const comma = text === '' ? '' : ', ';
  const moved = database
    .sql(`UPDATE record SET version = version + 1${comma}${text} WHERE record_id = ? AND version = ?`)
    .run(...values, recordId, version);
  return Number(moved.changes) === 1;
};

const moveDelivery = (database: Database, { deliveryId, version, ...part }: DeliveryMove): boolean => {
  const { text, values } = deliveryTable.assign(part);
  // Offered again: to the queues of a broker, too. Who is about to mark it as given means the message that failed.
  const again = part.offeredAt === undefined ? '' : ', relayed_at = NULL, claimed_by = NULL, claimed_until = NULL';
  const moved = database
    .sql(`UPDATE delivery SET version = version + 1, ${text}${again} WHERE delivery_id = ? AND version = ?`)
    .run(...values, deliveryId, version);
  return Number(moved.changes) === 1;
};

/** Everything that relies on what the use case saw; false = stale. */
const move = (database: Database, change: Change): boolean =>
  (change.directoryVersion === undefined || change.directoryVersion === directoryVersion(database)) &&
  (change.recordMoves ?? []).every((one) => moveRecord(database, one)) &&
  (change.deliveryMoves ?? []).every((one) => moveDelivery(database, one)) &&
  (change.alerts ?? []).every((one) => raiseAlert(database, one)) &&
  (change.alertMoves ?? []).every((one) => moveAlert(database, one));

/** What is new. Nothing here can fail any more, except on a broken disk or a broken promise of the types. */
const add = (database: Database, change: Change): void => {
  const { record, submission, journal, judgement } = change;
  if (record !== undefined) database.sql(recordTable.insert).run(...recordTable.toRow(record));
  if (submission !== undefined) database.sql(submissionTable.insert).run(...submissionTable.toRow(submission));
  for (const delivery of change.deliveries ?? []) database.sql(deliveryTable.insert).run(...deliveryTable.toRow(delivery));
  for (const event of change.events ?? []) database.sql(eventTable.insert).run(...eventTable.toRow(event));
  for (const { day, organ, figure, by } of change.figures ?? [])
    database
      .sql(
        'INSERT INTO figure_delta (day, organ, figure, entry_id, by) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET by = by + excluded.by',
      )
      .run(day, organ, figure, journal.entryId, by);
  for (const sighting of change.sightings ?? []) addSighting(database, sighting);
  for (const met of change.certificates ?? []) addMet(database, met);
  if (judgement !== undefined) addJudgement(database, judgement);
  addEntry(database, journal);
};

/**
 * The journal entry comes first: where it stands, the change was applied whole, for it is written in the
 * same transaction as the last of its rows. Duplicates are told before staleness, since reading again
 * would find them anyway.
 */
const applyChange = (database: Database, change: Change): Committed => {
  if (isKnown(database, change.journal.entryId)) return done;
  const recordId = duplicateOf(database, change);
  if (recordId !== null) return { kind: 'duplicate', recordId };
  if (!move(database, change)) return stale;
  add(database, change);
  return done;
};

/** A change and the small original that becomes durable with it, if there is one. */
export type KeptChange = { readonly change: Change; readonly keep: Keep | null };

/** Bytes are only written for a change that holds. */
export const applyKept = (database: Database, { change, keep }: KeptChange): Committed => {
  const committed = applyChange(database, change);
  if (committed.kind === 'done' && keep !== null) keepSmall(database, keep);
  return committed;
};

/** Records whose words must be indexed after this change. */
export const touchedBy = (change: Change): readonly string[] => [
  ...(change.record === undefined ? [] : [change.record.recordId]),
  ...(change.deliveries ?? []).map(({ recordId }) => recordId),
];
