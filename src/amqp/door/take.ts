/**
 * One message from arrival to answer, for every queue of the door: who sent it, what is done with it, and
 * what becomes of it where that fails. The broker is told `done` only when the answer is safely with it;
 * so a message may be worked on twice, and every act answers a repetition as it did the first time.
 */
import { randomUUID } from 'node:crypto';
import { failure, HubError } from '../../errors.ts';
import type { Taken } from '../../hub/taken.ts';
import type { Account } from '../../records/account.ts';
import type { Caller } from '../../records/key.ts';
import type { Verdict } from '../consume.ts';
import type { Room } from './acts.ts';
import { publishHeld } from './hold.ts';
import { type Arrived, keptProperties, pausedHeaders } from './message/arrived.ts';
import type { Load } from './message/load.ts';
import { parkedMessage, whyFor } from './message/parked.ts';
import { problemReply, type Reply, replyMessage } from './message/reply.ts';
import { type Outcome, outcomeFor } from './outcome.ts';

/** Null: there is nothing to say. */
export type Act = (room: Room, caller: Caller, arrived: Arrived, load: Load) => Promise<Reply | null>;
/** `answers`: whether the sender waits for an answer, be it a problem. */
export type Task = { readonly act: Act; readonly answers: boolean };

/** Who sent it; null for a user, or an inbox, without an account. Throws while the store is away. */
const callerOf = async ({ hub }: Room, { user, inboxOf }: Arrived): Promise<Caller | null> => {
  if (user === null && inboxOf === null) return null;
  const isTheirs = (one: Account): boolean => (inboxOf === null ? one.user === user : one.system === inboxOf);
  const account = (await hub.accounts.list()).find(isTheirs);
  return account === undefined ? null : { keyId: `amqp:${account.user}`, system: account.system, role: account.role };
};

/** True when the answer is where its system will find it, or nowhere to be put. */
const answer = async (room: Room, system: string, arrived: Arrived, reply: Reply): Promise<boolean> => {
  const message = replyMessage(system, arrived, reply, room.hub.now());
  const first = await publishHeld(room.publisher, message, room.closing);
  const published = first === 'refused' && (await room.declare(system)) ? await publishHeld(room.publisher, message, room.closing) : first;
  // Its own queue refuses: what was accepted stays accepted, and over HTTP the receipt can be had at any time.
  if (published === 'refused') room.log.warn({ system, messageId: arrived.messageId }, 'a system’s reply queue takes no answer');
  return published !== 'closing';
};

const park = async (room: Room, arrived: Arrived, body: Uint8Array | null, error: unknown, incident: string): Promise<boolean> => {
  const message = parkedMessage(arrived, body, whyFor(error, incident), room.hub.now());
  const published = await publishHeld(room.publisher, message, room.closing);
  if (published === 'refused') room.log.error({ incident, user: arrived.user, queue: arrived.queue }, 'a message could not even be parked');
  return published !== 'closing';
};

const wait = async (room: Room, arrived: Arrived, load: Load, exchange: string): Promise<boolean> => {
  const properties = { messageId: randomUUID(), ...keptProperties(arrived), headers: pausedHeaders(arrived) };
  const message = { exchange, key: arrived.again, body: await load.body(), properties };
  return (await publishHeld(room.publisher, message, room.closing)) === 'confirmed';
};

type InHand = {
  readonly arrived: Arrived;
  readonly load: Load;
  /** Whose reply queue is told; null where nobody asked. */
  readonly system: string | null;
};

const problemFor = ({ acts }: Room, error: unknown, incident: string): Reply =>
  problemReply(error instanceof HubError ? acts.problemOf(error) : acts.incidentOf(incident));

/** True when the broker may forget the message. */
const settle = async (room: Room, { arrived, load, system }: InHand, outcome: Outcome): Promise<boolean> => {
  const tell = async (error: unknown, incident: string): Promise<boolean> =>
    system === null || answer(room, system, arrived, problemFor(room, error, incident));
  switch (outcome.kind) {
    case 'again':
      return false;
    case 'refused':
      return tell(outcome.error, '');
    case 'pause':
      return wait(room, arrived, load, outcome.pause.name);
    case 'park': {
      const incident = randomUUID();
      const { queue, user, messageId } = arrived;
      room.log.error({ incident, queue, user, messageId, error: outcome.error }, 'a message was parked');
      return (await tell(outcome.error, incident)) && park(room, arrived, await load.body(), outcome.error, incident);
    }
  }
};

/** Nobody with an account sent it: there is no queue in which an answer would not be somebody else's. */
const turnAway = async (room: Room, arrived: Arrived): Promise<boolean> => {
  const absent = arrived.user === null;
  const refusal = failure('key.invalid', '/user_id', {
    vi: absent ? 'Thông điệp không có user_id' : `Tài khoản ${arrived.user} không được cấp cho hệ thống nào`,
    en: absent ? 'The message has no user_id' : `The user ${arrived.user} has no account`,
  });
  if (!room.strangers.admit(room.hub.now())) return true;
  room.log.warn(
    { queue: arrived.queue, user: arrived.user, messageId: arrived.messageId, size: arrived.size },
    'a message of nobody known',
  );
  return park(room, arrived, null, refusal, '');
};

const words: Readonly<Record<Outcome['kind'], Taken>> = { again: 'again', refused: 'refused', pause: 'paused', park: 'parked' };

const work = async (room: Room, arrived: Arrived, load: Load, { act, answers }: Task): Promise<Taken> => {
  let system: string | null = null;
  try {
    const caller = await callerOf(room, arrived);
    if (caller === null) return !answers || (await turnAway(room, arrived)) ? 'stranger' : 'again';
    if (answers) system = caller.system;
    const reply = await act(room, caller, arrived, load);
    return reply === null || system === null || (await answer(room, system, arrived, reply)) ? 'answered' : 'again';
  } catch (error) {
    const outcome = outcomeFor(error, arrived, room.hub.now());
    if (outcome.kind === 'again') room.log.error({ queue: arrived.queue, messageId: arrived.messageId, error }, 'a message failed');
    return (await settle(room, { arrived, load, system }, outcome)) ? words[outcome.kind] : 'again';
  }
};

/** Answers what the broker is told; throwing is `again`, too. */
export const takeMessage = async (room: Room, arrived: Arrived, load: Load, task: Task): Promise<Verdict> => {
  let taken: Taken = 'again';
  try {
    taken = await work(room, arrived, load, task);
    return taken === 'again' ? 'again' : 'done';
  } finally {
    room.note(arrived.queue, taken);
    await load.close();
  }
};
