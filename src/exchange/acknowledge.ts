/** The recipient has it (`done`), or could not take it (`fail`): the only way a delivery leaves the inbox. */
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Change, DeliveryMove } from '../records/change.ts';
import { advance, type Delivery } from '../records/delivery.ts';
import type { Caller } from '../records/key.ts';
import type { MessageRecord, RecordEvent } from '../records/record.ts';
import { parkedAlarm, raisesFor } from './alerting.ts';
import { eventAt } from './draft.ts';
import { newId } from './identity.ts';
import { ownDelivery } from './inbox.ts';

export type Acknowledgement = { readonly result: 'done' | 'fail'; readonly reason?: string | null };
export type Acknowledged = { readonly deliveryId: string; readonly state: string; readonly attempt: number; readonly offeredAt: string };

/** Minutes until it is offered again after the first, second, … failure; the next one parks it. */
const delays = [1, 5, 15, 60];
const minute = 60_000;

/** What the acknowledgement changes; null where it only repeats what is so. */
type Turn = { readonly move: DeliveryMove; readonly event: Pick<RecordEvent, 'kind' | 'text'> } | null;

const doneTurn = (delivery: Delivery, at: Date): Turn => {
  const step = advance(delivery, 'collected');
  if (step.kind !== 'moved') return null;
  const { state, stateBeforeRecall } = step;
  return {
    move: { deliveryId: delivery.deliveryId, version: delivery.version, state, stateBeforeRecall, collectedAt: at.toISOString() },
    event: { kind: 'collected', text: null },
  };
};

const failTurn = (delivery: Delivery, reason: string, at: Date): Turn => {
  if (delivery.state === 'parked' || (delivery.state === 'queued' && delivery.offeredAt > at.toISOString())) return null;
  if (delivery.state !== 'queued') throw failure('acknowledgement.final', '/result');
  const attempt = delivery.attempt + 1;
  const delay = delays[delivery.attempt];
  const move = { deliveryId: delivery.deliveryId, version: delivery.version, attempt };
  if (delay === undefined) return { move: { ...move, state: 'parked' }, event: { kind: 'parked', text: reason } };
  return {
    move: { ...move, state: 'queued', offeredAt: new Date(at.getTime() + delay * minute).toISOString() },
    event: { kind: 'failed', text: reason },
  };
};

export const acknowledge = async (
  hub: Hub,
  caller: Caller,
  deliveryId: string,
  { result, reason }: Acknowledgement,
): Promise<Acknowledged> => {
  const why = reason?.trim() ?? '';
  if (result === 'fail' && why === '')
    throw failure('request.invalid', '/reason', { vi: 'Báo lỗi phải kèm lý do', en: 'A failure needs a reason' });
  for (;;) {
    const delivery = await ownDelivery(hub, caller, deliveryId);
    const at = hub.now();
    const turn = result === 'done' ? doneTurn(delivery, at) : failTurn(delivery, why, at);
    if (turn === null) return shown(delivery);
    const view = await hub.records.get(delivery.recordId);
    if (view === null) throw failure('resource.unknown');
    const committed = await hub.commit(await changeFor(hub, caller, delivery, view.record, turn, at));
    if (committed.kind === 'done') return shown({ ...delivery, ...definedOf(turn.move) });
  }
};

const definedOf = ({ state, attempt, offeredAt }: DeliveryMove): Partial<Delivery> => ({
  state,
  ...(attempt === undefined ? {} : { attempt }),
  ...(offeredAt === undefined ? {} : { offeredAt }),
});

const shown = ({ deliveryId, state, attempt, offeredAt }: Delivery): Acknowledged => ({ deliveryId, state, attempt, offeredAt });

const changeFor = async (
  hub: Hub,
  caller: Caller,
  delivery: Delivery,
  record: MessageRecord,
  turn: NonNullable<Turn>,
  at: Date,
): Promise<Change> => {
  const { organ, deliveryId } = delivery;
  const alarms =
    turn.event.kind === 'parked'
      ? [parkedAlarm(record, organ, `nơi nhận báo lỗi ${turn.move.attempt} lần, lần cuối: ${turn.event.text}`)]
      : [];
  return {
    journal: {
      entryId: newId('j', at),
      at: at.toISOString(),
      act: turn.event.kind,
      by: caller.system,
      subject: deliveryId,
      details: { recordId: record.recordId, organ, state: turn.move.state, reason: turn.event.text },
    },
    deliveryMoves: [turn.move],
    alerts: await raisesFor(hub, record, alarms, at),
    events: [eventAt(at, { recordId: record.recordId, organ, deliveryId, by: caller.system, ...turn.event })],
  };
};
