/** Opens the door on a port and closes it without breaking off what is in hand. */
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Hub } from '../hub.ts';
import { type AppOptions, httpApp } from './app.ts';

export type DoorOptions = Omit<AppOptions, 'closing'> & {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** PEM; null = plain HTTP. */
  readonly tlsKey: string | null;
  readonly tlsCert: string | null;
  /** The head of a request must be complete within this, in milliseconds; 15 s. */
  readonly headersMs?: number;
  /** A whole request, body included; 15 min. */
  readonly requestMs?: number;
  /** How long `close` waits for work in hand; 8 s. */
  readonly graceMs?: number;
};

export type OpenDoor = {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes nothing new, answers long polls at once, lets work in hand finish, and cuts off the rest within 10 s. */
  close(): Promise<void>;
};

/** Strict parsing (no request smuggling), short heads, and a clock on everything a slow caller could hold open. */
const serverOptions = ({ headersMs = 15_000, requestMs = 900_000 }: DoorOptions): ServerOptions => ({
  insecureHTTPParser: false,
  maxHeaderSize: 16 * 1024,
  headersTimeout: headersMs,
  requestTimeout: Math.max(requestMs, headersMs),
  connectionsCheckingInterval: Math.min(5_000, headersMs),
  keepAliveTimeout: 65_000,
  requireHostHeader: true,
  noDelay: true,
});

const bareAnswers: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is not HTTP at all gets a bare answer: there is no request to make a problem document for. */
const answerBroken = (
  error: Error & { code?: string },
  socket: { writable: boolean; end(text: string): unknown; destroy(): unknown },
): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else socket.end(`HTTP/1.1 ${bareAnswers[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const urlOf = (server: Server, { host, tlsKey }: DoorOptions): string => {
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  return `${tlsKey === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
};

/** Closes as `OpenDoor.close` promises; a second call waits for the same end. */
const closerOf = (server: Server, answering: ReadonlySet<ServerResponse>, closing: AbortController, graceMs: number) => {
  let closed: Promise<void> | null = null;
  return (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      // Whoever is being answered hears that this connection ends with the answer.
      for (const response of answering) response.shouldKeepAlive = false;
      closing.abort();
      server.closeIdleConnections();
    });
    return closed;
  };
};

export const openDoor = async (hub: Hub, options: DoorOptions): Promise<OpenDoor> => {
  const closing = new AbortController();
  const app = httpApp(hub, { ...options, closing: closing.signal });
  const answering = new Set<ServerResponse>();
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    if (closing.signal.aborted) response.shouldKeepAlive = false;
    app(request, response);
  };
  const secure = options.tlsKey === null || options.tlsCert === null ? null : { key: options.tlsKey, cert: options.tlsCert };
  const server: Server =
    secure === null
      ? createServer(serverOptions(options), take)
      : createTlsServer({ ...serverOptions(options), ...secure, minVersion: 'TLSv1.2' }, take);
  // Not answered with `100 Continue` here: the gate decides first, and whoever reads the body says it.
  server.on('checkContinue', take);
  server.on('clientError', (error, socket: Socket) => answerBroken(error, socket));
  server.maxHeadersCount = 100;
  // Nothing at all in either direction: longer than any long poll or inspection takes.
  server.timeout = 180_000;
  await listen(server, options.host, options.port);
  return { url: urlOf(server, options), close: closerOf(server, answering, closing, options.graceMs ?? 8_000) };
};
