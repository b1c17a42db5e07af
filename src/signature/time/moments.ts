/** The instants that the time stamps inside a signature prove, and what people are told of each stamp. */
import type { SignerInfo } from '../cms/read.ts';
import { type Content, contentOf } from '../cms/signer.ts';
import type { VerificationContext } from '../context.ts';
import { findingOf, type Remark, type TimestampProof } from '../proof.ts';
import { clockSkew, type Stamp, verifyStamp } from './timestamp.ts';

export type Stamps = {
  /** Over the signature value: it existed at the latest then. */
  readonly signature: readonly Stamp[];
  /** Over the content, among the signed attributes: it was signed after then. */
  readonly content: readonly Stamp[];
};

const ids = { signatureTimestamp: '1.2.840.113549.1.9.16.2.14', contentTimestamp: '1.2.840.113549.1.9.16.2.20' } as const;

/** More than anybody stamps; each costs a signature check and a path. */
const MAX_STAMPS = 10;

/** Every stamp in the signature, judged by itself; all existed when the signature did, as far as is known from outside. */
export const stampsOf = (info: SignerInfo, content: Content, existedAt: Date, context: VerificationContext): Stamps => {
  const value = contentOf((sink) => sink(info.value));
  const over = (tokens: readonly { readonly bytes: Uint8Array }[] | undefined, stamped: Content) =>
    (tokens ?? []).slice(0, MAX_STAMPS).map(({ bytes }) => verifyStamp(bytes, stamped, existedAt, context));
  return {
    signature: over(info.unsigned.get(ids.signatureTimestamp), value),
    content: over(info.signed?.attributes.get(ids.contentTimestamp), content),
  };
};

const latestOf = (stamps: readonly Stamp[]): readonly number[] =>
  stamps.flatMap((stamp) => (stamp.counts && stamp.latest !== null ? [stamp.latest.getTime()] : []));
const timesOf = (stamps: readonly Stamp[]): readonly number[] =>
  stamps.flatMap((stamp) => (stamp.counts && stamp.at !== null ? [stamp.at.getTime()] : []));

/** Content stamped after the signature was: the authorities contradict each other, so neither is used (TIMESTAMP_ORDER_FAILURE). */
export const isConflict = (stamps: Stamps, existedAt: Date): boolean =>
  Math.max(...timesOf(stamps.content)) > Math.min(existedAt.getTime(), ...latestOf(stamps.signature)) + clockSkew;

export type Moments = { readonly stampedAt: Date | null; readonly bestTime: Date; readonly madeAfter: Date | null };

/** `existedAt` is what is known from outside; stamps that count make it earlier. */
export const momentsOf = (stamps: Stamps, existedAt: Date): Moments => {
  if (isConflict(stamps, existedAt)) return { stampedAt: null, bestTime: existedAt, madeAfter: null };
  const stamped = timesOf(stamps.signature);
  const made = timesOf(stamps.content);
  return {
    stampedAt: stamped.length === 0 ? null : new Date(Math.min(...stamped)),
    bestTime: new Date(Math.min(existedAt.getTime(), ...latestOf(stamps.signature))),
    madeAfter: made.length === 0 ? null : new Date(Math.max(...made)),
  };
};

const rowOf = (kind: TimestampProof['kind'], stamp: Stamp): TimestampProof => ({
  kind,
  at: stamp.at?.toISOString() ?? null,
  reason: stamp.reason,
  authority: stamp.outcome?.certificate?.subject.commonName ?? null,
});

export const timestampRows = (stamps: Stamps): readonly TimestampProof[] => [
  ...stamps.signature.map((stamp) => rowOf('signature', stamp)),
  ...stamps.content.map((stamp) => rowOf('content', stamp)),
];

const notCounted = (stamp: Stamp): Remark => {
  const { vi, en } = stamp.late
    ? {
        vi: 'thời điểm ghi trong đó muộn hơn lúc đã được chứng minh',
        en: 'it claims a time after the one at which it is known to have existed',
      }
    : findingOf(stamp.reason);
  const code = stamp.late ? 'timestamp-order' : 'timestamp-not-counted';
  return { code, vi: `Dấu thời gian không được tính: ${vi}`, en: `A time stamp is not counted: ${en}` };
};

/** Every stamp that was not counted, and why. */
export const remarksOn = (stamps: Stamps, conflict: boolean): readonly Remark[] => {
  const remarks = [...stamps.signature, ...stamps.content].filter((stamp) => stamp.reason !== null).map(notCounted);
  if (!conflict) return remarks;
  const vi = 'Dấu thời gian của nội dung muộn hơn dấu thời gian của chữ ký: không dùng cả hai';
  return [...remarks, { code: 'timestamp-order', vi, en: 'The content was stamped after the signature: neither stamp is used' }];
};
