/**
 * The AMQP door (contract §8): systems submit envelopes and statuses, acknowledge what they took, and find
 * the answers in their reply queues. Whatever a message brings, it ends in an answer, a pause or the
 * parking queue; never in a crash, and never in the way of the next.
 */
import { readQueue } from '../consume.ts';
import { declareSystem } from '../declare.ts';
import { names } from '../topology.ts';
import { acknowledge } from './acknowledge.ts';
import type { Lines, Room } from './acts.ts';
import { arrivedFrom, type Intake } from './message/arrived.ts';
import { loadOf } from './message/load.ts';
import { countStrangers } from './strangers.ts';
import { submit } from './submit.ts';
import { type Task, takeMessage } from './take.ts';
import { failing, reasonFor, undeliveredFrom } from './undelivered.ts';

/** What it is opened with. */
export type DoorOpening = Pick<Room, 'hub' | 'acts' | 'log'>;
/** The door, and what is told of each message. */
type Opened = DoorOpening & Pick<Room, 'note'>;

export type OpenBrokerDoor = {
  /** Takes nothing new, and lets what is in hand finish; what cannot be answered goes back to the broker. */
  close(): Promise<void>;
};

/** Envelopes in hand at one time, of each queue: enough to fill a group of commits. */
const envelopesInHand = 16;
/** They have waited: nobody is in a hurry, and each may be as large as the broker allows, all of it in memory. */
const envelopesAgainInHand = 4;
const acknowledgementsInHand = 64;

type Counter = { readonly intake: Intake; readonly prefetch: number; readonly task: Task };

const submitting: Task = { act: submit, answers: true };
const acknowledging: Task = { act: acknowledge, answers: true };

const counters: readonly Counter[] = [
  { intake: { queue: names.submit, again: names.submitAgain, trusted: false }, prefetch: envelopesInHand, task: submitting },
  { intake: { queue: names.submitAgain, again: names.submitAgain, trusted: true }, prefetch: envelopesAgainInHand, task: submitting },
  {
    intake: { queue: names.acknowledge, again: names.acknowledgeAgain, trusted: false },
    prefetch: acknowledgementsInHand,
    task: acknowledging,
  },
  {
    intake: { queue: names.acknowledgeAgain, again: names.acknowledgeAgain, trusted: true },
    prefetch: acknowledgementsInHand,
    task: acknowledging,
  },
];

/** After the loss of the broker's data, or of one queue; what the broker refuses is as good as away. */
const declarer =
  (inward: Lines['inward']): Room['declare'] =>
  (system) =>
    inward
      .ask(async (channel) => {
        await declareSystem(channel, system);
        return true;
      })
      .then(
        (done) => done === true,
        () => false,
      );

export const openBrokerDoor = ({ inward, publisher }: Lines, opened: Opened): OpenBrokerDoor => {
  const closing = new AbortController();
  const room: Room = { ...opened, publisher, declare: declarer(inward), strangers: countStrangers(), closing: closing.signal };
  const readers = [
    ...counters.map(({ intake, prefetch, task }) =>
      readQueue(inward, {
        queue: intake.queue,
        prefetch,
        take: (message) => takeMessage(room, arrivedFrom(message, intake, room.hub.now()), loadOf(message, room.hub.originals), task),
      }),
    ),
    readQueue(inward, {
      queue: names.undelivered,
      prefetch: acknowledgementsInHand,
      take: (message) =>
        takeMessage(room, undeliveredFrom(message, room.hub.now()), loadOf(message, room.hub.originals), failing(reasonFor(message))),
    }),
  ];
  return {
    close: async () => {
      closing.abort();
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };
};
