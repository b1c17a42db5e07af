/** What a broken-off move left in the target is not believed by its size. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { bringFiles } from '../../src/exchange/move/files.ts';
import type { Store } from '../../src/hub/store.ts';

const bytes = Buffer.from('văn bản');
const sha256 = createHash('sha256').update(bytes).digest('hex');

const targetWith = (content: Buffer, read: () => void): Store =>
  ({
    originals: {
      open: async () => ({
        size: content.length,
        stream: () => {
          read();
          return Readable.from([content]);
        },
      }),
    },
  }) as unknown as Store;
const source = {
  archive: { files: async () => ({ rows: [{ sha256, size: bytes.length }], next: null }) },
} as unknown as Store;

it('is read back once by each run, and other bytes of the same length end the move', async () => {
  let reads = 0;
  const target = targetWith(bytes, () => {
    reads += 1;
  });
  for (let round = 0; round < 2; round += 1)
    expect(await bringFiles({ source, target }, 'original', () => undefined)).toMatchObject({ count: 1, written: 0, missing: [] });
  expect(reads, 'not again after an outage').toBe(1);
  const other = targetWith(Buffer.from(bytes).fill(0), () => undefined);
  await expect(bringFiles({ source, target: other }, 'original', () => undefined)).rejects.toThrow(`for ${sha256}`);
});
