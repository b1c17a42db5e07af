/** Rows of an envelope under new ids, so that the same may be written many times. */
import { randomBytes, randomUUID } from 'node:crypto';
import { newId } from '../../../src/exchange/identity.ts';

/** The hub's ids, UUIDs of senders and digests: what may be a key. */
const keys = /\b[rdeja]_[0-9a-f]{32}\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}/g;
const freshOf = (key: string): string => {
  if (key.charAt(1) === '_') return newId(key.charAt(0) as Parameters<typeof newId>[0], new Date());
  return key.includes('-') ? randomUUID() : randomBytes(32).toString('hex');
};

/** What stands for what in one copy. */
export type Fresh = Map<string, unknown>;

export const once = (fresh: Fresh, key: string, make: () => unknown): unknown => {
  if (!fresh.has(key)) fresh.set(key, make());
  return fresh.get(key);
};

/** The same key is the same new one wherever it stands. */
export const copiedText = (text: string, fresh: Fresh): string =>
  text.replaceAll(keys, (key) => String(once(fresh, key, () => freshOf(key))));
