/**
 * `npm run bench -- engine`: from accept over relay to the agency's acknowledgement, on each engine, beside what
 * the same servers do alone. A figure from SecantusDB is never MongoDB's: each line says which server ran.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { provisionUsers, urlFor, userOf } from '../../crash/agencies/accounts.ts';
import { type Engine, engines } from '../../crash/stage.ts';
import { type HubProcess, startHub, temporaryFolder } from '../../support/hub.ts';
import { documentMessage } from '../../support/message.ts';
import { seedAnchors, seedStore } from '../../support/seed.ts';
import { type Broker, openRabbit } from '../../support/servers/rabbit.ts';
import type { SignedFiles } from '../../support/signed-files.ts';
import { median, run, runProgram, runWith } from '../measure.ts';
import type { Task, Way } from '../programs/agency.ts';
import { mark } from '../programs/letters.ts';
import { type BenchMongo, startMongo } from './mongo.ts';

export type EngineBench = {
  readonly say: (text: string) => void;
  readonly seconds: number;
  readonly only: string | undefined;
  readonly files: SignedFiles;
};

const sizes = [
  { name: '50 KB', bytes: 50_000 },
  { name: '300 KB', bytes: 300_000 },
] as const;
const flight = 16;
const signatureBytes = 17_300;
const system = 'H99.1';
/** The organs that it speaks for: on no day do all documents come from one. */
const senders = Array.from({ length: 25 }, (_, place) => `H99.${place + 100}`);
const recipient = 'H99.2';
/** Where what is only accepted goes. */
const nobody = 'H99.3';
/** Messages that are relayed for each second that the raw side has: so many that a round outlasts its start by far. */
const relayed = { sqlite: 4_000, mongo: 400 };
const queues = '50';

type Bed = {
  readonly hub: HubProcess;
  readonly keys: readonly [string, string];
  readonly mongo: BenchMongo | null;
  readonly rabbit: Broker | null;
  readonly folder: string;
  close(): Promise<void>;
};

/** Its files stay in `home`: ext4 passes over what was just deleted, one by one, when it makes a file. */
const openBed = async (engine: Engine, files: SignedFiles, home: string): Promise<Bed> => {
  const folder = join(home, engine);
  await mkdir(folder);
  const [mongo, rabbit] = [engine.startsWith('mongo') ? await startMongo() : null, engine.endsWith('rabbit') ? await openRabbit() : null];
  await rabbit?.start();
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  const accounts = rabbit === null ? [] : [{ system: recipient, user: userOf(recipient) }];
  const systems = [{ system }, { system: recipient }];
  const [sender = '', receiver = ''] = await seedStore(
    mongo?.url ?? folder,
    [{ code: system }, ...senders.map((code) => ({ code, system })), { code: recipient }, { code: nobody }],
    systems,
    accounts,
  );
  if (rabbit !== null) await provisionUsers(rabbit, [recipient]);
  const env = {
    ...(mongo === null ? {} : { LIENTHONG_STORE: mongo.url }),
    ...(rabbit === null ? {} : { LIENTHONG_BROKER: rabbit.url }),
  };
  const hub = await startHub({ folder, env });
  const close = async (): Promise<void> => {
    await hub.stop();
    await Promise.all([mongo?.remove(), rabbit?.remove()]);
  };
  return { hub, keys: [sender, receiver], mongo, rabbit, folder, close };
};

type Counted = { readonly count: number; readonly seconds: number };
const rateOf = async (counting: Promise<Counted>): Promise<number> => {
  const { count, seconds } = await counting;
  return count / seconds;
};

const rounds = 3;

/** All sides by turns, and the middle one of each: a single run says as much of its moment as of its program. */
const inTurns = async (...sides: readonly (() => Promise<number>)[]): Promise<readonly number[]> => {
  const found = sides.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) for (const [place, side] of sides.entries()) found[place]?.push(await side());
  return found.map(median);
};

/** The rows that the last envelope left in the store, written again and again. */
const rawAccept = ({ mongo, folder }: Bed, seconds: string): Promise<number> =>
  rateOf(mongo === null ? run('raw-sqlite.ts', folder, seconds) : run('raw-mongo.ts', 'insert', mongo.url, seconds));

const number = (value: number, digits = 1): string => value.toFixed(digits);

const serversOf = ({ mongo, rabbit }: Bed): string => [mongo?.name ?? 'SQLite', rabbit?.name].filter(Boolean).join(' + ');

