/** Compare and set: nothing is changed unless it still is at the version that was seen. Null = stale. */
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import type { DeliveryMove, RecordMove } from '../../records/change.ts';
import type { MessageRecord } from '../../records/record.ts';
import type { Connection, Row } from '../connection.ts';
import { deliveryForm, recordForm } from '../rows.ts';
import type { Unfolded } from './journal.ts';

/** Some file or time stamp in it could not be asked about revocation (`records.toJudge`). */
export const isDoubtful = (proof: MessageRecord['proof']): boolean =>
  proof !== null && JSON.stringify(proof).includes('"reason":"revocation-unknown"');

const setting = (set: object, unset: object): object => ({
  ...(Object.keys(set).length > 0 && { $set: set }),
  ...(Object.keys(unset).length > 0 && { $unset: unset }),
});

/** False = stale. A change moves one record, seldom two. */
export const moveRecords = async ({ rows }: Connection, session: ClientSession, moves: readonly RecordMove[]): Promise<boolean> => {
  for (const { recordId, version, ...part } of moves) {
    const { set, unset } = recordForm.assign(part);
    const doubt = part.proof === undefined ? null : isDoubtful(part.proof);
    const update = setting({ ...set, ...(doubt === true && { doubtful: true }) }, { ...unset, ...(doubt === false && { doubtful: '' }) });
    const moved = await rows.records.updateOne({ _id: recordId, version }, { ...update, $inc: { version: 1 } }, { session, hint: '_id_' });
    if (moved.matchedCount !== 1) return false;
  }
  return true;
};

/** All to which the same happens. */
const updateFor = (ids: readonly string[], { version, ...part }: Omit<DeliveryMove, 'deliveryId'>): AnyBulkWriteOperation<Row> => {
  const { set, unset } = deliveryForm.assign(part);
  // Offered again: to the queues of a broker, too; a claim is on the message that failed.
  const again = part.offeredAt !== undefined;
  const update = setting(
    { ...set, ...(again && { unrelayed: true }) },
    { ...unset, ...(again && { relayedAt: '', claimedBy: '', claimedUntil: '' }) },
  );
  return { updateMany: { filter: { _id: { $in: [...ids] }, version }, update: { ...update, $inc: { version: 1 } }, hint: '_id_' } };
};

/** One write for all that are moved alike; one delivery moved twice is moved step by step. */
const updatesFor = (moves: readonly DeliveryMove[]): readonly AnyBulkWriteOperation<Row>[] => {
  const twice = new Set(moves.map(({ deliveryId }) => deliveryId)).size < moves.length;
  const alike = Map.groupBy(moves, ({ deliveryId, ...move }) => (twice ? JSON.stringify([deliveryId, move]) : JSON.stringify(move)));
  return [...alike.values()].flatMap((those) => {
    const [first] = those;
    if (first === undefined) return [];
    const { deliveryId: _, ...move } = first;
    const ids = those.map(({ deliveryId }) => deliveryId);
    return [updateFor(ids, move)];
  });
};

type Tally = NonNullable<Unfolded['tallies']>[number];
type Moved = { readonly tallies: readonly Tally[]; readonly offered: readonly string[] };

/**
 * One question and one write however many there are: two thousand may be withdrawn at once. Another process that
 * moves one of them meanwhile makes the two transactions conflict, and the later begins again.
 */
export const moveDeliveries = async (
  { rows }: Connection,
  session: ClientSession,
  moves: readonly DeliveryMove[],
): Promise<Moved | null> => {
  if (moves.length === 0) return { tallies: [], offered: [] };
  const ids = moves.map(({ deliveryId }) => deliveryId);
  const found = await rows.deliveries
    .find({ _id: { $in: ids } }, { session, projection: { version: 1, state: 1, organ: 1, via: 1 } })
    .toArray();
  const now = new Map(found.map(({ _id, version, state, organ, via }) => [_id, { version, state, organ, via }]));
  const tallies: Tally[] = [];
  const offered: string[] = [];
  for (const { deliveryId, version, state } of moves) {
    const one = now.get(deliveryId);
    if (one === undefined || one.version !== version) return null;
    if (one.state !== state) tallies.push({ name: 'delivery', state: String(one.state), by: -1 }, { name: 'delivery', state, by: 1 });
    if (state === 'queued' && one.via === 'inbox') offered.push(String(one.organ));
    now.set(deliveryId, { ...one, version: version + 1, state });
  }
  const { matchedCount } = await rows.deliveries.bulkWrite([...updatesFor(moves)], { session });
  return matchedCount === moves.length ? { tallies, offered } : null;
};
