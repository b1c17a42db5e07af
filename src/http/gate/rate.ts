/**
 * Token buckets, so that no caller slows another: each name may make `perSecond` calls a second and
 * save up to `burst` of them. Memory is bounded: the bucket unused for longest is forgotten first,
 * and a forgotten bucket is a full one, so forgetting never refuses anybody.
 */
type Bucket = { readonly tokens: number; readonly at: number };

export type Buckets = {
  /** Takes one token at `now` (milliseconds). 0 = allowed, else the seconds after which it is worth trying again. */
  take(name: string, now: number): number;
  /** How many names are remembered. */
  readonly size: number;
};

export const openBuckets = ({ perSecond, burst, most }: { perSecond: number; burst: number; most: number }): Buckets => {
  // A Map keeps the order of insertion: re-inserting on use makes its first entry the least recently used.
  const buckets = new Map<string, Bucket>();
  return {
    take(name, now) {
      if (perSecond <= 0) return 0;
      const known = buckets.get(name);
      const saved = known === undefined ? burst : Math.min(burst, known.tokens + (Math.max(0, now - known.at) / 1000) * perSecond);
      buckets.delete(name);
      buckets.set(name, { tokens: saved < 1 ? saved : saved - 1, at: now });
      const oldest = buckets.size > most ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
      return saved < 1 ? Math.ceil((1 - saved) / perSecond) || 1 : 0;
    },
    get size() {
      return buckets.size;
    },
  };
};

/** The name under which a stranger is counted: an IPv6 caller owns a whole /64. */
export const strangerFor = (address: string | undefined): string => {
  if (address === undefined) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const groups = [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
};
