/** What the ports are asked, and in what pieces they answer. */

import type { Verdict } from '../signature/proof.ts';
import type { AlertKind, AlertState } from './alert.ts';
import type { Delivery, DeliveryState } from './delivery.ts';
import type { MessageRecord, Outcome } from './record.ts';

/** One page of a list, newest first: `next` is opaque, null on the last page. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** Where to go on, and how many at most (1–1000). */
export type Cursor = { readonly after?: string; readonly limit: number };

/**
 * Whose eyes: null sees all. A system sees what its organs sent or what it posted, and what was
 * delivered to organs it collects for (not while held).
 */
export type Viewer = { readonly system: string; readonly speaksFor: readonly string[]; readonly collectsFor: readonly string[] } | null;

export type RecordQuery = Cursor & {
  readonly viewer: Viewer;
  readonly documentId?: string;
  /** Sender or recipient. */
  readonly organ?: string;
  /** Accepted at or after `from`, before `to`: instants. */
  readonly from?: string;
  readonly to?: string;
  /** Has a delivery in this state. */
  readonly state?: DeliveryState;
  readonly verdict?: Verdict;
  readonly outcome?: Outcome;
  /** Words in subject, code or names of organs, without diacritics and case. */
  readonly q?: string;
};

export type RecordView = { readonly record: MessageRecord; readonly deliveries: readonly Delivery[] };

/** The two organs and what the status says of its document. */
export type DocumentClue = {
  readonly sender: string;
  /** Null: whoever received it. */
  readonly recipient: string | null;
  readonly documentId: string | null;
  readonly code: string | null;
  readonly promulgatedOn: string | null;
};

export type InboxQuery = Cursor & {
  readonly system: string;
  readonly collectsFor: readonly string[];
  readonly at: string;
  readonly kind?: 'document' | 'status';
  readonly organ?: string;
};

export type AlertQuery = Cursor & {
  readonly organs: readonly string[] | null;
  readonly state?: AlertState;
  readonly kind?: AlertKind;
  readonly organ?: string;
};
