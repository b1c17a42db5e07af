/** How we sign: three algorithms with SHA-256, each with its AlgorithmIdentifier (RFC 8017, RFC 5758). */
import { constants, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { type Der, integer, nothing, oid, sequence, tagged } from '../asn1/write.ts';

export type SigningAlgorithm = 'rsa' | 'rsa-pss' | 'ecdsa';

export const sha256Identifier: Der = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing);
const saltBytes = 32;

const identifiers: Readonly<Record<SigningAlgorithm, Der>> = {
  rsa: sequence(oid('1.2.840.113549.1.1.11'), nothing),
  // RSASSA-PSS-params (RFC 4055 §3.1): SHA-256, MGF1 with SHA-256, 32 bytes of salt.
  'rsa-pss': sequence(
    oid('1.2.840.113549.1.1.10'),
    sequence(
      tagged(0, sha256Identifier),
      tagged(1, sequence(oid('1.2.840.113549.1.1.8'), sha256Identifier)),
      tagged(2, integer(saltBytes)),
    ),
  ),
  ecdsa: sequence(oid('1.2.840.10045.4.3.2')),
};

export const algorithmIdentifier = (algorithm: SigningAlgorithm): Der => identifiers[algorithm];

/** The algorithm a key signs with when nothing else is asked for. */
export const algorithmFor = (key: KeyObject): SigningAlgorithm => {
  if (key.asymmetricKeyType === 'ec') return 'ecdsa';
  return key.asymmetricKeyType === 'rsa-pss' ? 'rsa-pss' : 'rsa';
};

const signing = (key: KeyObject, algorithm: SigningAlgorithm) =>
  algorithm === 'rsa-pss' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes } : key;

/** The signature value over the SHA-256 of these bytes; ECDSA as DER (r, s). */
export const signBytes = (bytes: Uint8Array, key: KeyObject, algorithm: SigningAlgorithm): Uint8Array =>
  sign('sha256', bytes, signing(key, algorithm));

const signAside = promisify<string, Uint8Array, ReturnType<typeof signing>, Buffer>(sign);

/** The same off the event loop: an RSA-3072 signature costs some milliseconds. */
export const signBytesAside = (bytes: Uint8Array, key: KeyObject, algorithm: SigningAlgorithm): Promise<Uint8Array> =>
  signAside('sha256', bytes, signing(key, algorithm));
