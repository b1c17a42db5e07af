/** The only file that knows every technology: from a configuration to an open hub, and back. */
import { mkdir, readFile } from 'node:fs/promises';
import { type Broker, openBroker } from './amqp/open.ts';
import type { Config } from './config.ts';
import { openFetcher } from './fetch/fetcher.ts';
import type { Store } from './hub/store.ts';
import type { Hub } from './hub.ts';
import { openMongo } from './mongo/store.ts';
import { agreeOnKey } from './open/agreement.ts';
import { arrivalsOf, type Carrier } from './open/arrivals.ts';
import { healthOf } from './open/health.ts';
import { inspectorOf } from './open/inspector.ts';
import { wholeStore } from './open/moved.ts';
import { accountsRecalled, directoryRecalled, keysRecalled } from './open/recall.ts';
import { signerOf } from './open/signer.ts';
import { openSqlite } from './sqlite/store.ts';
import { openRevocation } from './worker/cache.ts';

export type OpenHub = Hub & {
  /** Where the door of the queues is opened; null without a broker. */
  readonly broker: Broker | null;
  /**
   * What only a hub that serves does: agrees with the others on the key, starts the inspection threads now instead of at
   * the first envelope, and connects to the broker. A command that needs none of it calls nobody.
   */
  warm(): Promise<void>;
  /** Finishes the work in hand, then lets go of store and threads. */
  close(): Promise<void>;
};

export const openHub = async (config: Config): Promise<OpenHub> => {
  await mkdir(config.data, { recursive: true, mode: 0o700 });
  const store = await wholeStore(await storeOf(config));
  const version = await ownVersion();
  const inspector = inspectorOf(config, version);
  const revocation = openFolders(config);
  const fetcher = openFetcher({ on: config.fetch, hosts: config.fetchHosts });
  const signer = await signerOf(config);
  const broker = config.broker === 'none' ? null : openBroker({ url: config.broker });
  const { close: silence, ...arrivals } = arrivalsOf(carriersOf(store, broker));
  const { originals, records, deliveries, alerts, holders, evidence, paper, figures, journal, leases } = store;
  return {
    code: config.hub,
    ...{ name: config.name, notice: config.notice, target: config.target, version },
    ...{ maxBytes: config.maxBytes, policy: config.policy },
    now: () => new Date(),
    health: healthOf(config, { store, broker, revocation, fetcher }),
    inspect: async (place, options) => (await inspector.open()).inspect(place, options),
    ...{ originals, records, deliveries, alerts, holders, evidence, paper, figures, journal, leases, arrivals },
    ...directoryRecalled(store),
    keys: keysRecalled(store.keys),
    accounts: accountsRecalled(store.accounts),
    signer,
    revocation: { ...revocation, mark: async () => inspector.sees(await revocation.mark()) },
    fetcher,
    relay: broker?.relay ?? null,
    broker,
    warm: async () => {
      await agreeOnKey(store, signer, config.keyReplaces);
      broker?.start();
      await inspector.open();
    },
    close: async () => {
      await silence();
      await broker?.close();
      await inspector.close();
      await store.close();
    },
  };
};

/** A store that sees by itself what other processes commit, and a broker that passes word between them. */
const carriersOf = ({ watch }: Store, broker: Broker | null): readonly Carrier[] => [
  ...(watch === undefined ? [] : [{ listen: watch }]),
  ...(broker === null ? [] : [broker.carrier]),
];

/** The store that the configuration names. */
export const storeOf = (config: Pick<Config, 'store' | 'data'>): Promise<Store> =>
  config.store === 'sqlite' ? openSqlite({ folder: config.data }) : openMongo({ url: config.store, folder: config.data });

/** The folders alone, for whoever needs no store. */
export const openFolders = (config: Config): Hub['revocation'] => openRevocation(config);

/** From the package beside the sources, or beside the compiled files. */
const ownVersion = async (): Promise<string> => {
  const facts: { readonly version: string } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return facts.version;
};
