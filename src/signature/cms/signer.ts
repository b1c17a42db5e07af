/**
 * Whether one SignerInfo signs this content (RFC 5652 5.6, RFC 5035): digest, signature value and the
 * binding to the certificate. Trust in that certificate is `path.ts`.
 */

import { DerError, isUniversal, octetString, oidOf, sequenceOf, timeOf } from '../asn1/der.ts';
import { type Certificate, readCertificate } from '../path/certificate.ts';
import type { Trust } from '../path/trust.ts';
import type { Reason } from '../proof.ts';
import { digestBytes, type Feed, isSigned, isWeak, sha256Hex } from './algorithm.ts';
import type { Attributes, SignedData, SignerInfo } from './read.ts';

/** What is signed: its digest by any algorithm, or its bytes in pieces. */
export type Content = { digest(algorithm: string): Uint8Array; readonly feed: Feed };

export const contentOf = (feed: Feed): Content => {
  const known = new Map<string, Uint8Array>();
  return {
    feed,
    digest: (algorithm) => {
      const digest = known.get(algorithm) ?? digestBytes(algorithm, feed);
      known.set(algorithm, digest);
      return digest;
    },
  };
};

export type SignerFault = Extract<
  Reason,
  'digest-mismatch' | 'signature-mismatch' | 'malformed-signature' | 'certificate-misuse' | 'unsupported' | 'untrusted'
>;

export type SignerOutcome = {
  /** Null: the signature value is right for this content and this certificate. */
  readonly fault: SignerFault | null;
  readonly certificate: Certificate | null;
  readonly embedded: readonly Certificate[];
  readonly algorithm: string | null;
  readonly weak: boolean;
  readonly claimedAt: Date | null;
};

const ids = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const MAX_KEPT = 20_000;

/** Certificates of the message; one that cannot be read is left out (it can still not be the signer's). */
export const certificatesOf = (data: SignedData, memory: Trust['memory']): readonly Certificate[] =>
  data.certificates.flatMap((der) => {
    const id = sha256Hex(der);
    try {
      const certificate = memory.certificates.get(id) ?? readCertificate(der);
      if (memory.certificates.size >= MAX_KEPT) memory.certificates.clear();
      memory.certificates.set(id, certificate);
      return [certificate];
    } catch {
      return [];
    }
  });

const single = (attributes: Attributes, id: string) => {
  const values = attributes.get(id);
  if (values !== undefined && values.length !== 1) throw new DerError('an attribute of one value has another number');
  return values?.[0];
};

const claimedTime = (info: SignerInfo): Date | null => {
  const value = info.signed === null ? undefined : single(info.signed.attributes, ids.signingTime);
  return value === undefined ? null : timeOf(value);
};

const isNamed = (info: SignerInfo, certificate: Certificate): boolean =>
  'keyId' in info.signer
    ? certificate.subjectKeyId === info.signer.keyId
    : certificate.serial === info.signer.serial && certificate.issuer.key === info.signer.issuer;

/** False when ESS signing-certificate (v1 SHA-1, v2 any digest) names another certificate: they were swapped. */
const isBound = (attributes: Attributes, certificate: Certificate): boolean => {
  for (const [id, fallback] of [
    [ids.signingCertificateV2, 'sha256'],
    [ids.signingCertificate, 'sha1'],
  ] as const) {
    const value = single(attributes, id);
    if (value === undefined) continue;
    const [first, second] = sequenceOf(sequenceOf(sequenceOf(value)[0])[0]);
    const named = id === ids.signingCertificateV2 && isUniversal(first, 16);
    const algorithm = named ? hashNames[oidOf(sequenceOf(first)[0])] : fallback;
    if (algorithm === undefined) throw new DerError('unknown digest in signing-certificate');
    if (Buffer.compare(octetString(named ? second : first), digestBytes(algorithm, certificate.der)) !== 0) return false;
  }
  return true;
};

const hashNames: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** What is wrong with content and signed attributes, before any key is asked. */
const contentFault = (info: SignerInfo, digest: string, data: SignedData, content: Content): SignerFault | null => {
  // RFC 5652 5.3: without signed attributes only plain data may be signed.
  if (info.signed === null) return data.contentType === '1.2.840.113549.1.7.1' ? null : 'malformed-signature';
  const { attributes } = info.signed;
  const type = single(attributes, ids.contentType);
  const stated = single(attributes, ids.messageDigest);
  if (stated === undefined || type === undefined || oidOf(type) !== data.contentType) return 'malformed-signature';
  return Buffer.compare(octetString(stated), content.digest(digest)) === 0 ? null : 'digest-mismatch';
};

const keyFault = (info: SignerInfo, certificate: Certificate, content: Content): SignerFault | null => {
  if (info.scheme === null || certificate.key === null) return 'unsupported';
  if (!isSigned(info.scheme, certificate.key, info.signed?.bytes ?? content.feed, info.value)) return 'signature-mismatch';
  return info.signed !== null && !isBound(info.signed.attributes, certificate) ? 'certificate-misuse' : null;
};

const isWeakly = (info: SignerInfo, { key }: Certificate): boolean =>
  key !== null && (isWeak(info.digest, key) || isWeak(info.scheme?.digest ?? null, key));

/** Never throws: what cannot be read is `malformed-signature`. `local` are certificates that did not come with the message. */
export const verifySigner = (
  info: SignerInfo,
  data: SignedData,
  content: Content,
  known: { readonly embedded: readonly Certificate[]; readonly local: readonly Certificate[] },
): SignerOutcome => {
  const certificate = [...known.embedded, ...known.local].find((one) => isNamed(info, one)) ?? null;
  const outcome = { certificate, embedded: known.embedded, algorithm: info.scheme?.label ?? null, weak: false, claimedAt: null };
  try {
    const claimedAt = claimedTime(info);
    const told = { ...outcome, claimedAt };
    if (info.digest === null) return { ...told, fault: 'unsupported' };
    const wrong = contentFault(info, info.digest, data, content);
    if (wrong !== null) return { ...told, fault: wrong };
    // The signer's certificate is nowhere: nothing can be said about the value.
    if (certificate === null) return { ...told, fault: 'untrusted' };
    const fault = keyFault(info, certificate, content);
    return { ...told, fault, weak: isWeakly(info, certificate) };
  } catch {
    return { ...outcome, fault: 'malformed-signature' };
  }
};
