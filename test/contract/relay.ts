/** The relaying half of `Hub.deliveries`, and `Hub.accounts`: what two processes may claim for the queues of a broker, and who has one. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RelayInbox, RelayOffer, RelayQuery } from '../../src/hub/relay.ts';
import type { Account } from '../../src/records/account.ts';
import type { Delivery } from '../../src/records/delivery.ts';
import type { MessageRecord } from '../../src/records/record.ts';
import { at, document, entry, type Opened, type OpenTwice, type Store } from './specimens.ts';

const inbox = (system: string, collectsFor: readonly string[], again: string | null = null): RelayInbox => ({ system, collectsFor, again });

/** One minute long, an hour after everything was queued. */
const ask = (changes: Partial<RelayQuery> = {}): RelayQuery => ({
  inboxes: [inbox('qlvb', ['H99.02'])],
  at: at(3_600),
  holder: randomUUID(),
  until: at(3_660),
  limit: 100,
  ...changes,
});

const ids = (offers: readonly { readonly deliveryId: string }[]): readonly string[] => offers.map(({ deliveryId }) => deliveryId);
const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted();

/** One delivery to H99.02, or as told. */
const sent = async (
  store: Store,
  ofDelivery: Partial<Delivery> = {},
  ofRecord: Partial<MessageRecord> = {},
  organ = 'H99.02',
): Promise<string> => {
  const change = document([organ], ofRecord, ofDelivery);
  expect(await store.commit(change)).toEqual({ kind: 'done' });
  return change.deliveries[0]?.deliveryId ?? '';
};

const choosing = (stores: () => Opened): void => {
  it('claims what is queued for the inboxes asked for, with the system whose queue it goes to, and nothing else', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    const other = await sent(one, {}, {}, 'H99.03');
    await sent(one, {}, {}, 'H99.09');
    for (const state of ['held', 'collected', 'parked', '03', 'withdrawn', 'refused'] as const) await sent(one, { state });
    await sent(one, { via: 'upper' });
    const inboxes = [inbox('qlvb', ['H99.02']), inbox('so', ['H99.03', 'H99.04'])];
    const offers = await two.deliveries.toRelay(ask({ inboxes }));
    expect(sorted(offers.map(({ deliveryId, system }) => `${deliveryId} ${system}`))).toEqual(sorted([`${mine} qlvb`, `${other} so`]));
    expect(await two.deliveries.toRelay(ask({ inboxes: [] }))).toEqual([]);
    expect(await two.deliveries.toRelay(ask({ inboxes: [inbox('none', [])] }))).toEqual([]);
  });

  it('answers each with what a message tells of it and of its record, as the inbox shows it', async () => {
    const { one, two } = stores();
    await one.commit(document(['H99.02'], { verdict: 'undetermined', reason: 'revocation-unknown', priority: 2 }));
    await one.commit(document(['H99.02'], { kind: 'status', type: null, statusCode: '03', verdict: null }));
    const { items } = await two.deliveries.offered({ system: 'qlvb', collectsFor: ['H99.02'], at: at(3_600), limit: 10 });
    const claimed = await one.deliveries.toRelay(ask());
    const told = items.map(({ deliveryId, recordId, organ, kind, sha256, size, verdict }) => ({
      ...{ deliveryId, recordId, organ, kind, sha256, size, verdict },
      system: 'qlvb',
    }));
    expect(claimed).toEqual(told);
    expect(claimed).toHaveLength(2);
  });

  it('never offers a system what it posted itself', async () => {
    const { one, two } = stores();
    await sent(one, { postedBy: 'qlvb' });
    const foreign = await sent(one, { postedBy: null });
    expect(ids(await two.deliveries.toRelay(ask()))).toEqual([foreign]);
    const own = await two.deliveries.toRelay(ask({ inboxes: [inbox('qlvb', ['H99.02'], at(9_000))], at: at(5_000), until: at(5_060) }));
    expect(ids(own)).toEqual([foreign]);
  });

  it('answers urgent ones first, then the oldest, over rounds of any size', async () => {
    const { one, two } = stores();
    const changes = Array.from({ length: 30 }, (_, place) =>
      document([`H99.0${place % 3}`], { priority: place % 4, acceptedAt: at(Math.floor(place / 2) * 10) }),
    );
    await Promise.all(changes.map((change, place) => (place % 2 === 0 ? one : two).commit(change)));
    const expected = changes
      .flatMap(({ deliveries }) => deliveries)
      .toSorted(
        (left, right) =>
          right.priority - left.priority || left.queuedAt.localeCompare(right.queuedAt) || (left.deliveryId < right.deliveryId ? -1 : 1),
      );
    const inboxes = [inbox('qlvb', ['H99.00', 'H99.01']), inbox('so', ['H99.02'])];
    const whole = ask({ inboxes });
    expect(ids(await one.deliveries.toRelay(whole))).toEqual(ids(expected));
    await two.deliveries.unclaim(ids(expected), whole.holder);
    const rounds: string[] = [];
    for (let place = 0; place < 10; place += 1)
      rounds.push(...ids(await (place % 2 === 0 ? one : two).deliveries.toRelay(ask({ inboxes, limit: 3 }))));
    expect(rounds).toEqual(ids(expected));
  });

  it('lets nobody wait behind the long queue of another: the most urgent of each organ is in the first round', async () => {
    const { one, two } = stores();
    const organs = Array.from({ length: 12 }, (_, place) => `H99.${place + 10}`);
    for (let place = 0; place < 60; place += 1) await sent(one, {}, { acceptedAt: at(place) }, organs[0]);
    for (const organ of organs.slice(1)) await sent(one, {}, { acceptedAt: at(500), priority: 1 }, organ);
    const inboxes = organs.map((organ) => inbox(organ, [organ]));
    const round = await two.deliveries.toRelay(ask({ inboxes, limit: 15 }));
    expect(round).toHaveLength(15);
    expect(sorted([...new Set(round.slice(0, 11).map(({ organ }) => organ))])).toEqual(sorted(organs.slice(1)));
    const all = new Set(ids(round));
    for (let rounds = 0; rounds < 20; rounds += 1)
      for (const { deliveryId } of await (rounds % 2 === 0 ? one : two).deliveries.toRelay(ask({ inboxes, limit: 15 }))) {
        expect(all.has(deliveryId)).toBe(false);
        all.add(deliveryId);
      }
    expect(all.size).toBe(71);
  });
};

