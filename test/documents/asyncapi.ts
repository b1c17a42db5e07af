/** spec/asyncapi.yaml, made from the topology and from the very shapes that check and describe the messages (contract §8). */
import { stringify } from 'yaml';
import { z } from 'zod';
import { messageFor } from '../../src/amqp/relay.ts';
import { names } from '../../src/amqp/topology.ts';
import { failures } from '../../src/errors.ts';
import { acknowledged, acknowledgementMessage } from '../../src/http/shapes/delivery.ts';
import { receipt } from '../../src/http/shapes/receipt.ts';
import { count, problemShape, sha256, verdict } from '../../src/http/shapes/words.ts';

/** Beside an inbox message; the names are held against what the relay writes. */
export const inboxHeaders = z.object({
  deliveryId: z.string().describe('Mã bản giao: dùng để xác nhận; gửi lại vẫn cùng mã'),
  recordId: z.string(),
  organ: z.string().describe('Mã định danh cơ quan nhận'),
  kind: z.enum(['document', 'status']),
  sha256: sha256.describe('SHA-256 của thông điệp nguyên văn'),
  size: count.describe('Số byte của thông điệp nguyên văn'),
  verdict: verdict.nullable(),
});

/** What the relay puts beside a delivery, taken from itself. */
export const relayedHeaders = (): readonly string[] => {
  const offer = { ...Object.fromEntries(Object.keys(inboxHeaders.shape).map((name) => [name, null])), system: 'S' };
  const parcel = { offer, contentType: 'application/xml', body: new Uint8Array() };
  const { properties } = messageFor(parcel as unknown as Parameters<typeof messageFor>[0], new Date(0));
  return Object.keys(properties.headers ?? {});
};

const replyHeaders = z.object({
  status: z.int().describe('Mã như HTTP: 202, 200, hoặc mã của lỗi'),
  Replayed: z.literal('true').optional().describe('Biên nhận đã cấp trước đây'),
  'Retry-After': z.string().optional().describe('Số giây nên chờ trước khi gửi lại'),
});

const link = z.object({ href: z.url().describe('Tải nguyên văn không cần khóa, đến khi xác nhận, tối đa 7 ngày; hỗ trợ Range') });

/** Shapes with a name, once each. */
const schemas: Record<string, unknown> = {};

/** As JSON Schema draft 7, which AsyncAPI takes; named parts go to `components/schemas`. */
const schemaOf = (shape: z.ZodType): unknown => {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  const { definitions, ...rest } = JSON.parse(
    JSON.stringify(schema, (name, value) => (name === '$id' ? undefined : value)).replaceAll('#/definitions/', '#/components/schemas/'),
  );
  Object.assign(schemas, definitions);
  return rest;
};

const fanout = (name: string) => ({
  is: 'routingKey',
  exchange: { name, type: 'fanout', durable: true, autoDelete: false, vhost: '/' },
  bindingVersion: '0.3.0',
});
const queue = (name: string) => ({
  is: 'queue',
  queue: { name, durable: true, exclusive: false, autoDelete: false, vhost: '/' },
  bindingVersion: '0.3.0',
});

const ref = (path: string) => ({ $ref: `#/${path}` });
const message = (name: string) => ref(`components/messages/${name}`);

const channels = {
  submit: {
    address: names.submit,
    title: 'Gửi văn bản, trạng thái',
    description:
      'Exchange (fanout). userId là tài khoản RabbitMQ của hệ thống: RabbitMQ kiểm tra, thiếu thì không được nhận và không có trả lời.',
    messages: { envelope: message('envelope') },
    bindings: { amqp: fanout(names.submit) },
  },
  acknowledge: {
    address: names.acknowledge,
    title: 'Xác nhận đã nhận về, hoặc báo lỗi',
    description: 'Exchange (fanout). Chỉ ack ở RabbitMQ thì Trục không biết gì: văn bản chưa xác nhận được đưa lại với cùng deliveryId.',
    messages: { acknowledgement: message('acknowledgement') },
    bindings: { amqp: fanout(names.acknowledge) },
  },
  reply: {
    address: names.reply('{system}'),
    title: 'Trả lời của Trục',
    description:
      'Hàng đợi riêng của hệ thống; correlationId như đã gửi, không có thì là messageId đã gửi. Giữ 7 ngày, 10.000 thông điệp mới nhất.',
    parameters: { system: { description: 'Mã hệ thống', examples: ['H99.01'] } },
    messages: { receipt: message('receipt'), outcome: message('outcome'), problem: message('problem') },
    bindings: { amqp: queue(names.reply('{system}')) },
  },
  inbox: {
    address: names.inbox('{system}'),
    title: 'Văn bản, trạng thái đến',
    description: 'Hàng đợi riêng của hệ thống; có thể nhận một bản giao nhiều lần, cùng deliveryId.',
    parameters: { system: { description: 'Mã hệ thống', examples: ['H99.01'] } },
    messages: { inline: message('inline'), linked: message('linked') },
    bindings: { amqp: queue(names.inbox('{system}')) },
  },
};

