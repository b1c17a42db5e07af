/** RabbitMQ as the rest of the hub sees it: opened once, and there even while the server is not. */
import type { Part } from '../hub/part.ts';
import type { BrokerState, Relay } from '../hub/relay.ts';
import type { Taken, TakenCount } from '../hub/taken.ts';
import { type BrokerCarrier, openCarrier } from './arrivals.ts';
import { openConnection } from './connection.ts';
import { declareTopology } from './declare.ts';
import { type DoorOpening, type OpenBrokerDoor, openBrokerDoor } from './door/door.ts';
import { openPublisher } from './publish.ts';
import { openRelay } from './relay.ts';

export type BrokerOptions = {
  /** `amqp://` or `amqps://`, with user and password. */
  readonly url: string;
  readonly now?: () => Date;
};

export type Broker = {
  readonly relay: Relay;
  readonly carrier: BrokerCarrier;
  /** Opens the door of the queues (contract §8). */
  door(opened: DoorOpening): OpenBrokerDoor;
  /** What became of the messages that came to the door. */
  taken(): readonly TakenCount[];
  part(): Part;
  /** Connects, and keeps connecting. Answers at once: until the server is there, and whenever it goes, the state says so. */
  start(): void;
  /** Waits for what is on its way, then lets go. Whoever reads from it has stopped before. */
  close(): Promise<void>;
};

/** Milliseconds: the hub has ten seconds to stop in (contract §2). */
const drainWithin = 2_000;

/** Worse of the two: away, blocked, connected. */
const worse = (one: BrokerState, other: BrokerState): BrokerState => {
  const order: readonly BrokerState['kind'][] = ['away', 'blocked', 'connected'];
  return order.indexOf(one.kind) <= order.indexOf(other.kind) ? one : other;
};

const remarkFor = ({ kind, why }: BrokerState): Part['remarks'] => {
  const because = why === null ? '' : `: ${why}`;
  switch (kind) {
    case 'connected':
      return [];
    case 'blocked':
      return [
        {
          vi: `RabbitMQ tạm ngừng nhận vì thiếu bộ nhớ hoặc đĩa${because}; văn bản vẫn được nhận và lấy qua HTTP`,
          en: `RabbitMQ takes nothing for want of memory or disk${because}; documents are still accepted and collected over HTTP`,
        },
      ];
    case 'away':
      return [
        {
          vi: `Không kết nối được RabbitMQ${because}; văn bản vẫn được nhận và lấy qua HTTP`,
          en: `RabbitMQ cannot be reached${because}; documents are still accepted and collected over HTTP`,
        },
      ];
  }
};

const partFor = (state: BrokerState, server: string | null): Part => ({
  name: 'broker',
  what: server ?? 'RabbitMQ',
  state: state.kind === 'connected' ? 'ok' : state.kind,
  since: state.since,
  remarks: remarkFor(state),
});

const countTaken = () => {
  const counts = new Map<string, TakenCount>();
  return {
    note(queue: string, taken: Taken): void {
      const key = `${queue} ${taken}`;
      counts.set(key, { queue, taken, count: (counts.get(key)?.count ?? 0) + 1 });
    },
    all: (): readonly TakenCount[] => [...counts.values()],
  };
};

export const openBroker = ({ url, now = () => new Date() }: BrokerOptions): Broker => {
  const name = `lienthong ${process.pid}`;
  const outward = openConnection({ url, name: `${name} out`, now });
  const inward = openConnection({ url, name: `${name} in`, now });
  outward.attach(declareTopology);
  inward.attach(declareTopology);
  const publisher = openPublisher(outward);
  const counts = countTaken();
  const state = (): BrokerState => worse(outward.state(), inward.state());
  return {
    relay: openRelay({ publisher, inward, state, now }),
    carrier: openCarrier(outward, inward),
    door: (opened) => openBrokerDoor({ inward, publisher }, { ...opened, note: counts.note }),
    taken: counts.all,
    start: () => {
      outward.start();
      inward.start();
    },
    part: () => partFor(state(), outward.server()),
    close: async () => {
      await publisher.drain(drainWithin);
      await Promise.all([outward.close(), inward.close()]);
    },
  };
};
