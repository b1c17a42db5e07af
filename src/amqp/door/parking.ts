/** The parking queue, for the person who looks (`lienthong broker parked`): a look hands everything back as it was. */
import { type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { readAnyHeader } from '../headers.ts';
import { names } from '../topology.ts';
import { type Parked, parkedFrom } from './message/parked.ts';

export type Parking = {
  /** The oldest of them, and how many more there are. */
  list(limit: number): Promise<{ readonly items: readonly Parked[]; readonly more: number }>;
  /** Hands it to the hub as if its system had sent it now. `impossible`: of nobody known, there is nothing to try. */
  retry(id: string, now: Date): Promise<'done' | 'unknown' | 'impossible'>;
  /** Forgets it for good. */
  drop(id: string): Promise<'done' | 'unknown'>;
};

/** Milliseconds to connect in. */
const connectWithin = 10_000;
/** Bodies that one look may hold in memory, in bytes. */
const mostBytes = 512 * 1_048_576;

type Found = { readonly message: GetMessage; readonly parked: Parked };

/** A channel of its own for each act: what it took and did not answer goes back to the queue when it closes. */
const onChannel = async <Answer>(url: string, act: (channel: ConfirmChannel) => Promise<Answer>): Promise<Answer> => {
  const model = await connect(url, { noDelay: true, timeout: connectWithin });
  model.on('error', () => undefined);
  readAnyHeader(model);
  try {
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    const answer = await act(channel);
    // In order: what was acked on it is forgotten before what was not goes back.
    await channel.close();
    return answer;
  } finally {
    await model.close().catch(() => undefined);
  }
};

async function* scan(channel: ConfirmChannel): AsyncGenerator<Found> {
  for (let bytes = 0; bytes < mostBytes; ) {
    const message = await channel.get(names.parking);
    if (message === false) return;
    bytes += message.content.length;
    yield { message, parked: parkedFrom(message) };
  }
}

const find = async (channel: ConfirmChannel, id: string): Promise<Found | null> => {
  for await (const found of scan(channel)) if (found.parked.id === id) return found;
  return null;
};

const list = async (channel: ConfirmChannel, limit: number): ReturnType<Parking['list']> => {
  const items: Parked[] = [];
  let more = 0;
  for await (const { message, parked } of scan(channel)) {
    items.push(parked);
    more = message.fields.messageCount;
    if (items.length >= limit) break;
  }
  return { items, more };
};

/** To the queue that only the hub writes to, with the submitter that the broker once checked. */
const sendAgain = async (channel: ConfirmChannel, { message, parked }: Found, again: string, now: Date): Promise<void> => {
  const { messageId, correlationId, replyTo, contentType, contentEncoding } = message.properties;
  const kept = Object.entries({ messageId, correlationId, replyTo, contentType, contentEncoding });
  let returned = false;
  channel.once('return', () => {
    returned = true;
  });
  channel.publish('', again, message.content, {
    ...Object.fromEntries(kept.filter(([, value]) => typeof value === 'string')),
    ...{ persistent: true, mandatory: true },
    headers: { submitter: parked.user ?? '', inboxOf: parked.inboxOf ?? '', since: now.toISOString(), attempt: 0 },
  });
  await channel.waitForConfirms();
  if (returned) throw new Error(`the broker has no queue ${again}`);
};

/** Each act connects anew; throws while the broker cannot be reached. */
export const openParking = (url: string): Parking => ({
  list: (limit) => onChannel(url, (channel) => list(channel, limit)),
  retry: (id, now) =>
    onChannel(url, async (channel) => {
      const found = await find(channel, id);
      if (found === null) return 'unknown';
      const { again, user, inboxOf } = found.parked;
      if (again === null || (user === null && inboxOf === null)) return 'impossible';
      await sendAgain(channel, found, again, now);
      channel.ack(found.message);
      return 'done';
    }),
  drop: (id) =>
    onChannel(url, async (channel) => {
      const found = await find(channel, id);
      if (found === null) return 'unknown';
      channel.ack(found.message);
      return 'done';
    }),
});
