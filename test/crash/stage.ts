/**
 * What is put under load and broken: two hubs on one store and one broker, and a network of its own between
 * each hub and each server. Every part can be killed, cut off and brought back alone.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeHubKey } from '../../src/signature/sign/own.ts';
import { freePort, type HubProcess, root, startHub, temporaryFolder } from '../support/hub.ts';
import { seedAnchors, seedStore } from '../support/seed.ts';
import { type MongoServer, openMongo } from '../support/servers/mongo.ts';
import { type Broker, openRabbit } from '../support/servers/rabbit.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';
import { provisionUsers, userOf } from './agencies/accounts.ts';
import { hintsToComments } from './faults/hints.ts';
import { type Network, openNetwork } from './faults/network.ts';
import type { PlantName } from './planted.ts';

export const engines = ['sqlite', 'sqlite+rabbit', 'mongo', 'mongo+rabbit'] as const;
export type Engine = (typeof engines)[number];

/** One of the hubs, with the network between it and the servers. */
export type Seat = {
  readonly name: string;
  readonly url: string;
  /** Of agencies to this hub; its URL is the one they know. */
  readonly door: Network;
  readonly store: Network | null;
  readonly broker: Network | null;
  pid(): number;
  /** Lines of its log about incidents, of every process that sat here. */
  incidents(): readonly string[];
  /** SIGKILL; the next one on the same folder and port resolves when it is ready. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

export type Stage = {
  readonly engine: Engine;
  readonly files: SignedFiles;
  readonly seats: readonly Seat[];
  readonly mongo: MongoServer | null;
  readonly rabbit: Broker | null;
  /** Of agencies to the broker. */
  readonly queues: Network | null;
  /** Those of the codes that speak over the broker alone. */
  readonly queued: readonly string[];
  /** Codes of the organs, each its own system, and their keys; the last key is an administrator's. */
  readonly codes: readonly string[];
  readonly keys: readonly string[];
  close(): Promise<void>;
};

const through = (url: string, proxy: Network): string => url.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${proxy.port}`);

type Place = { readonly folder: string; readonly env: Readonly<Record<string, string>>; readonly plant: PlantName | undefined };

/** A supervisor's patience: a hub that ends while its store is away is started again. */
const startPatiently = async (place: Place, port: number): Promise<HubProcess> => {
  const { folder, env, plant } = place;
  const flags = plant === undefined ? {} : { flags: ['--import', join(root, 'test/crash/planted.ts')] };
  const planted = plant === undefined ? {} : { LIENTHONG_TEST_PLANT: plant };
  for (let tries = 1; ; tries += 1) {
    try {
      return await startHub({ folder, port, env: { ...env, ...planted }, ...flags });
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
};

const openSeat = async (name: string, place: Place, mongo: MongoServer | null, rabbit: Broker | null): Promise<Seat> => {
  const [store, broker] = [
    mongo && (await openNetwork(mongo.port, mongo.slowHints ? hintsToComments : undefined)),
    rabbit && (await openNetwork(rabbit.port)),
  ];
  const port = await freePort();
  const env = {
    ...place.env,
    ...(mongo === null || store === null ? {} : { LIENTHONG_STORE: through(mongo.url, store) }),
    ...(rabbit === null || broker === null ? {} : { LIENTHONG_BROKER: through(rabbit.url, broker) }),
  };
  let hub = await startPatiently({ ...place, env }, port);
  const past: string[] = [];
  const told = (): readonly string[] =>
    hub
      .log()
      .split('\n')
      .filter((line) => line.includes('"incident"'));
  const door = await openNetwork(port);
  return {
    ...{ name, door, store, broker, url: `http://127.0.0.1:${door.port}` },
    pid: () => hub.process.pid ?? 0,
    incidents: () => [...past, ...told()],
    kill: async () => {
      await hub.kill();
      past.push(...told());
    },
    start: async () => {
      hub = await startPatiently({ ...place, env }, port);
    },
    close: async () => {
      await hub.kill();
      await Promise.all([door, store, broker].map((proxy) => proxy?.close()));
    },
  };
};

export type StageOptions = {
  readonly engine: Engine;
  readonly organs: number;
  readonly plant?: PlantName;
  readonly seats?: number;
  readonly againSeconds?: number;
};

export const openStage = async ({ engine, organs, plant, seats = 2, againSeconds = 10 }: StageOptions): Promise<Stage> => {
  const folder = await temporaryFolder();
  const [mongo, rabbit] = await Promise.all([
    engine.startsWith('mongo') ? openMongo() : null,
    engine.endsWith('rabbit') ? openRabbit() : null,
  ]);
  await Promise.all([mongo?.start(), rabbit?.start()]);
  const codes = Array.from({ length: organs }, (_, index) => `H99.${index + 1}`);
  const files = await makeSignedFiles(new Date());
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  const seed = [
    codes.map((code) => ({ code })),
    [...codes.map((system) => ({ system })), { system: 'admin', role: 'admin' as const }],
  ] as const;
  const queued = rabbit === null ? [] : codes.slice(organs / 2);
  const accounts = queued.map((system) => ({ system, user: userOf(system) }));
  const keys = await seedStore(mongo?.url ?? folder, ...seed, accounts);
  if (rabbit !== null) await provisionUsers(rabbit, queued);
  const { keyPem, certificatePem } = await makeHubKey({ code: 'H99', name: 'tỉnh Mẫu', now: new Date() });
  // Links lead to whichever hub is next, as through a balancer.
  let turn = 0;
  const ports: number[] = [];
  const balancer = await openNetwork(() => ports[turn++ % ports.length] ?? 0);
  const open: Seat[] = [];
  for (const name of ['a', 'b', 'c'].slice(0, seats)) {
    // On MongoDB they are machines of their own, with nothing between them but the store.
    const place = mongo === null ? folder : join(folder, name);
    await mkdir(place, { recursive: true });
    const env = {
      ...{ LIENTHONG_ANCHORS: join(folder, 'anchors'), LIENTHONG_KEY: keyPem, LIENTHONG_CERT: certificatePem },
      ...{
        LIENTHONG_PUBLIC_URL: `http://127.0.0.1:${balancer.port}`,
        LIENTHONG_AGAIN_SECONDS: String(againSeconds),
        LIENTHONG_INLINE_BYTES: '60000',
      },
    };
    const seat = await openSeat(name, { folder: place, env, plant }, mongo, rabbit);
    ports.push(seat.door.port);
    open.push(seat);
  }
  const queues = rabbit && (await openNetwork(rabbit.port));
  return {
    ...{ engine, files, seats: open, mongo, rabbit, queues, queued, codes, keys },
    close: async () => {
      await Promise.all([balancer.close(), queues?.close()]);
      await Promise.all(open.map((seat) => seat.close()));
      await Promise.all([mongo?.remove(), rabbit?.remove()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};
