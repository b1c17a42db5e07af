/** `Hub.organs` and `Hub.keys` (contract §1). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccessKey } from '../../src/records/key.ts';
import { collectorFor, organFor } from '../../src/records/organ.ts';
import { at, entry, type Opened, type OpenTwice, organ, type Store } from './specimens.ts';

const version = async (store: Store): Promise<number> => (await store.organs.directory()).version;

const key = (id: string, changes: Partial<AccessKey> = {}): AccessKey => ({
  id,
  system: 'H99.01',
  role: 'agency',
  sha256: id.padEnd(64, '0'),
  issuedAt: at(0),
  expiresAt: at(1000),
  revokedAt: null,
  ...changes,
});

/** Core: what one process imports, the other sees with its next question; the loser of two imports is told. */
export const expectSharedDirectory = async (one: Store, two: Store): Promise<void> => {
  const seen = await version(one);
  const answers = await Promise.all([
    one.organs.put([organ('H99.01', { oldCodes: ['000.01.H99'], system: 'qlvb' })], seen, entry()),
    two.organs.put([organ('H99.01', { name: 'Tên khác' })], seen, entry()),
  ]);
  expect(answers.map(({ kind }) => kind).sort()).toEqual(['done', 'stale']);
  expect(await version(one)).toBe(seen + 1);
  expect(await two.organs.directory()).toEqual(await one.organs.directory());
};

const organTests = (stores: () => Opened): void => {
  it('shares one directory and lets one of two imports win', () => expectSharedDirectory(stores().one, stores().two));

  it('gives back every field, aliases and systems', async () => {
    const { one, two } = stores();
    const full = organ('H99.01', {
      oldCodes: ['000.01.H99', 'OLD'],
      kind: 'public-service',
      level: 'province',
      parent: 'H99',
      successor: 'H99.02',
      validFrom: '2020-01-01',
      validTo: '2025-06-30',
      member: false,
      system: null,
      locked: true,
      delegate: 'H99.03',
      statisticsAs: 'H99',
    });
    const put = await one.organs.put(
      [full, organ('H99.02', { system: 'q' }), organ('H99.03', { system: 'q' })],
      await version(one),
      entry(),
    );
    const directory = await two.organs.directory();
    expect(put).toEqual({ kind: 'done', version: directory.version });
    expect(organFor(directory, 'OLD')).toEqual(full);
    expect(directory.systems).toEqual(new Map([['q', ['H99.02', 'H99.03']]]));
  });

  it('replaces the rows that are named and keeps the others', async () => {
    const { one, two } = stores();
    await one.organs.put([organ('H99.01'), organ('H99.02')], await version(one), entry());
    expect(collectorFor(await two.organs.directory(), organ('H99.01'))).toBe('H99.01');
    await two.organs.put([organ('H99.01', { delegate: 'H99.02', oldCodes: [] })], await version(two), entry());
    const directory = await one.organs.directory();
    expect(directory.organs.size).toBe(2);
    expect(collectorFor(directory, organFor(directory, 'H99.01') ?? organ('x'))).toBe('H99.02');
  });

  it('may be handed the same import again', async () => {
    const { one, two } = stores();
    const seen = await version(one);
    const journal = entry();
    const first = await one.organs.put([organ('H99.01')], seen, journal);
    expect(await two.organs.put([organ('H99.01')], seen, journal)).toEqual(first);
    expect(await version(two)).toBe(seen + 1);
  });

  it('answers the same copy while nothing changed', async () => {
    const { one } = stores();
    await one.organs.put([organ('H99.01')], await version(one), entry());
    expect(await one.organs.directory()).toBe(await one.organs.directory());
  });
};

const keyTests = (stores: () => Opened): void => {
  it('gives a system two live keys, whoever asks at the same time', async () => {
    const { one, two } = stores();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id, place) => (place % 2 === 0 ? one : two).keys.add(key(id), at(1), entry())),
    );
    expect([...answers].sort()).toEqual(['done', 'done', 'full', 'full']);
    expect(await one.keys.add(key('e', { system: 'other' }), at(1), entry())).toBe('done');
    expect(await two.keys.list()).toHaveLength(3);
    expect(await two.keys.add(key('f'), at(1000), entry())).toBe('done');
  });

  it('revokes at once for both, keeps the first date, and knows the unknown', async () => {
    const { one, two } = stores();
    await one.keys.add(key('a'), at(1), entry());
    expect(await two.keys.find(key('a').sha256)).toEqual(key('a'));
    const journal = entry();
    expect(await two.keys.revoke('a', at(5), journal)).toBe('done');
    expect(await one.keys.revoke('a', at(5), journal)).toBe('done');
    expect(await one.keys.revoke('a', at(9), entry())).toBe('done');
    expect(await one.keys.find(key('a').sha256)).toEqual(key('a', { revokedAt: at(5) }));
    expect(await one.keys.revoke('none', at(5), entry())).toBe('unknown');
    expect(await one.keys.find('f'.repeat(64))).toBeNull();
  });

  it('may be handed the same key again', async () => {
    const { one, two } = stores();
    const journal = entry();
    expect(await one.keys.add(key('a'), at(1), journal)).toBe('done');
    expect(await two.keys.add(key('a'), at(1), journal)).toBe('done');
    expect(await one.keys.list()).toEqual([key('a')]);
  });

  it('notes the last contact to the minute, and never goes back', async () => {
    const { one, two } = stores();
    await one.keys.touch('H99.01', '2026-11-20T01:02:03.004Z');
    await one.keys.touch('H99.01', '2026-11-20T01:02:55.004Z');
    await two.keys.touch('H99.01', '2026-11-20T01:01:00.000Z');
    await two.keys.touch('H99.02', '2026-11-20T01:05:09.000Z');
    expect(await one.keys.contacts()).toEqual(
      new Map([
        ['H99.01', '2026-11-20T01:02:00.000Z'],
        ['H99.02', '2026-11-20T01:05:00.000Z'],
      ]),
    );
  });
};

const suite = (name: string, open: OpenTwice, tests: (stores: () => Opened) => void): void => {
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

export const organsContract = (name: string, open: OpenTwice): void => suite(`${name}: organs`, open, organTests);
export const keysContract = (name: string, open: OpenTwice): void => suite(`${name}: keys`, open, keyTests);
