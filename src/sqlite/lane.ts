/** The service's side of one store thread: calls go in, answers come back by number. */
import { Worker } from 'node:worker_threads';
import { failure } from '../errors.ts';
import { errorFor, type Trouble } from './trouble.ts';

export type Role = 'writer' | 'reader';
export type Call = { readonly id: number; readonly name: string; readonly value: unknown };
export type Answer = { readonly id: number; readonly value?: unknown; readonly trouble?: Trouble };

type Table = Readonly<Record<string, (database: never, value: never) => unknown>>;
type ValueOf<Work> = Work extends (database: never, value: infer Value) => unknown ? Value : never;

export type Lane<Work extends Table> = {
  /** Fails with `store.unavailable` or `disk.low`; whatever else is a bug. */
  call<Name extends keyof Work & string>(name: Name, value: ValueOf<Work[Name]>): Promise<ReturnType<Work[Name]>>;
  /** Finishes what waits, then ends the thread. */
  close(): Promise<void>;
};

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/**
 * What a thread is to be told, gathered over one turn of the event loop: waking a thread costs far more
 * than the question, and under load many requests ask in the same turn.
 */
type Outbox = { put(call: Call): void; clear(): void };

const outboxTo = (thread: () => Worker | null): Outbox => {
  let calls: Call[] = [];
  const send = (): void => {
    const sent = calls;
    calls = [];
    if (sent.length > 0) thread()?.postMessage(sent satisfies readonly Call[]);
  };
  return {
    put: (call) => {
      calls.push(call);
      if (calls.length === 1) setImmediate(send);
    },
    clear: () => {
      calls = [];
    },
  };
};

/** Compiled, the entry beside this file is JavaScript; in the repository it is TypeScript. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** The service need not end with the thread: it keeps the process alive only while someone waits. */
const start = (role: Role, folder: string, waiting: Map<number, Waiting>, ended: () => void): Worker => {
  const worker = new Worker(entry, { workerData: { role, folder }, name: `store-${role}` });
  worker.on('message', (answers: readonly Answer[]) => {
    for (const { id, value, trouble } of answers) {
      const one = waiting.get(id);
      waiting.delete(id);
      if (trouble === undefined) one?.resolve(value);
      else one?.reject(errorFor(trouble));
    }
    if (waiting.size === 0) worker.unref();
  });
  const fail = (cause: unknown): void => {
    const error = failure('store.unavailable');
    error.cause = cause;
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
    ended();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error(`The store's ${role} thread ended`)));
  return worker;
};

/** Opens a thread; one that dies (out of memory, say) is started again by the next call. */
export const openLane = async <Work extends Table>(role: Role, folder: string): Promise<Lane<Work>> => {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let closed = false;
  let last = 0;
  const outbox = outboxTo(() => worker);
  const running = (): Worker => {
    if (closed) throw failure('store.unavailable');
    worker ??= start(role, folder, waiting, () => {
      worker = null;
      outbox.clear();
    });
    return worker;
  };
  const ask = (id: number, name: string, value: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const thread = running();
      if (waiting.size === 0) thread.ref();
      waiting.set(id, { resolve, reject });
      if (id !== 0) outbox.put({ id, name, value });
    });
  await ask(0, 'start', null);
  return {
    call: (name, value) => {
      last += 1;
      return ask(last, name, value) as Promise<never>;
    },
    close: async () => {
      if (closed) return;
      last += 1;
      const ending = worker === null ? null : ask(last, 'close', null);
      closed = true;
      await ending;
    },
  };
};

/** A lane that is opened by its first call. */
export const lateLane = <Work extends Table>(open: () => Promise<Lane<Work>>): Lane<Work> => {
  let opening: Promise<Lane<Work>> | null = null;
  let closed = false;
  const opened = (): Promise<Lane<Work>> => {
    if (closed) throw failure('store.unavailable');
    opening ??= open().catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    call: async (name, value) => (await opened()).call(name, value),
    close: async () => {
      closed = true;
      await (await opening)?.close();
    },
  };
};
