/**
 * Whether a CRL or an OCSP answer that somebody offers (an operator, a server of a certification
 * authority) may be kept: it is one, and it is signed by an authority whose path ends in a pinned
 * anchor. What it says is judged anew whenever it is used.
 */
import { bitsOf, DerError, readWhole, sequenceOf } from '../asn1/der.ts';
import { isSigned, schemeOf } from '../cms/algorithm.ts';
import { type Certificate, usage } from '../path/certificate.ts';
import { findPath } from '../path/path.ts';
import type { Trust } from '../path/trust.ts';
import { factsOf, type RevocationFacts } from './facts.ts';
import { readOcspAnswer } from './ocsp.ts';
import { keySha1, nameSha1 } from './ocsp-id.ts';
import { signerOf } from './ocsp-status.ts';

export type OfferFault =
  /** Neither a CRL nor an OCSP answer, or cut. */
  | 'unreadable'
  /** Nobody of this name and key is installed, or their path ends in no pinned anchor. */
  | 'issuer-unknown'
  | 'signature-wrong'
  /** Issued later than now. */
  | 'from-the-future';

export type Offer =
  | { readonly kind: 'good'; readonly facts: RevocationFacts; readonly issuer: Certificate; readonly isStale: boolean }
  | { readonly kind: 'bad'; readonly fault: OfferFault; readonly facts: RevocationFacts | null };

const SKEW_MS = 5 * 60_000;

/** The signed part, its algorithm and its signature: the same shape for certificates and lists. */
const signedParts = (der: Uint8Array) => {
  const [tbs, algorithm, signature] = sequenceOf(readWhole(der));
  if (tbs === undefined || algorithm === undefined) throw new DerError('not a signed list');
  return { tbs: tbs.bytes, scheme: schemeOf(algorithm, null), signature: bitsOf(signature) };
};

const isCrlSignedBy = (der: Uint8Array, { key }: Certificate): boolean => {
  const { tbs, scheme, signature } = signedParts(der);
  return scheme !== null && key !== null && isSigned(scheme, key, tbs, signature);
};

/** Nothing is kept, and nothing fetched, for a certificate whose path does not end in a pinned anchor. Whether it was valid when is not asked. */
export const reachesAnchor = (certificate: Certificate, near: readonly Certificate[], trust: Trust): boolean => {
  const { fault } = findPath(certificate, near, trust, { purpose: 'any', at: certificate.notBefore, expiry: false });
  return fault === null || fault === 'weak-algorithm';
};

/** The signer of a CRL among those installed or `near`: by name, and one that may sign lists at all. */
const crlIssuer = (der: Uint8Array, facts: RevocationFacts, near: readonly Certificate[], trust: Trust): Certificate | OfferFault => {
  if (facts.kind !== 'crl') return 'unreadable';
  const named = [...trust.anchors, ...trust.intermediates, ...near].filter((one) => one.subject.key === facts.issuer.key);
  const known = named.filter((one) => (one.keyUsage?.has(usage.cRLSign) ?? true) && reachesAnchor(one, near, trust));
  if (known.length === 0) return 'issuer-unknown';
  return known.find((one) => isCrlSignedBy(der, one)) ?? 'signature-wrong';
};

/** The authority for whose certificates an OCSP answer speaks; its signer must be that authority or its delegate. */
const ocspIssuer = (der: Uint8Array, near: readonly Certificate[], trust: Trust): Certificate | OfferFault => {
  const answer = readOcspAnswer(der);
  if (answer === null || answer.answers.length === 0) return 'unreadable';
  const isOf = (one: Certificate): boolean =>
    answer.answers.every(
      ({ about }) => about.digest !== 'sha1' || (about.issuerKeyHash === keySha1(one) && about.issuerNameHash === nameSha1(one)),
    );
  const authorities = [...trust.anchors, ...trust.intermediates, ...near].filter((one) => one.isAuthority && isOf(one));
  const known = authorities.filter((one) => reachesAnchor(one, near, trust));
  if (known.length === 0) return 'issuer-unknown';
  return known.find((one) => signerOf(answer, one, near, trust) !== null) ?? 'signature-wrong';
};

/** `near`: certificates that help to find issuers and prove nothing, e.g. those of a document's evidence. */
export const judgeOffer = (der: Uint8Array, trust: Trust, now: Date, near: readonly Certificate[] = []): Offer => {
  const facts = factsOf(der);
  if (facts === null) return { kind: 'bad', fault: 'unreadable', facts };
  try {
    const issuer = facts.kind === 'crl' ? crlIssuer(der, facts, near, trust) : ocspIssuer(der, near, trust);
    if (typeof issuer === 'string') return { kind: 'bad', fault: issuer, facts };
    if (Date.parse(facts.thisUpdate) > now.getTime() + SKEW_MS) return { kind: 'bad', fault: 'from-the-future', facts };
    return { kind: 'good', facts, issuer, isStale: facts.nextUpdate !== null && Date.parse(facts.nextUpdate) < now.getTime() };
  } catch (cause) {
    if (cause instanceof DerError) return { kind: 'bad', fault: 'unreadable', facts };
    throw cause;
  }
};
