/** Calling a hub over HTTP as an agency's system does: bearer key, streamed bodies, problem documents. */
import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FailureCode, failures } from '../../errors.ts';
import { type Given, textOf } from '../command.ts';
import { type Exit, exitFor, exits, Refused, Stopped } from '../ending.ts';
import type { Terminal } from '../terminal.ts';

export type Axis = { readonly url: URL; readonly key: string };
export type Sending = {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the hub's address: `v1/envelopes?check=true`. */
  readonly path: string;
  readonly accept?: string;
  readonly type?: string;
  readonly body?: { readonly size: number; readonly stream: Readable };
};
export type Arrived = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly stream: Readable };

export const axisOptions = [
  ['--url <url>', 'địa chỉ của Trục; mặc định LIENTHONG_URL, rồi http://127.0.0.1:8080'],
  ['--key <key>', 'khóa truy cập; mặc định LIENTHONG_API_KEY (hoặc tệp LIENTHONG_API_KEY_FILE)'],
] as const;

/** A key on the command line can be read by every user of the machine; the environment is better. */
export const axisFrom = (terminal: Terminal, given: Given): Axis => {
  const { env } = terminal;
  const text = textOf(given, 'url') ?? env.LIENTHONG_URL ?? 'http://127.0.0.1:8080';
  const file = env.LIENTHONG_API_KEY_FILE ?? '';
  const key = textOf(given, 'key') ?? (env.LIENTHONG_API_KEY || (file === '' ? '' : readFileSync(file, 'utf8').trim()));
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Stopped(exits.usage, `"${text}" không phải là địa chỉ http(s)`, `"${text}" is no http(s) URL`);
  if (key === '')
    throw new Stopped(
      exits.access,
      'Thiếu khóa truy cập: đặt LIENTHONG_API_KEY hoặc --key',
      'No access key: set LIENTHONG_API_KEY or --key',
    );
  return { url: new URL(text.endsWith('/') ? text : `${text}/`), key };
};

const unreachable = (axis: Axis, error: unknown): Stopped => {
  const why = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  return new Stopped(exits.later, `Không kết nối được ${axis.url.origin} (${why})`, `${axis.url.origin} does not answer (${why})`);
};

const continueMs = 2000;

/** One exchange. A hub that refuses early stops reading the body: then its answer counts, not the broken pipe. */
const exchange = (axis: Axis, sending: Sending): Promise<Arrived> =>
  new Promise((resolve, reject) => {
    const url = new URL(sending.path, axis.url);
    const headers = {
      authorization: `Bearer ${axis.key}`,
      accept: sending.accept ?? 'application/json',
      ...(sending.body === undefined
        ? {}
        : { 'content-type': sending.type ?? 'application/json', 'content-length': sending.body.size, expect: '100-continue' }),
    };
    const call = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, { method: sending.method, headers });
    let answered = false;
    call.once('response', (response) => {
      answered = true;
      // Refused before the body was sent: the connection is of no more use, and would keep the process alive.
      response.once('close', () => call.writableFinished || call.destroy());
      resolve({ status: response.statusCode ?? 0, headers: response.headers, stream: response });
    });
    call.once('error', (error) => (answered ? undefined : reject(unreachable(axis, error))));
    const { body } = sending;
    if (body === undefined) {
      call.end();
      return;
    }
    let begun = false;
    const send = (): void => {
      clearTimeout(patience);
      const go = !answered && !begun;
      begun = true;
      if (go) void pipeline(body.stream, call).catch(() => undefined);
    };
    // Some servers between never say "100 Continue": RFC 9110 §10.1.1 has the client go on by itself.
    const patience = setTimeout(send, continueMs);
    call.once('continue', send);
    call.once('close', () => clearTimeout(patience));
    call.flushHeaders();
  });

const textFrom = async (stream: Readable): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const exitOf = (status: number, code: string): Exit => {
  if (code in failures) return exitFor(code as FailureCode);
  if (status === 500) return exits.bug;
  if (status > 500) return exits.later;
  return [401, 403, 429].includes(status) ? exits.access : exits.input;
};

const refusalFrom = async (arrived: Arrived): Promise<Refused> => {
  const text = await textFrom(arrived.stream);
  let problem: Record<string, unknown>;
  try {
    problem = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not ours: a proxy between, or another server altogether.
    problem = { code: `http.${arrived.status}`, at: '', vi: `Máy chủ trả lời HTTP ${arrived.status}`, en: text.slice(0, 200), errors: [] };
  }
  return new Refused(exitOf(arrived.status, String(problem.code)), problem);
};

/** Throws `Refused` for every answer from 400 on, `Stopped` where there is none. */
export const call = async (axis: Axis, sending: Sending): Promise<Arrived> => {
  const arrived = await exchange(axis, sending);
  if (arrived.status >= 400) throw await refusalFrom(arrived);
  return arrived;
};

/** A call without a streamed body whose answer is JSON. */
export const callJson = async <Value>(axis: Axis, method: Sending['method'], path: string, value?: unknown): Promise<Value> => {
  const bytes = value === undefined ? null : Buffer.from(JSON.stringify(value));
  const body = bytes === null ? {} : { body: { size: bytes.length, stream: Readable.from([bytes]) } };
  return jsonFrom<Value>(await call(axis, { method, path, ...body }));
};

export const jsonFrom = async <Value>(arrived: Arrived): Promise<Value> => JSON.parse(await textFrom(arrived.stream)) as Value;
