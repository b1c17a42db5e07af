/** What a system's user may do at the broker: publish to two exchanges, read two queues, configure nothing. */
import { names } from '../topology.ts';

/** RabbitMQ's three patterns; each must fit the whole name. */
export type Rights = { readonly configure: string; readonly write: string; readonly read: string };

/** For a pattern, letter for letter; also of a system whose name has such letters. */
const exactly = (...all: readonly string[]): string => `^(${all.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;

/** Reading a queue includes purging it: so nobody reads but its own. */
export const rightsOf = (system: string): Rights => ({
  configure: '^$',
  write: exactly(names.submit, names.acknowledge),
  read: exactly(names.inbox(system), names.reply(system)),
});

/** Connections and channels that one system may hold open at one time. */
export const userLimits = { 'max-connections': 20, 'max-channels': 100 } as const;
