/** The short form; `node test/crash/main.ts --kills 30` is the long one. */
import { expect, it } from 'vitest';
import { crash, wrongsOf } from './run.ts';

it('loses nothing, repeats nothing and misses no alert when it is killed under load', { timeout: 120_000 }, async () => {
  const verdict = await crash({ kills: 4 });
  expect(wrongsOf(verdict)).toEqual({});
  expect(verdict.accepted).toBeGreaterThan(10);
  expect(verdict.deliveries).toBeGreaterThan(10);
});

it('is red when the answer goes out before the commit', { timeout: 120_000 }, async () => {
  const verdict = await crash({ kills: 2, plant: 'answer-before-commit' });
  expect(verdict.lost).not.toEqual([]);
});
