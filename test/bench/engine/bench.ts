/**
 * `npm run bench -- engine`: from accept over relay to the agency's acknowledgement, on each engine, beside what
 * the same servers do alone. A figure from SecantusDB is never MongoDB's: each line says which server ran.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { provisionUsers, urlFor, userOf } from '../../crash/agencies/accounts.ts';
import { type Engine, engines } from '../../crash/stage.ts';
import { type HubProcess, startHub, temporaryFolder } from '../../support/hub.ts';
import { documentMessage } from '../../support/message.ts';
import { seedAnchors, seedStore } from '../../support/seed.ts';
import { openMongo } from '../../support/servers/mongo.ts';
import { type Broker, openRabbit } from '../../support/servers/rabbit.ts';
import type { Server } from '../../support/servers/server.ts';
import type { SignedFiles } from '../../support/signed-files.ts';
import { run, runProgram } from '../measure.ts';
import type { Task, Way } from '../programs/agency.ts';

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
const mark = 'DOCUMENT-ID-DOCUMENT-ID-DOCUMENT-ID-';
const signatureBytes = 17_300;
const recipient = 'H99.2';

type Bed = {
  readonly hub: HubProcess;
  readonly keys: readonly [string, string];
  readonly mongo: Server | null;
  readonly rabbit: Broker | null;
  readonly folder: string;
  close(): Promise<void>;
};

const openBed = async (engine: Engine, files: SignedFiles): Promise<Bed> => {
  const folder = await temporaryFolder();
  const [mongo, rabbit] = [engine.startsWith('mongo') ? await openMongo() : null, engine.endsWith('rabbit') ? await openRabbit() : null];
  await Promise.all([mongo?.start(), rabbit?.start()]);
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  const accounts = rabbit === null ? [] : [{ system: recipient, user: userOf(recipient) }];
  const systems = [{ system: 'H99.1' }, { system: recipient }];
  const [sender = '', receiver = ''] = await seedStore(mongo?.url ?? folder, [{ code: 'H99.1' }, { code: recipient }], systems, accounts);
  if (rabbit !== null) await provisionUsers(rabbit, [recipient]);
  const env = {
    ...(mongo === null ? {} : { LIENTHONG_STORE: mongo.url }),
    ...(rabbit === null ? {} : { LIENTHONG_BROKER: rabbit.url }),
  };
  const hub = await startHub({ folder, env });
  const close = async (): Promise<void> => {
    await hub.stop();
    await Promise.all([mongo?.remove(), rabbit?.remove(), rm(folder, { recursive: true, force: true })]);
  };
  return { hub, keys: [sender, receiver], mongo, rabbit, folder, close };
};

type Raw = { readonly accept: number; readonly claim: number; readonly publish: number | null };

const rateOf = async (counting: Promise<{ readonly count: number; readonly seconds: number }>): Promise<number> => {
  const { count, seconds } = await counting;
  return count / seconds;
};

const rawOf = async ({ mongo, rabbit }: Bed, bytes: number, seconds: number): Promise<Raw> => {
  const [size, time] = [String(bytes), String(seconds)];
  const publish = rabbit === null ? null : await rateOf(run('raw-rabbit.ts', rabbit.url, time));
  if (mongo === null) {
    const accept = Math.max(await rateOf(run('raw.ts', 'blobs', size, time)), await rateOf(run('raw.ts', 'files', size, time)));
    return { accept, claim: await rateOf(run('raw.ts', 'claim', size, time)), publish };
  }
  const accept = await rateOf(run('raw-mongo.ts', 'insert', mongo.url, size, time));
  return { accept, claim: await rateOf(run('raw-mongo.ts', 'claim', mongo.url, size, time)), publish };
};

const number = (value: number, digits = 1): string => value.toFixed(digits);

const measure = async (bed: Bed, engine: Engine, size: (typeof sizes)[number], { say, seconds, files }: EngineBench): Promise<void> => {
  const pdf = files.signed(Math.floor((size.bytes - 2_500) * 0.75) - signatureBytes, 'bench');
  const letter = { from: 'H99.1', to: [recipient], documentId: mark, number: mark, files: [{ name: 'van-ban.pdf', bytes: pdf }] };
  const message = documentMessage(letter);
  const file = join(bed.folder, 'message.xml');
  await writeFile(file, message);
  const queue =
    bed.rabbit === null ? {} : { queue: { url: urlFor(recipient, bed.rabbit.port), system: recipient, user: userOf(recipient) } };
  const task = { url: bed.hub.url, keys: bed.keys, file, mark, flight, ...queue };
  const go = (more: Pick<Task, 'seconds'> & Partial<Task>): Promise<Way> => runProgram('agency.ts', JSON.stringify({ ...task, ...more }));
  await go({ seconds: Math.min(3, seconds) });
  const raw = await rawOf(bed, message.length, seconds);
  const full = await go({ seconds });
  const [accepted, through] = [full.accepted / full.acceptSeconds, full.count / full.seconds];
  const half = await go({ seconds, rate: through / 2 });
  const relay = raw.publish === null ? '' : `, raw publish of 2 KB ${number(raw.publish, 0)}/s`;
  const limit = raw.publish === null ? raw.claim : Math.min(raw.publish, raw.claim);
  say(
    `${engine} (${[bed.mongo?.name ?? 'SQLite', bed.rabbit?.name].filter(Boolean).join(' + ')}), ${size.name} (${message.length} bytes): ` +
      `end to end ${number(through)}/s, accepted ${number(accepted)}/s; raw commits of the same ${number(raw.accept)}/s, ratio ${number(accepted / raw.accept, 2)} (aim 0.3); ` +
      `raw claim and mark ${number(raw.claim, 0)}/s${relay}, ratio of end to end ${number(through / limit, 2)}; ` +
      `at half the rate accept to inbox p50 ${number(half.p50, 0)} ms, p99 ${number(half.p99, 0)} ms (aim < 1000)`,
  );
};

export const benchEngine = async (bench: EngineBench): Promise<void> => {
  for (const engine of engines) {
    if (bench.only !== undefined && bench.only !== engine) continue;
    const bed = await openBed(engine, bench.files);
    try {
      for (const size of sizes) await measure(bed, engine, size, bench);
    } finally {
      await bed.close();
    }
  }
};
