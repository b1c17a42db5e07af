/** The canonical form of a file from that of its skeleton: the runs go back in where their marks stand. */
import { createHash } from 'node:crypto';
import type { RandomAccess } from '../../../envelope/bytes.ts';
import { openCursor } from './cursor.ts';
import { feedCanonical } from './run.ts';
import type { Skeleton } from './skeleton.ts';

/**
 * Digest of the canonical form, and the marks that stood in it; null where one stands twice or is none of
 * ours, which no parser brings about.
 */
export const digestSpliced = (
  canonical: Buffer,
  skeleton: Skeleton,
  file: RandomAccess,
  algorithm: string,
): { readonly digest: Buffer; readonly marks: ReadonlySet<string> } | null => {
  const hash = createHash(algorithm);
  const cursor = openCursor(file);
  const marks = new Set<string>();
  let from = 0;
  for (;;) {
    const at = canonical.indexOf(skeleton.token, from, 'latin1');
    if (at < 0) break;
    const end = canonical.indexOf('e', at + skeleton.token.length, 'latin1') + 1;
    const mark = canonical.toString('latin1', at, end);
    const run = skeleton.runs.get(mark);
    if (end === 0 || run === undefined || marks.has(mark)) return null;
    marks.add(mark);
    hash.update(canonical.subarray(from, at));
    feedCanonical(cursor, run, (piece) => hash.update(piece));
    from = end;
  }
  return { digest: hash.update(canonical.subarray(from)).digest(), marks };
};
