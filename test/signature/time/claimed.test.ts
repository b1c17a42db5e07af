import { describe, expect, it } from 'vitest';
import { claimedRemarks } from '../../../src/signature/time/claimed.ts';

const stamped = new Date('2026-11-20T02:00:00.000Z');
const hour = 3_600_000;
const claimed = (hours: number): Date => new Date(stamped.getTime() + hours * hour);
const proven = { existedAt: stamped, stampedAt: stamped, madeAfter: null };
const codesOf = (at: Date | null, times: Parameters<typeof claimedRemarks>[1] = proven) => claimedRemarks(at, times).map((one) => one.code);

describe('the claimed time', () => {
  it('is remarked seven hours ahead, an hour more or less: local time marked as UTC', () => {
    for (const hours of [6, 6.5, 7, 7.02, 8]) expect([hours, codesOf(claimed(hours))]).toEqual([hours, ['claimed-local-as-utc']]);
    expect(claimedRemarks(claimed(7), proven)[0]?.vi).toContain('7 giờ');
  });
  it('counts from the acceptance where there is no stamp', () => {
    const accepted = { existedAt: stamped, stampedAt: null, madeAfter: null };
    expect(codesOf(claimed(7), accepted)).toEqual(['claimed-local-as-utc']);
    expect(codesOf(claimed(-72), accepted)).toEqual([]);
  });
  it('is remarked when it is far off otherwise', () => {
    for (const hours of [0.5, 3, 5.9, 8.1, 24, -25]) expect([hours, codesOf(claimed(hours))]).toEqual([hours, ['claimed-differs']]);
    expect(claimedRemarks(claimed(3), proven)[0]?.vi).toContain('3 giờ');
    expect(claimedRemarks(claimed(0.5), proven)[0]?.vi).toContain('30 phút');
    expect(codesOf(claimed(-3), { ...proven, madeAfter: claimed(-1) })).toEqual(['claimed-differs']);
  });
  it('is left alone when it fits, or is not there', () => {
    for (const hours of [0, 0.1, -0.1, -7, -23]) expect([hours, codesOf(claimed(hours))]).toEqual([hours, []]);
    expect(codesOf(null)).toEqual([]);
  });
});
