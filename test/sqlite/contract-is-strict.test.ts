/** The contract suites turn red on an adapter that is wrong: each core assertion against a planted bug. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src/records/change.ts';
import { expectAllOrNothing, expectOneIdentity, expectRepeatable } from '../contract/commit.ts';
import { expectLateArrival } from '../contract/deliveries.ts';
import { expectSharedDirectory } from '../contract/directory.ts';
import { expectMissingTold, expectWrittenOnce } from '../contract/evidence.ts';
import { expectSharedHolders } from '../contract/holders.ts';
import { expectSafeSweep } from '../contract/originals.ts';
import { expectOneAlert } from '../contract/oversight.ts';
import { entry, type Opened, type Store } from '../contract/specimens.ts';
import { openTwice } from './opening.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openTwice();
});
beforeEach(() => opened.empty());
afterAll(() => opened.close());

type Bug = (store: Store) => Store;
const plant = (bug: Bug): readonly [Store, Store] => [bug(opened.one), bug(opened.two)];
const isRed = (assertion: (one: Store, two: Store) => Promise<void>, bug: Bug): Promise<void> =>
  expect(assertion(...plant(bug))).rejects.toThrow(/expected|AssertionError/);

/** Two records may stand under one identity: as if the unique index were missing. */
const noUniqueIndex: Bug = (store) => ({
  ...store,
  commit: (change) =>
    store.commit(change.record === undefined ? change : { ...change, record: { ...change.record, identity: change.record.recordId } }),
});

/** The record is written first, the rest in a second transaction. */
const twoSteps: Bug = (store) => ({
  ...store,
  commit: async ({ record, submission, events, figures, ...rest }: Change) => {
    const first = { ...(record && { record }), ...(submission && { submission }), ...(events && { events }), ...(figures && { figures }) };
    await store.commit({ journal: entry(), ...first });
    return store.commit(rest);
  },
});

/** Does not recognise a change that it has applied before. */
const forgetful: Bug = (store) => ({ ...store, commit: (change) => store.commit({ ...change, journal: entry() }) });

/** Remembers up to where it has shown, and only shows what comes after. */
const position: Bug = (store) => {
  let seen = '';
  return {
    ...store,
    deliveries: {
      ...store.deliveries,
      offered: async (query) => {
        const page = await store.deliveries.offered(query);
        const items = page.items.filter(({ queuedAt }) => queuedAt > seen);
        seen = items.at(-1)?.queuedAt ?? seen;
        return { ...page, items };
      },
    },
  };
};

/** Reads the directory once and trusts it from then on. */
const cached: Bug = (store) => {
  const once = store.organs.directory();
  return { ...store, organs: { ...store.organs, directory: () => once } };
};

/** Raises without asking whether one stands. */
const manyAlerts: Bug = (store) => ({
  ...store,
  commit: (change) => store.commit({ ...change, alerts: (change.alerts ?? []).map((one) => ({ ...one, key: one.recordId })) }),
});

/** Learns in its own memory only. */
const ownLearning: Bug = (store) => {
  const learnt = new Map<string, number>();
  return {
    ...store,
    commit: async (change) => {
      for (const { key } of change.sightings ?? []) learnt.set(key, (learnt.get(key) ?? 0) + 1);
      return store.commit(change);
    },
    holders: {
      ...store.holders,
      sightings: async () => [...learnt].map(([key, documents]) => ({ key, organ: 'H99.01', documents })),
    },
  };
};

/** Sweeps by age alone. */
const carelessSweep: Bug = (store) => ({
  ...store,
  commit: (change) =>
    store.commit({ ...change, ...(change.submission && { submission: { ...change.submission, sha256: '0'.repeat(64) } }) }),
});

/** Trusts whoever says that the bytes were handed in before. */
const trusting: Bug = (store) => ({
  ...store,
  evidence: { ...store.evidence, keep: async (items) => (await store.evidence.keep(items)).slice(items.length) },
});

/** Remembers the last judgement only. */
const lastOnly: Bug = (store) => ({
  ...store,
  evidence: { ...store.evidence, judgements: async (recordId) => (await store.evidence.judgements(recordId)).slice(-1) },
});

describe('the contract suites are red on', () => {
  it('a missing unique index', () => isRed(expectOneIdentity, noUniqueIndex));
  it('a commit in two steps', () => isRed(expectAllOrNothing, twoSteps));
  it('a commit that cannot be repeated', () => isRed(expectRepeatable, forgetful));
  it('a stored position', () => isRed(expectLateArrival, position));
  it('a directory held in memory', () => isRed(expectSharedDirectory, cached));
  it('alerts that do not join', () => isRed(expectOneAlert, manyAlerts));
  it('certificates learnt by one process alone', () => isRed(expectSharedHolders, ownLearning));
  it('evidence taken for kept that nobody has', () => isRed(expectMissingTold, trusting));
  it('judgements that replace each other', () => isRed(expectWrittenOnce, lastOnly));
  it('a sweep that does not ask who names the bytes', () => isRed(expectSafeSweep, carelessSweep));
});

describe('and green on the store itself', () => {
  for (const assertion of [
    expectOneIdentity,
    expectAllOrNothing,
    expectRepeatable,
    expectLateArrival,
    expectSharedDirectory,
    expectOneAlert,
    expectSharedHolders,
    expectMissingTold,
    expectWrittenOnce,
    expectSafeSweep,
  ])
    it(assertion.name, () => assertion(opened.one, opened.two));
});
