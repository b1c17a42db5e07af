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
