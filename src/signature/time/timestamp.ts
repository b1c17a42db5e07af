/**
 * Whether a time-stamp token proves that what it stamps existed then (RFC 3161 2.3, 2.4.2; ETSI EN 319 102-1
 * 5.4). In two steps: whether it is sound, which bytes alone decide; and whether its authority is to be
 * believed, which depends on when the token itself is known to have existed: at the hub's acceptance, or
 * earlier by a later stamp over it.
 */

import type { SignedData } from '../cms/read.ts';
import { type Content, certificatesOf, contentOf, type SignerOutcome, verifySigner } from '../cms/signer.ts';
import { weakness } from '../cms/strength.ts';
import { allRules, type VerificationContext } from '../context.ts';
import type { Certificate } from '../path/certificate.ts';
import { type Belief, verifyCertificate } from '../path/verify.ts';
import type { Reason } from '../proof.ts';
import { type Circumstances, worstOf } from '../verdict.ts';
import { readToken, readTokenMessage, type Token } from './token.ts';

/** A token as its bytes are; nobody is trusted yet. */
export type OpenStamp = {
  /** Null: it is a token over what was given, rightly signed, and bound to its certificate. */
  readonly fault: Reason | null;
  readonly token: Token | null;
  readonly outcome: SignerOutcome | null;
};

export type Stamp = {
  /** Null: the token holds. */
  readonly reason: Reason | null;
  /** Whether it may prove anything: it holds, and its authority is trusted even where the rules ask no trust. */
  readonly counts: boolean;
  readonly at: Date | null;
  /** genTime and its accuracy: what was stamped existed at this instant at the latest. */
  readonly latest: Date | null;
  /** It claims a time after the one at which it is known to have existed. */
  readonly late: boolean;
  readonly outcome: SignerOutcome | null;
  readonly chain: Belief['chain'];
  readonly revocation: Belief['revocation'];
};

const timeStamping = '1.3.6.1.5.5.7.3.8';

/** RFC 3161 2.3: the one purpose, and critical. */
const isStampingOnly = (certificate: Certificate): boolean =>
  certificate.extensions.get('2.5.29.37')?.critical === true &&
  certificate.purposes?.length === 1 &&
  certificate.purposes[0] === timeStamping;

const imprintFault = (token: Token, stamped: Content): Reason | null => {
  if (token.digest === null) return 'unsupported';
  return Buffer.compare(token.imprint, stamped.digest(token.digest)) === 0 ? null : 'digest-mismatch';
};

const signerFault = (data: SignedData, outcome: SignerOutcome): Reason | null => {
  if (outcome.fault !== null) return outcome.fault;
  // RFC 3161 2.4.2: one signature, that of the authority, and bound to its certificate (RFC 5816).
  if (data.signers.length !== 1 || !outcome.bound) return 'malformed-signature';
  return outcome.certificate !== null && isStampingOnly(outcome.certificate) ? null : 'certificate-misuse';
};

/** Never throws: what cannot be read is `malformed-signature`. */
export const openStamp = (data: SignedData, stamped: Content, { trust, enclosed = [] }: VerificationContext): OpenStamp => {
  try {
    const token = readToken(data);
    const [signer] = data.signers;
    const inside = data.content;
    if (signer === undefined || inside === null) return { fault: 'malformed-signature', token, outcome: null };
    const known = { embedded: [...certificatesOf(data, trust.memory), ...enclosed], local: [...trust.intermediates, ...trust.anchors] };
    const content = contentOf((sink) => sink(inside));
    const outcome = verifySigner(signer, data, content, known);
    return { fault: imprintFault(token, stamped) ?? signerFault(data, outcome), token, outcome };
  } catch {
    return { fault: 'malformed-signature', token: null, outcome: null };
  }
};

/** Clocks of hubs and authorities differ a little: a token may be so much younger than its acceptance. */
export const clockSkew = 5 * 60_000;

/** Whom the token's certificate leads to, if the rules of the context ask for it; and whether to trust at all. */
const beliefIn = (certificate: Certificate, embedded: readonly Certificate[], existedAt: Date, context: VerificationContext) => {
  const rules = context.rules ?? allRules;
  const question = { purpose: 'timestamp', existedAt } as const;
  const belief = verifyCertificate(certificate, embedded, question, context);
  // Rules that ask no trust judge bytes; a proof of time from nobody stays none.
  const trusted = rules.trust
    ? belief
    : verifyCertificate(certificate, embedded, question, { ...context, rules: { ...rules, trust: true } });
  return { belief, isTrusted: trusted.fault === null };
};

/**
 * `existedAt`: when the token itself is known to have existed. Its certificate is judged at that instant
 * (one that expired or was revoked later does no harm), must have been valid at genTime already, and its
 * algorithms must have been strong at that instant (5.6.2).
 */
export const believeStamp = ({ fault, token, outcome }: OpenStamp, existedAt: Date, context: VerificationContext): Stamp => {
  const at = token?.at ?? null;
  const latest = token === null ? null : new Date(token.at.getTime() + token.accuracy);
  const told = { at, latest, late: false, outcome, counts: false, chain: [], revocation: [] };
  if (token === null || outcome === null || outcome.certificate === null) return { ...told, reason: fault ?? 'malformed-signature' };
  const { certificate, embedded } = outcome;
  const { belief, isTrusted } = beliefIn(certificate, embedded, existedAt, context);
  const late = token.at.getTime() - token.accuracy > existedAt.getTime() + clockSkew;
  const early = certificate.notBefore.getTime() > token.at.getTime() + token.accuracy;
  const { algorithms } = context.rules ?? allRules;
  const digests = [...outcome.digests, token.digest];
  const isWeak = digests.some((digest) => weakness(digest, certificate.key, existedAt, algorithms) !== null);
  const reason = worstOf([fault, belief.fault, isWeak ? 'weak-algorithm' : null, late || early ? 'not-yet-valid' : null]);
  const { chain, revocation } = belief;
  return { ...told, chain, revocation, late: late && fault === null, reason, counts: reason === null && isTrusted };
};

/** For `indicationOf`, of a document timestamp. */
export const stampCircumstances = (stamp: Stamp): Circumstances | undefined => {
  const { outcome, at, late, revocation } = stamp;
  if (outcome === null || at === null) return undefined;
  const row = revocation.find((one) => one.serial === outcome.certificate?.serial);
  return {
    certificate: outcome.certificate,
    isOther: outcome.fault === 'certificate-misuse',
    isPathUnsupported: outcome.fault === null,
    bestTime: at,
    madeAfter: null,
    revokedAt: row?.status === 'revoked' && row.revokedAt !== null ? new Date(row.revokedAt) : null,
    isGood: row?.status === 'good',
    weakUntil: null,
    isOutOfOrder: late,
  };
};

/** A token that stands alone in an attribute. */
export const verifyStamp = (der: Uint8Array, stamped: Content, existedAt: Date, context: VerificationContext): Stamp => {
  try {
    return believeStamp(openStamp(readTokenMessage(der), stamped, context), existedAt, context);
  } catch {
    return believeStamp({ fault: 'malformed-signature', token: null, outcome: null }, existedAt, context);
  }
};
