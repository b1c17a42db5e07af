/**
 * Word of what other processes commit, where the server has change streams: one event a commit, from its journal
 * entry. Polling carries correctness: what is missed here is found a little later.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ChangeStream } from 'mongodb';
import type { Hub } from '../hub.ts';
import { collectorFor, type Directory, organFor } from '../records/organ.ts';
import type { Connection, Row } from './connection.ts';

type Announce = (systems: readonly string[]) => void;

/** Until the stream is tried again after it broke (an election, a cut), milliseconds; a server that has none is asked once a minute. `stopping`: how long a stop waits. */
const pauses = { broken: 1_000, absent: 60_000, stopping: 2_000 };
/** CommandNotSupported, Location40573 (no replica set), CommandNotFound. */
const absent = new Set([115, 40_573, 59]);

const pipeline = [
  { $match: { operationType: 'insert', 'fullDocument.offered': { $exists: true } } },
  { $project: { _id: 1, operationType: 1, 'fullDocument.offered': 1 } },
];

/** Good for this long, milliseconds: who is told too late, or told in vain, asks anyway. */
const directoryFor = 1_000;

/** Not asked of the server at every commit. */
const directoryLately = (organs: Hub['organs']): (() => Promise<Directory>) => {
  let last: { readonly directory: Directory; readonly at: number } | null = null;
  return async () => {
    const at = performance.now();
    if (last === null || at - last.at >= directoryFor) last = { directory: await organs.directory(), at };
    return last.directory;
  };
};

const systemsOf = (directory: Directory, codes: readonly string[]): readonly string[] => {
  const systems = codes.map((code) => organFor(directory, code)).map((organ) => (organ === null ? null : collectorFor(directory, organ)));
  return [...new Set(systems.filter((system) => system !== null))];
};

/** Follows the journal until it is stopped; never throws. Answers how to stop. */
export const watchJournal =
  (connection: Connection, organs: Hub['organs']) =>
  (announce: Announce): (() => Promise<void>) => {
    const ended = new AbortController();
    let stream: ChangeStream<Row> | null = null;
    const follow = async (): Promise<void> => {
      const directory = directoryLately(organs);
      stream = connection.rows.journal.watch<Row>(pipeline, { maxAwaitTimeMS: 1_000 });
      for await (const event of stream) {
        if (event.operationType !== 'insert') continue;
        const systems = systemsOf(await directory(), event.fullDocument.offered as readonly string[]);
        if (systems.length > 0 && !ended.signal.aborted) announce(systems);
      }
    };
    const run = async (): Promise<void> => {
      while (!ended.signal.aborted) {
        const failed: unknown = await follow().then(
          () => null,
          (error: unknown) => error,
        );
        await stream?.close().catch(() => undefined);
        const code = (failed as { code?: number } | null)?.code ?? 0;
        await pause(absent.has(code) ? pauses.absent : pauses.broken, undefined, { signal: ended.signal, ref: false }).catch(
          () => undefined,
        );
      }
    };
    const running = run();
    return async () => {
      ended.abort();
      // A server that is away need not keep the hub from stopping: the client that is closed next ends what is left.
      await Promise.race([stream?.close().catch(() => undefined), pause(pauses.stopping, undefined, { ref: false })]);
      await Promise.race([running, pause(pauses.stopping, undefined, { ref: false })]);
    };
  };
