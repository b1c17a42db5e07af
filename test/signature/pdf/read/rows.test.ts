/** Rows of cross-reference tables (ISO 32000-2 7.5.4) and streams (7.5.8.3): where each object is said to stand. */
import { describe, expect, it } from 'vitest';
import { Cut } from '../../../../src/signature/pdf/read/cursor.ts';
import { readValue } from '../../../../src/signature/pdf/read/lexer.ts';
import { isDict } from '../../../../src/signature/pdf/read/object.ts';
import { type Entry, free, isSameEntry, readRows, readTable } from '../../../../src/signature/pdf/read/rows.ts';
import { cursorOn, faultIn, plain, row, sourceFrom } from '../written.ts';

const at = (offset: number, gen = 0): Entry => ({ kind: 'at', offset, gen });
const inside = (stream: number, index: number): Entry => ({ kind: 'in', stream, index });

const tableIn = (text: string, origin = 0, spend: (count: number) => void = () => undefined) => readTable(cursorOn(text), origin, spend);
const entriesIn = (body: string, origin = 0) => [...tableIn(`xref\n${body}trailer\n<< >>`, origin).entries];

it('entries are the same when they lead to the same bytes', () => {
  const all = [free, at(1), at(2), inside(1, 0), inside(1, 1), inside(2, 0)];
  for (const [i, one] of all.entries())
    for (const [j, two] of all.entries()) expect([i, j, isSameEntry(one, two)]).toEqual([i, j, i === j]);
  expect(isSameEntry(at(1, 0), at(1, 5))).toBe(true);
});

