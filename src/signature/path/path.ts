/**
 * Certification paths (RFC 5280 6): built over every candidate issuer, then validated at a given time.
 * The search tries all candidates, because cross-certificates and renewed authorities share names; the
 * best outcome wins: a path that holds, else the most telling failure of one that reaches an anchor.
 */

import type { Reason } from '../proof.ts';
import type { Certificate } from './certificate.ts';
import { usage } from './certificate.ts';
import { linkBetween } from './link.ts';
import type { Trust } from './trust.ts';

export type Path = {
  /** Signer first; ends in an anchor when one was reached. */
  readonly chain: readonly Certificate[];
  /** Null: the path holds (revocation aside). */
  readonly fault: Extract<
    Reason,
    'untrusted' | 'expired' | 'not-yet-valid' | 'weak-algorithm' | 'unsupported' | 'certificate-misuse'
  > | null;
};

/** What the certificate is used for. */
export type Purpose = 'document' | 'timestamp';

const MAX_LENGTH = 10;
/** Signature checks in one search: bounds what a bag of same-named certificates can cost. */
const MAX_STEPS = 200;

/**
 * Critical extensions that are processed, or that a path without policy requirements satisfies. Name
 * constraints and policy constraints are not processed yet: critical, they make a path `unsupported`.
 */
const processed = new Set([
  '2.5.29.14', // subjectKeyIdentifier
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.18', // issuerAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.37', // extKeyUsage
  '1.3.6.1.5.5.7.1.3', // qcStatements
]);

const timeStamping = '1.3.6.1.5.5.7.3.8';
/** Purposes under which nobody signs documents: server, code, time stamps, OCSP. */
const otherPurposes = new Set(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.3', timeStamping, '1.3.6.1.5.5.7.3.9']);

const maySign = (leaf: Certificate, purpose: Purpose): boolean => {
  if (leaf.isAuthority) return false;
  const bits = leaf.keyUsage;
  if (bits !== null && !bits.has(usage.digitalSignature) && !bits.has(usage.nonRepudiation)) return false;
  if (purpose === 'timestamp') return leaf.purposes?.includes(timeStamping) ?? false;
  return leaf.purposes === null || leaf.purposes.some((id) => !otherPurposes.has(id));
};

/** Whether `issuer` may stand above: `below` is how many authorities already stand under it (self-issued ones apart). */
const mayIssue = (issuer: Certificate, below: number): boolean =>
  issuer.version === 3 &&
  issuer.isAuthority &&
  (issuer.keyUsage === null || issuer.keyUsage.has(usage.keyCertSign)) &&
  (issuer.pathLength === null || issuer.pathLength >= below);

const isSelfIssued = (certificate: Certificate): boolean => certificate.subject.key === certificate.issuer.key;

const timeFault = (certificate: Certificate, at: Date | null): 'expired' | 'not-yet-valid' | null => {
  if (at === null) return null;
  if (at < certificate.notBefore) return 'not-yet-valid';
  return at > certificate.notAfter ? 'expired' : null;
};

const hasUnprocessed = (certificate: Certificate): boolean =>
  [...certificate.extensions].some(([id, extension]) => extension.critical && !processed.has(id));

/** Validates a path that ends in an anchor, from the anchor down; the anchor's own dates and constraints count too. */
const faultOf = (chain: readonly Certificate[], at: Date | null, purpose: Purpose, trust: Trust): Path['fault'] => {
  const [leaf] = chain;
  if (leaf === undefined || !maySign(leaf, purpose)) return 'certificate-misuse';
  let below = 0;
  for (const issuer of chain.slice(1)) {
    // An old self-signed anchor of version 1 is trusted by its pin; whatever it says of itself is not a promise.
    const bare = trust.anchors.includes(issuer) && issuer.version !== 3;
    if (!bare && !mayIssue(issuer, below)) return 'certificate-misuse';
    if (!isSelfIssued(issuer)) below += 1;
  }
  if (chain.some(hasUnprocessed)) return 'unsupported';
  const late = chain.map((certificate) => timeFault(certificate, at)).find((fault) => fault !== null);
  if (late !== undefined) return late;
  const links = chain.slice(1).map((issuer, i) => linkBetween(trust.memory.links, issuer, chain[i] ?? issuer));
  return links.some((link) => link.weak) || chain.some((certificate) => isSmallKey(certificate)) ? 'weak-algorithm' : null;
};

const isSmallKey = (certificate: Certificate): boolean => {
  const length = certificate.key?.asymmetricKeyDetails?.modulusLength;
  return length !== undefined && length < 2048;
};

/** The best failure to tell: the less it blames, the closer the path came. */
const order: readonly Path['fault'][] = [
  null,
  'weak-algorithm',
  'expired',
  'not-yet-valid',
  'unsupported',
  'certificate-misuse',
  'untrusted',
];
const better = (a: Path, b: Path): Path => (order.indexOf(b.fault) < order.indexOf(a.fault) ? b : a);

/** Candidates by name, those whose key identifier fits first. */
const issuersOf = (subject: Certificate, pool: readonly Certificate[]): readonly Certificate[] => {
  const named = pool.filter((candidate) => candidate.subject.key === subject.issuer.key);
  const fits = (candidate: Certificate) =>
    subject.authorityKeyId !== null && candidate.subjectKeyId !== null && candidate.subjectKeyId === subject.authorityKeyId ? 0 : 1;
  return named.toSorted((a, b) => fits(a) - fits(b));
};

/**
 * The best path for `leaf` at the instant `at`, over the certificates that came with the signature and
 * those of `trust`; null ignores validity periods. `untrusted` when no path reaches an anchor; `chain` is then as far as it got.
 */
export const findPath = (leaf: Certificate, embedded: readonly Certificate[], trust: Trust, at: Date | null, purpose: Purpose): Path => {
  const anchors = new Set(trust.anchors.map((anchor) => anchor.sha256));
  const pool = [...trust.anchors, ...trust.intermediates, ...embedded.filter((one) => !anchors.has(one.sha256))];
  let best: Path = { chain: [leaf], fault: 'untrusted' };
  let steps = 0;
  const climb = (chain: readonly Certificate[]): void => {
    const top = chain.at(-1) ?? leaf;
    if (anchors.has(top.sha256)) {
      best = better(best, { chain, fault: faultOf(chain, at, purpose, trust) });
      return;
    }
    if (best.fault === 'untrusted' && chain.length > best.chain.length) best = { chain, fault: 'untrusted' };
    if (chain.length >= MAX_LENGTH) return;
    for (const issuer of issuersOf(top, pool)) {
      if (best.fault === null || steps >= MAX_STEPS) return;
      if (
        chain.some(
          (one) =>
            one.sha256 === issuer.sha256 ||
            (one.subject.key === issuer.subject.key &&
              one.spki.length === issuer.spki.length &&
              Buffer.compare(one.spki, issuer.spki) === 0),
        )
      )
        continue;
      steps += 1;
      if (linkBetween(trust.memory.links, issuer, top).signed) climb([...chain, issuer]);
    }
  };
  climb([leaf]);
  return best;
};
