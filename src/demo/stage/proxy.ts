/**
 * A door that lies, for `--break`: it stands between agents and hub and does one wrong thing, so that the
 * comparison at the end can be seen to notice. Everything else passes through unchanged.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { InboxItem, Page } from '../agents/api.ts';

export const breaks = ['drop', 'alter', 'duplicate', 'hide-alert'] as const;
export type Break = (typeof breaks)[number];

export type Proxy = { readonly url: string; close(): Promise<void> };

type Passing = { readonly method: string; readonly path: string; readonly bytes: Uint8Array };
type Reply = { readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array };
/** Changes a call before it goes on, and an answer before it comes back. */
type Lie = { ask?(passing: Passing): Passing; answer?(passing: Passing, reply: Reply): Reply };

// Whole in memory: the documents of the demo are small.
const bodyOf = async (request: IncomingMessage): Promise<Uint8Array> => Buffer.concat(await request.toArray());
const rewritten = (reply: Reply, change: (value: Page<InboxItem>) => unknown): Reply => ({
  ...reply,
  bytes: Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(reply.bytes).toString('utf8'))))),
});
const isInbox = ({ method, path }: Passing): boolean => method === 'GET' && path.startsWith('/v1/inbox');

/** The first document ever offered is never shown to anyone. */
const dropping = (): Lie => {
  let hidden: string | null = null;
  const answer = (passing: Passing, reply: Reply): Reply => {
    if (!isInbox(passing) || reply.status !== 200) return reply;
    return rewritten(reply, (page) => {
      hidden ??= page.items.find((item) => item.kind === 'document')?.deliveryId ?? null;
      return { ...page, items: page.items.filter((item) => item.deliveryId !== hidden) };
    });
  };
  return { answer };
};

/** One bit of the first envelope handed out is turned over. */
const altering = (): Lie => {
  let done = false;
  const answer = (passing: Passing, reply: Reply): Reply => {
    if (done || !passing.path.endsWith('/envelope') || reply.status !== 200) return reply;
    done = true;
    const bytes = Buffer.from(reply.bytes);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    return { ...reply, bytes };
  };
  return { answer };
};

/** The first document ever offered is offered twice in one listing, the second time under another delivery id. */
const duplicating = (): Lie => {
  const mark = '.again';
  let done = false;
  const ask = (passing: Passing): Passing => ({ ...passing, path: passing.path.replace(mark, '') });
  const answer = (passing: Passing, reply: Reply): Reply => {
    if (done || !isInbox(passing) || reply.status !== 200) return reply;
    return rewritten(reply, (page) => {
      const first = page.items.find((item) => item.kind === 'document');
      if (first === undefined) return page;
      done = true;
      return { ...page, items: [...page.items, { ...first, deliveryId: `${first.deliveryId}${mark}` }] };
    });
  };
  return { ask, answer };
};

/** The first alert of every list is left out. */
const hiding = (): Lie => ({
  answer: (passing, reply) =>
    passing.method === 'GET' && /^\/v1\/alerts(\?|$)/.test(passing.path) && reply.status === 200
      ? rewritten(reply, (page) => ({ ...page, items: page.items.slice(1) }))
      : reply,
});

/** Each lie keeps its own state: one proxy, one lie. */
const lieFor = (kind: Break): Lie => {
  switch (kind) {
    case 'drop':
      return dropping();
    case 'alter':
      return altering();
    case 'duplicate':
      return duplicating();
    case 'hide-alert':
      return hiding();
  }
};

/** Only what the agents use is passed on: credentials, types, the body. */
const forward = async (target: string, lie: Lie, request: IncomingMessage): Promise<Reply> => {
  const received: Passing = { method: request.method ?? 'GET', path: request.url ?? '/', bytes: await bodyOf(request) };
  const passing = lie.ask?.(received) ?? received;
  const { authorization, accept, 'content-type': type } = request.headers;
  const response = await fetch(`${target}${passing.path}`, {
    method: passing.method,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(accept === undefined ? {} : { accept }),
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(passing.method === 'GET' ? {} : { body: new Uint8Array(passing.bytes) }),
  });
  const reply = { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  return lie.answer?.(received, reply) ?? reply;
};

/** Opens the lying door on a free port in front of `target`. */
export const openProxy = async (target: string, kind: Break): Promise<Proxy> => {
  const lie = lieFor(kind);
  const server = createServer((request, response) => {
    forward(target, lie, request).then(
      ({ status, headers, bytes }) => {
        for (const name of ['content-type', 'etag', 'replayed', 'retry-after']) {
          const value = headers.get(name);
          if (value !== null) response.setHeader(name, value);
        }
        response.writeHead(status).end(bytes);
      },
      () => response.writeHead(502).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close').catch(() => undefined);
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
};
