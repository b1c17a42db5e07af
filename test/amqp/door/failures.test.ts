/** What becomes of a message that the hub cannot work on: the AMQP column of spec/errors.md, against a real RabbitMQ. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoorActs } from '../../../src/amqp/door/acts.ts';
import type { OpenBrokerDoor } from '../../../src/amqp/door/door.ts';
import { names } from '../../../src/amqp/topology.ts';
import { readConfig } from '../../../src/config.ts';
import { failure } from '../../../src/errors.ts';
import { openGate } from '../../../src/http/gate/gate.ts';
import type { Taken } from '../../../src/hub/taken.ts';
import { type OpenHub, openHub } from '../../../src/open.ts';
import { brokerActs } from '../../../src/serve/broker-acts.ts';
import { run, runJson } from '../../cli/line.ts';
import { openPapers } from '../../http/papers.ts';
import { hasBroker, openVirtualHost, type VirtualHost } from '../../support/broker.ts';
import { temporaryFolder } from '../../support/hub.ts';
import { seedStore } from '../../support/seed.ts';
import { type Agency, openAgency } from './agency.ts';
import { organs } from './stage.ts';

const suite = hasBroker() ? describe : describe.skip;

let host: VirtualHost;
let folder: string;
let env: Readonly<Record<string, string>>;
let hub: OpenHub;
let door: OpenBrokerDoor;
let papers: Awaited<ReturnType<typeof openPapers>>;
let commune: Agency;
const log: { readonly fields: Readonly<Record<string, unknown>>; readonly sentence: string }[] = [];
/** Hours by which the hub's clock is ahead. */
let ahead = 0;

/** What goes wrong at the next acceptances, in order; null goes well. */
const planned: (unknown | null)[] = [];
const seen: string[] = [];

const plantedActs = (acts: DoorActs): DoorActs => ({
  ...acts,
  accept: async (caller, spooled) => {
    seen.push(spooled.sha256);
    const fault = planned.shift() ?? null;
    if (fault !== null) throw fault;
    return acts.accept(caller, spooled);
  },
});

const openHere = (change: (acts: DoorActs) => DoorActs, rate = 0): OpenBrokerDoor => {
  const note = (fields: Readonly<Record<string, unknown>>, sentence: string) => void log.push({ fields, sentence });
  const gate = openGate(hub, { rate, inflightBytes: 0 });
  const opened = hub.broker?.door({
    hub: { ...hub, now: () => new Date(Date.now() + ahead * 3_600_000) },
    log: { warn: note, error: note },
    acts: change(brokerActs(hub, gate)),
  });
  if (opened === undefined) throw new Error('There is no broker');
  return opened;
};

/** Messages of a queue that ended so, since the hub was opened. */
const taken = (queue: string, how: Taken): number =>
  hub.broker?.taken().find((one) => one.queue === queue && one.taken === how)?.count ?? 0;

const parked = async () => (await runJson({ env, words: ['broker', 'parked'] })).value.items;