const claiming = (stores: () => Opened): void => {
  it('gives no delivery to two holders at one time, however many ask at once', async () => {
    const { one, two } = stores();
    const wanted = await Promise.all(Array.from({ length: 60 }, (_, place) => sent(place % 2 === 0 ? one : two)));
    const rounds = await Promise.all(
      Array.from({ length: 12 }, (_, place) => (place % 2 === 0 ? one : two).deliveries.toRelay(ask({ limit: 20 }))),
    );
    const got = [...rounds.flatMap(ids)];
    for (let more: readonly RelayOffer[] = [{} as RelayOffer]; more.length > 0; got.push(...ids(more)))
      more = await two.deliveries.toRelay(ask({ limit: 20 }));
    expect(new Set(got).size).toBe(got.length);
    expect(sorted(got)).toEqual(sorted(wanted));
  });

  it('answers a repeated question with the same claims', async () => {
    const { one, two } = stores();
    for (let place = 0; place < 5; place += 1) await sent(one);
    const query = ask({ limit: 3 });
    const first = await one.deliveries.toRelay(query);
    expect(first).toHaveLength(3);
    expect(ids(await two.deliveries.toRelay(query))).toEqual(ids(first));
  });

  it('ends a claim at its instant, not before', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    expect(await one.deliveries.toRelay(ask())).toHaveLength(1);
    expect(await two.deliveries.toRelay(ask({ at: at(3_659), until: at(3_700) }))).toEqual([]);
    expect(ids(await two.deliveries.toRelay(ask({ at: at(3_660), until: at(3_700) })))).toEqual([mine]);
  });

  it('offers at once what is given back, by its holder only', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    const query = ask();
    await one.deliveries.toRelay(query);
    await two.deliveries.unclaim([mine, 'unknown'], 'somebody else');
    expect(await two.deliveries.toRelay(ask())).toEqual([]);
    await two.deliveries.unclaim([mine], query.holder);
    expect(ids(await one.deliveries.toRelay(ask()))).toEqual([mine]);
  });

  it('moves nothing else of a delivery: its version and what its inbox shows stay', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    const before = await two.deliveries.get(mine);
    const query = ask();
    await one.deliveries.toRelay(query);
    await one.deliveries.relayed([mine], query.holder, at(3_601));
    expect(await two.deliveries.get(mine)).toEqual(before);
    expect((await two.deliveries.offered({ system: 'qlvb', collectsFor: ['H99.02'], at: at(3_600), limit: 10 })).items).toHaveLength(1);
  });
};

