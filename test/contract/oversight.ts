/** `Hub.alerts`, `paper`, `figures`, `journal`, `leases`: what the hub answers for. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRaise, Change } from '../../src/records/change.ts';
import { canonicalEntry, firstHash } from '../../src/records/journal.ts';
import type { PaperMonth } from '../../src/records/paper.ts';
import { at, document, entry, type Opened, type OpenTwice, raise, type Store } from './specimens.ts';

type Stores = () => Opened;

const suite = (name: string, open: OpenTwice, tests: (stores: Stores) => void): void => {
  describe(name, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    tests(() => opened);
  });
};

const alerted = (changes: Partial<AlertRaise> = {}): Change => {
  const sent = document([]);
  return { ...sent, alerts: [raise(sent.record.recordId, changes)] };
};

/** Core: one unsettled alert under a key, whichever process raises it. */
export const expectOneAlert = async (one: Store, two: Store): Promise<void> => {
  const answers = await Promise.all(Array.from({ length: 10 }, (_, place) => (place % 2 === 0 ? one : two).commit(alerted())));
  expect(answers.filter(({ kind }) => kind === 'done')).toHaveLength(1);
  expect(answers.filter(({ kind }) => kind === 'stale')).toHaveLength(9);
  expect((await two.alerts.list({ organs: null, limit: 100 })).items).toMatchObject([{ count: 1, state: 'open' }]);
};

const alertTests = (stores: Stores): void => {
  it('raises one alert under a key', () => expectOneAlert(stores().one, stores().two));

  it('joins further documents, opens an acknowledged one again, and starts anew after settlement', async () => {
    const { one, two } = stores();
    const first = alerted({ alertId: 'x' });
    await one.commit(first);
    const key = first.alerts?.[0]?.key ?? '';
    const move = (state: 'acknowledged' | 'settled', version: number): Change => ({
      journal: entry(),
      alertMoves: [{ alertId: 'x', version, state }],
    });
    expect(await two.commit(move('acknowledged', 1))).toEqual({ kind: 'done' });
    expect(await one.commit(move('settled', 1))).toEqual({ kind: 'stale' });
    const second = alerted({ alertId: 'x', joins: true, at: at(5), reason: 'no-attachment' });
    expect(await one.commit(second)).toEqual({ kind: 'done' });
    expect(await two.alerts.findOpen(key)).toMatchObject({
      state: 'open',
      count: 2,
      version: 3,
      recordId: second.record?.recordId,
      raisedAt: at(0),
      lastAt: at(5),
    });
    expect(await two.alerts.get('x')).toMatchObject({
      records: [
        { recordId: first.record?.recordId, reason: 'no-signature', at: at(0) },
        { recordId: second.record?.recordId, reason: 'no-attachment', at: at(5) },
      ],
    });
    expect(await two.commit(move('settled', 3))).toEqual({ kind: 'done' });
    expect(await one.alerts.findOpen(key)).toBeNull();
    expect(await one.commit(alerted({ alertId: 'x', joins: true }))).toEqual({ kind: 'stale' });
    expect(await one.commit(alerted({ alertId: 'y' }))).toEqual({ kind: 'done' });
    expect(await two.alerts.count()).toMatchObject({ open: 1, settled: 1 });
    expect(await two.alerts.get('none')).toBeNull();
  });

  it('counts every document that joins at the same time', async () => {
    const { one, two } = stores();
    await one.commit(alerted({ alertId: 'x' }));
    const joins = Array.from({ length: 20 }, () => alerted({ alertId: 'x', joins: true }));
    const answers = await Promise.all(joins.map((change, place) => (place % 2 === 0 ? one : two).commit(change)));
    expect(answers.every(({ kind }) => kind === 'done')).toBe(true);
    const found = await two.alerts.get('x');
    expect(found?.alert.count).toBe(21);
    expect(found?.records).toHaveLength(21);
  });

  it('lists the latest first, by state, kind and organ, for some organs or all', async () => {
    const { one, two } = stores();
    const put = (
      alertId: string,
      seconds: number,
      organ: string | null,
      kind: 'signature.unsigned' | 'signature.invalid',
    ): Promise<unknown> => one.commit(alerted({ alertId, key: alertId, at: at(seconds), organ, kind }));
    await put('a', 1, 'H99.01', 'signature.unsigned');
    await put('b', 3, 'H99.02', 'signature.invalid');
    await put('c', 2, null, 'signature.unsigned');
    await one.commit({ journal: entry(), alertMoves: [{ alertId: 'b', version: 1, state: 'settled' }] });
    const ids = async (query: object): Promise<readonly string[]> =>
      (await two.alerts.list({ organs: null, limit: 10, ...query })).items.map(({ alertId }) => alertId);
    expect(await ids({})).toEqual(['b', 'c', 'a']);
    expect(await ids({ state: 'open' })).toEqual(['c', 'a']);
    expect(await ids({ kind: 'signature.invalid' })).toEqual(['b']);
    expect(await ids({ organ: 'H99.01' })).toEqual(['a']);
    expect(await ids({ organs: ['H99.01', 'H99.02'] })).toEqual(['b', 'a']);
    expect(await ids({ organs: [] })).toEqual([]);
    const first = await two.alerts.list({ organs: null, limit: 2 });
    expect(await ids({ limit: 2, after: first.next })).toEqual(['a']);
  });
};

