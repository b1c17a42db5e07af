/** Opaque `next` values: the sort key of the last item, as base64url. */
import { failure } from '../errors.ts';
import type { Page } from './query.ts';

export type SortKey = readonly (string | number)[];

const encode = (key: SortKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The sort key of `after`, checked against the kinds of its parts; null on the first page. Fails for a `next` that this hub did not give. */
export const keyOf = (after: string | undefined, kinds: readonly ('string' | 'number')[]): SortKey | null => {
  if (after === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    if (Array.isArray(key) && key.length === kinds.length && kinds.every((kind, place) => typeof key[place] === kind))
      return key as SortKey;
  } catch {
    // Not JSON: answered below.
  }
  throw failure('request.invalid', '/after');
};

/** Cuts one more row than asked for into a page. */
export const pageOf = <Item>(found: readonly Item[], limit: number, key: (item: Item) => SortKey): Page<Item> => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? encode(key(last)) : null };
};
