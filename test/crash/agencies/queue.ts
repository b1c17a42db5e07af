/** An agency that speaks to the hub over the broker alone (contract §8): it comes back whatever happens, and forgets nothing that it was not told. */
import { type Channel, type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib';
import { names } from '../../../src/amqp/topology.ts';
import { pause } from './shift.ts';

export type Answer = { readonly status: number; readonly replayed: boolean; readonly body: Readonly<Record<string, unknown>> };

export type Line = {
  /** Confirmed by the broker and routed, or not; never throws. */
  publish(exchange: string, body: Uint8Array, properties: { readonly messageId: string; readonly contentType: string }): Promise<boolean>;
  /** What the hub answers to the message of that id, or null after `ms`. */
  answerTo(messageId: string, ms: number): Promise<Answer | null>;
  close(): Promise<void>;
};

export type LineOptions = {
  readonly url: string;
  readonly system: string;
  readonly user: string;
  /** Messages of its inbox; the broker is told when it resolves. */
  readonly take: (message: ConsumeMessage) => Promise<void>;
  /** Every answer that the hub gave, asked for or not. */
  readonly heard: (correlationId: string, answer: Answer) => void;
};

const inHand = 16;

const answerIn = ({ content, properties }: ConsumeMessage): Answer => ({
  status: Number(properties.headers?.status ?? 0),
  replayed: properties.headers?.Replayed === 'true',
  body: JSON.parse(content.toString()),
});

type Session = { readonly channel: ConfirmChannel; readonly returned: Set<string>; readonly ended: Promise<void>; end(): Promise<void> };

const openSession = async ({ url, system, take, heard }: LineOptions): Promise<Session> => {
  const model = await connect(`${url}?heartbeat=5`, { noDelay: true, timeout: 5_000 });
  let over = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  model.on('error', () => undefined);
  model.on('close', () => over());
  const channelFrom = async <Some extends Channel>(made: Promise<Some>): Promise<Some> => {
    const channel = await made;
    channel.on('error', () => undefined);
    // A queue that is gone ends the channel: everything is begun anew, until the hub has made it again.
    channel.on('close', () => void model.close().catch(() => over()));
    return channel;
  };
  try {
    const channel = await channelFrom(model.createConfirmChannel());
    const returned = new Set<string>();
    channel.on('return', ({ properties }: ConsumeMessage) => returned.add(String(properties.messageId)));
    const inbox = await channelFrom(model.createChannel());
    await inbox.prefetch(inHand);
    const told = (acknowledge: () => void): void => {
      try {
        acknowledge();
      } catch {
        // The channel is closed: the broker hands it out again.
      }
    };
    await inbox.consume(names.inbox(system), (message) => {
      if (message === null) void model.close().catch(() => over());
      else void take(message).then(() => told(() => inbox.ack(message)));
    });
    await inbox.consume(names.reply(system), (message) => {
      if (message === null) return;
      heard(String(message.properties.correlationId), answerIn(message));
      told(() => inbox.ack(message));
    });
    return { channel, returned, ended, end: () => model.close().catch(() => undefined) };
  } catch (error) {
    await model.close().catch(() => undefined);
    throw error;
  }
};

const confirmed = (
  { channel, returned }: Session,
  exchange: string,
  body: Uint8Array,
  options: object,
  messageId: string,
): Promise<boolean> =>
  new Promise((resolve) => {
    // Where the network swallows, no confirm comes.
    const late = setTimeout(() => resolve(false), 15_000);
    const done = (is: boolean): void => {
      clearTimeout(late);
      resolve(is && !returned.delete(messageId));
    };
    try {
      channel.publish(exchange, '', Buffer.from(body), options, (error) => done(error === null));
    } catch {
      done(false);
    }
  });

export const openLine = (options: LineOptions): Line => {
  const waiting = new Map<string, (answer: Answer) => void>();
  let session: Session | null = null;
  let closed = false;
  const heard: LineOptions['heard'] = (correlationId, answer) => {
    options.heard(correlationId, answer);
    waiting.get(correlationId)?.(answer);
  };
  const live = async (): Promise<void> => {
    while (!closed) {
      session = await openSession({ ...options, heard }).catch(() => null);
      await session?.ended;
      session = null;
      await pause(300);
    }
  };
  const living = live();
  return {
    publish: async (exchange, body, properties) => {
      const { system, user } = options;
      if (session === null) {
        await pause(100);
        return false;
      }
      const more = { userId: user, replyTo: names.reply(system), correlationId: properties.messageId, persistent: true, mandatory: true };
      return confirmed(session, exchange, body, { ...properties, ...more }, properties.messageId);
    },
    answerTo: (messageId, ms) =>
      new Promise((resolve) => {
        const end = (answer: Answer | null): void => {
          clearTimeout(late);
          waiting.delete(messageId);
          resolve(answer);
        };
        const late = setTimeout(() => end(null), ms);
        waiting.set(messageId, end);
      }),
    close: async () => {
      closed = true;
      await session?.end();
      await living;
    },
  };
};
