/** Long runs of base64: what may stand in one, and the bytes that its canonical form has, wherever the file is cut into pieces. */
import { describe, expect, it } from 'vitest';
import type { Cursor } from '../../../../src/signature/xml/source/cursor.ts';
import { cleanText, feedCanonical } from '../../../../src/signature/xml/source/run.ts';

/** Hands out the text in pieces of that many bytes, and tells how many were asked for. */
const cursorOver = (text: string, piece: number): Cursor & { readonly handed: () => number } => {
  const bytes = Buffer.from(text, 'latin1');
  let handed = 0;
  return {
    size: bytes.length,
    at: (offset) => bytes[offset] ?? -1,
    find: (byte, from) => bytes.indexOf(byte, from),
    slice: (from, to) => bytes.subarray(from, to),
    walk: (from, to, take) => {
      for (let at = from; at < to; at += piece) {
        handed += 1;
        if (take(bytes.subarray(at, Math.min(to, at + piece))) === true) return;
      }
    },
    handed: () => handed,
  };
};

const pieces = [1, 2, 3, 5, 100];
const judged = (text: string, references = true): string[] => [
  ...new Set(
    pieces.map((piece) => {
      const clean = cleanText(cursorOver(text, piece), 0, text.length, references);
      return clean === null ? 'no run' : clean.referenced ? 'referenced' : 'plain';
    }),
  ),
];

describe('a run', () => {
  it.each([
    ['', 'plain'],
    ['ABCxyz0189+/=', 'plain'],
    ['AB\r\n\tCD ', 'plain'],
    ['&#13;AB', 'referenced'],
    ['AB&#xd;&#xD;', 'referenced'],
    ['AB&#65;CD', 'referenced'],
    ['AB&#x0041;', 'referenced'],
    // Longest that is read, and one letter more.
    ['&#x0000041;', 'referenced'],
    ['&#x00000041;', 'referenced'],
    ['&#x000000041;', 'no run'],
    ['&#00000065;', 'referenced'],
    ['&#000000065;', 'no run'],
    // Letters that are none of base64, though ASCII or beyond a byte.
    ['&#38;', 'no run'],
    ['&#60;', 'no run'],
    ['&#x26;', 'no run'],
    ['&#256;', 'no run'],
    ['&#321;', 'no run'],
    ['&#x141;', 'no run'],
    ['&#xA;', 'referenced'],
    ['&amp;', 'no run'],
    ['&;', 'no run'],
    ['&#;', 'no run'],
    ['&#x;', 'no run'],
    ['&#xG1;', 'no run'],
    ['A&#65', 'no run'],
    ['A&', 'no run'],
    ['&#65;&', 'no run'],
    ['&#6&#65;', 'no run'],
    ['A-B', 'no run'],
    ['AB;', 'no run'],
    ['ABé', 'no run'],
    ['A]B', 'no run'],
    ['A&#38;B&#65;', 'no run'],
    ['A-&#65;', 'no run'],
  ])('%j is %s, wherever it is cut', (text, expected) => {
    expect(judged(text)).toEqual([expected]);
  });

  it('holds no reference in a CDATA section', () => {
    expect(judged('AB&#65;', false)).toEqual(['no run']);
    expect(judged('ABCD', false)).toEqual(['plain']);
  });

  it('is judged between its bounds only, and no further than the first letter that is none', () => {
    expect(cleanText(cursorOver('<AB>', 2), 1, 3, true)).toEqual({ referenced: false });
    const cursor = cursorOver('A-BCDEFGH', 1);
    expect(cleanText(cursor, 0, 9, true)).toBeNull();
    expect(cursor.handed()).toBe(2);
  });
});

const fed = (text: string, referenced: boolean): string[] => [
  ...new Set(
    pieces.map((piece) => {
      const out: Buffer[] = [];
      const cursor = cursorOver(`>${text}<`, piece);
      feedCanonical(cursor, { offset: 1, length: text.length, referenced }, (bytes) => void out.push(Buffer.from(bytes)));
      return Buffer.concat(out).toString('latin1');
    }),
  ),
];

describe('the canonical form of a run', () => {
  it.each([
    ['ABCD', 'ABCD'],
    ['AB\r\nCD\r\n', 'AB\nCD\n'],
    ['AB\rCD\r', 'AB\nCD\n'],
    ['\r\r\n\n\r', '\n\n\n\n'],
    ['AB\r', 'AB\n'],
    ['A&B', 'A&B'],
    ['A&#65;B', 'A&#65;B'],
  ])('without references: %j is %j', (text, expected) => {
    expect(fed(text, false)).toEqual([expected]);
  });
  it.each([
    ['A&#66;C', 'ABC'],
    ['A&#x0a;C', 'A\nC'],
    ['A&#13;&#xD;\r\nC', 'A&#xD;&#xD;\nC'],
    ['A&#9;&#x20;C', 'A\t C'],
    ['&#65;&#66;', 'AB'],
    ['\r&#10;\r', '\n\n\n'],
    ['A\r\nB&#67;\r', 'A\nBC\n'],
  ])('with references: %j is %j', (text, expected) => {
    expect(fed(text, true)).toEqual([expected]);
  });
  it('is handed on in pieces as they come', () => {
    const out: string[] = [];
    const sink = (bytes: Uint8Array) => void out.push(Buffer.from(bytes).toString());
    feedCanonical(cursorOver('ABCDEF', 2), { offset: 0, length: 6, referenced: false }, sink);
    feedCanonical(cursorOver('A\r\nB', 2), { offset: 0, length: 4, referenced: false }, sink);
    expect(out.filter((piece) => piece !== '')).toEqual(['AB', 'CD', 'EF', 'A', '\nB']);
  });
});
