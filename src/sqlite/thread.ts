/**
 * What runs in the store's threads: one writer, which collects what waits into one durable commit, and
 * readers. The event loop of the service never waits for a disk.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type Database, openForReading, openForWriting, UnusableStore } from './connection.ts';
import type { Answer, Call, Role } from './lane.ts';
import { reads } from './read/reads.ts';
import { troubleFor } from './trouble.ts';
import { commitGroup } from './write/group.ts';

const { role, folder } = workerData as { readonly role: Role; readonly folder: string };
const port = parentPort;
if (port === null) throw new Error('This file is the entry of a worker thread');

/** Longest group: bounds how long the first waits for the last. */
const groupLimit = 64;

const ask = (database: () => Database, { id, name, value }: Call): Answer => {
  try {
    const read = reads[name as keyof typeof reads] as (database: Database, value: unknown) => unknown;
    return { id, value: read(database(), value) };
  } catch (error) {
    return { id, trouble: troubleFor(error) };
  }
};

/** All that has come by now: what was sent while a group was being written forms the next. */
const waiting = (first: readonly Call[]): readonly Call[] => {
  const calls = [...first];
  while (calls.length < groupLimit) {
    const next = receiveMessageOnPort(port) as { readonly message: readonly Call[] } | undefined;
    if (next === undefined) break;
    calls.push(...next.message);
  }
  return calls;
};

/** Opened at the first question: a reader starts beside the writer, which makes the tables. */
const lateReader = (): (() => Database) => {
  let opened: Database | null = null;
  return () => {
    opened ??= openForReading(folder);
    return opened;
  };
};

const answersTo = (database: () => Database, work: readonly Call[]): readonly Answer[] => {
  if (role === 'writer') return commitGroup(database(), work);
  return work.map((call) => ask(database, call));
};

const serve = (database: () => Database): void => {
  port.on('message', (first: readonly Call[]) => {
    const calls = waiting(first);
    const closing = calls.findIndex(({ name }) => name === 'close');
    const work = closing < 0 ? calls : calls.slice(0, closing);
    for (let from = 0; from < work.length; from += groupLimit) port.postMessage(answersTo(database, work.slice(from, from + groupLimit)));
    if (closing < 0) return;
    database().close();
    port.postMessage([{ id: calls[closing]?.id ?? 0, value: null }] satisfies readonly Answer[]);
    port.close();
  });
};

const writer = (): (() => Database) => {
  const opened = openForWriting(folder);
  return () => opened;
};

try {
  serve(role === 'writer' ? writer() : lateReader());
  port.postMessage([{ id: 0, value: null } satisfies Answer]);
} catch (error) {
  const trouble = error instanceof UnusableStore ? ({ kind: 'unusable', text: error.message } as const) : troubleFor(error);
  port.postMessage([{ id: 0, trouble } satisfies Answer]);
  port.close();
}