const measure = async (bed: Bed, engine: Engine, size: (typeof sizes)[number], { say, seconds, files }: EngineBench): Promise<void> => {
  const pdf = files.signed(Math.floor((size.bytes - 2_500) * 0.75) - signatureBytes, 'bench');
  const letterTo = async (to: string): Promise<{ readonly file: string; readonly length: number }> => {
    const message = documentMessage({
      from: senders[0] ?? system,
      to: [to],
      documentId: mark,
      number: mark,
      files: [{ name: 'van-ban.pdf', bytes: pdf }],
    });
    const file = join(bed.folder, `${to}.xml`);
    await writeFile(file, message);
    return { file, length: message.length };
  };
  const [{ file, length }, alone] = [await letterTo(recipient), await letterTo(nobody)];
  const queue =
    bed.rabbit === null ? {} : { queue: { url: urlFor(recipient, bed.rabbit.port), system: recipient, user: userOf(recipient) } };
  const task = { url: bed.hub.url, keys: bed.keys, file, senders, flight, ...queue };
  const go = (more: Pick<Task, 'seconds'> & Partial<Task>): Promise<Way> => runProgram('agency.ts', JSON.stringify({ ...task, ...more }));
  await go({ seconds: Math.min(3, seconds) });
  const [accepted = 0, raw = 0] = await inTurns(
    () => rateOf(run('load.ts', bed.hub.url, bed.keys[0], alone.file, String(flight), String(seconds), senders.join())),
    () => rawAccept(bed, String(seconds)),
  );
  const full = await go({ seconds });
  const through = full.count / full.seconds;
  const half = await go({ seconds, rate: through / 2 });
  say(
    `${engine} (${serversOf(bed)}), ${size.name} (${length} bytes): ` +
      `accepted ${number(accepted)}/s, raw commits of the same ${number(raw)}/s, ratio ${number(accepted / raw, 2)} (aim 0.3); ` +
      `end to end ${number(through)}/s; ` +
      `at half of that accept to inbox p50 ${number(half.p50, 0)} ms, p99 ${number(half.p99, 0)} ms (aim < 1000)`,
  );
};

/** From the rows of the store to the broker's confirmations, in a database and a virtual host of their own. */
const measureRelay = async (bed: Bed, engine: Engine, rabbit: Broker, { say, seconds }: EngineBench): Promise<void> => {
  const time = String(seconds);
  const count = seconds * (bed.mongo === null ? relayed.sqlite : relayed.mongo);
  /** A database that no other round has filled. */
  const store = (): string => bed.mongo?.url.replace('/?', `/relay_${randomUUID()}?`) ?? '-';
  const broker = { AMQP_URL: rabbit.url, AMQP_MANAGEMENT_URL: rabbit.managementUrl };
  const [relay = 0, publish = 0, spread = 0, claim = 0] = await inTurns(
    () => rateOf(runWith<Counted>(broker, 'relay.ts', store(), String(count), queues)),
    () => rateOf(run('raw-rabbit.ts', rabbit.url, time, '1')),
    () => rateOf(run('raw-rabbit.ts', rabbit.url, time, queues)),
    () => rateOf(bed.mongo === null ? run('raw.ts', 'claim', '0', time) : run('raw-mongo.ts', 'claim', bed.mongo.url, time)),
  );
  say(
    `${engine} (${serversOf(bed)}), relay: ${number(relay, 0)}/s of 2 KB; ` +
      `raw publish ${number(publish, 0)}/s to one queue, ${number(spread, 0)}/s to ${queues} by turns, raw claim and mark ${number(claim, 0)}/s, ` +
      `ratio to the smaller of the first and the last ${number(relay / Math.min(publish, claim), 2)} (aim 0.3)`,
  );
};

const benchOn = async (engine: Engine, bench: EngineBench, home: string): Promise<void> => {
  const bed = await openBed(engine, bench.files, home);
  try {
    for (const size of sizes) await measure(bed, engine, size, bench);
    if (bed.rabbit !== null) await measureRelay(bed, engine, bed.rabbit, bench);
  } finally {
    await bed.close();
  }
};

export const benchEngine = async (bench: EngineBench): Promise<void> => {
  const home = await temporaryFolder();
  try {
    for (const engine of engines) if (bench.only === undefined || bench.only === engine) await benchOn(engine, bench, home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};
