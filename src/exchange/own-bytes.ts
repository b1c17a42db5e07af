/** Messages that the hub makes itself: kept like those that came. */
import type { Readable } from 'node:stream';
import type { Hub, Spooled } from '../hub.ts';

export type OwnBytes = Pick<Spooled, 'sha256' | 'size'>;

/** Whatever fails, nothing of them stays in hand. */
export const keepOwn = async ({ originals }: Hub, body: Readable, maxBytes: number): Promise<OwnBytes> => {
  const spooled = await originals.spool(body, maxBytes);
  try {
    await originals.keep(spooled);
    return { sha256: spooled.sha256, size: spooled.size };
  } finally {
    await originals.discard(spooled);
  }
};
