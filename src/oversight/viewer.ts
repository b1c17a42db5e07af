/** What a caller may oversee: a system the organs it speaks for, an administrator all of them. */
import type { AccessKey, Caller } from '../records/key.ts';
import { type Directory, type Organ, organFor } from '../records/organ.ts';

/** Null = all. A hub speaks only for the foreign organs whose `system` it is (contract §5). */
export const organsOf = (directory: Directory, caller: Caller): readonly Organ[] | null => {
  if (caller.role === 'admin') return null;
  const spoken = (directory.systems.get(caller.system) ?? []).flatMap((code) => organFor(directory, code) ?? []);
  return caller.role === 'hub' ? spoken.filter((organ) => !organ.member) : spoken;
};

/** The codes under which rows of these organs may stand in the store: the current one and all earlier ones. */
export const codesOf = (organs: readonly Organ[]): readonly string[] => organs.flatMap((organ) => [organ.code, ...organ.oldCodes]);

/** How the journal names who acted: an administrator by key, since several share one system; a system by its name. */
export const nameOf = (caller: Caller): AccessKey['id'] => (caller.role === 'admin' ? caller.keyId : caller.system);
