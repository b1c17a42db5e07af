/** Contract §8, end to end against a real RabbitMQ: submit, receive and acknowledge over the broker, mixed with HTTP. */
import { createHash, randomUUID } from 'node:crypto';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asyncApi } from '../../documents/asyncapi.ts';
import { openPapers, today } from '../../http/papers.ts';
import { hasBroker } from '../../support/broker.ts';
import { statusMessage } from '../../support/message.ts';
import type { Agency } from './agency.ts';
import { openStage, type Stage } from './stage.ts';

const suite = hasBroker() ? describe : describe.skip;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let stage: Stage;
let papers: Awaited<ReturnType<typeof openPapers>>;
let commune: Agency;
let department: Agency;

/** Reads the department's inbox until these have come; one that was with the broker when the hub was killed may come twice, with its id. */
const takeAll = async (deliveryIds: readonly string[]): Promise<void> => {
  const missing = new Set(deliveryIds);
  while (missing.size > 0) {
    // What a killed hub had claimed is free again when its claim ends.
    const message = await department.next(60_000);
    missing.delete(message.properties.headers?.deliveryId);
    department.ack(message);
  }
};

suite('the AMQP door', () => {
  beforeAll(async () => {
    [stage, papers] = await Promise.all([openStage({ LIENTHONG_INLINE_BYTES: '60000' }), openPapers()]);
    commune = await stage.connect('H99.22');
    department = await stage.connect('H99.5');
  }, 150_000);
  afterAll(() => stage?.close());

  it('answers a document with its receipt on the system’s reply queue, correlated', async () => {
    const bytes = papers.letter('unsigned');
    const reply = await commune.submit(bytes, { correlationId: 'việc số 1', messageId: 'm1' });
    expect(reply).toMatchObject({ status: 202, type: 'receipt', contentType: 'application/json', correlationId: 'việc số 1' });
    expect(reply.body).toMatchObject({ kind: 'document', type: 0, sha256: sha256(bytes), size: bytes.length });
    expect(reply.body.deliveries).toEqual([{ deliveryId: expect.any(String), organ: 'H99.5', state: 'queued', via: 'inbox' }]);
    expect(reply.headers.Replayed).toBeUndefined();
    const message = await department.next();
    expect(message.properties.headers).toMatchObject({
      deliveryId: reply.body.deliveries[0].deliveryId,
      recordId: reply.body.recordId,
      organ: 'H99.5',
      kind: 'document',
      sha256: sha256(bytes),
      size: bytes.length,
      verdict: 'unsigned',
    });
    expect([message.properties.contentType, message.content.equals(bytes)]).toEqual(['application/xml', true]);
    department.ack(message);
  });

  it('correlates by message_id where there is no correlation_id, and answers one who names no reply queue in its own', async () => {
    const reply = await commune.submit(papers.letter('unsigned'), { messageId: 'm2', replyTo: undefined });
    expect([reply.status, reply.correlationId]).toEqual([202, 'm2']);
    department.ack(await department.next());
  });

  it('a broker ack alone changes nothing; the acknowledgement does, and repeats', async () => {
    const { body } = await commune.submit(papers.letter('unsigned'));
    const message = await department.next();
    const { deliveryId, recordId } = message.properties.headers ?? {};
    expect(recordId).toBe(body.recordId);
    department.ack(message);
    const stateNow = async () => (await stage.http.sender.get(`/v1/records/${recordId}`)).body.to[0].state;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await stateNow()).toBe('queued');
    expect((await stage.http.recipient.inbox()).map((item) => item.deliveryId)).toContain(deliveryId);
    const done = await department.acknowledge({ deliveryId, result: 'done', reason: '' });
    expect(done).toMatchObject({ status: 200, type: 'acknowledgement', body: { deliveryId, state: 'collected', attempt: 0 } });
    expect(await stateNow()).toBe('collected');
    expect((await department.acknowledge({ deliveryId, result: 'done' })).body).toEqual(done.body);
    const late = await department.acknowledge({ deliveryId, result: 'fail', reason: 'hỏng' });
    expect([late.status, late.type, late.body.code]).toEqual([409, 'problem', 'acknowledgement.final']);
  });

  it('a failure needs a reason, and waits its minute as over HTTP', async () => {
    await commune.submit(papers.letter('unsigned'));
    const message = await department.next();
    const { deliveryId } = message.properties.headers ?? {};
    expect((await department.acknowledge({ deliveryId, result: 'fail' })).body).toMatchObject({ code: 'request.invalid', at: '/reason' });
    const failed = await department.acknowledge({ deliveryId, result: 'fail', reason: 'không mở được tệp' });
    expect(failed.body).toMatchObject({ deliveryId, state: 'queued', attempt: 1 });
    expect(Date.parse(failed.body.offeredAt) - Date.now()).toBeGreaterThan(50_000);
    department.ack(message);
  });

  it('what a consumer rejects counts as its failure', async () => {
    await commune.submit(papers.letter('unsigned'));
    const message = await department.next();
    department.channel.reject(message, false);
    const { recordId } = message.properties.headers ?? {};
    const failed = async () =>
      (await stage.http.sender.get(`/v1/records/${recordId}`)).body.events.find((one: { kind: string }) => one.kind === 'failed');
    for (let turn = 0; turn < 100 && (await failed()) === undefined; turn += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await failed()).toMatchObject({ organ: 'H99.5', by: 'H99.5', text: 'Hệ thống nhận từ chối thông điệp trong hàng đợi' });
  });

  it('a large envelope comes as a link that opens without a key, in part too, until it is acknowledged', async () => {
    const bytes = papers.letter('unsigned', { content: 'x'.repeat(100_000) });
    await commune.submit(bytes);
    const message = await department.next();
    expect([message.properties.contentType, message.properties.headers?.size]).toEqual(['application/json', bytes.length]);
    const { href } = JSON.parse(message.content.toString());
    const whole = await fetch(href);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const part = await fetch(href, { headers: { range: 'bytes=5-9' } });
    expect([part.status, await part.text()]).toEqual([206, bytes.subarray(5, 10).toString()]);
    await department.acknowledge({ deliveryId: message.properties.headers?.deliveryId, result: 'done' });
    expect((await fetch(href)).status).toBe(401);
    department.ack(message);
  });

  it('one document by both doors is one record with one receipt', async () => {
    const bytes = papers.letter('unsigned');
    const over = await stage.http.sender.post(bytes);
    const again = await commune.submit(bytes);
    expect([again.status, again.headers.Replayed, again.body]).toEqual([202, 'true', over.body]);
    const other = papers.letter('unsigned');
    const first = await commune.submit(other);
    const second = await stage.http.sender.post(other);
    expect([second.status, second.headers.get('replayed'), second.body]).toEqual([202, 'true', first.body]);
    for (let turn = 0; turn < 2; turn += 1) department.ack(await department.next());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(department.unread()).toBe(0);
  });

  it('submitted over HTTP, received over the broker; acknowledged over HTTP, gone from both', async () => {
    const { body } = await stage.http.sender.post(papers.letter('unsigned'));
    const message = await department.next();
    expect(message.properties.headers?.recordId).toBe(body.recordId);
    const { deliveryId } = message.properties.headers ?? {};
    expect((await stage.http.recipient.acknowledge(deliveryId)).status).toBe(200);
    expect((await department.acknowledge({ deliveryId, result: 'done' })).body.state).toBe('collected');
    department.ack(message);
  });

  it('statuses go the same way, and reach the sender’s queue', async () => {
    const documentId = `H99.22.trang-thai.${randomUUID()}`;
    const { body: receipt } = await commune.submit(papers.letter('unsigned', { documentId }));
    department.ack(await department.next());
    const status = statusMessage({ from: 'H99.5', to: 'H99.22', documentId, statusCode: '03', date: today });
    const reply = await department.submit(status);
    expect([reply.status, reply.body]).toMatchObject([202, { about: receipt.recordId, statusCode: '03', matched: true, moved: true }]);
    const told = await commune.next();
    expect(told.properties.headers).toMatchObject({ organ: 'H99.22', kind: 'status', recordId: reply.body.recordId });
    expect(told.content.equals(status)).toBe(true);
    await commune.acknowledge({ deliveryId: told.properties.headers?.deliveryId, result: 'done' });
    commune.ack(told);
    expect((await department.submit(status)).headers.Replayed).toBe('true');
  });

  it('every answer so far fits spec/asyncapi.yaml, closed: no field beyond it', () => {
    const { messages, schemas } = asyncApi().components;
    const fits = { receipt: messages.receipt, acknowledgement: messages.outcome, problem: messages.problem };
    const replies = [...commune.replies, ...department.replies];
    expect(new Set(replies.map(({ type }) => type))).toEqual(new Set(Object.keys(fits)));
    for (const [type, { payload, headers, contentType }] of Object.entries(fits)) {
      const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
      const body = ajv.compile({ ...(payload as object), components: { schemas } });
      const head = ajv.compile(headers as object);
      for (const reply of replies.filter((one) => one.type === type)) {
        expect([body(reply.body), body.errors, head(reply.headers), head.errors, reply.contentType]).toEqual([
          true,
          null,
          true,
          null,
          contentType,
        ]);
      }
    }
  });

  it('SIGTERM finishes what is in hand, exits in time, and the rest waits at the broker', { timeout: 120_000 }, async () => {
    const ids = Array.from({ length: 20 }, () => randomUUID());
    for (const messageId of ids) await commune.publish('lienthong.submit.v1', papers.letter('unsigned'), { messageId });
    const started = Date.now();
    expect(await stage.hub().stop()).toMatchObject({ code: 0 });
    expect(Date.now() - started).toBeLessThan(10_000);
    await stage.restart('stop', ['--import', new URL('programs/mute.ts', import.meta.url).pathname]);
    // What was answered was answered before the end: this hub answers nobody.
    const answered = commune.replies.filter(({ correlationId }) => ids.some((id) => id === correlationId));
    expect(answered.every(({ status }) => status === 202)).toBe(true);
  });

  it('kill -9 between acceptance and reply: the broker hands it out again, and the receipt is the same', { timeout: 120_000 }, async () => {
    const [bytes, messageId, documentId] = [papers.letter('unsigned', { documentId: 'H99.22.kill' }), randomUUID(), 'H99.22.kill'];
    await commune.publish('lienthong.submit.v1', bytes, { messageId });
    const recorded = async () => (await stage.http.sender.get(`/v1/records?documentId=${documentId}`)).body.items[0];
    while ((await recorded()) === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(commune.reply(messageId, 500), 'accepted, and nobody was told').rejects.toThrow();
    await stage.restart('kill');
    const reply = await commune.reply(messageId, 30_000);
    expect([reply.status, reply.headers.Replayed, reply.body.recordId]).toEqual([202, 'true', (await recorded()).recordId]);
    const again = await commune.submit(bytes);
    expect([again.headers.Replayed, again.body]).toEqual(['true', reply.body]);
    await takeAll([reply.body.deliveries[0].deliveryId]);
    expect(commune.replies.filter(({ correlationId }) => correlationId === messageId)).toHaveLength(1);
  });

  it('kill -9 under load: every submission is answered, each with a delivery of its own', { timeout: 120_000 }, async () => {
    const load = Array.from({ length: 60 }, () => ({ bytes: papers.letter('unsigned'), messageId: randomUUID() }));
    for (const { bytes, messageId } of load) await commune.publish('lienthong.submit.v1', bytes, { messageId });
    await stage.restart('kill');
    const replies = await Promise.all(load.map(({ messageId }) => commune.reply(messageId, 60_000)));
    expect(replies.map(({ status }) => status)).toEqual(Array(60).fill(202));
    const wanted = replies.map(({ body }) => body.deliveries[0].deliveryId);
    expect(new Set(wanted).size).toBe(60);
  });
});
