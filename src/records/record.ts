/** What the hub remembers of one message: a document, a status, or one that it refused. */

import type { BusinessType, StatusCode } from '../envelope/types.ts';
import type { FailureCode, Warning } from '../errors.ts';
import type { Proof, Reason, Verdict } from '../signature/proof.ts';

export type Outcome = 'accepted' | 'held' | 'refused';

export type MessageRecord = {
  readonly recordId: string;
  /** Raised by one at each change; a move names the version it relied on. */
  readonly version: number;
  readonly kind: 'document' | 'status';
  readonly type: BusinessType | null;
  readonly statusCode: StatusCode | null;
  /** As sent, normalised; of a status, the document it speaks of; null where it could not be read. */
  readonly documentId: string | null;
  readonly number: string | null;
  readonly notation: string | null;
  /** `number/notation` as people cite it; of a status, the code it names. */
  readonly code: string | null;
  readonly subject: string | null;
  /** Type name as sent (Công văn, Báo cáo, …). */
  readonly typeName: string | null;
  /** The sender's current code, after aliases; null for a refused message whose sender could not be read. */
  readonly from: string | null;
  readonly fromAsSent: string | null;
  readonly fromName: string | null;
  /** `yyyy-mm-dd`, Việt Nam. */
  readonly promulgatedOn: string | null;
  readonly priority: number;
  readonly paper: 0 | 1 | 'unclear' | null;
  readonly verdict: Verdict | null;
  readonly reason: Reason | null;
  readonly proof: Proof | null;
  readonly warnings: readonly Warning[];
  readonly acceptedAt: string;
  readonly sha256: string;
  readonly size: number;
  readonly contentDigest: string | null;
  readonly outcome: Outcome;
  readonly refusalCode: FailureCode | null;
  /** The key of contract §4, unique while it stands; null for refused and returned ones. */
  readonly identity: string | null;
  /** The system (or hub) whose key posted it; null when the hub itself wrote it. */
  readonly system: string | null;
  /** Whether it counts as a document in the figures (a suspected duplicate does not). */
  readonly counted: boolean;
  /** Of a status, the record it belongs to; of types 1–3, the earlier document. Null while unmatched. */
  readonly about: string | null;
  /** Of a status, the delivery it reports on. */
  readonly aboutDelivery: string | null;
  /** An unmatched status waits for its document until then. */
  readonly parkedUntil: string | null;
  /** Of a status: whom it answers (ResponseFor), for matching later. */
  readonly responseFor: {
    readonly organ: string;
    readonly documentId: string | null;
    readonly code: string | null;
    readonly promulgatedOn: string | null;
  } | null;
  readonly purgedAt: string | null;
};

/**
 * One taking of bytes for a record: the first, or a supplementary one that named new recipients. Its
 * receipt is repeated, as first given, whenever the same bytes come again.
 */
export type Submission = {
  readonly recordId: string;
  readonly sha256: string;
  readonly size: number;
  readonly acceptedAt: string;
  readonly receipt: Receipt;
};

export type ReceiptDelivery = {
  readonly deliveryId: string;
  readonly organ: string;
  readonly state: string;
  readonly via: 'inbox' | 'upper';
  readonly redirectedFrom?: string;
};

/** Our "we have it" for a document (contract §5); a status has StatusReceipt. */
export type DocumentReceipt = {
  readonly recordId: string;
  readonly documentId: string;
  readonly kind: 'document';
  readonly type: BusinessType;
  readonly sha256: string;
  readonly size: number;
  readonly acceptedAt: string;
  readonly proof: Proof;
  readonly deliveries: readonly ReceiptDelivery[];
  readonly alerts: readonly { readonly alertId: string; readonly kind: string; readonly vi: string }[];
  readonly warnings: readonly Warning[];
};

export type StatusReceipt = {
  readonly recordId: string;
  /** The document's record, null while unmatched. */
  readonly about: string | null;
  readonly statusCode: StatusCode;
  readonly matched: boolean;
  readonly moved: boolean;
  readonly deliveryId: string | null;
  readonly acceptedAt: string;
  readonly warnings: readonly Warning[];
};

export type Receipt = DocumentReceipt | StatusReceipt;

/** Something that happened to a record; nothing is ever removed from this list. */
export type RecordEvent = {
  readonly eventId: string;
  readonly recordId: string;
  readonly at: string;
  readonly organ: string | null;
  readonly deliveryId: string | null;
  readonly kind:
    | 'accepted'
    | 'refused'
    | 'held'
    | 'released'
    | 'returned'
    | 'offered'
    | 'collected'
    | 'failed'
    | 'parked'
    | 'status'
    | 'judged'
    | 'supplemented'
    | 'alerted'
    | 'withdrawn'
    /** A recall (code 1), update (2) or replacement (3) of this document was sent to `organ`; `text` is its record. */
    | 'linked';
  /** Status code or failure code, where there is one. */
  readonly code: string | null;
  readonly text: string | null;
  /** Who did it: a system, a person's key id, or the hub. */
  readonly by: string;
};
