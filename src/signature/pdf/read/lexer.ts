/**
 * Reads PDF syntax (ISO 32000-2 7.2, 7.3) from a window of bytes. A window that ends before its value
 * does throws `Cut`: the caller comes again with a larger one.
 */
import { type PdfDict, PdfError, type PdfRef, type PdfString, type PdfValue } from './object.ts';

/** The window was too small for the value that starts in it. */
export class Cut extends Error {}
/** Thrown often and caught at once: one object spares its stack. */
const cut = new Cut();

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

const MAX_DEPTH = 64;

/** 1 white space, 2 delimiter, 0 regular (7.2.3). */
const signs = new Uint8Array(256);
for (const sign of [0, 9, 10, 12, 13, 32]) signs[sign] = 1;
for (const sign of '()<>[]{}/%') signs[sign.charCodeAt(0)] = 2;

export const isWhite = (sign: number): boolean => signs[sign] === 1;

const peek = (cursor: Cursor): number => {
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
    } else if (sign !== -1 && isWhite(sign)) cursor.at += 1;
    else return;
  }
};

/** The same bytes as a Buffer, not a copy. */
export const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const damaged = (cursor: Cursor, what: string): PdfError => new PdfError('damaged', `${what} at ${cursor.base + cursor.at}`);

/** A run of regular signs. */
export const readWord = (cursor: Cursor): string => {
  skipWhite(cursor);
  const start = cursor.at;
  for (let sign = peek(cursor); sign !== -1 && signs[sign] === 0; sign = peek(cursor)) cursor.at += 1;
  return Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + start, cursor.at - start).toString('latin1');
};

export const readInteger = (cursor: Cursor): number => {
  const word = readWord(cursor);
  if (!/^[+-]?\d{1,15}$/.test(word)) throw damaged(cursor, 'expected an integer');
  return Number(word);
};

export const readKeyword = (cursor: Cursor, keyword: string): void => {
  if (readWord(cursor) !== keyword) throw damaged(cursor, `expected ${keyword}`);
};

