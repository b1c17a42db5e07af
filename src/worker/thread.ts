/** One worker thread as the pool sees it: starts, takes one envelope at a time, and always gives an ending. */
import { Worker } from 'node:worker_threads';
import { failure } from '../errors.ts';
import type { Inspection } from '../hub.ts';
import type { Answer, Order, Task, ThreadSetup } from './task.ts';

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

/** `program` answers orders as `entry.ts` does. */
export const startThread = (setup: ThreadSetup, memoryMb: number, program: URL = entry): Thread => {
  const worker = new Worker(program, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: memoryMb }, name: 'inspect' });
  const ready = Promise.withResolvers<void>();
  const reloads: (() => void)[] = [];
  let work: Work | null = null;
  let alive = true;
  let ending = false;
  let idleDeath: (() => void) | null = null;

  const died = (why: 'memory' | 'crash', cause: Error): void => {
    if (!alive) return;
    alive = false;
    ready.reject(cause);
    for (const tell of reloads.splice(0)) tell();
    if (work !== null) work.finish({ kind: 'abandoned', read: work.read, why });
    else if (!ending) idleDeath?.();
  };
  worker.on('message', (answer: Answer) => {
    if (answer.kind === 'ready') ready.resolve();
    else if (answer.kind === 'reloaded') reloads.shift()?.();
    else if (answer.kind === 'read') work = work && { ...work, read: answer.inspection };
    else if (answer.kind === 'done') work?.finish(answer);
    else work?.finish({ kind: 'failed', cause: causeFor(answer.message, answer.code) });
  });
  worker.on('error', (cause: Error & { code?: string }) => died(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash', cause));
  worker.on('exit', (code) => died('crash', new Error(`The inspecting thread ended with ${code}`)));

  const give = (order: Order): void => worker.postMessage(order);
  const inspect = (task: Task, timeMs: number): Promise<Ending> =>
    new Promise((resolve) => {
      const stop = setTimeout(() => {
        alive = false;
        work?.finish({ kind: 'abandoned', read: work.read, why: 'time' });
      }, timeMs);
      const finish = (outcome: Ending): void => {
        clearTimeout(stop);
        work = null;
        // The scratch folder is removed next: the thread must have stopped writing there.
        if (alive || outcome.kind !== 'abandoned') resolve(outcome);
        else void worker.terminate().finally(() => resolve(outcome));
      };
      work = { read: null, finish };
      give({ kind: 'inspect', task });
    });
  return {
    ready: ready.promise,
    inspect,
    reload: () =>
      new Promise((resolve) => {
        if (!alive) return resolve();
        reloads.push(resolve);
        give({ kind: 'reload' });
      }),
    alive: () => alive,
    onIdleDeath: (tell) => {
      idleDeath = tell;
    },
    end: async () => {
      ending = true;
      alive = false;
      await worker.terminate();
    },
  };
};