const month = (changes: Partial<PaperMonth> = {}): PaperMonth => ({
  organ: 'H99.01',
  period: '2026-11',
  issuedToAgencies: 30,
  paperOnly: 2,
  otherElectronic: 1,
  declaredAt: at(0),
  declaredBy: 'H99.01',
  ...changes,
});

const paperTests = (stores: Stores): void => {
  it('replaces what was declared, and answers exactly the periods asked for', async () => {
    const { one, two } = stores();
    await one.paper.declare(month(), entry());
    await one.paper.declare(month({ period: 'BC2026-11', paperOnly: 9 }), entry());
    const journal = entry();
    await two.paper.declare(month({ paperOnly: 3, declaredAt: at(5) }), journal);
    await one.paper.declare(month({ organ: 'H99.02' }), entry());
    expect(await one.paper.declared(['2026-11'])).toEqual([month({ paperOnly: 3, declaredAt: at(5) }), month({ organ: 'H99.02' })]);
    expect(await one.paper.declared(['2026-12'])).toEqual([]);
    await two.paper.declare(month({ paperOnly: 4 }), entry());
    await one.paper.declare(month({ paperOnly: 3, declaredAt: at(5) }), journal);
    expect(await one.paper.declared(['2026-11', '2026-11', 'BC2026-11'])).toHaveLength(3);
    expect((await one.paper.declared(['2026-11']))[0]?.paperOnly).toBe(4);
  });
};

const figureTests = (stores: Stores): void => {
  it('sums what is folded and what is not, over days inclusive, while it is being folded', async () => {
    const { one, two } = stores();
    const commit = (store: Store, day: string): Promise<unknown> =>
      store.commit({
        journal: entry(),
        figures: [
          { day, organ: 'H99.01', figure: 'turns-sent', by: 1 },
          { day, organ: 'H99.01', figure: 'turns-sent', by: 2 },
          { day, organ: 'H99.02', figure: 'verdict:invalid/revoked', by: -1 },
        ],
      });
    for (const day of ['2026-10-31', '2026-11-01', '2026-11-30', '2026-12-01']) await commit(one, day);
    const november = (): Promise<unknown> => two.figures.sums('2026-11-01', '2026-11-30');
    const expected = [
      { organ: 'H99.01', figure: 'turns-sent', value: 6 },
      { organ: 'H99.02', figure: 'verdict:invalid/revoked', value: -2 },
    ];
    expect(await november()).toEqual(expected);
    const [, , ...looked] = await Promise.all([one.journal.seal(3), two.journal.seal(100), ...Array.from({ length: 10 }, november)]);
    for (const sums of looked) expect(sums).toEqual(expected);
    await commit(two, '2026-11-15');
    expect(await november()).toMatchObject([{ value: 9 }, { value: -3 }]);
    await one.journal.seal(100);
    expect(await november()).toMatchObject([{ value: 9 }, { value: -3 }]);
  });
};

