/** `Store.archive`: every row read in one order, brought into an empty store, and found there the same. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Archive, type ArchiveKind, archiveKinds } from '../../src/hub/archive.ts';
import type { StorePorts } from '../../src/hub/store.ts';
import { fileKinds, holdingsOf, pagesOf, rowHolding } from '../../src/oversight/holdings.ts';
import { checkChain } from '../../src/oversight/journal.ts';
import { holderKey } from '../../src/records/holder.ts';
import { integrityOnly } from '../../src/signature/context.ts';
import { findingOf } from '../../src/signature/proof.ts';
import { at, document, entry, event, organ, raise, start, submission } from './specimens.ts';

export type ArchivedStore = StorePorts & { readonly archive: Archive };
export type ArchivedOpened = { readonly one: ArchivedStore; empty(): Promise<void>; close(): Promise<void> };

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const keptBytes = async (store: StorePorts, bytes: Uint8Array): Promise<string> => {
  const spooled = await store.originals.spool(Readable.from([bytes], { objectMode: false }), 1e9);
  await store.originals.keep(spooled);
  return spooled.sha256;
};

let filled = 0;

const fillDirectory = async (store: StorePorts): Promise<void> => {
  const { version } = await store.organs.directory();
  await store.organs.put(
    [organ('H99.01', { oldCodes: ['000.01.H99'], system: 'qlvb' }), organ('H99.02', { name: 'UBND xã Đồng Tâm' }), organ('H99.03')],
    version,
    entry(),
  );
  const key = {
    id: 'k1',
    system: 'H99.01',
    role: 'agency',
    sha256: 'f'.repeat(64),
    issuedAt: at(0),
    expiresAt: at(9),
    revokedAt: null,
  } as const;
  await store.keys.add(key, at(0), entry());
  await store.keys.add({ ...key, id: 'k2', sha256: 'e'.repeat(64) }, at(0), entry());
  await store.keys.revoke('k2', at(3), entry());
  // Another minute each time: one that was noted is not noted again.
  filled += 1;
  await store.keys.touch('H99.01', at(60 * filled));
  await store.accounts.put({ system: 'H99.02', user: 'xa-dong-tam', role: 'agency', issuedAt: at(0) }, entry());
  const issuer = 'CN=CA thử nghiệm, C=VN';
  const person = { serial: '01', issuer, kind: 'person', organ: 'H99.01', person: 'Nguyễn Văn Ân', validTo: null } as const;
  await store.holders.put([{ ...person, key: holderKey(issuer, '01') }], entry());
  const month = { organ: 'H99.01', period: '2026-11', issuedToAgencies: 3, paperOnly: 1, otherElectronic: 0, declaredBy: 'k1' };
  await store.paper.declare({ ...month, declaredAt: at(1) }, entry());
  await store.paper.declare({ ...month, paperOnly: 2, declaredAt: at(2) }, entry());
};

const judged = (recordId: string, crl: string, judgedAt: string) => {
  const proof = { ...findingOf('no-signature'), judgedAt, main: null, attachments: [], envelope: null } as never;
  const items = [{ kind: 'crl', sha256: crl, size: 70_000 }] as const;
  const evidence = { version: '1.2.3', at: start, judgedAt, anchors: ['c'.repeat(64)], rules: integrityOnly, items };
  return { recordId, judgedAt, proof, evidence };
};

/** At least two rows of every kind that can have them; documents with all that a commit can bring. */
export const fillArchive = async (store: StorePorts): Promise<void> => {
  await fillDirectory(store);
  const crl = randomBytes(70_000);
  await store.evidence.keep([{ kind: 'crl', sha256: sha256Of(crl), size: crl.length, bytes: crl }]);
  const issuer = 'CN=CA thử nghiệm, C=VN';
  let alertId = '';
  for (const [place, size] of [300, 70_000, 2_000_000].entries()) {
    const sha256 = await keptBytes(store, randomBytes(size));
    const sent = document(
      ['H99.02', 'H99.03', 'H99.01'],
      { sha256, size, acceptedAt: at(place), proof: { a: [1, null] } as never },
      { sha256, size },
    );
    const { recordId } = sent.record;
    const raised = raise(recordId, place === 0 ? {} : { joins: true, alertId });
    alertId = raised.alertId;
    await store.commit({
      ...sent,
      ...{ alerts: [raised], judgement: judged(recordId, sha256Of(crl), at(place)) },
      events: [event(recordId, { at: at(5) }), event(recordId, { at: at(4), text: 'Đ' }), event(recordId, { at: at(5), code: '03' })],
      figures: [{ day: '2026-11-20', organ: 'H99.01', figure: 'turns-sent', by: 3 }],
      sightings: [{ key: holderKey(issuer, '01'), organ: 'H99.01', recordId, at: at(place) }],
      certificates: [
        {
          ...{ key: holderKey(issuer, '01'), serial: '01', issuer, name: null },
          organisation: null,
          kind: 'unknown',
          validTo: null,
          metAt: at(0),
        },
      ],
    });
    if (place === 0) await store.journal.seal(100);
    const move = { recordId, version: 1, reason: 'revoked' as const };
    await store.commit({
      journal: entry(),
      recordMoves: [move],
      judgement: judged(recordId, sha256Of(crl), at(9)),
      submission: submission(recordId, { sha256: 'd'.repeat(64) }),
    });
  }
  const query = { inboxes: [{ system: 'H99.02', collectsFor: ['H99.02'], again: null }], at: at(60), holder: 'x', until: at(70), limit: 1 };
  await store.deliveries.relayed(
    (await store.deliveries.toRelay(query)).map(({ deliveryId }) => deliveryId),
    'x',
    at(61),
  );
};

