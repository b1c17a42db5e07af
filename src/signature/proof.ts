/**
 * What verification found, in the words of contract §3: the closed tables of verdicts and reasons, the
 * sentences people read, and how the verdicts of signatures become that of a file and of a document.
 */

export const verdicts = ['valid', 'undetermined', 'invalid', 'unsigned', 'unreadable'] as const;
export type Verdict = (typeof verdicts)[number];

export type Reason =
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'revocation-unknown'
  | 'weak-algorithm'
  | 'unsupported'
  | 'placeholder'
  | 'not-judged'
  | 'digest-mismatch'
  | 'signature-mismatch'
  | 'malformed-signature'
  | 'changed-after-signing'
  | 'coverage'
  | 'revoked'
  | 'certificate-misuse'
  | 'no-signature'
  | 'unsignable-format'
  | 'no-attachment'
  | 'encrypted'
  | 'damaged'
  | 'over-limits';

/** A verdict with its reason (`null` only for `valid`) and both sentences. */
export type Finding = { readonly verdict: Verdict; readonly reason: Reason | null; readonly vi: string; readonly en: string };

export type ChangeClass = 'validation' | 'signature' | 'permitted' | 'visible' | 'forbidden';

export type SignatureProof = Finding & {
  readonly index: number;
  readonly kind: 'signature' | 'document-timestamp';
  /** ETSI EN 319 102-1. */
  readonly indication: 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED';
  readonly subIndication: string | null;
  readonly integrity: 'intact' | 'broken';
  readonly covers: { readonly revision: number; readonly of: number; readonly wholeFile: boolean };
  readonly laterChanges: readonly { readonly revision: number; readonly class: ChangeClass; readonly what: string }[];
  readonly signer: {
    readonly name: string | null;
    readonly organisation: string | null;
    readonly kind: 'agency' | 'person' | 'unknown';
    readonly serial: string | null;
    readonly issuer: string | null;
  };
  readonly algorithm: string | null;
  readonly claimedAt: string | null;
  readonly timestampedAt: string | null;
  readonly judgedAt: string;
  readonly chain: readonly { readonly subject: string; readonly serial: string; readonly sha256: string }[];
  readonly revocation: readonly {
    readonly serial: string;
    readonly source: 'crl' | 'ocsp';
    readonly status: 'good' | 'revoked' | 'unknown';
    readonly thisUpdate: string | null;
    readonly nextUpdate: string | null;
    readonly revokedAt: string | null;
  }[];
};

export type AttachmentProof = Finding & {
  readonly name: string;
  readonly contentId: string;
  readonly sha256: string;
  readonly size: number;
  readonly role: 'main' | 'annex';
  readonly kind: string;
  readonly signatures: readonly SignatureProof[];
};

/** What is kept with a record and shown to everyone who asks. */
export type Proof = Finding & {
  readonly judgedAt: string;
  /** Name of the main document, null without attachments. */
  readonly main: string | null;
  readonly attachments: readonly AttachmentProof[];
  readonly envelope: { readonly verdict: Verdict; readonly reason: Reason | null };
};
