/**
 * `Hub.fetcher`: bytes of certification authorities over HTTP(S), and nothing else of the world. What is
 * asked for stands in certificates that anybody may have written, so the other side is never trusted:
 * listed hosts only, public addresses only, few redirects, little time, little size, and a pause for a
 * host that fails.
 */
import { lookup } from 'node:dns/promises';
import type { Fetched, Fetcher, FetchRequest } from '../hub/trust.ts';
import { openCircuits } from './circuit.ts';
import { ask, hostOf, Refusal, type Resolve } from './exchange.ts';

export type FetcherOptions = {
  readonly on: boolean;
  /** Hosts the operator lists (LIENTHONG_FETCH_HOSTS): may also have private addresses. `name` or `name:port`. */
  readonly hosts: readonly string[];
  readonly maxBytes?: number;
  /** For everything, redirects included. */
  readonly timeMs?: number;
  readonly resolve?: Resolve;
  readonly now?: () => number;
};

const limits = { maxBytes: 20 * 1024 * 1024, timeMs: 15_000, redirects: 3 } as const;
const usualPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** A name alone stands for the usual ports of http and https; `name:port` for that port. */
const isAmong = (url: URL, hosts: readonly string[]): boolean => {
  const name = hostOf(url).toLowerCase();
  const shown = name.includes(':') ? `[${name}]` : name;
  const port = url.port === '' ? usualPorts[url.protocol] : url.port;
  return hosts.some((host) => {
    const wanted = host.trim().toLowerCase();
    return wanted === `${shown}:${port}` || (url.port === '' && (wanted === name || wanted === shown));
  });
};

const readUrl = (text: string, from?: URL): URL => {
  if (!URL.canParse(text, from?.href)) throw new Refusal('this is no address');
  const url = new URL(text, from?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Refusal(`only http and https are asked, not ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw new Refusal('an address with a password in it');
  url.hash = '';
  return url;
};

type Way = { readonly options: FetcherOptions; readonly resolve: Resolve; readonly signal: AbortSignal };

/** Follows redirects, each judged like the first address. */
const follow = async (request: FetchRequest, way: Way): Promise<Fetched> => {
  const { hosts, maxBytes = limits.maxBytes } = way.options;
  let url = readUrl(request.url);
  for (let left: number = limits.redirects; left >= 0; left -= 1) {
    const isListed = isAmong(url, hosts);
    if (!isListed && !isAmong(url, request.hosts)) throw new Refusal(`${url.host} is not on the list of hosts`);
    const reply = await ask({ url, body: request.body ?? null, isListed, maxBytes, signal: way.signal }, way.resolve);
    if (reply.kind === 'body') return { kind: 'done', bytes: reply.bytes };
    if (reply.kind === 'status') return { kind: 'failed', why: `${url.host} answered ${reply.status}` };
    if (request.body !== undefined && !reply.keepsBody) throw new Refusal('a redirect that would lose the question');
    url = readUrl(reply.location, url);
  }
  throw new Refusal(`more than ${limits.redirects} redirects`);
};

const resolveName: Resolve = (host) => lookup(host, { all: true });

/** A name server that never answers must not outlast the time allowed. */
const within = <Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> =>
  new Promise((done, fail) => {
    const end = (): void => fail(signal.reason as Error);
    signal.addEventListener('abort', end, { once: true });
    promise.then(done, fail).finally(() => signal.removeEventListener('abort', end));
  });

const told = (cause: unknown): Fetched => {
  if (cause instanceof Refusal) return { kind: 'refused', why: cause.message };
  const { message, name, code } = cause as NodeJS.ErrnoException;
  return { kind: 'failed', why: name === 'TimeoutError' ? 'no answer in time' : (code ?? message) };
};

export const openFetcher = (options: FetcherOptions): Fetcher => {
  const { on, timeMs = limits.timeMs, resolve = resolveName, now = Date.now } = options;
  const circuits = openCircuits(now);
  const fetchOnce = async (request: FetchRequest): Promise<Fetched> => {
    const limit = AbortSignal.timeout(timeMs);
    const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
    const timed: Resolve = (host) => within(resolve(host), signal);
    try {
      return await within(follow(request, { options, resolve: timed, signal }), signal);
    } catch (cause) {
      return told(cause);
    }
  };
  return {
    on,
    fetch: async (request) => {
      if (!on) return { kind: 'off', why: 'LIENTHONG_FETCH is off' };
      const host = URL.canParse(request.url) ? new URL(request.url).host : '';
      const until = circuits.restsUntil(host);
      if (until !== null) return { kind: 'resting', why: `${host} failed and is left alone until ${until.toISOString()}` };
      const fetched = await fetchOnce(request);
      if (fetched.kind === 'done') circuits.succeeded(host);
      else if (fetched.kind === 'failed' && request.signal?.aborted !== true) circuits.failed(host, fetched.why);
      return fetched;
    },
    resting: circuits.resting,
  };
};
