/**
 * Whether one SignerInfo signs this content (RFC 5652 5.6, RFC 5035): digest, signature value and the
 * binding to the certificate. Trust in that certificate is `path.ts`.
 */

import type { KeyObject } from 'node:crypto';
import { bitsOf, octetString, oidOf, readWhole, sequenceOf, setOf, timeOf } from '../asn1/der.ts';
import { type Certificate, readCertificate } from '../path/certificate.ts';
import type { Trust } from '../path/trust.ts';
import type { Reason } from '../proof.ts';
import { digestBytes, type Feed, isSigned, MAX_GATHERED, type Scheme, sha256Hex } from './algorithm.ts';
import { type Bond, bondTo, isIssuer, keepsAlgorithms, single } from './binding.ts';
import { contentTypes, type SignedData, type SignerInfo } from './read.ts';

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
  /** Digests the signature rests on, as node:crypto names them: how strong they are is asked at the time that counts. */
  readonly digests: readonly string[];
  readonly claimedAt: Date | null;
  /** Whether the signed attributes name the certificate (ESS). */
  readonly bound: boolean;
};

const ids = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
} as const;

const MAX_KEPT = 20_000;

/** Those that can be read; one that cannot is left out (it can still not be the signer's). */
export const certificatesFrom = (sources: readonly Uint8Array[], memory: Trust['memory']): readonly Certificate[] =>
  sources.flatMap((der) => {
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

/** Certificates of the message. */
export const certificatesOf = (data: SignedData, memory: Trust['memory']): readonly Certificate[] =>
  certificatesFrom(data.certificates, memory);

const claimedTime = (info: SignerInfo): Date | null => {
  const value = info.signed === null ? undefined : single(info.signed.attributes, ids.signingTime);
  return value === undefined ? null : timeOf(value);
};

/** By issuer and serial, or by key identifier: the certificate's own, else SHA-1 of its key (RFC 5280 4.2.1.2). */
const isNamed = (info: SignerInfo, certificate: Certificate): boolean => {
  const { signer } = info;
  if (!('keyId' in signer)) return certificate.serial === signer.serial && isIssuer(signer.issuer, certificate);
  if (certificate.subjectKeyId !== null) return certificate.subjectKeyId === signer.keyId;
  const [, key] = sequenceOf(readWhole(certificate.spki));
  return Buffer.from(digestBytes('sha1', bitsOf(key))).toString('hex') === signer.keyId;
};

/** Signed attributes are some hundred bytes; with every embedded list still less than this. */
const MAX_ATTRIBUTES = 1024 * 1024;

/**
 * A signature over attributes becomes one "without attributes" over other content when the SET it was made
 * over is shown as the content: nobody ever meant to sign that.
 */
const isSetOfAttributes = (content: Content): boolean => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  content.feed((piece) => {
    length += piece.length;
    if (length <= MAX_ATTRIBUTES && (pieces.length > 0 || piece[0] === 0x31)) pieces.push(Uint8Array.from(piece));
  });
  if (pieces.length === 0 || length > MAX_ATTRIBUTES) return false;
  try {
    const members = setOf(readWhole(Buffer.concat(pieces)));
    return members.some((member) => oidOf(sequenceOf(member)[0]) === ids.messageDigest);
  } catch {
    return false;
  }
};

/** RFC 5652 5.3: without signed attributes only plain data may be signed. */
const bareFault = (data: SignedData, content: Content): SignerFault | null =>
  data.contentType === contentTypes.data && !isSetOfAttributes(content) ? null : 'malformed-signature';

/** What is wrong with content and signed attributes, before any key is asked. */
const contentFault = (info: SignerInfo, digest: string, data: SignedData, content: Content): SignerFault | null => {
  if (info.signed === null) return bareFault(data, content);
  const { attributes } = info.signed;
  const type = single(attributes, ids.contentType);
  const stated = single(attributes, ids.messageDigest);
  if (stated === undefined || type === undefined || oidOf(type) !== data.contentType) return 'malformed-signature';
  return Buffer.compare(octetString(stated), content.digest(digest)) === 0 ? null : 'digest-mismatch';
};

/** More would have to be held at once than a worker should (Ed25519 and Ed448 over the content itself). */
const isTooMuch = (info: SignerInfo, content: Content): boolean => {
  if (info.signed !== null || info.scheme?.digest !== null) return false;
  let length = 0;
  content.feed((piece) => {
    length += piece.length;
  });
  return length > MAX_GATHERED;
};

const isValue = (info: SignerInfo, scheme: Scheme, key: KeyObject, content: Content): boolean => {
  if (info.signed === null) return isSigned(scheme, key, content.feed, info.value);
  const { bytes, canonical } = info.signed;
  if (isSigned(scheme, key, bytes, info.value)) return true;
  const other = canonical();
  return Buffer.compare(other, bytes) !== 0 && isSigned(scheme, key, other, info.value);
};

type Match = Pick<SignerOutcome, 'fault' | 'bound'> & { readonly certificate: Certificate };

const bondFault: Readonly<Record<Bond, SignerFault | null>> = {
  bound: null,
  unbound: null,
  'other-certificate': 'certificate-misuse',
  'unknown-digest': 'unsupported',
};

const matchWith = (info: SignerInfo, certificate: Certificate, content: Content): Match => {
  const { scheme, signed } = info;
  const told = { certificate, bound: false };
  if (scheme === null || certificate.key === null || isTooMuch(info, content)) return { ...told, fault: 'unsupported' };
  if (!isValue(info, scheme, certificate.key, content)) return { ...told, fault: 'signature-mismatch' };
  if (signed === null) return { ...told, fault: null };
  if (!keepsAlgorithms(info, signed.attributes)) return { ...told, fault: 'malformed-signature' };
  const bond = bondTo(signed.attributes, certificate);
  return { certificate, fault: bondFault[bond], bound: bond === 'bound' };
};

/** Certificates of one issuer and serial, or of one key identifier: a stranger's beside the signer's must not hide it. */
const MAX_CANDIDATES = 8;

/** The certificate under which the signature holds, else the first that is named. */
const matchOf = (info: SignerInfo, named: readonly Certificate[], content: Content): Match | null => {
  let first: Match | null = null;
  for (const certificate of named.slice(0, MAX_CANDIDATES)) {
    const match = matchWith(info, certificate, content);
    if (match.fault === null) return match;
    first ??= match;
  }
  return first;
};

const digestsOf = (info: SignerInfo): readonly string[] => [
  ...new Set([info.digest, info.scheme?.digest ?? null].filter((digest) => digest !== null)),
];

/** Never throws: what cannot be read is `malformed-signature`. `local` are certificates that did not come with the message. */
export const verifySigner = (
  info: SignerInfo,
  data: SignedData,
  content: Content,
  known: { readonly embedded: readonly Certificate[]; readonly local: readonly Certificate[] },
): SignerOutcome => {
  const blank = { certificate: null, embedded: known.embedded, algorithm: info.scheme?.label ?? null, digests: digestsOf(info) };
  let outcome: Omit<SignerOutcome, 'fault'> = { ...blank, claimedAt: null, bound: false };
  try {
    const named = [
      ...new Map([...known.embedded, ...known.local].filter((one) => isNamed(info, one)).map((one) => [one.sha256, one])).values(),
    ];
    outcome = { ...outcome, certificate: named[0] ?? null };
    outcome = { ...outcome, claimedAt: claimedTime(info) };
    if (info.digest === null) return { ...outcome, fault: 'unsupported' };
    const wrong = contentFault(info, info.digest, data, content);
    if (wrong !== null) return { ...outcome, fault: wrong };
    // The signer's certificate is nowhere: nothing can be said about the value.
    return { ...outcome, ...(matchOf(info, named, content) ?? { fault: 'untrusted' }) };
  } catch {
    return { ...outcome, fault: 'malformed-signature' };
  }
};
