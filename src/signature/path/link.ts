/**
 * Whether one certificate signed another: node:crypto does the maths, and for RSA node-forge, an
 * independent implementation, is asked too. forge can only object, it never makes a link good.
 */
import forge from 'node-forge';
import { isSigned, isWeak, schemeOf } from '../cms/algorithm.ts';
import type { Certificate } from './certificate.ts';

export type Link = { readonly signed: boolean; readonly weak: boolean };

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

/** Bounds the memory of a process that meets many signers. */
const MAX_KEPT = 20_000;

export const linkBetween = (memory: Map<string, Link>, issuer: Certificate, subject: Certificate): Link => {
  const id = `${issuer.sha256}${subject.sha256}`;
  const known = memory.get(id);
  if (known !== undefined) return known;
  const scheme = schemeOf(subject.signatureAlgorithm, null);
  const signed =
    scheme !== null &&
    issuer.key !== null &&
    isSigned(scheme, issuer.key, subject.tbs, subject.signature) &&
    (scheme.family !== 'rsa' || scheme.digest === null || forgeAgrees(issuer, subject, scheme.digest));
  const link = { signed, weak: scheme !== null && issuer.key !== null && isWeak(scheme.digest, issuer.key) };
  if (memory.size >= MAX_KEPT) memory.clear();
  memory.set(id, link);
  return link;
};
