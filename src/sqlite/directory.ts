/** The directory as the field uses it, read again only when its version has changed. */
import { type Directory, directoryFor } from '../records/organ.ts';
import type { Lane } from './lane.ts';
import type { reads } from './read/reads.ts';

/**
 * Asks the store each time for its version: another process may have imported. What is held is only a
 * copy of that very version, so nothing correct rests on it.
 */
export const directoryReader = (reader: Lane<typeof reads>): (() => Promise<Directory>) => {
  let held: Directory | null = null;
  return async () => {
    const newer = await reader.call('organsSince', held?.version ?? null);
    if (newer !== null && newer.version > (held?.version ?? -1)) held = directoryFor(newer.version, newer.organs);
    return held ?? directoryFor(0, []);
  };
};
