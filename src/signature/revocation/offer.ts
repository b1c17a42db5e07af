/**
 * Whether a CRL or an OCSP answer that somebody offers (an operator, a server of a certification
 * authority) may be kept: it is one, and it is signed by an authority whose path ends in a pinned
 * anchor. What it says is judged anew whenever it is used.
 */
import { type Certificate, usage } from '../path/certificate.ts';
import { linkBy } from '../path/link.ts';
import { findPath } from '../path/path.ts';
import type { Trust } from '../path/trust.ts';
import type { Crl } from './crl/list.ts';
import { type Piece, readPiece } from './facts.ts';
import type { OcspAnswer } from './ocsp/answer.ts';
import { keySha1, nameSha1 } from './ocsp/id.ts';
import { responderOf } from './ocsp/status.ts';
import { isIssued } from './status.ts';

export type OfferFault =
  /** Neither a CRL nor an OCSP answer, or cut. */
  | 'unreadable'
  /** Nobody of this name and key is installed, or their path ends in no pinned anchor. */
  | 'issuer-unknown'
  | 'signature-wrong'
  /** Issued later than now. */
  | 'from-the-future';

export type Offer =
  | { readonly kind: 'good'; readonly piece: Piece; readonly issuer: Certificate; readonly isStale: boolean }
  | { readonly kind: 'bad'; readonly fault: OfferFault; readonly piece: Piece | null };

/** Nothing is kept, and nothing fetched, for a certificate whose path does not end in a pinned anchor. Whether it was valid when is not asked. */
export const reachesAnchor = (certificate: Certificate, near: readonly Certificate[], trust: Trust): boolean => {
  const { fault } = findPath(certificate, near, trust, { purpose: 'any', at: certificate.notBefore, expiry: false });
  return fault === null || fault === 'weak-algorithm';
};

/** The signer of a CRL among those installed or `near`: by name, and one that may sign lists at all. */
const crlIssuer = (crl: Crl, near: readonly Certificate[], trust: Trust): Certificate | OfferFault => {
  const named = [...(trust.named.get(crl.issuer.key) ?? []), ...near.filter((one) => one.subject.key === crl.issuer.key)];
  const known = named.filter((one) => (one.keyUsage?.has(usage.cRLSign) ?? true) && reachesAnchor(one, near, trust));
  if (known.length === 0) return 'issuer-unknown';
  return known.find((one) => linkBy(one.key, crl).signed) ?? 'signature-wrong';
};

/** Whether every part of the answer is about certificates of this authority, as far as digests by SHA-1 say. */
const isOf = (answer: OcspAnswer, authority: Certificate): boolean =>
  answer.answers.every(
    ({ about }) => about.digest !== 'sha1' || (about.issuerKeyHash === keySha1(authority) && about.issuerNameHash === nameSha1(authority)),
  );

/** The authority for whose certificates an OCSP answer speaks; its signer must be that authority or its delegate. */
const ocspIssuer = (answer: OcspAnswer, near: readonly Certificate[], trust: Trust): Certificate | OfferFault => {
  const authorities = [...trust.anchors, ...trust.intermediates, ...near].filter((one) => one.isAuthority && isOf(answer, one));
  const known = authorities.filter((one) => reachesAnchor(one, near, trust));
  if (known.length === 0) return 'issuer-unknown';
  return known.find((one) => responderOf(answer, one, near, trust) !== null) ?? 'signature-wrong';
};

/**
 * The entries of a list are not looked at: half a million take a moment, and the hub's own thread asks this
 * too. `near`: certificates that help to find issuers and prove nothing, e.g. those of a document's evidence.
 */
export const judgeOffer = (der: Uint8Array, trust: Trust, now: Date, near: readonly Certificate[] = []): Offer => {
  const piece = readPiece(der);
  if (piece === null) return { kind: 'bad', fault: 'unreadable', piece };
  const issuer = piece.kind === 'crl' ? crlIssuer(piece.crl, near, trust) : ocspIssuer(piece.answer, near, trust);
  if (typeof issuer === 'string') return { kind: 'bad', fault: issuer, piece };
  const { thisUpdate, nextUpdate } = piece.facts;
  if (!isIssued(new Date(thisUpdate), now)) return { kind: 'bad', fault: 'from-the-future', piece };
  return { kind: 'good', piece, issuer, isStale: nextUpdate !== null && Date.parse(nextUpdate) < now.getTime() };
};
