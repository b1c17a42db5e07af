/** The ports of a broker: who connects over it, and how what stands in an inbox is handed to it. */
import type { Account } from '../records/account.ts';
import type { JournalEntry } from '../records/change.ts';
import type { Offer } from '../records/delivery.ts';

/** Systems that may collect from a queue and submit to one, besides or instead of HTTP. */
export type Accounts = {
  /** As they are now, or up to 0.2 s ago. */
  list(): Promise<readonly Account[]>;
  /** Adds or replaces by system. `taken`: another system has that user; nothing was changed. */
  put(account: Account, journal: JournalEntry): Promise<'done' | 'taken'>;
  remove(system: string, journal: JournalEntry): Promise<'done' | 'unknown'>;
};

/** An inbox that is a queue: deliveries to these organs go to that system. */
export type RelayInbox = {
  readonly system: string;
  readonly collectsFor: readonly string[];
  /** What the broker was given before this instant and nobody acknowledged is given again; null = nothing is. */
  readonly again: string | null;
};

export type RelayQuery = {
  readonly inboxes: readonly RelayInbox[];
  readonly at: string;
  /** Who claims, and until when nobody else gets the same. */
  readonly holder: string;
  readonly until: string;
  readonly limit: number;
};
/** What a message tells of a claimed delivery, and the system whose queue it goes to. */
export type RelayOffer = Pick<Offer, 'deliveryId' | 'recordId' | 'organ' | 'kind' | 'sha256' | 'size' | 'verdict'> & {
  readonly system: string;
};

/** The relaying half of `hub.deliveries`. */
export type Outbox = {
  /**
   * Claims what is offered to these inboxes (`queued`, `via: inbox`, not waiting out a fail, not posted by that
   * system as a hub) and which the broker never had, or not since it is offered again after a fail, or only before
   * `again`. Urgent first, then oldest; where more wait than `limit`, some of each organ, its most urgent and oldest
   * first, so that nobody waits behind another's long queue. No delivery is claimed by two holders at one time; the
   * same question repeated answers the same claims. A claim costs what it takes, not what waits.
   */
  toRelay(query: RelayQuery): Promise<readonly RelayOffer[]>;
  /**
   * The broker has these, confirmed and not returned; the claim ends. Ignored where another holder has the claim by
   * now, or none because the recipient has meanwhile failed to take it (a move with `offeredAt` ends every claim).
   */
  relayed(deliveryIds: readonly string[], holder: string, at: string): Promise<void>;
  /** The broker did not take these: their claims end, and the next round tries again. */
  unclaim(deliveryIds: readonly string[], holder: string): Promise<void>;
};

/** One delivery as a message: the envelope itself, or `{href}` where it is large. */
export type Parcel = {
  readonly offer: RelayOffer;
  readonly contentType: 'application/xml' | 'application/json';
  readonly body: Uint8Array;
};

/**
 * `confirmed`: on a majority of the broker's disks. `unroutable`: there is no such queue. `full`: the queue takes
 * no more for now. `away`: not known; it may have it.
 */
export type Published = 'confirmed' | 'unroutable' | 'full' | 'away';

export type BrokerState = {
  readonly kind: 'connected' | 'blocked' | 'away';
  /** Instant since when. */
  readonly since: string;
  readonly why: string | null;
};

export type Relay = {
  /** Puts these into inbox queues; one answer each, in order. Never throws for a broker that is away. */
  publish(parcels: readonly Parcel[]): Promise<readonly Published[]>;
  /** Messages ready in a system's inbox queue, not counting those handed out; null where it cannot be told, 0 for a queue that is empty or was just made anew. */
  waiting(system: string): Promise<number | null>;
  state(): BrokerState;
  /** Parcels by what became of them, since this process started. */
  counts(): Readonly<Record<Published, number>>;
};
