/**
 * Writing certificate revocation lists, version 2 (RFC 5280 §5). The hub publishes none: the demo's
 * authority and the tests do.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { bits, type Der, implicit, integer, sequence, tagged, time, tlv } from '../asn1/write.ts';
import { algorithmFor, algorithmIdentifier, type SigningAlgorithm, signBytes } from './algorithm.ts';
import { type CertificateName, writeName } from './certificate.ts';
import { extension, keyIdentifier } from './extension.ts';

/** CRLReason (RFC 5280 §5.3.1); 7 is not used. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

export type RevocationReason = keyof typeof revocationReasons;

export type CrlEntry = {
  /** Big-endian bytes, as in the certificate; or hex. */
  readonly serial: Uint8Array | string;
  readonly revokedAt: Date;
  readonly reason?: RevocationReason;
  /** From when the key is believed to have been bad: earlier than the revocation. */
  readonly invalidityAt?: Date;
  /** Further extensions as DER (see `extension`), e.g. certificateIssuer of an indirect list. */
  readonly extensions?: readonly Der[];
};

export type CrlRequest = {
  readonly issuer: CertificateName;
  /** Private key of the issuer; not checked against anything, a test may want the wrong one. */
  readonly issuerKey: KeyObject;
  readonly entries: readonly CrlEntry[];
  readonly thisUpdate: Date;
  /** Null leaves it out, which RFC 5280 §5.1.2.5 forbids. */
  readonly nextUpdate: Date | null;
  /** CRLNumber; absent = none. */
  readonly number?: number;
  /** Makes it a delta list over the full one of this number (§5.2.4). */
  readonly deltaOf?: number;
  /** IssuingDistributionPoint (§5.2.5) or anything else, as DER of whole extensions. */
  readonly extensions?: readonly Der[];
  readonly algorithm?: SigningAlgorithm;
};

/** InvalidityDate and the times of OCSP are GeneralizedTime in any year. */
export const generalizedTime = (at: Date): Der =>
  tlv(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`, 'latin1'));

export const enumerated = (value: number): Der => tlv(0x0a, Buffer.from([value]));

const serialBytes = (serial: Uint8Array | string): Uint8Array =>
  typeof serial === 'string' ? Buffer.from(serial.padStart(serial.length + (serial.length % 2), '0'), 'hex') : serial;

const entryOf = (entry: CrlEntry): Der => {
  const extensions = [
    ...(entry.reason === undefined ? [] : [extension('2.5.29.21', false, enumerated(revocationReasons[entry.reason]))]),
    ...(entry.invalidityAt === undefined ? [] : [extension('2.5.29.24', false, generalizedTime(entry.invalidityAt))]),
    ...(entry.extensions ?? []),
  ];
  const shown = extensions.length === 0 ? [] : [sequence(...extensions)];
  return sequence(integer(serialBytes(entry.serial)), time(entry.revokedAt), ...shown);
};

/** What is signed (§5.1.2). */
const tbsOf = (request: CrlRequest, algorithm: SigningAlgorithm): Der => {
  const { entries, nextUpdate, number, deltaOf } = request;
  return sequence(
    integer(1),
    algorithmIdentifier(algorithm),
    writeName(request.issuer),
    time(request.thisUpdate),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    // An empty list leaves revokedCertificates out (§5.1.2.6). In one piece: a list may have half a million.
    ...(entries.length === 0 ? [] : [tlv(0x30, Buffer.concat(entries.map(entryOf)))]),
    tagged(
      0,
      sequence(
        extension('2.5.29.35', false, sequence(implicit(0, keyIdentifier(createPublicKey(request.issuerKey))))),
        ...(number === undefined ? [] : [extension('2.5.29.20', false, integer(number))]),
        ...(deltaOf === undefined ? [] : [extension('2.5.29.27', true, integer(deltaOf))]),
        ...(request.extensions ?? []),
      ),
    ),
  );
};

/** DER of the list. */
export const writeCrl = (request: CrlRequest): Uint8Array => {
  const algorithm = request.algorithm ?? algorithmFor(request.issuerKey);
  const tbs = tbsOf(request, algorithm);
  return sequence(tbs, algorithmIdentifier(algorithm), bits(signBytes(tbs, request.issuerKey, algorithm)));
};
