/** A thread that does to each envelope what its path says. */
import { parentPort } from 'node:worker_threads';
import type { Inspection } from '../../../src/hub.ts';
import type { Answer, Order } from '../../../src/worker/task.ts';

const say = (answer: Answer): void => parentPort?.postMessage(answer);
const nothing: Inspection = { message: null, contentDigest: null, faults: [], warnings: [], proof: null, evidence: null };

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'reload') return say({ kind: 'reloaded' });
  const { place } = order.task;
  const path = 'path' in place ? place.path : '';
  if (path.startsWith('read:')) say({ kind: 'read', inspection: JSON.parse(path.slice(path.indexOf('{'))) as Inspection });
  if (path.includes('loop')) for (;;);
  if (path.includes('exit')) process.exit(3);
  if (path.includes('throw')) {
    setImmediate(() => {
      throw new RangeError('Maximum call stack size exceeded');
    });
    return;
  }
  if (path.includes('hoard')) {
    const hoard: number[][] = [];
    for (;;) hoard.push(new Array(100_000).fill(hoard.length));
  }
  if (path.includes('disk')) return say({ kind: 'failed', message: 'no space left on device', code: 'ENOSPC' });
  if (path.includes('bug')) return say({ kind: 'failed', message: 'x is not a function', code: null });
  if (!path.includes('unread')) say({ kind: 'read', inspection: nothing });
  say({ kind: 'done', judgement: nothing });
});
say({ kind: 'ready' });
