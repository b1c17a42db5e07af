/** A line to a broker on which a test may swallow what the broker says, or say something in its place. */
import { connect, createServer, type Socket } from 'node:net';

export type Line = {
  /** The broker's URL, over this line. */
  readonly url: string;
  /** To every client, as if the broker had said it. */
  send(frame: Uint8Array): void;
  /** Whether what the broker says is lost. */
  swallow(is: boolean): void;
  close(): void;
};

/** A method frame of channel 0 (AMQP 0-9-1, 4.2.3). */
const methodFrame = (kind: number, method: number, content: Uint8Array): Uint8Array => {
  const head = Buffer.alloc(11);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(4 + content.length, 3);
  head.writeUInt16BE(kind, 7);
  head.writeUInt16BE(method, 9);
  return Buffer.concat([head, content, Buffer.from([0xce])]);
};

/** RabbitMQ's extension: connection.blocked with its reason, connection.unblocked. */
export const blocked = (reason: string): Uint8Array =>
  methodFrame(10, 60, Buffer.concat([Buffer.from([Buffer.byteLength(reason)]), Buffer.from(reason)]));
export const unblocked = methodFrame(10, 61, Buffer.alloc(0));

export const openLine = async (target: string): Promise<Line> => {
  const { hostname, port } = new URL(target);
  const clients = new Set<Socket>();
  let isSwallowing = false;
  const server = createServer((client) => {
    const broker = connect({ host: hostname, port: Number(port) });
    clients.add(client);
    const end = (): void => {
      clients.delete(client);
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) socket.on('error', end).on('close', end);
    client.on('data', (bytes) => broker.write(bytes));
    broker.on('data', (bytes) => {
      if (!isSwallowing) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    send: (frame) => {
      for (const client of clients) client.write(frame);
    },
    swallow: (is) => {
      isSwallowing = is;
    },
    close: () => {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
};
