/**
 * What a file about revocation is, told from its outside: whose it is, of when, until when. A list's
 * entries are not read, however many there are, so this is quick for a list of any size; and nothing is
 * verified: see `offer.ts`.
 */
import { DerError, integerHex, isContext, isUniversal, octetString, oidOf, readWhole, sequenceOf, type Tlv, timeOf } from '../asn1/der.ts';
import { type Name, nameOf } from '../asn1/name.ts';
import { sha256Hex } from '../cms/algorithm.ts';
import { readOcspAnswer } from './ocsp.ts';

type Dates = {
  /** RFC 3339. */
  readonly thisUpdate: string;
  /** Null where nothing newer is promised. */
  readonly nextUpdate: string | null;
};

export type CrlFacts = Dates & {
  readonly kind: 'crl';
  readonly issuer: Name;
  /** Lower-case hex. */
  readonly authorityKeyId: string | null;
  /** CRLNumber as upper-case hex. */
  readonly number: string | null;
  readonly isDelta: boolean;
  /**
   * The same for two lists of which the newer replaces the older: issuer, key, what the issuing
   * distribution point says, full or delta.
   */
  readonly scope: string;
};

export type OcspFacts = Dates & {
  readonly kind: 'ocsp';
  /** The responder's name, or SHA-1 of its key. */
  readonly responder: string;
  readonly producedAt: string;
  /** Certificates it speaks of, upper-case hex. */
  readonly serials: readonly string[];
  readonly scope: string;
};

export type RevocationFacts = CrlFacts | OcspFacts;

const ids = { authorityKey: '2.5.29.35', number: '2.5.29.20', delta: '2.5.29.27', point: '2.5.29.28' } as const;

/** Values of the extensions by OID. */
const extensionsIn = (field: Tlv | undefined): ReadonlyMap<string, Uint8Array> =>
  new Map(
    (field === undefined ? [] : sequenceOf(readWhole(field.content))).map((item) => {
      const parts = sequenceOf(item);
      return [oidOf(parts[0]), octetString(parts.at(-1))];
    }),
  );

const keyIdIn = (value: Uint8Array | undefined): string | null => {
  const field = value === undefined ? undefined : sequenceOf(readWhole(value)).find((one) => isContext(one, 0));
  return field === undefined ? null : Buffer.from(field.content).toString('hex');
};

/** CertificateList (RFC 5280 §5.1), its revokedCertificates stepped over. Throws DerError. */
const crlFacts = (der: Uint8Array): CrlFacts => {
  const [tbs] = sequenceOf(readWhole(der));
  const fields = [...sequenceOf(tbs)];
  if (isUniversal(fields[0], 2)) fields.shift();
  const [, issuer, thisUpdate, ...rest] = fields;
  const name = nameOf(issuer);
  const next = rest.find((field) => field.tagClass === 0 && (field.tag === 23 || field.tag === 24));
  const extensions = extensionsIn(rest.find((field) => isContext(field, 0)));
  const number = extensions.get(ids.number);
  const authorityKeyId = keyIdIn(extensions.get(ids.authorityKey));
  const isDelta = extensions.has(ids.delta);
  const point = Buffer.from(extensions.get(ids.point) ?? []).toString('hex');
  return {
    kind: 'crl',
    issuer: name,
    authorityKeyId,
    number: number === undefined ? null : integerHex(readWhole(number)),
    isDelta,
    scope: sha256Hex(Buffer.from(JSON.stringify(['crl', name.key, authorityKeyId, point, isDelta]))),
    thisUpdate: timeOf(thisUpdate).toISOString(),
    nextUpdate: next === undefined ? null : timeOf(next).toISOString(),
  };
};

const earliest = (dates: readonly Date[]): string | null =>
  dates.length === 0 ? null : new Date(Math.min(...dates.map(Number))).toISOString();

const ocspFacts = (der: Uint8Array): OcspFacts | null => {
  const answer = readOcspAnswer(der);
  if (answer === null) return null;
  const { responder, answers, producedAt } = answer;
  const about = answers.map((single) => `${single.about.issuerKeyHash}:${single.about.serial}`).sort();
  return {
    kind: 'ocsp',
    responder: responder.kind === 'name' ? responder.name.text : responder.sha1,
    producedAt: producedAt.toISOString(),
    serials: answers.map((single) => single.about.serial),
    scope: sha256Hex(Buffer.from(JSON.stringify(['ocsp', about]))),
    // As a whole it is as old as its oldest part.
    thisUpdate: earliest(answers.map((single) => single.thisUpdate)) ?? producedAt.toISOString(),
    nextUpdate: earliest(answers.flatMap((single) => single.nextUpdate ?? [])),
  };
};

/** What one piece of DER is; null when it is neither a CRL nor an OCSP answer. */
export const factsOf = (der: Uint8Array): RevocationFacts | null => {
  try {
    return ocspFacts(der) ?? crlFacts(der);
  } catch (cause) {
    if (cause instanceof DerError) return null;
    throw cause;
  }
};

/** The pieces of a file: every CRL or OCSP answer of PEM text, or the one that DER bytes are. */
export const piecesOf = (file: Uint8Array): readonly Uint8Array[] => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes[0] === 0x30 || !bytes.includes('-----BEGIN ')) return [bytes];
  const blocks = bytes.toString('latin1').matchAll(/-----BEGIN (?:X509 CRL|OCSP RESPONSE)-----([\sA-Za-z0-9+/=]+)-----END/g);
  return [...blocks].map((block) => Buffer.from(block[1] ?? '', 'base64'));
};
