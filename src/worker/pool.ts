/**
 * The pool of worker threads behind `Hub.inspect`. One envelope a thread at a time; a thread that
 * crashes, runs out of memory or takes too long is replaced, its envelope answered for what it is, and
 * no other envelope notices.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../envelope/bytes.ts';
import { failure } from '../errors.ts';
import type { Hub, Inspection, InspectionOptions } from '../hub.ts';
import { abandonedInspection } from './abandoned.ts';
import type { Limits, Task, ThreadSetup } from './task.ts';
import { type Ending, startThread, type Thread } from './thread.ts';

export type InspectorOptions = {
  /** Most threads; 0 or absent = one a core. */
  readonly threads?: number;
  /** Folder of trust anchors and intermediates with its `anchors.sha256`; null = none. */
  readonly anchors: string | null;
  /** Folder of CRLs and OCSP answers; absent = none. */
  readonly crls?: string;
  /** Where decoded attachments stand while they are looked at; a subfolder a thread, emptied after each envelope and removed with the thread. */
  readonly scratch: string;
  /** Of this program, as evidence names it. */
  readonly version: string;
  readonly limits?: Partial<Limits>;
};

export type Inspector = {
  readonly inspect: Hub['inspect'];
  /** Reads the folders again now, in every thread; without it a change is seen within a second. */
  reload(): Promise<void>;
  /** Finishes the work in hand and in the queue, then ends the threads. */
  close(): Promise<void>;
};

type Start = (setup: ThreadSetup, memoryMb: number) => Thread;
type Job = { readonly task: Task; resolve(inspection: Inspection): void; reject(cause: Error): void };
type Pool = {
  readonly options: InspectorOptions;
  readonly limits: Limits;
  /** Threads at once. */
  readonly most: number;
  readonly start: Start;
  readonly waiting: Job[];
  readonly idle: Thread[];
  /** Each with its scratch folder. */
  readonly all: Map<Thread, string>;
  closing: boolean;
  /** Called when nothing waits and nothing runs, once `closing`. */
  drained: (() => void) | null;
};

const usualLimits: Limits = { timeMs: 60_000, memoryMb: 512 };
/** A scratch folder older than this belongs to a process that was killed. */
const staleMs = 60 * 60 * 1000;
const scratchPrefix = 'inspect-';
const restartMs = 1000;

/** Answers when the first thread is warm; the others start when work waits for them, as each costs some 40 MB. */
export const openInspector = async (options: InspectorOptions, start: Start = startThread): Promise<Inspector> => {
  const limits = { ...usualLimits, ...options.limits };
  const most = options.threads || availableParallelism();
  const pool: Pool = { options, limits, most, start, waiting: [], idle: [], all: new Map(), closing: false, drained: null };
  await mkdir(options.scratch, { recursive: true });
  await sweepScratch(options.scratch);
  await enlist(pool);
  let closed: Promise<void> | null = null;
  return {
    inspect: (place, asked) => enqueue(pool, place, asked),
    reload: async () => {
      await Promise.all([...pool.all.keys()].map((thread) => thread.reload()));
    },
    close: () => {
      closed ??= closePool(pool);
      return closed;
    },
  };
};

const enqueue = async (pool: Pool, place: Place, { at, now = at, profile, everything = false }: InspectionOptions): Promise<Inspection> => {
  if (pool.closing) throw failure('store.unavailable', '', { en: 'The hub is stopping' }, { retryAfterSeconds: 5 });
  const task: Task = { place, at: at.getTime(), now: now.getTime(), profile, everything };
  return new Promise<Inspection>((resolve, reject) => {
    pool.waiting.push({ task, resolve, reject });
    next(pool);
    // If it cannot start, the threads there are do the work.
    if (pool.waiting.length > 0 && pool.all.size < pool.most) enlist(pool).catch(() => undefined);
  });
};

/** Gives the longest waiting envelope to a thread that is free. */
const next = (pool: Pool): void => {
  for (;;) {
    const thread = pool.waiting.length === 0 ? undefined : pool.idle.pop();
    const job = thread === undefined ? undefined : pool.waiting.shift();
    if (thread === undefined || job === undefined) break;
    void run(pool, thread, job);
  }
  if (pool.closing && pool.waiting.length === 0 && pool.idle.length === pool.all.size) pool.drained?.();
};

const run = async (pool: Pool, thread: Thread, job: Job): Promise<void> => {
  const ending = await thread.inspect(job.task, pool.limits.timeMs);
  settle(pool, job, ending);
  if (thread.alive()) pool.idle.push(thread);
  else replace(pool, thread);
  next(pool);
};

const settle = ({ options: { version } }: Pool, { task, ...job }: Job, ending: Ending): void => {
  switch (ending.kind) {
    case 'done':
      job.resolve(ending.inspection);
      break;
    case 'failed':
      job.reject(ending.cause);
      break;
    case 'abandoned':
      job.resolve(abandonedInspection(ending.read, ending.why, { version, at: new Date(task.at), now: new Date(task.now) }));
      break;
  }
};

/** Starts a thread and lets it take work. One that dies while idle is replaced too. */
const enlist = async (pool: Pool): Promise<void> => {
  const scratch = join(pool.options.scratch, `${scratchPrefix}${randomUUID()}`);
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const { anchors, crls = null, version } = pool.options;
  const thread = pool.start({ anchors, crls, scratch, version }, pool.limits.memoryMb);
  pool.all.set(thread, scratch);
  try {
    await thread.ready;
  } catch (cause) {
    dismiss(pool, thread);
    throw cause;
  }
  thread.onIdleDeath(() => {
    const place = pool.idle.indexOf(thread);
    if (place >= 0) pool.idle.splice(place, 1);
    replace(pool, thread);
  });
  pool.idle.push(thread);
  next(pool);
};

/** A thread that is no more leaves no files behind. */
const dismiss = (pool: Pool, thread: Thread): void => {
  const scratch = pool.all.get(thread);
  pool.all.delete(thread);
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
};

const replace = (pool: Pool, thread: Thread): void => {
  dismiss(pool, thread);
  // A thread that cannot even start is tried again, as often as it takes: the queue waits meanwhile.
  const again = (): void => {
    if (pool.closing && pool.waiting.length === 0) next(pool);
    else enlist(pool).catch(() => setTimeout(again, restartMs));
  };
  again();
};

const closePool = async (pool: Pool): Promise<void> => {
  const drained = new Promise<void>((resolve) => {
    pool.drained = resolve;
  });
  pool.closing = true;
  next(pool);
  await drained;
  await Promise.all(
    [...pool.all.keys()].map(async (thread) => {
      await thread.end();
      dismiss(pool, thread);
    }),
  );
};

const sweepScratch = async (folder: string): Promise<void> => {
  const names = await readdir(folder);
  await Promise.all(
    names
      .filter((name) => name.startsWith(scratchPrefix))
      .map(async (name) => {
        const path = join(folder, name);
        const { mtimeMs } = await stat(path);
        if (mtimeMs < Date.now() - staleMs) await rm(path, { recursive: true, force: true });
      }),
  ).catch(() => undefined);
};
