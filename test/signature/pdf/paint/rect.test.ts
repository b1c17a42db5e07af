/** Rectangles and matrices of a page (ISO 32000-2 7.9.5, 8.3.3). */
import { describe, expect, it } from 'vitest';
import {
  areaOf,
  around,
  identity,
  type Matrix,
  matrixOf,
  meet,
  moved,
  pointIn,
  rectOf,
  times,
} from '../../../../src/signature/pdf/paint/rect.ts';
import { dictOf, sides, viewWith } from '../written.ts';

const one: Matrix = [2, 3, 5, 7, 11, 13];
const two: Matrix = [17, 19, 23, 29, 31, 37];

describe('a matrix', () => {
  it('moves a point as the standard has it', () => {
    expect(pointIn(one, 100, 1000)).toEqual([100 * 2 + 1000 * 5 + 11, 100 * 3 + 1000 * 7 + 13]);
    expect(pointIn(identity, 4, 9)).toEqual([4, 9]);
  });
  it('after another moves a point as both do, one after the other', () => {
    expect(times(one, two)).toEqual([
      ...[2 * 17 + 3 * 23, 2 * 19 + 3 * 29, 5 * 17 + 7 * 23, 5 * 19 + 7 * 29],
      ...[11 * 17 + 13 * 23 + 31, 11 * 19 + 13 * 29 + 37],
    ]);
    const [x, y] = pointIn(one, 41, 43);
    expect(pointIn(times(one, two), 41, 43)).toEqual(pointIn(two, x, y));
    expect([times(one, identity), times(identity, one)]).toEqual([one, one]);
  });
  it('is six numbers, wherever they stand; else it changes nothing', () => {
    const view = viewWith({ 5: '[1 2 3 4 5 6 0 R]', 6: '7' });
    const matrix = (text: string): Matrix => matrixOf(view, dictOf(`/M ${text}`).entries.get('M'));
    expect(matrix('5 0 R')).toEqual([1, 2, 3, 4, 5, 7]);
    expect(matrix('[0 0 0 0 0 0 9]')).toEqual([0, 0, 0, 0, 0, 0]);
    for (const odd of ['[1 2 3 4 5]', '[]', '[1 2 3 4 (5) 6]', '7', 'null']) expect(matrix(odd)).toEqual(identity);
    expect(matrixOf(view, undefined)).toEqual(identity);
  });
});

describe('a rectangle', () => {
  const rect = { left: 1, bottom: 2, right: 4, top: 8 };
  it('is any two opposite corners', () => {
    const view = viewWith({ 5: '[6 0 R 20 30 40]', 6: '10' });
    const rectIn = (text: string) => rectOf(view, dictOf(`/R ${text}`).entries.get('R'));
    const same = { left: 10, bottom: 20, right: 30, top: 40 };
    for (const text of ['[10 20 30 40]', '[30 40 10 20]', '[10 40 30 20]', '[30 20 10 40]', '5 0 R', '[10 20 30 40 50]'])
      expect(rectIn(text)).toEqual(same);
    for (const text of ['[10 20 30]', '[10 20]', '[10]', '[]', '[(a) 20 30 40]', '5', 'null']) expect(rectIn(text)).toBeNull();
    expect(rectOf(view, undefined)).toBeNull();
  });
  it('has an area, and none when it is turned round', () => {
    expect(areaOf(rect)).toBe(18);
    expect(areaOf({ ...rect, right: 0 })).toBe(0);
    expect(areaOf({ ...rect, top: 0 })).toBe(0);
    expect(areaOf({ left: 5, bottom: 5, right: 0, top: 0 })).toBe(0);
  });
  it('meets another in what both cover', () => {
    const other = { left: 3, bottom: 0, right: 9, top: 5 };
    expect([sides(meet(rect, other)), sides(meet(other, rect))]).toEqual([
      [3, 2, 4, 5],
      [3, 2, 4, 5],
    ]);
    expect(areaOf(meet(rect, { left: 4, bottom: 2, right: 6, top: 8 }))).toBe(0);
  });
  it('lies around points, and around what is moved', () => {
    expect(
      around([
        [3, 4],
        [1, 9],
        [2, 0],
      ]),
    ).toEqual({ left: 1, bottom: 0, right: 3, top: 9 });
    expect(around([[-3, -4]])).toEqual({ left: -3, bottom: -4, right: -3, top: -4 });
    expect(sides(moved(rect, [0, 1, -1, 0, 10, 20]))).toEqual([10 - 8, 21, 10 - 2, 24]);
    // Turned by 45 degrees each corner is the furthest one way.
    expect(sides(moved({ left: 0, bottom: 0, right: 2, top: 4 }, [1, 1, -1, 1, 0, 0]))).toEqual([-4, 0, 2, 6]);
    expect(sides(moved({ left: 0, bottom: 0, right: 2, top: 4 }, [1, -1, 1, 1, 0, 0]))).toEqual([0, -2, 6, 4]);
  });
});
