/** What OCSP answers say of one certificate at one instant (RFC 6960 §3.2, §4.2.2): only those count that come from whom it may come. */
import { type AlgorithmRules, weakness } from '../../cms/strength.ts';
import type { Certificate } from '../../path/certificate.ts';
import { linkBetween, linkBy } from '../../path/link.ts';
import type { Trust } from '../../path/trust.ts';
import { certificateHold, type Inquiry, isFresh, isIssued, type Moment, type Status, stillSpeaksOf, type UsedThing } from '../status.ts';
import type { OcspAnswer, SingleAnswer } from './answer.ts';
import { isAbout, keySha1 } from './id.ts';

const ocspSigning = '1.3.6.1.5.5.7.3.9';
/** An answer cannot be older than what it says; clocks inside one responder may differ by this much. */
const SKEW_MS = 5 * 60_000;

const namesResponder = (answer: OcspAnswer, certificate: Certificate): boolean =>
  answer.responder.kind === 'name' ? answer.responder.name.key === certificate.subject.key : answer.responder.sha1 === keySha1(certificate);

/** What an answer signed with a broken digest says, anybody may have written: strength counts at `at`. */
const isSignedBy = (answer: OcspAnswer, signer: Certificate, { at, algorithms }: Strength): boolean => {
  const { signed, digest } = linkBy(signer.key, answer);
  return signed && signer.key !== null && weakness(digest, signer.key, at, algorithms) === null;
};

/** When the strength of algorithms is asked, and by whose dates. */
type Strength = { readonly at: Date; readonly algorithms?: AlgorithmRules | undefined };

/**
 * Who signed this answer and was entitled to (§4.2.2.2): the issuer itself, or one whom the same issuer has
 * certified for it (id-kp-OCSPSigning, issued by the very key that issued the certificate); null for
 * everybody else. Whether a delegate is still to be believed is another question. `near`: certificates
 * among which it may be, besides those of the answer.
 */
export const responderOf = (
  answer: OcspAnswer,
  issuer: Certificate,
  near: readonly Certificate[],
  trust: Trust,
  strength: Strength = { at: answer.producedAt },
): Certificate | null => {
  if (namesResponder(answer, issuer) && isSignedBy(answer, issuer, strength)) return issuer;
  const delegates = [...answer.certificates, ...near, ...trust.intermediates].filter(
    (one) => one.purposes?.includes(ocspSigning) === true && one.issuer.key === issuer.subject.key && namesResponder(answer, one),
  );
  const found = delegates.find((one) => linkBetween(trust.memory.links, issuer, one).signed && isSignedBy(answer, one, strength));
  return found ?? null;
};

const isValidAt = ({ notBefore, notAfter }: Certificate, at: Date): boolean => notBefore <= at && at <= notAfter;

/** What is needed to believe whoever signed it; null where it is nobody's to say. */
const authorityOf = (answer: OcspAnswer, issuer: Certificate, { existedAt }: Moment, inquiry: Inquiry): readonly UsedThing[] | null => {
  const at = answer.producedAt > existedAt ? answer.producedAt : existedAt;
  const signer = responderOf(answer, issuer, inquiry.embedded, inquiry.trust, { at, algorithms: inquiry.algorithms });
  if (signer === null || (inquiry.expiry && !isValidAt(signer, answer.producedAt))) return null;
  return signer === issuer ? [] : inquiry.believes(signer, 'ocsp', answer.producedAt);
};

/** The instant decides: revoked, and invalid by the authority's word, later than it is `good`; a hold that may have been lifted since counts while it is fresh. */
const judged = (single: SingleAnswer, certificate: Certificate, { existedAt }: Moment): Status['status'] => {
  const { status, thisUpdate, nextUpdate, revokedAt, invalidSince, reason } = single;
  const since = invalidSince !== null && revokedAt !== null && invalidSince < revokedAt ? invalidSince : revokedAt;
  const fresh = isFresh(thisUpdate, nextUpdate, existedAt);
  switch (status) {
    case 'unknown':
      return 'unknown';
    case 'revoked':
      if (since !== null && since > existedAt) return fresh ? 'good' : 'unknown';
      return reason === certificateHold && !fresh ? 'unknown' : 'revoked';
    case 'good':
      return fresh && stillSpeaksOf(certificate, thisUpdate, single.archiveCutoff) ? 'good' : 'unknown';
  }
};

const statusOf = (
  answer: OcspAnswer,
  single: SingleAnswer,
  certificate: Certificate,
  moment: Moment,
  used: readonly UsedThing[],
): Status => ({
  status: judged(single, certificate, moment),
  source: 'ocsp',
  thisUpdate: single.thisUpdate,
  nextUpdate: single.nextUpdate,
  revokedAt: single.revokedAt,
  reason: single.reason,
  used: [{ kind: 'ocsp', der: answer.der }, ...used],
});

/** Whether time and extensions let this answer speak at all. */
const isUsable = (answer: OcspAnswer, single: SingleAnswer, now: Date): boolean =>
  !answer.hasUnknownCritical &&
  !single.hasUnknownCritical &&
  isIssued(answer.producedAt, now) &&
  isIssued(single.thisUpdate, now) &&
  single.thisUpdate.getTime() <= answer.producedAt.getTime() + SKEW_MS &&
  (single.nextUpdate === null || single.nextUpdate >= single.thisUpdate);

/**
 * A revocation that cannot be undone wins over whatever is newer; then what decides over `unknown`;
 * then the newest. So neither an old answer played again nor a new one that knows nothing hides it.
 */
const weight = ({ status, reason }: Status): number => {
  if (status === 'revoked' && reason !== certificateHold) return 2;
  return status === 'unknown' ? 0 : 1;
};

/** Null where none of these answers speaks of this certificate, or none comes from whom it may come. */
export const statusByOcsp = (
  certificate: Certificate,
  issuer: Certificate,
  answers: readonly OcspAnswer[],
  moment: Moment,
  inquiry: Inquiry,
): Status | null => {
  const found: Status[] = [];
  for (const answer of answers) {
    const about = answer.answers.filter((single) => isUsable(answer, single, moment.now) && isAbout(single.about, certificate, issuer));
    // Asked last: it costs signatures, and most answers are about others.
    const used = about.length === 0 ? null : authorityOf(answer, issuer, moment, inquiry);
    if (used !== null) found.push(...about.map((single) => statusOf(answer, single, certificate, moment, used)));
  }
  const [best] = found.toSorted((a, b) => weight(b) - weight(a) || b.thisUpdate.getTime() - a.thisUpdate.getTime());
  return best ?? null;
};
