/**
 * OCSP answers (RFC 6960 §4.2) as values, read strictly from their bytes. Reading believes nothing: whose
 * answer it is and whether it still counts is for `status.ts`.
 */
import {
  bitsOf,
  DerError,
  integerHex,
  isContext,
  isUniversal,
  octetString,
  oidOf,
  readTlv,
  readWhole,
  sequenceOf,
  smallInteger,
  type Tlv,
  timeOf,
} from '../../asn1/der.ts';
import { type Extension, extensionsOf } from '../../asn1/extension.ts';
import { type Name, nameOf } from '../../asn1/name.ts';
import { digestOf } from '../../cms/algorithm.ts';
import { type Certificate, readCertificate } from '../../path/certificate.ts';

/** OCSPResponseStatus: only `successful` carries an answer. */
const statuses = ['successful', 'malformedRequest', 'internalError', 'tryLater', undefined, 'sigRequired', 'unauthorized'] as const;
export type OcspResponseStatus = Exclude<(typeof statuses)[number], undefined>;

/** Whose certificate is meant; the digests are lower-case hex, `digest` a name of node:crypto (null: unknown to us). */
export type CertificateId = {
  readonly digest: string | null;
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  /** Upper-case hex, as in `Certificate`. */
  readonly serial: string;
};

export type SingleAnswer = {
  readonly about: CertificateId;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: Date | null;
  /** CRLReason, null when it is not given. */
  readonly reason: number | null;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Since when it is invalid by the authority's own word (invalidityDate of RFC 5280 §5.3.2, allowed by §4.4.5), null when not said. */
  readonly invalidSince: Date | null;
  /** The responder keeps what it knows of certificates that expired later than this (§4.4.4). */
  readonly archiveCutoff: Date | null;
  /** A critical extension that we do not know makes this answer unusable (RFC 5280 §4.2). */
  readonly hasUnknownCritical: boolean;
};

export type OcspAnswer = {
  /** The bytes it was read from. */
  readonly der: Uint8Array;
  /** Exactly what the responder signed. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Tlv;
  readonly signature: Uint8Array;
  readonly responder: { readonly kind: 'name'; readonly name: Name } | { readonly kind: 'key'; readonly sha1: string };
  readonly producedAt: Date;
  readonly answers: readonly SingleAnswer[];
  readonly nonce: Uint8Array | null;
  /** Certificates that came with it: they help to find the responder and prove nothing. */
  readonly certificates: readonly Certificate[];
  readonly hasUnknownCritical: boolean;
};

export type OcspReading =
  | { readonly kind: 'answer'; readonly answer: OcspAnswer }
  /** The responder says that it cannot or will not answer. */
  | { readonly kind: 'refusal'; readonly status: OcspResponseStatus };

const basicType = '1.3.6.1.5.5.7.48.1.1';
const nonceId = '1.3.6.1.5.5.7.48.1.2';
const archiveCutoffId = '1.3.6.1.5.5.7.48.1.6';
const invalidityDateId = '2.5.29.24';
/** Extensions that may be critical because their meaning is honoured, or changes nothing for us (crlID §4.4.2, extended revoke §4.4.8). */
const known = new Set([nonceId, archiveCutoffId, invalidityDateId, '1.3.6.1.5.5.7.48.1.3', '1.3.6.1.5.5.7.48.1.9']);
/** One answer may speak of many certificates, an attacker's of too many. */
const MAX_SINGLES = 1000;
const MAX_CERTIFICATES = 20;

const hasUnknownCritical = (extensions: ReadonlyMap<string, Extension>): boolean =>
  [...extensions].some(([id, { critical }]) => critical && !known.has(id));

/** OCSP writes its times as GeneralizedTime only (§4.2.1). */
const generalTime = (element: Tlv | undefined): Date => {
  if (!isUniversal(element, 24)) throw new DerError('expected a GeneralizedTime');
  return timeOf(element);
};

const enumeratedOf = (element: Tlv | undefined): number => {
  if (!isUniversal(element, 10) || element.content.length !== 1) throw new DerError('expected a small ENUMERATED');
  return element.content[0] ?? 0;
};

const readId = (element: Tlv | undefined): CertificateId => {
  const [algorithm, nameHash, keyHash, serial] = sequenceOf(element);
  return {
    digest: digestOf(algorithm),
    issuerNameHash: Buffer.from(octetString(nameHash)).toString('hex'),
    issuerKeyHash: Buffer.from(octetString(keyHash)).toString('hex'),
    serial: integerHex(serial),
  };
};

const readRevoked = ({ content }: Tlv): Pick<SingleAnswer, 'revokedAt' | 'reason'> => {
  const at = readTlv(content);
  const rest = content.subarray(at.bytes.length);
  if (rest.length === 0) return { revokedAt: generalTime(at), reason: null };
  const field = readWhole(rest);
  if (!isContext(field, 0)) throw new DerError('expected a reason');
  return { revokedAt: generalTime(at), reason: enumeratedOf(readWhole(field.content)) };
};

const readStatus = (element: Tlv | undefined): Pick<SingleAnswer, 'status' | 'revokedAt' | 'reason'> => {
  const shape = element?.tagClass === 2 ? `${element.tag}${element.constructed ? ' constructed' : ''}` : '';
  if (shape === '0' && element?.content.length === 0) return { status: 'good', revokedAt: null, reason: null };
  if (shape === '1 constructed' && element !== undefined) return { status: 'revoked', ...readRevoked(element) };
  if (shape === '2' || shape === '2 constructed') return { status: 'unknown', revokedAt: null, reason: null };
  throw new DerError('no such status of a certificate');
};

