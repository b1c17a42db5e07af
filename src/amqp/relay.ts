/** `hub.relay`: deliveries as messages in the inbox queues of systems (contract §8). */
import type { BrokerState, Parcel, Published, Relay } from '../hub/relay.ts';
import type { Connection } from './connection.ts';
import { declareSystem } from './declare.ts';
import type { Outgoing, Publisher } from './publish.ts';
import { names } from './topology.ts';

/** The headers of contract §8, and the delivery's id as the message's, which stays when it is given again. */
export const messageFor = ({ offer, contentType, body }: Parcel, now: Date): Outgoing => {
  const { deliveryId, recordId, organ, kind, sha256, size, verdict } = offer;
  return {
    exchange: '',
    key: names.inbox(offer.system),
    body,
    properties: {
      ...{ messageId: deliveryId, contentType, appId: 'lienthong', type: kind, timestamp: Math.floor(now.getTime() / 1_000) },
      headers: { deliveryId, recordId, organ, kind, sha256, size, verdict },
    },
  };
};

export type RelayLines = {
  readonly publisher: Publisher;
  /** Asked about queues: the publishing connection may be blocked. */
  readonly inward: Connection;
  state(): BrokerState;
  now(): Date;
};

/** Makes a system's queues, one time for all that ask at once. False while the broker is away or refuses. */
const declarer = (inward: Connection): ((system: string) => Promise<boolean>) => {
  const under = new Map<string, Promise<boolean>>();
  const declare = (system: string): Promise<boolean> =>
    inward
      .ask(async (channel) => {
        await declareSystem(channel, system);
        return true;
      })
      .then(
        (done) => done === true,
        () => false,
      );
  return (system) => {
    const known = under.get(system);
    if (known !== undefined) return known;
    const declaring = declare(system).finally(() => under.delete(system));
    under.set(system, declaring);
    return declaring;
  };
};

/** AMQP's reply code for what is not there. */
const notFound = 404;

export const openRelay = ({ publisher, inward, state, now }: RelayLines): Relay => {
  const counts: Record<Published, number> = { confirmed: 0, unroutable: 0, full: 0, away: 0 };
  const declare = declarer(inward);
  const give = async (parcel: Parcel): Promise<Published> => {
    const message = messageFor(parcel, now());
    const first = await publisher.publish(message);
    // Its account was made lately, or the broker lost its data: what is missing is made, and the message sent again.
    const last = first === 'unroutable' && (await declare(parcel.offer.system)) ? await publisher.publish(message) : first;
    counts[last] += 1;
    return last;
  };
  return {
    publish: (parcels) => Promise.all(parcels.map(give)),
    waiting: async (system) => {
      try {
        return await inward.ask(async (channel) => (await channel.checkQueue(names.inbox(system))).messageCount);
      } catch (error) {
        const { code } = error as { readonly code?: unknown };
        return code === notFound && (await declare(system)) ? 0 : null;
      }
    },
    state,
    counts: () => ({ ...counts }),
  };
};
