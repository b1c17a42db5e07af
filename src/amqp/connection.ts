/**
 * A connection that comes back: whatever is attached to it is attached again after each break. Nobody
 * outside sees an error of it, only a state. Publishing and consuming have one each, because a broker
 * short of memory or disk stops reading from those that publish, and their acks would stand behind.
 */
import { type Channel, type ChannelModel, connect } from 'amqplib';
import type { BrokerState } from '../hub/relay.ts';
import { bundleWrites, socketOf } from './bundle.ts';
import { hearWhileOpening } from './greeting.ts';
import { readAnyHeader } from './headers.ts';

/** What is set up on each new connection; what it throws ends that connection, and the next is tried. */
export type Attachment = (model: ChannelModel) => Promise<void>;

export type Connection = {
  /** Tries at once and then for ever; answers without waiting for the first connection. */
  start(): void;
  state(): BrokerState;
  /** What the server says it is: `RabbitMQ 3.10.8`; null before the first connection. */
  server(): string | null;
  /** Sets this up on the present connection, if there is one, and on each later one, in the order of attaching. */
  attach(attachment: Attachment): void;
  /**
   * Runs an act on a channel of its own: one that fails (404, 406) takes its channel with it and nothing
   * else. Null while there is no connection, or when it breaks meanwhile; what the broker refuses is thrown.
   */
  ask<Answer>(act: (channel: Channel) => Promise<Answer>): Promise<Answer | null>;
  /** Gives up the present connection, or that one if it still is, for a new one. */
  renew(why: string, model?: ChannelModel): void;
  /** Ends it for good. */
  close(): Promise<void>;
};

export type ConnectionOptions = {
  readonly url: string;
  /** Shown to the broker's operator. */
  readonly name: string;
  readonly now?: () => Date;
  /** Milliseconds before the first and between the last of many tries. */
  readonly pause?: { readonly first: number; readonly most: number };
};

/** Seconds; a broker whose machine is gone is noticed after two of them. */
const heartbeat = 10;
/** Milliseconds. */
const connectWithin = 10_000;
const closeWithin = 2_000;
/** A broker that lives and never answers what is declared is left for a new connection. */
const attachWithin = 60_000;
const pauses = { first: 200, most: 5_000 };

/** Doubling, and half of it by chance: a thousand clients shall not come back in one instant. */
const pauseAfter = (failures: number, { first, most }: { readonly first: number; readonly most: number }): number => {
  const whole = Math.min(most, first * 2 ** Math.min(failures, 20));
  return whole / 2 + (Math.random() * whole) / 2;
};

/** The address with our heartbeat, unless the operator chose one. */
const addressOf = (url: string): string => {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeat));
  return address.href;
};

/** For an operator, and for whoever asks `/readyz`: never a password, and no address of the inner network. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string') return code;
  return error.message === '' ? error.name : error.message.replaceAll(/\/\/[^@/\s]*@/g, '//***@');
};

const serverOf = ({ connection }: ChannelModel): string => `${connection.serverProperties.product} ${connection.serverProperties.version}`;

/** At most so long: what a dead connection still owes is not waited for. */
const within = async (ms: number, act: () => Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([act().catch(() => undefined), limit]);
  clearTimeout(timer);
};

type Link = {
  readonly options: ConnectionOptions;
  readonly attachments: Attachment[];
  state: BrokerState;
  /** The present connection; its attachments may still be under way. */
  model: ChannelModel | null;
  server: string | null;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  closed: boolean;
};

/** A state keeps the instant since when it holds. */
const turn = (link: Link, kind: BrokerState['kind'], why: string | null): void => {
  const at = (link.options.now ?? (() => new Date()))().toISOString();
  link.state = { kind, why, since: link.state.kind === kind && link.state.since !== '' ? link.state.since : at };
};

const later = (link: Link): void => {
  if (link.closed) return;
  clearTimeout(link.timer);
  link.timer = setTimeout(() => void attempt(link), pauseAfter(link.failures, link.options.pause ?? pauses));
  link.failures += 1;
};

/** Lets go of the present connection, in whatever state it is, and asks for the next. */
const giveUp = (link: Link, model: ChannelModel, why: string): void => {
  if (link.model !== model) return;
  link.model = null;
  turn(link, 'away', why);
  void within(closeWithin, async () => model.close());
  later(link);
};

/** Every error is followed by a close; without a listener it would end the process. */
const watch = (link: Link, model: ChannelModel): void => {
  let why = 'the broker closed the connection';
  model.on('error', (error) => {
    why = reasonOf(error);
  });
  model.on('close', () => giveUp(link, model, why));
  model.on('blocked', (reason) => {
    if (link.model === model) turn(link, 'blocked', reason);
  });
  model.on('unblocked', () => {
    if (link.model === model) turn(link, 'connected', null);
  });
};

/** Fails with what an attachment throws, or when it takes too long. */
const attachAll = async ({ attachments }: Link, model: ChannelModel): Promise<void> => {
  let failed: unknown = new Error('the broker does not answer');
  await within(attachWithin, async () => {
    try {
      for (const attachment of attachments.slice()) await attachment(model);
      failed = null;
    } catch (error) {
      failed = error;
    }
  });
  if (failed !== null) throw failed;
};

const attempt = async (link: Link): Promise<void> => {
  let model: ChannelModel | null = null;
  try {
    hearWhileOpening();
    model = await connect(addressOf(link.options.url), {
      ...{ noDelay: true, keepAlive: true, timeout: connectWithin },
      clientProperties: { connection_name: link.options.name, product: 'LienThong' },
    });
    if (link.closed) return await model.close();
    readAnyHeader(model);
    bundleWrites(socketOf(model));
    link.model = model;
    watch(link, model);
    await attachAll(link, model);
    if (link.model !== model) return;
    link.server = serverOf(model);
    link.failures = 0;
    if (link.state.kind === 'away') turn(link, 'connected', null);
  } catch (error) {
    if (model !== null) giveUp(link, model, reasonOf(error));
    else {
      turn(link, 'away', reasonOf(error));
      later(link);
    }
  }
};

const ask = async <Answer>(link: Link, act: (channel: Channel) => Promise<Answer>): Promise<Answer | null> => {
  const { model } = link;
  if (model === null) return null;
  try {
    const channel = await model.createChannel();
    // What goes wrong with it is the answer of the act.
    channel.on('error', () => undefined);
    const answer = await act(channel);
    await channel.close();
    return answer;
  } catch (error) {
    if (link.model !== model) return null;
    throw error;
  }
};

export const openConnection = (options: ConnectionOptions): Connection => {
  const link: Link = {
    ...{ options, attachments: [], model: null, server: null, failures: 0, timer: undefined, closed: false },
    state: { kind: 'away', since: '', why: null },
  };
  turn(link, 'away', 'not connected yet');
  const renew: Connection['renew'] = (why, model = link.model ?? undefined) => {
    if (model !== undefined) giveUp(link, model, why);
  };
  return {
    start: () => {
      if (!link.closed) void attempt(link);
    },
    state: () => link.state,
    server: () => link.server,
    attach: (attachment) => {
      link.attachments.push(attachment);
      if (link.model !== null) attachment(link.model).catch((error: unknown) => renew(reasonOf(error)));
    },
    ask: (act) => ask(link, act),
    renew,
    close: async () => {
      link.closed = true;
      clearTimeout(link.timer);
      const last = link.model;
      link.model = null;
      turn(link, 'away', 'closed');
      if (last !== null) await within(closeWithin, () => last.close());
    },
  };
};
