/** The order of durability.md, seen from outside: payload durable -> log synced -> 202 written. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../support/client.ts';
import { root, startHub, temporaryFolder } from '../../support/hub.ts';
import { documentMessage } from '../../support/message.ts';
import { hasOracle } from '../../support/oracle.ts';
import { seedStore } from '../../support/seed.ts';
import type { PlantName } from '../planted.ts';
import { type Accepted, type Order, ordersIn, wrongWith } from './trace.ts';

const calls = 'trace=fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg,rename,renameat,renameat2';

/** Bytes of an attachment: a row with the commit; a file made from memory; a file that was spooled. */
const sizes = [10, 100_000, 1_200_000];

/** Posts an envelope of each size, and again, to a hub under strace; answers the order of each. */
const traced = async (rounds: number, plant?: PlantName): Promise<readonly Order[]> => {
  const folder = await temporaryFolder();
  const trace = join(folder, 'trace.txt');
  const [key = ''] = await seedStore(folder, [{ code: 'H99.1' }, { code: 'H99.2' }], [{ system: 'H99.1' }]);
  const hub = await startHub({
    folder,
    under: ['strace', '-f', '-qq', '-y', '-s', '9000', '-e', calls, '-e', 'signal=none', '-o', trace],
    ...(plant === undefined ? {} : { flags: ['--import', join(root, 'test/crash/planted.ts')], env: { LIENTHONG_TEST_PLANT: plant } }),
  });
  const client = clientOf(hub.url, key);
  const accepted: Accepted[] = [];
  for (let index = 1; index <= sizes.length * rounds; index += 1) {
    const file = { name: 'a.pdf', bytes: Buffer.alloc(sizes[(index - 1) % sizes.length] ?? 0, `%PDF-1.7 ${index} `) };
    const mark = `dau-vet-${index}-`;
    const letter = { from: 'H99.1', to: ['H99.2'], documentId: `order-${index}`, number: String(index), content: mark.repeat(20) };
    const { status, body } = await client.post(documentMessage({ ...letter, files: [file] }));
    expect(status).toBe(202);
    accepted.push({ sha256: body.sha256, recordId: body.recordId, mark });
  }
  await hub.stop();
  const orders = ordersIn(await readFile(trace, 'latin1'), accepted);
  await rm(folder, { recursive: true, force: true });
  return orders;
};

describe.skipIf(!hasOracle('strace', '-V'))('the order of a 202', () => {
  it('is payload synced, named, folder synced, log written, log synced, answered', { timeout: 60_000 }, async () => {
    const orders = await traced(2);
    expect(orders.map(({ kind }) => kind)).toEqual(['row', 'file', 'file', 'row', 'file', 'file']);
    expect(orders.map(wrongWith)).toEqual(['', '', '', '', '', '']);
  });

  /** A row is in the very commit that it shares its sync with. */
  const missingRow = /^(payloadSynced|logSynced) is missing$|^answered stands before/;
  const missing = /^(logWritten|logSynced) is missing$|^answered stands before/;
  it.each([
    ['log-not-synced', missingRow, missing],
    ['payload-not-synced', /^$/, /^payloadSynced is missing$/],
    ['answer-before-commit', missingRow, missing],
  ] as const)('is seen broken with the planted bug %s', { timeout: 60_000 }, async (plant, small, large) => {
    const [row, ...files] = await traced(1, plant);
    expect(row && wrongWith(row)).toMatch(small);
    expect(files).toHaveLength(2);
    for (const file of files) expect(wrongWith(file)).toMatch(large);
  });
});
