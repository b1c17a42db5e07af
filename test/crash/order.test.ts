/** The order of durability.md, seen from outside: payload durable -> log synced -> 202 written. */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../support/client.ts';
import { root, startHub, temporaryFolder } from '../support/hub.ts';
import { documentMessage } from '../support/message.ts';
import { hasOracle } from '../support/oracle.ts';
import { seedStore } from '../support/seed.ts';
import type { PlantName } from './planted.ts';
import { type Order, ordersIn, wrongWith } from './trace.ts';

const calls = 'trace=fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg,rename,renameat,renameat2';

/** Posts some envelopes to a hub under strace and answers the order of each. */
const traced = async (count: number, plant?: PlantName): Promise<readonly Order[]> => {
  const folder = await temporaryFolder();
  const trace = join(folder, 'trace.txt');
  const [key = ''] = await seedStore(folder, [{ code: 'H99.1' }, { code: 'H99.2' }], [{ system: 'H99.1' }]);
  const hub = await startHub({
    folder,
    under: ['strace', '-f', '-qq', '-y', '-s', '9000', '-e', calls, '-e', 'signal=none', '-o', trace],
    ...(plant === undefined ? {} : { flags: ['--import', join(root, 'test/crash/planted.ts')], env: { LIENTHONG_TEST_PLANT: plant } }),
  });
  const client = clientOf(hub.url, key);
  const digests: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    const file = { name: 'a.pdf', bytes: Buffer.from(`%PDF-1.7 ${index}`) };
    const bytes = documentMessage({ from: 'H99.1', to: ['H99.2'], documentId: `order-${index}`, number: String(index), files: [file] });
    const { status, body } = await client.post(bytes);
    expect([status, body.sha256]).toEqual([202, createHash('sha256').update(bytes).digest('hex')]);
    digests.push(body.sha256);
  }
  await hub.stop();
  const orders = ordersIn(await readFile(trace, 'latin1'), digests);
  await rm(folder, { recursive: true, force: true });
  return orders;
};

describe.skipIf(!hasOracle('strace', '-V'))('the order of a 202', () => {
  it('is payload synced, named, folder synced, log written, log synced, answered', { timeout: 60_000 }, async () => {
    const orders = await traced(5);
    expect(orders.map(wrongWith)).toEqual(['', '', '', '', '']);
  });

  it.each([
    ['log-not-synced', /^(logSynced is missing|answered stands before logSynced)$/],
    ['payload-not-synced', /^payloadSynced is missing$/],
    ['answer-before-commit', /^answered stands before|missing/],
  ] as const)('is seen broken with the planted bug %s', { timeout: 60_000 }, async (plant, wrong) => {
    for (const order of await traced(2, plant)) expect(wrongWith(order)).toMatch(wrong);
  });
});
