/** One envelope to one recipient: its states, and which step may follow which. */
import type { StatusCode } from '../envelope/types.ts';

export const deliveryStates = [
  'queued',
  'held',
  'collected',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  'recall-asked',
  'recalled',
  'withdrawn',
  'superseded',
  'refused',
  'parked',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type Delivery = {
  readonly deliveryId: string;
  readonly recordId: string;
  /** The addressee's current code; unique per record. */
  readonly organ: string;
  /** The closed code that was addressed, where the directory sent it on. */
  readonly redirectedFrom: string | null;
  readonly via: 'inbox' | 'upper';
  readonly kind: 'document' | 'status';
  readonly priority: number;
  readonly state: DeliveryState;
  /** Before a recall was asked, so that a refused recall returns to it. */
  readonly stateBeforeRecall: DeliveryState | null;
  readonly version: number;
  /** The bytes this recipient gets: those that named it. */
  readonly sha256: string;
  readonly size: number;
  readonly queuedAt: string;
  /** From when it stands in the inbox (later than `queuedAt` after a `fail`). */
  readonly offeredAt: string;
  /** Times a recipient answered `fail`. */
  readonly attempt: number;
  readonly collectedAt: string | null;
  /** The system that posted it, so that a hub is never offered what it posted itself. */
  readonly postedBy: string | null;
};

/** What an inbox shows of a delivery: the delivery with what a recipient needs of its record. */
export type Offer = Delivery & {
  readonly type: number | null;
  readonly statusCode: StatusCode | null;
  readonly documentId: string | null;
  readonly from: string | null;
  readonly code: string | null;
  readonly subject: string | null;
  readonly verdict: string | null;
};

/** What a step does to a delivery. `same`: nothing to change. `backward`: kept as an event only. */
export type Step =
  | { readonly kind: 'moved'; readonly state: DeliveryState; readonly stateBeforeRecall: DeliveryState | null }
  | { readonly kind: 'same' }
  | { readonly kind: 'backward' };

const same: Step = { kind: 'same' };
const backward: Step = { kind: 'backward' };
const to = (state: DeliveryState, stateBeforeRecall: DeliveryState | null = null): Step => ({ kind: 'moved', state, stateBeforeRecall });

/** Order of the forward path; what is not in it is an end or a side state. */
const rank: Partial<Record<DeliveryState, number>> = { queued: 0, parked: 0, collected: 1, '01': 2, '03': 3, '04': 4, '05': 5, '06': 6 };

const forward = (state: DeliveryState, next: DeliveryState): Step => {
  const [here, there] = [rank[state], rank[next]];
  if (here === undefined || there === undefined) return backward;
  if (here === there) return same;
  return here < there ? to(next) : backward;
};

/** While a recall is asked the recipient may still report progress: it shows once the recall is refused. */
const whileRecallAsked = (before: DeliveryState, next: DeliveryState): Step => {
  const step = forward(before, next);
  return step.kind === 'moved' ? to('recall-asked', step.state) : step;
};

/** Who answers a request (15, 16) has the document: a status implies collection (contract §5). */
const answered = (state: DeliveryState): Step => (rank[state] === 0 ? to('collected') : same);

/**
 * The step a fetch or a business status makes (domain §1.8): forward with jumps, never backward; 02
 * ends it before registration or in answer to a recall; 13 withdraws what was never handed out and asks
 * for the rest; 15 and 16 answer. `recall` is whether a recall (type 1) stands behind a 15.
 */
export const advance = (delivery: Pick<Delivery, 'state' | 'stateBeforeRecall'>, next: 'collected' | StatusCode, recall = false): Step => {
  const { state, stateBeforeRecall } = delivery;
  switch (next) {
    case '13':
      if (state === 'queued' || state === 'parked' || state === 'held') return to('withdrawn');
      if (state === 'recall-asked') return same;
      return rank[state] === undefined ? backward : to('recall-asked', state);
    case '15':
      if (state === 'recall-asked' || (recall && rank[state] !== undefined)) return to('recalled');
      return answered(state);
    case '16':
      return state === 'recall-asked' ? to(stateBeforeRecall ?? 'collected') : answered(state);
    case '02':
      if (state === '02') return same;
      return state === 'recall-asked' || (rank[state] ?? 9) < 3 ? to('02') : backward;
    default:
      if (state === next) return same;
      return state === 'recall-asked' ? whileRecallAsked(stateBeforeRecall ?? 'collected', next) : forward(state, next);
  }
};
