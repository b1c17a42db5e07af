/** The REST door as one express application: contract §5, in the order a request meets it. */
import express from 'express';
import helmet from 'helmet';
import { failure } from '../errors.ts';
import type { TakenCount } from '../hub/taken.ts';
import type { Hub } from '../hub.ts';
import { drainBody } from './body/watch.ts';
import type { Call } from './call.ts';
import { envelopeCalls } from './calls/envelopes.ts';
import { inboxCalls } from './calls/inbox.ts';
import { operationCalls } from './calls/operations.ts';
import { oversightCalls } from './calls/oversight.ts';
import { recordCalls } from './calls/records.ts';
import { type Gate, openGate } from './gate/gate.ts';
import { type Log, stderrLog } from './log.ts';
import { openMetrics } from './metrics.ts';
import { openApiFor } from './openapi.ts';
import { docsRouter } from './pages/docs.ts';
import { errorPages } from './pages/errors.ts';
import { answerProblem } from './problem.ts';
import { routesFor } from './routes.ts';

export const calls: readonly Call[] = [...envelopeCalls, ...inboxCalls, ...recordCalls, ...oversightCalls, ...operationCalls];

export type AppOptions = {
  /** Calls a second of one system, 0 = unlimited (LIENTHONG_RATE). */
  readonly rate: number;
  /** Bytes of bodies in hand of one system, 0 = unlimited (LIENTHONG_INFLIGHT_BYTES). */
  readonly inflightBytes?: number;
  /** Where another door counts the same systems' calls. */
  readonly gate?: Gate;
  /** Messages at the door of the queues, for `/metrics`. */
  readonly taken?: () => readonly TakenCount[];
  /** How callers reach the hub, for the OpenAPI document. */
  readonly publicUrl: string;
  /** Whether callers come over TLS: then browsers are told never to come otherwise. */
  readonly secureCookies: boolean;
  /** The pages of the console, mounted at the root. */
  readonly consoleRouter?: express.Router;
  /** `behind-proxy`: one proxy stands in front, and its X-Forwarded-For and -Proto are believed. */
  readonly plaintext?: '' | 'behind-proxy';
  /** Aborted when the door closes. */
  readonly closing?: AbortSignal;
  readonly log?: Log;
  /** A body that brings no byte for this long is given up; 30 s. */
  readonly bodyIdleMs?: number;
};

const securityHeaders = (secure: boolean): express.RequestHandler =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });

/** Whatever was answered without taking the body: the caller should still hear it. */
const drained: express.RequestHandler = (request, response, next) => {
  response.once('finish', () => drainBody(request));
  next();
};

export const httpApp = (hub: Hub, options: AppOptions): express.Express => {
  const log = options.log ?? stderrLog;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('case sensitive routing', true);
  app.set('trust proxy', options.plaintext === 'behind-proxy' ? 1 : 0);
  const gate = options.gate ?? openGate(hub, { rate: options.rate, inflightBytes: options.inflightBytes ?? 0 });
  const metrics = openMetrics(hub, log, { inHand: gate.inHand, taken: options.taken ?? null });
  const door = { hub, log, closing: options.closing ?? new AbortController().signal, bodyIdleMs: options.bodyIdleMs ?? 30_000 };
  app.use(securityHeaders(options.secureCookies), drained, (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use(routesFor(calls, door, gate, metrics));
  const stranger: express.RequestHandler = (request, _response, next) => {
    gate.passStranger(request);
    next();
  };
  app.use(stranger);
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
  app.use(
    docsRouter(() => openApiFor(calls, hub, options.publicUrl)),
    errorPages(),
  );
  app.all(['/metrics', '/docs', '/openapi.json', '/errors/:code'], (_request, response) => {
    response.set('Allow', 'GET, HEAD');
    throw failure('method.unknown');
  });
  if (options.consoleRouter !== undefined) app.use(options.consoleRouter);
  app.use(() => {
    throw failure('resource.unknown', '', { vi: 'Không có địa chỉ này trên Trục', en: 'There is no such address on this hub' });
  });
  app.use(((error, request, response, _next) => answerProblem(error, request, response, log)) satisfies express.ErrorRequestHandler);
  return app;
};
