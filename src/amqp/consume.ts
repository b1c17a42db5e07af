/**
 * Reading a queue: one message to one promise, whose answer becomes the broker's. Whatever happens to
 * the channel, the reading goes on at the next one; what was in hand is then handed out again.
 */
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { Connection } from './connection.ts';

/** `done`: the broker forgets it. `again`: it hands it out again, which counts. `dead`: it goes to the queue's dead letters. */
export type Verdict = 'done' | 'again' | 'dead';

export type Channel = Awaited<ReturnType<ChannelModel['createChannel']>>;

export type Reading = {
  /** Its name; or what makes one on each connection. */
  readonly queue: string | ((channel: Channel) => Promise<string>);
  /** How many may be in hand at one time. */
  readonly prefetch: number;
  /** Without acks: what is in hand is lost with the process. */
  readonly careless?: boolean;
  /** Called once a message; throwing is answering `again`. */
  take(message: ConsumeMessage): Promise<Verdict>;
};

export type Reader = {
  /** Takes nothing more, and resolves when what was in hand has been answered. */
  stop(): Promise<void>;
};

const answer = (channel: Channel, message: ConsumeMessage, verdict: Verdict): void => {
  try {
    if (verdict === 'done') channel.ack(message);
    else channel.nack(message, false, verdict === 'again');
  } catch {
    // The channel has gone, and the broker hands the message out again by itself.
  }
};

/** Reads from now on, over every connection to come. The queue must be there: attached after whatever declares it. */
export const readQueue = (connection: Connection, { queue, prefetch, careless = false, take }: Reading): Reader => {
  const inHand = new Set<Promise<void>>();
  let stopped = false;
  let cancel: () => Promise<unknown> = async () => undefined;
  const work = async (channel: Channel, message: ConsumeMessage): Promise<void> => {
    const verdict = await (async () => take(message))().catch((): Verdict => 'again');
    if (!careless) answer(channel, message, verdict);
  };
  connection.attach(async (model) => {
    if (stopped) return;
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    const name = typeof queue === 'string' ? queue : await queue(channel);
    // Where the broker closed this channel alone, everything is set up anew; where the connection went, that is under way.
    channel.on('close', () => {
      if (!stopped) setImmediate(() => connection.renew(`the reader of ${name} was closed`, model));
    });
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(
      name,
      (message) => {
        if (message === null) {
          connection.renew(`${name} was deleted`, model);
          return;
        }
        const working = work(channel, message).finally(() => inHand.delete(working));
        inHand.add(working);
      },
      { noAck: careless },
    );
    cancel = () => channel.cancel(consumerTag);
  });
  return {
    stop: async () => {
      stopped = true;
      await cancel().catch(() => undefined);
      await Promise.all(inHand);
    },
  };
};
