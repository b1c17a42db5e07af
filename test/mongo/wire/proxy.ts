/**
 * A TCP proxy that understands what passes: it may change commands and answers, and cut the connection where it hurts
 * most. The hub is shown with it what a server is like that promises less than MongoDB's own.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Document } from 'mongodb';
import { type Message, messagesFrom, readMessage } from './message.ts';

/**
 * `pass`: as it is. `cut-before`: the server never gets it. `cut-after`: the server gets it and answers, and the
 * answer is lost with the connection. A document: sent instead.
 */
export type Verdict = 'pass' | 'cut-before' | 'cut-after' | Document;

export type Meddling = {
  /** `name` is the command's: `commitTransaction`. */
  request?(command: Document, name: string): Verdict;
  /** `command` is what it answers; null for greetings that came without a question. */
  reply?(answer: Document, command: Document | null): Document;
};

export type Proxy = {
  /** Like the server's own, with our port. */
  readonly url: string;
  /** Names of all commands that came, in order. */
  readonly seen: readonly string[];
  /** Breaks every connection, and refuses new ones until `restore`. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
};

const nameOf = (command: Document | null): string => Object.keys(command ?? {})[0] ?? '';

/** A member tells its own address: the driver would go there, past us. */
const atOurAddress = (answer: Document, address: string): Document =>
  'hosts' in answer ? { ...answer, hosts: [address], me: address, ...('primary' in answer && { primary: address }) } : answer;

type Line = { readonly client: Socket; readonly server: Socket; readonly asked: Map<number, Document>; readonly lost: Set<number> };

const open = (client: Socket, port: number, host: string): Line => {
  const server = connect({ port, host });
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.setNoDelay(true);
    one.on('close', () => other.destroy());
    one.on('error', () => other.destroy());
  }
  return { client, server, asked: new Map(), lost: new Set() };
};

const passOn = ({ client, server, asked, lost }: Line, message: Message, { request }: Meddling, seen: string[]): void => {
  const { body } = message;
  if (body === null) return void server.write(message.bytes);
  const name = nameOf(body);
  seen.push(name);
  asked.set(message.id, body);
  const verdict = request?.(body, name) ?? 'pass';
  if (verdict === 'cut-before') return void client.destroy();
  if (verdict === 'cut-after') lost.add(message.id);
  server.write(typeof verdict === 'string' ? message.bytes : message.with(verdict));
};

const answer = ({ client, asked, lost }: Line, message: Message, { reply }: Meddling, address: string): void => {
  const command = asked.get(message.responseTo) ?? null;
  asked.delete(message.responseTo);
  if (lost.has(message.responseTo)) return void client.destroy();
  if (message.body === null) return void client.write(message.bytes);
  const ours = atOurAddress(message.body, address);
  client.write(message.with(reply?.(ours, command) ?? ours));
};

/** `target`: `mongodb://host:port/?…`, one member. */
export const openProxy = async (target: string, meddling: Meddling = {}): Promise<Proxy> => {
  const [, host = '', port = ''] = /^mongodb:\/\/(?:[^@/]*@)?([^:/]+):(\d+)/.exec(target) ?? [];
  const clients = new Set<Socket>();
  const seen: string[] = [];
  let broken = false;
  let address = '';
  const listener: Server = createServer((client) => {
    if (broken) return void client.destroy();
    clients.add(client);
    client.on('close', () => clients.delete(client));
    const line = open(client, Number(port), host);
    const [asking, answering] = [messagesFrom(), messagesFrom()];
    client.on('data', (bytes: Buffer) => {
      for (const each of asking(bytes)) passOn(line, readMessage(each), meddling, seen);
    });
    line.server.on('data', (bytes: Buffer) => {
      for (const each of answering(bytes)) answer(line, readMessage(each), meddling, address);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const place = listener.address();
  address = `127.0.0.1:${typeof place === 'object' ? place?.port : ''}`;
  const cut = (): void => {
    for (const client of clients) client.destroy();
  };
  return {
    url: target.replace(`${host}:${port}`, address),
    seen,
    cut: () => {
      broken = true;
      cut();
    },
    restore: () => {
      broken = false;
    },
    close: async () => {
      cut();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
};
