/**
 * RabbitMQ for tests: the server that AMQP_URL names (`with-services`), each file in a virtual host of its own.
 * In CI it must be there; elsewhere its absence is said aloud.
 */
import { randomUUID } from 'node:crypto';

/** True where there is a server. */
export const hasBroker = (): boolean => {
  const found = process.env.AMQP_URL !== undefined && process.env.AMQP_MANAGEMENT_URL !== undefined;
  if (!found && process.env.CI === 'true')
    throw new Error('AMQP_URL or AMQP_MANAGEMENT_URL is missing: run under test/support/with-services');
  if (!found) process.stderr.write('\nSKIPPED: no RabbitMQ (run under test/support/with-services)\n');
  return found;
};

export type VirtualHost = {
  /** For AMQP, with user, password and virtual host. */
  readonly url: string;
  readonly name: string;
  /** The management API as its administrator: `/api/queues/NAME/…`. Answers JSON, or null where there is none. */
  manage(method: string, path: string, body?: unknown): Promise<unknown>;
  /**
   * Leaves it to the end of the server: deleting many quorum queues with at-least-once dead letters at once may
   * strand those of other tests (rabbitmq-server, issue 16652).
   */
  remove(): Promise<void>;
};

/** One request to the management API of `at`, a URL with user and password. */
export const manageAt = async (at: string, method: string, path: string, body?: unknown): Promise<unknown> => {
  const { origin, username, password } = new URL(at);
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
};

export const openVirtualHost = async (): Promise<VirtualHost> => {
  const [server, management] = [process.env.AMQP_URL ?? '', process.env.AMQP_MANAGEMENT_URL ?? ''];
  const name = `test-${randomUUID()}`;
  const manage = (method: string, path: string, body?: unknown) => manageAt(management, method, path, body);
  await manage('PUT', `/api/vhosts/${name}`, {});
  await manage('PUT', `/api/permissions/${name}/${new URL(server).username}`, { configure: '.*', write: '.*', read: '.*' });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, name, manage, remove: async () => undefined };
};