const correlated = { correlationId: ref('components/correlationIds/request') };

const messages = {
  envelope: {
    name: 'envelope',
    title: 'Thông điệp edXML nguyên văn (văn bản hoặc trạng thái), không nén',
    description:
      'Thuộc tính: messageId, userId, replyTo = lienthong.reply.{system}.v1, correlationId (nếu có). RabbitMQ 4 chỉ nhận 16 MiB nếu không đặt max_message_size.',
    contentType: 'application/xml',
    payload: { type: 'string' },
    ...correlated,
  },
  acknowledgement: {
    name: 'acknowledgement',
    title: 'done, hoặc fail kèm lý do',
    contentType: 'application/json',
    payload: schemaOf(acknowledgementMessage),
    examples: [{ payload: { deliveryId: 'd_01a206ff722e73d381a27422bb139f11', result: 'done', reason: '' } }],
    ...correlated,
  },
  receipt: {
    name: 'receipt',
    title: 'Biên nhận, như 202 của POST /v1/envelopes',
    contentType: 'application/json',
    headers: schemaOf(replyHeaders),
    payload: schemaOf(receipt),
    ...correlated,
  },
  outcome: {
    name: 'acknowledgement',
    title: 'Kết quả xác nhận, như 200 của POST /v1/deliveries/{id}/acknowledgement',
    contentType: 'application/json',
    headers: schemaOf(replyHeaders),
    payload: schemaOf(acknowledged),
    ...correlated,
  },
  problem: {
    name: 'problem',
    title: 'Lỗi theo RFC 9457, như HTTP',
    description: `Mã lỗi (spec/errors.md): ${Object.keys(failures).join(', ')}, internal.error`,
    contentType: 'application/problem+json',
    headers: schemaOf(replyHeaders),
    payload: schemaOf(problemShape),
    ...correlated,
  },
  inline: {
    name: 'inline',
    title: 'Nguyên văn, đến LIENTHONG_INLINE_BYTES (1 MiB)',
    contentType: 'application/xml',
    headers: schemaOf(inboxHeaders),
    payload: { type: 'string' },
  },
  linked: {
    name: 'linked',
    title: 'Lớn hơn: liên kết tải',
    contentType: 'application/json',
    headers: schemaOf(inboxHeaders),
    payload: schemaOf(link),
  },
};

const operation = (action: 'send' | 'receive', channel: keyof typeof channels, title: string, more: object = {}) => ({
  action,
  channel: ref(`channels/${channel}`),
  title,
  messages: Object.keys(channels[channel].messages).map((name) => ref(`channels/${channel}/messages/${name}`)),
  ...more,
});

/** Seen from an agency's system: it sends and receives. */
const operations = {
  submit: operation('send', 'submit', 'Gửi một thông điệp', {
    reply: { channel: ref('channels/reply'), messages: [ref('channels/reply/messages/receipt'), ref('channels/reply/messages/problem')] },
    bindings: { amqp: { deliveryMode: 2, mandatory: true, bindingVersion: '0.3.0' } },
  }),
  acknowledge: operation('send', 'acknowledge', 'Xác nhận một bản giao', {
    reply: { channel: ref('channels/reply'), messages: [ref('channels/reply/messages/outcome'), ref('channels/reply/messages/problem')] },
    bindings: { amqp: { deliveryMode: 2, mandatory: true, bindingVersion: '0.3.0' } },
  }),
  collect: operation('receive', 'inbox', 'Nhận văn bản, trạng thái'),
};

export const asyncApi = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'LienThong – Trục liên thông văn bản điện tử qua RabbitMQ',
    version: '1.0.0',
    description:
      'Hệ thống QLVB gửi, nhận qua AMQP 0-9-1 bằng tài khoản riêng do `lienthong broker connect` cấp. Seen from an agency’s system: what it sends and receives.',
    license: { name: 'EUPL-1.2' },
  },
  servers: {
    broker: {
      host: 'rabbitmq.example:5671',
      protocol: 'amqps',
      description: 'RabbitMQ của Trục',
      security: [ref('components/securitySchemes/user')],
    },
  },
  defaultContentType: 'application/json',
  channels,
  operations,
  components: {
    messages,
    schemas,
    correlationIds: {
      request: { description: 'correlationId, không có thì messageId của thông điệp đã gửi', location: '$message.header#/correlationId' },
    },
    securitySchemes: { user: { type: 'userPassword', description: 'Tài khoản, mật khẩu do `lienthong broker connect` cấp' } },
  },
});

export const asyncApiPage = (): string =>
  `# Made by \`npm run docs\` from src/amqp/topology.ts and src/http/shapes/; a test compares and validates.\n${stringify(asyncApi(), { lineWidth: 0, aliasDuplicateObjects: false })}`;
