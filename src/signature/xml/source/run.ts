/** Text of base64 and white space only: whether it is that, and its canonical form as a stream. */
import type { Cursor } from './cursor.ts';

/** 1: may stand in a run; 2: the beginning of a reference. */
const letters = new Uint8Array(256);
for (const sign of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\t\n\r ')) letters[sign] = 1;
letters[0x26] = 2;

/** Longest reference looked at: `&#x0000000D;`. */
const longestReference = 12;

/** The character of a numeric reference to a letter of base64 or to white space; null for any other. */
const referredTo = (reference: string): string | null => {
  const [, hex, decimal] = /^&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));$/.exec(reference) ?? [];
  if (hex === undefined && decimal === undefined) return null;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code < 256 && letters[code] === 1 ? String.fromCharCode(code) : null;
};

/** Index of the first byte that is no plain letter; the length where there is none. Nearly every byte of a file passes here. */
const firstOdd = (piece: Buffer): number => {
  let at = 0;
  while (at < piece.length && letters[piece[at] ?? 0] === 1) at += 1;
  return at;
};

/** Null where anything else stands in it. `references`: whether `&` begins a reference here (in a CDATA section it does not). */
export const cleanText = (cursor: Cursor, from: number, to: number, references: boolean): { readonly referenced: boolean } | null => {
  let clean = true;
  let referenced = false;
  let open = '';
  const judge = (byte: number): void => {
    if (open !== '') {
      open += String.fromCharCode(byte);
      if (byte === 0x3b) {
        clean &&= referredTo(open) !== null;
        open = '';
      } else clean &&= open.length <= longestReference;
    } else if (letters[byte] === 2 && references) {
      referenced = true;
      open = '&';
    } else clean &&= letters[byte] === 1;
  };
  cursor.walk(from, to, (piece) => {
    const odd = open === '' ? firstOdd(piece) : 0;
    for (let at = odd; at < piece.length && clean; at += 1) judge(piece[at] ?? 0);
    return !clean;
  });
  return clean && open === '' ? { referenced } : null;
};

/** C14N 2.3: a carriage return that is content is written as a reference; no other letter of a run is. */
const written = (reference: string): string => {
  const sign = referredTo(reference) ?? '';
  return sign === '\r' ? '&#xD;' : sign;
};

/** Gives the canonical form of a run to `sink`: line ends are LF (XML 1.0 2.11), references as C14N writes them. */
export const feedCanonical = (
  cursor: Cursor,
  run: { readonly offset: number; readonly length: number; readonly referenced: boolean },
  sink: (piece: Uint8Array) => void,
): void => {
  let rest = '';
  const flush = (text: string): void => {
    const lines = text.replace(/\r\n?/g, '\n');
    sink(Buffer.from(run.referenced ? lines.replace(/&[^;]*;/g, written) : lines, 'latin1'));
  };
  cursor.walk(run.offset, run.offset + run.length, (piece) => {
    if (rest === '' && !run.referenced && !piece.includes(0x0d)) {
      sink(piece);
      return;
    }
    const text = rest + piece.toString('latin1');
    // What may go on in the next piece waits: a carriage return, a reference without its end.
    const reference = run.referenced ? text.lastIndexOf('&') : -1;
    const cut = reference >= 0 && text.indexOf(';', reference) < 0 ? reference : text.endsWith('\r') ? text.length - 1 : text.length;
    rest = text.slice(cut);
    flush(text.slice(0, cut));
  });
  if (rest !== '') flush(rest);
};
