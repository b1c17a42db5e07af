/** X.509 certificates (RFC 5280 4) as values: names, times, key and extensions, read strictly from the bytes. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  bitsOf,
  DerError,
  integerHex,
  isContext,
  isUniversal,
  octetString,
  oidOf,
  readWhole,
  sequenceOf,
  smallInteger,
  type Tlv,
  timeOf,
} from '../asn1/der.ts';
import { type Extension, extensionsOf } from '../asn1/extension.ts';
import { type Name, nameOf } from '../asn1/name.ts';
import { pemBlocks } from '../asn1/pem.ts';
import { sha256Hex } from '../cms/algorithm.ts';

export type Certificate = {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, lower-case hex. */
  readonly sha256: string;
  readonly version: number;
  /** Upper-case hex. */
  readonly serial: string;
  /** Content of the INTEGER: hex for people does not tell -1 from 255, revocation lists do. */
  readonly serialBytes: Uint8Array;
  readonly subject: Name;
  /** The subject as it stands in the certificate. */
  readonly subjectDer: Uint8Array;
  readonly issuer: Name;
  /** The issuer as it stands in the certificate. */
  readonly issuerDer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Null when node:crypto does not know this kind of key. */
  readonly key: KeyObject | null;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** What the issuer signed, exactly. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Tlv;
  readonly signature: Uint8Array;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly isAuthority: boolean;
  readonly pathLength: number | null;
  /** Bits of KeyUsage, null when the extension is absent. */
  readonly keyUsage: ReadonlySet<number> | null;
  /** OIDs of ExtendedKeyUsage, null when absent. */
  readonly purposes: readonly string[] | null;
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
};

/** Bits of KeyUsage (RFC 5280 4.2.1.3). */
export const usage = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, cRLSign: 6 } as const;

const readKeyUsage = (extension: Extension | undefined): ReadonlySet<number> | null => {
  if (extension === undefined) return null;
  const element = readWhole(extension.value);
  if (!isUniversal(element, 3)) throw new DerError('key usage is a BIT STRING');
  const { content } = element;
  const bits = new Set<number>();
  for (let i = 0; i < (content.length - 1) * 8; i++) {
    if (((content[1 + (i >> 3)] ?? 0) >> (7 - (i & 7))) & 1) bits.add(i);
  }
  return bits;
};

const readConstraints = (extension: Extension | undefined): { isAuthority: boolean; pathLength: number | null } => {
  if (extension === undefined) return { isAuthority: false, pathLength: null };
  const fields = sequenceOf(readWhole(extension.value));
  const isAuthority = isUniversal(fields[0], 1) && fields[0].content[0] !== 0;
  const limit = isUniversal(fields[0], 1) ? fields[1] : fields[0];
  return { isAuthority, pathLength: limit === undefined ? null : smallInteger(limit) };
};

const readKeyIds = (extensions: ReadonlyMap<string, Extension>) => {
  const own = extensions.get('2.5.29.14');
  const above = extensions.get('2.5.29.35');
  const aboveId = above === undefined ? undefined : sequenceOf(readWhole(above.value)).find((field) => isContext(field, 0));
  return {
    subjectKeyId: own === undefined ? null : Buffer.from(octetString(readWhole(own.value))).toString('hex'),
    authorityKeyId: aboveId === undefined ? null : Buffer.from(aboveId.content).toString('hex'),
  };
};

const readPurposes = (extension: Extension | undefined): readonly string[] | null =>
  extension === undefined ? null : sequenceOf(readWhole(extension.value)).map(oidOf);

/**
 * Curves are named, never spelt out: RFC 5480 2.1.1 forbids explicit parameters, and whoever chooses the
 * generator can make a private key for any public point (CVE-2020-0601).
 */
const isSpeltOutCurve = (spki: Uint8Array): boolean => {
  const [algorithm] = sequenceOf(readWhole(spki));
  const [id, parameters] = sequenceOf(algorithm);
  return oidOf(id) === '1.2.840.10045.2.1' && !isUniversal(parameters, 6);
};

const readKey = (spki: Uint8Array): KeyObject | null => {
  try {
    if (isSpeltOutCurve(spki)) return null;
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
};

/** A value that is no whole number of octets is no signature by any algorithm here: the certificate can be read, its link never holds. */
const signatureOf = (element: Tlv | undefined): Uint8Array =>
  isUniversal(element, 3) && element.content[0] !== 0 ? new Uint8Array() : bitsOf(element);

/** Throws DerError for whatever is not a certificate. */
export const readCertificate = (source: Uint8Array): Certificate => {
  // A copy, so that a certificate that is kept does not keep its file in memory.
  const der = Buffer.from(source);
  const [tbs, signatureAlgorithm, signature, ...rest] = sequenceOf(readWhole(der));
  if (tbs === undefined || signatureAlgorithm === undefined || rest.length > 0) throw new DerError('not a certificate');
  const fields = [...sequenceOf(tbs)];
  const version = isContext(fields[0], 0) ? smallInteger(readWhole(fields.shift()?.content ?? der)) + 1 : 1;
  const [serial, innerAlgorithm, issuer, validity, subject, spki, ...optional] = fields;
  // RFC 5280 4.1.1.2: both algorithm identifiers are the same.
  if (innerAlgorithm === undefined || Buffer.compare(innerAlgorithm.bytes, signatureAlgorithm.bytes) !== 0) {
    throw new DerError('the two algorithm identifiers differ');
  }
  if (spki === undefined) throw new DerError('not a certificate');
  const [notBefore, notAfter] = sequenceOf(validity);
  const extensions = extensionsOf(optional.find((field) => isContext(field, 3)));
  return {
    der,
    sha256: sha256Hex(der),
    version,
    serial: integerHex(serial),
    serialBytes: serial?.content ?? der,
    subject: nameOf(subject),
    subjectDer: subject?.bytes ?? der,
    issuer: nameOf(issuer),
    issuerDer: issuer?.bytes ?? der,
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    key: readKey(spki.bytes),
    spki: spki.bytes,
    tbs: tbs.bytes,
    signatureAlgorithm,
    signature: signatureOf(signature),
    extensions,
    ...readConstraints(extensions.get('2.5.29.19')),
    keyUsage: readKeyUsage(extensions.get('2.5.29.15')),
    purposes: readPurposes(extensions.get('2.5.29.37')),
    ...readKeyIds(extensions),
  };
};

/** RFC 7468 5.1, and what older tools wrote. */
const certificateLabels: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

/** Every certificate in PEM text, or the one that DER bytes are. Unreadable ones are left out. */
export const readCertificates = (file: Uint8Array): readonly Certificate[] => {
  const blocks = pemBlocks(file).filter(({ label }) => certificateLabels.includes(label));
  const sources = blocks.length > 0 ? blocks.map(({ der }) => der) : [file];
  return sources.flatMap((source) => {
    try {
      return [readCertificate(source)];
    } catch {
      return [];
    }
  });
};
