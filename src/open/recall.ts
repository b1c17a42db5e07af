/** What the store said a moment ago, said again: every request asks for the directory and for a key. */

import type { Store } from '../hub/store.ts';
import type { Hub } from '../hub.ts';
import type { AccessKey } from '../records/key.ts';

/** How long an answer is said again, milliseconds; what another process imports or revokes is seen so much later. */
const recallFor = 200;

type Once<Value> = { ask(): Promise<Value>; forget(): void };

/** One question at a time, its answer good for a moment. */
const recalled = <Value>(question: () => Promise<Value>): Once<Value> => {
  let last: { readonly answer: Promise<Value>; readonly at: number } | null = null;
  const forget = (): void => {
    last = null;
  };
  return {
    ask: () => {
      const at = performance.now();
      if (last === null || at - last.at >= recallFor) {
        last = { answer: question(), at };
        last.answer.catch(forget);
      }
      return last.answer;
    },
    forget,
  };
};

/**
 * Nothing correct rests on what is recalled: a commit names the version of the directory it relied on,
 * and after one that found another version there the store is asked again.
 */
export const directoryRecalled = (store: Store): Pick<Hub, 'commit' | 'organs'> => {
  const { ask, forget } = recalled(() => store.organs.directory());
  return {
    organs: { directory: ask, put: (organs, version, journal) => store.organs.put(organs, version, journal).finally(forget) },
    commit: async (change, original) => {
      const committed = await store.commit(change, original);
      if (committed.kind === 'stale') forget();
      return committed;
    },
  };
};

export const accountsRecalled = (accounts: Hub['accounts']): Hub['accounts'] => {
  const { ask, forget } = recalled(() => accounts.list());
  return {
    list: ask,
    put: (account, journal) => accounts.put(account, journal).finally(forget),
    remove: (system, journal) => accounts.remove(system, journal).finally(forget),
  };
};

/** Only keys that exist are recalled, so that nobody can fill the memory by guessing; the age of one is read by the caller. */
export const keysRecalled = (keys: Hub['keys']): Hub['keys'] => {
  const found = new Map<string, { readonly key: AccessKey; readonly at: number }>();
  return {
    ...keys,
    find: async (sha256) => {
      const at = performance.now();
      const last = found.get(sha256);
      if (last !== undefined && at - last.at < recallFor) return last.key;
      const key = await keys.find(sha256);
      if (key === null) found.delete(sha256);
      else found.set(sha256, { key, at });
      return key;
    },
    revoke: (id, at, journal) => keys.revoke(id, at, journal).finally(() => found.clear()),
  };
};
