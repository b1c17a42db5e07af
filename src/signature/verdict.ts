/** From findings of parts to the finding of the whole (contract §3): signatures of a file, attachments of a document. */
import { type Finding, findingOf, type Reason, type SignatureProof } from './proof.ts';

/** Worst first; among undetermined the one that says most comes first, so that `revocation-unknown` hides none. */
const severity: readonly (Reason | null)[] = [
  'digest-mismatch',
  'signature-mismatch',
  'malformed-signature',
  'changed-after-signing',
  'coverage',
  'revoked',
  'certificate-misuse',
  'untrusted',
  'unsupported',
  'weak-algorithm',
  'expired',
  'not-yet-valid',
  'placeholder',
  'revocation-unknown',
  'not-judged',
  null,
];

/**
 * Of several signatures in one file: worst of invalid > undetermined > valid. A document timestamp is
 * nobody's signature: alone it leaves the file unsigned, and it counts against others only when broken.
 */
export const findingOfFile = (signatures: readonly SignatureProof[]): Finding => {
  const counted = signatures.filter((one) => one.kind === 'signature');
  if (counted.length === 0 && signatures.every((one) => one.verdict !== 'invalid')) return findingOf('no-signature');
  const broken = signatures.filter((one) => one.kind === 'document-timestamp' && one.verdict === 'invalid');
  const reasons = [...counted, ...broken].map((one) => one.reason);
  return findingOf(severity.find((reason) => reasons.includes(reason)) ?? null);
};

/** Of a document: its main file's, except that any invalid file makes it invalid. */
export const findingOfDocument = (main: Finding, all: readonly Finding[]): Finding => {
  if (main.verdict === 'invalid') return main;
  const reasons = all.filter((one) => one.verdict === 'invalid').map((one) => one.reason);
  const worst = severity.find((reason) => reasons.includes(reason));
  return worst === undefined ? main : findingOf(worst);
};

type Indication = { readonly indication: SignatureProof['indication']; readonly subIndication: string | null };

const passed: Indication = { indication: 'TOTAL-PASSED', subIndication: null };
const failed = (subIndication: string): Indication => ({ indication: 'TOTAL-FAILED', subIndication });
const open = (subIndication: string): Indication => ({ indication: 'INDETERMINATE', subIndication });

/** ETSI EN 319 102-1 clause 5.1.3, as near as our reasons come. */
const indications: Partial<Readonly<Record<Reason, Indication>>> = {
  untrusted: open('NO_CERTIFICATE_CHAIN_FOUND'),
  expired: open('OUT_OF_BOUNDS_NO_POE'),
  'not-yet-valid': open('OUT_OF_BOUNDS_NO_POE'),
  'revocation-unknown': open('TRY_LATER'),
  'weak-algorithm': open('CRYPTO_CONSTRAINTS_FAILURE_NO_POE'),
  unsupported: open('SIG_CONSTRAINTS_FAILURE'),
  'certificate-misuse': open('CHAIN_CONSTRAINTS_FAILURE'),
  'digest-mismatch': failed('HASH_FAILURE'),
  'signature-mismatch': failed('SIG_CRYPTO_FAILURE'),
  'malformed-signature': failed('FORMAT_FAILURE'),
  'changed-after-signing': failed('FORMAT_FAILURE'),
  coverage: failed('FORMAT_FAILURE'),
  revoked: failed('REVOKED'),
};

export const indicationOf = (reason: Reason | null): Indication =>
  reason === null ? passed : (indications[reason] ?? open('SIG_CONSTRAINTS_FAILURE'));
