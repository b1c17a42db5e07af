/** Extensions of certificates, of revocation lists and of OCSP (RFC 5280 §4.2, §5.2; RFC 6960 §4.4). */
import { createHash, type KeyObject } from 'node:crypto';
import { boolean, type Der, octets, oid, readTlv, sequence } from '../asn1/write.ts';

/** One Extension; `value` is the DER that stands inside its OCTET STRING. */
export const extension = (id: string, critical: boolean, value: Der): Der =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));

/** RFC 5280 §4.2.1.2, method 1: SHA-1 of the subjectPublicKey bits of a public key. */
export const keyIdentifier = (key: KeyObject): Uint8Array => {
  const spki = readTlv(key.export({ type: 'spki', format: 'der' })).contents;
  const keyBits = readTlv(spki, readTlv(spki).end).contents.subarray(1);
  return createHash('sha1').update(keyBits).digest();
};
