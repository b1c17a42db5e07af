/**
 * How journal entries are linked, the same in every store: `hash = SHA-256(previous ‖ entry)`, both as
 * UTF-8 text: the previous hash in lower-case hex (64 zeros before the first), then the canonical JSON
 * of the entry. A verifier needs only this file and SHA-256.
 */
import { canonicalJson } from './canonical.ts';
import type { JournalEntry } from './change.ts';

export const firstHash = '0'.repeat(64);

/** Its text under the chain; see `canonical.ts`. */
export const canonicalEntry = (entry: JournalEntry): string => {
  const { entryId, at, act, by, subject, details } = entry;
  return canonicalJson({ entryId, at, act, by, subject, details });
};
