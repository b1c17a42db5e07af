/**
 * `node test/bench/programs/relay.ts [messages]` beside RabbitMQ (AMQP_URL, AMQP_MANAGEMENT_URL: `with-services`): from
 * pending deliveries to confirmed messages of 2 KB, on SQLite, against the two limits of durability.md on this
 * machine: the same messages published alone (quorum, window 100), and claim + mark alone in groups of 100.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { names } from '../../../src/amqp/topology.ts';
import { readConfig } from '../../../src/config.ts';
import { startDispatch } from '../../../src/exchange/dispatch.ts';
import { openHub } from '../../../src/open.ts';
import { document, entry } from '../../contract/specimens.ts';
import { openVirtualHost } from '../../support/broker.ts';
import { directoryOf, organ } from '../../support/directory.ts';

const count = Number(process.argv[2] ?? 4_000);
const systems = 50;
const body = randomBytes(2_048);
const sha256 = createHash('sha256').update(body).digest('hex');
const codes = Array.from({ length: systems }, (_, place) => `H99.${place + 1}`);
const rate = (messages: number, started: number): number => Math.round(messages / ((performance.now() - started) / 1_000));

const host = await openVirtualHost();
const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
const hub = await openHub(readConfig({ LIENTHONG_DATA: folder, LIENTHONG_BROKER: host.url, LIENTHONG_HUB: 'H99' }));

/** The same bytes, confirmed and persistent, a hundred on their way. */
const rawPublish = async (): Promise<number> => {
  const model = await connect(host.url, { noDelay: true });
  const channel = await model.createConfirmChannel();
  await channel.assertQueue('raw', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  const started = performance.now();
  await new Promise<void>((resolve) => {
    let [sent, confirmed] = [0, 0];
    const next = (): void => {
      while (sent < count && sent - confirmed < 100) {
        sent += 1;
        channel.sendToQueue('raw', body, { persistent: true, mandatory: true, messageId: String(sent) }, () => {
          confirmed += 1;
          if (confirmed === count) resolve();
          else next();
        });
      }
    };
    next();
  });
  const messages = rate(count, started);
  await channel.deleteQueue('raw');
  await model.close();
  return messages;
};

const fill = async (): Promise<void> => {
  const path = join(folder, 'body');
  await writeFile(path, body);
  await hub.originals.keep({ path, sha256, size: body.length });
  for (let from = 0; from < count; from += 200)
    await Promise.all(
      Array.from({ length: Math.min(200, count - from) }, (_, place) =>
        hub.commit(document([codes[(from + place) % systems] ?? ''], { sha256, size: body.length }, { sha256, size: body.length })),
      ),
    );
};

/** The port alone, as one who publishes nothing would use it. */
const claimAndMark = async (): Promise<number> => {
  const inboxes = codes.map((system) => ({ system, collectsFor: [system], again: null }));
  const started = performance.now();
  let marked = 0;
  while (marked < count) {
    const at = new Date();
    const query = { inboxes, at: at.toISOString(), holder: randomUUID(), until: new Date(at.getTime() + 30_000).toISOString(), limit: 100 };
    const ids = (await hub.deliveries.toRelay(query)).map(({ deliveryId }) => deliveryId);
    await hub.deliveries.relayed(ids, query.holder, at.toISOString());
    marked += ids.length;
    if (ids.length === 0) break;
  }
  return rate(marked, started);
};

const relayed = async (): Promise<number> => {
  await hub.warm();
  while (hub.relay?.state().kind !== 'connected') await new Promise((resolve) => setTimeout(resolve, 20));
  // The queues stand before the clock runs, as on any day but the first.
  for (const code of codes) await hub.relay.waiting(code);
  const log = { error: console.error, warn: console.error };
  const started = performance.now();
  const dispatch = startDispatch(hub, log, { inlineBytes: 1_048_576, publicUrl: 'http://127.0.0.1', againSeconds: 900 });
  while (hub.relay.counts().confirmed < count) await new Promise((resolve) => setTimeout(resolve, 2));
  const messages = rate(count, started);
  await dispatch.stop();
  return messages;
};

try {
  const directory = directoryOf(...codes.map((code) => organ(code)));
  await hub.organs.put([...directory.organs.values()], (await hub.organs.directory()).version, entry());
  for (const system of codes) await hub.accounts.put({ system, user: system, role: 'agency', issuedAt: new Date().toISOString() }, entry());
  await fill();
  const claims = await claimAndMark();
  await fill();
  const before = await rawPublish();
  const messages = await relayed();
  const publish = Math.round((before + (await rawPublish())) / 2);
  const ratio = messages / Math.min(publish, claims);
  process.stdout.write(`${JSON.stringify({ messages: count, relay: messages, rawPublish: publish, claimAndMark: claims, ratio })}\n`);
  const ready = await host.manage('GET', `/api/queues/${host.name}/${encodeURIComponent(names.inbox(codes[0] ?? ''))}`);
  process.stderr.write(`${JSON.stringify((ready as { messages?: number }).messages ?? null)} in the first queue\n`);
} finally {
  await hub.close();
  await host.remove();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
