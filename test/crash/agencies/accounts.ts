/** What an operator gives a system that connects over the broker: a user that may do just this (contract §8). */
import { names } from '../../../src/amqp/topology.ts';
import type { Broker } from '../../support/servers/rabbit.ts';

export const userOf = (system: string): string => `qlvb-${system.toLowerCase()}`;
const password = 'agency';

const exactly = (...allowed: readonly string[]): string => `^(${allowed.map((name) => name.replaceAll('.', '\\.')).join('|')})$`;

const put = async (managementUrl: string, path: string, body: object): Promise<void> => {
  const { username, password: secret, origin } = new URL(managementUrl);
  const headers = { authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${origin}/api${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
};

/** Again after the broker lost its data, as its operator would. */
export const provisionUsers = async ({ managementUrl }: Broker, systems: readonly string[]): Promise<void> => {
  for (const system of systems) {
    await put(managementUrl, `/users/${userOf(system)}`, { password, tags: '' });
    await put(managementUrl, `/permissions/%2F/${userOf(system)}`, {
      configure: '^$',
      write: exactly(names.submit, names.acknowledge),
      read: exactly(names.inbox(system), names.reply(system)),
    });
  }
};

export const urlFor = (system: string, port: number): string => `amqp://${userOf(system)}:${password}@127.0.0.1:${port}`;
