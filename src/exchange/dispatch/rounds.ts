/**
 * One round of handing over: claim, publish, mark. A delivery is marked as given only after the broker has
 * confirmed it; killed between the two, it is given twice with one id, and the recipient knows it by that.
 */
import { randomUUID } from 'node:crypto';
import type { Published, Relay, RelayInbox, RelayOffer } from '../../hub/relay.ts';
import type { Hub } from '../../hub.ts';
import { byQueue, groupsOf, type ParcelOptions, parcelFor, type Readings } from './parcel.ts';

export type Given = { readonly offer: RelayOffer; readonly published: Published };

export type Claimed = {
  readonly offers: readonly RelayOffer[];
  readonly holder: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Milliseconds that the store took over it. */
  readonly took: number;
};

/** How many one claim takes: enough that the store and the broker write those of one organ together. */
export const mostClaimed = 400;
/** Milliseconds. Longer than a group may take at the broker; after a kill so long passes until somebody else has its turn. */
const claimFor = 30_000;
const longestClaim = 600_000;
/** Before the claim ends, so that nothing is still on its way when another process has it. */
const margin = 12_000;
/** Bytes of envelopes in memory for one claim. */
const mostBytes = 8 * 1_048_576;

/**
 * A claim runs from before the store is asked. One that is slow gets longer claims (`lasted`: what the last one took):
 * otherwise nothing would be left of them when they arrive, and all would be claimed and given back for ever.
 */
export const claim = async (hub: Pick<Hub, 'deliveries' | 'now'>, inboxes: readonly RelayInbox[], lasted = 0): Promise<Claimed> => {
  const at = hub.now();
  const [holder, until] = [randomUUID(), at.getTime() + Math.min(longestClaim, claimFor + 3 * lasted)];
  if (inboxes.length === 0) return { offers: [], holder, until, took: lasted };
  const query = { inboxes, at: at.toISOString(), holder, until: new Date(until).toISOString(), limit: mostClaimed };
  const offers = await hub.deliveries.toRelay(query);
  return { offers, holder, until, took: hub.now().getTime() - at.getTime() };
};

type Field = Pick<Hub, 'deliveries' | 'originals' | 'signer' | 'now'>;

const idsOf = (given: readonly Given[], taken: boolean): readonly string[] =>
  given.filter(({ published }) => (published === 'confirmed') === taken).map(({ offer }) => offer.deliveryId);

const giveGroup = async (hub: Field, relay: Relay, group: readonly RelayOffer[], options: ParcelOptions): Promise<readonly Given[]> => {
  const readings: Readings = new Map();
  const parcels = await Promise.all(group.map((offer) => parcelFor(hub, offer, options, readings)));
  const answers = await relay.publish(parcels);
  return group.map((offer, place) => ({ offer, published: answers[place] ?? 'away' }));
};

/** Gives what was claimed, group by group. What the broker does not take, and what time does not suffice for, is free again. */
export const handOver = async (
  hub: Field,
  relay: Relay,
  { offers, holder, until }: Pick<Claimed, 'offers' | 'holder' | 'until'>,
  options: ParcelOptions,
): Promise<readonly Given[]> => {
  const given: Given[] = [];
  const open = new Set(offers.map(({ deliveryId }) => deliveryId));
  try {
    for (const group of groupsOf(byQueue(offers), mostBytes, options.inlineBytes)) {
      if (hub.now().getTime() > until - margin || given.some(({ published }) => published === 'away')) break;
      const answered = await giveGroup(hub, relay, group, options);
      given.push(...answered);
      const confirmed = idsOf(answered, true);
      if (confirmed.length > 0) await hub.deliveries.relayed(confirmed, holder, hub.now().toISOString());
      for (const deliveryId of confirmed) open.delete(deliveryId);
    }
  } finally {
    // Where the store cannot be told, the claims end by themselves.
    if (open.size > 0) await hub.deliveries.unclaim([...open], holder).catch(() => undefined);
  }
  return given;
};
