/** Contract §8: a link good for one delivery until it is acknowledged, at most seven days, with Range, without a key. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hrefFor } from '../../src/exchange/delivery-link.ts';
import { makeHubKey, rsaSigner } from '../../src/signature/sign/own.ts';
import { openTestDoor, type TestDoor } from './door.ts';
import { openPapers } from './papers.ts';
import { type Talk, talkTo } from './talk.ts';

let door: TestDoor;
let talk: Talk;
let papers: Awaited<ReturnType<typeof openPapers>>;
/** What the hub takes for now, in milliseconds ahead of the clock. */
let ahead = 0;

const entry = (act: string) => ({
  entryId: `${act}${Math.random()}`,
  at: new Date().toISOString(),
  act,
  by: 'test',
  subject: act,
  details: {},
});
const account = { system: 'H99.5', user: 'h99.5', role: 'agency', issuedAt: '2026-11-01T00:00:00.000Z' } as const;

beforeAll(async () => {
  const later = () => new Date(Date.now() + ahead);
  [door, papers] = await Promise.all([openTestDoor({}, () => ({ now: later })), openPapers()]);
  talk = await talkTo(door.url);
  expect(await door.hub.accounts.put(account, entry('account'))).toBe('done');
});
afterAll(() => door.close());

/** A letter on its way to H99.5. */
const delivered = async () => {
  const bytes = papers.letter('unsigned');
  const { body } = await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes });
  const deliveryId: string = body.deliveries[0].deliveryId;
  const href = await hrefFor(door.hub, { deliveryId, system: 'H99.5' }, door.url);
  return { bytes, deliveryId, href };
};
const get = (href: string, headers: Record<string, string> = {}) => talk.ask('GET', href.slice(door.url.length), { headers });
const acknowledge = (deliveryId: string, result: 'done' | 'fail') =>
  talk.ask('POST', `/v1/deliveries/${deliveryId}/acknowledgement`, { key: door.keys.recipient, json: { result, reason: 'hỏng' } });

describe('a delivery’s link', () => {
  it('gives the exact bytes without a key, whole, in part, and by HEAD', async () => {
    const { bytes, href } = await delivered();
    const whole = await get(href);
    expect([whole.status, whole.text]).toEqual([200, bytes.toString()]);
    const part = await get(href, { range: 'bytes=10-19' });
    expect([part.status, part.text]).toEqual([206, bytes.subarray(10, 20).toString()]);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes.length}`);
    expect((await talk.ask('HEAD', href.slice(door.url.length))).status).toBe(200);
    expect((await get(href)).status, 'as often as it is asked').toBe(200);
  });

  it('is over with the acknowledgement; the key still opens it', async () => {
    const { deliveryId, href } = await delivered();
    expect((await acknowledge(deliveryId, 'fail')).status).toBe(200);
    expect((await get(href)).status, 'a failure is offered again').toBe(200);
    expect((await acknowledge(deliveryId, 'done')).status).toBe(200);
    const refused = await get(href);
    expect([refused.status, refused.body.code, refused.body.at]).toEqual([401, 'key.expired', '/link']);
    const path = `/v1/deliveries/${deliveryId}/envelope`;
    expect((await talk.ask('GET', path, { key: door.keys.recipient })).status).toBe(200);
  });

  it('is good for seven days and not a second longer', async () => {
    const { href } = await delivered();
    try {
      ahead = 7 * 86_400_000 - 5_000;
      expect((await get(href)).status).toBe(200);
      ahead = 7 * 86_400_000 + 1_000;
      const refused = await get(href);
      expect([refused.status, refused.body.code]).toEqual([401, 'key.expired']);
    } finally {
      ahead = 0;
    }
  });

  it('is for that delivery alone, and every character of it counts', async () => {
    const [one, other] = [await delivered(), await delivered()];
    const token = new URL(one.href).searchParams.get('link') ?? '';
    const [system = '', expires = '', signature = ''] = token.split('.');
    const stranger = await makeHubKey({ code: 'H99', name: 'Tỉnh Mẫu', now: new Date() });
    const forged = await hrefFor(
      { ...door.hub, signer: { certificates: [], sign: rsaSigner(stranger.keyPem) } },
      { ...one, system: 'H99.5' },
      '',
    );
    const wrong = [
      [system, Number(expires) + 1, signature],
      [Buffer.from('H99.22').toString('base64url'), expires, signature],
      [system, expires, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`],
      [system, expires, ''],
      [system, expires],
      [system, expires, signature, ''],
      ['', '', ''],
      [system, expires, 'A'.repeat(5_000)],
    ].map((parts) => parts.join('.'));
    for (const link of [...wrong, new URL(forged, door.url).searchParams.get('link') ?? '', ' ', '\0']) {
      const refused = await get(`${door.url}/v1/deliveries/${one.deliveryId}/envelope?link=${encodeURIComponent(link)}`);
      expect([link, refused.status, refused.body.code]).toEqual([link, 401, 'key.invalid']);
    }
    const elsewhere = await get(one.href.replace(one.deliveryId, other.deliveryId));
    expect([elsewhere.status, elsewhere.body.code]).toEqual([401, 'key.invalid']);
    expect((await get(`${one.href}&link=x`)).status, 'two links are none').toBe(401);
    expect((await get(one.href)).status).toBe(200);
  });

  it('opens nothing but the bytes', async () => {
    const { deliveryId, href } = await delivered();
    const { search } = new URL(href);
    for (const path of [`/v1/inbox${search}`, `/v1/records${search}`]) expect((await talk.ask('GET', path)).status).toBe(401);
    const done = await talk.ask('POST', `/v1/deliveries/${deliveryId}/acknowledgement${search}`, { json: { result: 'done' } });
    expect(done.status).toBe(401);
  });

  it('is over when the system no longer connects over the broker, or no longer collects for the organ', async () => {
    const { deliveryId, href } = await delivered();
    const elsewhere = await hrefFor(door.hub, { deliveryId, system: 'H99.22' }, door.url);
    expect((await get(elsewhere)).body.code, 'another system’s link, which has no account').toBe('key.expired');
    const other = { system: 'H99.22', user: 'h99.22', role: 'agency', issuedAt: account.issuedAt } as const;
    await door.hub.accounts.put(other, entry('other'));
    expect((await get(elsewhere)).status, 'with an account, but not its delivery').toBe(404);
    await door.hub.accounts.remove('H99.5', entry('removed'));
    expect((await get(href)).body.code).toBe('key.expired');
    await door.hub.accounts.put(account, entry('account again'));
    expect((await get(href)).status).toBe(200);
  });
});

it('is described in the OpenAPI document as a way to call without a key', async () => {
  const { body } = await talk.ask('GET', '/openapi.json');
  expect(body.paths['/v1/deliveries/{id}/envelope'].get.security).toEqual([{ key: [] }, { link: [] }]);
  expect(body.components.securitySchemes.link).toMatchObject({ type: 'apiKey', in: 'query', name: 'link' });
  expect(body.paths['/v1/inbox'].get.security).toEqual([{ key: [] }]);
});
