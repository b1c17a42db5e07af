/** Who is calling, what they may see, and whether they may send: settled before the first body byte. */
import { createHash } from 'node:crypto';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../records/key.ts';
import { collectsFor, type Directory, type Organ } from '../records/organ.ts';
import type { Viewer } from '../records/query.ts';

/** The caller behind a bearer key (contract §1). Throws `key.invalid` or `key.expired`. */
export const callerFor = async (hub: Hub, key: string | null): Promise<Caller> => {
  const found = key === null ? null : await hub.keys.find(createHash('sha256').update(key).digest('hex'));
  if (found === null || found.revokedAt !== null) throw failure('key.invalid');
  const now = hub.now().toISOString();
  if (found.expiresAt <= now)
    throw failure('key.expired', '', {
      vi: `Khóa truy cập đã hết hạn lúc ${found.expiresAt}`,
      en: `The access key expired at ${found.expiresAt}`,
    });
  await hub.keys.touch(found.system, now);
  return { keyId: found.id, system: found.system, role: found.role };
};

/**
 * Whether this caller may post anything now: a role that sends, an organ that is not locked, a store
 * and a disk that can take it. What a locked system already received it may still collect.
 */
export const checkSender = async (hub: Hub, caller: Caller): Promise<void> => {
  if (caller.role === 'admin')
    throw failure('role.insufficient', '', { vi: 'Khóa quản trị không gửi văn bản', en: 'An administrator key sends nothing' });
  const directory = await hub.organs.directory();
  const organs = organsOf(directory, caller);
  if (organs.length > 0 && organs.every((organ) => organ.locked)) throw failure('sender.locked');
  const { refusal } = await hub.health();
  if (refusal !== null) throw failure(refusal, '', {}, { retryAfterSeconds: 30 });
};

/** The organs a caller speaks for: a system its own, a hub the foreign ones it stands for. */
export const organsOf = (directory: Directory, caller: Caller): readonly Organ[] =>
  (directory.systems.get(caller.system) ?? [])
    .map((code) => directory.organs.get(code))
    .filter((organ): organ is Organ => organ !== undefined && (caller.role === 'hub' ? !organ.member : true));

/** May this caller send as this organ? (contract §5: a hub for any foreign organ.) */
export const speaksFor = (caller: Caller, organ: Organ): boolean =>
  caller.role === 'hub' ? !organ.member : caller.role === 'agency' && organ.system === caller.system;

/** Codes of the organs whose inbox this caller sees. */
export const inboxOf = (directory: Directory, caller: Caller): readonly string[] => {
  if (caller.role === 'admin') return [];
  const codes = collectsFor(directory, caller.system);
  return caller.role === 'hub' ? codes.filter((code) => directory.organs.get(code)?.member === false) : codes;
};

export const viewerFor = (directory: Directory, caller: Caller): Viewer =>
  caller.role === 'admin'
    ? null
    : { system: caller.system, speaksFor: organsOf(directory, caller).map((organ) => organ.code), collectsFor: inboxOf(directory, caller) };

/** Nothing is said to those without the right to know but that there is nothing here. */
export const requireAdmin = (caller: Caller): void => {
  if (caller.role !== 'admin')
    throw failure('role.insufficient', '', { vi: 'Việc này chỉ dành cho quản trị Trục', en: 'Only an administrator may do that' });
};
