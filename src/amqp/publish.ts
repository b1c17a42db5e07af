/**
 * One confirm channel for all that the hub publishes. A message is with the broker when it was confirmed
 * AND was not returned: an unroutable one is returned and then confirmed like any other (the return comes
 * first), so that without listening to returns a message to a missing queue looks delivered.
 */
import type { ConfirmChannel, Options } from 'amqplib';
import type { Published } from '../hub/relay.ts';
import type { Connection } from './connection.ts';
import { openWindow, type Window, type WindowLimits } from './window.ts';

export type Outgoing = {
  /** '' goes to the queue named by `key`. */
  readonly exchange: string;
  readonly key: string;
  readonly body: Uint8Array;
  /** `messageId` tells returns apart; the rest as the reader needs it. Always persistent and mandatory. */
  readonly properties: Omit<Options.Publish, 'persistent' | 'mandatory'> & { readonly messageId: string };
};

export type Publisher = {
  /** Never throws for a broker that is away, refuses or is silent. */
  publish(message: Outgoing): Promise<Published>;
  /** Waits for what is on its way, at most so long. */
  drain(ms: number): Promise<void>;
};

export type PublisherOptions = Partial<WindowLimits> & {
  /** Milliseconds without an answer after which nothing is known of a message. */
  readonly within?: number;
};

/** One message that the broker has not answered yet. Its room in the window is its own until then. */
type Ticket = { answer(published: Published): void; free(): void };

/** The channel of one connection, with what waits for its answers. */
type Line = {
  readonly channel: ConfirmChannel;
  /** Returned and not yet confirmed, by message. */
  readonly returned: Map<string, number>;
  readonly tickets: Set<Ticket>;
  /** When the broker last answered anything. */
  heardAt: number;
};

const markOf = (exchange: string, key: string, messageId: unknown): string => `${exchange}\n${key}\n${messageId}`;

/** Whether this confirm belongs to a returned message. Counted, not a set: one message may be on its way twice. */
const takeReturn = ({ returned }: Line, mark: string): boolean => {
  const count = returned.get(mark) ?? 0;
  if (count <= 1) returned.delete(mark);
  else returned.set(mark, count - 1);
  return count > 0;
};

const lineOf = (channel: ConfirmChannel): Line => {
  const line: Line = { channel, returned: new Map(), tickets: new Set(), heardAt: performance.now() };
  channel.on('return', ({ fields, properties }) => {
    const mark = markOf(fields.exchange, fields.routingKey, properties.messageId);
    line.returned.set(mark, (line.returned.get(mark) ?? 0) + 1);
  });
  return line;
};

/** Whatever was on its way may have arrived, or not. */
const endLine = ({ tickets }: Line): void => {
  for (const ticket of [...tickets]) {
    ticket.answer('away');
    ticket.free();
  }
};

const isClosed = (error: unknown): boolean => error instanceof Error && error.name === 'IllegalOperationError';

type Sending = { readonly line: Line; readonly window: Window; readonly bytes: number; readonly within: number; silent(): void };

const send = ({ line, window, bytes, within, silent }: Sending, { exchange, key, body, properties }: Outgoing): Promise<Published> =>
  new Promise((resolve, reject) => {
    const sentAt = performance.now();
    const timer = setTimeout(() => {
      resolve('away');
      if (line.heardAt < sentAt) silent();
    }, within);
    const ticket: Ticket = {
      answer: (published) => {
        clearTimeout(timer);
        resolve(published);
      },
      free: () => {
        if (line.tickets.delete(ticket)) window.leave(bytes);
      },
    };
    line.tickets.add(ticket);
    const mark = markOf(exchange, key, properties.messageId);
    const confirmed = (error: unknown): void => {
      line.heardAt = performance.now();
      if (error === null) ticket.answer(takeReturn(line, mark) ? 'unroutable' : 'confirmed');
      else ticket.answer(error instanceof Error && error.message === 'message nacked' ? 'full' : 'away');
      ticket.free();
    };
    const content = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    try {
      line.channel.publish(exchange, key, content, { ...properties, persistent: true, mandatory: true }, confirmed);
    } catch (error) {
      ticket.free();
      clearTimeout(timer);
      if (isClosed(error)) resolve('away');
      else reject(error);
    }
  });

/** What a message weighs besides its body. */
const envelope = 512;

export const openPublisher = (
  connection: Connection,
  { count = 100, bytes = 8 * 1_048_576, within = 10_000 }: PublisherOptions = {},
): Publisher => {
  const window = openWindow({ count, bytes });
  let line: Line | null = null;
  connection.attach(async (model) => {
    const channel = await model.createConfirmChannel();
    const opened = lineOf(channel);
    channel.on('error', () => undefined);
    channel.on('close', () => {
      if (line === opened) line = null;
      endLine(opened);
      // A message to an exchange that is gone closes the channel alone: then everything is declared anew.
      setImmediate(() => connection.renew('the publishing channel was closed', model));
    });
    // A connection that was given up may take a while to end; nothing more is waited for on it.
    if (line !== null) endLine(line);
    line = opened;
  });
  const isOpen = (): boolean => line !== null && connection.state().kind === 'connected';
  return {
    publish: async (message) => {
      const size = message.body.length + envelope;
      if (!isOpen() || !(await window.enter(size, within))) return 'away';
      if (line === null || !isOpen()) {
        window.leave(size);
        return 'away';
      }
      const silent = (): void => {
        if (isOpen()) connection.renew('the broker confirms nothing');
      };
      return send({ line, window, bytes: size, within, silent }, message);
    },
    drain: async (ms) => {
      const until = performance.now() + ms;
      while (line !== null && line.tickets.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    },
  };
};
