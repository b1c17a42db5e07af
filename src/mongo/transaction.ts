/**
 * How a transaction is run: what the drivers' specification asks of whoever does not use their callback
 * (specifications/transactions-convenient-api). A transient error begins again; a commit whose outcome is not
 * known is sent again; and where it stays unknown, whoever called decides by what stands (`isUnknown`).
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSession, TransactionOptions } from 'mongodb';
import { type Connection, durably } from './connection.ts';
import { isClash, isTransient, isUnknown, UnknownOutcome } from './trouble.ts';

/** How long is tried, milliseconds: longer than an election takes, shorter than a caller waits. */
export const patience = 15_000;

const options: TransactionOptions = { readConcern: { level: 'snapshot' }, writeConcern: durably, readPreference: 'primary' };

/** `keep` false: nothing of it is to stand. */
export type Ended<Value> = { readonly keep: boolean; readonly value: Value };
export const kept = <Value>(value: Value): Ended<Value> => ({ keep: true, value });
export const dropped = <Value>(value: Value): Ended<Value> => ({ keep: false, value });

/** May be run several times, so it changes nothing but through its session. One call after the other: a session takes one at a time. */
export type Work<Value> = (session: ClientSession) => Promise<Ended<Value>>;

/** Doubling from 2 ms to 128 ms, anywhere below: those who met do not meet again. */
export const rest = (attempt: number): Promise<void> => pause(Math.random() * 2 ** Math.min(attempt + 1, 7));

const commit = async (session: ClientSession, until: number): Promise<void> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (!isUnknown(error)) throw error;
      if (performance.now() >= until)
        throw new UnknownOutcome('A transaction was sent, and whether it stands is not known', { cause: error });
      await rest(attempt);
    }
  }
};

const once = async <Value>(session: ClientSession, work: Work<Value>, until: number): Promise<Value> => {
  session.startTransaction(options);
  let ended: Ended<Value>;
  try {
    ended = await work(session);
  } catch (error) {
    await session.abortTransaction().catch(() => undefined);
    throw error;
  }
  if (ended.keep) await commit(session, until);
  else await session.abortTransaction().catch(() => undefined);
  return ended.value;
};

/** Commits with w:majority and j:true, or leaves nothing. What is thrown is as the driver threw it. */
export const transact = async <Value>({ client }: Connection, work: Work<Value>, until = performance.now() + patience): Promise<Value> => {
  const session = client.startSession({ causalConsistency: true });
  try {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(session, work, until);
      } catch (error) {
        if (!isTransient(error) || performance.now() >= until) throw error;
        await rest(attempt);
      }
    }
  } finally {
    await session.endSession().catch(() => undefined);
  }
};

/**
 * A transaction that writes a journal entry. Where the entry stands (majority read) the whole stands, whatever
 * became of the answer: then `repeated` answers. A clash of keys without it means that another was faster: begun again.
 */
export const journaled = async <Value>(
  connection: Connection,
  entryId: string,
  repeated: () => Promise<Value> | Value,
  work: Work<Value>,
): Promise<Value> => {
  const until = performance.now() + patience;
  const stands = async (): Promise<boolean> =>
    (await connection.rows.journal.findOne({ _id: entryId }, { projection: { _id: 1 } })) !== null;
  if (await stands()) return repeated();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await transact(connection, work, until);
    } catch (error) {
      if (!isClash(error) && !(error instanceof UnknownOutcome)) throw error;
      if (await stands()) return repeated();
      if (performance.now() >= until) throw error;
      await rest(attempt);
    }
  }
};
