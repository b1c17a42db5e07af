/** `Hub.commit` (records/change.ts): everything in the change, or nothing; once; only on what still holds. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src/records/change.ts';
import {
  at,
  delivery,
  document,
  entry,
  event,
  type Opened,
  type OpenTwice,
  organ,
  raise,
  record,
  type Store,
  submission,
} from './specimens.ts';

/** Core: of two records with one identity, only one stands, whichever process wins. */
export const expectOneIdentity = async (one: Store, two: Store): Promise<void> => {
  const identity = 'H99.01|doc|0';
  const changes = Array.from({ length: 8 }, () => document(['H99.02'], { identity }));
  const answers = await Promise.all(changes.map((change, place) => (place % 2 === 0 ? one : two).commit(change)));
  expect(answers.filter(({ kind }) => kind === 'done')).toHaveLength(1);
  const winner = changes[answers.findIndex(({ kind }) => kind === 'done')]?.record.recordId;
  for (const answer of answers) if (answer.kind !== 'done') expect(answer).toEqual({ kind: 'duplicate', recordId: winner });
  expect((await one.records.findSame(identity))?.record.recordId).toBe(winner);
  expect((await two.records.list({ viewer: null, limit: 100 })).items).toHaveLength(1);
};

/** Core: a change whose last part fails leaves nothing of its first parts. */
export const expectAllOrNothing = async (one: Store, two: Store): Promise<void> => {
  const first = document(['H99.02']);
  await one.commit({ ...first, figures: [{ day: '2026-11-19', organ: 'H99.01', figure: 'turns-sent', by: 1 }] });
  const late = document(['H99.03']);
  const answer = await two.commit({
    ...late,
    figures: [{ day: '2026-11-19', organ: 'H99.01', figure: 'turns-sent', by: 1 }],
    deliveryMoves: [{ deliveryId: first.deliveries[0]?.deliveryId ?? '', version: 1, state: 'collected' }],
    alerts: [raise(late.record.recordId, { joins: true, alertId: 'no such alert' })],
  });
  expect(answer).toEqual({ kind: 'stale' });
  expect(await one.records.get(late.record.recordId)).toBeNull();
  expect(await one.records.events(late.record.recordId)).toEqual([]);
  expect(await one.records.submissions(late.record.recordId)).toEqual([]);
  expect((await one.deliveries.get(first.deliveries[0]?.deliveryId ?? ''))?.state).toBe('queued');
  expect(await one.figures.sums('2026-11-19', '2026-11-19')).toEqual([{ organ: 'H99.01', figure: 'turns-sent', value: 1 }]);
  expect((await one.journal.list(0, 100)).map(({ entryId }) => entryId)).toEqual([first.journal.entryId]);
  // The other way round: an alert that could be raised, and a delivery that is not as it was seen.
  const raised = { ...document(['H99.03']), alerts: [raise(late.record.recordId)] };
  const moved = [{ deliveryId: first.deliveries[0]?.deliveryId ?? '', version: 9, state: 'collected' } as const];
  expect(await two.commit({ ...raised, deliveryMoves: moved })).toEqual({ kind: 'stale' });
  expect((await one.alerts.list({ organs: null, limit: 10 })).items).toEqual([]);
  expect(await one.records.get(raised.record.recordId)).toBeNull();
};

/** Core: handing in the same change again, in whatever process, changes nothing and answers `done`. */
export const expectRepeatable = async (one: Store, two: Store): Promise<void> => {
  const raised = document(['H99.02']);
  const change: Change = {
    ...raised,
    alerts: [raise(raised.record.recordId)],
    figures: [{ day: '2026-11-19', organ: 'H99.01', figure: 'electronic-only', by: 1 }],
  };
  const answers = await Promise.all([one.commit(change), two.commit(change), one.commit(change)]);
  expect(answers).toEqual([{ kind: 'done' }, { kind: 'done' }, { kind: 'done' }]);
  expect(await two.commit(change)).toEqual({ kind: 'done' });
  expect((await two.alerts.list({ organs: null, limit: 10 })).items).toMatchObject([{ count: 1 }]);
  expect(await two.figures.sums('2026-11-19', '2026-11-19')).toMatchObject([{ value: 1 }]);
  expect(await two.records.events(raised.record.recordId)).toHaveLength(1);
};

