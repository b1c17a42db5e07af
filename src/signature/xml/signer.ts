/** Who signed: the certificate whose key fits, and its bindings. Whether it is to be believed is asked elsewhere (`time/believe.ts`). */
import type { KeyObject } from 'node:crypto';
import { isSigned } from '../cms/algorithm.ts';
import { certificatesFrom, type SignerOutcome } from '../cms/signer.ts';
import type { VerificationContext } from '../context.ts';
import type { Certificate } from '../path/certificate.ts';
import type { Claim } from './parts/claim.ts';
import { malformed } from './parts/node.ts';
import type { SignedInfo } from './parts/references.ts';
import { type Facts, isBound } from './parts/xades.ts';

export type Signed = {
  readonly claim: Claim;
  readonly info: SignedInfo;
  /** Canonical SignedInfo: what the value is over. */
  readonly bytes: Buffer;
  readonly facts: Facts;
};

export type Signer = Pick<SignerOutcome, 'fault' | 'certificate' | 'embedded' | 'digests'>;

/** The signer's first: whom signed properties name, then those that issued none of the others. Nothing here is believed. */
const candidates = (all: readonly Certificate[], facts: Facts): readonly Certificate[] => {
  const issued = (one: Certificate) => all.some((other) => other !== one && other.issuer.key === one.subject.key);
  const bound = facts.certificates.length === 0 ? [] : all.filter((one) => isBound(facts, one));
  return [...new Set([...bound, ...all.filter((one) => !issued(one)), ...all])];
};

const differs = (key: KeyObject, certificate: Certificate): boolean => certificate.key === null || !key.equals(certificate.key);

const digestsOf = ({ scheme, references }: SignedInfo): readonly string[] => [
  ...new Set([...references.map(({ algorithm }) => algorithm), ...(scheme.digest === null ? [] : [scheme.digest])]),
];

/**
 * A key only tells broken from whole here, before its certificate is believed: nothing is valid by it.
 * Throws ProfileError.
 */
export const signerOf = (signed: Signed, { trust }: VerificationContext): Signer => {
  const { claim, info, bytes, facts } = signed;
  const embedded = certificatesFrom(claim.certificates, trust.memory);
  if (embedded.length === 0 && claim.certificates.length > 0) return malformed('no X509Certificate can be read');
  const ordered = candidates(embedded, facts);
  const fits = ({ key }: Certificate) => key !== null && isSigned(info.scheme, key, bytes, claim.value);
  const certificate = ordered.find(fits) ?? ordered[0] ?? null;
  const told = { certificate, embedded, digests: digestsOf(info) };
  // Nobody is named: nothing can be said of the value, and a bare key is nobody's.
  if (certificate === null) return { ...told, fault: 'untrusted' };
  if (certificate.key === null) return { ...told, fault: 'unsupported' };
  if (!fits(certificate)) return { ...told, fault: 'signature-mismatch' };
  // Readers that take the bare key would take another's.
  if (claim.keys.some((key) => differs(key, certificate))) return malformed('a KeyValue that is not the certificate’s');
  return { ...told, fault: isBound(facts, certificate) ? null : 'certificate-misuse' };
};