const hexValue = (sign: number): number => {
  if (sign >= 48 && sign <= 57) return sign - 48;
  const letter = sign | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

const readName = (cursor: Cursor): string => {
  cursor.at += 1;
  const start = cursor.at;
  for (let sign = peek(cursor); sign !== -1 && signs[sign] === 0; sign = peek(cursor)) cursor.at += 1;
  const raw = Buffer.from(cursor.bytes.buffer, cursor.bytes.byteOffset + start, cursor.at - start).toString('latin1');
  return raw.includes('#') ? raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : raw;
};

/** Whatever is no digit is left out, a last single digit counts as if 0 followed (7.3.4.3); both are told. */
const hexBytes = (signsBetween: Uint8Array): { bytes: Uint8Array; odd: boolean } => {
  const text = viewOf(signsBetween).toString('latin1');
  const fast = Buffer.from(text, 'hex');
  // Buffer stops at the first sign that is no digit.
  if (fast.length * 2 === text.length) return { bytes: fast, odd: false };
  const digits = [...signsBetween].map(hexValue).filter((value) => value !== -1);
  const bytes = new Uint8Array((digits.length + 1) >> 1);
  for (const [i, value] of digits.entries()) bytes[i >> 1] = (bytes[i >> 1] ?? 0) | (i % 2 === 0 ? value << 4 : value);
  return { bytes, odd: true };
};

const readHexString = (cursor: Cursor): PdfString => {
  const start = cursor.at;
  cursor.at += 1;
  const from = cursor.at;
  // The end is looked for in one go: Contents is tens of kilobytes long.
  const to = cursor.bytes.indexOf(0x3e, from);
  if (to === -1) {
    if (!cursor.last) throw cut;
    throw damaged(cursor, 'unfinished hex string');
  }
  const { bytes, odd } = hexBytes(cursor.bytes.subarray(from, to));
  cursor.at = to + 1;
  return { kind: 'string', bytes, form: odd ? 'odd-hex' : 'hex', start: cursor.base + start, end: cursor.base + cursor.at };
};

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

const readEscape = (cursor: Cursor, out: number[]): void => {
  const sign = peek(cursor);
  if (sign >= 48 && sign <= 55) {
    let value = 0;
    for (let i = 0; i < 3 && peek(cursor) >= 48 && peek(cursor) <= 55; i++) {
      value = value * 8 + peek(cursor) - 48;
      cursor.at += 1;
    }
    out.push(value & 255);
    return;
  }
  cursor.at += 1;
  if (sign === 13 && peek(cursor) === 10) cursor.at += 1;
  else if (sign !== 10 && sign !== 13) out.push(escapes[String.fromCharCode(sign)] ?? sign);
};

const readLiteral = (cursor: Cursor): PdfString => {
  const start = cursor.at;
  cursor.at += 1;
  const out: number[] = [];
  for (let depth = 1; depth > 0; ) {
    const sign = peek(cursor);
    if (sign === -1) throw damaged(cursor, 'unfinished string');
    cursor.at += 1;
    if (sign === 0x5c) readEscape(cursor, out);
    else {
      if (sign === 0x28) depth += 1;
      else if (sign === 0x29) depth -= 1;
      if (depth > 0) out.push(sign);
    }
  }
  return { kind: 'string', bytes: Uint8Array.from(out), form: 'literal', start: cursor.base + start, end: cursor.base + cursor.at };
};

const readDict = (cursor: Cursor, depth: number): PdfDict => {
  const start = cursor.base + cursor.at;
  cursor.at += 2;
  const entries = new Map<string, PdfValue>();
  const repeated: string[] = [];
  for (;;) {
    skipWhite(cursor);
    const sign = peek(cursor);
    if (sign === 0x3e) {
      cursor.at += 1;
      if (peek(cursor) !== 0x3e) throw damaged(cursor, 'expected >>');
      cursor.at += 1;
      return { kind: 'dict', entries, repeated, start, end: cursor.base + cursor.at };
    }
    if (sign !== 0x2f) throw damaged(cursor, 'expected a key');
    const key = readName(cursor);
    if (entries.has(key)) repeated.push(key);
    entries.set(key, readValue(cursor, depth + 1));
  }
};

const readArray = (cursor: Cursor, depth: number): PdfValue => {
  cursor.at += 1;
  const items: PdfValue[] = [];
  for (;;) {
    skipWhite(cursor);
    if (peek(cursor) === 0x5d) {
      cursor.at += 1;
      return { kind: 'array', items };
    }
    items.push(readValue(cursor, depth + 1));
  }
};

/** `N G R` after the integer `num`, else null with the cursor where it was. */
const readRest = (cursor: Cursor, num: number): PdfRef | null => {
  const start = cursor.at;
  if (Number.isInteger(num) && num >= 0) {
    const gen = readWord(cursor);
    if (/^\d{1,5}$/.test(gen) && readWord(cursor) === 'R') return { kind: 'ref', num, gen: Number(gen) };
  }
  cursor.at = start;
  return null;
};

const words: Readonly<Record<string, null | boolean>> = { null: null, true: true, false: false };

const readScalar = (cursor: Cursor): PdfValue => {
  const word = readWord(cursor);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) {
    const value = Number(word);
    return /^\d+$/.test(word) ? (readRest(cursor, value) ?? value) : value;
  }
  const known = words[word];
  if (known === undefined) throw damaged(cursor, `unknown word ${word.slice(0, 20)}`);
  return known;
};

export const readValue = (cursor: Cursor, depth = 0): PdfValue => {
  if (depth > MAX_DEPTH) throw new PdfError('over-limits', 'nested too deep');
  cursor.count();
  skipWhite(cursor);
  switch (peek(cursor)) {
    case 0x2f:
      return { kind: 'name', name: readName(cursor) };
    case 0x28:
      return readLiteral(cursor);
    case 0x5b:
      return readArray(cursor, depth);
    case 0x3c:
      cursor.at += 1;
      if (peek(cursor) === 0x3c) {
        cursor.at -= 1;
        return readDict(cursor, depth);
      }
      cursor.at -= 1;
      return readHexString(cursor);
    default:
      return readScalar(cursor);
  }
};
