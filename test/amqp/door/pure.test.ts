/** What is decided about a message without asking anybody. */
import type { ConsumeMessage, GetMessage } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { publishHeld } from '../../../src/amqp/door/hold.ts';
import { type Arrived, arrivedFrom, pausedHeaders } from '../../../src/amqp/door/message/arrived.ts';
import { parkedFrom, parkedMessage } from '../../../src/amqp/door/message/parked.ts';
import { replyMessage } from '../../../src/amqp/door/message/reply.ts';
import { outcomeFor, patience } from '../../../src/amqp/door/outcome.ts';
import { countStrangers } from '../../../src/amqp/door/strangers.ts';
import { undeliveredFrom } from '../../../src/amqp/door/undelivered.ts';
import { mendHeaders } from '../../../src/amqp/headers.ts';
import { definitionsFor } from '../../../src/amqp/provision/definitions.ts';
import { rightsOf } from '../../../src/amqp/provision/rights.ts';
import { names, pauses } from '../../../src/amqp/topology.ts';
import { type FailureCode, failure, failures } from '../../../src/errors.ts';
import { headerFrame, nested, strangeNumber } from './raw.ts';

const now = new Date('2026-11-23T06:00:00.000Z');
const message = (properties: object, redelivered = false, content = 'x'): ConsumeMessage & GetMessage =>
  ({ content: Buffer.from(content), fields: { redelivered }, properties }) as unknown as ConsumeMessage & GetMessage;
const open = { queue: names.submit, again: names.submitAgain, trusted: false };
const own = { queue: names.submitAgain, again: names.submitAgain, trusted: true };
const arrived = (more: Partial<Arrived> = {}): Arrived => ({
  ...arrivedFrom(message({ userId: 'u', messageId: 'm' }), open, now),
  ...more,
});

describe('who sent it', () => {
  const forged = { userId: 'u', headers: { submitter: 'other', attempt: 3, since: '2020-01-01T00:00:00.000Z', inboxOf: 'H99.5' } };
  it('is the broker’s word where systems write, whatever the headers say', () => {
    expect(arrivedFrom(message(forged), open, now)).toMatchObject({ user: 'u', attempt: 0, since: now.toISOString(), inboxOf: null });
    expect(arrivedFrom(message({ ...forged, userId: undefined }), open, now).user).toBeNull();
  });
  it('is the hub’s own word where only the hub writes', () => {
    expect(arrivedFrom(message(forged), own, now)).toMatchObject({
      user: 'other',
      attempt: 3,
      since: '2020-01-01T00:00:00.000Z',
      inboxOf: 'H99.5',
    });
    const paused = pausedHeaders(arrived());
    expect(arrivedFrom(message({ headers: paused }), own, new Date(1))).toMatchObject({ user: 'u', attempt: 1, since: now.toISOString() });
  });
  it('is the system whose inbox it came back from', () => {
    const dead = { messageId: 'd_1', headers: { 'x-first-death-queue': names.inbox('H99.5'), deliveryId: 'd_1' } };
    expect(undeliveredFrom(message(dead), now)).toMatchObject({ inboxOf: 'H99.5', messageId: 'd_1' });
    expect(undeliveredFrom(message({ headers: { 'x-first-death-queue': 'lienthong.inbox..v1x' } }), now).inboxOf).toBeNull();
  });
});

describe('what becomes of a failure', () => {
  it.each(Object.keys(failures) as FailureCode[])('%s', (code) => {
    const { kind } = outcomeFor(failure(code), arrived(), now);
    expect(kind).toBe(failures[code].blame === 'dependency' ? 'pause' : 'refused');
  });
  it('a dependency waits its pauses in order, the last over and over, for a day', () => {
    const at = (attempt: number, later = 0) => outcomeFor(failure('disk.low'), arrived({ attempt }), new Date(now.getTime() + later));
    expect([0, 1, 2, 3, 40].map((attempt) => at(attempt))).toEqual(
      [...pauses, pauses[2], pauses[2]].map((pause) => ({ kind: 'pause', pause })),
    );
    expect(at(280, patience - 1).kind).toBe('pause');
    expect(at(280, patience).kind).toBe('park');
  });
  it('a bug is tried once more', () => {
    expect(outcomeFor(new Error('x'), arrived(), now)).toEqual({ kind: 'again' });
    expect(outcomeFor(new Error('x'), arrived({ redelivered: true }), now).kind).toBe('park');
  });
});

describe('what is parked', () => {
  const why = { code: 'internal.error', reason: 'lỗi', incident: 'i' };
  it('by the hub says who, why and how to try again', () => {
    const { properties, body } = parkedMessage(arrived({ correlationId: 'c' }), Buffer.from('thư'), why, now);
    expect(parkedFrom(message(properties, false, body.toString()))).toMatchObject({
      ...why,
      user: 'u',
      messageId: 'm',
      again: names.submitAgain,
      at: now.toISOString(),
    });
  });
  it('by the broker itself is believed in nothing but the user that the broker checked', () => {
    const forged = { parkedId: 'p_x', submitter: 'victim', again: names.submitAgain, code: 'x', inboxOf: 'H99.5' };
    const death = (queue: string, more: object[] = []) => ({ ...forged, 'x-death': [{ queue, reason: 'delivery_limit' }, ...more] });
    const one = parkedFrom(message({ userId: 'u', messageId: 'm', headers: death(names.submit, [{ queue: names.submitAgain }]) }));
    expect(one).toMatchObject({ user: 'u', inboxOf: null, again: names.submitAgain, code: 'broker.delivery_limit', at: null });
    expect(one.id).toMatch(/^x_[0-9a-f]{32}$/);
    expect(parkedFrom(message({ headers: death(names.submit) })).user, 'of nobody known').toBeNull();
    expect(parkedFrom(message({ headers: death(names.submitAgain) })).user, 'the hub’s own header').toBe('victim');
  });
  it('of nobody known is kept a hundred times an hour', () => {
    const { admit } = countStrangers();
    const admitted = Array.from({ length: 300 }, () => admit(now)).filter(Boolean);
    expect(admitted).toHaveLength(100);
    expect(admit(new Date(now.getTime() + 3_600_000))).toBe(true);
  });
});

