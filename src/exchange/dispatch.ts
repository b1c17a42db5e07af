/**
 * From the outbox to the queues: pending deliveries are the outbox, and this carries them to the broker
 * after their commit, never before. It runs in every process that has a broker; claims spread the work,
 * so no lease is needed. Word of arrivals makes it quick, asking every second makes it right.
 */
import type { BrokerState, Relay, RelayInbox } from '../hub/relay.ts';
import type { Hub } from '../hub.ts';
import { dueForLook, givenAgain, inboxesFor, type Look, lookedAt, type QueueMemory, remember } from './dispatch/inboxes.ts';
import type { ParcelOptions } from './dispatch/parcel.ts';
import { type Claimed, claim, type Given, handOver, mostClaimed } from './dispatch/rounds.ts';

export type DispatchOptions = ParcelOptions & {
  /** Seconds until what a broker was given and nobody acknowledged is given again. */
  readonly againSeconds: number;
};
type Log = { error(context: object, message: string): void; warn(context: object, message: string): void };

/** Milliseconds. */
const pollEvery = 1_000;
/** Many envelopes arrive in an instant under load: one claim for all of them costs the store what one for each would. */
const gathering = 15;
/** Claims under way at one time: while one is at the broker, the next is read. */
const mostUnderWay = 2;

type Dispatching = {
  readonly hub: Hub;
  readonly relay: Relay;
  readonly options: DispatchOptions;
  readonly queues: Map<string, QueueMemory>;
  readonly underWay: Set<Promise<void>>;
  /** The broker was silent: not before. */
  quietUntil: number;
  /** Milliseconds that the store took over the last claim. */
  claimTook: number;
};

const learn = (dispatching: Dispatching, given: readonly Given[]): void => {
  const now = Date.now();
  const { queues } = dispatching;
  for (const { offer, published } of given) {
    queues.set(offer.system, remember(queues.get(offer.system), published, now));
    if (published === 'away') dispatching.quietUntil = now + pollEvery;
  }
};

const give = (dispatching: Dispatching, claimed: Claimed): Promise<void> =>
  handOver(dispatching.hub, dispatching.relay, claimed, dispatching.options).then((given) => learn(dispatching, given));

const claimFor = async (dispatching: Dispatching, inboxes: readonly RelayInbox[]): Promise<Claimed> => {
  const claimed = await claim(dispatching.hub, inboxes, dispatching.claimTook);
  dispatching.claimTook = claimed.took;
  return claimed;
};

/** Claims what is new, and hands it over beside the claims to come. Answers how many. */
const forwardRound = async (dispatching: Dispatching, failed: (error: unknown) => void): Promise<number> => {
  const { hub, queues, underWay } = dispatching;
  const claimed = await claimFor(dispatching, inboxesFor(await hub.accounts.list(), await hub.organs.directory(), queues, Date.now()));
  if (claimed.offers.length === 0) return 0;
  const giving: Promise<void> = give(dispatching, claimed)
    .catch(failed)
    .finally(() => underWay.delete(giving));
  underWay.add(giving);
  if (underWay.size >= mostUnderWay) await Promise.race(underWay);
  return claimed.offers.length;
};

/** Looks at some queues and gives again what stands in none. */
const againRound = async (dispatching: Dispatching): Promise<void> => {
  const { hub, relay, options, queues } = dispatching;
  const all = inboxesFor(await hub.accounts.list(), await hub.organs.directory(), queues, Date.now());
  const looked = dueForLook(all, queues, Date.now());
  const at = hub.now();
  const seen: RelayInbox[] = [];
  for (const inbox of looked) seen.push(givenAgain(inbox, await relay.waiting(inbox.system), at, options.againSeconds));
  const claimed = await claimFor(
    dispatching,
    seen.filter(({ again }) => again !== null),
  );
  const found = new Set(claimed.offers.map(({ system }) => system));
  const { againSeconds } = options;
  for (const { system } of looked) {
    const look: Look = { found: found.has(system), againSeconds, chance: Math.random() };
    queues.set(system, lookedAt(queues.get(system), look, Date.now()));
  }
  await give(dispatching, claimed);
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Loop = {
  readonly dispatching: Dispatching;
  readonly signal: AbortSignal;
  failed(error: unknown): void;
  /** The broker went, or came back. */
  turned(state: BrokerState): void;
};

const isOpen = ({ relay, quietUntil }: Dispatching): boolean => relay.state().kind === 'connected' && Date.now() >= quietUntil;

/** The wait begins before the round: what arrives during it ends the wait at once. */
const forward = async ({ dispatching, signal, failed }: Loop): Promise<void> => {
  let woken: Promise<void> | null = null;
  while (!signal.aborted) {
    woken ??= dispatching.hub.arrivals.wait(null, pollEvery, signal);
    try {
      const claimed = isOpen(dispatching) ? await forwardRound(dispatching, failed) : 0;
      if (claimed === 0) {
        await woken;
        woken = null;
      }
      // A full claim is followed by the next at once; the rest of a few may wait for company.
      if (claimed < mostClaimed) await pause(gathering);
    } catch (error) {
      failed(error);
      await pause(pollEvery);
    }
  }
};

const repeat = async ({ dispatching, signal, failed, turned }: Loop): Promise<void> => {
  let seen: BrokerState['kind'] = 'connected';
  while (!signal.aborted) {
    const state = dispatching.relay.state();
    if (state.kind !== seen) turned(state);
    seen = state.kind;
    try {
      if (isOpen(dispatching)) await againRound(dispatching);
    } catch (error) {
      failed(error);
    }
    // Nothing arrives for nobody: this waits a second, or until the end.
    await dispatching.hub.arrivals.wait('', pollEvery, signal);
  }
};

/** What is at the broker when the hub stops has so long, in milliseconds; then its claims end by themselves. */
const stopWithin = 3_000;

/** Without a broker nothing runs. */
export const startDispatch = (hub: Hub, log: Log, options: DispatchOptions): { stop(): Promise<void> } => {
  const { relay } = hub;
  if (relay === null) return { stop: async () => undefined };
  const stopping = new AbortController();
  const dispatching: Dispatching = { hub, relay, options, queues: new Map(), underWay: new Set(), quietUntil: 0, claimTook: 0 };
  const failed = (error: unknown): void => log.error({ error: String(error) }, 'handing over to the broker failed and will be repeated');
  const turned = (broker: BrokerState): void => log.warn({ broker }, `the broker is ${broker.kind}`);
  const loop: Loop = { dispatching, signal: stopping.signal, failed, turned };
  const running = [forward(loop), repeat(loop)];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.race([Promise.all([...running, ...dispatching.underWay]), pause(stopWithin)]);
    },
  };
};
