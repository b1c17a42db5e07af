/** The two classic ways to lose a message on its way into a queue: the hub survives the faults, and the planted bugs do not. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, openConnection } from '../../src/amqp/connection.ts';
import { names } from '../../src/amqp/topology.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import type { PlantName } from '../crash/planted.ts';
import { hasBroker, openVirtualHost, type VirtualHost } from '../support/broker.ts';
import { root, temporaryFolder } from '../support/hub.ts';
import { documentMessage } from '../support/message.ts';
import { openProvince, type Province } from '../support/province.ts';

const system = 'H99.2';
const inbox = names.inbox(system);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!hasBroker())('what may be lost between outbox and queue', () => {
  let host: VirtualHost;
  let province: Province | null = null;
  let looking: Connection;

  beforeAll(async () => {
    host = await openVirtualHost();
    looking = openConnection({ url: host.url, name: 'test' });
    looking.start();
  });
  afterEach(async () => {
    await province?.hub.remove();
    await looking.ask((channel) => channel.deleteQueue(inbox));
  });
  afterAll(async () => {
    await looking.close();
    await host.remove();
  });

  /** Nothing is given again within the test: what is lost stays lost. */
  const open = async (plant?: PlantName): Promise<void> => {
    const folder = await temporaryFolder();
    const store = await openSqlite({ folder });
    const journal = { entryId: randomUUID(), at: new Date().toISOString(), act: 'account.put', by: 'test', subject: system, details: {} };
    await store.accounts.put({ system, user: 'so2', role: 'agency', issuedAt: journal.at }, journal);
    await store.close();
    const planted = plant === undefined ? {} : { flags: ['--import', join(root, 'test/crash/planted.ts')] };
    const env = { LIENTHONG_BROKER: host.url, ...(plant === undefined ? {} : { LIENTHONG_TEST_PLANT: plant }) };
    province = await openProvince({ folder, env, ...planted });
  };
  const post = async (): Promise<string> => {
    const file = { name: 'van-ban.pdf', bytes: Buffer.from('%PDF-1.7\n%%EOF\n') };
    const letter = { from: 'H99.1', to: [system], documentId: `H99.1,${randomUUID()}`, number: randomUUID().slice(0, 8), files: [file] };
    const answer = await province?.as.so1.post(documentMessage(letter));
    expect(answer?.status).toBe(202);
    return String(answer?.body.deliveries[0].deliveryId);
  };
  /** Takes what comes for so long, one by one; answers the deliveries. */
  const collect = async (wanted: number, ms: number): Promise<readonly string[]> => {
    const got = new Set<string>();
    const until = Date.now() + ms;
    while (got.size < wanted && Date.now() < until) {
      const message = await looking.ask((channel) => channel.get(inbox, { noAck: true })).catch(() => false);
      if (typeof message === 'object' && message !== null) got.add(String(message.properties.messageId));
      else await pause(50);
    }
    return [...got];
  };

  /** A queue that is deleted after the hub has last looked, as with the loss of a broker's data. */
  const missing = async (plant?: PlantName): Promise<readonly [sent: string, got: readonly string[]]> => {
    await open(plant);
    const isThere = (): Promise<boolean> =>
      looking
        .ask(async (channel) => (await channel.checkQueue(inbox)).queue === inbox)
        .then(
          (found) => found === true,
          () => false,
        );
    while (!(await isThere())) await pause(100);
    await looking.ask((channel) => channel.deleteQueue(inbox));
    const sent = await post();
    return [sent, await collect(1, plant === undefined ? 15_000 : 3_000)];
  };

  it('a message to a queue that is not there arrives, for it is heard to be returned', async () => {
    const [sent, got] = await missing();
    expect(got).toEqual([sent]);
  });
  it('is lost where returns are not heard', async () => {
    const [, got] = await missing('returns-unheard');
    expect(got).toEqual([]);
  });

  /** Messages beyond what a queue takes, while nobody reads it; then somebody does. */
  const overfull = async (plant?: PlantName): Promise<readonly [sent: readonly string[], got: readonly string[]]> => {
    const definition = { 'max-length': 2 };
    await host.manage('PUT', `/api/policies/${host.name}/small`, { pattern: 'inbox', 'apply-to': 'queues', priority: 9, definition });
    await open(plant);
    const sent: string[] = [];
    for (let place = 0; place < 8; place += 1) {
      sent.push(await post());
      await pause(150);
    }
    return [sent, await collect(8, plant === undefined ? 20_000 : 5_000)];
  };

  it('what a full queue refuses stays in the outbox and arrives when there is room', async () => {
    const [sent, got] = await overfull();
    expect([...got].sort()).toEqual([...sent].sort());
  }, 60_000);
  it('is lost where a message counts as given before it is confirmed', async () => {
    const [sent, got] = await overfull('relayed-before-confirm');
    expect(got.length).toBeLessThan(sent.length);
  }, 60_000);
});
