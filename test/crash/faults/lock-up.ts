/**
 * SecantusDB can lock itself up for ever: an update outside a transaction keeps its collection while it waits for a
 * row that a transaction has written, and that transaction's next insert waits for the collection (0.7.0b3, seen under
 * load with a claim of deliveries and a status that answers one of them). MongoDB holds no such lock: there nothing is
 * watched. A server that takes no write is started again, as an operator would; how often is told.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import type { MongoServer } from '../../support/servers/mongo.ts';

export type LockUps = { count(): number; close(): Promise<void> };

/** How often a write is tried, milliseconds. */
const every = 3_000;
/** How long one may take, milliseconds: far longer than any takes that is answered at all. */
const usualPatience = 20_000;

/** True when the server neither answers nor refuses. */
const isLockedUp = async (port: number, patience: number): Promise<boolean> => {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 2_000 });
  const written = client
    .db('watch')
    .collection('writes')
    .insertOne({})
    .then(
      () => false,
      () => false,
    );
  const late = new AbortController();
  try {
    return await Promise.race([written, pause(patience, true, { signal: late.signal })]);
  } finally {
    late.abort();
    await client.close();
  }
};

export const watchLockUps = (mongo: MongoServer | null, say: (text: string) => void, patience = usualPatience): LockUps => {
  const closed = new AbortController();
  let count = 0;
  const watch = async (server: MongoServer): Promise<void> => {
    while (!closed.signal.aborted) {
      const pid = server.pid();
      if (pid !== null && (await isLockedUp(server.port, patience)) && server.pid() === pid && !closed.signal.aborted) {
        count += 1;
        say(`${server.name} has locked itself up and is started again`);
        await server.kill();
        await server.start();
      }
      await pause(every, undefined, { signal: closed.signal }).catch(() => undefined);
    }
  };
  const watching = mongo?.isStandIn ? watch(mongo) : Promise.resolve();
  return {
    count: () => count,
    close: async () => {
      closed.abort();
      await watching;
    },
  };
};
