/** TSTInfo: what a time-stamp token says was stamped, and when (RFC 3161 2.4.2). Read strictly; what it says is not yet believed. */

import {
  DerError,
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
import { digestOf } from '../cms/algorithm.ts';
import { contentTypes, readSignedData, type SignedData } from '../cms/read.ts';

export type Token = {
  readonly policy: string;
  /** Of the imprint, as node:crypto names it; null when unknown. */
  readonly digest: string | null;
  readonly imprint: Uint8Array;
  /** genTime, to the millisecond. */
  readonly at: Date;
  /** Milliseconds by which genTime may be off either way; 0 when nothing is said. */
  readonly accuracy: number;
  /** Whether tokens of this authority can be put in order by genTime alone. */
  readonly ordering: boolean;
};

/** RFC 3161: with seconds, in UTC, a fraction without trailing zeros at most. */
const genTimeOf = (element: Tlv | undefined): Date => {
  if (!isUniversal(element, 24)) throw new DerError('genTime is no GeneralizedTime');
  if (!/^\d{14}(?:\.\d+)?Z$/.test(Buffer.from(element.content).toString('latin1'))) throw new DerError('odd genTime');
  return timeOf(element);
};

const integerIn = (element: Tlv): number => smallInteger({ ...element, tagClass: 0, tag: 2 });

const accuracyOf = (element: Tlv | undefined): number => {
  if (element === undefined) return 0;
  let millis = 0;
  for (const part of sequenceOf(element)) {
    const value = integerIn(part);
    if (isUniversal(part, 2)) millis += value * 1000;
    // RFC 3161 has 1 to 999; authorities write 0 for none.
    else if (isContext(part, 0) && value <= 999) millis += value;
    else if (isContext(part, 1) && value <= 999) millis += value / 1000;
    else throw new DerError('odd accuracy');
  }
  return millis;
};

/** A critical extension that is not known could turn the meaning round: none is known. */
const refuseCritical = (extensions: Tlv | undefined): void => {
  for (const one of extensions === undefined ? [] : sequenceOf({ ...extensions, tagClass: 0, tag: 16 })) {
    const [, critical] = sequenceOf(one);
    if (isUniversal(critical, 1) && critical.content[0] !== 0) throw new DerError('a critical extension in TSTInfo');
  }
};

/** Throws DerError for whatever is not a TSTInfo of version 1. */
export const readToken = (data: SignedData): Token => {
  if (data.contentType !== contentTypes.timestamp || data.content === null) throw new DerError('not a time-stamp token');
  const [version, policy, imprint, serial, genTime, ...rest] = sequenceOf(readWhole(data.content));
  if (smallInteger(version) !== 1 || !isUniversal(serial, 2)) throw new DerError('odd TSTInfo');
  const [algorithm, value, ...more] = sequenceOf(imprint);
  const optional = [
    isUniversal(rest[0], 16) ? rest.shift() : undefined,
    isUniversal(rest[0], 1) ? rest.shift() : undefined,
    isUniversal(rest[0], 2) ? rest.shift() : undefined, // nonce: whoever asked for the token compared it
    isContext(rest[0], 0) ? rest.shift() : undefined, // tsa: a hint, the certificate says who
    isContext(rest[0], 1) ? rest.shift() : undefined,
  ] as const;
  if (rest.length > 0 || more.length > 0) throw new DerError('odd fields in TSTInfo');
  refuseCritical(optional[4]);
  return {
    policy: oidOf(policy),
    digest: digestOf(algorithm),
    imprint: octetString(value),
    at: genTimeOf(genTime),
    accuracy: accuracyOf(optional[0]),
    ordering: optional[1] !== undefined && optional[1].content[0] !== 0,
  };
};

/** The SignedData of a token that stands alone: nothing may follow it. Throws DerError. */
export const readTokenMessage = (der: Uint8Array): SignedData => {
  const { data, length } = readSignedData(der);
  if (length !== der.length) throw new DerError('bytes after the token');
  return data;
};
