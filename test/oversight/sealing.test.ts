import { describe, expect, it } from 'vitest';
import { sealing } from '../../src/oversight/sealing.ts';

describe('the sealer', () => {
  it('tries half as much after each failure, until it fits, and more again after it', async () => {
    const tried: number[] = [];
    let fits = 700;
    const seal = sealing({
      journal: {
        seal: async (limit) => {
          tried.push(limit);
          if (limit > fits) throw new Error('TransactionExceededLifetimeLimitSeconds');
          return limit;
        },
      },
    });
    for (let round = 0; round < 5; round += 1) await seal().catch(() => undefined);
    expect(tried).toEqual([10_000, 5_000, 2_500, 1_250, 625]);
    fits = 100_000;
    for (let round = 0; round < 6; round += 1) await seal();
    expect(tried.slice(5)).toEqual([1_250, 2_500, 5_000, 10_000, 10_000, 10_000]);
    fits = 0;
    for (let round = 0; round < 20; round += 1) await seal().catch(() => undefined);
    expect(tried.at(-1)).toBe(50);
    await expect(seal()).rejects.toThrow('TransactionExceeded');
  });
});
