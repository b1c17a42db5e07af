/**
 * Base64 that streams past: decoded, hashed and put down, never whole in memory unless it is small.
 * Strict alphabet and padding; white space, and character references for it (`&#xD;`, which .NET
 * writers leave inside), are allowed.
 */
import { createHash } from 'node:crypto';
import type { Place } from '../bytes.ts';
import { openSink, type Scratch } from '../place.ts';

export type DecodedRun = {
  readonly place: Place;
  readonly sha256: string;
  readonly size: number;
  /** The first kilobyte, so that telling its kind need not open it again. */
  readonly head: Buffer;
  /** Line breaks taken out of the skeleton, so that places after it keep their line numbers. */
  readonly lines: number;
  /** `alphabet`: not base64; `padding`: ends in the middle of a group; `control`: a character XML does not allow. */
  readonly problem: null | 'alphabet' | 'padding' | 'control';
};

export type Run = {
  push(bytes: Buffer): void;
  /** Marks the run as not base64 whatever its characters (an element inside it). */
  spoil(): void;
  end(): DecodedRun;
};

const space = new Set([0x09, 0x0a, 0x0d, 0x20]);
const letter = new Uint8Array(256);
for (const char of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=')) letter[char] = 1;

const equals = 0x3d;
/** Longest character reference looked at: `&#x0000000D;`. */
const longestReference = 12;

/** What is carried from one slice to the next. */
type Carry = { text: string; padding: number; problem: DecodedRun['problem']; reference: string; lines: number };

/** One character that is not plain base64: white space falls away, anything else is noted. */
const judgeCharacter = (code: number, carry: Carry): void => {
  if (code === 0x0a) carry.lines += 1;
  if (space.has(code)) return;
  if (code < 0x20) carry.problem = 'control';
  else carry.problem ??= 'alphabet';
};

/** A finished `&…;`: only numeric references of white space or of a base64 letter belong here. Answers the letter. */
const resolveReference = (reference: string, carry: Carry): string => {
  const [, hex, decimal] = /^&#(?:x([0-9a-fA-F]+)|([0-9]+));$/.exec(reference) ?? [];
  const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
  if (code < 256 && letter[code] === 1) return String.fromCharCode(code);
  if (!space.has(code)) carry.problem ??= 'alphabet';
  return '';
};

/** The slow way, character by character: what is left are letters and padding. */
const sift = (bytes: Buffer, carry: Carry): string => {
  const kept = Buffer.allocUnsafe(bytes.length + longestReference);
  let length = 0;
  const keep = (code: number): void => {
    if (code === equals) carry.padding += 1;
    else if (carry.padding > 0) carry.problem ??= 'padding';
    kept[length++] = code;
  };
  for (const code of bytes) {
    if (carry.reference !== '') {
      carry.reference += String.fromCharCode(code);
      if (code === 0x3b) {
        for (const char of resolveReference(carry.reference, carry)) keep(char.charCodeAt(0));
        carry.reference = '';
      } else if (carry.reference.length > longestReference) {
        carry.problem ??= 'alphabet';
        carry.reference = '';
      }
    } else if (code === 0x26) carry.reference = '&';
    else if (letter[code] === 1) keep(code);
    else judgeCharacter(code, carry);
  }
  return kept.toString('latin1', 0, length);
};

/** Decoded bytes of one slice; grown when a longer one comes. Used within one call only. */
let decoding = Buffer.allocUnsafe(96 * 1024);

/** Whole groups decoded natively. Null unless every character was a letter: the decoder skips, silently, what is none. */
const decodeClean = (bytes: Buffer): Buffer | null => {
  // The native decoder also takes the URL alphabet, which is not base64 here.
  if (bytes.includes(0x2d) || bytes.includes(0x5f)) return null;
  const expected = (bytes.length / 4) * 3;
  if (decoding.length < expected) decoding = Buffer.allocUnsafe(expected);
  const written = decoding.write(bytes.toString('latin1'), 0, 'base64');
  return written === expected ? decoding.subarray(0, expected) : null;
};

/** Without line breaks and blanks: base64 wrapped at 76 characters is common, and worth a fast way of its own. */
const unwrapped = (bytes: Buffer, carry: Carry): Buffer => {
  const kept = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (const byte of bytes) {
    if (byte === 0x0a) carry.lines += 1;
    else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) kept[length++] = byte;
  }
  return kept.subarray(0, length);
};

const headBytes = 1024;

/** Sends decoded bytes to their place and to the digest. */
const openOutput = (scratch: Scratch, name: string, most: number) => {
  const sink = openSink(scratch, name, most);
  const hash = createHash('sha256');
  let size = 0;
  let head: Buffer = Buffer.alloc(0);
  return {
    emit: (decoded: Buffer): void => {
      if (size < headBytes) head = Buffer.concat([head, decoded.subarray(0, headBytes - size)]);
      hash.update(decoded);
      sink.write(decoded);
      size += decoded.length;
    },
    end: () => ({ place: sink.end(), sha256: hash.digest('hex'), size, head }),
  };
};

/** Opens a run of that name, which no other run of the message has; `length`: its characters, where they are known. */
export const openRun = (scratch: Scratch, name: string, length: number | null = null): Run => {
  const output = openOutput(scratch, name, Math.ceil(((length ?? 0) * 3) / 4));
  const carry: Carry = { text: '', padding: 0, problem: null, reference: '', lines: 0 };
  const pushSlowly = (bytes: Buffer): void => {
    const text = carry.text + sift(bytes, carry);
    const end = text.length - (text.length % 4);
    if (end > 0) output.emit(Buffer.from(text.slice(0, end), 'base64'));
    carry.text = text.slice(end);
  };
  /** Whole groups before any padding natively, the rest character by character. */
  const pushFast = (bytes: Buffer): void => {
    // A group begun in the last slice is ended first; what remains of a group at the end waits.
    const head = Math.min(bytes.length, (4 - carry.text.length) % 4);
    if (head > 0) pushSlowly(bytes.subarray(0, head));
    const rest = bytes.subarray(head);
    const padding = rest.indexOf(equals);
    const usable = padding < 0 ? rest.length : padding;
    const groups = rest.subarray(0, usable - (usable % 4));
    const ready = carry.text === '' && carry.reference === '' && carry.padding === 0;
    const clean = ready ? decodeClean(groups) : null;
    if (clean !== null) output.emit(clean);
    pushSlowly(clean === null ? rest : rest.subarray(groups.length));
  };
  // Once one slice is found wrapped or with references, the others will be too.
  let wrapped = false;
  const push = (bytes: Buffer): void => {
    if (!wrapped) wrapped = bytes.includes(0x0a) || bytes.includes(0x20) || bytes.includes(0x0d) || bytes.includes(0x09);
    if (bytes.includes(0x26) || carry.reference !== '') pushSlowly(bytes);
    else pushFast(wrapped ? unwrapped(bytes, carry) : bytes);
  };
  const end = (): DecodedRun => {
    if (carry.reference !== '') carry.problem ??= 'alphabet';
    if (carry.text !== '' || carry.padding > 2) carry.problem ??= 'padding';
    return { ...output.end(), lines: carry.lines, problem: carry.problem };
  };
  const spoil = (): void => {
    carry.problem ??= 'alphabet';
  };
  return { push, spoil, end };
};
