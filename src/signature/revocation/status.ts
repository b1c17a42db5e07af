/**
 * What one source says of one certificate, and what whoever reads such a source may ask. CRLs and OCSP
 * answers are read by different rules and end in the same shape, so that the newest that decides can win.
 */
import type { AlgorithmRules } from '../cms/strength.ts';
import type { Certificate } from '../path/certificate.ts';
import type { Trust } from '../path/trust.ts';

/** Something a status rests on; `sha256` (hex) where it is known already: lists are big. */
export type UsedThing = { readonly kind: 'certificate' | 'crl' | 'ocsp'; readonly der: Uint8Array; readonly sha256?: string };

export type Status = {
  /** At the instant of the question: revoked later than that is `good`. */
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly source: 'crl' | 'ocsp';
  readonly thisUpdate: Date;
  /** Null where the source promises nothing newer. */
  readonly nextUpdate: Date | null;
  /** When the revocation took effect, said also where that lies after the instant of the question. */
  readonly revokedAt: Date | null;
  /** Reason code of RFC 5280 5.3.1, null when none is given. 6 (certificateHold) is the one that may be lifted again. */
  readonly reason: number | null;
  /** The list or answer itself and the certificates of its signer. */
  readonly used: readonly UsedThing[];
};

/** The one reason of RFC 5280 5.3.1 that may be lifted again. */
export const certificateHold = 6;

/** `existedAt`: the instant for which the status is asked; `now`: when it is judged, and nothing newer than that is known. */
export type Moment = { readonly existedAt: Date; readonly now: Date };

/** What reading a source may ask of whoever judges the path. One inquiry lasts for one question about one leaf. */
export type Inquiry = {
  readonly trust: Trust;
  /** Certificates that came with the file; they help and prove nothing. */
  readonly embedded: readonly Certificate[];
  /** False: validity periods are not looked at, those of signers of revocation data neither. */
  readonly expiry: boolean;
  /** An operator's own dates for algorithms: what a broken digest signed, anybody may have said. */
  readonly algorithms?: AlgorithmRules;
  /**
   * Whether the signer of a list or answer, other than the issuer itself, is to be believed at `at`: its
   * path ends in the anchor of this inquiry and none of its certificates is revoked or unknown. A
   * certificate that is just being asked for is not believed (no circles). For `ocsp` the certificate
   * must carry id-kp-OCSPSigning, and id-pkix-ocsp-nocheck is honoured; that its issuer is the right one
   * is for the caller to see. Answers the certificates that were needed, null when it is not believed.
   */
  believes(signer: Certificate, purpose: 'crl' | 'ocsp', at: Date): readonly UsedThing[] | null;
};

/** Clocks differ: a source may be this much newer than `now`. */
const SKEW_MS = 5 * 60_000;

/** Nothing that is issued later than it is judged counts, whatever it says. */
export const isIssued = (thisUpdate: Date, now: Date): boolean => thisUpdate.getTime() <= now.getTime() + SKEW_MS;

/**
 * Whether a source may say `good` for `existedAt`: it was still the current one then, or is newer than
 * that instant. Without nextUpdate it promises nothing beyond its own issue (RFC 5280 5.1.2.5 demands
 * one of CRLs; RFC 6960 4.2.2.1 calls newer information available at all times), so only the second holds.
 */
export const isFresh = (thisUpdate: Date, nextUpdate: Date | null, existedAt: Date): boolean =>
  thisUpdate >= existedAt || (nextUpdate !== null && nextUpdate >= existedAt);

/**
 * Whether silence about this certificate means `good`: entries may be dropped once the certificate has
 * expired (RFC 5280 3.3), unless the source says since when it keeps those of expired ones (`keptSince`:
 * expiredCertsOnCRL of X.509 9.5.2.8, archiveCutoff of RFC 6960 4.4.4).
 */
export const stillSpeaksOf = (certificate: Certificate, thisUpdate: Date, keptSince: Date | null): boolean =>
  thisUpdate <= certificate.notAfter || (keptSince !== null && keptSince <= certificate.notAfter);
