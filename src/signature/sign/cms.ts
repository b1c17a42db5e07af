/**
 * Making a detached CMS signature as PAdES wants it (RFC 5652, ETSI EN 319 122-1 and 319 142-1): signed
 * attributes contentType, messageDigest, signingCertificateV2 and, if given, signingTime. The hub never
 * signs documents; this serves the demo, the tests and whoever must produce a sample.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { type Der, integer, octets, oid, readTlv, sequence, setOf, tagged, time, tlv } from '../asn1/write.ts';
import { algorithmFor, algorithmIdentifier, type SigningAlgorithm, sha256Identifier, signBytes } from './algorithm.ts';

export type CmsRequest = {
  /** SHA-256 of the content; or the content itself. */
  readonly digest?: Uint8Array;
  readonly content?: Uint8Array;
  /** DER of the signer's certificate. */
  readonly certificate: Uint8Array;
  /** The private key. Not checked against the certificate: a test may want the wrong one. */
  readonly key: KeyObject;
  /** DER of further certificates to embed; government signers embed only their own. */
  readonly chain?: readonly Uint8Array[];
  /** The claimed time, as a signed attribute; left out where the PDF's /M says it (EN 319 142-1 §6.3). */
  readonly signingTime?: Date;
  /** By default what the kind of key suggests. */
  readonly algorithm?: SigningAlgorithm;
  /** Content of another type that stands inside, as in time-stamp tokens; without it the signature is detached and over id-data. */
  readonly inside?: { readonly type: string; readonly content: Uint8Array };
  /** Leaves out signingCertificateV2, as old tools do: nothing then binds the signature to one certificate. */
  readonly unbound?: true;
  /** Further signed attributes, as DER (see `attribute`). */
  readonly attributes?: readonly Der[];
  /** Unsigned attributes, made when the signature value is known: time stamps over it. */
  readonly unsigned?: (value: Uint8Array) => readonly Der[];
};

const oids = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  idData: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
} as const;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
/** Attribute (RFC 5652 §5.3) of one or more values. */
export const attribute = (type: string, ...values: readonly Der[]): Der => sequence(oid(type), setOf(...values));

/** Issuer name and serial number, as bytes of the certificate itself: nothing is re-encoded. */
const issuerAndSerial = (certificate: Uint8Array): { issuer: Der; serial: Der } => {
  const tbs = readTlv(readTlv(certificate).contents).contents;
  const version = readTlv(tbs);
  const serial = readTlv(tbs, version.tag === 0xa0 ? version.end : 0);
  const serialAt = version.tag === 0xa0 ? version.end : 0;
  const algorithm = readTlv(tbs, serial.end);
  return { serial: tbs.subarray(serialAt, serial.end), issuer: readTlv(tbs, algorithm.end).whole };
};

/** RFC 5035: binds the signature to one certificate. SHA-256 is the default and so left out. */
const signingCertificate = (certificate: Uint8Array): Der => {
  const { issuer, serial } = issuerAndSerial(certificate);
  const directoryName = sequence(tagged(4, issuer));
  return sequence(sequence(sequence(octets(sha256(certificate)), sequence(directoryName, serial))));
};

const attributesFor = (request: CmsRequest): readonly Der[] => [
  attribute(oids.contentType, oid(request.inside?.type ?? oids.idData)),
  attribute(oids.messageDigest, octets(request.digest ?? sha256(request.inside?.content ?? request.content ?? new Uint8Array()))),
  ...(request.unbound === true ? [] : [attribute(oids.signingCertificateV2, signingCertificate(request.certificate))]),
  ...(request.signingTime === undefined ? [] : [attribute(oids.signingTime, time(request.signingTime))]),
  ...(request.attributes ?? []),
];

const unsignedFor = (request: CmsRequest, value: Uint8Array): readonly Der[] => {
  const attributes = request.unsigned?.(value) ?? [];
  return attributes.length === 0 ? [] : [tlv(0xa1, readTlv(setOf(...attributes)).contents)];
};

/** DER of a ContentInfo with a SignedData and one SignerInfo. */
export const signCms = (request: CmsRequest): Uint8Array => {
  const algorithm = request.algorithm ?? algorithmFor(request.key);
  const attributes = setOf(...attributesFor(request));
  const { issuer, serial } = issuerAndSerial(request.certificate);
  // The attributes are signed as a SET (0x31) and stored as [0] (RFC 5652 §5.4).
  const stored = tlv(0xa0, readTlv(attributes).contents);
  const value = signBytes(attributes, request.key, algorithm);
  const signerInfo = sequence(
    integer(1),
    sequence(issuer, serial),
    sha256Identifier,
    stored,
    algorithmIdentifier(algorithm),
    octets(value),
    ...unsignedFor(request, value),
  );
  const { inside } = request;
  const signedData = sequence(
    // RFC 5652 §5.1: version 3 where the content is not id-data.
    integer(inside === undefined ? 1 : 3),
    setOf(sha256Identifier),
    inside === undefined ? sequence(oid(oids.idData)) : sequence(oid(inside.type), tagged(0, octets(inside.content))),
    tagged(0, ...[request.certificate, ...(request.chain ?? [])].toSorted(Buffer.compare)),
    setOf(signerInfo),
  );
  return sequence(oid(oids.signedData), tagged(0, signedData));
};
