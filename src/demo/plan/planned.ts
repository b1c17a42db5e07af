/** What is planned of one document, and what the hub must answer: the first half of the ledger. */
import type { AlertKind } from '../../records/alert.ts';
import type { Reason, Verdict } from '../../signature/proof.ts';

/** How the main document is signed. `stranger` = under a root that the hub does not trust. */
export type Signing = 'both' | 'agency' | 'unsigned' | 'altered' | 'expired' | 'stranger';

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
  /** A second file, unsigned: a separate annex is listed, never alerted. */
  readonly annex: boolean;
  /** Bytes of the main PDF, about. */
  readonly pdfSize: number;
  readonly follow: Follow | null;
  readonly expected: Expected;
};
