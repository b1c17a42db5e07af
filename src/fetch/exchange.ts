/** One HTTP(S) request and its answer, within limits of address, size and time. */
import type { LookupAddress } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isPublic } from './address.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** Not allowed: nobody was asked, or the answer is not taken. */
export class Refusal extends Error {}

export type Question = {
  readonly url: URL;
  readonly body: { readonly bytes: Uint8Array; readonly type: string } | null;
  /** The operator named this host: its address may be any. */
  readonly isListed: boolean;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
};

export type Reply =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'redirect'; readonly location: string; readonly keepsBody: boolean }
  | { readonly kind: 'status'; readonly status: number };

const checkAddress = (host: string, address: string): void => {
  if (!isPublic(address)) throw new Refusal(`${host} is at ${address}, which is not a public address`);
};

/** Without the brackets of an IPv6 literal. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Names are resolved once, checked, and exactly these addresses are connected to: a second answer of the name server plays no part. */
const addressesOf = async ({ url, isListed }: Question, resolve: Resolve): Promise<readonly LookupAddress[]> => {
  const host = hostOf(url);
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  if (addresses.length === 0) throw new Error(`${host} has no address`);
  if (!isListed) for (const { address } of addresses) checkAddress(host, address);
  return addresses;
};

/** Sends the request to these addresses, whatever the name would resolve to by now. */
const send = (question: Question, addresses: readonly LookupAddress[]): ClientRequest => {
  const { url, body, isListed, signal } = question;
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    // A pooled connection would be to an address that was checked for another request.
    agent: false,
    method: body === null ? 'GET' : 'POST',
    headers: {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'LienThong',
      ...(body === null ? {} : { 'content-type': body.type, 'content-length': body.bytes.length }),
    },
    lookup: (_host, options, answer) => {
      const [first] = addresses;
      if (options.all === true || first === undefined) answer(null, [...addresses]);
      else answer(null, first.address, first.family);
    },
    signal,
  });
  request.on('socket', (socket) => {
    socket.on('connect', () => {
      const { remoteAddress = '' } = socket;
      if (!isListed && !isPublic(remoteAddress))
        request.destroy(new Refusal(`connected to ${remoteAddress}, which is not a public address`));
    });
  });
  return request.end(body?.bytes);
};

const readBody = async (response: IncomingMessage, maxBytes: number): Promise<Uint8Array> => {
  const tooLarge = (): Refusal => new Refusal(`the answer is larger than ${maxBytes} bytes`);
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
};

const redirects: Readonly<Record<number, { readonly keepsBody: boolean }>> = {
  301: { keepsBody: false },
  302: { keepsBody: false },
  303: { keepsBody: false },
  307: { keepsBody: true },
  308: { keepsBody: true },
};

/** Throws a Refusal for what is not allowed, anything else for what went wrong. */
export const ask = async (question: Question, resolve: Resolve): Promise<Reply> => {
  const request = send(question, await addressesOf(question, resolve));
  try {
    const response = await new Promise<IncomingMessage>((done, fail) => request.on('response', done).on('error', fail));
    const { statusCode: status = 0, headers } = response;
    const redirect = redirects[status];
    if (redirect !== undefined && headers.location !== undefined) return { kind: 'redirect', location: headers.location, ...redirect };
    if (status !== 200) return { kind: 'status', status };
    const coding = headers['content-encoding'] ?? 'identity';
    if (coding !== 'identity') throw new Refusal(`the answer is ${coding}-coded, which was not asked for`);
    return { kind: 'body', bytes: await readBody(response, question.maxBytes) };
  } finally {
    request.destroy();
  }
};
