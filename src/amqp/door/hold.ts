/** Publishing what must be with the broker before the message in hand may go. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Outgoing, Publisher } from '../publish.ts';

/** Milliseconds between two tries while the broker takes nothing. */
const between = 500;

/**
 * `confirmed`; `refused`: there is no such queue, or it is full; `closing`: the door closed first. While
 * the broker is away or blocked the message stays in hand: handing it back would only bring it again at
 * once, and count against it.
 */
export const publishHeld = async (
  publisher: Publisher,
  message: Outgoing,
  closing: AbortSignal,
): Promise<'confirmed' | 'refused' | 'closing'> => {
  for (;;) {
    const published = await publisher.publish(message);
    if (published === 'confirmed') return 'confirmed';
    if (published !== 'away') return 'refused';
    if (closing.aborted) return 'closing';
    await pause(between, undefined, { signal: closing }).catch(() => undefined);
  }
};
