/** A broker as far as its greeting goes: it answers the handshake of AMQP 0-9-1 byte by byte as told, to show what a real one says rarely. */
import { createServer, type Socket } from 'node:net';

const frameEnd = 0xce;
const methodFrame = 1;

const short = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const long = (value: number): Buffer => Buffer.concat([short(value >>> 16), short(value & 0xffff)]);
const shortText = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const longText = (text: string): Buffer => Buffer.concat([long(text.length), Buffer.from(text)]);

/** A method on channel 0: connection is class 10. */
const connectionMethod = (id: number, ...fields: readonly Buffer[]): Buffer => {
  const payload = Buffer.concat([short(10), short(id), ...fields]);
  return Buffer.concat([Buffer.from([methodFrame]), short(0), long(payload.length), payload, Buffer.from([frameEnd])]);
};

const start = connectionMethod(10, Buffer.from([0, 9]), long(0), longText('PLAIN'), longText('en_US'));
const tune = connectionMethod(30, short(2_047), long(131_072), short(0));
export const openOk = connectionMethod(41, shortText(''));
export const closeBecause = (code: number, text: string): Buffer => connectionMethod(50, short(code), shortText(text), short(0), short(0));

/** Any method frame's class and method, of the first bytes of what a client sends at once. */
const isOpen = (bytes: Buffer): boolean => bytes.includes(Buffer.from([0, 10, 0, 40]));

/** Answers each connection's Open with `last`, all of it in one piece. */
export const openGreeter = async (last: Buffer): Promise<{ readonly url: string; greeted(): number; close(): Promise<void> }> => {
  const open = new Set<Socket>();
  let greeted = 0;
  const server = createServer((socket) => {
    open.add(socket);
    let step = 0;
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.on('data', (bytes) => {
      if (step === 0) socket.write(start);
      else if (step === 1) socket.write(tune);
      if (step < 2) step += 1;
      if (isOpen(bytes)) {
        greeted += 1;
        socket.write(last);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `amqp://127.0.0.1:${port}`,
    greeted: () => greeted,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