describe('a table', () => {
  it('is its subsections, its trailer, and where that ends', () => {
    const text = `xref\n0 2\n${row(0, 65535, 'f')}${row(9)}\n7 1\n${row(120, 3)}trailer << /Size 8 >> `;
    const spent: number[] = [];
    const table = readTable(cursorOn(text, { base: 1000 }), 0, (count) => void spent.push(count));
    expect([...table.entries]).toEqual([
      [0, free],
      [1, at(9)],
      [7, at(120, 3)],
    ]);
    expect([plain(table.trailer), table.end, [...table.doubled], spent]).toEqual([{ Size: 8 }, 1000 + text.length - 1, [], [2, 1]]);
  });
  it.each<readonly [string, string, readonly Entry[]]>([
    ['ends of lines of any kind', '0 3\n0000000001 00000 n\r\n0000000002 00000 n \r0000000003 00000 n\n', [at(1), at(2), at(3)]],
    ['a row of other widths', '0 2\n1 2 n\n+3 4 n ', [at(1, 2), at(3, 4)]],
    ['signs before its numbers', '0 2\n+000000009 00000 n \n0000000009 +0001 n \n', [at(9), at(9, 1)]],
    ['other white space', '0 1\n0000000009\t00000\tn\t\n', [at(9)]],
    ['the greatest numbers', '0 1\n9999999999 99999 n \n', [at(9_999_999_999, 99_999)]],
    [
      'a free row, and one in use at nought, which is no place',
      '0 4\n0000000009 00000 f \n0000000000 00000 n \n9 0 f\n0 0 n\n',
      [free, free, free, free],
    ],
    ['offset one', '0 2\n0000000001 00000 n \n1 0 n ', [at(1), at(1)]],
    ['its last row at once before the trailer', '0 1\n0000000009 00000 n', []],
  ])('with %s', (_, body, entries) => {
    if (entries.length === 0) expect(faultIn(() => entriesIn(body))).toMatch(/^damaged/);
    else expect(entriesIn(body)).toEqual(entries.map((entry, num) => [num, entry]));
  });
  it('counts from where the header stands', () => {
    expect(entriesIn(`0 2\n${row(9)}9 0 n `, 50)).toEqual([
      [0, at(59)],
      [1, at(59)],
    ]);
  });
  it('whose first subsection counts from 1 though it holds the head of the free list counts from 0', () => {
    const head = row(0, 65535, 'f');
    expect(entriesIn(`1 2\n${head}${row(9)}`).map(([num]) => num)).toEqual([0, 1]);
    expect(entriesIn(`1 1\n${row(9)}`).map(([num]) => num)).toEqual([1]);
    expect(entriesIn(`2 1\n${head}`).map(([num]) => num)).toEqual([2]);
    expect(entriesIn(`5 1\n${row(9)}1 1\n${head}`).map(([num]) => num)).toEqual([5, 1]);
    expect(entriesIn(`1 0\n1 2\n${head}${row(9)}`).map(([num]) => num)).toEqual([0, 1]);
  });
  it('keeps the first row of a number and says which numbers have two places', () => {
    const rows = tableIn(`xref\n1 2\n${row(9)}${row(20)}1 2\n${row(9)}${row(30)}3 1\n${row(0, 0, 'f')}trailer << >>`);
    expect([...rows.entries]).toEqual([
      [1, at(9)],
      [2, at(20)],
      [3, free],
    ]);
    expect([...rows.doubled]).toEqual([2]);
  });
  it.each([
    ['xxref 0 0 trailer << >>', 'expected xref at 5'],
    ['xref\n0 -1 trailer << >>', 'odd cross-reference table'],
    ['xref\n-1 1\n0000000009 00000 n \ntrailer << >>', 'odd cross-reference table'],
    ['xref\n12345678901 0 trailer << >>', 'odd cross-reference table'],
    ['xref\nx1 0 trailer << >>', 'odd cross-reference table'],
    ['xref\n1x 0 trailer << >>', 'odd cross-reference table'],
    ['xref\n0 1\n0000000009 00000 x \ntrailer << >>', 'odd cross-reference entry'],
    ['xref\n0 1\n0000000009 00000 nx\ntrailer << >>', 'odd cross-reference entry'],
    ['xref\n0 1\n0000000009 00000 f-\ntrailer << >>', 'odd cross-reference entry'],
    ['xref\n0 1\n0000000009x00000 n \ntrailer << >>', 'expected an integer at 25'],
    ['xref\n0 1\n0000000009 00000xn \ntrailer << >>', 'expected an integer at 27'],
    ['xref\n0 1\n000000000/ 00000 n \ntrailer << >>', 'expected an integer at 18'],
    ['xref\n0 1\n:000000009 00000 n \ntrailer << >>', 'expected an integer at 19'],
    ['xref\n0 1\n0000000009 0000: n \ntrailer << >>', 'expected an integer at 25'],
    ['xref\n0 1\n0000000009 /0000 n \ntrailer << >>', 'expected an integer at 20'],
    ['xref\n0 0\ntrailer []', 'no trailer'],
    ['xref\n0 0\n', 'expected an integer at 9'],
    ['xref\n1234567890 0 trailer << >>', null],
  ])('%j: %s', (text, message) => {
    expect(faultIn(() => tableIn(text))).toBe(message === null ? 'none' : `damaged: ${message}`);
  });
  it('is never read from less than the whole of it', () => {
    const text = `xref\n1 2\n${row(0, 65535, 'f')}${row(9)}4 1\n7 0 n\ntrailer\n<< /A 1 >>`;
    for (let length = 0; length < text.length; length += 1) {
      expect(() => readTable(cursorOn(text.slice(0, length), { last: false }), 0, () => undefined), `${length}`).toThrow(Cut);
    }
    expect(readTable(cursorOn(text, { last: false }), 0, () => undefined).entries.size).toBe(3);
  });
});