suite('a message that cannot be worked on', () => {
  beforeAll(async () => {
    [host, folder, papers] = await Promise.all([openVirtualHost(), temporaryFolder(), openPapers()]);
    await seedStore(folder, organs, []);
    env = {
      ...{ LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99', LIENTHONG_DISK_MIN: '1000000', LIENTHONG_MAX_BYTES: '5000000' },
      ...{ LIENTHONG_BROKER: host.url, LIENTHONG_BROKER_MANAGEMENT: process.env.AMQP_MANAGEMENT_URL ?? '' },
    };
    hub = await openHub(readConfig(env));
    await hub.warm();
    door = openHere(plantedActs);
    const user = `H99.22-${randomUUID()}`;
    const { value } = await runJson({ env, words: ['broker', 'connect', 'H99.22', '--user', user] });
    commune = await openAgency({ url: host.url, system: 'H99.22', user, password: value.password });
  }, 150_000);
  afterAll(async () => {
    await commune?.close();
    await host.manage('DELETE', `/api/users/${commune.user}`).catch(() => undefined);
    await door?.close();
    await hub?.close();
    await host?.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('because the store is away waits at the broker, whole and with its sender, and is then accepted', { timeout: 60_000 }, async () => {
    planned.push(failure('store.unavailable'));
    // Large enough to leave memory as soon as it is on the disk: what waits is read back from there.
    const bytes = papers.letter('unsigned', { content: 'x'.repeat(2_000_000) });
    const [messageId, started] = [randomUUID(), Date.now()];
    await commune.publish(names.submit, bytes, { messageId, correlationId: 'bền bỉ' });
    const reply = await commune.reply('bền bỉ', 40_000);
    expect([reply.status, reply.body.size, reply.headers.Replayed]).toEqual([202, bytes.length, undefined]);
    await expect.poll(() => ['paused', 'answered'].map((how) => taken(names.submit, how as Taken))).toEqual([1, 0]);
    await expect.poll(() => taken(names.submitAgain, 'answered')).toBe(1);
    expect(Date.now() - started, 'after a pause').toBeGreaterThan(4_000);
    expect(seen.slice(-2)).toEqual([reply.body.sha256, reply.body.sha256]);
    expect(
      commune.replies.filter(({ correlationId }) => correlationId === 'bền bỉ'),
      'nobody was told of the pause',
    ).toHaveLength(1);
  });

  it('for a day is parked with its reason, and its sender told', { timeout: 60_000 }, async () => {
    planned.push(failure('store.unavailable'), failure('store.unavailable'));
    const [bytes, messageId] = [papers.letter('unsigned'), randomUUID()];
    await commune.publish(names.submit, bytes, { messageId });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    ahead = 25;
    const told = await commune.reply(messageId, 40_000);
    ahead = 0;
    expect([told.status, told.body.code, told.headers['Retry-After']]).toEqual([503, 'store.unavailable', '5']);
    const [one] = await parked();
    expect(one).toMatchObject({
      code: 'store.unavailable',
      user: commune.user,
      messageId,
      again: names.submitAgain,
      size: bytes.length,
      incident: null,
    });
    expect((await run({ env, words: ['broker', 'parked', '--retry', one.id] })).code).toBe(0);
    expect((await commune.reply(messageId)).status, 'tried again by hand').toBe(202);
    expect(await parked()).toEqual([]);
    expect((await hub.journal.list(0, 1_000)).map(({ act }) => act)).toContain('parked.retried');
  });

  it('because of a bug is tried once more', async () => {
    planned.push(new TypeError('a planted bug'));
    const ends = () => [taken(names.submit, 'again'), taken(names.submit, 'answered')];
    const before = ends();
    const reply = await commune.submit(papers.letter('unsigned'));
    await expect.poll(ends).toEqual(before.map((count) => count + 1));
    expect([reply.status, reply.headers.Replayed]).toEqual([202, undefined]);
    expect(log.at(-1)).toMatchObject({ sentence: 'a message failed', fields: { queue: names.submit } });
  });

  it('and after that is parked with the reason in its headers, its sender told no more than an incident number', async () => {
    planned.push(new TypeError('a planted bug'), new TypeError('a planted bug with /secret/path'));
    const [bytes, messageId] = [papers.letter('unsigned'), randomUUID()];
    const reply = await commune.submit(bytes, { messageId });
    expect([reply.status, reply.type, reply.body.code]).toEqual([500, 'problem', 'internal.error']);
    expect(JSON.stringify(reply.body)).not.toContain('planted');
    const [one] = await parked();
    expect(one).toMatchObject({ code: 'internal.error', reason: 'a planted bug with /secret/path', messageId, queue: names.submit });
    expect(one.incident).toBe(reply.body.incident);
    expect(log.find(({ fields }) => fields.incident === one.incident)?.sentence).toBe('a message was parked');
    // The other messages go on beside it.
    expect((await commune.submit(papers.letter('unsigned'))).status).toBe(202);
    for (let look = 0; look < 7; look += 1)
      expect(
        (await parked()).map(({ id }: { id: string }) => id),
        'a look changes nothing',
      ).toEqual([one.id]);
    expect((await run({ env, words: ['broker', 'parked', '--drop', one.id] })).code).toBe(0);
    expect(await parked()).toEqual([]);
  });

  it('because its sender is too fast is answered 429 with Retry-After, counted together with its calls over HTTP', async () => {
    await door.close();
    door = openHere((acts) => acts, 1);
    const sent = Array.from({ length: 30 }, () => randomUUID());
    for (const messageId of sent) await commune.publish(names.acknowledge, '{}', { messageId });
    const replies = await Promise.all(sent.map((id) => commune.reply(id)));
    const tooFast = replies.filter(({ status }) => status === 429);
    expect(tooFast.length).toBeGreaterThan(10);
    expect(tooFast[0]).toMatchObject({ body: { code: 'caller.too-fast' }, headers: { 'Retry-After': expect.stringMatching(/^\d+$/) } });
  });
});