/** Claims and marks everything there is. */
const relayAll = async (store: Store, when: string): Promise<readonly string[]> => {
  const query = ask({ at: when, until: at(Date.parse(when) / 1_000 - Date.parse(at(0)) / 1_000 + 60) });
  const offers = ids(await store.deliveries.toRelay(query));
  await store.deliveries.relayed(offers, query.holder, when);
  return offers;
};

const marking = (stores: () => Opened): void => {
  it('offers nothing that the broker has, also after the claim would have ended', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    expect(await relayAll(one, at(3_600))).toEqual([mine]);
    for (const seconds of [3_601, 3_700, 99_999])
      expect(await two.deliveries.toRelay(ask({ at: at(seconds), until: at(seconds + 60) }))).toEqual([]);
  });

  it('does not believe a holder that has lost its claim', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    const late = ask();
    await one.deliveries.toRelay(late);
    const next = ask({ at: at(3_700), until: at(3_760) });
    expect(ids(await two.deliveries.toRelay(next))).toEqual([mine]);
    await one.deliveries.relayed([mine], late.holder, at(3_701));
    await two.deliveries.unclaim([mine], next.holder);
    expect(ids(await two.deliveries.toRelay(ask({ at: at(3_702), until: at(3_762) })))).toEqual([mine]);
  });

  it('offers again what was given before an instant and is not acknowledged, only where that is asked for', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    await relayAll(one, at(3_600));
    const again = (instant: string | null): RelayQuery =>
      ask({ inboxes: [inbox('qlvb', ['H99.02'], instant)], at: at(5_000), until: at(5_060) });
    expect(await two.deliveries.toRelay(again(null))).toEqual([]);
    expect(await two.deliveries.toRelay(again(at(3_600)))).toEqual([]);
    const query = again(at(3_601));
    expect(ids(await two.deliveries.toRelay(query))).toEqual([mine]);
    expect(await one.deliveries.toRelay(again(at(3_601)))).toEqual([]);
    await two.deliveries.relayed([mine], query.holder, at(5_001));
    expect(await one.deliveries.toRelay({ ...again(at(3_601)), at: at(6_000), until: at(6_060) })).toEqual([]);
    expect(ids(await one.deliveries.toRelay({ ...again(at(5_002)), at: at(6_000), until: at(6_060) }))).toEqual([mine]);
  });

  it('offers neither new nor again what is acknowledged, parked or taken back', async () => {
    const { one, two } = stores();
    for (const state of ['collected', 'parked', 'withdrawn'] as const) {
      const mine = await sent(one);
      await relayAll(one, at(3_600));
      await one.commit({ journal: entry(), deliveryMoves: [{ deliveryId: mine, version: 1, state }] });
    }
    const query = ask({ inboxes: [inbox('qlvb', ['H99.02'], at(9_000))], at: at(5_000), until: at(5_060) });
    expect(await two.deliveries.toRelay(query)).toEqual([]);
  });
};

const failing = (stores: () => Opened): void => {
  /** The recipient's `fail`: offered again a minute later. */
  const fail = async (store: Store, deliveryId: string, version = 1): Promise<void> => {
    const move = { deliveryId, version, state: 'queued', attempt: version, offeredAt: at(3_700) } as const;
    expect(await store.commit({ journal: entry(), deliveryMoves: [move] })).toEqual({ kind: 'done' });
  };

  it('offers anew what the recipient failed to take, when its pause is over', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    await relayAll(one, at(3_600));
    await fail(two, mine);
    expect(await one.deliveries.toRelay(ask({ at: at(3_699), until: at(3_759) }))).toEqual([]);
    expect(await one.deliveries.toRelay(ask({ inboxes: [inbox('qlvb', ['H99.02'], at(9_000))], at: at(3_699), until: at(3_759) }))).toEqual(
      [],
    );
    expect(ids(await one.deliveries.toRelay(ask({ at: at(3_700), until: at(3_760) })))).toEqual([mine]);
    expect(await two.deliveries.get(mine)).toMatchObject({ state: 'queued', attempt: 1 });
  });

  it('does so, too, where the failure was heard of before the mark: that belongs to the message that failed', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    const query = ask();
    await one.deliveries.toRelay(query);
    await fail(two, mine);
    await one.deliveries.relayed([mine], query.holder, at(3_602));
    expect(ids(await two.deliveries.toRelay(ask({ at: at(3_700), until: at(3_760) })))).toEqual([mine]);
  });

  it('keeps a claim over moves that offer nothing again', async () => {
    const { one, two } = stores();
    const mine = await sent(one);
    await one.deliveries.toRelay(ask());
    await one.commit({ journal: entry(), deliveryMoves: [{ deliveryId: mine, version: 1, state: 'queued' }] });
    expect(await two.deliveries.toRelay(ask())).toEqual([]);
  });
};

