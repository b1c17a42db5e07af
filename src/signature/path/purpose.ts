/** What a certificate may be used for: its own extensions against what somebody wants of it. */
import { type Certificate, usage } from './certificate.ts';

/**
 * What the certificate is used for. `any`: its own use is not judged, only the path above it; `crl` and
 * `ocsp`: it signed revocation data.
 */
export type Purpose = 'document' | 'timestamp' | 'crl' | 'ocsp' | 'any';

/** The rule of RFC 5280 (or of our algorithm table) that a path breaks: the reason says it to people, this says which clause. */
export type Rule =
  | 'no-issuer'
  | 'signature'
  | 'algorithm'
  | 'validity'
  | 'basic-constraints'
  | 'path-length'
  | 'key-usage'
  | 'extended-key-usage'
  | 'name-constraints'
  | 'policy'
  | 'critical-extension'
  | 'unreadable-extension';

const timeStamping = '1.3.6.1.5.5.7.3.8';
const ocspSigning = '1.3.6.1.5.5.7.3.9';
/** Purposes under which nobody signs documents: server, code, time stamps, OCSP. */
const otherPurposes = new Set(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.3', timeStamping, ocspSigning]);

const has = (certificate: Certificate, ...bits: readonly number[]): boolean =>
  certificate.keyUsage === null || bits.some((bit) => certificate.keyUsage?.has(bit));

const extendedFault = (leaf: Certificate, purpose: 'document' | 'timestamp' | 'ocsp'): Rule | null => {
  if (purpose === 'document') {
    return leaf.purposes === null || leaf.purposes.some((id) => !otherPurposes.has(id)) ? null : 'extended-key-usage';
  }
  // RFC 3161 2.3 and RFC 6960 4.2.2.2 demand the purpose by name; anyExtendedKeyUsage is not enough.
  return leaf.purposes?.includes(purpose === 'ocsp' ? ocspSigning : timeStamping) === true ? null : 'extended-key-usage';
};

/** Which rule forbids this use of the leaf; null: none. */
export const useFault = (leaf: Certificate, purpose: Purpose): Rule | null => {
  if (purpose === 'any') return null;
  // RFC 5280 4.2.1.3: whoever signs lists carries cRLSign. Only of authorities is its absence with the whole
  // extension endured: else anybody who gets a certificate with an authority's name could sign its lists.
  if (purpose === 'crl') return has(leaf, usage.cRLSign) && (leaf.keyUsage !== null || leaf.isAuthority) ? null : 'key-usage';
  if (leaf.isAuthority && purpose !== 'ocsp') return 'basic-constraints';
  if (!has(leaf, usage.digitalSignature, usage.nonRepudiation)) return 'key-usage';
  return extendedFault(leaf, purpose);
};

/** Which rule forbids `issuer` to stand above `below` authorities that are not self-issued (6.1.4 k–n). */
export const issueFault = (issuer: Certificate, below: number): Rule | null => {
  if (issuer.version !== 3 || !issuer.isAuthority) return 'basic-constraints';
  if (!has(issuer, usage.keyCertSign)) return 'key-usage';
  return issuer.pathLength !== null && issuer.pathLength < below ? 'path-length' : null;
};

export const isSelfIssued = (certificate: Certificate): boolean => certificate.subject.key === certificate.issuer.key;

/** Critical extensions that are processed. qcStatements (RFC 3739 3.2.6) state qualities that no rule here denies. */
const processed = new Set([
  '2.5.29.14', // subjectKeyIdentifier
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.18', // issuerAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.30', // nameConstraints
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies
  '2.5.29.33', // policyMappings
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.36', // policyConstraints
  '2.5.29.37', // extKeyUsage
  '2.5.29.46', // freshestCRL
  '2.5.29.54', // inhibitAnyPolicy
  '2.5.29.56', // noRevAvail (RFC 9608)
  '1.3.6.1.5.5.7.1.3', // qcStatements
  '1.3.6.1.5.5.7.48.1.5', // id-pkix-ocsp-nocheck
]);

/** RFC 5280 4.2: a critical extension that is not understood makes the certificate unusable. */
export const hasUnprocessed = (certificate: Certificate): boolean =>
  [...certificate.extensions].some(([id, extension]) => extension.critical && !processed.has(id));
