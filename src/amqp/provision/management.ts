/** RabbitMQ's management API: users, rights, queues and policies of the systems that connect. */

import { names, queuesOf } from '../topology.ts';
import type { Definitions } from './definitions.ts';
import { rightsOf, userLimits } from './rights.ts';

/** How a system's queues stand. */
export type QueueState = { readonly ready: number; readonly inHand: number; readonly consumers: number };

export type Management = {
  /** Whether the broker knows this user. */
  hasUser(user: string): Promise<boolean>;
  /** Makes or replaces the user with its rights and limits. */
  putUser(user: string, password: string, system: string): Promise<void>;
  /** Its open connections end with it. */
  removeUser(user: string): Promise<void>;
  /** Makes what is missing and sets the policies; what is there already stays. */
  putDefinitions(definitions: Definitions): Promise<void>;
  removeQueues(system: string): Promise<void>;
  /** By name of the queue. */
  queues(): Promise<ReadonlyMap<string, QueueState>>;
};

/** The broker's own words, without what we sent. */
export class ManagementError extends Error {
  readonly status: number | null;
  constructor(status: number | null, why: string) {
    super(why);
    this.name = 'ManagementError';
    this.status = status;
  }
}

const within = 15_000;

type Ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: readonly string[], body?: object) => Promise<unknown>;

const wordsOf = (text: string): string => {
  try {
    const { reason, error }: { readonly reason?: unknown; readonly error?: unknown } = JSON.parse(text);
    return String(reason ?? error ?? text);
  } catch {
    return text;
  }
};

const askOf = (address: URL): Ask => {
  const { username, password } = address;
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  const root = `${address.protocol}//${address.host}${address.pathname.replace(/\/$/, '')}/api`;
  return async (method, path, body) => {
    const response = await fetch(`${root}/${path.map(encodeURIComponent).join('/')}`, {
      ...{ method, headers: { authorization, 'content-type': 'application/json' }, signal: AbortSignal.timeout(within) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new ManagementError(null, error instanceof Error ? String(error.cause ?? error.message) : String(error));
    });
    const text = await response.text();
    if (!response.ok) throw new ManagementError(response.status, `${response.status} ${wordsOf(text)}`);
    return text === '' ? null : JSON.parse(text);
  };
};

/** Null where it is not there. */
const orNull = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.catch((error: unknown) => {
    if (error instanceof ManagementError && error.status === 404) return null;
    throw error;
  });

type Row = {
  readonly name: string;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
  readonly consumers?: number;
};

const putDefinitions = async (ask: Ask, vhost: string, { exchanges, queues, bindings, policies }: Definitions): Promise<void> => {
  for (const { name, vhost: _, ...exchange } of exchanges) await ask('PUT', ['exchanges', vhost, name], exchange);
  for (const { name, vhost: _, type: __, ...queue } of queues) await ask('PUT', ['queues', vhost, name], queue);
  for (const { source, destination, routing_key } of bindings)
    await ask('POST', ['bindings', vhost, 'e', source, 'q', destination], { routing_key, arguments: {} });
  for (const { name, vhost: _, ...policy } of policies) await ask('PUT', ['policies', vhost, name], policy);
};

/** `url` with user and password of an administrator of the broker. */
export const openManagement = (url: string, vhost: string): Management => {
  const ask = askOf(new URL(url));
  return {
    hasUser: async (user) => (await orNull(ask('GET', ['users', user]))) !== null,
    putUser: async (user, password, system) => {
      await ask('PUT', ['users', user], { password, tags: '' });
      await ask('PUT', ['permissions', vhost, user], rightsOf(system));
      for (const [name, value] of Object.entries(userLimits)) await ask('PUT', ['user-limits', user, name], { value });
    },
    removeUser: async (user) => void (await orNull(ask('DELETE', ['users', user]))),
    putDefinitions: (definitions) => putDefinitions(ask, vhost, definitions),
    removeQueues: async (system) => {
      for (const { name } of queuesOf(system)) await orNull(ask('DELETE', ['queues', vhost, name]));
    },
    queues: async () => {
      const rows = (await ask('GET', ['queues', vhost])) as readonly Row[];
      return new Map(
        rows.map(({ name, messages_ready = 0, messages_unacknowledged = 0, consumers = 0 }) => [
          name,
          { ready: messages_ready, inHand: messages_unacknowledged, consumers },
        ]),
      );
    },
  };
};

/** The two queues of a system, by what they are for. */
export const queueNamesOf = (system: string) => ({ inbox: names.inbox(system), reply: names.reply(system) });
