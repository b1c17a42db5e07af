/** Whether the tamper-evident log still is what was sealed: every hash follows from the one before. */
import { createHash } from 'node:crypto';
import type { Hub } from '../hub.ts';
import { canonicalEntry, firstHash } from '../records/journal.ts';

export type ChainFinding = {
  readonly sealed: number;
  /** Committed, but not in the chain yet: normally the last seconds. */
  readonly unsealed: number;
  /** Sequence of the first entry that does not follow from the one before; null = intact. */
  readonly brokenAt: number | null;
  /** The last sealed hash, to be noted down outside the hub. */
  readonly head: string;
};

const pageSize = 1000;

/** Walks the whole chain, a page at a time. An entry that was removed leaves a gap, and is found as well. */
export const checkChain = async (hub: { readonly journal: Pick<Hub['journal'], 'list'> }): Promise<ChainFinding> => {
  let [sealed, unsealed, head] = [0, 0, firstHash];
  for (;;) {
    const page = await hub.journal.list(sealed, pageSize);
    for (const { sequence, hash, ...entry } of page) {
      if (sequence === null) {
        unsealed += 1;
        continue;
      }
      const wanted = createHash('sha256')
        .update(head + canonicalEntry(entry))
        .digest('hex');
      if (sequence !== sealed + 1 || hash !== wanted) return { sealed, unsealed, brokenAt: sequence, head };
      sealed = sequence;
      head = wanted;
    }
    // Unsealed entries come last: a page with one, or a short one, is the end.
    if (page.length < pageSize || unsealed > 0) return { sealed, unsealed, brokenAt: null, head };
  }
};
