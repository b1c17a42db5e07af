/** Contract §5 call by call against a real hub; every answer is held against /openapi.json. */
import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calls } from '../../src/http/app.ts';
import { statusMessage } from '../support/message.ts';
import { openTestDoor, type TestDoor } from './door.ts';
import { openPapers, today } from './papers.ts';
import { type Talk, talkTo } from './talk.ts';

let door: TestDoor;
let talk: Talk;
let papers: Awaited<ReturnType<typeof openPapers>>;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  [door, papers] = await Promise.all([openTestDoor(), openPapers()]);
  talk = await talkTo(door.url);
});
afterAll(() => door.close());

const post = (bytes: Uint8Array, more = {}) => talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes, ...more });

describe('posting', () => {
  it('answers 202 with the receipt, and the same receipt with Replayed: true for the same bytes', async () => {
    const bytes = papers.letter('unsigned');
    const first = await post(bytes);
    expect(first.status).toBe(202);
    expect(first.headers.get('replayed')).toBeNull();
    expect(first.body).toMatchObject({ kind: 'document', type: 0, sha256: sha256(bytes), size: bytes.length });
    expect(first.body.deliveries).toEqual([{ deliveryId: expect.any(String), organ: 'H99.5', state: 'queued', via: 'inbox' }]);
    expect(first.body.alerts[0]).toMatchObject({ kind: 'signature.unsigned' });
    const again = await post(bytes);
    expect([again.status, again.headers.get('replayed')]).toEqual([202, 'true']);
    expect(again.body).toEqual(first.body);
  });

  it('takes application/xml, text/xml, octet-stream and multipart part "file" alike', async () => {
    const bytes = papers.letter('unsigned');
    const form = new FormData();
    form.set('note', 'x');
    form.set('file', new Blob([new Uint8Array(bytes)]), '../../etc/passwd');
    const first = await post(bytes, { bytes: form });
    expect([first.status, first.body.sha256]).toEqual([202, sha256(bytes)]);
    for (const type of ['text/xml; charset=utf-8', 'application/octet-stream', 'application/xml']) {
      const again = await post(bytes, { headers: { 'content-type': type } });
      expect([again.status, again.body.recordId]).toEqual([202, first.body.recordId]);
    }
  });

  it('gives the signed receipt to Accept: application/xml', async () => {
    const answer = await post(papers.letter('unsigned'), { headers: { 'content-type': 'application/xml', accept: 'application/xml' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([202, 'application/xml; charset=utf-8']);
    expect(answer.text).toContain('urn:lienthong:receipt:1');
    expect(answer.text).toContain('SignatureValue');
  });

  it('?check=true says what would happen and keeps nothing', async () => {
    const bytes = papers.letter('unsigned');
    const answer = await talk.ask('POST', '/v1/envelopes?check=true', { key: door.keys.sender, bytes });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      sha256: sha256(bytes),
      action: 'alert',
      deliveries: [{ organ: 'H99.5', via: 'inbox' }],
      errors: [],
    });
    expect((await talk.ask('GET', `/v1/records?documentId=${answer.body.documentId}`, { key: door.keys.sender })).body.items).toEqual([]);
    const real = await post(bytes);
    expect([real.status, real.headers.get('replayed')]).toEqual([202, null]);
  });

  it('?check=true answers the problem of the real call with every fault', async () => {
    const bytes = papers.letter('unsigned', { to: ['H99.404', 'H99.5', 'H99.5'], date: '2014/02/30' });
    const answer = await talk.ask('POST', '/v1/envelopes?check=true', { key: door.keys.sender, bytes });
    expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([422, 'application/problem+json']);
    const codes = answer.body.errors.map((one: { code: string }) => one.code);
    expect(codes).toEqual(expect.arrayContaining(['organ.unknown', 'recipient.duplicate', 'date.invalid']));
    expect(answer.body).toMatchObject({ type: `/errors/${codes[0]}`, code: codes[0], at: answer.body.errors[0].at });
  });

  it('names what stands under a DocumentId that is used for other content', async () => {
    const first = await post(papers.letter('unsigned', { documentId: 'twice' }));
    const other = await post(papers.letter('unsigned', { documentId: 'twice', subject: 'V/v khác' }));
    expect([other.status, other.body.code]).toEqual([409, 'envelope.conflict']);
    expect(other.body.existing).toEqual({ recordId: first.body.recordId, sha256: first.body.sha256, acceptedAt: first.body.acceptedAt });
  });

  it('refuses what is not XML, and takes no document where a status is expected', async () => {
    expect((await post(Buffer.from('no'))).body).toMatchObject({ status: 400, code: 'envelope.malformed' });
    const wrong = await talk.ask('POST', '/v1/statuses', { key: door.keys.sender, bytes: papers.letter('unsigned') });
    expect(wrong.status).toBeGreaterThanOrEqual(400);
    expect(await door.spooled()).toEqual([]);
  });
});

describe('collecting', () => {
  it('hands out the exact bytes, with ETag, Range, 206, 304 and 416, and takes done and fail', async () => {
    const bytes = papers.letter('unsigned');
    const { body: receipt } = await post(bytes);
    const key = door.keys.recipient;
    const inbox = await talk.ask('GET', '/v1/inbox?limit=5000', { key });
    const item = inbox.body.items.find((one: { recordId: string }) => one.recordId === receipt.recordId);
    expect(item).toMatchObject({ organ: 'H99.5', from: 'H99.22', verdict: 'unsigned', attempt: 0, sha256: sha256(bytes) });
    const path = `/v1/deliveries/${item.deliveryId}/envelope`;
    const whole = await fetch(`${door.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    expect(whole.headers.get('etag')).toBe(`"${sha256(bytes)}"`);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const part = await talk.ask('GET', path, { key, headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range'), part.text]).toEqual([
      206,
      `bytes 10-19/${bytes.length}`,
      bytes.subarray(10, 20).toString(),
    ]);
    const tail = await talk.ask('GET', path, { key, headers: { range: 'bytes=-5' } });
    expect(tail.text).toBe(bytes.subarray(-5).toString());
    const beyond = await talk.ask('GET', path, { key, headers: { range: `bytes=${bytes.length}-` } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    expect((await talk.ask('GET', path, { key, headers: { 'if-none-match': `"${sha256(bytes)}"` } })).status).toBe(304);
    const stale = await talk.ask('GET', path, { key, headers: { range: 'bytes=0-1', 'if-range': '"other"' } });
    expect([stale.status, stale.text.length]).toEqual([200, bytes.toString().length]);
    const at = `/v1/deliveries/${item.deliveryId}/acknowledgement`;
    expect((await talk.ask('POST', at, { key, json: { result: 'fail' } })).body).toMatchObject({ code: 'request.invalid', at: '/reason' });
    expect((await talk.ask('POST', at, { key, json: { result: 'maybe' } })).body).toMatchObject({ code: 'request.invalid', at: '/result' });
    expect((await talk.ask('POST', at, { key, json: { result: 'done' } })).body).toMatchObject({ state: 'collected' });
    expect((await talk.ask('POST', at, { key, json: { result: 'fail', reason: 'x' } })).body.code).toBe('acknowledgement.final');
    expect((await talk.ask('GET', path, { key: door.keys.sender })).body.code).toBe('resource.unknown');
  });

  it('pages with an opaque next, refuses a malformed after, and takes a limit of 1 to 1000', async () => {
    for (let more = 0; more < 3; more += 1) await post(papers.letter('unsigned'));
    const key = door.keys.recipient;
    const first = await talk.ask('GET', '/v1/inbox?limit=2', { key });
    expect([first.body.items.length, typeof first.body.next]).toEqual([2, 'string']);
    const second = await talk.ask('GET', `/v1/inbox?limit=1000&after=${encodeURIComponent(first.body.next)}`, { key });
    expect(second.body.next).toBeNull();
    const ids = [...first.body.items, ...second.body.items].map((one: { deliveryId: string }) => one.deliveryId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const wrong of ['after=nonsense', 'limit=0', 'limit=-1', 'limit=abc', 'limit=1&limit=2', 'wait=31', 'kind=letter']) {
      for (const path of ['/v1/inbox', ...(wrong.startsWith('after') ? ['/v1/records', '/v1/alerts'] : [])]) {
        const answer = await talk.ask('GET', `${path}?${wrong}`, { key });
        expect([wrong, answer.status, answer.body.code]).toEqual([wrong, 400, 'request.invalid']);
      }
    }
  });

  it('wait answers as soon as something arrives', async () => {
    const key = door.keys.neighbour;
    const waiting = talk.ask('GET', '/v1/inbox?wait=20', { key });
    const start = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await post(papers.letter('unsigned', { to: ['K01'] }));
    const answer = await waiting;
    expect(answer.body.items).toHaveLength(1);
    expect(Date.now() - start).toBeLessThan(8000);
  });

  it('takes statuses, and shows them to the sender', async () => {
    const { body: receipt } = await post(papers.letter('unsigned', { documentId: 'with-status' }));
    const bytes = statusMessage({ from: 'H99.5', to: 'H99.22', documentId: 'with-status', statusCode: '03' });
    const answer = await talk.ask('POST', '/v1/statuses', { key: door.keys.recipient, bytes });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ about: receipt.recordId, statusCode: '03', matched: true, moved: true });
    const again = await talk.ask('POST', '/v1/envelopes', { key: door.keys.recipient, bytes });
    expect([again.headers.get('replayed'), again.body]).toEqual(['true', answer.body]);
    const items = (await talk.ask('GET', '/v1/inbox?kind=status', { key: door.keys.sender })).body.items;
    expect(items.at(-1)).toMatchObject({ kind: 'status', statusCode: '03', documentId: 'with-status', type: null });
    const signed = await talk.ask('GET', `/v1/records/${answer.body.recordId}/receipt`, {
      key: door.keys.recipient,
      headers: { accept: 'text/xml' },
    });
    expect(signed.text).toContain('urn:lienthong:receipt:1');
  });
});

describe('records, alerts, figures', () => {
  it('lists, shows and decides', async () => {
    const { body: receipt } = await post(papers.letter('altered', { subject: 'Về <b>đê điều</b>' }));
    expect(receipt.deliveries[0].state).toBe('held');
    const admin = { key: door.keys.admin };
    const found = await talk.ask('GET', `/v1/records?outcome=held&q=${encodeURIComponent('DE DIEU')}&from=2026-01-01`, admin);
    expect(found.body.items.map((one: { recordId: string }) => one.recordId)).toEqual([receipt.recordId]);
    expect((await talk.ask('GET', `/v1/records/${receipt.recordId}`, { key: door.keys.recipient })).status).toBe(404);
    const path = `/v1/records/${receipt.recordId}/decision`;
    expect((await talk.ask('POST', path, { key: door.keys.sender, json: { result: 'release', reason: 'x' } })).body.code).toBe(
      'role.insufficient',
    );
    expect((await talk.ask('POST', path, { ...admin, json: { result: 'release' } })).body).toMatchObject({
      code: 'request.invalid',
      at: '/reason',
    });
    const released = await talk.ask('POST', path, { ...admin, json: { result: 'release', reason: 'Đã xác minh' } });
    expect(released.body).toMatchObject({ outcome: 'accepted', to: [{ state: 'queued' }] });
    expect((await talk.ask('POST', path, { ...admin, json: { result: 'return', reason: 'x' } })).body.code).toBe('decision.final');
    const shown = await talk.ask('GET', `/v1/records/${receipt.recordId}`, { key: door.keys.sender });
    expect(shown.body.events.map((one: { kind: string }) => one.kind)).toContain('released');
    expect((await talk.ask('GET', `/v1/records/${receipt.recordId}/receipt`, { key: door.keys.sender })).body).toEqual(receipt);
    expect((await talk.ask('GET', `/v1/records/${receipt.recordId}/evidence`, { key: door.keys.sender })).status).toBe(200);
  });

  it('lists alerts, acknowledges and settles them', async () => {
    const key = door.keys.sender;
    const { body: receipt } = await post(papers.letter('altered'));
    const [{ alertId }] = receipt.alerts;
    const listed = await talk.ask('GET', '/v1/alerts?state=open&kind=signature.invalid&organ=H99.22', { key });
    expect(listed.body.items.some((one: { alertId: string }) => one.alertId === alertId)).toBe(true);
    expect((await talk.ask('GET', `/v1/alerts/${alertId}`, { key })).body.records).toHaveLength(1);
    expect((await talk.ask('GET', `/v1/alerts/${alertId}`, { key: door.keys.recipient })).status).toBe(404);
    expect((await talk.ask('POST', `/v1/alerts/${alertId}/acknowledgement`, { key })).body.state).toBe('acknowledged');
    expect((await talk.ask('POST', `/v1/alerts/${alertId}/settlement`, { key, json: {} })).body.code).toBe('request.invalid');
    const settled = await talk.ask('POST', `/v1/alerts/${alertId}/settlement`, { key, json: { reason: 'Đã gửi lại' } });
    expect(settled.body.state).toBe('settled');
  });

  it('takes declarations and answers the month as JSON and CSV', async () => {
    const period = today.slice(0, 7).replace('/', '-');
    const path = `/v1/paper-months/${period}`;
    const json = { issuedToAgencies: 40, paperOnly: 1, otherElectronic: 0 };
    const stored = await talk.ask('PUT', path, { key: door.keys.sender, json });
    expect(stored.body).toMatchObject({ ...json, organ: 'H99.22', period });
    const wrong = await talk.ask('PUT', path, { key: door.keys.sender, json: { issuedToAgencies: 1, paperOnly: 2, otherElectronic: -1 } });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'declaration.invalid']);
    // Contract §5: whatever is not a non-negative integer, a number that is missing among them.
    const missing = await talk.ask('PUT', path, { key: door.keys.sender, json: { issuedToAgencies: 1, paperOnly: null } });
    const at = missing.body.errors.map((one: { at: string }) => one.at);
    expect([missing.status, missing.body.code, at]).toEqual([422, 'declaration.invalid', ['/paperOnly', '/otherElectronic']]);
    expect((await talk.ask('PUT', '/v1/paper-months/2026-13', { key: door.keys.sender, json })).body.code).toBe('request.invalid');
    const month = await talk.ask('GET', `/v1/compliance/${period}`, { key: door.keys.admin });
    expect(month.body.rows.find((row: { organ: string }) => row.organ === 'H99.22')).toMatchObject({ declared: true, issued: 40 });
    const own = await talk.ask('GET', `/v1/compliance/${period}`, { key: door.keys.sender });
    expect([own.body.rows.length, own.body.levels, own.body.total]).toEqual([1, null, null]);
    const csv = await fetch(`${door.url}/v1/compliance/${period}`, {
      headers: { authorization: `Bearer ${door.keys.admin}`, accept: 'text/csv' },
    });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect([...new Uint8Array(await csv.arrayBuffer()).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1 with valid schemas, unique names, described answers and references that lead somewhere', async () => {
    const { body: document } = await talk.ask('GET', '/openapi.json');
    expect(document.openapi).toMatch(/^3\.1\./);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const schema of Object.values(document.components.schemas)) expect(ajv.validateSchema(schema as object)).toBe(true);
    const operations = Object.entries<
      Record<string, { operationId: string; parameters?: { name: string; in: string }[]; responses: object }>
    >(document.paths);
    const names = operations.flatMap(([, methods]) => Object.values(methods).map((one) => one.operationId));
    expect(new Set(names).size).toBe(names.length);
    expect(names.toSorted()).toEqual(calls.map((one) => one.name).toSorted());
    for (const [path, methods] of operations)
      for (const one of Object.values(methods)) {
        const inPath = (one.parameters ?? []).filter((each) => each.in === 'path').map((each) => each.name);
        expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((each) => each[1]));
        for (const answer of Object.values(one.responses)) expect(answer.description.length).toBeGreaterThan(0);
      }
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas[name ?? '']).toBeDefined();
  });

  it('is borne out by a real answer of every operation', async () => {
    await talk.ask('GET', '/v1/hub');
    await talk.ask('GET', '/livez');
    await talk.ask('GET', '/readyz');
    const seen = new Set([...talk.conformance.seen].filter((one) => / 2\d\d$/.test(one)).map((one) => one.split(' ')[0]));
    expect(calls.map((one) => one.name).filter((name) => !seen.has(name))).toEqual([]);
  });
});
