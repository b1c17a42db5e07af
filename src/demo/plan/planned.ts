/** What is planned of one document, and what the hub must answer: the first half of the ledger. */
import type { AlertKind } from '../../records/alert.ts';
import type { Reason, Verdict } from '../../signature/proof.ts';

/**
 * How the main document is signed. `stranger` = under a root that the hub does not trust; `unchecked` = by
 * an authority whose list of revoked certificates is not to be had; `revoked` = after the certificate was
 * revoked; `retired` = before that, as a time stamp proves; `later-page` = then a page was added.
 */
export type Signing =
  | 'both'
  | 'agency'
  | 'person'
  | 'unsigned'
  | 'altered'
  | 'later-page'
  | 'expired'
  | 'stranger'
  | 'revoked'
  | 'retired'
  | 'unchecked';

/** What the sender does with the same document after the first posting. */
export type Follow =
  | { readonly kind: 'same-bytes' }
  | { readonly kind: 'rebuilt' }
  | { readonly kind: 'supplement'; readonly to: readonly string[] }
  | { readonly kind: 'renumbered' }
  | { readonly kind: 'conflict' };

export type ExpectedAlert = { readonly kind: AlertKind; readonly reason: Reason | null };

export type Expected =
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly alert: ExpectedAlert | null }
  | {
      readonly kind: 'accepted';
      readonly verdict: Verdict;
      readonly reason: Reason | null;
      readonly held: boolean;
      /** What the administrator decides of a held one; null = stays held. */
      readonly decision: 'release' | 'return' | null;
      readonly alert: ExpectedAlert | null;
    };

export type PlannedDocument = {
  readonly documentId: string;
  readonly from: string;
  /** The system whose key posts it; normally the sender's own. */
  readonly system: string;
  readonly to: readonly string[];
  readonly number: string;
  readonly notation: string;
  readonly promulgatedOn: string;
  readonly typeName: string;
  readonly subject: string;
  readonly sphere: string | null;
  readonly priority: number;
  readonly paper: 0 | 1;
  readonly signing: Signing;
  /** Whose seal stands on it, where it is another organ's; null = the sender's. */
  readonly sealOf: string | null;
  /** Whether a time-stamping authority stamped the signatures. */
  readonly stamped: boolean;
  /** A second file; null = none. */
  readonly annex: 'signed' | 'unsigned' | null;
  /** Bytes of the main PDF, about. */
  readonly pdfSize: number;
  readonly follow: Follow | null;
  readonly expected: Expected;
};
