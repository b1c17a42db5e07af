/** The small decisions of the door, without a door. */
import { describe, expect, it } from 'vitest';
import { partFor } from '../../src/http/body/range.ts';
import { openBuckets, strangerFor } from '../../src/http/gate/rate.ts';

describe('a bucket', () => {
  it('lets a burst through, then the rate, and says how long to wait', () => {
    const buckets = openBuckets({ perSecond: 2, burst: 20, most: 10 });
    for (let call = 0; call < 20; call += 1) expect(buckets.take('a', 0)).toBe(0);
    expect(buckets.take('a', 0)).toBe(1);
    expect(buckets.take('b', 0)).toBe(0);
    expect(buckets.take('a', 500)).toBe(0);
    expect(buckets.take('a', 500)).toBe(1);
    for (let call = 0; call < 20; call += 1) expect(buckets.take('a', 60_000)).toBe(0);
    expect(buckets.take('a', 60_000)).toBeGreaterThan(0);
  });

  it('remembers no more names than it may, forgetting the longest unused', () => {
    const buckets = openBuckets({ perSecond: 1, burst: 1, most: 3 });
    for (const name of ['a', 'b', 'c']) buckets.take(name, 0);
    expect(buckets.take('a', 0)).toBe(1);
    buckets.take('d', 0);
    expect(buckets.size).toBe(3);
    expect(buckets.take('a', 0)).toBe(1);
    expect(buckets.take('b', 0)).toBe(0);
  });

  it('is off at rate 0', () => {
    const buckets = openBuckets({ perSecond: 0, burst: 0, most: 3 });
    for (let call = 0; call < 1000; call += 1) expect(buckets.take('a', 0)).toBe(0);
  });

  it('counts IPv6 callers by /64 and mapped IPv4 as IPv4', () => {
    expect(strangerFor('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(strangerFor('2001:db8:1:2:3:4:5:6')).toBe(strangerFor('2001:db8:1:2:ffff::1'));
    expect(strangerFor('2001:db8:1:2::1')).not.toBe(strangerFor('2001:db8:1:3::1'));
    expect(strangerFor('::1')).toBe('0:0:0:0::/64');
  });
});

describe('a range', () => {
  const part = (range: string, condition?: string) =>
    partFor({ range, ...(condition === undefined ? {} : { 'if-range': condition }) }, 100, '"t"');
  it.each([
    ['bytes=0-0', { kind: 'part', start: 0, end: 0 }],
    ['bytes=90-', { kind: 'part', start: 90, end: 99 }],
    ['bytes=90-500', { kind: 'part', start: 90, end: 99 }],
    ['bytes=-10', { kind: 'part', start: 90, end: 99 }],
    ['bytes=-500', { kind: 'part', start: 0, end: 99 }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=5-4', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['lines=0-1', { kind: 'whole' }],
  ])('%s of 100 bytes is %o', (range, expected) => {
    expect(part(range)).toEqual(expected);
  });
  it('does not count under an If-Range of other bytes', () => {
    expect([part('bytes=0-0', '"t"').kind, part('bytes=0-0', '"other"').kind]).toEqual(['part', 'whole']);
  });
});
