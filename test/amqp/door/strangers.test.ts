/** Nothing that a system sends reaches further than its own queues, and nothing stops the hub (contract §8; durability, traps 3 and 7). */
import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { names, pauses } from '../../../src/amqp/topology.ts';
import { openPapers } from '../../http/papers.ts';
import { hasBroker } from '../../support/broker.ts';
import { type Agency, openAgency } from './agency.ts';
import { nested, publishRaw, strangeNumber } from './raw.ts';
import { openStage, type Stage } from './stage.ts';

const suite = hasBroker() ? describe : describe.skip;

let stage: Stage;
let papers: Awaited<ReturnType<typeof openPapers>>;
let commune: Agency;
let department: Agency;

/** What the broker says to an act of this system, on a channel of its own; `done` where it lets it. */
const tried = async (agency: Agency, act: (channel: Awaited<ReturnType<Agency['model']['createConfirmChannel']>>) => Promise<unknown>) => {
  const channel = await agency.model.createConfirmChannel();
  const refused = new Promise<string>((resolve) => channel.on('error', (error: Error) => resolve(error.message)));
  const acted = act(channel).then(
    () => 'done',
    (error: Error) => error.message,
  );
  const answer = await Promise.race([refused, acted]);
  if (answer === 'done') await channel.close();
  return answer;
};

const sendsTo =
  (exchange: string, key = '', more = {}) =>
  (channel: Awaited<ReturnType<Agency['model']['createConfirmChannel']>>): Promise<void> =>
    new Promise((resolve, reject) => {
      channel.publish(exchange, key, Buffer.from('{}'), more, (error) => (error === null ? resolve() : reject(error)));
    });

const accepted = async () => (await stage.http.sender.get('/v1/records?limit=1000')).body.items.length as number;

