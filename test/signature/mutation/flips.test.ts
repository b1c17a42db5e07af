/** A sample of every shape in CI; every bit by main.ts beside this, whose result is in spec/signature.md. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Kit, makeKit } from '../kit.ts';
import { flipEach, gapsOf } from './flips.ts';
import { shapesOf } from './shapes.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

describe('one bit of a byte flipped', () => {
  it.each([0, 1, 2, 3])('in shape %i is noticed everywhere but in unsigned parts of Contents', (which) => {
    const [, file] = shapesOf(kit)[which] ?? [];
    if (file === undefined) throw new Error('no such shape');
    const gaps = gapsOf(Buffer.from(file.bytes));
    expect(gaps.length).toBeGreaterThan(0);
    // Brackets too: they are signs between the ranges.
    const inGap = (at: number) => gaps.some(({ open, close }) => at > open && at < close - 1);
    const bits = (at: number) => (at % (inGap(at) ? 211 : 11) === which ? [(at * 7) % 8] : []);
    const { tried, accepted } = flipEach(file.bytes, kit.verify, bits);
    expect(accepted).toEqual([]);
    expect(tried).toBeGreaterThan(140);
  });

  it('is noticed by this test: a judge who looks at nothing is found out', () => {
    const [[, file] = []] = shapesOf(kit);
    const always = kit.verify(file ?? kit.letter());
    const { accepted } = flipEach(
      file?.bytes ?? Buffer.alloc(0),
      () => always,
      (at) => (at < 40 ? [0] : []),
    );
    expect(accepted).toHaveLength(40);
  });

  it('the case of a hex digit changes nothing', () => {
    const bytes = Buffer.from(shapesOf(kit)[0]?.[1].bytes ?? []);
    const [gap] = gapsOf(bytes);
    const at = bytes.findIndex((sign, i) => i > (gap?.open ?? 0) && sign > 96);
    const { harmless } = flipEach(bytes, kit.verify, (i) => (i === at ? [5] : []));
    expect(harmless).toEqual([{ at, bit: 5 }]);
  });
});
