/** Connection, readers and confirmed publishing against a real RabbitMQ: what is promised is promised while it misbehaves. */
import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, openConnection } from '../../src/amqp/connection.ts';
import { readQueue } from '../../src/amqp/consume.ts';
import { declareSystem, declareTopology } from '../../src/amqp/declare.ts';
import { type Outgoing, openPublisher, type Publisher, type PublisherOptions } from '../../src/amqp/publish.ts';
import { names, pauses } from '../../src/amqp/topology.ts';
import { hasBroker, openVirtualHost, type VirtualHost } from '../support/broker.ts';
import { blocked, openLine, unblocked } from './line.ts';

let host: VirtualHost;
const opened: Connection[] = [];

const open = async (
  options: PublisherOptions = {},
  url = host.url,
): Promise<{ readonly connection: Connection; readonly publisher: Publisher }> => {
  const connection = openConnection({ url, name: 'test', pause: { first: 20, most: 100 } });
  opened.push(connection);
  connection.attach(declareTopology);
  const publisher = openPublisher(connection, options);
  connection.start();
  await connected(connection);
  return { connection, publisher };
};

const until = async (met: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> => {
  const deadline = Date.now() + ms;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error('It did not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const connected = (connection: Connection): Promise<void> => until(() => connection.state().kind === 'connected');

const message = (key: string, changes: Partial<Outgoing> = {}): Outgoing => ({
  ...{ exchange: '', key, body: Buffer.from('văn bản'), properties: { messageId: randomUUID() } },
  ...changes,
});

const countIn = (connection: Connection, queue: string): Promise<number | null> =>
  connection.ask(async (channel) => (await channel.checkQueue(queue)).messageCount);

const suite = hasBroker() ? describe : describe.skip;

suite('publishing to RabbitMQ', () => {
  beforeAll(async () => {
    host = await openVirtualHost();
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  afterAll(() => host.remove());

  it('confirms what stands in a queue, durable and whole', async () => {
    const { connection, publisher } = await open();
    await connection.ask((channel) => declareSystem(channel, 'H99.1'));
    const sent = message(names.inbox('H99.1'), { properties: { messageId: 'd1', headers: { deliveryId: 'd1', verdict: null, size: 7 } } });
    expect(await publisher.publish(sent)).toBe('confirmed');
    const got = await connection.ask((channel) => channel.get(names.inbox('H99.1'), { noAck: true }));
    expect(got).toMatchObject({
      content: Buffer.from('văn bản'),
      properties: { messageId: 'd1', deliveryMode: 2, headers: { deliveryId: 'd1', size: 7 } },
    });
  });

  it('knows a message that no queue takes, among others on their way, though RabbitMQ confirms it as well (durability, trap 2)', async () => {
    const { connection, publisher } = await open();
    await connection.ask((channel) => declareSystem(channel, 'there'));
    const queues = Array.from({ length: 60 }, (_, place) => (place % 3 === 0 ? 'there' : 'missing'));
    const answers = await Promise.all(queues.map((queue) => publisher.publish(message(names.inbox(queue)))));
    expect(answers).toEqual(queues.map((queue) => (queue === 'there' ? 'confirmed' : 'unroutable')));
    // The same message several times at once: each return belongs to one confirm.
    const same = message(names.inbox('missing'));
    expect(await Promise.all(Array.from({ length: 8 }, () => publisher.publish(same)))).toEqual(Array(8).fill('unroutable'));
    await connection.ask((channel) => declareSystem(channel, 'missing'));
    expect(await publisher.publish(same)).toBe('confirmed');
  });

  it('says when a queue takes no more, and goes on with the others', async () => {
    const { connection, publisher } = await open();
    await host.manage('PUT', `/api/policies/${host.name}/small`, {
      ...{ pattern: '^lienthong\\.inbox\\.small\\.v1$', 'apply-to': 'queues', priority: 9, definition: { 'max-length': 3 } },
    });
    for (const system of ['small', 'large']) await connection.ask((channel) => declareSystem(channel, system));
    const answers = [];
    // One after another: a quorum queue counts what it has, not what is on its way.
    for (let place = 0; place < 12; place += 1) answers.push(await publisher.publish(message(names.inbox('small'))));
    expect(answers.slice(0, 3)).toEqual(Array(3).fill('confirmed'));
    expect(answers.at(-1)).toBe('full');
    expect(await publisher.publish(message(names.inbox('large')))).toBe('confirmed');
  });

  it('answers away while there is no server, without throwing, and at once', async () => {
    const connection = openConnection({ url: 'amqp://127.0.0.1:9', name: 'nobody', pause: { first: 20, most: 50 } });
    opened.push(connection);
    const publisher = openPublisher(connection);
    connection.start();
    const started = performance.now();
    expect(await publisher.publish(message('any'))).toBe('away');
    expect(performance.now() - started).toBeLessThan(500);
    await until(() => connection.state().why?.includes('ECONNREFUSED') === true);
    expect(connection.state().kind).toBe('away');
  });

  it('tells a wrong password without showing it', async () => {
    const connection = openConnection({ url: host.url.replace(/\/\/[^@]*@/, '//guest:sai-mat-khau@'), name: 'stranger' });
    opened.push(connection);
    connection.start();
    await until(() => connection.state().why?.includes('ACCESS_REFUSED') === true || connection.state().why?.includes('403') === true);
    expect(connection.state().why).not.toContain('sai-mat-khau');
  });

  it('keeps no more on its way than its window, in messages and in bytes', async () => {
    const { connection, publisher } = await open({ count: 5, bytes: 100_000 });
    await connection.ask((channel) => declareSystem(channel, 'window'));
    const sent = Array.from({ length: 40 }, (_, place) =>
      message(names.inbox('window'), { body: Buffer.alloc(place === 7 ? 300_000 : 30_000) }),
    );
    expect(await Promise.all(sent.map((one) => publisher.publish(one)))).toEqual(Array(40).fill('confirmed'));
    expect(await countIn(connection, names.inbox('window'))).toBe(40);
  });

  it('comes back after its connection is killed, and what was on its way is told as not known', async () => {
    const { connection, publisher } = await open();
    await connection.ask((channel) => declareSystem(channel, 'again'));
    const first = connection.state().since;
    const answers = Promise.all(Array.from({ length: 300 }, () => publisher.publish(message(names.inbox('again')))));
    connection.renew('a test');
    const told = await answers;
    expect(new Set(told).size).toBeLessThanOrEqual(2);
    expect(told.filter((one) => one === 'away').length).toBeGreaterThan(0);
    await connected(connection);
    expect(connection.state().since > first).toBe(true);
    expect(await publisher.publish(message(names.inbox('again')))).toBe('confirmed');
    // Confirmed means there, whatever became of the rest.
    expect(await countIn(connection, names.inbox('again'))).toBeGreaterThanOrEqual(told.filter((one) => one === 'confirmed').length + 1);
  });

  it('declares everything anew when an exchange that it publishes to was deleted', async () => {
    const { connection, publisher } = await open();
    await connection.ask((channel) => channel.deleteExchange(names.parking));
    const parked = message('', { exchange: names.parking });
    expect(await publisher.publish(parked)).toBe('away');
    await until(async () => (await publisher.publish(parked)) === 'confirmed');
  });

  it('hands a parcel to the queue it names after the pause, and there only (durability, trap 8)', async () => {
    const { connection, publisher } = await open();
    const [shortest] = pauses;
    const paused = message(names.submitAgain, { exchange: shortest.name });
    expect(await publisher.publish(paused)).toBe('confirmed');
    expect(await countIn(connection, names.submitAgain)).toBe(0);
    await until(async () => (await countIn(connection, names.submitAgain)) === 1, shortest.seconds * 1_000 + 10_000);
    expect(await countIn(connection, names.submit)).toBe(0);
    await connection.ask((channel) => channel.purgeQueue(names.submitAgain));
  });
});

suite('a broker that falls silent', () => {
  beforeAll(async () => {
    host = await openVirtualHost();
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  afterAll(() => host.remove());

  it('publishes nothing while it is told to wait (connection.blocked), says why, and goes on afterwards (durability, trap 4)', async () => {
    const line = await openLine(host.url);
    const { connection, publisher } = await open({}, line.url);
    await connection.ask((channel) => declareSystem(channel, 'blocked'));
    line.send(blocked('low on memory'));
    await until(() => connection.state().kind === 'blocked');
    expect(connection.state().why).toBe('low on memory');
    expect(await publisher.publish(message(names.inbox('blocked')))).toBe('away');
    line.send(unblocked);
    await connected(connection);
    expect(await publisher.publish(message(names.inbox('blocked')))).toBe('confirmed');
    expect(await countIn(connection, names.inbox('blocked'))).toBe(1);
    line.close();
  });

  it('gives up waiting for confirms that do not come, and takes a new connection', async () => {
    const line = await openLine(host.url);
    const { connection, publisher } = await open({ within: 400 }, line.url);
    await connection.ask((channel) => declareSystem(channel, 'silent'));
    const first = connection.state().since;
    line.swallow(true);
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 300 }, () => publisher.publish(message(names.inbox('silent')))));
    expect(new Set(answers)).toEqual(new Set(['away']));
    // The window was full: who waited for room gave up as well, and nobody waits for ever.
    expect(performance.now() - started).toBeLessThan(5_000);
    line.swallow(false);
    await until(() => connection.state().kind === 'connected' && connection.state().since !== first);
    await until(async () => (await publisher.publish(message(names.inbox('silent')))) === 'confirmed');
    line.close();
  });
});

suite('reading from RabbitMQ', () => {
  beforeAll(async () => {
    host = await openVirtualHost();
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  afterAll(() => host.remove());

  it('reads a queue over every connection to come, and hands out again what was in hand', async () => {
    const { connection, publisher } = await open();
    const seen: string[] = [];
    let hold: (() => void) | null = null;
    const reader = readQueue(connection, {
      ...{ queue: names.submit, prefetch: 5 },
      take: async ({ properties, fields }) => {
        seen.push(`${properties.messageId}${fields.redelivered ? ' again' : ''}`);
        if (seen.length === 1) await new Promise<void>((resolve) => (hold = resolve));
        return 'done';
      },
    });
    await publisher.publish(message('', { exchange: names.submit, properties: { messageId: 'one' } }));
    await until(() => seen.length === 1);
    connection.renew('a test');
    await until(() => seen.length === 2);
    (hold as (() => void) | null)?.();
    expect(seen).toEqual(['one', 'one again']);
    await until(async () => (await countIn(connection, names.submit)) === 0);
    await reader.stop();
    await publisher.publish(message('', { exchange: names.submit }));
    expect(seen).toHaveLength(2);
  });

  it('goes on reading when its queue is deleted under it (durability, trap 3)', async () => {
    const { connection, publisher } = await open();
    await connection.ask((channel) => channel.purgeQueue(names.submit));
    const seen: string[] = [];
    const reader = readQueue(connection, {
      ...{ queue: names.submit, prefetch: 5 },
      take: async ({ properties }) => {
        seen.push(properties.messageId);
        return 'done';
      },
    });
    const other = await connect(host.url);
    const channel = await other.createChannel();
    await channel.deleteQueue(names.submit);
    await other.close();
    await until(
      async () => (await publisher.publish(message('', { exchange: names.submit, properties: { messageId: 'after' } }))) === 'confirmed',
    );
    await until(() => seen.includes('after'));
    await reader.stop();
  });

  it('survives a reader that throws, and parks what it throws over five times', async () => {
    const { connection, publisher } = await open();
    await connection.ask((channel) => channel.purgeQueue(names.parking));
    let tries = 0;
    const reader = readQueue(connection, {
      ...{ queue: names.acknowledge, prefetch: 5 },
      take: () => {
        tries += 1;
        throw new Error('a bug');
      },
    });
    await publisher.publish(message('', { exchange: names.acknowledge, properties: { messageId: 'poison' } }));
    await until(async () => (await countIn(connection, names.parking)) === 1);
    // The first and five more (x-delivery-limit counts what comes back).
    expect(tries).toBe(6);
    const parked = await connection.ask((channel) => channel.get(names.parking, { noAck: true }));
    expect(parked).toMatchObject({ properties: { messageId: 'poison', headers: { 'x-first-death-queue': names.acknowledge } } });
    await reader.stop();
  });
});
