/** What an agency system needs to talk to a hub: the public HTTP interface and nothing else. */

// biome-ignore lint/suspicious/noExplicitAny: answers of the public interface, asserted field by field by the tests
type Json = any;
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Json };

export type Client = {
  post(bytes: Uint8Array | string, path?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  send(method: string, path: string, body: unknown): Promise<Answer>;
  bytes(path: string): Promise<Buffer>;
  /** Bytes with the status that they came under. */
  original(path: string): Promise<{ readonly status: number; readonly bytes: Buffer }>;
  inbox(query?: string): Promise<readonly Json[]>;
  acknowledge(deliveryId: string, result?: 'done' | 'fail', reason?: string): Promise<Answer>;
};

const read = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
};

/** With `patience` (ms) a call that takes longer fails, as behind a network that swallows. */
export const clientOf = (url: string, key: string | null, patience?: number): Client => {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const limit = () => (patience === undefined ? {} : { signal: AbortSignal.timeout(patience) });
  const get: Client['get'] = async (path, headers = {}) =>
    read(await fetch(`${url}${path}`, { headers: { ...authorization, ...headers }, ...limit() }));
  const send: Client['send'] = async (method, path, body) =>
    read(
      await fetch(`${url}${path}`, {
        method,
        headers: { ...authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...limit(),
      }),
    );
  return {
    get,
    send,
    post: async (bytes, path = '/v1/envelopes', headers = {}) =>
      read(
        await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { ...authorization, 'content-type': 'application/xml', ...headers },
          body: typeof bytes === 'string' ? bytes : Buffer.from(bytes),
          ...limit(),
        }),
      ),
    original: async (path) => {
      const response = await fetch(`${url}${path}`, { headers: authorization, ...limit() });
      return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
    },
    bytes: async (path) => Buffer.from(await (await fetch(`${url}${path}`, { headers: authorization, ...limit() })).arrayBuffer()),
    inbox: async (query = '') => (await get(`/v1/inbox?limit=1000${query}`)).body.items,
    acknowledge: (deliveryId, result = 'done', reason = '') =>
      send('POST', `/v1/deliveries/${deliveryId}/acknowledgement`, { result, reason }),
  };
};
