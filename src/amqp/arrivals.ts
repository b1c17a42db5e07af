/**
 * Word between the hub's processes that something arrived for a system: a fanout to a queue of each
 * process that lives as long as its connection. Nothing rests on it: word that is lost, or that nobody
 * could send, costs the second until the next poll.
 */
import { randomUUID } from 'node:crypto';
import type { Channel } from 'amqplib';
import type { Connection } from './connection.ts';
import { readQueue } from './consume.ts';
import { names } from './topology.ts';

/** As `open/arrivals.ts` wants it. */
export type BrokerCarrier = {
  tell(systems: readonly string[]): void;
  listen(heard: (systems: readonly string[]) => void): () => Promise<void>;
};

type Word = { readonly by: string; readonly systems: readonly string[] };

/** Null for what is not ours. */
const wordIn = (content: Buffer): Word | null => {
  try {
    const word: Partial<Word> | null = JSON.parse(content.toString('utf8'));
    const { by, systems } = word ?? {};
    if (typeof by !== 'string' || !Array.isArray(systems)) return null;
    return { by, systems: systems.filter((system) => typeof system === 'string') };
  } catch {
    return null;
  }
};

/** Under load many envelopes arrive in an instant: they are told of together, so many milliseconds later. */
const gathering = 3;
/** Unread words beyond these say nothing new: whoever reads one looks at everything. */
const mostWords = 1_000;

const ownQueue = async (channel: Channel): Promise<string> => {
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false, maxLength: mostWords });
  await channel.bindQueue(queue, names.arrivals, '');
  return queue;
};

/** The channel for words on the present connection, or null. */
const wordChannel = (outward: Connection): (() => Channel | null) => {
  let channel: Channel | null = null;
  outward.attach(async (model) => {
    const opened = await model.createChannel();
    opened.on('error', () => undefined);
    opened.on('close', () => {
      if (channel === opened) channel = null;
    });
    channel = opened;
  });
  return () => (outward.state().kind === 'connected' ? channel : null);
};

export const openCarrier = (outward: Connection, inward: Connection): BrokerCarrier => {
  const by = randomUUID();
  const told = new Set<string>();
  const present = wordChannel(outward);
  const flush = (): void => {
    const word: Word = { by, systems: [...told] };
    told.clear();
    const content = Buffer.from(JSON.stringify(word));
    try {
      // What cannot be said now need not be said later.
      present()?.publish(names.arrivals, '', content, { persistent: false, contentType: 'application/json' });
    } catch {
      // The channel went in this very turn.
    }
  };
  return {
    tell: (systems) => {
      if (systems.length === 0) return;
      if (told.size === 0) setTimeout(flush, gathering);
      for (const system of systems) told.add(system);
    },
    listen: (heard) => {
      const reader = readQueue(inward, {
        ...{ queue: ownQueue, prefetch: 0, careless: true },
        take: async ({ content }) => {
          const word = wordIn(content);
          if (word !== null && word.by !== by) heard(word.systems);
          return 'done';
        },
      });
      return reader.stop;
    },
  };
};
