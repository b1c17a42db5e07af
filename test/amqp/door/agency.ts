/** What an agency system needs to talk to a hub over RabbitMQ: contract §8 and an AMQP client, nothing of the hub's own code. */
import { randomUUID } from 'node:crypto';
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect, type Options } from 'amqplib';

// biome-ignore lint/suspicious/noExplicitAny: answers of the public interface, asserted field by field by the tests
type Json = any;
export type Reply = {
  readonly status: number;
  readonly type: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly correlationId: string | undefined;
  readonly body: Json;
};

/** `undefined` leaves out what the contract asks for. */
type Properties = { readonly [Name in keyof Options.Publish]?: Options.Publish[Name] | undefined };

export type Agency = {
  readonly system: string;
  readonly user: string;
  readonly model: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Everything that ever came to the reply queue. */
  readonly replies: readonly Reply[];
  /** Publishes as the contract has it, unless said otherwise; resolves when the broker has it. */
  publish(exchange: string, body: Uint8Array | string, more?: Properties): Promise<void>;
  /** The first reply with this correlation that nobody took yet. */
  reply(correlationId: string, ms?: number): Promise<Reply>;
  /** `publish` to lienthong.submit.v1 and `reply`. */
  submit(body: Uint8Array | string, more?: Properties): Promise<Reply>;
  acknowledge(told: unknown, more?: Properties): Promise<Reply>;
  /** The next message of the inbox; the caller acks it. */
  next(ms?: number): Promise<ConsumeMessage>;
  /** How many messages wait here unread. */
  unread(): number;
  ack(message: ConsumeMessage): void;
  close(): Promise<void>;
};

const until = async <Value>(look: () => Value | undefined, ms: number, what: string): Promise<Value> => {
  for (const end = Date.now() + ms; ; ) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} did not come within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const replyFrom = ({ content, properties }: ConsumeMessage): Reply => ({
  status: Number(properties.headers?.status),
  type: String(properties.type),
  contentType: String(properties.contentType),
  headers: properties.headers ?? {},
  correlationId: properties.correlationId,
  body: JSON.parse(content.toString()),
});

export type AgencyOptions = {
  /** The broker with its virtual host; user and password are put in. */
  readonly url: string;
  readonly system: string;
  readonly user: string;
  readonly password: string;
  /** Whether it reads its inbox at once; else when it is first asked for. */
  readonly reads?: boolean;
};

export const openAgency = async ({ url, system, user, password, reads = true }: AgencyOptions): Promise<Agency> => {
  const address = new URL(url);
  [address.username, address.password] = [user, password];
  const model = await connect(address.href, { noDelay: true });
  model.on('error', () => undefined);
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  const [replies, taken, inbox]: [Reply[], Set<Reply>, ConsumeMessage[]] = [[], new Set(), []];
  const replyTo = `lienthong.reply.${system}.v1`;
  await channel.consume(replyTo, (message) => void (message !== null && replies.push(replyFrom(message))), { noAck: true });
  if (reads) await channel.consume(`lienthong.inbox.${system}.v1`, (message) => void (message !== null && inbox.push(message)));
  const publish: Agency['publish'] = (exchange, body, more = {}) =>
    new Promise((resolve, reject) => {
      const content = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
      const properties = { messageId: randomUUID(), userId: user, replyTo, persistent: true, ...more };
      channel.publish(exchange, '', content, properties as Options.Publish, (error) => (error === null ? resolve() : reject(error)));
    });
  const reply: Agency['reply'] = async (correlationId, ms = 15_000) => {
    const found = await until(() => replies.find((one) => !taken.has(one) && one.correlationId === correlationId), ms, 'A reply');
    taken.add(found);
    return found;
  };
  const ask = async (exchange: string, body: Uint8Array | string, more: Properties): Promise<Reply> => {
    const messageId = String(more.messageId ?? randomUUID());
    await publish(exchange, body, { ...more, messageId });
    return reply(String(more.correlationId ?? messageId));
  };
  return {
    ...{ system, user, model, channel, replies, publish, reply },
    submit: (body, more = {}) => ask('lienthong.submit.v1', body, { contentType: 'application/xml', ...more }),
    acknowledge: (told, more = {}) => ask('lienthong.acknowledge.v1', JSON.stringify(told), { contentType: 'application/json', ...more }),
    next: (ms = 15_000) => until(() => inbox.shift(), ms, 'A message'),
    unread: () => inbox.length,
    ack: (message) => channel.ack(message),
    close: () => model.close().catch(() => undefined),
  };
};
