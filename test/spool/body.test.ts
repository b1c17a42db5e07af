/** Where a body waits: in memory while it is small or there is room, else in a file; and the room comes back. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Spooled } from '../../src/hub.ts';
import { openSpool, type Spool, smallLimit } from '../../src/spool/body.ts';
import { spoolFolder } from '../../src/spool/names.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-spool-'));
  mkdirSync(spoolFolder(folder));
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = (): number => readdirSync(spoolFolder(folder)).length;
const bodyOf = (bytes: Buffer, piece = 50_000): Readable =>
  Readable.from(
    (function* () {
      for (let from = 0; from < bytes.length; from += piece) yield bytes.subarray(from, from + piece);
    })(),
  );
const bytesIn = ({ place }: Spooled): Buffer => ('path' in place ? readFileSync(place.path) : Buffer.from(place.bytes));
const inMemory = ({ place }: Spooled): boolean => 'bytes' in place;
const take = async (spool: Spool, size: number): Promise<Spooled> => {
  const bytes = randomBytes(size);
  const spooled = await spool.take(bodyOf(bytes), 1e9);
  expect(spooled).toMatchObject({ size, sha256: createHash('sha256').update(bytes).digest('hex') });
  expect(bytesIn(spooled).equals(bytes)).toBe(true);
  return spooled;
};

it.each([
  [0, true],
  [smallLimit, true],
  [1_048_576, true],
  [1_048_577, false],
  [3_000_000, false],
])('of %i bytes stays in memory: %s', async (size, held) => {
  const spool = openSpool(folder);
  const spooled = await take(spool, size);
  expect(inMemory(spooled)).toBe(held);
  expect(files()).toBe(held ? 0 : 1);
  await spool.discard(spooled);
  expect(files()).toBe(0);
});

it('goes to a file when all together have no room, unless it is small; discarding gives the room back, once', async () => {
  const spool = openSpool(folder, 500_000);
  const first = await take(spool, 300_000);
  const second = await take(spool, 300_000);
  const small = await take(spool, smallLimit);
  expect([first, second, small].map(inMemory)).toEqual([true, false, true]);
  for (const each of [first, first, second, small]) await spool.discard(each);
  // Had the first given its room back twice, all three would find some.
  const again = [await take(spool, 300_000), await take(spool, 200_000), await take(spool, 200_000)];
  expect(again.map(inMemory)).toEqual([true, true, false]);
  for (const each of again) await spool.discard(each);
  expect(files()).toBe(0);
});

it('gives back what a body had that broke off, was too large, or outgrew memory', async () => {
  const spool = openSpool(folder, 1_048_576);
  for (let round = 0; round < 3; round += 1) {
    const broken = new Readable({ read() {} });
    broken.push(randomBytes(900_000));
    setTimeout(() => broken.destroy(new Error('the line went dead')), 20);
    await expect(spool.take(broken, 1e9)).rejects.toThrow('the line went dead');
    await expect(spool.take(bodyOf(randomBytes(900_000)), 800_000)).rejects.toMatchObject({ code: 'envelope.too-large' });
    await spool.discard(await take(spool, 2_000_000));
    expect(files()).toBe(0);
  }
  const whole = await take(spool, 1_048_576);
  expect(inMemory(whole)).toBe(true);
});
