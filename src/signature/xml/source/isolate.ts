/**
 * A signature with nothing but the start tags that are open around it: what SignedInfo and the signature's
 * own objects inherit, and so their canonical form, is the same, whatever else the document holds.
 */
import type { Skeleton, Span } from './skeleton.ts';

const nameIn = (tag: string): string => /^<([^\s/>]+)/.exec(tag)?.[1] ?? '';

export const isolated = ({ bytes }: Skeleton, { from, to, around }: Span): Buffer => {
  const opening = around.map((tag) => bytes.subarray(tag.from, tag.to));
  const closing = opening.map((tag) =>
    Buffer.concat([Buffer.from('</'), Buffer.from(nameIn(tag.toString('latin1')), 'latin1'), Buffer.from('>')]),
  );
  return Buffer.concat([...opening, bytes.subarray(from, to), ...closing.toReversed()]);
};