/** Rows and bytes, as `lienthong migrate` brings them, without its care. */
const bringAll = async (from: ArchivedStore, to: ArchivedStore, limit: number): Promise<void> => {
  for await (const files of pagesOf((after) => from.archive.files('original', after, limit)))
    for (const { sha256 } of files) {
      const original = await from.originals.open(sha256);
      if (original !== null) await to.originals.keep(await to.originals.spool(original.stream(), 1e9));
    }
  for await (const files of pagesOf((after) => from.archive.files('evidence', after, limit)))
    for (const file of files) await to.evidence.keep([{ ...file, bytes: await from.evidence.open(file.sha256) }]);
  for (const kind of archiveKinds)
    for await (const rows of pagesOf((after) => from.archive.read(kind, after, limit))) await to.archive.add(kind, rows);
};

/** Core: what is brought is found the same, by digest and through the ports, and may be brought again. */
export const expectMoved = async (from: ArchivedStore, to: ArchivedStore): Promise<void> => {
  await fillArchive(from);
  const here = await holdingsOf(from.archive);
  expect(Object.entries(here).filter(([, { count }]) => count === 0)).toEqual([]);
  for (const limit of [2, 500]) {
    await bringAll(from, to, limit);
    expect(await holdingsOf(to.archive)).toEqual(here);
  }
  await to.archive.mark(null);
  const list = { viewer: null, limit: 100 };
  const views = await from.records.list(list);
  expect(await to.records.list(list)).toEqual(views);
  expect((await to.records.list({ ...list, q: 'ra soat dong tam' })).items).toHaveLength(3);
  for (const { record } of views.items) {
    expect(await to.records.events(record.recordId)).toEqual(await from.records.events(record.recordId));
    expect(await to.records.submissions(record.recordId)).toEqual(await from.records.submissions(record.recordId));
    expect(await to.evidence.judgements(record.recordId)).toEqual(await from.evidence.judgements(record.recordId));
  }
  const inbox = { system: 'H99.02', collectsFor: ['H99.02'], at: at(60), limit: 10 };
  expect(await to.deliveries.offered(inbox)).toEqual(await from.deliveries.offered(inbox));
  const relay = {
    inboxes: [{ system: 'H99.02', collectsFor: ['H99.02'], again: null }],
    at: at(99),
    holder: 'y',
    until: at(100),
    limit: 9,
  };
  expect((await to.deliveries.toRelay(relay)).length).toBe(2);
  for (const store of [from, to]) expect(await store.deliveries.count()).toEqual({ queued: 9 });
  expect(await to.alerts.count()).toEqual(await from.alerts.count());
  expect(await to.figures.sums('2026-11-01', '2026-11-30')).toEqual([{ organ: 'H99.01', figure: 'turns-sent', value: 9 }]);
  // The chain goes on where it stood.
  for (const store of [from, to]) expect(await checkChain(store)).toMatchObject({ sealed: 9, brokenAt: null });
  for (const store of [from, to]) await store.journal.seal(100);
  expect(await checkChain(to)).toMatchObject({ brokenAt: null, unsealed: 0 });
  expect(await to.figures.sums('2026-11-01', '2026-11-30')).toEqual([{ organ: 'H99.01', figure: 'turns-sent', value: 9 }]);
};

