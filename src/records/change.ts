/**
 * What one use case wants to become true, as one plain value. A store applies all of it or none, and
 * may be handed the same value again (contract: `hub.ts`, `Hub.commit`).
 */
import type { Alert, AlertState } from './alert.ts';
import type { Delivery, DeliveryState } from './delivery.ts';
import type { FigureDelta } from './figure.ts';
import type { MetCertificate, Sighting } from './holder.ts';
import type { Judgement } from './judgement.ts';
import type { MessageRecord, RecordEvent, Submission } from './record.ts';

/** New values for some columns of a delivery; applied only while `version` is still the current one. */
export type DeliveryMove = {
  readonly deliveryId: string;
  readonly version: number;
  readonly state: DeliveryState;
  readonly stateBeforeRecall?: DeliveryState | null;
  readonly offeredAt?: string;
  readonly attempt?: number;
  readonly collectedAt?: string | null;
};

/** New values for some columns of a record; applied only while `version` is still the current one. */
export type RecordMove = { readonly recordId: string; readonly version: number } & Partial<
  Pick<
    MessageRecord,
    | 'outcome'
    | 'identity'
    | 'counted'
    | 'about'
    | 'aboutDelivery'
    | 'documentId'
    | 'code'
    | 'parkedUntil'
    | 'verdict'
    | 'reason'
    | 'proof'
    | 'purgedAt'
  >
>;

/**
 * One document raising an alert. `joins` is what the use case saw: true = an unsettled alert with this
 * key and this `alertId` exists and is joined (count + 1, latest record, an acknowledged one opens
 * again); false = there is none and this one is created. If that is no longer so, the change is stale.
 */
export type AlertRaise = Pick<Alert, 'alertId' | 'key' | 'kind' | 'severity' | 'organ' | 'recordId' | 'vi' | 'en'> & {
  readonly joins: boolean;
  readonly reason: string | null;
  readonly at: string;
};

export type AlertMove = { readonly alertId: string; readonly version: number; readonly state: AlertState };

/** A line of the tamper-evident log: who did what to which record, with the digest of the bytes. */
export type JournalEntry = {
  /** Unique; a change whose entry is already there was applied before, and answers `done`. */
  readonly entryId: string;
  readonly at: string;
  readonly act: string;
  readonly by: string;
  readonly subject: string;
  /** Anything that proves the act: digests, states, codes, reasons. Never content. */
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
};

export type Change = {
  readonly journal: JournalEntry;
  /** The directory the routing relied on. */
  readonly directoryVersion?: number;
  readonly record?: MessageRecord;
  readonly recordMoves?: readonly RecordMove[];
  readonly submission?: Submission;
  readonly deliveries?: readonly Delivery[];
  readonly deliveryMoves?: readonly DeliveryMove[];
  readonly alerts?: readonly AlertRaise[];
  readonly alertMoves?: readonly AlertMove[];
  readonly figures?: readonly FigureDelta[];
  readonly events?: readonly RecordEvent[];
  /** Kept beside the record's own proof, which is the latest; its evidence was kept before (`hub.evidence.keep`). */
  readonly judgement?: Judgement;
  /** Past the third of a certificate and organ none is kept. */
  readonly sightings?: readonly Sighting[];
  /** Left alone where they stand already. */
  readonly certificates?: readonly MetCertificate[];
};

/**
 * `done`: all of it holds, durably. `duplicate`: another record stands under that identity, or that
 * record already has a delivery to that organ or a submission with those bytes; nothing was written.
 * `stale`: something relied on has changed; read again and decide again.
 */
export type Committed = { readonly kind: 'done' } | { readonly kind: 'duplicate'; readonly recordId: string } | { readonly kind: 'stale' };