export const relayContract = (name: string, open: OpenTwice): void => {
  describe(`${name}: deliveries to the queues of a broker`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    const stores = (): Opened => opened;
    choosing(stores);
    claiming(stores);
    marking(stores);
    failing(stores);
  });
};

const account = (system: string, changes: Partial<Account> = {}): Account => ({
  ...{ system, user: `user of ${system}`, role: 'agency', issuedAt: at(0) },
  ...changes,
});

export const accountsContract = (name: string, open: OpenTwice): void => {
  describe(`${name}: accounts`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    const bySystem = async (store: Store): Promise<readonly Account[]> =>
      (await store.accounts.list()).toSorted((left, right) => (left.system < right.system ? -1 : 1));

    it('keeps one account a system, seen by the other process, replaced by the next', async () => {
      const { one, two } = opened;
      expect(await one.accounts.put(account('a'), entry())).toBe('done');
      expect(await one.accounts.put(account('b', { role: 'hub' }), entry())).toBe('done');
      expect(await bySystem(two)).toEqual([account('a'), account('b', { role: 'hub' })]);
      expect(await two.accounts.put(account('a', { user: 'another', issuedAt: at(9) }), entry())).toBe('done');
      expect(await bySystem(one)).toEqual([account('a', { user: 'another', issuedAt: at(9) }), account('b', { role: 'hub' })]);
    });

    it('gives a user to one system only, also when two ask at once', async () => {
      const { one, two } = opened;
      await one.accounts.put(account('a', { user: 'same' }), entry());
      const refused = entry();
      expect(await two.accounts.put(account('b', { user: 'same' }), refused)).toBe('taken');
      expect(await bySystem(one)).toEqual([account('a', { user: 'same' })]);
      expect((await one.journal.list(0, 100)).map(({ entryId }) => entryId)).not.toContain(refused.entryId);
      expect(await two.accounts.put(account('a', { user: 'same', role: 'hub' }), entry())).toBe('done');
      const answers = await Promise.all([
        one.accounts.put(account('c', { user: 'new' }), entry()),
        two.accounts.put(account('d', { user: 'new' }), entry()),
      ]);
      expect(answers.toSorted()).toEqual(['done', 'taken']);
    });

    it('lets a removed one go, and its user with it; journals what it did', async () => {
      const { one, two } = opened;
      const added = entry({ act: 'account.put' });
      const removed = entry({ act: 'account.remove' });
      const unknown = entry();
      await one.accounts.put(account('a'), added);
      expect(await two.accounts.remove('a', removed)).toBe('done');
      expect(await one.accounts.remove('a', unknown)).toBe('unknown');
      expect(await one.accounts.list()).toEqual([]);
      expect(await one.accounts.put(account('b', { user: account('a').user }), entry())).toBe('done');
      const journalled = (await two.journal.list(0, 100)).map(({ entryId }) => entryId);
      expect(journalled).toEqual(expect.arrayContaining([added.entryId, removed.entryId]));
      expect(journalled).not.toContain(unknown.entryId);
    });

    it('answers a repeat as the first time and does it once', async () => {
      const { one, two } = opened;
      const [first, last] = [entry(), entry()];
      await one.accounts.put(account('a'), first);
      await one.accounts.put(account('a', { user: 'later' }), entry());
      expect(await two.accounts.put(account('a'), first)).toBe('done');
      expect(await bySystem(one)).toEqual([account('a', { user: 'later' })]);
      await one.accounts.remove('a', last);
      await one.accounts.put(account('a'), entry());
      expect(await two.accounts.remove('a', last)).toBe('done');
      expect(await bySystem(two)).toEqual([account('a')]);
    });
  });
};