const reading = (stores: () => readonly [ArchivedOpened, ArchivedOpened]): void => {
  it('finds what was brought the same, by digest and through the ports', async () => {
    const [from, to] = stores();
    await expectMoved(from.one, to.one);
  });

  it('answers the same rows in pages of any size, each once', async () => {
    const [{ one }] = stores();
    await fillArchive(one);
    for (const kind of archiveKinds) {
      const all = await one.archive.read(kind, null, 500);
      expect(all.next).toBeNull();
      const single: unknown[] = [];
      for await (const rows of pagesOf<unknown>((after) => one.archive.read(kind, after, 1))) single.push(...rows);
      expect(single).toEqual(all.rows);
    }
  });

  it('names no original of a purged record, and all evidence', async () => {
    const [{ one }] = stores();
    await fillArchive(one);
    const [first] = (await one.archive.read('record', null, 1)).rows;
    const before = await one.archive.files('original', null, 100);
    await one.commit({
      journal: entry(),
      recordMoves: [{ recordId: first?.recordId ?? '', version: first?.version ?? 0, purgedAt: at(99) }],
    });
    const after = await one.archive.files('original', null, 100);
    expect(before.rows.length - after.rows.length).toBe(1);
    expect(after.rows.some(({ sha256 }) => sha256 === first?.sha256)).toBe(false);
    expect((await one.archive.files('evidence', null, 100)).rows).toMatchObject([{ kind: 'crl', size: 70_000 }]);
  });

  it('tells one changed field of one row', async () => {
    const [{ one }] = stores();
    await fillArchive(one);
    for (const kind of [...archiveKinds.filter((name): name is Exclude<ArchiveKind, 'journal'> => name !== 'journal')]) {
      const before = await rowHolding(one.archive, kind);
      const [row] = (await one.archive.read(kind, null, 1)).rows;
      const change = changed[kind] as object;
      await one.archive.add(kind, [{ ...row, ...change } as never]);
      const after = await rowHolding(one.archive, kind);
      expect([kind, after.count]).toEqual([kind, before.count]);
      expect([kind, after.sha256 === before.sha256]).toEqual([kind, false]);
    }
  });

  it('remembers a move that has begun until it is told of its end', async () => {
    const [{ one }] = stores();
    expect(await one.archive.move()).toBeNull();
    const move = { from: 'j_1', startedAt: start };
    await one.archive.mark(move);
    await one.archive.mark(move);
    expect(await one.archive.move()).toEqual(move);
    await one.archive.mark(null);
    expect(await one.archive.move()).toBeNull();
  });
};

const changed: { readonly [Kind in Exclude<ArchiveKind, 'journal'>]: object } = {
  directory: { version: 1_000_000 },
  organ: { name: 'Tên khác' },
  key: { revokedAt: at(77) },
  contact: { at: at(600_000) },
  account: { user: 'other' },
  holder: { person: null },
  certificate: { name: 'Tên' },
  record: { subject: null },
  submission: { size: 7 },
  delivery: { relayedAt: at(5) },
  event: { text: null, code: '06' },
  judgement: { proof: { judgedAt: start } },
  sighting: { at: at(78) },
  alert: { count: 78 },
  alertRecord: { reason: null },
  paperMonth: { paperOnly: 78 },
  paperHistory: { paperOnly: 78 },
  figure: { value: 78 },
};

export const archiveContract = (name: string, open: () => Promise<ArchivedOpened>): void => {
  describe(`${name}: archive`, () => {
    let opened: readonly [ArchivedOpened, ArchivedOpened];
    beforeAll(async () => {
      opened = [await open(), await open()];
    });
    beforeEach(() => Promise.all(opened.map((each) => each.empty())));
    afterAll(() => Promise.all(opened.map((each) => each.close())));
    reading(() => opened);
    it('covers every kind', () => expect([...archiveKinds, ...fileKinds].length).toBe(new Set([...archiveKinds, ...fileKinds]).size));
  });
};
