/** One worker thread as the pool sees it: starts, takes one envelope at a time, and always gives an ending. */
import { Worker } from 'node:worker_threads';
import { failure } from '../errors.ts';
import type { Inspection } from '../hub.ts';
import type { Answer, Judgement, Order, Task, ThreadSetup } from './task.ts';

/**
 * How an inspection ended. `failed` is the machine's or our own fault; `abandoned` is a thread that
 * died or was stopped over what is in the file, with what it had read by then.
 */
export type Ending =
  | { readonly kind: 'done'; readonly inspection: Inspection }
  | { readonly kind: 'failed'; readonly cause: Error }
  | { readonly kind: 'abandoned'; readonly read: Inspection | null; readonly why: 'time' | 'memory' | 'crash' };

export type Thread = {
  /** Resolves when the thread is warm; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Never rejects. */
  inspect(task: Task, timeMs: number): Promise<Ending>;
  reload(): Promise<void>;
  alive(): boolean;
  onIdleDeath(tell: () => void): void;
  end(): Promise<void>;
};

/** The work in hand: what was read so far and whom to tell. */
type Work = { read: Inspection | null; finish(ending: Ending): void };

/** Disk full and the like: the sender can do nothing, the same envelope will pass later. */
const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'EIO']);

const causeFor = (message: string, code: string | null): Error =>
  code !== null && diskCodes.has(code) ? failure('disk.low', '', { en: message }, { retryAfterSeconds: 30 }) : new Error(message);

/** Source runs as TypeScript in the repository and as JavaScript once packed. */
const entry = new URL(`./entry${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** What a thread is about: changed by its messages, by the clock and by its end. */
type State = {
  readonly worker: Worker;
  readonly ready: PromiseWithResolvers<void>;
  /** Those who wait for a reload, in the order they asked. */
  readonly reloads: (() => void)[];
  work: Work | null;
  alive: boolean;
  /** Its end was asked for: dying is no news. */
  ending: boolean;
  idleDeath: (() => void) | null;
};

const died = (state: State, why: 'memory' | 'crash', cause: Error): void => {
  // Also where it was ended on purpose: whoever waits for a reload would wait for ever.
  for (const tell of state.reloads.splice(0)) tell();
  if (!state.alive) return;
  state.alive = false;
  state.ready.reject(cause);
  if (state.work !== null) state.work.finish({ kind: 'abandoned', read: state.work.read, why });
  else if (!state.ending) state.idleDeath?.();
};

const judged = (work: Work | null, judgement: Judgement): void => {
  const { read = null } = work ?? {};
  if (read === null) work?.finish({ kind: 'failed', cause: new Error('The inspecting thread judged what it had not read') });
  else work?.finish({ kind: 'done', inspection: { ...read, ...judgement } });
};

const heard = (state: State, answer: Answer): void => {
  if (answer.kind === 'ready') state.ready.resolve();
  else if (answer.kind === 'reloaded') state.reloads.shift()?.();
  else if (answer.kind === 'read') state.work = state.work && { ...state.work, read: answer.inspection };
  else if (answer.kind === 'done') judged(state.work, answer.judgement);
  else state.work?.finish({ kind: 'failed', cause: causeFor(answer.message, answer.code) });
};

/** Bytes go over in a copy that changes hands: told like the rest they would be copied twice. */
const give = (state: State, order: Order): void => {
  if (order.kind === 'inspect' && 'bytes' in order.task.place) {
    const bytes = new Uint8Array(order.task.place.bytes);
    state.worker.postMessage({ ...order, task: { ...order.task, place: { bytes } } } satisfies Order, [bytes.buffer]);
  } else state.worker.postMessage(order);
};

const inspectIn = (state: State, task: Task, timeMs: number): Promise<Ending> =>
  new Promise((resolve) => {
    const stop = setTimeout(() => {
      state.alive = false;
      state.work?.finish({ kind: 'abandoned', read: state.work.read, why: 'time' });
    }, timeMs);
    const finish = (outcome: Ending): void => {
      clearTimeout(stop);
      state.work = null;
      // The scratch folder is removed with the thread: the thread must have stopped writing there.
      if (state.alive || outcome.kind !== 'abandoned') resolve(outcome);
      else void state.worker.terminate().finally(() => resolve(outcome));
    };
    state.work = { read: null, finish };
    give(state, { kind: 'inspect', task });
  });

/** `program` answers orders as `entry.ts` does. */
export const startThread = (setup: ThreadSetup, memoryMb: number, program: URL = entry): Thread => {
  const worker = new Worker(program, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: memoryMb }, name: 'inspect' });
  const ready = Promise.withResolvers<void>();
  const state: State = { worker, ready, reloads: [], work: null, alive: true, ending: false, idleDeath: null };
  worker.on('message', (answer: Answer) => heard(state, answer));
  let fatal: { readonly why: 'memory' | 'crash'; readonly cause: Error } | null = null;
  worker.on('error', (cause: Error & { code?: string }) => {
    fatal = { why: cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash', cause };
    // With work in hand the end is waited for: an error may overtake the `read` that was posted before it, the exit never does.
    if (state.work === null) died(state, fatal.why, cause);
  });
  worker.on('exit', (code) => died(state, fatal?.why ?? 'crash', fatal?.cause ?? new Error(`The inspecting thread ended with ${code}`)));
  return {
    ready: ready.promise,
    inspect: (task, timeMs) => inspectIn(state, task, timeMs),
    reload: () =>
      new Promise((resolve) => {
        if (!state.alive) return resolve();
        state.reloads.push(resolve);
        give(state, { kind: 'reload' });
      }),
    alive: () => state.alive,
    onIdleDeath: (tell) => {
      state.idleDeath = tell;
    },
    end: async () => {
      state.ending = true;
      state.alive = false;
      await worker.terminate();
    },
  };
};
