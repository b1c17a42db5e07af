/** What `lienthong broker` needs of RabbitMQ: its management, its definitions and its parking queue. */
import { openParking, type Parking } from '../amqp/door/parking.ts';
import { type Definitions, definitionsFor, type Seat } from '../amqp/provision/definitions.ts';
import { type Management, openManagement, queueNamesOf } from '../amqp/provision/management.ts';
import type { Config } from '../config.ts';

export type Provisioning = {
  readonly vhost: string;
  /** The hub's own user at the broker, whom no system may have. */
  readonly hubUser: string;
  /** Null where LIENTHONG_BROKER_MANAGEMENT is not set. */
  readonly management: Management | null;
  readonly parking: Parking;
  /** The hub's exchanges, queues and policies, with what belongs to these systems. */
  definitions(seats: readonly Seat[]): Definitions;
  queuesOf(system: string): { readonly inbox: string; readonly reply: string };
};

/** Who names no user in a URL means the broker's `guest`. */
const userIn = (url: URL): string => (url.username === '' ? 'guest' : decodeURIComponent(url.username));

/** The management's address; without a user of its own in it, the hub's user asks. */
const managementUrl = (text: string, broker: URL): string => {
  const url = new URL(text);
  if (url.username === '') {
    url.username = broker.username === '' ? 'guest' : broker.username;
    url.password = broker.username === '' ? 'guest' : broker.password;
  }
  return url.href;
};

/** Null without a broker. */
export const provisioningOf = ({ broker, brokerManagement }: Pick<Config, 'broker' | 'brokerManagement'>): Provisioning | null => {
  if (broker === 'none') return null;
  const url = new URL(broker);
  const vhost = decodeURIComponent(url.pathname.slice(1)) || '/';
  return {
    vhost,
    hubUser: userIn(url),
    management: brokerManagement === '' ? null : openManagement(managementUrl(brokerManagement, url), vhost),
    parking: openParking(broker),
    definitions: (seats) => definitionsFor(vhost, seats),
    queuesOf: queueNamesOf,
  };
};
