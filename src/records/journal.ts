/**
 * How journal entries are linked, the same in every store: `hash = SHA-256(previous ‖ entry)`, both as
 * UTF-8 text: the previous hash in lower-case hex (64 zeros before the first), then the canonical JSON
 * of the entry. A verifier needs only this file and SHA-256.
 */
import type { JournalEntry } from './change.ts';

export const firstHash = '0'.repeat(64);

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, canonical(inner)]));
};

/** Keys sorted by UTF-16 code units, no white space, numbers and escapes as JSON.stringify writes them (as RFC 8785). */
export const canonicalEntry = (entry: JournalEntry): string => {
  const { entryId, at, act, by, subject, details } = entry;
  return JSON.stringify(canonical({ entryId, at, act, by, subject, details }));
};
