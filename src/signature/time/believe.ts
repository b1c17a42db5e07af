/**
 * From a signature that is right over its content to whether it is to be believed: when it is proven to
 * have existed (ETSI EN 319 102-1 5.5, 5.6), and whether its certificate and its algorithms were good then.
 */
import { carrying, enclosedIn } from '../cms/enclosed.ts';
import type { SignedData, SignerInfo } from '../cms/read.ts';
import type { Content, SignerOutcome } from '../cms/signer.ts';
import { type Weakness, weakness } from '../cms/strength.ts';
import { allRules, type VerificationContext } from '../context.ts';
import { type Belief, verifyCertificate } from '../path/verify.ts';
import type { Reason, Remark, TimestampProof } from '../proof.ts';
import { type Circumstances, worstOf } from '../verdict.ts';
import { claimedRemarks } from './claimed.ts';
import { isConflict, momentsOf, remarksOn, type Stamps, stampsOf, timestampRows } from './moments.ts';

/**
 * A signature that was checked against its content. A CMS signer: `outcome` is what `verifySigner` said and
 * `cms` what it was asked with. Any other signature (XML-DSig): `cms` is null, it has no time stamps then.
 */
export type CheckedSigner = {
  readonly outcome: Pick<SignerOutcome, 'fault' | 'certificate' | 'embedded' | 'digests'>;
  readonly cms: { readonly info: SignerInfo; readonly data: SignedData; readonly content: Content } | null;
  /** What the signer claims: signingTime, or /M of a PDF. */
  readonly claimedAt: Date | null;
};

export type SignerBelief = {
  /** The outcome's own fault first; null: believed, under the rules of the context. */
  readonly reason: Reason | null;
  readonly chain: Belief['chain'];
  readonly revocation: Belief['revocation'];
  /** When a trusted authority stamped it, by the earliest stamp that counts (document timestamps over it are the caller's). */
  readonly timestampedAt: Date | null;
  /** The earliest instant at which it is proven to have existed: what everything else was judged at. */
  readonly bestTime: Date;
  readonly timestamps: readonly TimestampProof[];
  readonly remarks: readonly Remark[];
  /** For `indicationOf`. */
  readonly circumstances: Circumstances;
};

type Judged = { readonly belief: Belief; readonly weak: Weakness | null; readonly reason: Reason | null };

const unknown: Belief = { fault: 'untrusted', chain: [], revocation: [] };

/** Certificate and algorithms, as they were at this instant. */
const judgedAt = ({ outcome }: CheckedSigner, existedAt: Date, context: VerificationContext): Judged => {
  const { certificate, embedded, digests } = outcome;
  const { algorithms, trust } = context.rules ?? allRules;
  if (certificate === null) return { belief: unknown, weak: null, reason: trust ? 'untrusted' : null };
  const belief = verifyCertificate(certificate, embedded, { purpose: 'document', existedAt }, context);
  const weaknesses = [null, ...digests].map((digest) => weakness(digest, certificate.key, existedAt, algorithms));
  const weak = weaknesses.find((one) => one !== null) ?? null;
  return { belief, weak, reason: worstOf([belief.fault, weak === null ? null : 'weak-algorithm']) };
};

/**
 * A stamp that lacks nothing but news of its authority's revocation may yet prove the earlier time: what
 * would be good then is not called expired or weak meanwhile. Revoked stays revoked.
 */
const judgedWith = (signer: CheckedSigner, stamps: Stamps, best: Date, context: VerificationContext): Judged => {
  const judged = judgedAt(signer, best, context);
  const waiting = stamps.signature.filter((stamp) => stamp.reason === 'revocation-unknown' && stamp.latest !== null && stamp.latest < best);
  if ((judged.reason !== 'expired' && judged.reason !== 'weak-algorithm') || waiting.length === 0) return judged;
  const earliest = new Date(Math.min(...waiting.map((stamp) => stamp.latest?.getTime() ?? best.getTime())));
  const earlier = judgedAt(signer, earliest, context);
  const isHopeful = earlier.reason === null || earlier.reason === 'revocation-unknown';
  return isHopeful ? { ...earlier, reason: 'revocation-unknown' } : judged;
};

const circumstancesOf = (signer: CheckedSigner, judged: Judged, best: Date, madeAfter: Date | null): Circumstances => {
  const { certificate, fault } = signer.outcome;
  const row = judged.belief.revocation.find((one) => one.serial === certificate?.serial);
  return {
    certificate,
    isOther: fault === 'certificate-misuse',
    isPathUnsupported: fault === null && judged.belief.fault === 'unsupported',
    bestTime: best,
    madeAfter,
    revokedAt: row?.status === 'revoked' && row.revokedAt !== null ? new Date(row.revokedAt) : null,
    isGood: row?.status === 'good',
    weakUntil: judged.weak?.until ?? null,
    isOutOfOrder: false,
  };
};

/** Stamps are proof only over a signature that is right: over another they stamp nothing. */
const isRight = (fault: Reason | null): boolean => fault === null || fault === 'untrusted';
const noStamps: Stamps = { signature: [], content: [] };

/**
 * Whether to believe a signer. `existedAt` is when the signature is known to have existed by what lies
 * outside of it: `context.at`, or earlier where a document timestamp that holds covers it. Its own time
 * stamps are judged here and can only make it earlier.
 */
export const believeSigner = (signer: CheckedSigner, context: VerificationContext, existedAt: Date = context.at): SignerBelief => {
  const { outcome, cms, claimedAt } = signer;
  const told = cms === null ? context : carrying(context, enclosedIn(cms.data, cms.info));
  const embedded = [...outcome.embedded, ...(told.enclosed ?? [])];
  const stamps = cms === null || !isRight(outcome.fault) ? noStamps : stampsOf(cms.info, cms.content, existedAt, told);
  const { stampedAt, bestTime, madeAfter } = momentsOf(stamps, existedAt);
  const judged = judgedWith({ ...signer, outcome: { ...outcome, embedded } }, stamps, bestTime, told);
  return {
    reason: outcome.fault ?? judged.reason,
    chain: judged.belief.chain,
    revocation: judged.belief.revocation,
    timestampedAt: stampedAt,
    bestTime,
    timestamps: timestampRows(stamps),
    remarks: [
      ...remarksOn(stamps, isConflict(stamps, existedAt)),
      ...claimedRemarks(claimedAt, { existedAt: bestTime, stampedAt, madeAfter }),
    ],
    circumstances: circumstancesOf(signer, judged, bestTime, madeAfter),
  };
};