const readSingle = (element: Tlv): SingleAnswer => {
  const [id, status, thisUpdate, ...optional] = sequenceOf(element);
  const next = optional.find((field) => isContext(field, 0));
  const extensions = extensionsOf(optional.find((field) => isContext(field, 1)));
  if (optional.some((field) => !isContext(field, 0) && !isContext(field, 1))) throw new DerError('an unknown field of an answer');
  const timeIn = (oid: string): Date | null => {
    const found = extensions.get(oid);
    return found === undefined ? null : generalTime(readWhole(found.value));
  };
  return {
    about: readId(id),
    ...readStatus(status),
    thisUpdate: generalTime(thisUpdate),
    nextUpdate: next === undefined ? null : generalTime(readWhole(next.content)),
    invalidSince: timeIn(invalidityDateId),
    archiveCutoff: timeIn(archiveCutoffId),
    hasUnknownCritical: hasUnknownCritical(extensions),
  };
};

const readResponder = (element: Tlv | undefined): OcspAnswer['responder'] => {
  if (element?.tagClass !== 2 || element.tag < 1 || element.tag > 2) throw new DerError('an answer without its responder');
  const choice = readWhole(element.content);
  if (element.tag === 1) return { kind: 'name', name: nameOf(choice) };
  return { kind: 'key', sha1: Buffer.from(octetString(choice)).toString('hex') };
};

/** The nonce's own OCTET STRING; old responders wrote its bytes without one (RFC 8954 §2.1). */
const readNonce = (extension: Extension | undefined): Uint8Array | null => {
  if (extension === undefined) return null;
  try {
    return octetString(readWhole(extension.value));
  } catch {
    return extension.value;
  }
};

/** A certificate nobody can read is of no help; the answer may do without it. */
const readEmbedded = (element: Tlv | undefined): readonly Certificate[] => {
  if (element === undefined) return [];
  return sequenceOf(readWhole(element.content))
    .slice(0, MAX_CERTIFICATES)
    .flatMap((one) => {
      try {
        return [readCertificate(one.bytes)];
      } catch {
        return [];
      }
    });
};

/** BasicOCSPResponse (§4.2.1); `der` is what it came in. */
const readBasic = (source: Tlv, der: Uint8Array): OcspAnswer => {
  const [tbs, signatureAlgorithm, signature, certificates, ...rest] = sequenceOf(source);
  if (tbs === undefined || signatureAlgorithm === undefined || rest.length > 0) throw new DerError('not an OCSP answer');
  if (certificates !== undefined && (certificates.tagClass !== 2 || certificates.tag !== 0)) throw new DerError('not an OCSP answer');
  const fields = [...sequenceOf(tbs)];
  const version = isContext(fields[0], 0) ? fields.shift() : undefined;
  if (version !== undefined && smallInteger(readWhole(version.content)) !== 0) throw new DerError('an OCSP answer of another version');
  const [responder, producedAt, singles, extensionField] = fields;
  if (extensionField !== undefined && (extensionField.tagClass !== 2 || extensionField.tag !== 1))
    throw new DerError('an unknown field of an OCSP answer');
  const extensions = extensionsOf(extensionField);
  const answers = sequenceOf(singles);
  if (answers.length > MAX_SINGLES) throw new DerError('too many answers in one');
  return {
    der,
    tbs: tbs.bytes,
    signatureAlgorithm,
    signature: bitsOf(signature),
    responder: readResponder(responder),
    producedAt: generalTime(producedAt),
    answers: answers.map(readSingle),
    nonce: readNonce(extensions.get(nonceId)),
    certificates: readEmbedded(certificates),
    hasUnknownCritical: hasUnknownCritical(extensions),
  };
};

/**
 * Reads an OCSPResponse as responders send it, or the bare BasicOCSPResponse that signatures embed
 * (ETSI EN 319 122-1 §5.4.2). Throws DerError for whatever is neither.
 */
export const readOcspResponse = (source: Uint8Array): OcspReading => {
  const der = Buffer.from(source);
  const whole = readWhole(der);
  const [first, bytes, ...rest] = sequenceOf(whole);
  if (first?.tagClass !== 0 || first.tag !== 10) return { kind: 'answer', answer: readBasic(whole, der) };
  const status = statuses[enumeratedOf(first)];
  if (status === undefined || rest.length > 0) throw new DerError('no such status of an OCSP response');
  if (status !== 'successful') return { kind: 'refusal', status };
  if (!isContext(bytes, 0)) throw new DerError('an OCSP response without an answer');
  const [type, basic] = sequenceOf(readWhole(bytes.content));
  if (oidOf(type) !== basicType) throw new DerError('an OCSP response of another type');
  return { kind: 'answer', answer: readBasic(readWhole(octetString(basic)), der) };
};

/** The answer in these bytes, null where there is none or it cannot be read. */
export const readOcspAnswer = (source: Uint8Array): OcspAnswer | null => {
  try {
    const reading = readOcspResponse(source);
    return reading.kind === 'answer' ? reading.answer : null;
  } catch (cause) {
    if (cause instanceof DerError) return null;
    throw cause;
  }
};
