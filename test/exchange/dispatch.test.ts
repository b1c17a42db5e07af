/** What becomes of a pending delivery on its way to a queue, decided without a broker. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { dueForLook, givenAgain, inboxesFor, lookedAt, type QueueMemory, remember } from '../../src/exchange/dispatch/inboxes.ts';
import { byQueue, groupsOf, parcelFor } from '../../src/exchange/dispatch/parcel.ts';
import { claim, handOver } from '../../src/exchange/dispatch/rounds.ts';
import type { RelayInbox, RelayOffer } from '../../src/hub/relay.ts';
import type { Hub } from '../../src/hub.ts';
import type { Account } from '../../src/records/account.ts';
import { directoryOf, organ } from '../support/directory.ts';

const account = (system: string, role: Account['role'] = 'agency'): Account => ({ system, user: system, role, issuedAt: '' });
const inbox = (system: string): RelayInbox => ({ system, collectsFor: [system], again: null });
const offer = (size: number): RelayOffer => ({
  ...{ deliveryId: 'd', recordId: 'r', organ: 'H99.1', kind: 'document', sha256: 'a'.repeat(64), size, verdict: null },
  system: 'a',
});

describe('inboxes that are queues', () => {
  const directory = directoryOf(
    organ('H99.1', { system: 'a' }),
    organ('H99.2', { system: 'b' }),
    organ('H99.3', { system: 'a' }),
    organ('H99.4', { system: 'c', delegate: 'H99.1' }),
    organ('H88.1', { member: false, system: 'hub' }),
  );

  it('are those of systems with an account, for the organs whose inbox they see', () => {
    const found = inboxesFor([account('a'), account('hub', 'hub'), account('nobody')], directory, new Map(), 0);
    expect(found.map(({ system, collectsFor }) => [system, [...collectsFor].sort()])).toEqual([
      ['a', ['H99.1', 'H99.3', 'H99.4']],
      ['hub', ['H88.1']],
    ]);
  });

  it('rest ever longer while they are full or missing, at most a minute, and no other rests with them', () => {
    let memory: QueueMemory | undefined;
    let now = 0;
    const rests = [];
    for (let round = 0; round < 9; round += 1) {
      memory = remember(memory, round % 2 === 0 ? 'full' : 'unroutable', now);
      // Many of one group are refused together: that counts once.
      expect(remember(memory, 'full', now)).toEqual(memory);
      rests.push(memory.restsUntil - now);
      now = memory.restsUntil;
    }
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    const memories = new Map([['a', memory as QueueMemory]]);
    expect(inboxesFor([account('a'), account('b')], directory, memories, now - 1).map(({ system }) => system)).toEqual(['b']);
    expect(inboxesFor([account('a'), account('b')], directory, memories, now).map(({ system }) => system)).toEqual(['a', 'b']);
    expect(remember(memory, 'confirmed', now)).toMatchObject({ refusals: 0, restsUntil: 0 });
  });

  it('do not rest for a silent broker: that says nothing of the queue', () => {
    const memory = { refusals: 2, restsUntil: 5, lookAt: 7 };
    expect(remember(memory, 'away', 10)).toBe(memory);
  });
});

describe('giving again', () => {
  const at = new Date('2026-11-23T08:00:00.000Z');

  it('only happens for a queue in which nothing is ready, and for what was given so long ago', () => {
    expect(givenAgain(inbox('a'), 0, at, 900).again).toBe('2026-11-23T07:45:00.000Z');
    expect(givenAgain(inbox('a'), 1, at, 900).again).toBeNull();
    expect(givenAgain(inbox('a'), null, at, 900).again).toBeNull();
  });

  it('is looked at in turn, some systems a round, sooner where something was found', () => {
    const inboxes = Array.from({ length: 120 }, (_, place) => inbox(`s${place}`));
    const memories = new Map<string, QueueMemory>();
    const looked: string[] = [];
    for (let round = 0; round < 3; round += 1)
      for (const { system } of dueForLook(inboxes, memories, 10)) {
        looked.push(system);
        memories.set(system, lookedAt(memories.get(system), { found: false, againSeconds: 900, chance: 0.5 }, 10));
      }
    expect(new Set(looked).size).toBe(120);
    expect(looked).toHaveLength(120);
    expect(dueForLook(inboxes, memories, 20_009)).toEqual([]);
    expect(dueForLook(inboxes, memories, 20_010)).toHaveLength(50);
    expect(lookedAt(undefined, { found: true, againSeconds: 900, chance: 0 }, 10).lookAt).toBe(1_010);
    for (const chance of [0, 1]) {
      const { lookAt } = lookedAt(undefined, { found: false, againSeconds: 4, chance }, 0);
      expect([750, 1_250]).toContain(lookAt);
    }
  });
});

describe('bytes that cannot be read', () => {
  const options = { inlineBytes: 1_000, publicUrl: 'https://hub' };
  const hubWith = (stream: () => Readable): Parameters<typeof parcelFor>[0] => ({
    originals: { open: async () => ({ size: 3, stream }) } as unknown as Hub['originals'],
    signer: { certificates: [], sign: async () => new Uint8Array([1]) },
    now: () => new Date('2026-11-23T08:00:00.000Z'),
  });
  const failing = (): Readable =>
    new Readable({
      read() {
        this.destroy(new Error('ChunkIsMissing'));
      },
    });

  it.each([
    ['a stream that fails', failing],
    ['fewer than there should be', () => Readable.from([Buffer.from('ab')])],
  ])('go as a link, so that nothing else waits for them: %s', async (_, stream) => {
    const parcel = await parcelFor(hubWith(stream), offer(3), options, new Map());
    expect(parcel.contentType).toBe('application/json');
    expect(JSON.parse(Buffer.from(parcel.body).toString())).toEqual({ href: expect.stringContaining('https://hub/v1/deliveries/') });
  });

  it('and those that can go whole', async () => {
    const parcel = await parcelFor(
      hubWith(() => Readable.from([Buffer.from('abc')])),
      offer(3),
      options,
      new Map(),
    );
    expect([parcel.contentType, Buffer.from(parcel.body).toString()]).toEqual(['application/xml', 'abc']);
  });
});

describe('groups on their way', () => {
  const sizes = (groups: readonly (readonly RelayOffer[])[]): readonly (readonly number[])[] =>
    groups.map((group) => group.map(({ size }) => size));

  it('hold as many bytes as fit, in order; one alone may be larger, and links weigh nothing', () => {
    expect(sizes(groupsOf([], 100, 1_000))).toEqual([]);
    expect(sizes(groupsOf([60, 40, 1].map(offer), 100, 1_000))).toEqual([[60, 40], [1]]);
    expect(sizes(groupsOf([1, 1, 1, 1].map(offer), 3, 1_000))).toEqual([[1, 1, 1], [1]]);
    expect(sizes(groupsOf([10, 500, 10].map(offer), 100, 1_000))).toEqual([[10], [500], [10]]);
    expect(sizes(groupsOf([500, 10].map(offer), 100, 1_000))).toEqual([[500], [10]]);
    expect(sizes(groupsOf([90, 500, 10].map(offer), 100, 100))).toEqual([[90, 500, 10]]);
  });

  it('go to one queue after the other, that of the most urgent first, and to each in the order of its inbox', () => {
    const turns = ['b', 'a', 'c', 'b', 'a', 'b'].map((system, place) => ({ ...offer(place), system }));
    expect(byQueue(turns).map(({ system, size }) => `${system}${size}`)).toEqual(['b0', 'b3', 'b5', 'a1', 'a4', 'c2']);
  });
});

describe('a store that is slow', () => {
  /** A clock that a claim moves on, and a broker that takes everything. */
  const scene = (slowMs: number) => {
    let now = Date.parse('2026-11-23T00:00:00Z');
    const deliveries = {
      toRelay: async () => {
        now += slowMs;
        return [offer(10)];
      },
      relayed: async () => undefined,
      unclaim: async () => undefined,
    };
    const hub = {
      deliveries,
      now: () => new Date(now),
      originals: { open: async () => null },
      signer: { sign: async (bytes: Uint8Array) => bytes },
    };
    const relay = { publish: async (parcels: readonly unknown[]) => parcels.map(() => 'confirmed' as const) };
    return { hub: hub as unknown as Hub, relay: relay as unknown as NonNullable<Hub['relay']> };
  };
  const options = { inlineBytes: 100, publicUrl: 'http://hub' };

  it('gets longer claims, so that what it claims is handed over and not given back for ever', async () => {
    const { hub, relay } = scene(25_000);
    const first = await claim(hub, [inbox('a')]);
    expect(await handOver(hub, relay, first, options)).toEqual([]);
    const second = await claim(hub, [inbox('a')], first.took);
    expect((await handOver(hub, relay, second, options)).map(({ published }) => published)).toEqual(['confirmed']);
  });
});
