/**
 * `npm run bench [-- --quick]`: accepts a second beside what the disk and SQLite alone do with the same
 * bytes, alternating in the same run; CPU of the hub alone; and one message of 200 MB. Ratios count.
 */
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type HubProcess, root, startHub, temporaryFolder } from '../support/hub.ts';
import { documentMessage } from '../support/message.ts';
import { seedAnchors, seedStore } from '../support/seed.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';
import { benchEngine } from './engine/bench.ts';
import { benchScale } from './engine/scales.ts';
import { cpuOf, median, memoryOf, run, spread } from './measure.ts';
import { mark } from './programs/letters.ts';
import { benchSignatures } from './signatures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const seconds = values.quick ? 2 : 10;
const rounds = 3;
const flight = 16;
/** Bytes of the whole message, and the share of the raw rate that is aimed at. */
const sizes = [
  { name: '50 KB', bytes: 50_000, aim: 0.25 },
  { name: '300 KB', bytes: 300_000, aim: 0.4 },
  { name: '20 MB', bytes: 20_000_000, aim: null },
] as const;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const number = (value: number, digits = 1): string => value.toFixed(digits);

/** What a signature adds to a PDF: the room for its CMS above all. */
const signatureBytes = 17_300;
/** A message of about that many bytes around one signed PDF. */
const messageOf = (files: SignedFiles, bytes: number): Buffer =>
  documentMessage({
    ...{ from: 'H99.1', to: ['H99.2'], documentId: mark, number: mark },
    files: [{ name: 'van-ban.pdf', bytes: files.signed(Math.floor((bytes - 2_500) * 0.75) - signatureBytes, 'bench') }],
  });

type Stage = { readonly hub: HubProcess; readonly key: string; readonly lag: string; close(): Promise<void> };
const openStage = async (files: SignedFiles): Promise<Stage> => {
  const folder = await temporaryFolder();
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  const [key = ''] = await seedStore(folder, [{ code: 'H99.1' }, { code: 'H99.2' }], [{ system: 'H99.1' }]);
  const lag = join(folder, 'lag.json');
  const env = { LIENTHONG_TEST_LAG: lag, LIENTHONG_MAX_BYTES: String(256 * 1024 * 1024) };
  const hub = await startHub({ folder, env, flags: ['--import', join(root, 'test/bench/programs/lag.ts')] });
  return { hub, key, lag, close: () => hub.stop().then(() => rm(folder, { recursive: true, force: true })) };
};

/** Asks the hub's own process for its event loop's delay since the last question. */
const lagOf = async ({ hub, lag }: Stage): Promise<{ p99: number; max: number }> => {
  await rm(lag, { force: true });
  hub.process.kill('SIGUSR2');
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    try {
      return JSON.parse(readFileSync(lag, 'utf8'));
    } catch {
      // Not written yet.
    }
  }
};

const accepts = async (stage: Stage, files: SignedFiles, size: (typeof sizes)[number]): Promise<void> => {
  const path = join(stage.hub.folder, 'message.xml');
  const message = messageOf(files, size.bytes);
  await writeFile(path, message);
  const pid = stage.hub.process.pid ?? 0;
  const rates: Record<'blobs' | 'files' | 'hub' | 'cpu', number[]> = { blobs: [], files: [], hub: [], cpu: [] };
  // Less and the compiler is measured, which has more to do the more the hub can.
  await run('load.ts', stage.hub.url, stage.key, path, String(flight), '4');
  await lagOf(stage);
  let slowest = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const how of ['blobs', 'files'] as const) {
      const raw = await run('raw.ts', how, String(message.length), String(seconds));
      rates[how].push(raw.count / raw.seconds);
    }
    const before = cpuOf(pid);
    const done = await run('load.ts', stage.hub.url, stage.key, path, String(flight), String(seconds));
    rates.hub.push(done.count / done.seconds);
    rates.cpu.push((cpuOf(pid) - before) / done.count);
    slowest = Math.max(slowest, done.p99 ?? 0);
  }
  const lag = await lagOf(stage);
  const raw = median(rates.blobs) > median(rates.files) ? 'blobs' : 'files';
  const ratio = median(rates.hub) / median(rates[raw]);
  say(
    `${size.name} (${message.length} bytes): hub ${number(median(rates.hub))}/s (spread ${number(spread(rates.hub) * 100, 0)} %), ` +
      `raw ${number(median(rates.blobs))}/s as blobs, ${number(median(rates.files))}/s as files; ` +
      `ratio to ${raw} ${number(ratio, 2)}${size.aim === null ? '' : ` (aim ${size.aim})`}; ` +
      `CPU ${number(median(rates.cpu))} ms an envelope; answer p99 ${number(slowest, 0)} ms; event loop p99 ${number(lag.p99)} ms`,
  );
};

/** One message of 200 MB through a fresh hub: its peak, and its event loop meanwhile. */
const large = async (files: SignedFiles): Promise<void> => {
  const stage = await openStage(files);
  const path = join(stage.hub.folder, 'message.xml');
  await writeFile(path, messageOf(files, 200_000_000));
  const pid = stage.hub.process.pid ?? 0;
  const idle = memoryOf(pid, 'VmRSS');
  await lagOf(stage);
  const before = cpuOf(pid);
  const done = await run('load.ts', stage.hub.url, stage.key, path, '1', 'x1');
  const lag = await lagOf(stage);
  say(
    `200 MB: accepted in ${number(done.seconds)} s; peak RSS ${number(memoryOf(pid, 'VmHWM'), 0)} MB (aim < 250; idle ${number(idle, 0)} MB); ` +
      `event loop p99 ${number(lag.p99)} ms (aim < 50), max ${number(lag.max)} ms; CPU ${number(cpuOf(pid) - before, 0)} ms`,
  );
  await stage.close();
};

/** Accepting envelopes: the whole hub. */
const benchAccept = async (): Promise<void> => {
  const files = await makeSignedFiles(new Date());
  for (const size of sizes) {
    if (values.only !== undefined && values.only !== size.name) continue;
    const stage = await openStage(files);
    await accepts(stage, files, size);
    await stage.close();
  }
  if (values.only === undefined || values.only === '200 MB') await large(files);
};

if (positionals.includes('scale')) await benchScale(say);
else if (positionals.includes('engine'))
  await benchEngine({ say, seconds: values.quick ? 3 : 10, only: values.only, files: await makeSignedFiles(new Date()) });
else if (positionals.includes('signatures')) await benchSignatures(say, values.quick ? 1 : 5);
else await benchAccept();
