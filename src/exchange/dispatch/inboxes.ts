/** Which inboxes are queues, which of them rest, and when what was given and not acknowledged is given again. */
import type { Published, RelayInbox } from '../../hub/relay.ts';
import type { Account } from '../../records/account.ts';
import type { Directory } from '../../records/organ.ts';
import { inboxOf } from '../caller.ts';

/** What this process remembers of a system's queue: nothing that is promised rests on it. Instants in milliseconds. */
export type QueueMemory = {
  /** It refused so often in a row. */
  readonly refusals: number;
  /** Nothing is offered to it before. */
  readonly restsUntil: number;
  /** Whether anything is to be given again is looked at then. */
  readonly lookAt: number;
};
export type QueueMemories = ReadonlyMap<string, QueueMemory>;

const fresh: QueueMemory = { refusals: 0, restsUntil: 0, lookAt: 0 };

/** Milliseconds: a full queue is tried again after one second, and at last every minute. */
const rest = (refusals: number): number => Math.min(60_000, 1_000 * 2 ** Math.min(refusals, 10));

/** The queues of systems with an account and at least one organ, but for those that rest. */
export const inboxesFor = (
  accounts: readonly Account[],
  directory: Directory,
  memories: QueueMemories,
  now: number,
): readonly RelayInbox[] =>
  accounts
    .filter(({ system }) => (memories.get(system) ?? fresh).restsUntil <= now)
    .map(({ system, user, role }) => ({ system, collectsFor: inboxOf(directory, { keyId: `amqp:${user}`, system, role }), again: null }))
    .filter(({ collectsFor }) => collectsFor.length > 0);

/** One answer of the broker for one system's queue. Of silence (`away`) nothing is learnt: it is the broker's, not the queue's. */
export const remember = (memory: QueueMemory = fresh, published: Published, now: number): QueueMemory => {
  switch (published) {
    case 'confirmed':
      return { ...memory, refusals: 0, restsUntil: 0 };
    case 'full':
    case 'unroutable':
      // The others of one group tell the same.
      if (memory.restsUntil > now) return memory;
      return { ...memory, refusals: memory.refusals + 1, restsUntil: now + rest(memory.refusals) };
    case 'away':
      return memory;
  }
};

/** To look is to ask the broker: a queue every 20 seconds, or four times in the time after which things are given again; so many a round. */
const lookEvery = (againSeconds: number): number => Math.min(20_000, againSeconds * 250);
const mostLooks = 50;

/** Those whose turn it is to be looked at, the longest waiting first. */
export const dueForLook = (inboxes: readonly RelayInbox[], memories: QueueMemories, now: number): readonly RelayInbox[] => {
  const lookAt = ({ system }: RelayInbox): number => (memories.get(system) ?? fresh).lookAt;
  return inboxes
    .filter((inbox) => lookAt(inbox) <= now)
    .toSorted((one, other) => lookAt(one) - lookAt(other))
    .slice(0, mostLooks);
};

/**
 * What was given so long ago and is not acknowledged is given again only while nothing stands ready in the
 * queue: a system that is away has it all there still, and one that works through a long queue is not
 * handed it twice; but where the broker lost its data, the queue is empty, and fills again from here.
 */
export const givenAgain = (inbox: RelayInbox, waiting: number | null, at: Date, againSeconds: number): RelayInbox =>
  waiting === 0 ? { ...inbox, again: new Date(at.getTime() - againSeconds * 1_000).toISOString() } : inbox;

/** What a look found; `chance` (0–1) keeps the looks of many systems, and of many processes, apart. */
export type Look = { readonly found: boolean; readonly againSeconds: number; readonly chance: number };

/** After one that found something to give again there may be more: then the next is soon. */
export const lookedAt = (memory: QueueMemory = fresh, { found, againSeconds, chance }: Look, now: number): QueueMemory => ({
  ...memory,
  lookAt: now + (found ? 1_000 : lookEvery(againSeconds) * (0.75 + chance / 2)),
});
