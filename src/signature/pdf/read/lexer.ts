/**
 * Reads PDF values (ISO 32000-2 7.3) from a window of bytes. A window that ends before its value does
 * throws `Cut`: the caller comes again with a larger one.
 */
import { type Cursor, cut, damaged, peek, readWord, regularSigns, signs, skipWhite, viewOf } from './cursor.ts';
import { type PdfDict, PdfError, type PdfRef, type PdfString, type PdfValue } from './object.ts';

const MAX_DEPTH = 64;

const hexValue = (sign: number): number => {
  if (sign >= 48 && sign <= 57) return sign - 48;
  const letter = sign | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

const readName = (cursor: Cursor): string => {
  cursor.at += 1;
  const raw = regularSigns(cursor);
  return raw.includes('#') ? raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : raw;
};

/** Whatever is no digit is left out, a last single digit counts as if 0 followed (7.3.4.3); both are told. */
const hexBytes = (signsBetween: Uint8Array): { bytes: Uint8Array; odd: boolean } => {
  const text = viewOf(signsBetween).toString('latin1');
  const fast = Buffer.from(text, 'hex');
  // Buffer stops at the first sign that is no digit.
  if (fast.length * 2 === text.length) return { bytes: fast, odd: false };
  // No list of digits: of a string of megabytes it would be larger than all else together.
  const bytes = new Uint8Array((signsBetween.length + 1) >> 1);
  let count = 0;
  for (const sign of signsBetween) {
    const value = hexValue(sign);
    if (value === -1) continue;
    bytes[count >> 1] = (bytes[count >> 1] ?? 0) | (count % 2 === 0 ? value << 4 : value);
    count += 1;
  }
  return { bytes: bytes.subarray(0, (count + 1) >> 1), odd: true };
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

const readEscape = (cursor: Cursor, out: Growing): void => {
  const sign = peek(cursor);
  if (sign >= 48 && sign <= 55) {
    let value = 0;
    for (let i = 0; i < 3 && peek(cursor) >= 48 && peek(cursor) <= 55; i++) {
      value = value * 8 + peek(cursor) - 48;
      cursor.at += 1;
    }
    push(out, value & 255);
    return;
  }
  cursor.at += 1;
  if (sign === 13 && peek(cursor) === 10) cursor.at += 1;
  else if (sign !== 10 && sign !== 13) push(out, escapes[String.fromCharCode(sign)] ?? sign);
};

/** The bytes of a literal string in the making; grows by doubling. */
type Growing = { bytes: Uint8Array; length: number };

const push = (out: Growing, byte: number): void => {
  if (out.length === out.bytes.length) {
    const larger = new Uint8Array(out.bytes.length * 2);
    larger.set(out.bytes);
    out.bytes = larger;
  }
  out.bytes[out.length++] = byte;
};

const readLiteral = (cursor: Cursor): PdfString => {
  const start = cursor.at;
  cursor.at += 1;
  const out: Growing = { bytes: new Uint8Array(32), length: 0 };
  for (let depth = 1; depth > 0; ) {
    const sign = peek(cursor);
    if (sign === -1) throw damaged(cursor, 'unfinished string');
    cursor.at += 1;
    if (sign === 0x5c) readEscape(cursor, out);
    else {
      if (sign === 0x28) depth += 1;
      else if (sign === 0x29) depth -= 1;
      if (depth > 0) push(out, sign);
    }
  }
  return {
    kind: 'string',
    bytes: out.bytes.slice(0, out.length),
    form: 'literal',
    start: cursor.base + start,
    end: cursor.base + cursor.at,
  };
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

const isDigit = (sign: number): boolean => sign >= 48 && sign <= 57;

/** Digits from the cursor on; NaN when there are none or more than fifteen. */
const readDigits = (cursor: Cursor): number => {
  const start = cursor.at;
  let value = 0;
  for (let sign = peek(cursor); isDigit(sign); sign = peek(cursor)) {
    value = value * 10 + sign - 48;
    cursor.at += 1;
  }
  const length = cursor.at - start;
  return length === 0 || length > 15 ? Number.NaN : value;
};

/** Before white space, a delimiter or the end of the file, of which the table says nothing. */
const endsWord = (cursor: Cursor): boolean => signs[peek(cursor)] !== 0;

/** `G R` after the integer `num`, else null with the cursor where it was. */
const readRest = (cursor: Cursor, num: number): PdfRef | null => {
  const start = cursor.at;
  skipWhite(cursor);
  const gen = readDigits(cursor);
  if (gen <= 99_999 && endsWord(cursor)) {
    skipWhite(cursor);
    if (peek(cursor) === 0x52) {
      cursor.at += 1;
      if (endsWord(cursor)) return { kind: 'ref', num, gen };
    }
  }
  cursor.at = start;
  return null;
};

const words: ReadonlyMap<string, null | boolean> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
]);
/** Where one of these stands, the value before it was never finished. */
const landmarks = new Set(['', 'obj', 'endobj', 'stream', 'endstream', 'xref', 'trailer', 'startxref']);

const readScalar = (cursor: Cursor): PdfValue => {
  const start = cursor.at;
  const value = readDigits(cursor);
  if (!Number.isNaN(value) && endsWord(cursor)) return readRest(cursor, value) ?? value;
  cursor.at = start;
  const word = readWord(cursor);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) return Number(word);
  const known = words.get(word);
  if (known !== undefined) return known;
  if (landmarks.has(word)) throw damaged(cursor, 'expected a value');
  return { kind: 'odd', word };
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
