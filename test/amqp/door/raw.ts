/** A message with a header table given in bytes: what a client that means harm, or an unusual one, sends. */
import type { ChannelModel, ConfirmChannel } from 'amqplib';

const short = (text: string): Buffer => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
const long = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const frame = (kind: number, channel: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(7);
  head.writeUInt8(kind);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
};

/** A 64-bit number under the tag `L`, which the broker passes on and amqplib cannot read. */
export const strangeNumber = Buffer.concat([short('evil'), Buffer.from('L'), Buffer.alloc(8, 1)]);

/** A table in a table, so many times over. */
export const nested = (levels: number): Buffer => {
  let table = Buffer.alloc(0);
  const parts: Buffer[] = [];
  for (let level = 0; level < levels; level += 1) {
    const head = Buffer.concat([short(''), Buffer.from('F')]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(table.length + level * 6);
    parts.unshift(Buffer.concat([head, length]));
  }
  table = Buffer.concat(parts);
  return table;
};

export type RawMessage = {
  readonly exchange: string;
  readonly headers: Buffer;
  readonly messageId: string;
  readonly userId: string;
  readonly body: Buffer;
};

/** The content header frame of such a message, as `mendHeaders` meets it. */
export const headerFrame = (channel: number, { headers, messageId, userId, body }: Omit<RawMessage, 'exchange'>): Buffer => {
  const head = Buffer.alloc(14);
  head.writeUInt16BE(60);
  head.writeBigUInt64BE(BigInt(body.length), 4);
  // content-type, headers, message-id, user-id
  head.writeUInt16BE(0x8000 | 0x2000 | 0x0080 | 0x0010, 12);
  return frame(2, channel, Buffer.concat([head, short('application/xml'), long(headers), short(messageId), short(userId)]));
};

/** Writes it into the connection's own stream, on an open channel that nothing else uses. */
export const publishRaw = async (model: ChannelModel, message: RawMessage): Promise<void> => {
  const channel: ConfirmChannel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  const { ch } = channel as unknown as { readonly ch: number };
  const { stream } = model.connection as unknown as { readonly stream: NodeJS.WritableStream };
  const publish = Buffer.concat([Buffer.from([0, 60, 0, 40, 0, 0]), short(message.exchange), short(''), Buffer.from([0])]);
  stream.write(Buffer.concat([frame(1, ch, publish), headerFrame(ch, message), frame(3, ch, message.body)]));
  await new Promise((resolve) => setTimeout(resolve, 100));
};
