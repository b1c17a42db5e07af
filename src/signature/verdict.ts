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

/** Of several things that are wrong, the one that is told; null when nothing is. */
export const worstOf = (reasons: readonly (Reason | null)[]): Reason | null => severity.find((reason) => reasons.includes(reason)) ?? null;

/**
 * Of several signatures in one file: worst of invalid > undetermined > valid. A document timestamp is
 * nobody's signature: alone it leaves the file unsigned, and it counts against others only when broken.
 */
export const findingOfFile = (signatures: readonly SignatureProof[]): Finding => {
  const counted = signatures.filter((one) => one.kind === 'signature');
  if (counted.length === 0 && signatures.every((one) => one.verdict !== 'invalid')) return findingOf('no-signature');
  const broken = signatures.filter((one) => one.kind === 'document-timestamp' && one.verdict === 'invalid');
  const reasons = [...counted, ...broken].map((one) => one.reason);
  return findingOf(worstOf(reasons));
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

/** What is known about the instants around a signature, and where its certificate failed. */
export type Circumstances = {
  readonly certificate: { readonly notBefore: Date; readonly notAfter: Date } | null;
  /** The signed attributes name another certificate (ESS). */
  readonly isOther: boolean;
  /** The path, not the signature, holds what is not supported. */
  readonly isPathUnsupported: boolean;
  /** It existed at this instant at the latest: the earliest proof of existence. */
  readonly bestTime: Date;
  /** It was made at this instant at the earliest (content time stamps); null = nobody knows. */
  readonly madeAfter: Date | null;
  /** Of the signer's certificate; null when it is not known to be revoked or another of the path is. */
  readonly revokedAt: Date | null;
  /** The signer's certificate is known not to be revoked. */
  readonly isGood: boolean;
  /** Last day of the weak algorithm, `never`; null when none is weak. */
  readonly weakUntil: string | null;
  /** Time stamps contradict each other or what is known. */
  readonly isOutOfOrder: boolean;
};

const nothingKnown: Circumstances = {
  certificate: null,
  isOther: false,
  isPathUnsupported: false,
  bestTime: new Date(0),
  madeAfter: null,
  revokedAt: null,
  isGood: false,
  weakUntil: null,
  isOutOfOrder: false,
};

const isSince = (madeAfter: Date | null, event: Date | null): boolean => madeAfter !== null && event !== null && madeAfter > event;

/** What the context proves decides between knowing that it was too late and not knowing that it was in time. */
const indications: Partial<Readonly<Record<Reason, (known: Circumstances) => Indication>>> = {
  untrusted: ({ certificate }) => open(certificate === null ? 'NO_SIGNING_CERTIFICATE_FOUND' : 'NO_CERTIFICATE_CHAIN_FOUND'),
  expired: ({ certificate, madeAfter, isGood }) => {
    if (isSince(madeAfter, certificate?.notAfter ?? null)) return failed('EXPIRED');
    return open(isGood ? 'OUT_OF_BOUNDS_NOT_REVOKED' : 'OUT_OF_BOUNDS_NO_POE');
  },
  'not-yet-valid': ({ certificate, bestTime, isOutOfOrder }) => {
    if (isOutOfOrder) return open('TIMESTAMP_ORDER_FAILURE');
    // It existed before its certificate did: that is proven.
    return certificate !== null && bestTime < certificate.notBefore ? failed('NOT_YET_VALID') : open('OUT_OF_BOUNDS_NO_POE');
  },
  'revocation-unknown': () => open('TRY_LATER'),
  'weak-algorithm': ({ weakUntil, madeAfter }) => {
    const isKnown = weakUntil === 'never' || (weakUntil !== null && isSince(madeAfter, new Date(`${weakUntil}T23:59:59Z`)));
    return open(isKnown ? 'CRYPTO_CONSTRAINTS_FAILURE' : 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE');
  },
  unsupported: ({ isPathUnsupported }) => open(isPathUnsupported ? 'CERTIFICATE_CHAIN_GENERAL_FAILURE' : 'SIG_CONSTRAINTS_FAILURE'),
  'certificate-misuse': ({ isOther }) => open(isOther ? 'NO_SIGNING_CERTIFICATE_FOUND' : 'CHAIN_CONSTRAINTS_FAILURE'),
  'digest-mismatch': () => failed('HASH_FAILURE'),
  'signature-mismatch': () => failed('SIG_CRYPTO_FAILURE'),
  'malformed-signature': () => failed('FORMAT_FAILURE'),
  'changed-after-signing': () => failed('FORMAT_FAILURE'),
  coverage: () => failed('FORMAT_FAILURE'),
  revoked: ({ revokedAt, madeAfter }) => {
    if (revokedAt === null) return open('REVOKED_CA_NO_POE');
    return isSince(madeAfter, revokedAt) ? failed('REVOKED') : open('REVOKED_NO_POE');
  },
};

/** ETSI EN 319 102-1 5.1.3, tables 5 and 6. */
export const indicationOf = (reason: Reason | null, known: Circumstances = nothingKnown): Indication =>
  reason === null ? passed : (indications[reason]?.(known) ?? open('SIG_CONSTRAINTS_FAILURE'));
