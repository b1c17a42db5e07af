/** Whether two values mean the same, however they are written and wherever they stand. */
import { describe, expect, it } from 'vitest';
import { differingKeys, hasRepeated, isFound, isSame } from '../../../../src/signature/pdf/change/compare.ts';
import { isDict } from '../../../../src/signature/pdf/read/object.ts';
import { type Objects, row, stream } from '../written.ts';
import { documentIn, documentOf, fileOf, oddly, signedForm } from './written.ts';

const viewOf = (objects: Objects) => documentOf({ ...signedForm, ...objects }).latest;
const ref = (num: number, gen = 0) => ({ kind: 'ref', num, gen }) as const;
/** Of objects 50 and 51, as what a reference to each leads to. */
const alike = (one: string, other: string, more: Objects = {}): boolean => {
  const view = viewOf({ ...more, 50: one, 51: other });
  const sides = [50, 51].map((num) => ({ view, value: view.resolve(ref(num)) }));
  const [left, right] = sides;
  if (left === undefined || right === undefined) throw new Error('two sides');
  const answer = isSame(left, right);
  expect(isSame(right, left)).toBe(answer);
  expect(isSame({ view, value: ref(50) }, { view, value: ref(51) })).toBe(answer);
  return answer;
};

describe('two values', () => {
  it.each<readonly [string, string, boolean]>([
    ['null', 'null', true],
    ['true', 'true', true],
    ['true', 'false', false],
    ['7', '7.0', true],
    ['7', '8', false],
    ['7', 'null', false],
    ['/A', '/A', true],
    ['/A', '/#41', true],
    ['/A', '/B', false],
    ['/A', '(A)', false],
    ['(A)', '<41>', true],
    ['(A)', '(B)', false],
    ['(A)', '(AB)', false],
    ['[1 2]', '[1 2]', true],
    ['[1 2]', '[2 1]', false],
    ['[1 2]', '[1 2 3]', false],
    ['[1 2]', '[1 2 null]', false],
    ['[]', '<< >>', false],
    ['[[(x)]]', '[[(x)]]', true],
    ['[[(x)]]', '[[(y)]]', false],
    ['<< /A 1 /B 2 >>', '<< /B 2 /A 1 >>', true],
    ['<< /A 1 >>', '<< /A 2 >>', false],
    ['<< /A 1 >>', '<< /A 1 /B 2 >>', false],
    ['<< /A 1 >>', '<< /A 1 /B null >>', true],
    ['<< /A << /B 1 >> >>', '<< /A << /B 1 >> >>', true],
    ['<< /A << /B 1 >> >>', '<< /A << /B 2 >> >>', false],
    [stream('x'), stream('x'), true],
    [stream('x'), stream('y'), false],
    [stream('x'), stream('xx'), false],
    [stream('x', '/A 1'), stream('x', '/A 1'), true],
    [stream('x', '/A 1'), stream('x', '/A 2'), false],
    [stream('x'), '<< /Length 1 >>', false],
    [stream('x'), '<< /Length 1.0 >>\nstream\nx\nendstream', true],
  ])('%s and %s: %s', (one, other, same) => {
    expect(alike(one, other)).toBe(same);
  });
  it('that refer to different objects are the same when those are', () => {
    expect(alike('[52 0 R]', '[53 0 R]', { 52: '(x)', 53: '(x)' })).toBe(true);
    expect(alike('[52 0 R]', '[53 0 R]', { 52: '(x)', 53: '(y)' })).toBe(false);
    expect(alike('[52 0 R]', '[(x)]', { 52: '(x)' })).toBe(true);
    expect(alike('[70 0 R]', '[null]')).toBe(true);
    expect(alike('[70 0 R]', '[71 0 R]')).toBe(true);
  });
  it('that refer to one object are the same unless its generation differs', () => {
    expect(alike('[52 0 R]', '[52 0 R]', { 52: '(x)' })).toBe(true);
    expect(alike('[52 0 R]', '[52 1 R]', { 52: '(x)' })).toBe(false);
  });
  it('of which one leads astray are not: strict readers find nothing there', () => {
    const more = { 52: '(x)', 53: '(x)' };
    expect(alike('[52 0 R]', '[53 1 R]', more)).toBe(false);
    expect(alike('[52 1 R]', '[53 0 R]', more)).toBe(false);
    expect(alike('[(x)]', '[53 1 R]', more)).toBe(false);
    expect(alike('[52 1 R]', '[53 1 R]', more)).toBe(false);
  });
  it('that go round in circles, or deeper than anybody writes, are not called the same', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    const { latest: view } = documentOf({ ...signedForm, 50: nested(12), 51: nested(12), 52: nested(13), 53: nested(13) });
    const same = (one: number, other: number) => isSame({ view, value: view.resolve(ref(one)) }, { view, value: view.resolve(ref(other)) });
    expect(same(50, 51)).toBe(true);
    expect(same(52, 53)).toBe(false);
    const keys = (levels: number) => `${'<< /A '.repeat(levels)}1${' >>'.repeat(levels)}`;
    const dicts = documentOf({ ...signedForm, 50: keys(12), 51: keys(12), 52: keys(13), 53: keys(13) }).latest;
    const sameKeys = (one: number, other: number) =>
      isSame({ view: dicts, value: dicts.resolve(ref(one)) }, { view: dicts, value: dicts.resolve(ref(other)) });
    expect(sameKeys(50, 51)).toBe(true);
    expect(sameKeys(52, 53)).toBe(false);
    expect(alike('[51 0 R]', '[50 0 R]')).toBe(false);
  });
  it('are compared to the last byte of long streams', () => {
    const long = (end: string) => stream(`${'x'.repeat(1024 * 1024 + 9)}${end}`);
    expect(alike(long('a'), long('a'))).toBe(true);
    expect(alike(long('a'), long('b'))).toBe(false);
    const middle = (sign: string) => stream(`${'x'.repeat(1024 * 1024 - 1)}${sign}${'x'.repeat(1024 * 1024)}`);
    expect(alike(middle('a'), middle('b'))).toBe(false);
  });
  it('each in its own view: an object that is the same number may have become another', () => {
    const [before, after] = documentOf({ ...signedForm, 50: '[52 0 R]', 52: '(x)' }, { 52: '(y)', 51: '[(y)]' }).views;
    if (before === undefined || after === undefined) throw new Error('two views');
    expect(isSame({ view: before, value: ref(50) }, { view: after, value: ref(51) })).toBe(false);
    expect(isSame({ view: after, value: ref(50) }, { view: after, value: ref(51) })).toBe(true);
    // What a reference leads to is judged on its own.
    expect(isSame({ view: before, value: ref(50) }, { view: after, value: ref(50) })).toBe(true);
  });
});

