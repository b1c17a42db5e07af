/** The sealer's rounds: as much at a time as the store can take. */
import type { Hub } from '../hub.ts';

const most = 10_000;
const least = 50;

/**
 * One round each call. After a failure half as much is tried: a store has a longest time for one transaction, and a
 * backlog that does not fit into it would never be sealed. After a success twice as much.
 */
export const sealing = ({ journal }: { readonly journal: Pick<Hub['journal'], 'seal'> }): (() => Promise<void>) => {
  let limit = most;
  return async () => {
    try {
      await journal.seal(limit);
      limit = Math.min(most, limit * 2);
    } catch (error) {
      limit = Math.max(least, Math.floor(limit / 2));
      throw error;
    }
  };
};
