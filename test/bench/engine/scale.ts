/**
 * `npm run bench -- scale`: many inbox queues, many recipients. Envelopes are accepted while no broker is
 * there, so that the relay has a backlog to show its rate with; then every queue is asked what stands in it.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect } from 'amqplib';
import { names } from '../../../src/amqp/topology.ts';
import type { Engine } from '../../crash/stage.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { freePort, startHub, temporaryFolder } from '../../support/hub.ts';
import { documentMessage } from '../../support/message.ts';
import { seedStore } from '../../support/seed.ts';
import { type Broker, openRabbit } from '../../support/servers/rabbit.ts';
import { startMongo } from './mongo.ts';

export type ScaleOptions = {
  readonly engine: Extract<Engine, 'sqlite+rabbit' | 'mongo+rabbit'>;
  /** Systems, each with an inbox queue. */
  readonly queues: number;
  readonly envelopes: number;
  /** Of each envelope; the next envelope goes to the next ones. */
  readonly recipients: number;
  /** Of one more envelope, in one transaction; 0 for none. */
  readonly most: number;
};

export type ScaleReport = {
  readonly servers: readonly string[];
  readonly deliveries: number;
  readonly acceptSeconds: number;
  /** Of the one with the most recipients. */
  readonly mostSeconds: number;
  /** From the broker's start to the last message in its queue; 0 where the backlog is not there in the time that is waited. */
  readonly relaySeconds: number;
  /** Messages in each queue. */
  readonly inQueues: readonly number[];
};

const sender = 'H99.1';
const codeOf = (index: number): string => `H99.${index + 2}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const post = async (client: Client, to: readonly string[]): Promise<void> => {
  const documentId = `scale-${randomUUID()}`;
  const file = { name: 'van-ban.txt', bytes: Buffer.from(`Nội dung ${documentId}`), contentType: 'text/plain' };
  const answer = await client.post(documentMessage({ from: sender, to, documentId, number: documentId.slice(-12), files: [file] }));
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  if (answer.body.deliveries.length !== to.length)
    throw new Error(`${answer.body.deliveries.length} deliveries for ${to.length} recipients`);
};

/** Eight at a time: answers how many seconds it took. */
const postAll = async (client: Client, { queues, envelopes, recipients }: ScaleOptions): Promise<number> => {
  const start = performance.now();
  const lane = async (_: unknown, first: number): Promise<void> => {
    for (let at = first; at < envelopes; at += 8)
      await post(
        client,
        Array.from({ length: recipients }, (__, index) => codeOf((at * recipients + index) % queues)),
      );
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return (performance.now() - start) / 1_000;
};

/** Messages in each queue; one that is not there yet has none. */
const depthsOf = async ({ url }: Broker, queues: number): Promise<readonly number[]> => {
  const model = await connect(url, { noDelay: true });
  try {
    const depths: number[] = [];
    for (let index = 0; index < queues; index += 1) {
      const channel = await model.createChannel();
      channel.on('error', () => undefined);
      const found = await channel.checkQueue(names.inbox(codeOf(index))).catch(() => null);
      depths.push(found?.messageCount ?? 0);
      if (found !== null) await channel.close();
    }
    return depths;
  } finally {
    await model.close();
  }
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const untilRelayed = async (broker: Broker, queues: number, wanted: number): Promise<{ seconds: number; depths: readonly number[] }> => {
  const start = performance.now();
  for (;;) {
    const depths = await depthsOf(broker, queues);
    const seconds = (performance.now() - start) / 1_000;
    if (sumOf(depths) >= wanted) return { seconds, depths };
    if (seconds > 60 + wanted / 20) return { seconds: 0, depths };
    await pause(250);
  }
};

export const scale = async (options: ScaleOptions): Promise<ScaleReport> => {
  const { engine, queues, most } = options;
  const folder = await temporaryFolder();
  const [mongo, rabbit] = [engine.startsWith('mongo') ? await startMongo() : null, await openRabbit()];
  const port = await freePort();
  const closing: (() => Promise<unknown>)[] = [() => rabbit.remove(), async () => mongo?.remove()];
  try {
    await rabbit.start();
    const codes = Array.from({ length: Math.max(queues, most) }, (_, index) => codeOf(index));
    const accounts = codes.slice(0, queues).map((system) => ({ system, user: `user-${system}` }));
    const [key = ''] = await seedStore(
      mongo?.url ?? folder,
      [sender, ...codes].map((code) => ({ code })),
      [{ system: sender }],
      accounts,
    );
    const env = { LIENTHONG_POLICY: 'monitor', ...(mongo === null ? {} : { LIENTHONG_STORE: mongo.url }) };
    const alone = await startHub({ folder, port, env });
    closing.unshift(() => alone.kill());
    const client = clientOf(alone.url, key);
    const acceptSeconds = await postAll(client, options);
    const start = performance.now();
    if (most > 0) await post(client, codes.slice(0, most));
    const mostSeconds = (performance.now() - start) / 1_000;
    await alone.stop();
    const relaying = await startHub({ folder, port, env: { ...env, LIENTHONG_BROKER: rabbit.url } });
    closing.unshift(() => relaying.kill());
    const deliveries = options.envelopes * options.recipients + Math.min(most, queues);
    const { seconds, depths } = await untilRelayed(rabbit, queues, deliveries);
    const servers = [mongo?.name ?? 'SQLite', rabbit.name];
    return { servers, deliveries, acceptSeconds, mostSeconds, relaySeconds: seconds, inQueues: depths };
  } finally {
    for (const close of closing) await close();
    await rm(folder, { recursive: true, force: true });
  }
};
