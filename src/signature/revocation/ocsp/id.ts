/** Of which certificate an OCSP request or answer speaks: by digests of its issuer's name and key, and its number (RFC 6960 §4.1.1). */
import { bitsOf, isContext, readWhole, sequenceOf } from '../../asn1/der.ts';
import { digestBytes } from '../../cms/algorithm.ts';
import type { Certificate } from '../../path/certificate.ts';
import type { CertificateId } from './answer.ts';

/** DER of the issuer's name as the certificate writes it: digests are over bytes, not over what they mean. */
const issuerDer = ({ tbs }: Certificate): Uint8Array => {
  const fields = sequenceOf(readWhole(tbs));
  return fields[isContext(fields[0], 0) ? 3 : 2]?.bytes ?? new Uint8Array();
};

/** The bits of the public key, without algorithm, tag, length and unused bits. */
const keyBitsOf = ({ spki }: Certificate): Uint8Array => bitsOf(sequenceOf(readWhole(spki))[1]);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** SHA-1 of the key bits: how a responder names itself by its key. */
export const keySha1 = (certificate: Certificate): string => hex(digestBytes('sha1', keyBitsOf(certificate)));

/** SHA-1 of an authority's own name, as most CertIDs have it. */
export const nameSha1 = (authority: Certificate): string => hex(digestBytes('sha1', authority.subjectDer));

/** The parts of a CertID as bytes, for asking. */
export const certificateId = (certificate: Certificate, issuer: Certificate, digest: 'sha1' | 'sha256') => ({
  issuerNameHash: digestBytes(digest, issuerDer(certificate)),
  issuerKeyHash: digestBytes(digest, keyBitsOf(issuer)),
});

/** These only name; they need no strength. MD5 is asked by nobody. */
const naming = new Set(['sha1', 'sha256', 'sha384', 'sha512']);

/**
 * Whether a CertID means this certificate of this issuer. The name's digest may be over the issuer as
 * the certificate writes it (RFC 6960) or as the issuer writes itself: string types may differ.
 */
export const isAbout = (id: CertificateId, certificate: Certificate, issuer: Certificate): boolean => {
  const { digest } = id;
  if (id.serial !== certificate.serial || digest === null || !naming.has(digest)) return false;
  if (hex(digestBytes(digest, keyBitsOf(issuer))) !== id.issuerKeyHash) return false;
  return [issuerDer(certificate), issuer.subjectDer].some((name) => hex(digestBytes(digest, name)) === id.issuerNameHash);
};
