import { describe, expect, it } from 'vitest';
import { claimedRemarks, type ProvenTimes } from '../../../src/signature/time/claimed.ts';

const stamped = new Date('2026-11-20T02:00:00.000Z');
const minute = 60_000;
const claimed = (hours: number): Date => new Date(stamped.getTime() + hours * 60 * minute);
const proven: ProvenTimes = { existedAt: stamped, stampedAt: stamped, madeAfter: null };
const accepted: ProvenTimes = { existedAt: stamped, stampedAt: null, madeAfter: null };
const codesOf = (at: Date | null, times: ProvenTimes = proven) => claimedRemarks(at, times).map((one) => one.code);
const off = (ms: number): Date => new Date(stamped.getTime() + ms);

const quirk = {
  code: 'claimed-local-as-utc',
  vi: 'Giờ ký ghi trong chữ ký lệch khoảng 7 giờ so với thời điểm đã được chứng minh: phần mềm ký ghi giờ Việt Nam nhưng đánh dấu là giờ UTC',
  en: 'The claimed signing time is about 7 hours ahead of what is proven: the signing tool wrote Vietnamese time marked as UTC',
};
const differs = (vi: string, en: string) => [{ code: 'claimed-differs', vi, en }];

describe('the claimed time', () => {
  it('is remarked seven hours ahead, an hour more or less: local time marked as UTC', () => {
    for (const hours of [6, 6.5, 7, 7.02, 8]) expect([hours, codesOf(claimed(hours))]).toEqual([hours, ['claimed-local-as-utc']]);
    expect(claimedRemarks(claimed(7), proven)).toEqual([quirk]);
  });
  it('counts from the acceptance where there is no stamp', () => {
    expect(codesOf(claimed(7), accepted)).toEqual(['claimed-local-as-utc']);
    expect(codesOf(claimed(-72), accepted)).toEqual([]);
  });
  it('is remarked when it is far off otherwise', () => {
    for (const hours of [0.5, 3, 5.9, 8.1, 24, -25]) expect([hours, codesOf(claimed(hours))]).toEqual([hours, ['claimed-differs']]);
    expect(codesOf(claimed(-3), { ...proven, madeAfter: claimed(-1) })).toEqual(['claimed-differs']);
  });
  it.each<readonly [number, string, string]>([
    [10 * minute + 1, '10 phút', '10 min'],
    [30 * minute, '30 phút', '30 min'],
    [59 * minute, '59 phút', '59 min'],
    [60 * minute, '1 giờ', '1 h'],
    [61 * minute, '1 giờ 1 phút', '1 h 1 min'],
    [180 * minute, '3 giờ', '3 h'],
    [345 * minute, '5 giờ 45 phút', '5 h 45 min'],
    [1000 * minute, '16 giờ 40 phút', '16 h 40 min'],
  ])('%d ms too late is told in hours and minutes', (ms, vi, en) => {
    expect(claimedRemarks(off(ms), proven)).toEqual(
      differs(
        `Giờ ký ghi trong chữ ký muộn hơn thời điểm chữ ký đã được chứng minh là tồn tại ${vi}`,
        `The claimed signing time is ${en} after the signature is proven to have existed`,
      ),
    );
  });
  it.each<readonly [number, string, string]>([
    [24 * 60 * minute + 1, '24 giờ', '24 h'],
    [25 * 60 * minute + minute, '25 giờ 1 phút', '25 h 1 min'],
  ])('%d ms before its stamp is told too', (ms, vi, en) => {
    expect(claimedRemarks(off(-ms), proven)).toEqual(
      differs(`Giờ ký ghi trong chữ ký sớm hơn dấu thời gian ${vi}`, `The claimed signing time is ${en} before the time stamp`),
    );
  });
  it('before what it signs was stamped is told', () => {
    expect(claimedRemarks(off(-11 * minute), { ...proven, madeAfter: stamped })).toEqual(
      differs(
        'Giờ ký ghi trong chữ ký sớm hơn dấu thời gian của nội dung được ký',
        'The claimed signing time is before the time stamp over the content that was signed',
      ),
    );
  });
  it('is left alone when it fits, or is not there', () => {
    for (const hours of [0, 0.1, -0.1, -7, -23]) expect([hours, codesOf(claimed(hours))]).toEqual([hours, []]);
    expect(codesOf(null)).toEqual([]);
  });
  it.each<readonly [string, number, ProvenTimes]>([
    ['ten minutes ahead, as clocks differ', 10 * minute, proven],
    ['ten minutes before its content was stamped', -10 * minute, { ...proven, madeAfter: stamped }],
    ['nine minutes before its content was stamped', -9 * minute, { ...proven, madeAfter: stamped }],
    ['a day before its stamp, to the millisecond', -24 * 60 * minute, proven],
    ['an hour before, where nothing stamped its content', -60 * minute, accepted],
  ])('is left alone %s', (_, ms, times) => {
    expect(claimedRemarks(off(ms), times)).toEqual([]);
  });
});
