/** The directory as the field uses it, read again only when its version has changed. */
import type { Directory, Organ } from '../records/organ.ts';
import type { Lane } from './lane.ts';
import type { reads } from './read/reads.ts';

const directoryOf = (version: number, organs: readonly Organ[]): Directory => {
  const systems = new Map<string, string[]>();
  for (const { code, system } of organs) {
    if (system === null) continue;
    const codes = systems.get(system) ?? [];
    codes.push(code);
    systems.set(system, codes);
  }
  return {
    version,
    organs: new Map(organs.map((organ) => [organ.code, organ])),
    aliases: new Map(organs.flatMap(({ code, oldCodes }) => oldCodes.map((old) => [old, code] as const))),
    systems,
  };
};

/**
 * Asks the store each time for its version: another process may have imported. What is held is only a
 * copy of that very version, so nothing correct rests on it.
 */
export const directoryReader = (reader: Lane<typeof reads>): (() => Promise<Directory>) => {
  let held: Directory | null = null;
  return async () => {
    const newer = await reader.call('organsSince', held?.version ?? null);
    if (newer !== null && newer.version > (held?.version ?? -1)) held = directoryOf(newer.version, newer.organs);
    return held ?? directoryOf(0, []);
  };
};
