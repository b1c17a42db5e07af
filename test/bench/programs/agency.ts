/**
 * Both ends of the way, in a process of their own: one system posts, the other takes what arrives (over HTTP,
 * or from its queue) and acknowledges it. `node agency.ts JSON` with `Task`, answers `Way` as JSON.
 */
import { names } from '../../../src/amqp/topology.ts';
import { type Line, openLine } from '../../crash/agencies/queue.ts';
import { clientOf } from '../../support/client.ts';
import { lettersFrom } from './letters.ts';

export type Task = {
  readonly url: string;
  readonly keys: readonly [sender: string, recipient: string];
  /** What is posted, and by whom in turn: see `letters.ts`. */
  readonly file: string;
  readonly senders: readonly string[];
  readonly flight: number;
  readonly seconds: number;
  /** Envelopes a second that are begun; as many as go otherwise. */
  readonly rate?: number;
  readonly queue?: { readonly url: string; readonly system: string; readonly user: string };
};
export type Way = {
  /** Accepted, and acknowledged in the end. */
  readonly count: number;
  readonly accepted: number;
  /** From the first post to the last acknowledgement that the hub answered. */
  readonly seconds: number;
  readonly acceptSeconds: number;
  /** From the 202 to the recipient having it, ms. */
  readonly p50: number;
  readonly p99: number;
};

const task: Task = JSON.parse(process.argv[2] ?? '{}');
const [sender, recipient] = task.keys.map((key) => clientOf(task.url, key));
const letter = lettersFrom(task.file, task.senders);
const [acceptedAt, arrivedAt, done] = [new Map<string, number>(), new Map<string, number>(), new Set<string>()];
const start = performance.now();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
let lastDone = start;
let sending = true;

const arrived = (recordId: string): void => {
  if (!arrivedAt.has(recordId)) arrivedAt.set(recordId, performance.now());
};
const finish = (deliveryId: string): void => {
  done.add(deliveryId);
  lastDone = performance.now();
};

let begun = 0;
const post = async (): Promise<void> => {
  while (performance.now() - start < task.seconds * 1_000) {
    const due = task.rate === undefined ? 0 : (begun / task.rate) * 1_000 - (performance.now() - start);
    begun += 1;
    if (due > 0) await pause(due);
    const answer = await sender?.post(Buffer.concat(letter()));
    if (answer?.status !== 202) throw new Error(`${answer?.status} ${JSON.stringify(answer?.body).slice(0, 300)}`);
    acceptedAt.set(answer.body.recordId, performance.now());
  }
};

const isThrough = (): boolean => !sending && done.size >= acceptedAt.size;

const overHttp = async (): Promise<void> => {
  while (!isThrough()) {
    const items = (await recipient?.get('/v1/inbox?limit=200&wait=1'))?.body.items ?? [];
    for (const { recordId } of items) arrived(recordId);
    const lanes = Array.from({ length: task.flight }, async (_, lane) => {
      for (let at = lane; at < items.length; at += task.flight) {
        const { deliveryId } = items[at];
        await recipient?.bytes(`/v1/deliveries/${deliveryId}/envelope`);
        if ((await recipient?.acknowledge(deliveryId))?.status === 200) finish(deliveryId);
      }
    });
    await Promise.all(lanes);
  }
};

const overQueue = async (queue: NonNullable<Task['queue']>): Promise<void> => {
  const line: Line = openLine({
    ...queue,
    take: async ({ properties }) => {
      const { deliveryId, recordId } = properties.headers ?? {};
      arrived(recordId);
      const body = Buffer.from(JSON.stringify({ deliveryId, result: 'done', reason: '' }));
      // What comes while the line is being opened is taken before the line can be written to.
      while (!(await line.publish(names.acknowledge, body, { messageId: deliveryId, contentType: 'application/json' })));
    },
    heard: (deliveryId, { status }) => {
      if (status === 200) finish(deliveryId);
    },
  });
  while (!isThrough()) await pause(5);
  await line.close();
};

const collecting = task.queue === undefined ? overHttp() : overQueue(task.queue);
await Promise.all(Array.from({ length: task.flight }, post));
const acceptSeconds = (performance.now() - start) / 1_000;
sending = false;
await collecting;
const latencies = [...acceptedAt]
  .map(([recordId, at]) => Math.max(0, (arrivedAt.get(recordId) ?? Number.POSITIVE_INFINITY) - at))
  .sort((a, b) => a - b);
const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
const way: Way = {
  ...{ count: done.size, accepted: acceptedAt.size, seconds: (lastDone - start) / 1_000, acceptSeconds },
  ...{ p50: at(0.5), p99: at(0.99) },
};
process.stdout.write(JSON.stringify(way));
process.exit();
