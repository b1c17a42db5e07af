/** One text for one value, so that two who hash it get the same. */

const sortedKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== 'object') return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, sortedKeys(inner)]));
};

/** Keys sorted by UTF-16 code units, no white space, numbers and escapes as JSON.stringify writes them (as RFC 8785). */
export const canonicalJson = (value: unknown): string => JSON.stringify(sortedKeys(value));
