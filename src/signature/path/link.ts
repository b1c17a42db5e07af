/**
 * Whether one certificate signed another: node:crypto does the maths, and for RSA node-forge, an
 * independent implementation, is asked too. forge can only object, it never makes a link good.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { readWhole, sequenceOf, type Tlv } from '../asn1/der.ts';
import { sequence } from '../asn1/write.ts';
import { isSigned, schemeOf } from '../cms/algorithm.ts';
import type { Certificate } from './certificate.ts';

/** `digest` is that of the signature algorithm, null where it has none of its own or is unknown. */
export type Link = { readonly signed: boolean; readonly digest: string | null };

/** Anything signed the way certificates are: the bytes, the AlgorithmIdentifier, the value. */
export type Signed = { readonly tbs: Uint8Array; readonly signatureAlgorithm: Tlv; readonly signature: Uint8Array };

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const forgeDigests: Readonly<Record<string, () => forge.md.MessageDigest>> = {
  sha1: () => forge.md.sha1.create(),
  sha256: () => forge.md.sha256.create(),
  sha384: () => forge.md.sha384.create(),
  sha512: () => forge.md.sha512.create(),
};

/** False when forge can judge this link and finds it wrong; true when it agrees or has no opinion. */
const forgeAgrees = (issuer: Certificate, subject: Certificate, digest: string): boolean => {
  const create = forgeDigests[digest];
  if (create === undefined) return true;
  try {
    const key = forge.pki.publicKeyFromAsn1(forge.asn1.fromDer(binary(issuer.spki))) as forge.pki.rsa.PublicKey;
    const hash = create().update(binary(subject.tbs), 'raw');
    return key.verify(hash.digest().bytes(), binary(subject.signature));
  } catch {
    return false;
  }
};

const unsigned: Link = { signed: false, digest: null };

/** Whether this key signed these bytes; never throws. */
export const linkBy = (key: KeyObject | null, signed: Signed): Link => {
  try {
    const scheme = schemeOf(signed.signatureAlgorithm, null);
    if (scheme === null || key === null) return unsigned;
    return { signed: isSigned(scheme, key, signed.tbs, signed.signature), digest: scheme.digest };
  } catch {
    return unsigned;
  }
};

/** Bounds the memory of a process that meets many signers. */
const MAX_KEPT = 20_000;

export const linkBetween = (memory: Map<string, Link>, issuer: Certificate, subject: Certificate): Link => {
  const id = `${issuer.sha256}${subject.sha256}`;
  const known = memory.get(id);
  if (known !== undefined) return known;
  const link = linkBy(issuer.key, subject);
  const isRsa = link.signed && schemeOf(subject.signatureAlgorithm, null)?.family === 'rsa';
  const settled = isRsa && link.digest !== null && !forgeAgrees(issuer, subject, link.digest) ? { ...link, signed: false } : link;
  if (memory.size >= MAX_KEPT) memory.clear();
  memory.set(id, settled);
  return settled;
};

const dsa = Buffer.from([0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01]);

type Spki = { readonly algorithm: readonly Tlv[]; readonly bits: Tlv };

/** Null for every other kind of key, and for what is none. */
const dsaKeyOf = (certificate: Certificate): Spki | null => {
  try {
    const [identifier, bits] = sequenceOf(readWhole(certificate.spki));
    const algorithm = sequenceOf(identifier);
    const isDsa = algorithm[0] !== undefined && Buffer.compare(algorithm[0].bytes, dsa) === 0;
    return isDsa && bits !== undefined ? { algorithm, bits } : null;
  } catch {
    return null;
  }
};

/** A DSA key without parameters has those of its issuer (RFC 3279 2.3.2, RFC 5280 6.1.4 d–f). */
export const inheritsParameters = (certificate: Certificate): boolean =>
  certificate.key === null && dsaKeyOf(certificate)?.algorithm.length === 1;

/** The key of `certificate` when its issuer's is `above`; null when there is none to make. */
export const keyUnder = (certificate: Certificate, above: KeyObject | null): KeyObject | null => {
  if (certificate.key !== null || !inheritsParameters(certificate)) return certificate.key;
  if (above?.asymmetricKeyType !== 'dsa') return null;
  try {
    const own = dsaKeyOf(certificate);
    const [identifier] = sequenceOf(readWhole(above.export({ type: 'spki', format: 'der' })));
    if (own === null || identifier === undefined) return null;
    return createPublicKey({ key: Buffer.from(sequence(identifier.bytes, own.bits.bytes)), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
};
