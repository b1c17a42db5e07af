/** What is new in a change. A key that is taken already makes the transaction clash, and `standing.ts` says by what. */
import { type ClientSession, ObjectId } from 'mongodb';
import type { Change } from '../../records/change.ts';
import type { Delivery } from '../../records/delivery.ts';
import type { MessageRecord } from '../../records/record.ts';
import type { Connection, Row } from '../connection.ts';
import { deliveryForm, eventForm, judgementForm, recordForm, submissionForm } from '../rows.ts';
import { type Searchable, searchableFor } from '../words.ts';
import { isDoubtful } from './moves.ts';

/** Names of organs by code. */
type Names = ReadonlyMap<string, string>;

const namesOf = (deliveries: readonly Delivery[], names: Names): readonly string[] =>
  deliveries.flatMap(({ organ }) => names.get(organ) ?? []);

export const rowOf = (record: MessageRecord, recipients: readonly Delivery[], names: Names): Row => {
  const sender = record.from === null ? null : (names.get(record.from) ?? null);
  return {
    ...recordForm.toRow(record),
    ...searchableFor([record.subject, record.code, record.fromName, sender], namesOf(recipients, names)),
    ...(isDoubtful(record.proof) && { doubtful: true }),
  };
};

/** `place` is the order in which a record's deliveries were made; `unrelayed` until a broker has it. */
export const deliveryRows = (deliveries: readonly Delivery[], recordAt: string, first: number): Row[] =>
  deliveries.map((delivery, order) => ({
    ...deliveryForm.toRow(delivery),
    place: first + order,
    recordAt,
    ...(delivery.via === 'inbox' && { unrelayed: true }),
  }));

/** A record that stands gets further recipients: behind those it has, and found by their names from now on. */
const supplement = async (
  { rows }: Connection,
  session: ClientSession,
  recordId: string,
  deliveries: readonly Delivery[],
  names: Names,
): Promise<void> => {
  const before = await rows.records.findOne({ _id: recordId }, { session, projection: { acceptedAt: 1, own: 1, others: 1 } });
  const first = await rows.deliveries.countDocuments({ recordId }, { session });
  const recordAt = String(before?.acceptedAt ?? deliveries[0]?.queuedAt);
  await rows.deliveries.insertMany(deliveryRows(deliveries, recordAt, first), { session });
  if (before === null) return;
  const stood: Searchable = { own: String(before.own), others: String(before.others), words: [] };
  const { others, words } = searchableFor([], namesOf(deliveries, names), stood);
  await rows.records.updateOne({ _id: recordId }, { $set: { others, words } }, { session });
};

const addDeliveries = async (connection: Connection, session: ClientSession, change: Change, names: Names): Promise<void> => {
  const { record, deliveries = [] } = change;
  for (const [recordId, own] of Map.groupBy(deliveries, (one) => one.recordId)) {
    if (recordId !== record?.recordId) await supplement(connection, session, recordId, own, names);
    else await connection.rows.deliveries.insertMany(deliveryRows(own, record.acceptedAt, 0), { session });
  }
};

/** Whether words are to be made, which takes the directory's names. */
export const isNamed = ({ record, deliveries = [] }: Change): boolean => record !== undefined || deliveries.length > 0;

export const addRows = async (connection: Connection, session: ClientSession, change: Change, names: Names): Promise<void> => {
  const { rows } = connection;
  const { record, submission, deliveries = [], events = [], judgement } = change;
  if (record !== undefined) {
    const recipients = deliveries.filter(({ recordId }) => recordId === record.recordId);
    await rows.records.insertOne(rowOf(record, recipients, names), { session });
  }
  if (submission !== undefined) {
    const { recordId } = submission;
    const place = recordId === record?.recordId ? 0 : await rows.submissions.countDocuments({ recordId }, { session });
    await rows.submissions.insertOne({ ...submissionForm.toRow(submission), _id: new ObjectId(), place }, { session });
  }
  await addDeliveries(connection, session, change, names);
  if (events.length > 0)
    await rows.events.insertMany(
      events.map((event) => ({ ...eventForm.toRow(event), _id: new ObjectId() })),
      { session },
    );
  if (judgement !== undefined) await rows.judgements.insertOne({ ...judgementForm.toRow(judgement), _id: new ObjectId() }, { session });
};
