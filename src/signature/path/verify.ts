/** Whether a certificate is to be believed for one use at one instant: its path, and the revocation of every certificate below the anchor. */
import { allRules, type VerificationContext } from '../context.ts';
import type { Reason, SignatureProof } from '../proof.ts';
import type { Certificate } from './certificate.ts';
import { findPath, type Purpose } from './path.ts';

export type Question = {
  readonly purpose: Purpose;
  /** The instant at which the signature is proven to have existed: validity and revocation are judged at it. */
  readonly existedAt: Date;
};

export type Belief = {
  /** Null: believed, under the rules of the context. */
  readonly fault: Extract<
    Reason,
    'untrusted' | 'expired' | 'not-yet-valid' | 'weak-algorithm' | 'unsupported' | 'certificate-misuse' | 'revoked' | 'revocation-unknown'
  > | null;
  /** Signer first; ends in an anchor when one was reached. */
  readonly chain: readonly Certificate[];
  /** One row for each certificate below the anchor of which something is known. */
  readonly revocation: SignatureProof['revocation'];
};

/** `embedded` are certificates that came with the signature: they help to build paths and prove nothing. */
export const verifyCertificate = (
  leaf: Certificate,
  embedded: readonly Certificate[],
  question: Question,
  context: VerificationContext,
): Belief => {
  const { trust, revocation, expiry } = context.rules ?? allRules;
  const path = findPath(leaf, embedded, context.trust, expiry ? question.existedAt : null, question.purpose);
  for (const { der, sha256 } of path.chain) context.evidence?.use('certificate', der, sha256);
  const fault = trust && path.fault !== null ? path.fault : revocation && path.chain.length > 1 ? 'revocation-unknown' : null;
  return { fault, chain: path.chain, revocation: [] };
};
