/** A full parking queue must not stand in the way of what systems publish: anyone with an account can fill it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, openConnection } from '../../src/amqp/connection.ts';
import { declareTopology } from '../../src/amqp/declare.ts';
import { openPublisher, type Publisher } from '../../src/amqp/publish.ts';
import { names } from '../../src/amqp/topology.ts';
import { hasBroker, openVirtualHost, type VirtualHost } from '../support/broker.ts';

let host: VirtualHost;
let connection: Connection;
let publisher: Publisher;

const policy = (name: string, pattern: string, most: number) =>
  host.manage('PUT', `/api/policies/${host.name}/${name}`, { pattern, 'apply-to': 'queues', definition: { 'max-length': most } });

const publish = (properties: object = {}) =>
  publisher.publish({
    ...{ exchange: names.submit, key: '', body: Buffer.from('văn bản') },
    properties: { messageId: randomUUID(), ...properties },
  });

const parked = () => connection.ask(async (channel) => (await channel.checkQueue(names.parking)).messageCount);

const suite = hasBroker() ? describe : describe.skip;

suite('the parking queue when it is full', () => {
  beforeAll(async () => {
    host = await openVirtualHost();
    connection = openConnection({ url: host.url, name: 'test' });
    connection.attach(declareTopology);
    publisher = openPublisher(connection);
    connection.start();
    while (connection.state().kind !== 'connected') await new Promise((resolve) => setTimeout(resolve, 50));
    await policy('few-parked', '^lienthong\\.parking\\.v1$', 2);
    await policy('few-submitted', '^lienthong\\.submit\\.v1$', 4);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }, 60_000);
  afterAll(async () => {
    await connection?.close();
    await host?.remove();
  });

  it('lets go of its oldest: messages that expire on their way do not fill the queue of what systems submit', {
    timeout: 60_000,
  }, async () => {
    for (let sent = 0; sent < 14; sent += 1) {
      // A publisher may give its messages a time to live, and RabbitMQ parks what it ends.
      await publish({ expiration: '1' });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(await parked()).toBeLessThanOrEqual(3);
    expect(await publish()).toBe('confirmed');
  });
});