describe('a stream', () => {
  const rowsOf = (dict: string, bytes: readonly number[], origin = 0, entries = 100) => {
    const value = readValue(cursorOn(`<< ${dict} >>`));
    if (!isDict(value)) throw new Error('no dictionary');
    return readRows(sourceFrom('', { entries }), value, Uint8Array.from(bytes), origin);
  };
  const three = [0, 1, 2, 0, 1, 1, 2, 7, 2, 1, 44, 5];
  it('has a row of each type', () => {
    expect([...rowsOf('/W [1 2 1] /Size 3', three).entries]).toEqual([
      [0, free],
      [1, at(258, 7)],
      [2, inside(300, 5)],
    ]);
    expect([...rowsOf('/W [1 0 0] /Size 2', [3, 255]).entries]).toEqual([
      [0, free],
      [1, free],
    ]);
  });
  it('counts places from where the header stands, and nothing else', () => {
    expect([...rowsOf('/W [1 2 1] /Size 3', three, 100).entries.values()]).toEqual([free, at(358, 7), inside(300, 5)]);
  });
  it('numbers its rows by Index, else from 0 to Size', () => {
    const nums = (dict: string) => [...rowsOf(`/W [1 2 1] ${dict}`, three).entries.keys()];
    expect(nums('/Size 2')).toEqual([0, 1]);
    expect(nums('/Size 9')).toEqual([0, 1, 2]);
    expect(nums('/Index [4 1 8 2]')).toEqual([4, 8, 9]);
    expect(nums('/Index [4 1 8]')).toEqual([4]);
    expect(nums('/Index [4 0 8 1] /Size 3')).toEqual([8]);
    expect(nums('/Index []')).toEqual([]);
    for (const size of ['/Size -1', '/Size 1.5', '/Size (3)', '']) expect(nums(size)).toEqual([]);
  });
  it('takes what has no width to be in use at nought, of generation nought', () => {
    expect([...rowsOf('/W [0 1 0] /Size 2', [9, 8]).entries.values()]).toEqual([at(9), at(8)]);
    expect([...rowsOf('/W [1 0 1] /Size 1', [2, 8]).entries.values()]).toEqual([inside(0, 8)]);
  });
  it('keeps the first row of a number and says which numbers have two places', () => {
    const rows = rowsOf('/W [0 1 0] /Index [1 2 1 2]', [9, 8, 9, 7]);
    expect([[...rows.entries.values()], [...rows.doubled]]).toEqual([[at(9), at(8)], [2]]);
  });
  it('has numbers of up to eight bytes', () => {
    expect([...rowsOf('/W [0 8 0] /Size 1', [0, 0, 0, 0, 1, 2, 3, 4]).entries.values()]).toEqual([at(0x01020304)]);
    for (const widths of [
      '[0 9 0]',
      '[9 1 1]',
      '[1 1 9]',
      '[-1 2 1]',
      '[1 -1 1]',
      '[1 1 -1]',
      '[1 1.5 1]',
      '[1 1]',
      '[0 0 0]',
      '[(1) 1 1]',
      '3',
      'null',
    ])
      expect(faultIn(() => rowsOf(`/W ${widths} /Size 1`, three))).toBe('damaged: odd widths in a cross-reference stream');
  });
  it('of which a row is not whole has one less', () => {
    expect(rowsOf('/W [1 2 1] /Size 3', three.slice(0, 11)).entries.size).toBe(2);
    expect(rowsOf('/W [1 2 1] /Size 3', three.slice(0, 8)).entries.size).toBe(2);
  });
  it.each(['[-1 2]', '[0 -2]', '[0.5 1]', '[0 (1)]', '[null 1]', '[0 1 2 null]'])('with Index %s is damaged', (index) => {
    expect(faultIn(() => rowsOf(`/W [1 2 1] /Index ${index}`, three))).toBe('damaged: odd Index');
  });
  it('costs the entries that it can have at most', () => {
    expect(faultIn(() => rowsOf('/W [1 2 1] /Size 3', three, 0, 3))).toBe('none');
    expect(faultIn(() => rowsOf('/W [1 2 1] /Size 3', three, 0, 2))).toBe('over-limits: too many entries');
    expect(faultIn(() => rowsOf('/W [1 2 1] /Size 2000000000', three, 0, 12))).toBe('none');
    expect(faultIn(() => rowsOf('/W [1 2 1] /Size 2000000000', three, 0, 11))).toBe('over-limits: too many entries');
  });
});
