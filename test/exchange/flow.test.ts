/** The use cases on a real store and real inspection threads, with the clock in our hand. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { HubError } from '../../src/errors.ts';
import { acceptEnvelope } from '../../src/exchange/accept.ts';
import { acknowledge } from '../../src/exchange/acknowledge.ts';
import { listRecords, showRecord } from '../../src/exchange/browse.ts';
import { checkEnvelope } from '../../src/exchange/check.ts';
import { decide } from '../../src/exchange/decide.ts';
import { listInbox, openDelivery } from '../../src/exchange/inbox.ts';
import { sweepParked } from '../../src/exchange/parked.ts';
import { type OpenHub, openHub } from '../../src/open.ts';
import type { Caller } from '../../src/records/key.ts';
import type { DocumentReceipt, StatusReceipt } from '../../src/records/record.ts';
import { documentMessage, type Letter, type StatusLetter, statusMessage } from '../support/message.ts';
import { seedStore } from '../support/seed.ts';

let folder: string;
let hub: OpenHub;
let now = new Date('2026-11-20T03:00:00Z');
let serial = 0;

const agency = (system: string): Caller => ({ keyId: `key-${system}`, system, role: 'agency' });
const [sender, one, two] = [agency('H99.22'), agency('H99.01'), agency('H99.02')];
const upper: Caller = { keyId: 'key-hub', system: 'TRUC', role: 'hub' };
const admin: Caller = { keyId: 'key-admin', system: 'QT', role: 'admin' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-flow-'));
  await seedStore(
    folder,
    [
      { code: 'H99.22' },
      { code: 'H99.01' },
      { code: 'H99.02' },
      { code: 'G09', member: false },
      { code: 'H98.01', member: false, system: 'TRUC-H98' },
      { code: 'H99.90', locked: true },
    ],
    [],
  );
  const opened = await openHub(readConfig({ LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99.W00', LIENTHONG_DISK_MIN: '0' }));
  hub = { ...opened, now: () => now };
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  now = new Date('2026-11-20T03:00:00Z');
  serial += 1;
});

const id = (): string => `H99.22,2026/11/19,${serial}/UBND-VX`;
const letter = (more: Partial<Letter> = {}): Letter => ({
  from: 'H99.22',
  to: ['H99.01'],
  documentId: id(),
  number: String(serial),
  ...more,
});
const file = (text: string) => ({ name: 'van-ban.docx', bytes: Buffer.from(text), contentType: 'application/docx' });

const post = async (caller: Caller, bytes: Buffer) => {
  const spooled = await hub.originals.spool(Readable.from([bytes]), hub.maxBytes);
  try {
    return await acceptEnvelope(hub, { caller, spooled });
  } finally {
    await hub.originals.discard(spooled);
  }
};
const send = async (more: Partial<Letter> = {}, caller = sender) => {
  const { receipt, replayed } = await post(caller, documentMessage(letter(more)));
  return { ...(receipt as DocumentReceipt), replayed };
};
const report = async (caller: Caller, status: Omit<StatusLetter, 'documentId'> & { documentId?: string }) => {
  const { receipt, replayed } = await post(caller, statusMessage({ documentId: id(), ...status }));
  return { ...(receipt as StatusReceipt), replayed };
};
const refusal = async (act: Promise<unknown>): Promise<HubError> => {
  const error = await act.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HubError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
};
const check = async (caller: Caller, bytes: Buffer) => {
  const spooled = await hub.originals.spool(Readable.from([bytes]), hub.maxBytes);
  try {
    return await checkEnvelope(hub, { caller, spooled });
  } finally {
    await hub.originals.discard(spooled);
  }
};
const inbox = async (caller: Caller) => (await listInbox(hub, caller, { limit: 100, wait: 0 })).items;
const later = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};

describe('what is the same document (contract §4)', () => {
  it('the same bytes get the receipt as first given, for ever', async () => {
    const first = await send();
    later(60 * 24 * 400);
    const again = await send();
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('the same content in other bytes gets it too, and nothing is delivered again', async () => {
    const first = await send();
    const again = await send({ traces: ['H99.22', 'H98'] });
    expect(again).toEqual({ ...first, replayed: true });
    expect((await inbox(one)).filter((offer) => offer.recordId === first.recordId)).toHaveLength(1);
  });

  it('new recipients become new deliveries on the same record, with the bytes that named them', async () => {
    const first = await send();
    const more = await send({ to: ['H99.02', 'G09'] });
    expect(more.recordId).toBe(first.recordId);
    expect(more.sha256).not.toBe(first.sha256);
    expect(more.deliveries.map(({ organ, via, state }) => [organ, via, state])).toEqual([
      ['H99.02', 'inbox', 'queued'],
      ['G09', 'upper', 'queued'],
    ]);
    const [offer] = (await inbox(two)).filter((item) => item.recordId === first.recordId);
    expect(offer?.sha256).toBe(more.sha256);
    expect(await send({ to: ['H99.02', 'G09'] })).toEqual({ ...more, replayed: true });
    expect((await showRecord(hub, sender, first.recordId)).to.map(({ organ }) => organ)).toEqual(['H99.01', 'H99.02', 'G09']);
  });

  it('other content under the same DocumentId is a conflict that names what stands, and is recorded', async () => {
    const first = await send();
    const error = await refusal(send({ subject: 'Khác' }));
    expect(error.code).toBe('envelope.conflict');
    expect(error.faults[0]?.legacyCode).toBe('M.Exist');
    expect(error.problem.existing).toEqual({ recordId: first.recordId, sha256: first.sha256, acceptedAt: first.acceptedAt });
    expect(await showRecord(hub, sender, error.problem.recordId ?? '')).toMatchObject({
      outcome: 'refused',
      refusalCode: 'envelope.conflict',
    });
  });

  it('an update (type 2) with other content stands beside the document and is linked to it', async () => {
    const first = await send();
    const update = await send({ type: 2, subject: 'Khác' });
    expect(update.recordId).not.toBe(first.recordId);
    expect(await showRecord(hub, admin, update.recordId)).toMatchObject({ type: 2, about: first.recordId });
  });

  it('the same number, notation and date under another DocumentId raises an alert and counts once', async () => {
    const first = await send();
    const again = await send({ documentId: `${id()}-gui-lai` });
    expect(again.recordId).not.toBe(first.recordId);
    expect(again.alerts.map(({ kind }) => kind)).toContain('document.suspected-duplicate');
  });

  it('for ever: also when a recipient was locked since', async () => {
    const first = await send({ to: ['H99.01', 'H99.02'] });
    const lock = async (locked: boolean) => {
      const { organs, version } = await hub.organs.directory();
      const organ = organs.get('H99.02');
      if (organ === undefined) throw new Error('H99.02 is not in the directory');
      const entry = {
        entryId: `lock-${serial}-${locked}`,
        at: now.toISOString(),
        act: 'organs.import',
        by: 'test',
        subject: '',
        details: {},
      };
      expect((await hub.organs.put([{ ...organ, locked }], version, entry)).kind).toBe('done');
    };
    await lock(true);
    try {
      expect(await send({ to: ['H99.01', 'H99.02'] }), 'the same bytes').toEqual({ ...first, replayed: true });
      expect(await send({ to: ['H99.02'], traces: ['H99.22', 'H98'] }), 'rebuilt').toEqual({ ...first, replayed: true });
      const looped = await refusal(send({ to: ['H99.02'], traces: ['H99.22', 'H99.W00'] }));
      expect(looped.faults.map(({ code }) => code)).toEqual(['organ.locked', 'trace.loop']);
      expect((await refusal(send({ to: ['H99.02'], documentId: 'moi' }))).code).toBe('organ.locked');
    } finally {
      await lock(false);
    }
  });

  it('a conflict is told beside the other faults, by the check and by the real call', async () => {
    const first = await send();
    const wrong = { subject: 'Khác', to: ['H99.02', 'Z99'] };
    const real = await refusal(send(wrong));
    expect(real.faults.map(({ code }) => code)).toEqual(['organ.unknown', 'envelope.conflict']);
    expect(real.problem.existing?.recordId).toBe(first.recordId);
    const checked = await refusal(check(sender, documentMessage(letter(wrong))));
    expect([checked.faults, checked.problem.existing]).toEqual([real.faults, real.problem.existing]);
  });

  it('an unknown recipient that a hub adds later is parked with an alert', async () => {
    const document = { from: 'G09', documentId: `G09-${serial}` };
    await send(document, upper);
    const more = await send({ ...document, to: ['H99.01', 'Z99'] }, upper);
    expect(more.deliveries.map(({ organ, state }) => [organ, state])).toEqual([['Z99', 'parked']]);
    expect(more.alerts.map(({ kind }) => kind)).toEqual(['delivery.parked']);
  });

  it.each(['return', 'release'] as const)('counts once where the first was held and then came a %s', async (result) => {
    const held = await send({ subject: 'V/v chuyển tài liệu (MẬT)' });
    const again = await send({ documentId: `${id()}-gui-lai` });
    expect(again.alerts.map(({ kind }) => kind)).toContain('document.suspected-duplicate');
    await decide(hub, admin, held.recordId, { result, reason: 'Đã xem xét' });
    const counted = async (recordId: string) => {
      const record = (await hub.records.get(recordId))?.record;
      return record?.outcome === 'accepted' && record.counted;
    };
    expect([await counted(held.recordId), await counted(again.recordId)]).toEqual([false, true]);
  });

  it('a refused envelope does not use up the key', async () => {
    expect((await refusal(send({ to: ['Z99'] }))).code).toBe('organ.unknown');
    expect((await send()).replayed).toBe(false);
  });

  it('sixteen at once are one record', async () => {
    const bytes = documentMessage(letter());
    const answers = await Promise.all(Array.from({ length: 16 }, () => post(sender, bytes)));
    expect(new Set(answers.map(({ receipt }) => receipt.recordId)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });
});

describe('acknowledging (contract §5)', () => {
  const offered = async () => {
    const { deliveries } = await send();
    return deliveries[0]?.deliveryId ?? '';
  };
  const fail = (deliveryId: string) => acknowledge(hub, one, deliveryId, { result: 'fail', reason: 'Lỗi phần mềm' });

  it('fail hides it for 1, 5, 15, 60 minutes and the fifth parks it with an alert; done is taken even then', async () => {
    const deliveryId = await offered();
    for (const [index, minutes] of [1, 5, 15, 60].entries()) {
      const answer = await fail(deliveryId);
      expect(answer).toEqual({
        deliveryId,
        state: 'queued',
        attempt: index + 1,
        offeredAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
      });
      expect(await fail(deliveryId), 'a repeat while it waits').toEqual(answer);
      expect((await inbox(one)).some((offer) => offer.deliveryId === deliveryId)).toBe(false);
      later(minutes);
      expect((await inbox(one)).some((offer) => offer.deliveryId === deliveryId)).toBe(true);
    }
    const { recordId } = (await hub.deliveries.get(deliveryId)) ?? { recordId: '' };
    expect(await fail(deliveryId)).toMatchObject({ state: 'parked', attempt: 5 });
    expect((await hub.alerts.findOpen(`delivery.parked:${recordId}`))?.severity).toBe('high');
    expect(await fail(deliveryId)).toMatchObject({ state: 'parked', attempt: 5 });
    expect(await acknowledge(hub, one, deliveryId, { result: 'done' })).toMatchObject({ state: 'collected' });
  });

  it('repeating done answers the same, a fail after it is final, and a fail needs a reason', async () => {
    const deliveryId = await offered();
    const answer = await acknowledge(hub, one, deliveryId, { result: 'done' });
    expect(await acknowledge(hub, one, deliveryId, { result: 'done' })).toEqual(answer);
    expect((await refusal(fail(deliveryId))).code).toBe('acknowledgement.final');
    expect((await refusal(acknowledge(hub, one, deliveryId, { result: 'fail', reason: ' ' }))).faults[0]).toMatchObject({
      code: 'request.invalid',
      at: '/reason',
    });
  });

  it('is only for those in whose inbox it stands', async () => {
    const deliveryId = await offered();
    expect((await refusal(acknowledge(hub, two, deliveryId, { result: 'done' }))).code).toBe('resource.unknown');
    expect((await refusal(openDelivery(hub, sender, deliveryId))).code).toBe('resource.unknown');
    expect((await refusal(acknowledge(hub, admin, deliveryId, { result: 'done' }))).code).toBe('role.insufficient');
  });
});

describe('statuses (contract §5)', () => {
  it('move the delivery, imply collection, and are delivered to the sender', async () => {
    const document = await send();
    const status = await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '03' });
    expect(status).toMatchObject({ about: document.recordId, matched: true, moved: true, deliveryId: document.deliveries[0]?.deliveryId });
    expect((await hub.deliveries.get(status.deliveryId ?? ''))?.collectedAt).toBe(now.toISOString());
    const [offer] = (await inbox(sender)).filter((item) => item.recordId === status.recordId);
    expect(offer).toMatchObject({ kind: 'status', statusCode: '03', documentId: id(), organ: 'H99.22' });
  });

  it('the same status again is replayed; another time makes it a new event; backward does not move', async () => {
    await send();
    const told = { from: 'H99.01', to: 'H99.22', statusCode: '05', description: 'Đang xử lý' };
    const first = await report(one, told);
    expect(await report(one, told)).toEqual({ ...first, replayed: true });
    expect(await report(one, { ...told, timestamp: '2026/11/20 10:00:00' })).toMatchObject({ replayed: false, moved: false, warnings: [] });
    const backward = await report(one, { ...told, statusCode: '03' });
    expect(backward).toMatchObject({ moved: false, warnings: [{ code: 'status.out-of-order' }] });
  });

  it('are found by pair, code and date where the DocumentId was minted anew', async () => {
    const document = await send();
    const status = await report(one, {
      from: 'H99.01',
      to: 'H99.22',
      documentId: 'khác',
      code: `${serial}/UBND-VX`,
      date: '2026/11/19',
      statusCode: '01',
    });
    expect(status.about).toBe(document.recordId);
    const [offer] = (await inbox(sender)).filter((item) => item.recordId === status.recordId);
    expect(offer, "documentId and code are the document's").toMatchObject({ documentId: document.documentId, code: `${serial}/UBND-VX` });
  });

  it('a check tells of a backward status as the real call does', async () => {
    await send();
    await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '05' });
    const late = { documentId: id(), from: 'H99.01', to: 'H99.22', statusCode: '03' };
    const { warnings } = await check(one, statusMessage(late));
    expect(warnings.map(({ code }) => code)).toEqual(['status.out-of-order']);
    expect((await report(one, late)).warnings).toEqual(warnings);
  });

  it('an answer to a request implies collection, though nothing was asked back', async () => {
    const document = await send();
    await send({ type: 1 });
    await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '16', description: 'Đã xử lý' });
    expect((await hub.deliveries.get(document.deliveries[0]?.deliveryId ?? ''))?.state).toBe('collected');
    expect((await inbox(one)).some((offer) => offer.recordId === document.recordId)).toBe(false);
  });

  it('from an organ that never had the document, or an answer without a request, are out of order', async () => {
    await send();
    expect((await refusal(report(two, { from: 'H99.02', to: 'H99.22', statusCode: '03' }))).code).toBe('status.out-of-order');
    expect((await refusal(report(one, { from: 'H99.01', to: 'H99.22', statusCode: '15' }))).code).toBe('status.out-of-order');
  });

  it('13 asks for it back in the other direction, 16 refuses and 15 agrees', async () => {
    const document = await send();
    const deliveryId = document.deliveries[0]?.deliveryId ?? '';
    const state = async () => (await hub.deliveries.get(deliveryId))?.state;
    await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '03' });
    expect(await report(sender, { from: 'H99.22', to: 'H99.01', statusCode: '13', description: 'Gửi nhầm' })).toMatchObject({
      moved: true,
    });
    expect(await state()).toBe('recall-asked');
    await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '16', description: 'Đã xử lý' });
    expect(await state()).toBe('03');
    await report(sender, {
      from: 'H99.22',
      to: 'H99.01',
      statusCode: '13',
      description: 'Vẫn cần lấy lại',
      timestamp: '2026/11/20 11:00:00',
    });
    await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '15' });
    expect(await state()).toBe('recalled');
  });

  it('13 before anyone collected it withdraws it, and it is never handed out', async () => {
    const document = await send();
    await report(sender, { from: 'H99.22', to: 'H99.01', statusCode: '13', description: 'Gửi nhầm' });
    expect((await inbox(one)).filter((offer) => offer.recordId === document.recordId)).toEqual([]);
    expect((await refusal(openDelivery(hub, one, document.deliveries[0]?.deliveryId ?? ''))).code).toBe('resource.unknown');
  });

  const shownApart = async (figure: string): Promise<number> =>
    (await hub.figures.sums('2026-01-01', '2026-12-31')).reduce((sum, one) => sum + (one.figure === figure ? one.value : 0), 0);

  it('a document that several recipients return is shown apart once (contract §6)', async () => {
    const before = await shownApart('returned');
    await send({ to: ['H99.01', 'H99.02'] });
    await Promise.all([
      report(one, { from: 'H99.01', to: 'H99.22', statusCode: '02', description: 'Sai thể thức' }),
      report(two, { from: 'H99.02', to: 'H99.22', statusCode: '02', description: 'Không thuộc thẩm quyền' }),
    ]);
    expect(await shownApart('returned')).toBe(before + 1);
  });

  it('a document that several recipients give back is shown apart once (contract §6)', async () => {
    const before = await shownApart('recalled');
    await send({ to: ['H99.01', 'H99.02'] });
    for (const to of ['H99.01', 'H99.02']) await report(sender, { from: 'H99.22', to, statusCode: '13', description: 'Gửi nhầm' });
    expect(await shownApart('recalled')).toBe(before + 1);
  });

  it('15 answers a recall of type 1', async () => {
    const document = await send();
    const deliveryId = document.deliveries[0]?.deliveryId ?? '';
    await acknowledge(hub, one, deliveryId, { result: 'done' });
    await send({ type: 1, documentId: `${id()}-thu-hoi`, business: `<edXML:DocumentId>${id()}</edXML:DocumentId>` });
    const answer = await report(one, { from: 'H99.01', to: 'H99.22', documentId: `${id()}-thu-hoi`, statusCode: '15' });
    expect(answer).toMatchObject({ about: document.recordId, moved: true });
    expect((await hub.deliveries.get(deliveryId))?.state).toBe('recalled');
  });

  it('for an unknown document wait for it and are applied when it appears', async () => {
    const early = await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '03' });
    expect(early).toMatchObject({ matched: false, about: null, deliveryId: null, moved: false });
    const document = await send();
    expect((await hub.deliveries.get(document.deliveries[0]?.deliveryId ?? ''))?.state).toBe('03');
    expect(await showRecord(hub, one, early.recordId)).toMatchObject({ about: document.recordId });
  });

  it('are given up after 30 days', async () => {
    await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '03' });
    later(60 * 24 * 31);
    const document = await send();
    await sweepParked(hub);
    expect((await hub.deliveries.get(document.deliveries[0]?.deliveryId ?? ''))?.state).toBe('queued');
  });

  it.each(['02', '13', '16'])('%s needs a reason', async (statusCode) => {
    await send();
    const [from, to, caller] = statusCode === '13' ? (['H99.22', 'H99.01', sender] as const) : (['H99.01', 'H99.22', one] as const);
    expect((await refusal(report(caller, { from, to, statusCode }))).code).toBe('status.reason-missing');
  });
});

describe('held documents', () => {
  const suspected = { subject: 'V/v chuyển tài liệu (MẬT)' };

  it('are accepted, offered to nobody, and released by a decision', async () => {
    const held = await send(suspected);
    expect(held.deliveries[0]?.state).toBe('held');
    expect(held.alerts.map(({ kind }) => kind)).toContain('document.secret-suspected');
    expect((await inbox(one)).some((offer) => offer.recordId === held.recordId)).toBe(false);
    expect((await refusal(showRecord(hub, one, held.recordId))).code).toBe('resource.unknown');
    expect((await refusal(decide(hub, sender, held.recordId, { result: 'release', reason: 'x' }))).code).toBe('role.insufficient');
    const released = await decide(hub, admin, held.recordId, { result: 'release', reason: 'Không phải văn bản mật' });
    expect(released).toMatchObject({ outcome: 'accepted', to: [{ state: 'queued' }] });
    expect(await hub.alerts.findOpen(`document.secret-suspected:${held.recordId}`)).toBeNull();
    expect((await inbox(one)).some((offer) => offer.recordId === held.recordId)).toBe(true);
    expect((await refusal(decide(hub, admin, held.recordId, { result: 'return', reason: 'x' }))).code).toBe('decision.final');
    expect(await decide(hub, admin, held.recordId, { result: 'release', reason: 'lần nữa' })).toEqual(released);
  });

  it('are unknown to their recipient: its status waits for the release', async () => {
    const held = await send(suspected);
    const early = await report(one, { from: 'H99.01', to: 'H99.22', statusCode: '03' });
    expect(early).toMatchObject({ matched: false, about: null, deliveryId: null });
    await decide(hub, admin, held.recordId, { result: 'release', reason: 'Không phải văn bản mật' });
    await sweepParked(hub);
    expect((await hub.deliveries.get(held.deliveries[0]?.deliveryId ?? ''))?.state).toBe('03');
  });

  it('or returned: the sender gets a status 02 with the reason, and may send the same again', async () => {
    const held = await send(suspected);
    await decide(hub, admin, held.recordId, { result: 'return', reason: 'Đề nghị gửi bằng đường mật' });
    const [notice] = (await inbox(sender)).filter(
      (offer) => offer.kind === 'status' && offer.statusCode === '02' && offer.documentId === id(),
    );
    expect(notice).toBeDefined();
    const { original } = await openDelivery(hub, sender, notice?.deliveryId ?? '');
    const text = Buffer.concat(await original.stream().toArray()).toString();
    expect(text).toContain('Đề nghị gửi bằng đường mật');
    const again = await send(suspected);
    expect([again.replayed, again.recordId === held.recordId]).toEqual([false, false]);
  });
});

describe('who may do what', () => {
  it('a system sends only as its organs, a hub only as foreign ones, nobody to a locked organ', async () => {
    expect((await refusal(send({}, one))).faults[0]).toMatchObject({ code: 'sender.not-caller', at: 'MessageHeader/From/OrganId' });
    expect((await refusal(send({}, upper))).code).toBe('sender.not-caller');
    expect((await refusal(send({ to: ['H99.90'] }))).code).toBe('organ.locked');
    expect((await send({ from: 'G09', documentId: `G09-${serial}` }, upper)).deliveries).toHaveLength(1);
  });

  it('what is posted in the name of another organ is recorded for its poster and the province, and not shown to that organ', async () => {
    const { problem } = await refusal(send({}, one));
    expect(await showRecord(hub, admin, problem.recordId ?? '')).toMatchObject({
      outcome: 'refused',
      refusalCode: 'sender.not-caller',
      from: null,
    });
    expect(await showRecord(hub, one, problem.recordId ?? '')).toMatchObject({ outcome: 'refused' });
    expect((await refusal(showRecord(hub, sender, problem.recordId ?? ''))).code).toBe('resource.unknown');
    expect((await listRecords(hub, sender, { limit: 10, documentId: id() })).items).toEqual([]);
  });

  it('a message that already passed here is a loop', async () => {
    expect((await refusal(send({ traces: ['H99.22', 'H99.W00'] }))).faults[0]).toMatchObject({
      code: 'trace.loop',
      at: 'TraceHeaderList/TraceHeader[2]/OrganId',
    });
  });

  it('a secret is refused: only digest, sender, code and time stay, and an alert', async () => {
    const error = await refusal(send({ content: 'Tối mật' }));
    expect(error.code).toBe('document.secret');
    const kept = await showRecord(hub, admin, error.problem.recordId ?? '');
    expect(kept).toMatchObject({
      outcome: 'refused',
      refusalCode: 'document.secret',
      documentId: null,
      code: null,
      subject: null,
      from: 'H99.22',
    });
    expect(await hub.originals.open(kept.sha256)).toBeNull();
    expect((await hub.alerts.findOpen(`document.secret-refused:${kept.recordId}`))?.severity).toBe('critical');
  });

  it('a DocumentId is found however its letters are composed', async () => {
    const documentId = `Mã số ế ${serial}`;
    const { recordId } = await send({ documentId: documentId.normalize('NFD') });
    for (const form of ['NFC', 'NFD']) {
      const { items } = await listRecords(hub, sender, { limit: 10, documentId: documentId.normalize(form) });
      expect(items.map((item) => item.recordId)).toEqual([recordId]);
    }
  });

  it('recipients see of a record only their own delivery', async () => {
    const document = await send({ to: ['H99.01', 'H99.02'] });
    expect((await showRecord(hub, one, document.recordId)).to.map(({ organ }) => organ)).toEqual(['H99.01']);
    const { items } = await listRecords(hub, one, { limit: 10, documentId: id() });
    expect(items.map(({ to }) => to.map(({ organ }) => organ))).toEqual([['H99.01']]);
  });
});

describe('?check=true', () => {
  it('and the real call name the file that the policy refuses', async () => {
    const standing = hub;
    const refusing = { rules: [{ verdict: 'unsigned', action: 'refuse' }], name: 'test', closedCode: 'redirect' } as const;
    hub = { ...hub, policy: refusing };
    try {
      const files = [{ ...file('phụ lục'), name: 'phu-luc.docx', description: 'Phụ lục' }, file('chính')];
      const real = await refusal(send({ files }));
      expect(real.faults.map(({ code, at }) => [code, at])).toEqual([['signature.invalid', 'Attachment[2]']]);
      expect((await refusal(check(sender, documentMessage(letter({ files }))))).faults).toEqual(real.faults);
    } finally {
      hub = standing;
    }
  });

  it('tells what would happen and keeps nothing', async () => {
    const spooled = await hub.originals.spool(Readable.from([documentMessage(letter({ files: [file('không phải PDF')] }))]), hub.maxBytes);
    const answer = await checkEnvelope(hub, { caller: sender, spooled });
    expect(answer).toMatchObject({
      documentId: id(),
      kind: 'document',
      type: 0,
      action: 'alert',
      deliveries: [{ organ: 'H99.01', via: 'inbox' }],
      errors: [],
    });
    expect(answer.proof).toMatchObject({ verdict: 'unsigned', reason: 'unsignable-format' });
    await hub.originals.discard(spooled);
    expect((await listRecords(hub, admin, { limit: 10, documentId: id() })).items).toEqual([]);
  });
});

describe('what goes to another hub', () => {
  it('carries our TraceHeader, while members get the original bytes; both digests are kept', async () => {
    const neighbour: Caller = { keyId: 'key-h98', system: 'TRUC-H98', role: 'hub' };
    const document = await send({ to: ['H99.01', 'H98.01'] });
    const [here] = (await inbox(one)).filter((offer) => offer.recordId === document.recordId);
    const [abroad] = (await inbox(neighbour)).filter((offer) => offer.recordId === document.recordId);
    expect(here?.sha256).toBe(document.sha256);
    expect(abroad?.sha256).not.toBe(document.sha256);
    const { original } = await openDelivery(hub, neighbour, abroad?.deliveryId ?? '');
    const bytes = Buffer.concat(await original.stream().toArray());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(abroad?.sha256);
    expect(bytes.length).toBe(abroad?.size);
    expect(bytes.toString()).toContain('<edXML:OrganId>H99.W00</edXML:OrganId><edXML:Timestamp>2026/11/20 10:00:00</edXML:Timestamp>');
    // What comes round again is recognised by it.
    expect((await refusal(post(neighbour, bytes))).faults.map(({ code }) => code)).toContain('trace.loop');
    await hub.originals.sweep(new Date(Date.now() + 60_000));
    expect(await hub.originals.open(abroad?.sha256 ?? '')).not.toBeNull();
  });
});
