/** Writing X.509 v3 certificates (RFC 5280): the hub's own, and those of the demo's PKI. */
import { type KeyObject, randomBytes } from 'node:crypto';
import {
  bits,
  boolean,
  type Der,
  ia5,
  implicit,
  integer,
  octets,
  oid,
  printable,
  sequence,
  setOf,
  tagged,
  time,
  utf8,
} from '../asn1/write.ts';
import { algorithmFor, algorithmIdentifier, type SigningAlgorithm, signBytes } from './algorithm.ts';
import { extension, keyIdentifier } from './extension.ts';

/** A distinguished name as people write it; all but country and mail as UTF8String. */
export type CertificateName = {
  readonly country?: string;
  readonly province?: string;
  readonly organisation?: string;
  readonly unit?: string;
  readonly commonName: string;
  readonly email?: string;
};

export type KeyUsage = 'digitalSignature' | 'nonRepudiation' | 'keyCertSign' | 'cRLSign';

export type CertificateRequest = {
  readonly subject: CertificateName;
  readonly issuer: CertificateName;
  readonly subjectKey: KeyObject;
  /** Private key of the issuer, and its public key. */
  readonly issuerKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Present: a certification authority, with at most so many authorities below it (null = no limit). */
  readonly authority?: { readonly pathLength: number | null };
  readonly usages: readonly KeyUsage[];
  /** URL names only; nothing here fetches them. */
  readonly crlUrl?: string;
  readonly ocspUrl?: string;
  readonly issuerUrl?: string;
  readonly policy?: string;
  /** Further extensions as DER (see `extension`), e.g. extendedKeyUsage. */
  readonly extensions?: readonly Der[];
  readonly serial?: Uint8Array;
  readonly algorithm?: SigningAlgorithm;
};

const attribute = (type: string, value: Der): Der => setOf(sequence(oid(type), value));

/** An RDNSequence with one attribute in each RDN, country first, as the government's authorities write it. */
export const writeName = (name: CertificateName): Der =>
  sequence(
    ...(name.country === undefined ? [] : [attribute('2.5.4.6', printable(name.country))]),
    ...(name.province === undefined ? [] : [attribute('2.5.4.8', utf8(name.province))]),
    ...(name.organisation === undefined ? [] : [attribute('2.5.4.10', utf8(name.organisation))]),
    ...(name.unit === undefined ? [] : [attribute('2.5.4.11', utf8(name.unit))]),
    attribute('2.5.4.3', utf8(name.commonName)),
    ...(name.email === undefined ? [] : [attribute('1.2.840.113549.1.9.1', ia5(name.email))]),
  );

// RFC 5280 §4.2.1.3: bit 0 is the highest of the first byte.
const usageBits: Readonly<Record<KeyUsage, number>> = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04, cRLSign: 0x02 };

const usageExtension = (usages: readonly KeyUsage[]): Der => {
  const value = usages.reduce((sum, usage) => sum | usageBits[usage], 0);
  let unused = 0;
  while (unused < 7 && ((value >> unused) & 1) === 0) unused += 1;
  return bits(Buffer.from([value]), unused);
};

const url = (address: string): Der => implicit(6, Buffer.from(address, 'latin1'));

/** cA is DEFAULT FALSE, so a leaf has an empty sequence (X.690 §11.5). */
const basicConstraints = (authority: CertificateRequest['authority']): Der => {
  if (authority === undefined) return sequence();
  return sequence(boolean(true), ...(authority.pathLength === null ? [] : [integer(authority.pathLength)]));
};

/** Where revocation and issuer would be found; verifiers of the hub fetch only what they are told to. */
const addressExtensions = (request: CertificateRequest): readonly Der[] => {
  const access = [
    ...(request.ocspUrl === undefined ? [] : [sequence(oid('1.3.6.1.5.5.7.48.1'), url(request.ocspUrl))]),
    ...(request.issuerUrl === undefined ? [] : [sequence(oid('1.3.6.1.5.5.7.48.2'), url(request.issuerUrl))]),
  ];
  return [
    ...(request.crlUrl === undefined ? [] : [extension('2.5.29.31', false, sequence(sequence(tagged(0, tagged(0, url(request.crlUrl))))))]),
    ...(access.length === 0 ? [] : [extension('1.3.6.1.5.5.7.1.1', false, sequence(...access))]),
    ...(request.policy === undefined ? [] : [extension('2.5.29.32', false, sequence(sequence(oid(request.policy))))]),
  ];
};

/** What is signed (RFC 5280 §4.1.2). */
const tbsCertificate = (request: CertificateRequest, algorithm: SigningAlgorithm): Der => {
  // Sixteen bytes, the first fixed: positive, never zero, unpredictable.
  const serial = request.serial ?? randomBytes(16).fill(0x3b, 0, 1);
  return sequence(
    tagged(0, integer(2)),
    integer(serial),
    algorithmIdentifier(algorithm),
    writeName(request.issuer),
    sequence(time(request.validFrom), time(request.validTo)),
    writeName(request.subject),
    request.subjectKey.export({ type: 'spki', format: 'der' }),
    tagged(
      3,
      sequence(
        extension('2.5.29.19', true, basicConstraints(request.authority)),
        extension('2.5.29.15', true, usageExtension(request.usages)),
        extension('2.5.29.14', false, octets(keyIdentifier(request.subjectKey))),
        extension('2.5.29.35', false, sequence(implicit(0, keyIdentifier(request.issuerPublicKey)))),
        ...addressExtensions(request),
        ...(request.extensions ?? []),
      ),
    ),
  );
};

/** DER of the certificate. */
export const writeCertificate = (request: CertificateRequest): Uint8Array => {
  const algorithm = request.algorithm ?? algorithmFor(request.issuerKey);
  const tbs = tbsCertificate(request, algorithm);
  return sequence(tbs, algorithmIdentifier(algorithm), bits(signBytes(tbs, request.issuerKey, algorithm)));
};

/** PEM with 64 characters a line. */
export const certificatePem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
