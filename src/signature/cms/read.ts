/**
 * SignedData of CMS (RFC 5652 5) as values, read strictly: one of each attribute, exact source bytes,
 * nothing guessed. Whether the signatures hold is `signer.ts`.
 */

import { canonicalSet } from '../asn1/canonical.ts';
import {
  childrenOf,
  DerError,
  DerLimitError,
  integerHex,
  isContext,
  isUniversal,
  octetString,
  oidOf,
  readTlv,
  sequenceOf,
  setOf,
  smallInteger,
  type Tlv,
} from '../asn1/der.ts';
import { digestOf, isSignatureAlgorithm, type Scheme, schemeOf } from './algorithm.ts';

export const contentTypes = { data: '1.2.840.113549.1.7.1', timestamp: '1.2.840.113549.1.9.16.1.4' } as const;

export type Attributes = ReadonlyMap<string, readonly Tlv[]>;

export type SignedAttributes = {
  /** The SET as it stands in the source, with its own tag. */
  readonly bytes: Uint8Array;
  /**
   * The same SET in DER, which is what RFC 5652 5.4 has signed; most often equal to `bytes`. Some makers
   * sign what they wrote, out of order or in BER, others sign DER and write BER: both are tried, the source
   * first. That is safe: both say the same attributes, read once from the source, and whoever can make a
   * value that verifies over either holds the key and means them. Throws DerError.
   */
  canonical(): Uint8Array;
  readonly attributes: Attributes;
};

export type SignerInfo = {
  /** AlgorithmIdentifiers as they stand, for the attribute that protects them (RFC 6211). */
  readonly identifiers: { readonly digest: Tlv; readonly signature: Tlv };
  /** By issuer and serial (upper-case hex), or by key identifier (hex). */
  readonly signer: { readonly issuer: Tlv; readonly serial: string } | { readonly keyId: string };
  /** Null when the digest algorithm is unknown. */
  readonly digest: string | null;
  /** Null when the signature algorithm is unknown or contradicts the digest algorithm. */
  readonly scheme: Scheme | null;
  readonly value: Uint8Array;
  /** Null: the content itself is signed. */
  readonly signed: SignedAttributes | null;
  readonly unsigned: Attributes;
};

export type SignedData = {
  readonly contentType: string;
  /** Null when the content stands elsewhere (detached). */
  readonly content: Uint8Array | null;
  readonly certificates: readonly Uint8Array[];
  /** RevocationInfoChoices as they stand: revocation lists and other things. */
  readonly revocations: readonly Tlv[];
  readonly signers: readonly SignerInfo[];
};

const MAX_CERTIFICATES = 200;
const MAX_SIGNERS = 20;

/** Those that decide, of which none may stand twice. */
const deciding = new Set([
  '1.2.840.113549.1.9.3', // contentType
  '1.2.840.113549.1.9.4', // messageDigest
  '1.2.840.113549.1.9.5', // signingTime
  '1.2.840.113549.1.9.16.2.12', // signingCertificate
  '1.2.840.113549.1.9.16.2.47', // signingCertificateV2
  '1.2.840.113549.1.9.52', // CMSAlgorithmProtection
]);

/** A signature has a dozen. */
const MAX_ATTRIBUTES = 1_000;

const readAttributes = (elements: readonly Tlv[]): Attributes => {
  if (elements.length > MAX_ATTRIBUTES) throw new DerLimitError('too many attributes');
  const attributes = new Map<string, readonly Tlv[]>();
  for (const element of elements) {
    const [type, values] = sequenceOf(element);
    const oid = oidOf(type);
    // RFC 5652 11, RFC 5035 5.4: none of these more than once; two would let verifiers pick differently. Others repeat in the wild.
    if (attributes.has(oid) && deciding.has(oid)) throw new DerError(`attribute ${oid} stands twice`);
    attributes.set(oid, [...(attributes.get(oid) ?? []), ...setOf(values)]);
  }
  return attributes;
};

/** Unsigned attributes prove nothing and repeat in the wild (several timestamps): gathered, not refused. */
const gatherAttributes = (elements: readonly Tlv[]): Attributes => {
  if (elements.length > MAX_ATTRIBUTES) throw new DerLimitError('too many attributes');
  const attributes = new Map<string, readonly Tlv[]>();
  for (const element of elements) {
    const [type, values] = sequenceOf(element);
    const oid = oidOf(type);
    attributes.set(oid, [...(attributes.get(oid) ?? []), ...setOf(values)]);
  }
  return attributes;
};

