/** The instants that stamps prove together, what is told of each, and the words (ETSI EN 319 102-1 5.4, 5.5). */
import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/signature/path/certificate.ts';
import { isConflict, momentsOf, remarksOn, type Stamps, timestampRows } from '../../../src/signature/time/moments.ts';
import { clockSkew, type Stamp, stampCircumstances } from '../../../src/signature/time/timestamp.ts';

const noon = new Date('2026-11-20T12:00:00.000Z');
const minutes = (count: number): Date => new Date(noon.getTime() + count * 60_000);
const stamp = (at: number | null, more: Partial<Stamp> = {}): Stamp => {
  const when = at === null ? null : minutes(at);
  return { reason: null, counts: true, at: when, latest: when, late: false, outcome: null, chain: [], revocation: [], ...more };
};
const refused = (at: number, more: Partial<Stamp> = {}): Stamp => stamp(at, { reason: 'untrusted', counts: false, ...more });
const stamps = (signature: readonly Stamp[], content: readonly Stamp[] = []): Stamps => ({ signature, content });
const told = (given: Stamps) => {
  const { stampedAt, bestTime, madeAfter } = momentsOf(given, noon);
  const from = (at: Date | null) => (at === null ? null : (at.getTime() - noon.getTime()) / 60_000);
  return [from(stampedAt), from(bestTime), from(madeAfter)];
};

describe('the moments: stamped, existed at the latest, made after', () => {
  it.each<readonly [string, Stamps, readonly (number | null)[]]>([
    ['without stamps', stamps([]), [null, 0, null]],
    ['with one', stamps([stamp(-30)]), [-30, -30, null]],
    ['with several: the earliest', stamps([stamp(-30), stamp(-50), stamp(-40)]), [-50, -50, null]],
    ['with one that is not counted', stamps([refused(-30)]), [null, 0, null]],
    ['with one of both', stamps([stamp(-30), refused(-50)]), [-30, -30, null]],
    ['with coarse accuracy', stamps([stamp(-30, { latest: minutes(-20) })]), [-30, -20, null]],
    ['with accuracy beyond the acceptance', stamps([stamp(-30, { latest: minutes(20) })]), [-30, 0, null]],
    ['with an unreadable one that says it counts', stamps([stamp(null)]), [null, 0, null]],
    ['with content stamps: the latest', stamps([], [stamp(-60), stamp(-40), stamp(-50)]), [null, 0, -40]],
    ['with a content stamp that is not counted', stamps([], [refused(-60)]), [null, 0, null]],
    ['with both', stamps([stamp(-30)], [stamp(-60)]), [-30, -30, -60]],
    ['with both at once', stamps([stamp(-30)], [stamp(-30)]), [-30, -30, -30]],
    ['with both as far apart as clocks differ', stamps([stamp(-30)], [stamp(-25)]), [-30, -30, -25]],
    ['with content stamped after the signature', stamps([stamp(-30)], [stamp(-24)]), [null, 0, null]],
    ['with content stamped after the acceptance', stamps([], [stamp(6)]), [null, 0, null]],
  ])('%s', (_, given, expected) => {
    expect(told(given)).toEqual(expected);
  });
  it('contradict each other from a millisecond beyond what clocks differ', () => {
    expect(clockSkew).toBe(300_000);
    const apart = (ms: number) => stamps([stamp(-30)], [stamp(-30, { at: new Date(minutes(-25).getTime() + ms) })]);
    expect([isConflict(apart(0), noon), isConflict(apart(1), noon)]).toEqual([false, true]);
    expect(isConflict(stamps([]), noon)).toBe(false);
  });
});

