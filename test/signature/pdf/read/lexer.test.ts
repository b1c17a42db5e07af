/** Values of PDF (ISO 32000-2 7.3), sign by sign: what each spelling is, where it ends, and what is none. */
import { describe, expect, it } from 'vitest';
import { cut } from '../../../../src/signature/pdf/read/cursor.ts';
import { readValue } from '../../../../src/signature/pdf/read/lexer.ts';
import type { PdfString } from '../../../../src/signature/pdf/read/object.ts';
import { cursorOn, faultIn, latin, plain } from '../written.ts';

const read = (text: string): unknown => plain(readValue(cursorOn(text)));
const stringIn = (text: string, base = 0): PdfString => {
  const value = readValue(cursorOn(text, { base }));
  if (typeof value !== 'object' || value?.kind !== 'string') throw new Error('no string');
  return value;
};
const hexDigits = '0123456789abcdefABCDEF';

describe('a hex string (7.3.4.3)', () => {
  it('leaves out whatever is no digit', () => {
    for (let sign = 0; sign < 256; sign += 1) {
      if (sign === 0x3e) continue;
      const letter = String.fromCharCode(sign);
      // Three digits: the last counts as if 0 followed; two digits and something that is left out.
      const digits = hexDigits.includes(letter) ? `4${letter}10` : '41';
      const { bytes, form } = stringIn(`<4${letter}1>`);
      expect([sign, Buffer.from(bytes).toString('hex'), form]).toEqual([sign, digits.toLowerCase(), 'odd-hex']);
    }
  });
  it.each([
    ['<>', '', 'hex'],
    ['<00fF>', '00ff', 'hex'],
    ['<0123456789abcdefABCDEF>', '0123456789abcdefabcdef', 'hex'],
    ['<a>', 'a0', 'odd-hex'],
    ['<abc>', 'abc0', 'odd-hex'],
    ['<ab cd>', 'abcd', 'odd-hex'],
    ['<a b c d e>', 'abcde0', 'odd-hex'],
    ['< >', '', 'odd-hex'],
  ])('%s', (text, hex, form) => {
    const value = stringIn(` ${text}`, 100);
    expect(Buffer.from(value.bytes).toString('hex')).toBe(hex);
    expect([value.form, value.start, value.end]).toEqual([form, 101, 101 + text.length]);
  });
  it('without its end is damaged where its digits begin', () => {
    expect(faultIn(() => readValue(cursorOn(' <00', { base: 10 })))).toBe('damaged: unfinished hex string at 12');
  });
});

