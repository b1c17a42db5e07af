/**
 * The agents' own account: what was sent and what must come of it (written before posting), what was
 * answered and what arrived. It takes nothing from the hub on trust: digests are of the bytes themselves.
 */
import { createHash } from 'node:crypto';
import { isDelivered } from '../plan/figures.ts';
import type { PlannedDocument } from '../plan/planned.ts';
import { demoOrgan } from '../plan/province.ts';

export type Step = 'first' | 'same-bytes' | 'rebuilt' | 'supplement' | 'renumbered' | 'conflict';

export type Posting = {
  readonly document: PlannedDocument;
  readonly step: Step;
  /** As posted; a renumbered document has its own. */
  readonly documentId: string;
  readonly to: readonly string[];
  readonly sha256: string;
  readonly size: number;
};

export type PostAnswer = {
  readonly posting: Posting;
  readonly status: number;
  /** Failure code of a problem document. */
  readonly code: string | null;
  readonly replayed: boolean;
  readonly recordId: string | null;
  /** What the receipt says that this envelope raised or joined. */
  readonly alerts: readonly { readonly alertId: string; readonly kind: string }[];
};

export type StatusPosting = {
  readonly documentId: string;
  readonly by: string;
  readonly to: string;
  readonly statusCode: string;
  readonly sha256: string;
};
export type StatusAnswer = { readonly posting: StatusPosting; readonly status: number; readonly matched: boolean; readonly moved: boolean };

export type Arrival = {
  readonly kind: 'document' | 'status';
  readonly organ: string;
  readonly documentId: string | null;
  readonly statusCode: string | null;
  readonly recordId: string;
  readonly deliveryId: string;
  /** Of the bytes received. */
  readonly sha256: string;
  readonly verdict: string | null;
};

export type Ledger = {
  readonly plan: readonly PlannedDocument[];
  readonly postings: Posting[];
  readonly answers: PostAnswer[];
  readonly statuses: StatusPosting[];
  readonly statusAnswers: StatusAnswer[];
  readonly arrivals: Arrival[];
};

export const openLedger = (plan: readonly PlannedDocument[]): Ledger => ({
  ...{ plan, postings: [], answers: [], statuses: [], statusAnswers: [], arrivals: [] },
});

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const isMember = (code: string): boolean => {
  try {
    return demoOrgan(code).member;
  } catch {
    return false;
  }
};

/** `documentId organ` -> SHA-256 of the bytes that this organ must collect, once. */
export const expectedArrivals = (ledger: Ledger): ReadonlyMap<string, string> => {
  const expected = new Map<string, string>();
  for (const { document, step, documentId, to, sha256 } of ledger.postings) {
    if (!isDelivered(document) || step === 'same-bytes' || step === 'rebuilt' || step === 'conflict') continue;
    for (const organ of to.filter(isMember)) expected.set(`${documentId} ${organ}`, sha256);
  }
  return expected;
};

/** Documents that the administrator returns: the sender gets a status 02 written by the hub. */
export const expectedNotices = (ledger: Ledger): readonly PlannedDocument[] =>
  ledger.plan.filter(({ expected }) => expected.kind === 'accepted' && expected.decision === 'return');

/** How many arrivals are still to come, for knowing when to stop waiting. */
export const outstanding = (ledger: Ledger): number =>
  expectedArrivals(ledger).size + ledger.statuses.length + expectedNotices(ledger).length - ledger.arrivals.length;
