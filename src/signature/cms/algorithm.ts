/**
 * Algorithms by object identifier: what node:crypto is asked to do, and what people read. Every operation
 * on keys is node:crypto's; here is only the table and its strictness. Until when each is believed is
 * `strength.ts`.
 */
import { constants, createHash, createVerify, type KeyObject, verify as verifyOnce } from 'node:crypto';
import { DerError, integerHex, isAbsentOrNull, isContext, oidOf, readWhole, sequenceOf, smallInteger, type Tlv } from '../asn1/der.ts';
import { isPssSigned } from './pss.ts';

/** Digest names of node:crypto by OID. */
const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '1.3.36.3.2.1': 'ripemd160',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.6': 'sha512-256',
  '2.16.840.1.101.3.4.2.7': 'sha3-224',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.9': 'sha3-384',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
  '2.16.840.1.101.3.4.2.12': 'shake256', // 512 bits long, as Ed448 has it (RFC 8419 3)
};

type Family = 'rsa' | 'pss' | 'ecdsa' | 'ecdsa-plain' | 'dsa' | 'ed25519' | 'ed448';
type Entry = { readonly family: Family; readonly digest?: string };

const numbered = (prefix: string, family: Family, names: Readonly<Record<number, string>>): [string, Entry][] =>
  Object.entries(names).map(([last, digest]) => [`${prefix}.${last}`, { family, digest }]);

const signatures: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ['1.2.840.113549.1.1.1', { family: 'rsa' }],
  ['1.2.840.113549.1.1.10', { family: 'pss' }],
  ['1.2.840.10045.2.1', { family: 'ecdsa' }],
  ['1.3.101.112', { family: 'ed25519' }],
  ['1.3.101.113', { family: 'ed448' }],
  ['1.2.840.10040.4.3', { family: 'dsa', digest: 'sha1' }],
  ['1.2.840.10040.4.1', { family: 'dsa' }],
  ...numbered('2.16.840.1.101.3.4.3', 'dsa', { 1: 'sha224', 2: 'sha256', 3: 'sha384', 4: 'sha512' }),
  ...numbered('1.2.840.113549.1.1', 'rsa', {
    4: 'md5',
    5: 'sha1',
    11: 'sha256',
    12: 'sha384',
    13: 'sha512',
    14: 'sha224',
    16: 'sha512-256',
  }),
  ...numbered('2.16.840.1.101.3.4.3', 'rsa', { 13: 'sha3-224', 14: 'sha3-256', 15: 'sha3-384', 16: 'sha3-512' }),
  ...numbered('1.2.840.10045.4', 'ecdsa', { 1: 'sha1' }),
  ...numbered('1.2.840.10045.4.3', 'ecdsa', { 1: 'sha224', 2: 'sha256', 3: 'sha384', 4: 'sha512' }),
  ...numbered('2.16.840.1.101.3.4.3', 'ecdsa', { 9: 'sha3-224', 10: 'sha3-256', 11: 'sha3-384', 12: 'sha3-512' }),
  ...numbered('0.4.0.127.0.7.1.1.4.1', 'ecdsa-plain', { 1: 'sha1', 2: 'sha224', 3: 'sha256', 4: 'sha384', 5: 'sha512' }),
]);

/** Whether this OID names a way to sign: some put it where a digest belongs. */
export const isSignatureAlgorithm = (oid: string): boolean => signatures.has(oid);

/** A signature algorithm ready to use. `digest` is null where the algorithm has none of its own (Ed25519, Ed448). */
export type Scheme = {
  readonly family: Family;
  readonly digest: string | null;
  /** Of PSS: the digest of MGF1. */
  readonly mask: string | null;
  readonly saltLength: number;
  readonly label: string;
};

const labels: Readonly<Record<Family, string>> = {
  rsa: 'RSA',
  pss: 'RSA-PSS',
  ecdsa: 'ECDSA',
  'ecdsa-plain': 'ECDSA',
  dsa: 'DSA',
  ed25519: 'Ed25519',
  ed448: 'Ed448',
};

/** Name of the digest behind an AlgorithmIdentifier, null when unknown or with odd parameters. */
export const digestOf = (identifier: Tlv | undefined): string | null => {
  const [oid, parameters] = sequenceOf(identifier);
  return isAbsentOrNull(parameters) ? (digests[oidOf(oid)] ?? null) : null;
};

/** Only the one trailer there is (RFC 4055 3.1): 1, written or left out. */
const isTrailer = (field: Tlv): boolean => isContext(field, 3) && integerHex(readWhole(field.content)) === '01';

