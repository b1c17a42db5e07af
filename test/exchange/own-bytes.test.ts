/** What the hub makes itself gives its memory back, whatever becomes of it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { keepOwn } from '../../src/exchange/own-bytes.ts';
import type { Hub } from '../../src/hub.ts';
import { openSpool } from '../../src/spool/body.ts';

it.each([true, false])('kept: %s', async (keeps) => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-own-'));
  mkdirSync(join(folder, 'spool'));
  const spool = openSpool(folder, 500_000);
  const keep = async (): Promise<void> => {
    if (!keeps) throw new Error('the disk is gone');
  };
  const hub = { originals: { spool: spool.take, discard: spool.discard, keep } } as unknown as Hub;
  const body = (): Readable => Readable.from([Buffer.alloc(400_000)]);
  for (let round = 0; round < 3; round += 1) {
    const kept = keepOwn(hub, body(), 1e9);
    if (keeps) expect(await kept).toMatchObject({ size: 400_000 });
    else await expect(kept).rejects.toThrow('the disk is gone');
  }
  expect((await spool.take(body(), 1e9)).place).toHaveProperty('bytes');
  rmSync(folder, { recursive: true });
});
