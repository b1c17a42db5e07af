/** The short form; `node test/crash/main.ts --faults 200 --envelopes 50000` is the long one. */
import { expect, it } from 'vitest';
import { crash, wrongsOf } from './run.ts';

it('loses nothing, repeats nothing and misses no alert when it is broken under load', { timeout: 120_000 }, async () => {
  const report = await crash({ faults: ['hub killed', 'answer to a POST lost', 'hub frozen', 'hub killed'], envelopes: 60 });
  expect(wrongsOf(report)).toEqual({});
  expect(report.accepted).toBeGreaterThanOrEqual(60);
  expect(report.deliveries).toBeGreaterThan(60);
});

it('is red when the answer goes out before the commit', { timeout: 120_000 }, async () => {
  const report = await crash({ faults: ['both hubs killed', 'both hubs killed'], envelopes: 40, plant: 'answer-before-commit' });
  expect(report.lost).not.toEqual([]);
});
