/** A place in a window of bytes, and the signs and words that PDF syntax is made of (ISO 32000-2 7.2). */
import { PdfError } from './object.ts';

/** The window was too small for the value that starts in it. */
export class Cut extends Error {}
/** Thrown often and caught at once: one object spares its stack. */
export const cut = new Cut();

export type Cursor = {
  readonly bytes: Uint8Array;
  at: number;
  /** Offset in the file of the window's first byte; NaN for decoded streams. */
  readonly base: number;
  /** Whether the window ends where the file does. */
  readonly last: boolean;
  /** Values read so far are counted here. */
  readonly count: () => void;
};

/** 1 white space, 2 delimiter, 0 regular (7.2.3); the end of the file, -1, is none of them. */
export const signs = new Uint8Array(256);
for (const sign of [0, 9, 10, 12, 13, 32]) signs[sign] = 1;
for (const sign of '()<>[]{}/%') signs[sign.charCodeAt(0)] = 2;

export const isWhite = (sign: number): boolean => signs[sign] === 1;

export const peek = (cursor: Cursor): number => {
  const sign = cursor.bytes[cursor.at];
  if (sign !== undefined) return sign;
  if (!cursor.last) throw cut;
  return -1;
};

export const skipWhite = (cursor: Cursor): void => {
  for (;;) {
    const sign = peek(cursor);
    if (sign === 0x25) {
      for (let next = peek(cursor); next !== -1 && next !== 10 && next !== 13; next = peek(cursor)) cursor.at += 1;
    } else if (isWhite(sign)) cursor.at += 1;
    else return;
  }
};

/** The same bytes as a Buffer, not a copy. */
export const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const damaged = (cursor: Cursor, what: string): PdfError => new PdfError('damaged', `${what} at ${cursor.base + cursor.at}`);

/** Longest name, number or keyword, in bytes: 127 are usual (ISO 32000-1 annex C), and text of megabytes costs the most to take apart. */
const MAX_WORD = 32 * 1024;

/** The regular signs from here on. */
export const regularSigns = (cursor: Cursor): string => {
  const start = cursor.at;
  for (let sign = peek(cursor); signs[sign] === 0; sign = peek(cursor)) {
    cursor.at += 1;
    if (cursor.at - start > MAX_WORD) throw new PdfError('over-limits', `a word of more than ${MAX_WORD} bytes`);
  }
  return Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + start, cursor.at - start).toString('latin1');
};

/** A run of regular signs. */
export const readWord = (cursor: Cursor): string => {
  skipWhite(cursor);
  return regularSigns(cursor);
};

export const readInteger = (cursor: Cursor): number => {
  const word = readWord(cursor);
  if (!/^[+-]?\d{1,15}$/.test(word)) throw damaged(cursor, 'expected an integer');
  return Number(word);
};

export const readKeyword = (cursor: Cursor, keyword: string): void => {
  if (readWord(cursor) !== keyword) throw damaged(cursor, `expected ${keyword}`);
};
