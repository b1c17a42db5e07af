/** Talks to a door over plain fetch, holding every answer against the OpenAPI document. */
import { type Conformance, conformanceTo } from './conformance.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of the public interface, asserted field by field by the tests
type Json = any;
export type Reply = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: Json };
export type Talk = {
  readonly conformance: Conformance;
  ask(method: string, path: string, options?: Asking): Promise<Reply>;
};
export type Asking = {
  readonly key?: string;
  readonly json?: unknown;
  readonly bytes?: Uint8Array | string | FormData;
  readonly headers?: Readonly<Record<string, string>>;
};

export const talkTo = async (url: string): Promise<Talk> => {
  const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
  const conformance = conformanceTo(document);
  return {
    conformance,
    async ask(method, path, { key, json, bytes, headers = {} } = {}) {
      const media =
        bytes instanceof FormData || headers['content-type'] !== undefined
          ? {}
          : { 'content-type': json === undefined ? 'application/xml' : 'application/json' };
      const body = json === undefined ? bytes : JSON.stringify(json);
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...(body === undefined ? {} : media), ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
        ...(body === undefined ? {} : { body: body instanceof Uint8Array ? Buffer.from(body) : body }),
      });
      const text = await response.text();
      const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
      const parsed: unknown = type.endsWith('json') ? JSON.parse(text) : text;
      conformance.check(method, path.split('?')[0] ?? '', response.status, type, parsed);
      return { status: response.status, headers: response.headers, text, body: parsed };
    },
  };
};
