/**
 * RFC 9457 problem documents (contract §5): a HubError becomes its row of the table with every fault;
 * anything else is our own bug, told as one bland sentence with an incident number and nothing else.
 */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { type Fault, failure, failures, HubError } from '../errors.ts';
import type { Log } from './log.ts';

/** The most faults one answer lists. */
const mostFaults = 100;
/** What a caller is told to wait where the error itself does not say, in seconds. */
const usualWait = 5;

export const incidentSentence = {
  vi: 'Trục gặp lỗi nội bộ; yêu cầu chưa được ghi nhận. Hãy thử lại sau, kèm mã sự cố nếu cần hỗ trợ',
  en: 'The hub failed; nothing was promised. Try again later, and give the incident number when asking for help',
} as const;

const faultShown = ({ code, at, vi, en, legacyCode }: Fault) => ({
  code,
  at,
  vi,
  en,
  ...(legacyCode === undefined ? {} : { legacyCode }),
});

/** The problem document of a refusal: `at`, `vi` and `en` are those of its first fault. */
export const problemFor = (error: HubError) => {
  const [first] = error.faults;
  const headline = faultShown(first ?? failure(error.code).faults[0] ?? { code: error.code, at: '', ...failures[error.code] });
  return {
    type: `/errors/${error.code}`,
    title: failures[error.code].vi,
    status: failures[error.code].status,
    ...headline,
    ...(error.problem.recordId === undefined ? {} : { recordId: error.problem.recordId }),
    ...(error.problem.existing === undefined ? {} : { existing: error.problem.existing }),
    errors: error.faults.slice(0, mostFaults).map(faultShown),
  };
};

/** A bug of ours: one bland sentence and the number under which it stands in the log. */
export const incidentFor = (incident: string) => ({
  type: '/errors/internal.error',
  title: incidentSentence.vi,
  status: 500,
  code: 'internal.error',
  at: '',
  ...incidentSentence,
  incident,
  errors: [],
});

/** What express and node throw about a request they could not even read: still the caller's fault. */
const refusalFor = (error: unknown): HubError | null => {
  if (error instanceof HubError) return error;
  const status = error instanceof Error && 'status' in error ? error.status : null;
  return error instanceof URIError || status === 400 ? failure('request.invalid') : null;
};

/** Beside the problem document: when to come again, and what kind of key is asked for. */
export const headersFor = (error: HubError): Record<string, string> => {
  const wait = error.problem.retryAfterSeconds ?? usualWait;
  const { status } = failures[error.code];
  return {
    ...(status === 429 || status === 503 ? { 'Retry-After': String(Math.max(1, Math.ceil(wait))) } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="LienThong"' } : {}),
  };
};

const isHangUp = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET');

/** Answers the problem of whatever was thrown. Once bytes have left, the only honest answer is to cut the connection. */
export const answerProblem = (error: unknown, request: Request, response: Response, log: Log): void => {
  const refusal = refusalFor(error);
  const gone = request.socket.destroyed;
  if (response.headersSent || gone) {
    // A caller who hung up is no news; an original that breaks off while it is read is.
    if (refusal === null && !gone && !isHangUp(error)) log.error({ method: request.method, error }, 'answer broken off');
    if (!response.writableEnded) response.destroy();
    return;
  }
  if (refusal !== null) {
    const problem = problemFor(refusal);
    response.locals.failureCode = refusal.code;
    response.status(problem.status).set(headersFor(refusal)).type('application/problem+json').send(JSON.stringify(problem));
    return;
  }
  const incident = randomUUID();
  log.error({ incident, method: request.method, path: request.route?.path ?? null, error }, 'request failed');
  response.locals.failureCode = 'internal.error';
  response
    .status(500)
    .type('application/problem+json')
    .send(JSON.stringify(incidentFor(incident)));
};
