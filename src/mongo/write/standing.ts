/**
 * Why a change did not go through, by reading what stands: asked only then. In a transaction of its own, whose
 * commit waits until a majority has what was read: nobody is told of something that is rolled back afterwards.
 */
import type { ClientSession } from 'mongodb';
import type { Change, Committed } from '../../records/change.ts';
import type { Connection } from '../connection.ts';
import { kept, transact } from '../transaction.ts';
import { isKnown } from './journal.ts';

const done: Committed = { kind: 'done' };
const duplicate = (recordId: string): Committed => ({ kind: 'duplicate', recordId });
const only = { projection: { _id: 1 } } as const;

/** The other record that stands under this identity. */
const standing = async (
  { rows }: Connection,
  session: ClientSession,
  identity: string | null | undefined,
  except: string,
): Promise<string | null> => {
  if (identity === null || identity === undefined) return null;
  const found = await rows.records.findOne({ identity }, { session, ...only });
  return found === null || found._id === except ? null : found._id;
};

/** The record that already is what this change wants to add (contract §4), or null. */
const duplicateOf = async (connection: Connection, session: ClientSession, change: Change): Promise<string | null> => {
  const { rows } = connection;
  const { record, submission } = change;
  if (record !== undefined) {
    const other = await standing(connection, session, record.identity, record.recordId);
    if (other !== null) return other;
    if ((await rows.records.findOne({ _id: record.recordId }, { session, ...only })) !== null) return record.recordId;
  }
  for (const move of change.recordMoves ?? []) {
    const other = await standing(connection, session, move.identity, move.recordId);
    if (other !== null) return other;
  }
  if (submission !== undefined) {
    const { recordId, sha256 } = submission;
    if ((await rows.submissions.findOne({ recordId, sha256 }, { session, ...only })) !== null) return recordId;
  }
  for (const [recordId, deliveries] of Map.groupBy(change.deliveries ?? [], (one) => one.recordId)) {
    const organs = deliveries.map(({ organ }) => organ);
    if ((await rows.deliveries.findOne({ recordId, organ: { $in: organs } }, { session, ...only })) !== null) return recordId;
  }
  return null;
};

/** An alert stands now that the change wanted to create. */
const isRaised = async ({ rows }: Connection, session: ClientSession, change: Change): Promise<boolean> => {
  for (const { joins, alertId, key } of change.alerts ?? []) {
    if (joins) continue;
    if ((await rows.alerts.findOne({ key, unsettled: true }, { session, ...only })) !== null) return true;
    if ((await rows.alerts.findOne({ _id: alertId }, { session, ...only })) !== null) return true;
  }
  return false;
};

/**
 * The journal entry comes first: where it stands, the change was applied whole. Duplicates are told before
 * staleness, since reading again would find them anyway. Null: nothing stands in the way (any more).
 */
export const decide = (connection: Connection, change: Change, stale: boolean): Promise<Committed | null> =>
  transact<Committed | null>(connection, async (session) => {
    if (await isKnown(connection, session, change.journal.entryId)) return kept(done);
    const recordId = await duplicateOf(connection, session, change);
    if (recordId !== null) return kept(duplicate(recordId));
    return kept(stale || (await isRaised(connection, session, change)) ? { kind: 'stale' } : null);
  });
