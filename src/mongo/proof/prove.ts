/**
 * The start-up check. What the hub relies on and can be tried is tried, and a server that fails is refused with the
 * reasons. That a majority has a write, and has it on disk, cannot be seen from here: it is sent with every write,
 * and said in the log as sent.
 */
import type { Connection } from '../connection.ts';
import { UnusableStore } from '../trouble.ts';
import { failureOf, type Sentence } from './finding.ts';
import { inScratch } from './scratch.ts';
import { askServer, shortcomingsOf } from './server.ts';
import { trialsOn } from './trials.ts';

export type Proven = {
  /** Names of what was tried and held. */
  readonly held: readonly string[];
  readonly hasStreams: boolean;
};

/** Where word of other processes' commits cannot be had, polling finds them (`watch.ts`). */
const hasChangeStreams = async ({ db }: Connection): Promise<boolean> => {
  const stream = db.collection('settings').watch([], { maxAwaitTimeMS: 1 });
  try {
    await stream.tryNext();
    return true;
  } catch {
    return false;
  } finally {
    await stream.close().catch(() => undefined);
  }
};

const refusal = (reasons: readonly Sentence[]): UnusableStore => {
  const list = (language: 'vi' | 'en'): string => reasons.map((one) => `  - ${one[language]}`).join('\n');
  return new UnusableStore(
    `Máy chủ MongoDB này không dùng được cho Trục:\n${list('vi')}\nThis MongoDB server cannot be used:\n${list('en')}`,
  );
};

/** Fails with an UnusableStore that gives every reason in both languages. Takes some hundred milliseconds; leaves nothing behind. */
export const prove = async (connection: Connection): Promise<Proven> => {
  const server = await askServer(connection);
  const short = shortcomingsOf(server);
  // Without sessions or transactions each trial would only repeat that in other words.
  if (short.length > 0) throw refusal(short);
  const held: string[] = [];
  const failed: Sentence[] = [];
  await inScratch(connection.db, new Date(), async (name) => {
    for (const trial of trialsOn(connection, name)) {
      const failure = await failureOf(trial);
      if (failure === null) held.push(trial.name);
      else failed.push(failure);
    }
  });
  if (failed.length > 0) throw refusal(failed);
  return { held, hasStreams: await hasChangeStreams(connection) };
};