/** RSASSA-PSS parameters (RFC 4055 3.1): defaults are SHA-1, MGF1 with SHA-1, 20, 1. Null when a digest is unknown. */
const pssOf = (parameters: Tlv | undefined): { digest: string; mask: string; saltLength: number } | null => {
  let digest: string | null = 'sha1';
  let mask: string | null = 'sha1';
  let saltLength = 20;
  let before = -1;
  for (const field of parameters === undefined ? [] : sequenceOf(parameters)) {
    if (field.tagClass !== 2 || field.tag <= before) throw new DerError('odd PSS parameters');
    before = field.tag;
    const inner = readWhole(field.content);
    if (isContext(field, 0)) digest = digestOf(inner);
    else if (isContext(field, 1)) {
      const [oid, hash] = sequenceOf(inner);
      mask = oidOf(oid) === '1.2.840.113549.1.1.8' ? digestOf(hash) : null;
    } else if (isContext(field, 2)) saltLength = smallInteger(inner);
    else if (!isTrailer(field)) throw new DerError('odd PSS parameters');
  }
  // A digest of no fixed length makes no mask.
  const isKnown = digest !== null && mask !== null && digest !== 'shake256' && mask !== 'shake256';
  return isKnown && saltLength <= 512 ? { digest: digest ?? '', mask: mask ?? '', saltLength } : null;
};

/**
 * The scheme of an AlgorithmIdentifier. `digest` is that of the SignerInfo, for identifiers that name
 * none (rsaEncryption); one that names its own is taken at its word. Null when unknown.
 */
export const schemeOf = (identifier: Tlv | undefined, digest: string | null): Scheme | null => {
  const [oid, parameters] = sequenceOf(identifier);
  const entry = signatures.get(oidOf(oid));
  if (entry === undefined) return null;
  const { family } = entry;
  const plain = { family, mask: null, saltLength: 0 };
  // RFC 8410 3: no parameters at all.
  if (family === 'ed25519' || family === 'ed448')
    return parameters === undefined ? { ...plain, digest: null, label: labels[family] } : null;
  const pss = family === 'pss' ? pssOf(parameters) : null;
  if (family === 'pss' && pss === null) return null;
  if (family === 'rsa' && !isAbsentOrNull(parameters)) return null;
  const own = pss?.digest ?? entry.digest ?? digest;
  if (own === null || own === 'shake256') return null;
  const mask = pss !== null && pss.mask !== own ? ` MGF1 ${pss.mask.toUpperCase()}` : '';
  return { ...plain, digest: own, ...(pss ?? {}), label: `${labels[family]} ${own.toUpperCase()}${mask}` };
};

const fits: Readonly<Record<Family, readonly string[]>> = {
  rsa: ['rsa'],
  pss: ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  'ecdsa-plain': ['ec'],
  dsa: ['dsa'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
};

/** The bare key where its kind says all (PKCS#1 v1.5 is what `rsa` keys do by default): node asks less of it than of options. */
const optionsFor = (scheme: Scheme, key: KeyObject) => {
  if (scheme.family === 'pss') return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength };
  return scheme.family === 'ecdsa-plain' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
};

/** A key made for PSS may be made for one digest, one mask and a least salt (RFC 4055 1.2): a signature keeps to them. */
const keepsTo = (scheme: Scheme, key: KeyObject): boolean => {
  if (key.asymmetricKeyType !== 'rsa-pss') return true;
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength } = key.asymmetricKeyDetails ?? {};
  return (
    (hashAlgorithm === undefined || hashAlgorithm === scheme.digest) &&
    (mgf1HashAlgorithm === undefined || mgf1HashAlgorithm === scheme.mask) &&
    (saltLength === undefined || saltLength <= scheme.saltLength)
  );
};

/** Gives the signed bytes to `sink`, in pieces, as often as asked. */
export type Feed = (sink: (piece: Uint8Array) => void) => void;

/** Ed25519 and Ed448 need the whole message at once: no more than this of it. */
export const MAX_GATHERED = 64 * 1024 * 1024;

const gathered = (feed: Feed): Uint8Array => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  feed((piece) => {
    length += piece.length;
    if (length > MAX_GATHERED) throw new RangeError('too much to verify at once');
    pieces.push(Uint8Array.from(piece));
  });
  return Buffer.concat(pieces);
};

const verified = (scheme: Scheme, key: KeyObject, signed: Uint8Array | Feed, value: Uint8Array): boolean => {
  const { digest, mask, saltLength } = scheme;
  if (digest !== null && mask !== null && mask !== digest && key.asymmetricKeyType === 'rsa') {
    return isPssSigned(key, digestBytes(digest, signed), value, { digest, mask, saltLength });
  }
  const options = optionsFor(scheme, key);
  if (typeof signed !== 'function' || digest === null) {
    return verifyOnce(digest, typeof signed === 'function' ? gathered(signed) : signed, options, value);
  }
  const verifier = createVerify(digest);
  signed((piece) => verifier.update(piece));
  return verifier.verify(options, value);
};

/** True only when node:crypto verifies; an odd key, encoding or length is false, never a throw. */
export const isSigned = (scheme: Scheme, key: KeyObject, signed: Uint8Array | Feed, value: Uint8Array): boolean => {
  if (!fits[scheme.family].includes(key.asymmetricKeyType ?? '') || !keepsTo(scheme, key)) return false;
  try {
    return verified(scheme, key, signed, value);
  } catch {
    return false;
  }
};

export const digestBytes = (algorithm: string, bytes: Uint8Array | Feed): Uint8Array => {
  const hash = algorithm === 'shake256' ? createHash(algorithm, { outputLength: 64 }) : createHash(algorithm);
  if (typeof bytes === 'function') bytes((piece) => hash.update(piece));
  else hash.update(bytes);
  return hash.digest();
};

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