const duplicates = (stores: () => Opened): void => {
  it('lets one record stand under an identity', () => expectOneIdentity(stores().one, stores().two));

  it('frees the identity of a record that is returned', async () => {
    const { one, two } = stores();
    const held = document(['H99.02'], { identity: 'key', outcome: 'held' });
    await one.commit(held);
    const moves = [{ recordId: held.record.recordId, version: 1, identity: null, outcome: 'refused' as const }];
    expect(await two.commit({ journal: entry(), recordMoves: moves })).toEqual({ kind: 'done' });
    const again = document(['H99.02'], { identity: 'key' });
    expect(await one.commit(again)).toEqual({ kind: 'done' });
    expect((await two.records.findSame('key'))?.record.recordId).toBe(again.record.recordId);
  });

  it('lets any number of records stand without identity', async () => {
    const { one, two } = stores();
    expect(await one.commit(document([], { identity: null, outcome: 'refused' }))).toEqual({ kind: 'done' });
    expect(await two.commit(document([], { identity: null, outcome: 'refused' }))).toEqual({ kind: 'done' });
  });

  it('delivers a record to an organ once', async () => {
    const { one, two } = stores();
    const first = document(['H99.02']);
    await one.commit(first);
    const { recordId } = first.record;
    const more = { journal: entry(), deliveries: [delivery(recordId, 'H99.03'), delivery(recordId, 'H99.02')] };
    expect(await two.commit(more)).toEqual({ kind: 'duplicate', recordId });
    expect((await one.records.get(recordId))?.deliveries.map(({ organ }) => organ)).toEqual(['H99.02']);
  });

  it('takes the same bytes for a record once', async () => {
    const { one, two } = stores();
    const first = document(['H99.02']);
    await one.commit(first);
    const { recordId, sha256 } = first.record;
    const repeat = { journal: entry(), submission: submission(recordId, { sha256 }), deliveries: [delivery(recordId, 'H99.03')] };
    expect(await two.commit(repeat)).toEqual({ kind: 'duplicate', recordId });
    const other = { ...repeat, journal: entry(), submission: submission(recordId, { sha256: 'f'.repeat(64) }) };
    expect(await two.commit(other)).toEqual({ kind: 'done' });
    expect((await one.records.submissions(recordId)).map((one) => one.sha256)).toEqual([sha256, 'f'.repeat(64)]);
  });

  it('answers duplicate rather than fail for a record id that is taken', async () => {
    const { one, two } = stores();
    const first = document(['H99.02']);
    await one.commit(first);
    const { recordId } = first.record;
    expect(await two.commit({ journal: entry(), record: record({ recordId, identity: 'other' }) })).toEqual({
      kind: 'duplicate',
      recordId,
    });
  });
};

const staleness = (stores: () => Opened): void => {
  it('is stale when the directory has moved on', async () => {
    const { one, two } = stores();
    const { version } = await one.organs.directory();
    await two.organs.put([organ('H99.02')], version, entry());
    expect(await one.commit({ ...document(['H99.02']), directoryVersion: version })).toEqual({ kind: 'stale' });
    expect(await one.commit({ ...document(['H99.02']), directoryVersion: version + 1 })).toEqual({ kind: 'done' });
  });

  it('moves a delivery only from the version that was seen', async () => {
    const { one, two } = stores();
    const sent = document(['H99.02']);
    await one.commit(sent);
    const deliveryId = sent.deliveries[0]?.deliveryId ?? '';
    const take = (): Change => ({
      journal: entry(),
      deliveryMoves: [{ deliveryId, version: 1, state: 'collected', collectedAt: at(9) }],
      events: [event(sent.record.recordId, { kind: 'collected' })],
    });
    const answers = await Promise.all([one.commit(take()), two.commit(take()), one.commit(take())]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['done', 'stale', 'stale']);
    expect(await two.deliveries.get(deliveryId)).toMatchObject({ state: 'collected', collectedAt: at(9), version: 2, attempt: 0 });
    expect(await two.records.events(sent.record.recordId)).toHaveLength(2);
  });

  it('moves a record only from the version that was seen, and only the columns named', async () => {
    const { one, two } = stores();
    const sent = document(['H99.02'], { outcome: 'held' });
    await one.commit(sent);
    const { recordId } = sent.record;
    expect(await two.commit({ journal: entry(), recordMoves: [{ recordId, version: 1, outcome: 'accepted' }] })).toEqual({ kind: 'done' });
    expect(await one.commit({ journal: entry(), recordMoves: [{ recordId, version: 1, outcome: 'refused' }] })).toEqual({ kind: 'stale' });
    expect((await one.records.get(recordId))?.record).toEqual({ ...sent.record, outcome: 'accepted', version: 2 });
  });

  it('is stale when what it moves does not exist', async () => {
    const { one } = stores();
    const deliveryMoves = [{ deliveryId: 'none', version: 1, state: 'collected' as const }];
    expect(await one.commit({ journal: entry(), deliveryMoves })).toEqual({ kind: 'stale' });
    expect(await one.commit({ journal: entry(), recordMoves: [{ recordId: 'none', version: 1 }] })).toEqual({ kind: 'stale' });
    expect(await one.commit({ journal: entry(), alertMoves: [{ alertId: 'none', version: 1, state: 'settled' }] })).toEqual({
      kind: 'stale',
    });
  });
};

export const commitContract = (name: string, open: OpenTwice): void => {
  describe(`${name}: commit`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    const stores = (): Opened => opened;

    it('gives back every field of what it was given', async () => {
      const sent = document(['H99.02', 'H99.03'], {
        paper: 'unclear',
        counted: false,
        warnings: [{ code: 'envelope.leading-bytes', at: '', vi: 'Có ký tự thừa', en: 'Leading bytes' }],
        responseFor: { organ: 'H99.02', documentId: null, code: '1/A', promulgatedOn: null },
      });
      await stores().one.commit(sent);
      expect(await stores().two.records.get(sent.record.recordId)).toEqual({ record: sent.record, deliveries: sent.deliveries });
      expect(await stores().two.records.submissions(sent.record.recordId)).toEqual([sent.submission]);
      expect(await stores().two.records.events(sent.record.recordId)).toEqual(sent.events);
    });

    it('applies everything or nothing', () => expectAllOrNothing(stores().one, stores().two));
    it('may be handed the same change again', () => expectRepeatable(stores().one, stores().two));
    it('takes a hundred at once from two processes', async () => {
      const changes = Array.from({ length: 100 }, () => document(['H99.02', 'H99.03']));
      const answers = await Promise.all(changes.map((change, place) => (place % 2 === 0 ? stores().one : stores().two).commit(change)));
      expect(answers.every(({ kind }) => kind === 'done')).toBe(true);
      expect(await stores().one.deliveries.count()).toEqual({ queued: 200 });
    });
    duplicates(stores);
    staleness(stores);
  });
};
