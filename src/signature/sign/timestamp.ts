/**
 * Making time-stamp tokens (RFC 3161, RFC 5816): the demo's and the tests' own authority. Everything can
 * be set, so that a test can make a token that must not be believed.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { boolean, type Der, implicit, integer, octets, oid, sequence, tlv } from '../asn1/write.ts';
import { sha256Identifier } from './algorithm.ts';
import { attribute, signCms } from './cms.ts';
import { extension } from './extension.ts';

export type TokenRequest = {
  /** SHA-256 of what is stamped; or the thing itself. */
  readonly digest?: Uint8Array;
  readonly content?: Uint8Array;
  /** genTime, to the millisecond. */
  readonly at: Date;
  /** DER of the authority's certificate (with `timeStampingPurpose`), and its private key. */
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
  /** Certificates above it to embed. */
  readonly chain?: readonly Uint8Array[];
  readonly serial?: number;
  readonly policy?: string;
  /** Accuracy in whole seconds and milliseconds; absent = none stated. */
  readonly accuracy?: { readonly seconds: number; readonly millis?: number };
  readonly ordering?: boolean;
  readonly nonce?: Uint8Array;
};

const ids = {
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

/** The extension a time-stamping certificate must have: extendedKeyUsage, critical, this purpose alone (RFC 3161 §2.3). */
export const timeStampingPurpose: Der = extension('2.5.29.37', true, sequence(oid(ids.timeStamping)));

/** GeneralizedTime with a fraction where there is one, without trailing zeros (RFC 3161 §2.4.2). */
const genTime = (at: Date): Der => {
  const [seconds = '', fraction = ''] = at
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .split('.');
  const rest = fraction.replace(/0+$/, '');
  return tlv(0x18, Buffer.from(`${seconds}${rest === '' ? '' : `.${rest}`}Z`, 'latin1'));
};

const accuracyOf = ({ seconds, millis }: NonNullable<TokenRequest['accuracy']>): Der =>
  sequence(
    integer(seconds),
    ...(millis === undefined ? [] : [implicit(0, Buffer.from([millis >> 8, millis & 0xff].slice(millis > 127 ? 0 : 1)))]),
  );

const tstInfo = (request: TokenRequest): Der =>
  sequence(
    integer(1),
    oid(request.policy ?? '2.16.704.1.1.1.2.1'),
    sequence(
      sha256Identifier,
      octets(
        request.digest ??
          createHash('sha256')
            .update(request.content ?? new Uint8Array())
            .digest(),
      ),
    ),
    integer(request.serial ?? Math.floor(request.at.getTime() / 1000)),
    genTime(request.at),
    ...(request.accuracy === undefined ? [] : [accuracyOf(request.accuracy)]),
    ...(request.ordering === true ? [boolean(true)] : []),
    ...(request.nonce === undefined ? [] : [integer(request.nonce)]),
  );

/** DER of a TimeStampToken: what goes into Contents of a document timestamp, or into a signature. */
export const signTimestamp = (request: TokenRequest): Uint8Array =>
  signCms({
    inside: { type: ids.tstInfo, content: tstInfo(request) },
    certificate: request.certificate,
    key: request.key,
    ...(request.chain === undefined ? {} : { chain: request.chain }),
  });

/** For `unsigned` of `signCms`: a signature-time-stamp over the signature value (ETSI EN 319 122-1 §5.3). */
export const timestampedBy =
  (request: Omit<TokenRequest, 'digest' | 'content'>) =>
  (value: Uint8Array): readonly Der[] => [attribute(ids.signatureTimestamp, signTimestamp({ ...request, content: value }))];
