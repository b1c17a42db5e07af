/** Everything that goes wrong: each fault begins, lasts a while and is over when its promise resolves. */
import { randomInt } from 'node:crypto';
import { MongoClient } from 'mongodb';
import type { Server } from '../../support/servers/server.ts';
import { provisionUsers } from '../agencies/accounts.ts';
import { pause } from '../agencies/shift.ts';
import type { Engine, Seat, Stage } from '../stage.ts';
import type { Network } from './network.ts';
import { slowDisk } from './slow-disk.ts';

type Fault = {
  readonly needs?: 'mongo' | 'rabbit';
  /** How often among the others. */
  readonly weight: number;
  run(stage: Stage): Promise<void>;
};

const one = <Item>(items: readonly Item[]): Item => items[randomInt(items.length)] as Item;
/** Milliseconds; up to twice as long as an agency or a driver notices. */
const awhile = (longest: number): Promise<void> => pause(randomInt(longest));

const killHub = async (seat: Seat): Promise<void> => {
  await seat.kill();
  await awhile(1_000);
  await seat.start();
};

/** Bytes of the commands whose answers are worth losing. */
const marks = {
  commit: Buffer.from('commitTransaction'),
  /** Method frame of AMQP 0-9-1: class 60 (basic), method 40 (publish). */
  publish: Buffer.from([0x00, 0x3c, 0x00, 0x28]),
  post: Buffer.from('POST /v1/envelopes'),
  acknowledgement: Buffer.from('/acknowledgement'),
};

const network = async (proxy: Network | null): Promise<void> => {
  if (proxy === null) return;
  if (randomInt(2) === 0) proxy.cut();
  else proxy.swallow();
  await awhile(5_000);
  proxy.mend();
};

/** Long enough for a few rounds of handing over: what any hub publishes meanwhile is gone without a word. */
const swallowed = async (proxies: readonly (Network | null)[]): Promise<void> => {
  for (const proxy of proxies) proxy?.swallow();
  await pause(4_000);
  for (const proxy of proxies) proxy?.mend();
};

/** Three answers lost one after another, at whatever time they come. */
const lost = async (proxy: Network | null, mark: Buffer): Promise<void> => {
  for (let left = 3; left > 0; left -= 1) await proxy?.cutAfter(mark, 3_000);
};

const stepDown = async (url: string): Promise<void> => {
  const client = new MongoClient(url.replace(/\/\?.*/, '/?directConnection=true'));
  try {
    await client.db('admin').command({ replSetStepDown: 2, secondaryCatchUpPeriodSecs: 1, force: true });
  } finally {
    await client.close();
  }
};

const restart = async (server: Server | null): Promise<void> => {
  await server?.kill();
  await awhile(2_000);
  await server?.start();
};

/** Its disk is lost, and its operator sets it up anew. */
const wipe = async ({ rabbit, queued }: Stage): Promise<void> => {
  if (rabbit === null) return;
  await rabbit.kill();
  await rabbit.wipe();
  await rabbit.start();
  await provisionUsers(rabbit, queued);
};

/** Stopped, not ended: what it had claimed is taken over by the other, and then it goes on as if nothing were. */
const freeze = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGSTOP');
  await awhile(8_000);
  process.kill(pid, 'SIGCONT');
};

const syncing = ({ mongo, rabbit, seats }: Stage): readonly number[] =>
  [...(mongo === null ? seats.map((seat) => seat.pid()) : [mongo.pid()]), rabbit?.pid()].filter((pid) => pid !== null && pid !== undefined);

const faults = {
  'hub killed': { weight: 6, run: ({ seats }) => killHub(one(seats)) },
  'both hubs killed': { weight: 1, run: async ({ seats }) => void (await Promise.all(seats.map(killHub))) },
  'hub frozen': { weight: 2, run: ({ seats }) => freeze(one(seats).pid()) },
  'network of agencies cut': { weight: 2, run: ({ seats }) => network(one(seats).door) },
  'answer to a POST lost': { weight: 2, run: ({ seats }) => lost(one(seats).door, marks.post) },
  'answer to an acknowledgement lost': { weight: 2, run: ({ seats }) => lost(one(seats).door, marks.acknowledgement) },
  'disk slow': { weight: 2, run: (stage) => slowDisk(one(syncing(stage)), 200, 2_000) },
  'store killed': { needs: 'mongo', weight: 3, run: ({ mongo }) => restart(mongo) },
  'store stepped down': {
    ...{ needs: 'mongo', weight: 3 },
    run: async ({ mongo }) => {
      if (mongo !== null) await stepDown(mongo.url);
      await pause(2_500);
    },
  },
  'network to the store cut': { needs: 'mongo', weight: 3, run: ({ seats }) => network(one(seats).store) },
  'answer to a commit lost': { needs: 'mongo', weight: 3, run: ({ seats }) => lost(one(seats).store, marks.commit) },
  'broker killed': { needs: 'rabbit', weight: 3, run: ({ rabbit }) => restart(rabbit) },
  'broker wiped': { needs: 'rabbit', weight: 1, run: wipe },
  'network to the broker cut': { needs: 'rabbit', weight: 3, run: ({ seats }) => network(one(seats).broker) },
  'network to the broker silent': { needs: 'rabbit', weight: 2, run: ({ seats }) => swallowed(seats.map(({ broker }) => broker)) },
  'network of agencies to the broker cut': { needs: 'rabbit', weight: 2, run: ({ queues }) => network(queues) },
  'confirm of a submission lost': { needs: 'rabbit', weight: 2, run: ({ queues }) => lost(queues, marks.publish) },
  'confirm of a publish lost': { needs: 'rabbit', weight: 3, run: ({ seats }) => lost(one(seats).broker, marks.publish) },
  'hub killed while the broker restarts': {
    ...{ needs: 'rabbit', weight: 1 },
    run: async ({ rabbit, seats }) => void (await Promise.all([restart(rabbit), killHub(one(seats))])),
  },
  'hub killed while the store restarts': {
    ...{ needs: 'mongo', weight: 1 },
    run: async ({ mongo, seats }) => void (await Promise.all([restart(mongo), killHub(one(seats))])),
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

const applies = (fault: Fault, engine: Engine): boolean => fault.needs === undefined || engine.includes(fault.needs);

/** Every kind that applies at least once if there is room, the rest by weight, in an order nobody chose. */
export const drawFaults = (engine: Engine, count: number): readonly FaultName[] => {
  const names = (Object.keys(faults) as FaultName[]).filter((name) => applies(faults[name], engine));
  const lots = names.flatMap((name) => Array.from({ length: faults[name].weight }, () => name));
  const drawn = shuffled(names).slice(0, count);
  return shuffled([...drawn, ...Array.from({ length: count - drawn.length }, () => one(lots))]);
};

export const isFault = (name: string): name is FaultName => name in faults;

/** Of a few kinds, to see one of them again. */
export const drawAmong = (names: readonly FaultName[], count: number): readonly FaultName[] =>
  Array.from({ length: count }, () => one(names));

const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

export const inflict = (name: FaultName, stage: Stage): Promise<void> => faults[name].run(stage);
