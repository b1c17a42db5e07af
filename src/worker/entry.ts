/** What runs inside a worker thread: takes an order, answers it, waits for the next. */
import { parentPort, workerData } from 'node:worker_threads';
import { isExhaustion } from './exhaustion.ts';
import { anchorsIn, revocationIn } from './folders.ts';
import { inspectFile } from './inspect.ts';
import type { Answer, Order, Task, ThreadSetup } from './task.ts';
import { warmUp } from './warm-up.ts';

if (parentPort === null) throw new Error('This file runs in a worker thread only');
const port = parentPort;
const setup = workerData as ThreadSetup;
const anchors = anchorsIn(setup.anchors);
const crls = revocationIn(setup.crls);
/** Spares copying only: see `Handed`. */
const handed = new Set<string>();
const answer = (value: Answer): void => port.postMessage(value);

const work = async (task: Task): Promise<void> => {
  try {
    const surroundings = { scratch: setup.scratch, version: setup.version, trust: anchors.value(), revocation: crls.value(), handed };
    const judgement = await inspectFile(task, surroundings, (read) => answer({ kind: 'read', inspection: read }));
    answer({ kind: 'done', judgement });
  } catch (cause) {
    if (isExhaustion(cause)) throw cause;
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const { code } = error as NodeJS.ErrnoException;
    answer({ kind: 'failed', message: error.stack ?? error.message, code: code ?? null });
  }
};

port.on('message', (order: Order) => {
  if (order.kind === 'inspect') {
    work(order.task).catch((cause: unknown) => {
      // Outside the promise, so that it ends the thread.
      setImmediate(() => {
        throw cause;
      });
    });
  } else {
    anchors.forget();
    crls.forget();
    answer({ kind: 'reloaded' });
  }
});

anchors.value();
crls.value();
await warmUp();
answer({ kind: 'ready' });