describe('keys that differ', () => {
  const keys = (one: string, other: string) => {
    const view = viewOf({ 50: one, 51: other });
    const [a, b] = [view.resolve(ref(50)), view.resolve(ref(51))];
    if (!isDict(a) || !isDict(b)) throw new Error('dictionaries');
    return differingKeys(a, b, view, view);
  };
  it.each<readonly [string, string, readonly string[]]>([
    ['<< /A 1 /B 2 >>', '<< /A 1 /B 2 >>', []],
    ['<< /A 1 /B 2 >>', '<< /A 2 /C 3 >>', ['A', 'B', 'C']],
    ['<< /A 1 >>', '<< /A 1 /A 1 >>', ['A']],
    ['<< /A 1 /A 1 >>', '<< /A 1 >>', []],
    ['<< /A << /B 1 >> >>', '<< /A << /B 1 /B 1 >> >>', ['A']],
  ])('of %s and %s', (one, other, expected) => {
    expect(keys(one, other)).toEqual(expected);
  });
});

describe('a key that stands twice', () => {
  it.each<readonly [string, boolean]>([
    ['7', false],
    ['<< /A 1 >>', false],
    ['<< /A 1 /A 2 >>', true],
    ['<< /A << /B 1 /B 2 >> >>', true],
    ['<< /A << /B 1 >> /C [7 << /D 1 /D 1 >>] >>', true],
    ['[1 [<< /D 1 >>]]', false],
    [stream('x', '/A 1'), false],
    [stream('x', '/A 1 /A 1'), true],
    [stream('x', '/A [<< /B 1 /B 1 >>]'), true],
  ])('is found in %s: %s', (body, is) => {
    const view = viewOf({ 50: body });
    expect(hasRepeated(view.resolve(ref(50)))).toBe(is);
  });
});

describe('what a reference names', () => {
  it('is found under the generation of the table, or where nothing is', () => {
    const file = oddly(fileOf({ ...signedForm, 50: '(x)' }), { 51: '(y)' }, {});
    const moved = oddly(file, {}, { rows: { 50: row(file.at[51] ?? 0, 2), 52: row(0, 7, 'f') } });
    const view = documentIn(moved).latest;
    const found = ([num, gen]: readonly [number, number]) => isFound(view, ref(num, gen));
    expect(
      (
        [
          [50, 0],
          [50, 2],
          [51, 0],
          [51, 1],
          [52, 0],
          [70, 3],
        ] as const
      ).map(found),
    ).toEqual([false, true, true, false, true, true]);
  });
});
