/** What is to be known of a message besides its bytes: who sent it, who is to be answered, how often it was tried. */
import type { ConsumeMessage, MessageProperties } from 'amqplib';

export type Arrived = {
  /** The queue it was read from. */
  readonly queue: string;
  /** The hub's own queue in which it comes back after a pause. */
  readonly again: string;
  /** The broker's user who published it, as the broker checked it; null where the publisher left it out. */
  readonly user: string | null;
  /** The system whose inbox queue it came back from; null for what systems publish. */
  readonly inboxOf: string | null;
  readonly messageId: string | null;
  readonly correlationId: string | null;
  readonly replyTo: string | null;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  /** Pauses it went through already. */
  readonly attempt: number;
  /** Instant of its first try. */
  readonly since: string;
  /** Whether a consumer had it before and ended without an answer. */
  readonly redelivered: boolean;
  readonly size: number;
};

export type Intake = {
  readonly queue: string;
  readonly again: string;
  /** Whether only the hub writes to this queue: then its headers are the hub's own word. */
  readonly trusted: boolean;
};

/** The most of a short string, in bytes (AMQP 0-9-1 §4.2.5.3); a broken one may grow when it is written again. */
const mostShort = 255;

/** Text that may be sent back as it came; null where there is none, or it cannot be. */
const shortFrom = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= mostShort ? value : null;

/** A number of our own header; anything else is nothing. */
const countFrom = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0);

const sinceFrom = (value: unknown, now: Date): string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : now.toISOString();

/** The headers that a message of ours carries through a pause. */
export const pausedHeaders = ({ user, inboxOf, since, attempt }: Arrived) => ({
  ...{ submitter: user ?? '', inboxOf: inboxOf ?? '', since },
  attempt: attempt + 1,
});

export const arrivedFrom = ({ fields, properties, content }: ConsumeMessage, intake: Intake, now: Date): Arrived => {
  const said: Partial<MessageProperties> = properties;
  const own: Readonly<Record<string, unknown>> = intake.trusted ? (said.headers ?? {}) : {};
  return {
    queue: intake.queue,
    again: intake.again,
    user: shortFrom(intake.trusted ? own.submitter : said.userId),
    inboxOf: shortFrom(own.inboxOf),
    messageId: shortFrom(said.messageId),
    correlationId: shortFrom(said.correlationId),
    replyTo: typeof said.replyTo === 'string' && said.replyTo !== '' ? said.replyTo : null,
    contentType: shortFrom(said.contentType),
    contentEncoding: shortFrom(said.contentEncoding),
    attempt: countFrom(own.attempt),
    since: sinceFrom(own.since, now),
    redelivered: fields.redelivered,
    size: content.length,
  };
};

/** What is sent again of a message of ours. */
export const keptProperties = ({ messageId, correlationId, replyTo, contentType, contentEncoding }: Arrived) => ({
  ...(messageId === null ? {} : { messageId }),
  ...(correlationId === null ? {} : { correlationId }),
  ...(shortFrom(replyTo) === null || replyTo === null ? {} : { replyTo }),
  ...(contentType === null ? {} : { contentType }),
  ...(contentEncoding === null ? {} : { contentEncoding }),
});