const readSid = (sid: Tlv | undefined): SignerInfo['signer'] => {
  if (isContext(sid, 0)) return { keyId: Buffer.from(sid.content).toString('hex') };
  const [issuer, serial] = sequenceOf(sid);
  if (!isUniversal(issuer, 16)) throw new DerError('no name of an issuer');
  return { issuer, serial: integerHex(serial) };
};

const retagged = (element: Tlv): Uint8Array => {
  const bytes = Uint8Array.from(element.bytes);
  bytes[0] = 0x31;
  return bytes;
};

const readSignedAttributes = (element: Tlv): SignedAttributes => {
  const members = childrenOf(element);
  if (members.length === 0) throw new DerError('no signed attributes');
  return { bytes: retagged(element), canonical: () => canonicalSet(members), attributes: readAttributes(members) };
};

const readSigner = (element: Tlv): SignerInfo => {
  const [version, sid, digestIdentifier, ...rest] = sequenceOf(element);
  smallInteger(version);
  const attributes = isContext(rest[0], 0) ? rest.shift() : undefined;
  const [algorithm, value, unsigned, ...more] = rest;
  if (digestIdentifier === undefined || algorithm === undefined) throw new DerError('fields are missing in SignerInfo');
  if (more.length > 0 || (unsigned !== undefined && !isContext(unsigned, 1))) throw new DerError('odd fields in SignerInfo');
  const digest = digestOf(digestIdentifier);
  // A signature algorithm in the place of a digest (RFC 5652 10.1.1) is a mistake, not something new.
  if (digest === null && isSignatureAlgorithm(oidOf(sequenceOf(digestIdentifier)[0]))) throw new DerError('no digest algorithm');
  return {
    signer: readSid(sid),
    digest,
    scheme: digest === null ? null : schemeOf(algorithm, digest),
    value: octetString(value),
    identifiers: { digest: digestIdentifier, signature: algorithm },
    signed: attributes === undefined ? null : readSignedAttributes(attributes),
    unsigned: unsigned === undefined ? new Map() : gatherAttributes(childrenOf(unsigned)),
  };
};

const readContent = (element: Tlv | undefined): { contentType: string; content: Uint8Array | null } => {
  const [type, wrapped] = sequenceOf(element);
  if (wrapped !== undefined && !isContext(wrapped, 0)) throw new DerError('odd encapsulated content');
  const [inner] = wrapped === undefined ? [] : childrenOf(wrapped);
  // PKCS#7 1.5 let other types stand without OCTET STRING (10.1): none of those is a document or a token.
  const content = inner === undefined ? null : octetString(inner);
  return { contentType: oidOf(type), content };
};

/**
 * Reads the ContentInfo at the start of `source`; answers too how many bytes it took, because Contents
 * of a PDF is padded with zeros. Throws DerError.
 */
export const readSignedData = (source: Uint8Array): { readonly data: SignedData; readonly length: number } => {
  const whole = readTlv(source);
  const [type, wrapped] = sequenceOf(whole);
  if (oidOf(type) !== '1.2.840.113549.1.7.2' || !isContext(wrapped, 0)) throw new DerError('not SignedData');
  const [version, digests, encapsulated, ...rest] = sequenceOf(childrenOf(wrapped)[0]);
  smallInteger(version);
  setOf(digests);
  const infos = rest.pop();
  const certificates = rest.filter((field) => isContext(field, 0)).flatMap((field) => childrenOf(field));
  if (rest.some((field) => !isContext(field, 0) && !isContext(field, 1))) throw new DerError('odd fields in SignedData');
  const signers = setOf(infos);
  if (certificates.length > MAX_CERTIFICATES || signers.length > MAX_SIGNERS) throw new DerLimitError('too many certificates or signers');
  return {
    data: {
      ...readContent(encapsulated),
      certificates: certificates.filter((one) => isUniversal(one, 16)).map((one) => one.bytes),
      revocations: rest.filter((field) => isContext(field, 1)).flatMap((field) => childrenOf(field)),
      signers: signers.map(readSigner),
    },
    length: whole.bytes.length,
  };
};
