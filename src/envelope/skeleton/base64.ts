/**
 * Base64 that streams past: decoded, hashed and written to a file without ever being whole in memory.
 * Strict alphabet and padding; white space, and character references for it (`&#xD;`, which .NET
 * writers leave inside), are allowed.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

export type DecodedRun = {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
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

/** Whole groups decoded natively. Null unless every character was a letter: the decoder skips, silently, what is none. */
const decodeClean = (text: string, bytes: Buffer): Buffer | null => {
  // The native decoder also takes the URL alphabet, which is not base64 here.
  if (bytes.includes(0x2d) || bytes.includes(0x5f) || bytes.includes(equals)) return null;
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === (text.length / 4) * 3 ? decoded : null;
};

/** Opens a run whose decoded bytes go to `path` (which must not exist). */
export const openRun = (path: string): Run => {
  const file = openSync(path, 'wx', 0o600);
  const hash = createHash('sha256');
  const carry: Carry = { text: '', padding: 0, problem: null, reference: '', lines: 0 };
  let size = 0;
  const emit = (decoded: Buffer): void => {
    hash.update(decoded);
    for (let done = 0; done < decoded.length; ) done += writeSync(file, decoded, done);
    size += decoded.length;
  };
  const push = (bytes: Buffer): void => {
    const whole = bytes.length - ((bytes.length + carry.text.length) % 4);
    if (carry.reference === '' && carry.padding === 0 && whole > 0) {
      const clean = decodeClean(carry.text + bytes.toString('latin1', 0, whole), bytes);
      if (clean !== null) {
        emit(clean);
        carry.text = bytes.toString('latin1', whole);
        // The tail was checked for '-', '_' and '=' only; the slow way sees to the rest.
        const tail = Buffer.from(carry.text, 'latin1');
        carry.text = '';
        carry.text = sift(tail, carry);
        return;
      }
    }
    const text = carry.text + sift(bytes, carry);
    const end = text.length - (text.length % 4);
    if (end > 0) emit(Buffer.from(text.slice(0, end), 'base64'));
    carry.text = text.slice(end);
  };
  const end = (): DecodedRun => {
    closeSync(file);
    if (carry.reference !== '') carry.problem ??= 'alphabet';
    if (carry.text !== '' || carry.padding > 2) carry.problem ??= 'padding';
    return { path, sha256: hash.digest('hex'), size, lines: carry.lines, problem: carry.problem };
  };
  const spoil = (): void => {
    carry.problem ??= 'alphabet';
  };
  return { push, spoil, end };
};
