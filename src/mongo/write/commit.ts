/** `Hub.commit`: one transaction a change; what stands in its way is read only when it did not go through. */
import type { Change, Committed } from '../../records/change.ts';
import type { Connection } from '../connection.ts';
import { patience, rest, transact } from '../transaction.ts';
import { isClash, UnknownOutcome } from '../trouble.ts';
import { applyChange, type Beside } from './change.ts';
import { namesOf } from './names.ts';
import { decide } from './standing.ts';

/**
 * Changes of this process that join one alert go one after the other: at once, each but one would be begun again and
 * again. Only spares work: those of other processes are told apart by the server.
 */
const oneByOne = (): (<Value>(key: string | undefined, work: () => Promise<Value>) => Promise<Value>) => {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    if (key === undefined) return work();
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
};

/**
 * A clash of keys, and a commit whose outcome stayed unknown, are decided by what stands: the entry (done), another
 * record (duplicate). Nothing in the way any more: begun again, which the unique entry makes harmless.
 */
export const mongoCommit = (connection: Connection): ((change: Change, beside: Beside) => Promise<Committed>) => {
  const names = namesOf(connection);
  const inTurn = oneByOne();
  const settle = async (change: Change, beside: Beside): Promise<Committed> => {
    const until = performance.now() + patience;
    for (let attempt = 0; ; attempt += 1) {
      let trouble: unknown = null;
      try {
        const ended = await transact(connection, (session) => applyChange(connection, session, change, { names, beside }), until);
        if (ended === 'done') return { kind: 'done' };
      } catch (error) {
        if (!isClash(error) && !(error instanceof UnknownOutcome)) throw error;
        trouble = error;
      }
      const decided = await decide(connection, change, trouble === null);
      if (decided !== null) return decided;
      if (performance.now() >= until) throw trouble;
      await rest(attempt);
    }
  };
  return (change, beside) => inTurn(change.alerts?.[0]?.key, () => settle(change, beside));
};
