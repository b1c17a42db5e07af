/**
 * Flips bits of a signed file, one at a time, and asks whether the verdict still is what it was. What may be
 * flipped unnoticed is listed exactly: signs inside the brackets of Contents whose flip leaves the decoded
 * bytes as they were (the case of a hex digit), and bytes of the CMS that no signature covers and nothing rests on.
 */
import type { PdfProof } from '../../../src/signature/pdf/verify.ts';

export type Flip = { readonly at: number; readonly bit: number };
export type Flips = {
  readonly tried: number;
  /** Accepted, though the byte is signed. */
  readonly accepted: readonly Flip[];
  /** Accepted, and the decoded bytes are the same. */
  readonly harmless: readonly Flip[];
  /** Accepted behind what the last signature covers: validation data, which nobody signed. */
  readonly later: readonly Flip[];
  /** Accepted inside the CMS, where it is not signed: place in the decoded value. */
  readonly unsigned: readonly (Flip & { readonly place: number })[];
};

export type Gap = { readonly open: number; readonly close: number };

/** The Contents tokens, brackets included. */
export const gapsOf = (bytes: Buffer): readonly Gap[] =>
  [...bytes.toString('latin1').matchAll(/\/Contents\s*</g)].map((match) => {
    const open = match.index + match[0].length - 1;
    return { open, close: bytes.indexOf('>', open) + 1 };
  });

const isHexDigit = (sign: number): boolean => /[0-9A-Fa-f]/.test(String.fromCharCode(sign));

/** Where the widest ByteRange ends. */
const signedEnd = (bytes: Buffer): number =>
  Math.max(
    ...[...bytes.toString('latin1').matchAll(/\/ByteRange \[0 \d+ (\d+) (\d+)/g)].map((match) => Number(match[1]) + Number(match[2])),
  );

/** Tries `bits(at)` of every byte that `picks`. */
export const flipEach = (file: Uint8Array, judge: (bytes: Uint8Array) => PdfProof, bits: (at: number) => readonly number[]): Flips => {
  const bytes = Buffer.from(file);
  const gaps = gapsOf(bytes);
  const good = judge(bytes);
  const [accepted, harmless, later, unsigned]: [Flip[], Flip[], Flip[], Flips['unsigned'][number][]] = [[], [], [], []];
  const end = signedEnd(bytes);
  let tried = 0;
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of bits(at)) {
      const kept = bytes[at] ?? 0;
      bytes[at] = kept ^ (1 << bit);
      const proof = judge(bytes);
      const now = bytes[at] ?? 0;
      bytes[at] = kept;
      tried += 1;
      if (proof.verdict !== good.verdict || proof.reason !== good.reason) continue;
      const gap = gaps.find(({ open, close }) => at > open && at < close - 1);
      const isCase = bit === 5 && isHexDigit(kept) && isHexDigit(now) && kept > 64;
      if (gap !== undefined && isCase) harmless.push({ at, bit });
      else if (gap !== undefined) unsigned.push({ at, bit, place: (at - gap.open - 1) >> 1 });
      else if (at >= end) later.push({ at, bit });
      else accepted.push({ at, bit });
    }
  }
  return { tried, accepted, harmless, later, unsigned };
};
