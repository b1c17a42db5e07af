/** `Hub.deliveries`: the inbox of contract §5. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Offer } from '../../src/records/delivery.ts';
import type { InboxQuery } from '../../src/records/query.ts';
import { at, document, entry, type Opened, type OpenTwice, type Store } from './specimens.ts';

const ask = (changes: Partial<InboxQuery> = {}): InboxQuery => ({
  system: 'qlvb',
  collectsFor: ['H99.02'],
  at: at(3600),
  limit: 100,
  ...changes,
});

const everyOffer = async (store: Store, query: InboxQuery): Promise<readonly Offer[]> => {
  const offers: Offer[] = [];
  let after: string | undefined;
  do {
    const page = await store.deliveries.offered(after === undefined ? query : { ...query, after });
    offers.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return offers;
};

/**
 * Core (durability.md): A begins first and is committed last; a poll in between sees B; the next poll
 * sees A as well. Whoever keeps a position instead of asking for all that is unacknowledged loses A.
 */
export const expectLateArrival = async (one: Store, two: Store): Promise<void> => {
  const a = document(['H99.02'], { acceptedAt: at(1) });
  const b = document(['H99.02'], { acceptedAt: at(2) });
  await two.commit(b);
  expect((await one.deliveries.offered(ask())).items.map(({ recordId }) => recordId)).toEqual([b.record.recordId]);
  await one.commit(a);
  for (const store of [one, two])
    expect((await store.deliveries.offered(ask())).items.map(({ recordId }) => recordId)).toEqual([a.record.recordId, b.record.recordId]);
};

const choosing = (stores: () => Opened): void => {
  it('shows what is queued for the organs asked for, and nothing else', async () => {
    const { one, two } = stores();
    await one.commit(document(['H99.02', 'H99.09']));
    await one.commit(document(['H99.02'], {}, { state: 'held' }));
    await one.commit(document(['H99.02'], {}, { state: 'collected' }));
    await one.commit(document(['H99.02'], {}, { via: 'upper' }));
    expect(await everyOffer(two, ask())).toHaveLength(1);
    expect(await everyOffer(two, ask({ collectsFor: [] }))).toEqual([]);
    expect(await everyOffer(two, ask({ collectsFor: ['H99.02', 'H99.09'] }))).toHaveLength(2);
    expect(await everyOffer(two, ask({ collectsFor: ['H99.02', 'H99.09'], organ: 'H99.09' }))).toMatchObject([{ organ: 'H99.09' }]);
    expect(await everyOffer(two, ask({ organ: 'H99.09' }))).toEqual([]);
  });

  it('shows the delivery with what the recipient needs of its record', async () => {
    const { one, two } = stores();
    const sent = document(['H99.02'], { verdict: 'undetermined', reason: 'revocation-unknown' });
    await one.commit(sent);
    const { type, statusCode, documentId, from, code, subject, verdict } = sent.record;
    const shown = { type, statusCode, documentId, from, code, subject, verdict };
    expect(await everyOffer(two, ask())).toEqual([{ ...sent.deliveries[0], ...shown }]);
  });

  it('leaves out what waits out a fail, until then', async () => {
    const { one, two } = stores();
    await one.commit(document(['H99.02'], {}, { offeredAt: at(60), attempt: 1 }));
    expect(await everyOffer(two, ask({ at: at(59) }))).toEqual([]);
    expect(await everyOffer(two, ask({ at: at(60) }))).toHaveLength(1);
  });

  it('never offers a system what it posted itself', async () => {
    const { one, two } = stores();
    await one.commit(document(['H99.02'], {}, { postedBy: 'qlvb' }));
    await one.commit(document(['H99.02'], {}, { postedBy: null }));
    expect(await everyOffer(two, ask())).toHaveLength(1);
    expect(await everyOffer(two, ask({ system: 'other' }))).toHaveLength(2);
  });

  it('keeps documents and statuses apart when asked', async () => {
    const { one, two } = stores();
    await one.commit(document(['H99.02']));
    await one.commit(document(['H99.02'], { kind: 'status', type: null, statusCode: '03' }));
    expect(await everyOffer(two, ask({ kind: 'status' }))).toMatchObject([{ kind: 'status', statusCode: '03' }]);
    expect(await everyOffer(two, ask({ kind: 'document' }))).toMatchObject([{ kind: 'document', statusCode: null }]);
  });
};

const paging = (stores: () => Opened): void => {
  it('shows urgent ones first, then the oldest, whole over pages of any size', async () => {
    const { one, two } = stores();
    const organs = Array.from({ length: 7 }, (_, place) => `H99.${place}`);
    const changes = Array.from({ length: 40 }, (_, place) =>
      document([organs[place % 7] ?? ''], { priority: place % 5, acceptedAt: at(Math.floor(place / 3) * 10) }),
    );
    await Promise.all(changes.map((change, place) => (place % 2 === 0 ? one : two).commit(change)));
    const whole = await everyOffer(one, ask({ collectsFor: organs, limit: 1000 }));
    expect(whole).toHaveLength(40);
    const sorted = [...whole].sort(
      (left, right) =>
        right.priority - left.priority || left.queuedAt.localeCompare(right.queuedAt) || (left.deliveryId < right.deliveryId ? -1 : 1),
    );
    expect(whole).toEqual(sorted);
    for (const limit of [1, 3, 7, 39, 40]) expect(await everyOffer(two, ask({ collectsFor: organs, limit }))).toEqual(whole);
  });

  it('pages on past what was taken meanwhile', async () => {
    const { one, two } = stores();
    for (let place = 0; place < 6; place += 1) await one.commit(document(['H99.02'], { acceptedAt: at(place) }));
    const first = await one.deliveries.offered(ask({ limit: 3 }));
    for (const { deliveryId } of first.items)
      await two.commit({ journal: entry(), deliveryMoves: [{ deliveryId, version: 1, state: 'collected' }] });
    const rest = await one.deliveries.offered(ask({ limit: 3, after: first.next ?? '' }));
    expect(rest.items.map(({ queuedAt }) => queuedAt)).toEqual([at(3), at(4), at(5)]);
    expect(rest.next).toBeNull();
  });

  it('refuses a next that it did not give', async () => {
    for (const after of ['nonsense', Buffer.from('["a"]').toString('base64url'), ''])
      await expect(stores().one.deliveries.offered(ask({ after }))).rejects.toMatchObject({ code: 'request.invalid' });
  });
};

export const deliveriesContract = (name: string, open: OpenTwice): void => {
  describe(`${name}: deliveries`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    const stores = (): Opened => opened;
    it('shows a delivery that was committed late though it began early', () => expectLateArrival(stores().one, stores().two));
    it('knows nothing of a delivery that does not exist', async () => expect(await stores().one.deliveries.get('none')).toBeNull());
    it('counts deliveries in each state', async () => {
      const { one, two } = stores();
      const sent = document(['H99.02', 'H99.03', 'H99.04']);
      await one.commit(sent);
      await two.commit({
        journal: entry(),
        deliveryMoves: [{ deliveryId: sent.deliveries[0]?.deliveryId ?? '', version: 1, state: '03' }],
      });
      expect(await one.deliveries.count()).toMatchObject({ queued: 2, '03': 1 });
    });
    choosing(stores);
    paging(stores);
  });
};