suite('strangers and neighbours', () => {
  beforeAll(async () => {
    [stage, papers] = await Promise.all([openStage({ LIENTHONG_AGAIN_SECONDS: '1' }), openPapers()]);
    commune = await stage.connect('H99.22');
    department = await stage.connect('H99.5', { reads: false });
  }, 150_000);
  afterAll(() => stage?.close());

  describe('at the broker itself', () => {
    const inbox = names.inbox('H99.5');
    it.each([
      ['read another system’s inbox', (agency: Agency) => tried(agency, (channel) => channel.get(inbox))],
      ['consume it', (agency: Agency) => tried(agency, (channel) => channel.consume(inbox, () => undefined))],
      ['purge it', (agency: Agency) => tried(agency, (channel) => channel.purgeQueue(inbox))],
      ['delete it', (agency: Agency) => tried(agency, (channel) => channel.deleteQueue(inbox))],
      ['read another system’s answers', (agency: Agency) => tried(agency, (channel) => channel.get(names.reply('H99.5')))],
      ['read what others submit', (agency: Agency) => tried(agency, (channel) => channel.get(names.submit))],
      ['read what is parked', (agency: Agency) => tried(agency, (channel) => channel.get(names.parking))],
      [
        'bind a queue of its own to what others submit',
        (agency: Agency) => tried(agency, (channel) => channel.bindQueue(names.inbox('H99.22'), names.submit, '')),
      ],
      ['make a queue', (agency: Agency) => tried(agency, (channel) => channel.assertQueue('mine'))],
      ['make an exchange', (agency: Agency) => tried(agency, (channel) => channel.assertExchange('mine', 'fanout'))],
      ['delete its own queue', (agency: Agency) => tried(agency, (channel) => channel.deleteQueue(names.inbox('H99.22')))],
      ['write to another system’s inbox', (agency: Agency) => tried(agency, sendsTo('', inbox))],
      ['write to another system’s answers', (agency: Agency) => tried(agency, sendsTo('', names.reply('H99.5')))],
      ['write where the hub trusts its own headers', (agency: Agency) => tried(agency, sendsTo('', names.submitAgain))],
      ['write there through a pause', (agency: Agency) => tried(agency, sendsTo(pauses[0].name, names.submitAgain))],
      ['park something', (agency: Agency) => tried(agency, sendsTo(names.parking))],
      ['pretend that a delivery came back', (agency: Agency) => tried(agency, sendsTo(names.undelivered))],
      ['spread word of arrivals', (agency: Agency) => tried(agency, sendsTo(names.arrivals))],
    ])('nobody may %s', async (_, act) => {
      expect(await act(commune)).toMatch(/ACCESS_REFUSED|403/);
    });

    it('nobody may publish as another user: the broker compares (PRECONDITION_FAILED)', async () => {
      expect(await tried(commune, sendsTo(names.submit, '', { userId: department.user }))).toMatch(/PRECONDITION_FAILED|406/);
    });

    it('a password is needed, and no key of the HTTP door is one', async () => {
      await expect(openAgency({ url: stage.host.url, system: 'H99.22', user: commune.user, password: 'lt_x' })).rejects.toThrow(
        /ACCESS_REFUSED|403/,
      );
    });
  });

  it('purging its own inbox loses nothing: what nobody acknowledged comes again with the same id', { timeout: 90_000 }, async () => {
    const { body } = await commune.submit(papers.letter('unsigned'));
    const there = async () => (await department.channel.checkQueue(names.inbox('H99.5'))).messageCount;
    while ((await there()) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await department.channel.purgeQueue(names.inbox('H99.5'));
    while ((await there()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const message = await department.channel.get(names.inbox('H99.5'), { noAck: true });
    expect(message === false ? null : message.properties.headers?.deliveryId).toBe(body.deliveries[0].deliveryId);
    await department.acknowledge({ deliveryId: body.deliveries[0].deliveryId, result: 'done' });
  });

  describe('who sends', () => {
    it('a message without user_id is accepted from nobody, answered to nobody, and parked without its body', async () => {
      const before = await accepted();
      const messageId = randomUUID();
      await commune.publish(names.submit, papers.letter('unsigned'), { messageId, userId: undefined, replyTo: names.reply('H99.5') });
      const parked = async () => JSON.parse((await stage.line('broker', 'parked', '--json')).out).items;
      while ((await parked()).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      const [one] = await parked();
      expect(one).toMatchObject({
        code: 'key.invalid',
        reason: 'Thông điệp không có user_id',
        user: null,
        messageId,
        again: null,
        queue: names.submit,
      });
      expect(one.size).toBeGreaterThan(1000);
      expect((await stage.line('broker', 'parked', '--retry', one.id)).code, 'there is nobody to try it for').toBe(65);
      expect((await stage.line('broker', 'parked', '--drop', one.id)).code).toBe(0);
      expect(await parked()).toEqual([]);
      expect(await accepted()).toBe(before);
      expect([...commune.replies, ...department.replies].filter(({ correlationId }) => correlationId === messageId)).toEqual([]);
    });

    it('a user of the broker without an account is nobody either', async () => {
      const [before, user] = [await accepted(), `fremd-${randomUUID()}`];
      await stage.host.manage('PUT', `/api/users/${user}`, { password: 'x', tags: '' });
      await stage.host.manage('PUT', `/api/permissions/${stage.host.name}/${user}`, { configure: '.*', write: '.*', read: '.*' });
      const address = new URL(stage.host.url);
      [address.username, address.password] = [user, 'x'];
      const model = await connect(address.href);
      const channel = await model.createConfirmChannel();
      channel.publish(names.submit, '', papers.letter('unsigned'), { userId: user, replyTo: names.reply('H99.22'), messageId: 'fremd' });
      channel.publish(names.acknowledge, '', Buffer.from('{}'), { userId: user, replyTo: names.reply('H99.22'), messageId: 'fremd' });
      await channel.waitForConfirms();
      const parked = async () => JSON.parse((await stage.line('broker', 'parked', '--json')).out).items;
      while ((await parked()).length < 2) await new Promise((resolve) => setTimeout(resolve, 100));
      for (const { id, user: named, reason } of await parked()) {
        expect([named, reason]).toEqual([user, `Tài khoản ${user} không được cấp cho hệ thống nào`]);
        await stage.line('broker', 'parked', '--drop', id);
      }
      expect([await accepted(), commune.replies.some(({ correlationId }) => correlationId === 'fremd')]).toEqual([before, false]);
      await model.close();
      await stage.host.manage('DELETE', `/api/users/${user}`);
    });

    it('an answer never goes to another’s queue: reply_to must be its own', async () => {
      const before = await accepted();
      for (const replyTo of [names.reply('H99.5'), names.inbox('H99.5'), names.submitAgain]) {
        const reply = await commune.submit(papers.letter('unsigned'), { replyTo });
        expect(reply).toMatchObject({ status: 400, type: 'problem', contentType: 'application/problem+json' });
        expect(reply.body).toMatchObject({ code: 'request.invalid', at: '/reply_to', type: '/errors/request.invalid' });
        expect(reply.body.vi).toContain(names.reply('H99.22'));
      }
      expect(department.replies.filter(({ type }) => type === 'problem')).toEqual([]);
      expect(await accepted()).toBe(before);
    });

    it('nobody sends for another’s organ, nor acknowledges another’s delivery', async () => {
      const sent = await department.submit(papers.letter('unsigned'));
      expect([sent.status, sent.body.code, sent.body.errors.length]).toEqual([403, 'sender.not-caller', 1]);
      const { body } = await commune.submit(papers.letter('unsigned'));
      const { deliveryId } = body.deliveries[0];
      const told = await commune.acknowledge({ deliveryId, result: 'done' });
      expect([told.status, told.body.code]).toEqual([404, 'resource.unknown']);
      await department.acknowledge({ deliveryId, result: 'done' });
    });

    it('a locked system is refused as over HTTP', async () => {
      const locked = await stage.connect('H99.6');
      const reply = await locked.submit(papers.letter('unsigned', { from: 'H99.6' }));
      expect([reply.status, reply.body.code]).toEqual([403, 'sender.locked']);
    });
  });

  describe('what is sent', () => {
    it.each([
      ['nothing', '', {}, 400, 'envelope.malformed'],
      ['what is not XML', 'xin chào', {}, 400, 'envelope.malformed'],
      ['bytes', Buffer.alloc(1000, 255), {}, 400, 'envelope.malformed'],
      ['what is larger than the hub takes', Buffer.alloc(4_000_000, 32), {}, 413, 'envelope.too-large'],
      ['what is compressed', '<x/>', { contentEncoding: 'gzip' }, 415, 'media.unsupported'],
      ['another kind of content', '<x/>', { contentType: 'application/json' }, 415, 'media.unsupported'],
    ])('%s is answered with the problem that REST answers', async (_, body, more, status, code) => {
      const reply = await commune.submit(body, more);
      expect([reply.status, reply.type, reply.body.code, reply.body.status]).toEqual([status, 'problem', code, status]);
    });

    it('the problem is the very document of REST, but for the record that each refusal is', async () => {
      const bytes = papers.letter('unsigned', { to: ['H99.0'], documentId: 'H99.22.sai' });
      const [over, http] = [await commune.submit(bytes), await stage.http.sender.post(bytes)];
      expect(over.body).toEqual({ ...http.body, recordId: over.body.recordId });
      expect(over.body.recordId).not.toBe(http.body.recordId);
    });

    it.each([
      ['nothing', '', 'request.invalid'],
      ['no JSON', '{', 'request.invalid'],
      ['null', 'null', 'request.invalid'],
      ['no delivery', '{"result":"done"}', 'request.invalid'],
      ['no result', '{"deliveryId":"d_1"}', 'request.invalid'],
      ['an unknown result', '{"deliveryId":"d_1","result":"maybe"}', 'request.invalid'],
      ['an unknown delivery', '{"deliveryId":"d_1","result":"done"}', 'resource.unknown'],
      ['a very long text', `{"deliveryId":"d_1","result":"done","reason":"${'x'.repeat(70_000)}"}`, 'envelope.too-large'],
      ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'request.invalid'],
    ])('an acknowledgement that is %s', async (_, body, code) => {
      const messageId = randomUUID();
      await commune.publish(names.acknowledge, body, { messageId, contentType: 'application/json' });
      expect((await commune.reply(messageId)).body.code).toBe(code);
    });

    it('a correlation of any letters comes back as it was; properties of every kind do no harm', async () => {
      const correlationId = `${'ệ'.repeat(84)}!`;
      const odd = {
        headers: { __proto__: null, submitter: department.user, attempt: 9, inboxOf: 'H99.5', 'x-death': 'x', a: { b: [1, { c: null }] } },
        type: 'x',
        appId: 'y',
        priority: 200,
        timestamp: 1,
      };
      const reply = await commune.submit(papers.letter('unsigned'), { correlationId, messageId: 'x'.repeat(255), ...odd });
      expect([reply.status, reply.correlationId]).toEqual([202, correlationId]);
      await department.acknowledge({ deliveryId: reply.body.deliveries[0].deliveryId, result: 'done' });
    });

    it('headers that the client library cannot read end no connection', async () => {
      // So deep the client library's reader overflows its stack (4,000); much deeper ones keep the broker itself busy.
      for (const headers of [strangeNumber, nested(6_000)]) {
        const messageId = randomUUID();
        await publishRaw(commune.model, {
          exchange: names.submit,
          headers,
          messageId,
          userId: commune.user,
          body: papers.letter('unsigned'),
        });
        expect((await commune.reply(messageId)).status).toBe(202);
      }
      expect(stage.hub().log()).not.toContain('Unexpected type tag');
      expect((await stage.line('broker', 'parked', '--json')).out).toContain('"items": []');
    });
  });

  it('a queue that is deleted under the hub comes back, and the hub with it (trap 3)', async () => {
    for (const queue of [names.submit, names.acknowledge, names.reply('H99.22')])
      await stage.host.manage('DELETE', `/api/queues/${stage.host.name}/${queue}`);
    const messageId = randomUUID();
    const again = async () => {
      // What nobody listens to is not kept: it asks until it is answered, as every client should.
      await commune.publish(names.submit, papers.letter('unsigned'), { messageId });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const found = await openAgency({
        url: stage.host.url,
        system: 'H99.22',
        user: commune.user,
        password: stage.passwordOf(commune),
      }).catch(() => null);
      const reply = await found?.reply(messageId, 2_000).catch(() => null);
      await found?.close();
      return reply ?? null;
    };
    let reply = await again();
    for (let turn = 0; turn < 30 && reply === null; turn += 1) reply = await again();
    expect(reply?.status).toBe(202);
  });

  it('after broker disconnect its user is gone, its connection ends, and what it had not collected stands in the HTTP inbox', async () => {
    const { body } = await commune
      .submit(papers.letter('unsigned'))
      .catch(async () => ({ body: (await stage.http.sender.post(papers.letter('unsigned'))).body }));
    const closed = new Promise((resolve) => department.model.once('close', resolve));
    const { code, out } = await stage.line('broker', 'disconnect', 'H99.5', '--json');
    expect([code, JSON.parse(out).user]).toEqual([0, department.user]);
    await closed;
    await expect(
      openAgency({ url: stage.host.url, system: 'H99.5', user: department.user, password: stage.passwordOf(department) }),
    ).rejects.toThrow();
    expect((await stage.http.recipient.inbox()).map(({ deliveryId }) => deliveryId)).toContain(body.deliveries[0].deliveryId);
    expect((await stage.line('broker', 'disconnect', 'H99.5')).code).toBe(65);
  });
});