/** Core: the chain holds, every entry once, in one order, whoever seals. */
export const expectChain = async (store: Pick<Store, 'journal'>, entryIds: readonly string[]): Promise<void> => {
  const sealed = await store.journal.list(0, 1_000_000);
  let previous = firstHash;
  for (const [place, { sequence, hash, ...plain }] of sealed.entries()) {
    previous = createHash('sha256')
      .update(previous + canonicalEntry(plain))
      .digest('hex');
    expect({ sequence, hash }).toEqual({ sequence: place + 1, hash: previous });
  }
  expect(sealed.map(({ entryId }) => entryId).sort()).toEqual([...entryIds].sort());
};

const journalTests = (stores: Stores): void => {
  it('seals every entry into one chain, though two seal at once', async () => {
    const { one, two } = stores();
    const entries = Array.from({ length: 60 }, (_, place) =>
      entry({ at: at(place), details: { place, vi: 'Đã nhận', none: null, yes: true } }),
    );
    await Promise.all(entries.map((each, place) => (place % 2 === 0 ? one : two).journal.add(each)));
    const counts = await Promise.all([one.journal.seal(25), two.journal.seal(25), one.journal.seal(25)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(await two.journal.seal(25)).toBe(0);
    await expectChain(
      two,
      entries.map(({ entryId }) => entryId),
    );
  });

  it('shows unsealed entries last, without sequence, and goes on from a sequence', async () => {
    const { one, two } = stores();
    const entries = Array.from({ length: 4 }, () => entry());
    for (const each of entries) await one.journal.add(each);
    await two.journal.seal(3);
    expect((await one.journal.list(1, 10)).map(({ sequence }) => sequence)).toEqual([2, 3, null]);
    expect((await one.journal.list(0, 2)).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect((await one.journal.list(3, 10))[0]).toEqual({ ...entries[3], sequence: null, hash: null });
  });

  it('takes an entry once, and chains one that began earlier but came later', async () => {
    const { one, two } = stores();
    const late = entry({ at: at(0) });
    await one.journal.add(entry({ at: at(1) }));
    await two.journal.seal(10);
    await two.journal.add(late);
    await one.journal.add(late);
    expect(await one.journal.seal(10)).toBe(1);
    expect((await two.journal.list(1, 10)).map(({ entryId }) => entryId)).toEqual([late.entryId]);
  });
};

const leaseTests = (stores: Stores): void => {
  it('gives a lease to one holder until it runs out', async () => {
    const { one, two } = stores();
    const taken = await Promise.all(
      Array.from({ length: 6 }, (_, place) => (place % 2 === 0 ? one : two).leases.take('seal', `holder ${place}`, at(0), at(10))),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    const holder = `holder ${taken.indexOf(true)}`;
    expect(await two.leases.take('seal', holder, at(5), at(15))).toBe(true);
    expect(await one.leases.take('seal', 'other', at(14), at(30))).toBe(false);
    expect(await one.leases.take('sweep', 'other', at(14), at(30))).toBe(true);
    expect(await one.leases.take('seal', 'other', at(15), at(30))).toBe(true);
    expect(await two.leases.take('seal', holder, at(16), at(40))).toBe(false);
  });
};

export const alertsContract = (name: string, open: OpenTwice): void => suite(`${name}: alerts`, open, alertTests);
export const paperContract = (name: string, open: OpenTwice): void => suite(`${name}: paper`, open, paperTests);
export const figuresContract = (name: string, open: OpenTwice): void => suite(`${name}: figures`, open, figureTests);
export const journalContract = (name: string, open: OpenTwice): void => suite(`${name}: journal`, open, journalTests);
export const leasesContract = (name: string, open: OpenTwice): void => suite(`${name}: leases`, open, leaseTests);
