/**
 * From a document posted over HTTP to the queue of its recipient, by a real hub and a RabbitMQ that is
 * stopped, started, and loses all it has: accepted means accepted, and everything arrives.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type ChannelModel, type ConsumeMessage, connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { names } from '../../src/amqp/topology.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { manageAt } from '../support/broker.ts';
import { clientOf } from '../support/client.ts';
import { startHub, temporaryFolder } from '../support/hub.ts';
import { documentMessage, statusMessage } from '../support/message.ts';
import { openProvince, type Province } from '../support/province.ts';
import { type Broker, openRabbit, rabbitScript } from '../support/servers/rabbit.ts';

const system = 'H99.2';
const inbox = names.inbox(system);

const until = async <Value>(
  look: () => Value | null | undefined | false | Promise<Value | null | undefined | false>,
  ms = 30_000,
): Promise<Value> => {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error('It did not come about');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
};

/** What a system that reads its inbox has seen, in order. */
type Reader = { readonly seen: readonly ConsumeMessage[]; by(deliveryId: string): readonly ConsumeMessage[]; close(): Promise<void> };

/** Comes back until it is closed: its queue may not be there yet, and its broker goes and comes. */
const readInbox = (url: string): Reader => {
  const seen: ConsumeMessage[] = [];
  let model: ChannelModel | null = null;
  let closed = false;
  const session = async (): Promise<void> => {
    const opened = await connect(url, { noDelay: true });
    model = opened;
    const ended = new Promise<void>((resolve) => void opened.on('close', () => resolve()));
    opened.on('error', () => undefined);
    const channel = await opened.createChannel();
    const end = (): void => void opened.close().catch(() => undefined);
    channel.on('error', end);
    const take = (message: ConsumeMessage | null): void => {
      if (message === null) {
        end();
        return;
      }
      seen.push(message);
      channel.ack(message);
    };
    await channel.consume(inbox, take).catch(end);
    await ended;
  };
  const live = async (): Promise<void> => {
    while (!closed) {
      await session().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const living = live();
  return {
    seen,
    by: (deliveryId) => seen.filter(({ properties }) => properties.messageId === deliveryId),
    close: async () => {
      closed = true;
      await model?.close().catch(() => undefined);
      await living;
    },
  };
};

const has = rabbitScript() !== null;
if (!has && process.env.CI === 'true') throw new Error('RabbitMQ is missing; in CI it must be installed (.ci/run)');
if (!has) process.stderr.write('\nSKIPPED: no RabbitMQ is installed\n');

describe.skipIf(!has)('a hub with a broker', () => {
  let broker: Broker;
  let province: Province;
  let folder: string;
  const env = (): Record<string, string> => ({
    LIENTHONG_BROKER: broker.url,
    LIENTHONG_AGAIN_SECONDS: '3',
    LIENTHONG_INLINE_BYTES: '20000',
  });

  const page = (bytes = 200) => ({
    name: 'van-ban.pdf',
    bytes: Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(bytes, 0x20), Buffer.from('\n%%EOF\n')]),
  });
  const post = async (bytes = 200, to = [system]) => {
    const documentId = `H99.1,${randomUUID()}`;
    const message = documentMessage({ from: 'H99.1', to, documentId, number: randomUUID().slice(0, 8), files: [page(bytes)] });
    const answer = await province.as.so1.post(message);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return { message, documentId, deliveryId: String(answer.body.deliveries[0].deliveryId), body: answer.body };
  };
  const waiting = async (): Promise<number> => {
    const found = (await manageAt(broker.managementUrl, 'GET', `/api/queues/%2F/${encodeURIComponent(inbox)}`).catch(() => null)) as {
      readonly messages?: number;
    } | null;
    return found?.messages ?? 0;
  };
  /** What is left open by a test that failed would take the messages of the next. */
  const readers: Reader[] = [];
  const read = (): Reader => {
    const reader = readInbox(broker.url);
    readers.push(reader);
    return reader;
  };
  afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.close())));
  const readiness = async () => (await province.as.none.get('/readyz')).body;

  beforeAll(async () => {
    broker = await openRabbit();
    await broker.start();
    folder = await temporaryFolder();
    const store = await openSqlite({ folder });
    const journal = { entryId: randomUUID(), at: new Date().toISOString(), act: 'account.put', by: 'test', subject: system, details: {} };
    await store.accounts.put({ system, user: 'so2', role: 'agency', issuedAt: journal.at }, journal);
    await store.close();
    province = await openProvince({ folder, env: env() });
  }, 120_000);
  afterAll(async () => {
    await province?.hub.remove();
    await broker?.remove();
  });

  it('puts a document into its recipient’s queue, which it makes, with exact bytes and the headers of contract §8', async () => {
    const { message, deliveryId, body } = await post();
    const reader = read();
    const [got] = await until(() => (reader.by(deliveryId).length > 0 ? reader.by(deliveryId) : null));
    const sha256 = createHash('sha256').update(message).digest('hex');
    expect(got?.content.equals(message)).toBe(true);
    expect(got?.properties).toMatchObject({ messageId: deliveryId, contentType: 'application/xml', deliveryMode: 2 });
    expect(got?.properties.headers).toEqual({
      ...{ deliveryId, recordId: body.recordId, organ: system, kind: 'document', sha256, size: message.length },
      verdict: body.proof.verdict,
    });
    // The broker's ack told the hub nothing: it stands in the inbox still, as before.
    expect((await province.as.so2.inbox()).some((item) => item.deliveryId === deliveryId)).toBe(true);
  });

  it('gives statuses as well, and a link for what is larger than LIENTHONG_INLINE_BYTES', async () => {
    const reader = read();
    const large = await post(40_000);
    const link = await until(() => reader.by(large.deliveryId)[0]);
    expect(link.properties.contentType).toBe('application/json');
    const { href } = JSON.parse(link.content.toString());
    const fetched = await fetch(href);
    expect(fetched.status).toBe(200);
    expect(Buffer.from(await fetched.arrayBuffer()).equals(large.message)).toBe(true);

    const documentId = `H99.2,${randomUUID()}`;
    const sent = await province.as.so2.post(documentMessage({ from: system, to: ['H99.1'], documentId, number: '9', files: [page()] }));
    expect(sent.status).toBe(202);
    const status = await province.as.so1.post(statusMessage({ from: 'H99.1', to: system, documentId, statusCode: '03' }));
    expect(status.status).toBe(202);
    const told = await until(() => reader.seen.find(({ properties }) => properties.headers?.kind === 'status'));
    expect(told.properties).toMatchObject({ type: 'status', contentType: 'application/xml' });
  });

  it('gives again, with the same id, what nobody acknowledged, and only when nothing stands in the queue', async () => {
    const { deliveryId } = await post();
    await until(async () => (await waiting()) > 0);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await waiting()).toBe(1);
    const reader = read();
    await until(() => reader.by(deliveryId).length >= 2);
    await province.as.so2.acknowledge(deliveryId);
    // What the hub has heard of by now is given no more.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const known = reader.by(deliveryId).length;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(reader.by(deliveryId)).toHaveLength(known);
  }, 60_000);

  it('offers again after a failure, when its pause is over, as a new message with the same id', async () => {
    const reader = read();
    const { deliveryId } = await post();
    await until(() => reader.by(deliveryId).length === 1);
    const failed = await province.as.so2.acknowledge(deliveryId, 'fail', 'đĩa đầy');
    expect(failed.body).toMatchObject({ state: 'queued', attempt: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    // It waits out its minute, though nothing was acknowledged and the queue is empty.
    expect(reader.by(deliveryId)).toHaveLength(1);
    await province.as.so2.acknowledge(deliveryId);
  }, 60_000);

  it('accepts and hands out over HTTP while the broker is stopped, says so, and delivers when it is back', async () => {
    await broker.stop();
    await until(async () => (await readiness()).degraded.includes('broker'));
    const during = [await post(), await post()];
    expect(await readiness()).toMatchObject({ ready: true });
    const offered = (await province.as.so2.inbox()).map(({ deliveryId }) => deliveryId);
    expect(offered).toEqual(expect.arrayContaining(during.map(({ deliveryId }) => deliveryId)));
    await broker.start();
    const reader = read();
    for (const { deliveryId, message } of during) {
      const got = await until(() => reader.by(deliveryId)[0], 60_000);
      expect(got.content.equals(message)).toBe(true);
    }
    await until(async () => !(await readiness()).degraded.includes('broker'));
  }, 120_000);

  it('gives everything again that was not acknowledged after the broker lost all its data', async () => {
    const before = [await post(), await post(), await post()];
    await until(async () => (await waiting()) >= 3);
    await broker.kill();
    await broker.wipe();
    const during = await post();
    await broker.start();
    const reader = read();
    for (const { deliveryId, message } of [...before, during]) {
      const got = await until(() => reader.by(deliveryId)[0], 60_000);
      expect(got.content.equals(message)).toBe(true);
      await province.as.so2.acknowledge(deliveryId);
    }
  }, 120_000);

  it('wakes a long poll at another process of the hub', async () => {
    const second = await startHub({ folder, env: env() });
    try {
      // Before it is connected, only its own polling would find it.
      await until(async () => !(await clientOf(second.url, null).get('/readyz')).body.degraded.includes('broker'));
      const times: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const polled = clientOf(second.url, province.keys.xa)
          .get('/v1/inbox?wait=10&limit=1')
          .then(({ body }) => ({ at: performance.now(), items: body.items }));
        await new Promise((resolve) => setTimeout(resolve, 60 + round * 170));
        const { deliveryId } = await post(200, ['H99.11']);
        const posted = performance.now();
        const { at, items } = await polled;
        expect(items[0]?.deliveryId).toBe(deliveryId);
        times.push(at - posted);
        await province.as.xa.acknowledge(deliveryId);
      }
      // The poll of a second would be ~500 ms in the middle.
      expect(times.toSorted((one, other) => one - other)[2]).toBeLessThan(250);
    } finally {
      await second.kill();
    }
  }, 60_000);
});
