/**
 * `adbe.x509.rsa_sha1` (ISO 32000-2 12.8.3.2): no CMS, only an OCTET STRING with a PKCS#1 v1.5 value over the
 * ranges of the file, and the certificates beside it. The name says SHA-1; later versions allow others, and
 * the value itself says which.
 */
import { octetString, readTlv } from '../asn1/der.ts';
import type { Certificate } from '../path/certificate.ts';
import type { Trust } from '../path/trust.ts';
import { isSigned, type Scheme } from './algorithm.ts';
import { type Content, certificatesFrom, type SignerOutcome } from './signer.ts';

const digests = ['sha1', 'sha256', 'sha384', 'sha512', 'ripemd160'] as const;

const schemeFor = (digest: string): Scheme => ({ family: 'rsa', digest, mask: null, saltLength: 0, label: `RSA ${digest.toUpperCase()}` });

/** Null when there is no readable value: then answers how many bytes it took. */
const valueIn = (contents: Uint8Array): { readonly value: Uint8Array; readonly length: number } | null => {
  try {
    const element = readTlv(contents);
    return { value: octetString(element), length: element.bytes.length };
  } catch {
    return null;
  }
};

const blank = { certificate: null, embedded: [], algorithm: null, digests: [], claimedAt: null, bound: false } as const;

const outcomeOf = (value: Uint8Array, certificate: Certificate, embedded: readonly Certificate[], content: Content): SignerOutcome => {
  const told = { ...blank, certificate, embedded };
  const { key } = certificate;
  if (key === null) return { ...told, fault: 'unsupported' };
  const digest = digests.find((one) => isSigned(schemeFor(one), key, content.feed, value));
  if (digest === undefined) return { ...told, fault: 'signature-mismatch' };
  return { ...told, fault: null, algorithm: schemeFor(digest).label, digests: [digest] };
};

/** `sources` are the DER of /Cert, the signer's first. Never throws. `length` is what the value took of `contents`. */
export const verifyBare = (
  contents: Uint8Array,
  sources: readonly Uint8Array[],
  content: Content,
  memory: Trust['memory'],
): { readonly outcome: SignerOutcome; readonly length: number } => {
  const read = valueIn(contents);
  const embedded = certificatesFrom(sources, memory);
  const [certificate] = sources.length === 0 ? [] : certificatesFrom(sources.slice(0, 1), memory);
  if (read === null || certificate === undefined) return { outcome: { ...blank, embedded, fault: 'malformed-signature' }, length: 0 };
  return { outcome: outcomeOf(read.value, certificate, embedded, content), length: read.length };
};