describe('a literal string (7.3.4.2)', () => {
  it.each([
    ['()', ''],
    ['(a(b)c)', 'a(b)c'],
    ['(a\\)b\\(c)', 'a)b(c'],
    ['(\\n\\r\\t\\b\\f\\\\)', '\n\r\t\b\f\\'],
    ['(\\x\\/\\8\\9\\:)', 'x/89:'],
    ['(\\0\\7)', '\0\x07'],
    ['(\\53)', '+'],
    ['(\\053)', '+'],
    ['(\\0533)', '+3'],
    ['(\\58)', '\x058'],
    ['(\\5/)', '\x05/'],
    ['(\\078)', '\x078'],
    ['(\\377\\400\\777)', '\xff\x00\xff'],
    ['(a\\\nb)', 'ab'],
    ['(a\\\rb)', 'ab'],
    ['(a\\\r\nb)', 'ab'],
    ['(a\\\n\nb)', 'a\nb'],
    ['(a\\\r\rb)', 'a\rb'],
    ['(a\\x\nb)', 'ax\nb'],
    ['(%<>[]/)', '%<>[]/'],
  ])('%j', (text, bytes) => {
    expect(Buffer.from(stringIn(text).bytes).toString('latin1')).toBe(bytes);
  });
  it.each([31, 32, 33, 64, 65, 1000])('of %i bytes is whole', (length) => {
    const text = Array.from({ length }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
    const value = stringIn(` (${text})`, 6);
    expect(value).toEqual({ kind: 'string', bytes: new Uint8Array(latin(text)), form: 'literal', start: 7, end: 7 + length + 2 });
  });
  it('without its end is damaged', () => {
    expect(faultIn(() => readValue(cursorOn('(a(b)', { base: 10 })))).toBe('damaged: unfinished string at 15');
  });
});

describe('numbers, names, words and references', () => {
  it.each<readonly [string, unknown]>([
    ['0', 0],
    ['007', 7],
    ['-12', -12],
    ['+5', 5],
    ['4.25', 4.25],
    ['-12.5', -12.5],
    ['12.', 12],
    ['.5', 0.5],
    ['-.25', -0.25],
    ['1234567890123456', 1234567890123456],
    ['99999999999999999999', 1e20],
    ['true', true],
    ['false', false],
    ['null', null],
    ['/', '/'],
    ['/A#20b#5F#', '/A b_#'],
    ['/A#4', '/A#4'],
    ['/A#4g', '/A#4g'],
    ['/A#c3', '/A\xc3'],
    ['/A/B', '/A'],
    ['1 0 R', '1 0 R'],
    ['12 99999 R', '12 99999 R'],
    ['1\n%comment\n0 %c\r R', '1 0 R'],
    ['123456789012345 7 R]', '123456789012345 7 R'],
    ['1 0 R/A', '1 0 R'],
    ['[1 0 R 2 3 4 0 R 5]', ['1 0 R', 2, 3, '4 0 R', 5]],
    ['<< /A 1 /B [ (x) <78> ] /C << >> /D/E >>', { A: 1, B: ['(x)', '(x)'], C: {}, D: '/E' }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });
  it.each<readonly [string, unknown, number]>([
    ['12 100000 R', 12, 2],
    ['1234567890123456 0 R', 1234567890123456, 16],
    ['1 0R', 1, 1],
    ['1 0 Rx', 1, 1],
    ['1 R', 1, 1],
    ['1 0 S', 1, 1],
    ['1 1234567890123456 R', 1, 1],
    ['1 0', 1, 1],
    ['1', 1, 1],
  ])('%j is a number, and what follows is left to be read', (text, value, at) => {
    const cursor = cursorOn(text);
    expect(readValue(cursor)).toBe(value);
    expect(cursor.at).toBe(at);
  });
  it.each(['--5', '5-', '1.2.3', '.', '-', '+', '.x', 'a5', '12a', '1e5', '-.', 'R', 'nulls', 'True', '12\x01', 'Do'])(
    'the word %j is none of the format',
    (word) => {
      expect(read(`${word} `)).toEqual({ odd: word });
    },
  );
  it.each(['', ')', '{', '}', '>', 'obj', 'endobj', 'stream', 'endstream', 'xref', 'trailer', 'startxref'])(
    'no value begins with %j',
    (text) => {
      expect(faultIn(() => readValue(cursorOn(text, { base: 5 })))).toMatch(/^damaged: (expected a value|unfinished hex string) at \d+$/);
    },
  );
});

describe('dictionaries and arrays', () => {
  it('say where they stand and which keys they repeat; the last of these counts', () => {
    const text = ' <</A 1/B 2/A 3/A 4>> ';
    expect(readValue(cursorOn(text, { base: 50 }))).toEqual({
      ...{ kind: 'dict', repeated: ['A', 'A'], start: 51, end: 50 + text.length - 1 },
      entries: new Map([
        ['A', 4],
        ['B', 2],
      ]),
    });
  });
  it.each([
    ['<</A 1>x', 'expected >> at 7'],
    ['<</A 1', 'expected a key at 6'],
    ['<<(A) 1>>', 'expected a key at 2'],
    ['<</A>>', 'expected a value at 4'],
    ['[1', 'expected a value at 2'],
    ['[1>', 'expected a value at 2'],
  ])('%j is damaged', (text, message) => {
    expect(faultIn(() => readValue(cursorOn(text)))).toBe(`damaged: ${message}`);
  });
  it.each([
    ['[', '', ']'],
    ['<</A', '<<>>', '>>'],
  ])('of %s are read 64 deep and no deeper', (open, inner, close) => {
    const nested = (depth: number) => faultIn(() => readValue(cursorOn(open.repeat(depth) + (inner || '1') + close.repeat(depth))));
    expect(nested(64)).toBe('none');
    expect(nested(65)).toBe('over-limits: nested too deep');
  });
  it('count each value in them, and themselves', () => {
    let count = 0;
    readValue(
      cursorOn('[1 (a) <</B /C>> 1 0 R]', {
        count: () => {
          count += 1;
        },
      }),
    );
    expect(count).toBe(6);
  });
});

it.each([
  '(a\\)b(c)\\101\\\r\n) ',
  '<00ff>',
  '[1 0 R/Name true 2.5]',
  '<</A(x)/B[<</C -1>>]>>',
  '/Name#20 ',
  '1 0 R ',
  '12 34 ',
  'word ',
  '%c\n1 0 S',
])('a window that ends inside %j is not enough, wherever it ends', (text) => {
  // What a sign further on can still change is not known before that sign.
  const whole = cursorOn(text);
  const value = plain(readValue(whole));
  for (let length = 0; length < text.length; length += 1) {
    const window = cursorOn(text.slice(0, length), { last: false });
    let outcome: unknown;
    try {
      outcome = plain(readValue(window));
    } catch (error) {
      outcome = error;
    }
    if (outcome !== cut) expect([length >= whole.at, outcome]).toEqual([true, value]);
    else expect(outcome).toBe(cut);
  }
});
