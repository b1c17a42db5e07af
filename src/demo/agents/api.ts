/** The public HTTP API as an agency's system uses it: only what contract §5 says, nothing of the hub's code. */
import { setTimeout as pause } from 'node:timers/promises';

export type Door = { readonly url: string; readonly key: string };

/** Whatever came back, whole; envelopes of the demo are small. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array };

/** What `GET /v1/inbox` says of a delivery. */
export type InboxItem = {
  readonly deliveryId: string;
  readonly recordId: string;
  readonly organ: string;
  readonly kind: 'document' | 'status';
  readonly statusCode: string | null;
  readonly documentId: string | null;
  readonly from: string | null;
  readonly code: string | null;
  readonly subject: string | null;
  readonly priority: number;
  readonly sha256: string;
  readonly size: number;
  readonly verdict: string | null;
};

export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** An answer that no step of the demo foresees. */
export class UnexpectedAnswer extends Error {
  constructor(method: string, path: string, answer: Answer) {
    super(`${method} ${path}: ${answer.status} ${Buffer.from(answer.bytes).toString('utf8').slice(0, 400)}`);
    this.name = 'UnexpectedAnswer';
  }
}

/** Bytes are posted as an envelope, anything else as JSON. */
type Request = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: Uint8Array | object;
  readonly accept?: string;
  readonly signal?: AbortSignal;
};

const bodyOf = (body: Request['body']): { body?: Uint8Array<ArrayBuffer> | string; type?: string } => {
  if (body === undefined) return {};
  return body instanceof Uint8Array
    ? { body: new Uint8Array(body), type: 'application/xml' }
    : { body: JSON.stringify(body), type: 'application/json' };
};

// The hub may be busy for some seconds, not for longer.
const attempts = 6;

/** One call; waits and tries again when the hub says that it is busy (429, 503 with Retry-After). */
export const ask = async (door: Door, request: Request): Promise<Answer> => {
  const { body, type } = bodyOf(request.body);
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${door.url}${request.path}`, {
      method: request.method,
      headers: {
        Authorization: `Bearer ${door.key}`,
        ...(type === undefined ? {} : { 'Content-Type': type }),
        ...(request.accept === undefined ? {} : { Accept: request.accept }),
      },
      ...(body === undefined ? {} : { body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const answer = { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
    if ((answer.status !== 429 && answer.status !== 503) || attempt === attempts) return answer;
    await pause(Number(response.headers.get('retry-after') ?? 1) * 1_000);
  }
};

/** The body as JSON, unchecked: the demo stops on what it does not understand. */
export const json = <Value>(answer: Answer): Value => JSON.parse(Buffer.from(answer.bytes).toString('utf8'));

/** A call that must answer 2xx; its JSON. */
export const get = async <Value>(door: Door, path: string, signal?: AbortSignal): Promise<Value> => {
  const answer = await ask(door, { method: 'GET', path, ...(signal === undefined ? {} : { signal }) });
  if (answer.status >= 300) throw new UnexpectedAnswer('GET', path, answer);
  return json<Value>(answer);
};

/** The same with a body. */
export const send = async <Value>(door: Door, method: 'POST' | 'PUT', path: string, body: Uint8Array | object): Promise<Value> => {
  const answer = await ask(door, { method, path, body });
  if (answer.status >= 300) throw new UnexpectedAnswer(method, path, answer);
  return json<Value>(answer);
};

/** Every page of a list. */
export const list = async <Item>(door: Door, path: string): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let next: string | null = null;
  do {
    const after: string = next === null ? '' : `&after=${encodeURIComponent(next)}`;
    const page: Page<Item> = await get<Page<Item>>(door, `${path}${path.includes('?') ? '&' : '?'}limit=500${after}`);
    items.push(...page.items);
    next = page.next;
  } while (next !== null);
  return items;
};
