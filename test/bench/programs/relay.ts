/**
 * `node relay.ts STORE|- MESSAGES QUEUES` with AMQP_URL and AMQP_MANAGEMENT_URL: from pending deliveries of 2 KB to
 * confirmed messages in the queues of as many systems, by the hub's own relay and nothing else. Answers `{count, seconds}`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import { startDispatch } from '../../../src/exchange/dispatch.ts';
import { openHub } from '../../../src/open.ts';
import { document, entry } from '../../contract/specimens.ts';
import { openVirtualHost } from '../../support/broker.ts';
import { directoryOf, organ } from '../../support/directory.ts';

const [store = '-', messages = '4000', queues = '50'] = process.argv.slice(2);
const count = Number(messages);
const body = randomBytes(2_048);
const file = { sha256: createHash('sha256').update(body).digest('hex'), size: body.length };
const codes = Array.from({ length: Number(queues) }, (_, place) => `H99.${place + 1}`);
const group = 200;

const host = await openVirtualHost();
const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
const hub = await openHub(
  readConfig({
    ...{ LIENTHONG_DATA: folder, LIENTHONG_BROKER: host.url, LIENTHONG_HUB: 'H99' },
    ...(store === '-' ? {} : { LIENTHONG_STORE: store }),
  }),
);
const { relay } = hub;
if (relay === null) throw new Error('The hub has no relay');

const fill = async (): Promise<void> => {
  const directory = directoryOf(...codes.map((code) => organ(code)));
  await hub.organs.put([...directory.organs.values()], (await hub.organs.directory()).version, entry());
  for (const system of codes) await hub.accounts.put({ system, user: system, role: 'agency', issuedAt: new Date().toISOString() }, entry());
  const path = join(folder, 'body');
  await writeFile(path, body);
  await hub.originals.keep({ place: { path }, ...file });
  for (let from = 0; from < count; from += group)
    await Promise.all(
      Array.from({ length: Math.min(group, count - from) }, (_, place) =>
        hub.commit(document([codes[(from + place) % codes.length] ?? ''], file, file)),
      ),
    );
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
};

try {
  await fill();
  await hub.warm();
  await until(() => relay.state().kind === 'connected');
  // The queues stand before the clock runs, as on any day but the first.
  for (const code of codes) await relay.waiting(code);
  const log = { error: console.error, warn: console.error };
  const start = performance.now();
  const dispatch = startDispatch(hub, log, { inlineBytes: 1_048_576, publicUrl: 'http://127.0.0.1', againSeconds: 900 });
  await until(() => relay.counts().confirmed >= count);
  process.stdout.write(JSON.stringify({ count, seconds: (performance.now() - start) / 1_000 }));
  await dispatch.stop();
} finally {
  await hub.close();
  await host.remove();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
