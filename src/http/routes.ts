/** Turns the rows of calls into express routes: gate, parameters, body, act; anything else of a path is 405. */
import express from 'express';
import { failure } from '../errors.ts';
import type { Caller } from '../records/key.ts';
import { checkShape, readJson } from './body/reading.ts';
import type { Call, Door } from './call.ts';
import type { Gate, GateRules } from './gate/gate.ts';
import type { Metrics } from './metrics.ts';

/** `/v1/records/{id}` -> `/v1/records/:id`. */
const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Calls anybody may make have no caller; nothing of theirs looks at this one. */
const nobody: Caller = { keyId: '', system: '', role: 'agency' };

/**
 * What an envelope will take: its Content-Length, and where none is told (chunked) the most it may be. In hand
 * until it is answered, or the connection is gone.
 */
const bodyOf = (request: express.Request, response: express.Response, maxBytes: number): NonNullable<GateRules['body']> => {
  const declared = request.headers['content-length'];
  return {
    bytes: declared === undefined ? maxBytes : Math.min(Number(declared), maxBytes),
    until: (release) => (response.closed ? release() : response.once('close', release)),
  };
};

const rulesOf = (one: Call, door: Door, request: express.Request, response: express.Response): GateRules => {
  const roles = typeof one.access === 'string' ? [] : one.access;
  return one.takesEnvelope === true
    ? { roles, takesEnvelope: true, body: bodyOf(request, response, door.hub.maxBytes) }
    : { roles, takesEnvelope: false };
};

const callerOf = async (one: Call, door: Door, gate: Gate, request: express.Request, response: express.Response): Promise<Caller> => {
  if (one.access === 'unlimited') return nobody;
  if (one.access !== 'open') {
    const { link } = one.takesLink === true ? request.query : {};
    const offered = typeof link === 'string' ? { deliveryId: String(request.params.id), token: link } : undefined;
    return gate.passCaller(request, rulesOf(one, door, request, response), offered);
  }
  gate.passStranger(request);
  return nobody;
};

/** Ids are short; a path parameter that is not can be nobody's. */
const paramsOf = (request: express.Request): Readonly<Record<string, string>> => {
  const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
  if (Object.values(params).some((value) => value.length > 200 || value.includes('\0'))) throw failure('resource.unknown');
  return params;
};

const answer =
  (one: Call, door: Door, gate: Gate) =>
  async (request: express.Request, response: express.Response): Promise<void> => {
    response.locals.call = one.name;
    const caller = await callerOf(one, door, gate, request, response);
    const params = paramsOf(request);
    const query = one.query === null ? {} : checkShape(one.query, request.query);
    const body = one.body === null ? undefined : checkShape(one.body, await readJson(request, response, door.bodyIdleMs));
    await one.run({ ...door, caller, params, query, body, request, response });
  };

const methodsOf = (calls: readonly Call[], path: string): readonly string[] =>
  calls.filter((one) => one.path === path).flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));

/** Notes how each call ended, under the name of its row. */
const watched =
  (metrics: Metrics): express.RequestHandler =>
  (request, response, next) => {
    const start = performance.now();
    response.once('close', () =>
      metrics.note(String(response.locals.call ?? 'other'), request, response, (performance.now() - start) / 1000),
    );
    next();
  };

export const routesFor = (calls: readonly Call[], door: Door, gate: Gate, metrics: Metrics): express.Router => {
  const router = express.Router({ caseSensitive: true });
  router.use(watched(metrics));
  for (const one of calls) router[one.method](expressPath(one.path), answer(one, door, gate));
  for (const path of new Set(calls.map((one) => one.path))) {
    const allow = methodsOf(calls, path).join(', ');
    router.all(expressPath(path), (_request, response) => {
      response.set('Allow', allow);
      throw failure('method.unknown');
    });
  }
  return router;
};
