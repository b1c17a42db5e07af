/** Kills a hub at random moments while agencies work, and judges what is left. */
import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, clientOf } from '../support/client.ts';
import { type HubProcess, root, startHub, temporaryFolder } from '../support/hub.ts';
import { seedAnchors, seedStore } from '../support/seed.ts';
import { makeSignedFiles } from '../support/signed-files.ts';
import { openAccount } from './account.ts';
import { collect, messageMaker, type Shift, send } from './clients.ts';
import type { PlantName } from './planted.ts';
import { judge, type Verdict } from './verdict.ts';

export type CrashOptions = {
  readonly kills: number;
  /** Longest time between two kills, ms. */
  readonly longest?: number;
  readonly plant?: PlantName;
  readonly say?: (text: string) => void;
};

const codes = ['H99.1', 'H99.2', 'H99.3', 'H99.4'] as const;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const startFor = (folder: string, plant: PlantName | undefined, port?: number): Promise<HubProcess> =>
  startHub({
    folder,
    ...(port === undefined ? {} : { port }),
    ...(plant === undefined ? {} : { flags: ['--import', join(root, 'test/crash/planted.ts')], env: { LIENTHONG_TEST_PLANT: plant } }),
  });

/** What still stands in the inboxes once all is quiet, at most 60 s after the last kill. */
const drain = async (clients: readonly Client[]): Promise<readonly string[]> => {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const left = (await Promise.all(clients.map((client) => client.inbox()))).flat().map(({ deliveryId }) => deliveryId as string);
    if (left.length === 0 || Date.now() > deadline) return left;
    await pause(100);
  }
};

export const crash = async ({ kills, longest = 1_500, plant, say = () => undefined }: CrashOptions): Promise<Verdict> => {
  const [folder, books] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  const files = await makeSignedFiles(new Date());
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  const keys = await seedStore(
    folder,
    codes.map((code) => ({ code })),
    [...codes.map((system) => ({ system })), { system: 'admin', role: 'admin' }],
  );
  let hub = await startFor(folder, plant);
  const clients = keys.map((key) => clientOf(hub.url, key));
  const admin = clients[codes.length] as Client;
  const agencies = clients.slice(0, codes.length);
  const shift: Shift = { sending: true, collecting: true };
  const accounts = codes.flatMap((code) => [openAccount(books, `${code}-sent`), openAccount(books, `${code}-collected`)]);
  const work = agencies.flatMap((client, index) => {
    const [sent, collected] = accounts.slice(2 * index) as [(typeof accounts)[0], (typeof accounts)[0]];
    const make = messageMaker(files, codes[index] ?? '', codes);
    return [send(client, sent, make, shift), send(client, sent, make, shift), collect(client, collected, shift)];
  });
  for (let kill = 1; kill <= kills; kill += 1) {
    await pause(randomInt(100, longest));
    await hub.kill();
    say(`${(performance.now() / 1000).toFixed(1)} s: kill ${kill} of ${kills}`);
    hub = await startFor(folder, plant, hub.port);
  }
  await pause(300);
  shift.sending = false;
  await Promise.all(work.filter((_, index) => index % 3 !== 2));
  const stuck = await drain(agencies);
  shift.collecting = false;
  await Promise.all(work);
  const verdict = await judge(
    accounts.flatMap((account) => account.lines()),
    admin,
    stuck,
  );
  await hub.stop();
  await Promise.all([folder, books].map((one) => rm(one, { recursive: true, force: true })));
  return verdict;
};

/** Everything that must be empty. */
export const wrongsOf = ({ accepted: _, deliveries: __, ...wrongs }: Verdict): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(wrongs).filter(([, found]) => found.length > 0));
