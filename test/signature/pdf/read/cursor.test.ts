/** The signs that PDF syntax is made of (ISO 32000-2 7.2), and the words between them. */
import { describe, expect, it } from 'vitest';
import { cut, isWhite, peek, readInteger, readKeyword, readWord, skipWhite, viewOf } from '../../../../src/signature/pdf/read/cursor.ts';
import { cursorOn, faultIn, latin } from '../written.ts';

it.each([0, 9, 10, 12, 13, 32])('%i is white space', (sign) => {
  expect(isWhite(sign)).toBe(true);
  const cursor = cursorOn(`${String.fromCharCode(sign)}x`);
  skipWhite(cursor);
  expect(cursor.at).toBe(1);
});

it.each(['(', ')', '<', '>', '[', ']', '{', '}', '/', '%', '\0', '\t', '\n', '\f', '\r', ' '])(
  '%j ends a word, and nothing else does',
  (sign) => {
    expect(readWord(cursorOn(`ab${sign}c`))).toBe('ab');
  },
);

it('every other sign belongs to a word', () => {
  const others = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).filter((sign) => !'()<>[]{}/%\0\t\n\f\r '.includes(sign));
  expect(others).toHaveLength(240);
  expect(readWord(cursorOn(` ${others.join('')} `))).toBe(others.join(''));
});

describe('the place', () => {
  it.each([
    ['  %a b\nx', 7],
    ['%a\rx', 3],
    ['%a\r\n%b\nx', 7],
    ['%a', 2],
    ['  ', 2],
    ['', 0],
    ['x', 0],
    ['\x80x', 0],
  ])('after the white space and comments of %j is %i', (text, at) => {
    const cursor = cursorOn(text);
    skipWhite(cursor);
    expect(cursor.at).toBe(at);
  });
  it('at the end of the file is no sign; at the end of a window it is not known', () => {
    expect(peek(cursorOn('a'))).toBe(0x61);
    expect(peek(cursorOn(''))).toBe(-1);
    expect(() => peek(cursorOn('', { last: false }))).toThrow(cut);
    expect(() => skipWhite(cursorOn(' %a', { last: false }))).toThrow(cut);
    expect(() => readWord(cursorOn('ab', { last: false }))).toThrow(cut);
  });
});

it('a view shows the same bytes, and only those', () => {
  const bytes = latin('abcdef').subarray(2, 4);
  const view = viewOf(bytes);
  expect(view.toString()).toBe('cd');
  view[0] = 0x7a;
  expect(bytes[0]).toBe(0x7a);
});

it('a word is read from a window that begins within its memory', () => {
  expect(readWord(cursorOn('', { bytes: latin('xx ab cd').subarray(3) }))).toBe('ab');
});

it('a word of 32 KiB is read, one of a byte more is not', () => {
  expect(readWord(cursorOn(` ${'a'.repeat(32_768)}`))).toHaveLength(32_768);
  expect(faultIn(() => readWord(cursorOn('a'.repeat(32_769))))).toBe('over-limits: a word of more than 32768 bytes');
});

describe('an integer', () => {
  it.each([
    ['0', 0],
    ['+7', 7],
    ['-12', -12],
    [' \n%c\n12 ', 12],
    ['999999999999999', 999999999999999],
  ])('%j is %i', (text, value) => {
    expect(readInteger(cursorOn(text))).toBe(value);
  });
  it.each(['', '1.5', '1a', 'a1', '--1', '+', '1000000000000000', '/1'])('%j is none', (text) => {
    expect(faultIn(() => readInteger(cursorOn(text, { base: 10 })))).toMatch(
      /^damaged: expected an integer at 1\d|^damaged: expected an integer at 2\d$/,
    );
  });
});

it('a keyword is itself and nothing longer', () => {
  expect(faultIn(() => readKeyword(cursorOn(' obj<<'), 'obj'))).toBe('none');
  expect(faultIn(() => readKeyword(cursorOn('object', { base: 10 }), 'obj'))).toBe('damaged: expected obj at 16');
  expect(faultIn(() => readKeyword(cursorOn('ob', { base: 10 }), 'obj'))).toBe('damaged: expected obj at 12');
});