it('a reply goes to the system’s own queue with what the client gave to know it by', () => {
  const reply = { type: 'receipt', body: {}, headers: { status: 202 } } as const;
  const to = (correlationId: string | null, messageId: string | null) => replyMessage('H99.22', { correlationId, messageId }, reply, now);
  expect(to('c', 'm')).toMatchObject({ exchange: '', key: 'lienthong.reply.H99.22.v1', properties: { correlationId: 'c' } });
  expect(to(null, 'm').properties.correlationId).toBe('m');
  expect(to(null, null).properties.correlationId).toBeUndefined();
});

describe('what must be with the broker before the message in hand may go', () => {
  const answering = (...answers: readonly ('confirmed' | 'unroutable' | 'full' | 'away')[]) => {
    const left = [...answers];
    return { left, publisher: { publish: async () => left.shift() ?? 'away', drain: async () => undefined } };
  };
  const outgoing = { exchange: '', key: 'q', body: Buffer.alloc(0), properties: { messageId: 'm' } };
  it('is published until the broker takes it: while it is away or blocked the message stays in hand', async () => {
    const { publisher, left } = answering('away', 'away', 'confirmed');
    expect(await publishHeld(publisher, outgoing, new AbortController().signal)).toBe('confirmed');
    expect(left).toEqual([]);
  });
  it('is given up where there is no queue or it is full', async () => {
    for (const refused of ['unroutable', 'full'] as const)
      expect(await publishHeld(answering(refused).publisher, outgoing, new AbortController().signal)).toBe('refused');
  });
  it('is given back to the broker when the door closes, at once', async () => {
    const closing = new AbortController();
    const held = publishHeld(answering().publisher, outgoing, closing.signal);
    setTimeout(() => closing.abort(), 20);
    const started = performance.now();
    expect(await held).toBe('closing');
    expect(performance.now() - started).toBeLessThan(400);
  });
});

describe('rights of a system', () => {
  it('name its queues letter for letter', () => {
    const read = new RegExp(rightsOf('H99.2').read);
    expect([names.inbox('H99.2'), names.reply('H99.2')].every((name) => read.test(name))).toBe(true);
    for (const other of ['H99x2', 'H99.22', 'H99.2.v1', '']) expect(read.test(names.inbox(other))).toBe(false);
    expect(new RegExp(rightsOf('a|.*').read).test(names.inbox('b'))).toBe(false);
    expect(new RegExp(rightsOf('H99.2').configure).test('x')).toBe(false);
    expect(new RegExp(rightsOf('H99.2').write).test(names.submitAgain)).toBe(false);
  });
  it('come with a password only, and never with the password itself', () => {
    const seat = { system: 'H99.2', user: 'u', password: 'bí mật' };
    const { users, permissions, queues } = definitionsFor('/', [seat, { system: 'H99.3', user: 'v', password: null }]);
    expect([users.map(({ name }) => name), permissions.map(({ user }) => user)]).toEqual([['u'], ['u']]);
    expect(JSON.stringify(users)).not.toContain('bí mật');
    expect(queues.map(({ name }) => name)).toEqual(expect.arrayContaining([names.inbox('H99.2'), names.reply('H99.3'), names.submitAgain]));
  });
});

describe('headers are put right before they are read', () => {
  const frame = (headers: Buffer) => headerFrame(1, { headers, messageId: 'm', userId: 'u', body: Buffer.from('x') });
  it('a number under L becomes one under l; all else stays, byte for byte', () => {
    const bytes = frame(strangeNumber);
    const before = Buffer.from(bytes);
    mendHeaders(bytes);
    const changed = [...bytes.entries()].filter(([at, value]) => value !== before[at]);
    expect(changed).toEqual([[before.indexOf('evilL') + 4, 'l'.charCodeAt(0)]]);
  });
  it('tables go four deep, and what is deeper is mere bytes, however deep', () => {
    const bytes = frame(nested(20_000));
    const before = Buffer.from(bytes);
    mendHeaders(bytes);
    const changed = [...bytes.entries()].filter(([at, value]) => value !== before[at]);
    expect(changed.map(([, value]) => String.fromCharCode(value))).toEqual(['x']);
  });
  it('half a frame, another frame and one without headers are left alone', () => {
    const whole = frame(strangeNumber);
    for (const bytes of [
      whole.subarray(0, -1),
      whole.subarray(0, 5),
      Buffer.alloc(0),
      Buffer.concat([Buffer.from([1]), whole.subarray(1)]),
    ]) {
      const before = Buffer.from(bytes);
      mendHeaders(bytes);
      expect(bytes.equals(before)).toBe(true);
    }
  });
});
