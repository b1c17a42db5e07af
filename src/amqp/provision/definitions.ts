/** The topology as definitions that RabbitMQ imports (`rabbitmqctl import_definitions`), for those without its management API. */
import { createHash, randomBytes } from 'node:crypto';
import { bindings, exchanges, policies, queues, queuesOf } from '../topology.ts';
import { rightsOf, userLimits } from './rights.ts';

/** A system with its broker user; `password`: the user is made, or gets this one. */
export type Seat = { readonly system: string; readonly user: string; readonly password: string | null };

/** As RabbitMQ keeps passwords (rabbit_password_hashing_sha256): salt and digest of both. */
const passwordHash = (password: string): string => {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');
};

const userFor = ({ user, password }: Seat) => ({
  ...{ name: user, password_hash: passwordHash(password ?? ''), hashing_algorithm: 'rabbit_password_hashing_sha256', tags: [] },
  limits: userLimits,
});

/** Users and rights only of those seats that have a password: rights of a user who is not there cannot be imported. */
export const definitionsFor = (vhost: string, seats: readonly Seat[]) => {
  const made = seats.filter(({ password }) => password !== null);
  const all = [...queues, ...seats.flatMap(({ system }) => queuesOf(system))];
  return {
    vhosts: [{ name: vhost }],
    users: made.map(userFor),
    permissions: made.map(({ system, user }) => ({ user, vhost, ...rightsOf(system) })),
    exchanges: exchanges.map(({ name, type }) => ({ name, vhost, type, ...fixed, internal: false, arguments: {} })),
    queues: all.map(({ name, arguments: more }) => ({ name, vhost, type: 'quorum', ...fixed, arguments: more })),
    bindings: bindings.map(({ exchange, queue }) => ({
      ...{ source: exchange, vhost, destination: queue, destination_type: 'queue', routing_key: '', arguments: {} },
    })),
    policies: policies.map(({ name, pattern, definition }) => ({ vhost, name, pattern, 'apply-to': 'queues', definition, priority: 10 })),
  };
};

/** Everything survives a restart, and nothing goes by itself. */
const fixed = { durable: true, auto_delete: false } as const;

export type Definitions = ReturnType<typeof definitionsFor>;
