/** Alerts inside a change: created, joined, moved. Null when what the use case saw is no longer so. */
import { type ClientSession, ObjectId } from 'mongodb';
import type { Alert } from '../../records/alert.ts';
import type { AlertMove, AlertRaise } from '../../records/change.ts';
import type { Connection } from '../connection.ts';
import { alertForm } from '../rows.ts';
import type { Unfolded } from './journal.ts';

type Tallies = NonNullable<Unfolded['tallies']>;

const tallied = (from: string | null, to: string): Tallies =>
  from === to
    ? []
    : [...(from === null ? [] : [{ name: 'alert', state: from, by: -1 } as const]), { name: 'alert', state: to, by: 1 } as const];

/** Clashes where an unsettled alert stands under the key, or that id is used: then the use case must join that one. */
const create = async ({ rows }: Connection, session: ClientSession, raise: AlertRaise): Promise<string | null> => {
  const { alertId, key, kind, severity, organ, recordId, vi, en, at } = raise;
  const alert: Alert = {
    ...{ alertId, key, kind, severity, state: 'open', version: 1, organ, recordId, count: 1, vi, en },
    ...{ raisedAt: at, lastAt: at },
  };
  await rows.alerts.insertOne({ ...alertForm.toRow(alert), unsettled: true }, { session });
  return null;
};

type Found = { readonly state: string; readonly count: number };

/** Counts without a version, so that documents that come together all join; only settlement makes them stale. */
const join = async ({ rows }: Connection, session: ClientSession, raise: AlertRaise): Promise<Found | null> => {
  const { severity, recordId, vi, en } = raise;
  const before = await rows.alerts.findOneAndUpdate(
    { _id: raise.alertId, key: raise.key, unsettled: true },
    { $inc: { count: 1, version: 1 }, $set: { state: 'open', severity, recordId, vi, en }, $max: { lastAt: raise.at } },
    { session, returnDocument: 'before', projection: { state: 1, count: 1 } },
  );
  return before === null ? null : { state: String(before.state), count: Number(before.count) };
};

export const raiseAlert = async (connection: Connection, session: ClientSession, raise: AlertRaise): Promise<Tallies | null> => {
  const { alertId, recordId, reason, at } = raise;
  const before = raise.joins ? await join(connection, session, raise) : { state: await create(connection, session, raise), count: 0 };
  if (before === null) return null;
  // Its place is what the alert counts, which this very transaction raised.
  const row = { _id: new ObjectId(), alertId, place: before.count + 1, recordId, ...(reason !== null && { reason }), at };
  await connection.rows.alertRecords.insertOne(row, { session });
  return tallied(before.state, 'open');
};

export const moveAlert = async (
  { rows }: Connection,
  session: ClientSession,
  { alertId, version, state }: AlertMove,
): Promise<Tallies | null> => {
  const ends = state === 'settled';
  const before = await rows.alerts.findOneAndUpdate(
    { _id: alertId, version },
    { $inc: { version: 1 }, $set: { state, ...(!ends && { unsettled: true }) }, ...(ends && { $unset: { unsettled: '' } }) },
    { session, returnDocument: 'before', projection: { state: 1 } },
  );
  return before === null ? null : tallied(String(before.state), state);
};
