/**
 * What runs in the store's threads: one writer, which collects what waits into one durable commit, and
 * readers. The event loop of the service never waits for a disk.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type Database, openForReading, openForWriting, UnusableStore } from './database.ts';
import type { Answer, Call, Role } from './lane.ts';
import { reads } from './read/reads.ts';
import { troubleFor } from './trouble.ts';
import { commitGroup } from './write/group.ts';

const { role, folder } = workerData as { readonly role: Role; readonly folder: string };
const port = parentPort;
if (port === null) throw new Error('This file is the entry of a worker thread');

/** Longest group: bounds how long the first waits for the last. */
const groupLimit = 64;

const ask = (database: Database, { id, name, value }: Call): Answer => {
  try {
    const read = reads[name as keyof typeof reads] as (database: Database, value: unknown) => unknown;
    return { id, value: read(database, value) };
  } catch (error) {
    return { id, trouble: troubleFor(error) };
  }
};

const waiting = (first: Call): readonly Call[] => {
  const calls = [first];
  while (calls.length < groupLimit) {
    const next = receiveMessageOnPort(port) as { readonly message: Call } | undefined;
    if (next === undefined) break;
    calls.push(next.message);
  }
  return calls;
};

const serve = (database: Database): void => {
  port.on('message', (first: Call) => {
    const calls = waiting(first);
    const closing = calls.findIndex(({ name }) => name === 'close');
    const work = closing < 0 ? calls : calls.slice(0, closing);
    const answers = role === 'writer' ? commitGroup(database, work) : work.map((call) => ask(database, call));
    if (closing < 0) return port.postMessage(answers);
    database.close();
    port.postMessage([...answers, { id: calls[closing]?.id ?? 0, value: null }]);
    port.close();
  });
};

try {
  serve(role === 'writer' ? openForWriting(folder) : openForReading(folder));
  port.postMessage([{ id: 0, value: null } satisfies Answer]);
} catch (error) {
  const trouble = error instanceof UnusableStore ? ({ kind: 'unusable', text: error.message } as const) : troubleFor(error);
  port.postMessage([{ id: 0, trouble } satisfies Answer]);
  port.close();
}
