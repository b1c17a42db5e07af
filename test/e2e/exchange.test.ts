/** Whole exchanges at a running hub: what is the same document, collecting, statuses, holds, roles, restart. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from '../support/client.ts';
import { startHub, temporaryFolder } from '../support/hub.ts';
import { documentMessage, type Letter, statusMessage } from '../support/message.ts';
import { openProvince, type Province } from '../support/province.ts';
import { seedAnchors } from '../support/seed.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';

let province: Province;
let files: SignedFiles;
beforeAll(async () => {
  files = await makeSignedFiles(new Date());
  const folder = await temporaryFolder();
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  province = await openProvince({ folder });
});
afterAll(() => province.hub.remove());

const page = { name: 'van-ban.pdf', bytes: Buffer.from('%PDF-1.7\n%%EOF\n') };
const letter = (differs: Partial<Letter> = {}): Letter => ({
  ...{ from: 'H99.1', to: ['H99.2'], documentId: `H99.1,${randomUUID()}`, number: randomUUID().slice(0, 8), files: [page] },
  ...differs,
});
const post = async (one: Letter, who: keyof Province['as'] = 'so1') => {
  const bytes = documentMessage(one);
  const answer = await province.as[who].post(bytes);
  return { ...answer, bytes };
};
const accepted = async (one: Letter, who: keyof Province['as'] = 'so1') => {
  const answer = await post(one, who);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer;
};
const status = (one: Letter, statusCode: string, differs: Partial<Parameters<typeof statusMessage>[0]> = {}): Buffer =>
  statusMessage({ from: one.to[0] ?? '', to: one.from, documentId: one.documentId, statusCode, ...differs });
const organsIn = (deliveries: readonly { organ: string }[]): readonly string[] => deliveries.map(({ organ }) => organ);

describe('what is the same document (contract §4)', () => {
  it('answers the same bytes with the receipt as first given, also after a restart and a collection', async () => {
    const first = await accepted(letter());
    expect(first.headers.get('replayed')).toBeNull();
    await province.as.so2.acknowledge(first.body.deliveries[0].deliveryId);
    const again = await province.as.so1.post(first.bytes);
    expect([again.status, again.headers.get('replayed'), again.body]).toEqual([202, 'true', first.body]);
    await province.hub.kill();
    province = await province.again();
    const later = await province.as.so1.post(first.bytes);
    expect([later.status, later.headers.get('replayed'), later.body]).toEqual([202, 'true', first.body]);
    expect((await province.as.so2.inbox()).filter(({ recordId }) => recordId === first.body.recordId)).toEqual([]);
  });

  it('takes the same content in other bytes for the same, and keeps the first receipt', async () => {
    const one = letter();
    const first = await accepted(one);
    const rebuilt = Buffer.from(
      documentMessage({ ...one, traces: ['H99.1', 'H99.1'] })
        .toString()
        .replaceAll('cid:', 'cid:lai-'),
    );
    const again = await province.as.so1.post(rebuilt);
    expect([again.status, again.headers.get('replayed'), again.body]).toEqual([202, 'true', first.body]);
  });

  it('answers two at once with one record', async () => {
    const bytes = documentMessage(letter());
    const answers = await Promise.all(Array.from({ length: 8 }, () => province.as.so1.post(bytes)));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body.recordId} ${answer.body.deliveries[0].deliveryId}`)).size).toBe(
      1,
    );
    const items = (await province.as.so2.inbox()).filter(({ recordId }) => recordId === answers[0]?.body.recordId);
    expect(items).toHaveLength(1);
  });

  it('supplements: only new deliveries, each with the bytes that named it, counted once', async () => {
    const one = letter();
    const first = await accepted(one);
    const more = await accepted({ ...one, to: ['H99.11', 'H99.2'] });
    expect(more.body.recordId).toBe(first.body.recordId);
    expect(more.body.sha256).not.toBe(first.body.sha256);
    expect(organsIn(more.body.deliveries)).toEqual(['H99.11']);
    const mine = async (who: 'so2' | 'xa') => (await province.as[who].inbox()).find(({ recordId }) => recordId === first.body.recordId);
    const [at2, at11] = [await mine('so2'), await mine('xa')];
    expect([at2.sha256, at11.sha256]).toEqual([first.body.sha256, more.body.sha256]);
    expect((await province.as.so2.bytes(`/v1/deliveries/${at2.deliveryId}/envelope`)).equals(first.bytes)).toBe(true);
    expect((await province.as.xa.bytes(`/v1/deliveries/${at11.deliveryId}/envelope`)).equals(more.bytes)).toBe(true);
    expect((await province.as.so1.post(more.bytes)).body).toEqual(more.body);
    expect((await province.as.so1.post(first.bytes)).body).toEqual(first.body);
  });

  it('refuses other content under the same id, naming what exists; a refusal leaves the id free', async () => {
    const one = letter();
    const refused = await post({ ...one, date: '2014/02/30' });
    expect(refused.body.code).toBe('date.invalid');
    const first = await accepted(one);
    const other = await post({ ...one, subject: 'Nội dung khác' });
    expect(other).toMatchObject({ status: 409, body: { code: 'envelope.conflict' } });
    expect(other.body.existing).toEqual({ recordId: first.body.recordId, sha256: first.body.sha256, acceptedAt: first.body.acceptedAt });
  });

  it('knows an old code for the same sender', async () => {
    const one = letter();
    const first = await accepted(one);
    const again = await post({ ...one, from: '000.00.01.H99' });
    expect([200, 202, 409]).toContain(again.status);
    if (again.status === 202) expect(again.body.recordId).toBe(first.body.recordId);
  });

  it('suspects the same number under another id, and delivers it', async () => {
    const one = letter();
    await accepted(one);
    const twin = await accepted({ ...one, documentId: `H99.1,${randomUUID()}` });
    expect(twin.body.alerts.map(({ kind }: { kind: string }) => kind)).toContain('document.suspected-duplicate');
    expect(twin.body.deliveries[0].state).toBe('queued');
  });
});

describe('recipients', () => {
  it('redirects a closed code, parks nothing, and tells the sender', async () => {
    const { body } = await accepted(letter({ to: ['H99.4'] }));
    expect(body.deliveries).toMatchObject([{ organ: 'H99.2', redirectedFrom: 'H99.4', via: 'inbox' }]);
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('organ.closed');
  });
  it('makes one delivery of two that meet by redirection', async () => {
    const { body } = await accepted(letter({ to: ['H99.4', 'H99.2'] }));
    expect(organsIn(body.deliveries)).toEqual(['H99.2']);
  });
  it('waits for the upper link with a foreign one, and never holds up the others', async () => {
    const { body } = await accepted(letter({ to: ['G09', 'H99.2'] }));
    expect(body.deliveries).toMatchObject([
      { organ: 'G09', via: 'upper', state: 'queued' },
      { organ: 'H99.2', via: 'inbox', state: 'queued' },
    ]);
  });
  it("offers what goes to a delegating organ in the delegate's inbox, the addressee unchanged", async () => {
    const { body } = await accepted(letter({ from: 'H99.2', to: ['H99.6'] }), 'so2');
    const item = (await province.as.so1.inbox()).find(({ recordId }) => recordId === body.recordId);
    expect(item).toMatchObject({ organ: 'H99.6' });
  });
  it('offers a neighbouring hub what goes to its organs, never what it posted', async () => {
    const out = await accepted(letter({ to: ['H88.1'] }));
    const inward = await accepted(letter({ from: 'H88.1', to: ['H99.2'] }), 'truc');
    const records = (await province.as.truc.inbox()).map(({ recordId }) => recordId);
    expect(records).toContain(out.body.recordId);
    expect(records).not.toContain(inward.body.recordId);
    expect((await post(letter({ from: 'H99.2', to: ['H99.1'] }), 'truc')).body.code).toBe('sender.not-caller');
  });
  it('takes from a hub with a warning what a member may not send', async () => {
    const { body } = await accepted(letter({ from: 'H88.1', date: '2014/02/30' }), 'truc');
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('date.invalid');
    const partly = await accepted(letter({ from: 'H88.1', to: ['H99.2', 'H99.999'] }), 'truc');
    expect(partly.body.deliveries.map(({ state }: { state: string }) => state)).toEqual(['queued', 'parked']);
  });
});

describe('collecting', () => {
  it('shows urgent first, shows all again, pages, and filters', async () => {
    const [calm, urgent] = [await accepted(letter()), await accepted(letter({ priority: '3' }))];
    const items = await province.as.so2.inbox();
    const place = (record: string): number => items.findIndex(({ recordId }) => recordId === record);
    expect(place(urgent.body.recordId)).toBeLessThan(place(calm.body.recordId));
    expect(await province.as.so2.inbox()).toEqual(items);
    const paged: unknown[] = [];
    for (let after = ''; ; ) {
      const { body } = await province.as.so2.get(`/v1/inbox?limit=2${after}`);
      paged.push(...body.items);
      if (body.next === null) break;
      after = `&after=${encodeURIComponent(body.next)}`;
    }
    expect(paged).toEqual(items);
    expect(await province.as.so2.inbox('&kind=status')).toEqual([]);
  });

  it('wakes a long poll', async () => {
    for (const { deliveryId } of await province.as.so2.inbox()) await province.as.so2.acknowledge(deliveryId);
    const start = Date.now();
    const waiting = province.as.so2.inbox('&wait=20');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { body } = await accepted(letter());
    expect((await waiting).map(({ recordId }) => recordId)).toEqual([body.recordId]);
    expect(Date.now() - start).toBeLessThan(10_000);
  });

  it('takes done for ever, and fail with a reason until it is done', async () => {
    const { body } = await accepted(letter());
    const { deliveryId } = body.deliveries[0];
    expect((await province.as.so2.acknowledge(deliveryId, 'fail')).status).toBe(400);
    const failed = await province.as.so2.acknowledge(deliveryId, 'fail', 'Hỏng ổ đĩa');
    expect(failed.body).toMatchObject({ deliveryId, state: 'queued', attempt: 1 });
    expect(Date.parse(failed.body.offeredAt) - Date.now()).toBeGreaterThan(50_000);
    expect((await province.as.so2.acknowledge(deliveryId, 'fail', 'lại')).body).toEqual(failed.body);
    expect((await province.as.so2.inbox()).map((item) => item.deliveryId)).not.toContain(deliveryId);
    const done = await province.as.so2.acknowledge(deliveryId);
    expect(done.body.state).toBe('collected');
    expect((await province.as.so2.acknowledge(deliveryId)).body).toEqual(done.body);
    expect(await province.as.so2.acknowledge(deliveryId, 'fail', 'muộn')).toMatchObject({
      status: 409,
      body: { code: 'acknowledgement.final' },
    });
    expect((await province.as.so1.acknowledge(deliveryId)).status).toBe(404);
  });

  it('serves exact bytes with ETag and Range', async () => {
    const { body, bytes } = await accepted(letter());
    const path = `/v1/deliveries/${body.deliveries[0].deliveryId}/envelope`;
    const whole = await province.as.so2.get(path);
    expect(whole.headers.get('etag')).toBe(`"${body.sha256}"`);
    const part = await province.as.so2.get(path, { range: 'bytes=10-19' });
    expect([part.status, part.body]).toEqual([206, bytes.subarray(10, 20).toString()]);
    expect((await province.as.xa.get(path)).status).toBe(404);
  });
});

describe('statuses', () => {
  it('move the delivery forward, reach the sender, and never move it back', async () => {
    const one = letter();
    const { body } = await accepted(one);
    const first = await province.as.so2.post(status(one, '03'));
    expect(first.body).toMatchObject({ about: body.recordId, matched: true, moved: true, deliveryId: body.deliveries[0].deliveryId });
    expect((await province.as.so2.inbox()).map(({ recordId }) => recordId)).not.toContain(body.recordId);
    const item = (await province.as.so1.inbox('&kind=status')).find(({ recordId }) => recordId === first.body.recordId);
    expect(item).toMatchObject({ kind: 'status', statusCode: '03', documentId: one.documentId });
    const repeat = await province.as.so2.post(status(one, '03'));
    expect([repeat.headers.get('replayed'), repeat.body]).toEqual(['true', first.body]);
    const back = await province.as.so2.post(status(one, '01', { timestamp: '2026/11/20 10:00:00' }));
    expect(back.body).toMatchObject({ matched: true, moved: false });
    expect((await province.as.so1.get(`/v1/records/${body.recordId}`)).body.to).toMatchObject([{ organ: 'H99.2', state: '03' }]);
  });

  it('wait for their document and are applied when it appears', async () => {
    const one = letter();
    const early = await province.as.so2.post(status(one, '03'));
    expect([early.status, early.body.matched]).toEqual([202, false]);
    const { body } = await accepted(one);
    const state = async () => (await province.as.so1.get(`/v1/records/${body.recordId}`)).body.to[0].state;
    await expect.poll(state, { timeout: 8_000 }).toBe('03');
  });

  it('are refused from an organ that never had the document, and as answers to nothing', async () => {
    const one = letter();
    await accepted(one);
    const stranger = await province.as.xa.post(status(one, '03', { from: 'H99.11' }));
    expect(stranger).toMatchObject({ status: 409, body: { code: 'status.out-of-order' } });
    expect((await province.as.so2.post(status(one, '15'))).body.code).toBe('status.out-of-order');
  });
});

describe('what is held', () => {
  const held = async () => {
    const altered = { name: 'van-ban.pdf', bytes: files.altered(10_000, randomUUID()) };
    const answer = await accepted(letter({ files: [altered] }));
    expect(answer.body.proof).toMatchObject({ verdict: 'invalid', reason: 'digest-mismatch' });
    expect(answer.body.deliveries[0].state).toBe('held');
    return answer;
  };
  const decide = (recordId: string, result: string, who: 'admin' | 'so1' = 'admin') =>
    province.as[who].send('POST', `/v1/records/${recordId}/decision`, { result, reason: 'Đã đối chiếu bản giấy' });

  it('alerts, is invisible to the recipient, and is delivered on release', async () => {
    const { body, bytes } = await held();
    expect(body.alerts).toMatchObject([{ kind: 'signature.invalid' }]);
    expect((await province.as.so2.get(`/v1/records/${body.recordId}`)).status).toBe(404);
    expect((await province.as.so2.get(`/v1/deliveries/${body.deliveries[0].deliveryId}/envelope`)).status).toBe(404);
    expect((await decide(body.recordId, 'release', 'so1')).body.code).toBe('role.insufficient');
    expect((await decide(body.recordId, 'release')).status).toBe(200);
    const item = (await province.as.so2.inbox()).find(({ recordId }) => recordId === body.recordId);
    expect((await province.as.so2.bytes(`/v1/deliveries/${item.deliveryId}/envelope`)).equals(bytes)).toBe(true);
    expect((await decide(body.recordId, 'return')).body.code).toBe('decision.final');
  });

  it('sends the sender a 02 on return, and frees the id', async () => {
    const { body } = await held();
    expect((await decide(body.recordId, 'return')).status).toBe(200);
    const told = (await province.as.so1.inbox('&kind=status')).find(({ documentId }) => documentId === body.documentId);
    expect(told).toMatchObject({ statusCode: '02' });
    expect((await province.as.so1.bytes(`/v1/deliveries/${told.deliveryId}/envelope`)).toString()).toContain('Đã đối chiếu bản giấy');
    expect((await post(letter({ documentId: body.documentId }))).status).toBe(202);
    expect((await province.as.so2.inbox()).map(({ recordId }) => recordId)).not.toContain(body.recordId);
  });

  it('passes a sound signature as not checked for revocation, without an alert', async () => {
    const { body } = await accepted(letter({ files: [{ name: 'a.pdf', bytes: files.signed(10_000, randomUUID()) }] }));
    expect(body.proof).toMatchObject({ verdict: 'undetermined', reason: 'revocation-unknown' });
    expect(body.alerts).toEqual([]);
  });
});

it('?check=true names every fault and keeps nothing', async () => {
  const before = (await province.as.admin.get('/v1/records?limit=1000')).body.items.length;
  const one = letter();
  const good = await province.as.so1.post(documentMessage(one), '/v1/envelopes?check=true');
  expect(good).toMatchObject({
    status: 200,
    body: { documentId: one.documentId, action: 'alert', errors: [], deliveries: [{ organ: 'H99.2', via: 'inbox' }] },
  });
  const bad = await province.as.so1.post(documentMessage({ ...one, date: 'x', to: ['H99.2', 'H99.777'] }), '/v1/envelopes?check=true');
  expect(bad.body.errors.map(({ code }: { code: string }) => code)).toEqual(expect.arrayContaining(['date.invalid', 'organ.unknown']));
  expect((await province.as.admin.get('/v1/records?limit=1000')).body.items).toHaveLength(before);
});

it('answers open long polls and ends with 0 within ten seconds of SIGTERM, and is the same hub after it', async () => {
  for (const { deliveryId } of await province.as.so2.inbox()) await province.as.so2.acknowledge(deliveryId);
  const waiting = province.as.so2.get('/v1/inbox?wait=30');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const start = Date.now();
  const ended = await province.hub.stop();
  expect(ended).toEqual({ code: 0, signal: null });
  expect(Date.now() - start).toBeLessThan(10_000);
  expect(await waiting).toMatchObject({ status: 200, body: { items: [] } });
  province = await province.again();
  expect((await province.as.so2.get('/readyz')).status).toBe(200);
});

it('takes an anchor within a second, without a restart', async () => {
  const hub = await startHub();
  const degraded = async () => (await clientOf(hub.url, null).get('/readyz')).body.degraded;
  expect(await degraded()).toContain('anchors');
  await seedAnchors(hub.folder, [files.pki.root.certificate]);
  await expect.poll(degraded, { timeout: 2_500 }).not.toContain('anchors');
  await hub.remove();
});