describe('what is told of each stamp', () => {
  const authority = (commonName: string | null) => ({ certificate: { subject: { commonName } } as unknown as Certificate });
  const outcome = (commonName: string | null) => authority(commonName) as unknown as NonNullable<Stamp['outcome']>;
  it('is its kind, its time, what is wrong with it and who made it', () => {
    const given = stamps(
      [stamp(-30, { outcome: outcome('TSA') }), refused(-20, { outcome: outcome(null) })],
      [
        stamp(null, { reason: 'malformed-signature', outcome: { certificate: null } as unknown as NonNullable<Stamp['outcome']> }),
        stamp(-50),
      ],
    );
    expect(timestampRows(given)).toEqual([
      { kind: 'signature', at: minutes(-30).toISOString(), reason: null, authority: 'TSA' },
      { kind: 'signature', at: minutes(-20).toISOString(), reason: 'untrusted', authority: null },
      { kind: 'content', at: null, reason: 'malformed-signature', authority: null },
      { kind: 'content', at: minutes(-50).toISOString(), reason: null, authority: null },
    ]);
  });
  it('is a remark for each that is not counted', () => {
    const late = { late: true, reason: 'not-yet-valid', counts: false } as const;
    expect(remarksOn(stamps([stamp(-30), refused(-20)], [stamp(-10, late)]), false)).toEqual([
      {
        code: 'timestamp-not-counted',
        vi: 'Dấu thời gian không được tính: Chứng thư số không thuộc hệ thống chứng thực mà Trục tin cậy',
        en: 'A time stamp is not counted: The certificate does not lead to a trust anchor of this hub',
      },
      {
        code: 'timestamp-order',
        vi: 'Dấu thời gian không được tính: thời điểm ghi trong đó muộn hơn lúc đã được chứng minh',
        en: 'A time stamp is not counted: it claims a time after the one at which it is known to have existed',
      },
    ]);
  });
  it('is one more remark where they contradict each other', () => {
    expect(remarksOn(stamps([stamp(-30)]), true)).toEqual([
      {
        code: 'timestamp-order',
        vi: 'Dấu thời gian của nội dung muộn hơn dấu thời gian của chữ ký: không dùng cả hai',
        en: 'The content was stamped after the signature: neither stamp is used',
      },
    ]);
  });
});

describe('the circumstances of a document timestamp', () => {
  const certificate = { serial: '0A' } as unknown as Certificate;
  const outcome = { certificate, fault: null } as unknown as NonNullable<Stamp['outcome']>;
  const revocationRow = (serial: string, status: 'good' | 'revoked' | 'unknown', revokedAt: string | null = null) => ({
    ...{ serial, source: 'crl' as const, status, thisUpdate: null, nextUpdate: null, revokedAt },
  });
  const plain = {
    ...{ certificate, isOther: false, isPathUnsupported: true, bestTime: minutes(-30), madeAfter: null, revokedAt: null },
    ...{ isGood: false, weakUntil: null, isOutOfOrder: false },
  };
  it.each<readonly [string, Partial<Stamp>, object]>([
    ['of which nothing is known', {}, {}],
    ['that came too late', { late: true }, { isOutOfOrder: true }],
    ['that is good', { revocation: [revocationRow('0A', 'good')] }, { isGood: true }],
    ['of which another is good', { revocation: [revocationRow('0B', 'good')] }, {}],
    [
      'that is revoked',
      { revocation: [revocationRow('0B', 'good'), revocationRow('0A', 'revoked', '2026-11-19T00:00:00.000Z')] },
      { revokedAt: new Date('2026-11-19T00:00:00.000Z') },
    ],
    ['that is revoked since nobody says when', { revocation: [revocationRow('0A', 'revoked')] }, {}],
    ['that is unknown', { revocation: [revocationRow('0A', 'unknown', '2026-11-19T00:00:00.000Z')] }, {}],
    ['of another certificate', { outcome: { ...outcome, fault: 'certificate-misuse' } }, { isOther: true, isPathUnsupported: false }],
    ['whose bytes are wrong', { outcome: { ...outcome, fault: 'digest-mismatch' } }, { isPathUnsupported: false }],
    ['of nobody', { outcome: { ...outcome, certificate: null } }, { certificate: null }],
  ])('%s', (_, more, expected) => {
    expect(stampCircumstances(stamp(-30, { outcome, ...more }))).toEqual({ ...plain, ...expected });
  });
  it('are none of a token that cannot be read', () => {
    expect(stampCircumstances(stamp(null, { outcome }))).toBeUndefined();
    expect(stampCircumstances(stamp(-30))).toBeUndefined();
  });
});
