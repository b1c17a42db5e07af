/** What lines and small shapes cover. */
import { describe, expect, it } from 'vitest';
import { type Point, shapeCover, strokeCover } from '../../../../src/signature/pdf/paint/shape.ts';
import { sides } from '../written.ts';

describe('a line', () => {
  const cover = (lines: readonly (readonly Point[])[], width: number) => strokeCover(lines, width).map(sides);
  it('of four points and more is squares along it, two to each of its widths', () => {
    expect(
      cover(
        [
          [
            [0, 0],
            [10, 0],
          ],
        ],
        10,
      ),
    ).toEqual([
      [-5, -5, 5, 5],
      [-5, -5, 5, 5],
      [0, -5, 10, 5],
      [5, -5, 15, 5],
    ]);
    expect(cover([[[3, 4]]], 4)).toEqual([[1, 2, 5, 6]]);
    expect(cover([[[3, 4]]], 3.999)).toEqual([]);
  });
  it('that is slanted has them as far apart', () => {
    const squares = cover(
      [
        [
          [0, 0],
          [6, 8],
        ],
      ],
      5,
    );
    expect(squares).toHaveLength(1 + 5);
    expect(squares.slice(1)).toEqual([
      [-2.5, -2.5, 2.5, 2.5],
      [-1, -0.5, 4, 4.5],
      [0.5, 1.5, 5.5, 6.5],
      [2, 3.5, 7, 8.5],
      [3.5, 5.5, 8.5, 10.5],
    ]);
  });
  it('that bends is covered along each part, and each line by itself', () => {
    const ends = cover(
      [
        [
          [0, 0],
          [5, 0],
          [5, 5],
        ],
        [[50, 50]],
      ],
      10,
    ).map(([left, bottom]) => [left, bottom]);
    expect(ends).toEqual([
      [-5, -5],
      [-5, -5],
      [0, -5],
      [0, -5],
      [0, 0],
      [45, 45],
    ]);
  });
  it('that is endless has at most 4000', () => {
    expect(
      strokeCover(
        [
          [
            [0, 0],
            [1e9, 0],
          ],
        ],
        4,
      ),
    ).toHaveLength(4000);
    expect(
      strokeCover(
        [
          [
            [0, 0],
            [1e9, 0],
          ],
          [[0, 0]],
        ],
        4,
      ),
    ).toHaveLength(4000);
  });
});

describe('a small shape', () => {
  const cover = (lines: readonly (readonly Point[])[], box: readonly [number, number, number, number]) => {
    const [left, bottom, right, top] = box;
    return shapeCover(lines, { left, bottom, right, top }).map(sides);
  };
  const square = (left: number, bottom: number, side: number): Point[] => [
    [left, bottom],
    [left + side, bottom],
    [left + side, bottom + side],
    [left, bottom + side],
  ];
  it('is covered by cells of three points, each half a point larger all round', () => {
    const four = [
      [-0.5, -0.5, 3.5, 3.5],
      [2.5, -0.5, 6.5, 3.5],
      [-0.5, 2.5, 3.5, 6.5],
      [2.5, 2.5, 6.5, 6.5],
    ];
    expect(cover([square(0, 0, 6)], [0, 0, 6, 6])).toEqual(four);
    expect(cover([square(0, 0, 6).toReversed()], [0, 0, 6, 6])).toEqual(four);
    expect(cover([square(10, 20, 3)], [10, 20, 13, 23])).toEqual([[9.5, 19.5, 13.5, 23.5]]);
  });
  it('whose last cells are less than a point wide is not covered there', () => {
    expect(cover([square(0, 0, 4)], [0, 0, 4, 4])).toHaveLength(4);
    expect(cover([square(0, 0, 4)], [0, 0, 4, 4]).at(-1)).toEqual([2.5, 2.5, 4.5, 4.5]);
    expect(cover([square(0, 0, 3.9)], [0, 0, 3.9, 3.9])).toEqual([[-0.5, -0.5, 3.5, 3.5]]);
    expect(
      cover(
        [
          [
            [0, 0],
            [6, 0],
            [6, 3.5],
            [0, 3.5],
          ],
        ],
        [0, 0, 6, 3.5],
      ),
    ).toHaveLength(2);
    expect(
      cover(
        [
          [
            [0, 0],
            [3.5, 0],
            [3.5, 6],
            [0, 6],
          ],
        ],
        [0, 0, 3.5, 6],
      ),
    ).toHaveLength(2);
  });
  it('covers only cells that lie in it with their middle and all their corners', () => {
    // A square of 9 with each corner cell, or the middle one, cut out.
    const all = cover([square(0, 0, 9)], [0, 0, 9, 9]);
    expect(all).toHaveLength(9);
    for (const x of [0, 3, 6]) {
      for (const y of [0, 3, 6]) {
        for (const [dx, dy] of [
          [0, 0],
          [2.5, 0],
          [0, 2.5],
          [2.5, 2.5],
          [1.25, 1.25],
        ] as const) {
          const hole = square(x + dx, y + dy, 0.5).toReversed();
          const without = all.filter(([left, bottom]) => left !== x - 0.5 || bottom !== y - 0.5);
          expect([x, y, dx, dy, cover([square(0, 0, 9), hole], [0, 0, 9, 9])]).toEqual([x, y, dx, dy, without]);
        }
      }
    }
  });
  it('of two lines that go round the same way is filled where they overlap', () => {
    expect(cover([square(0, 0, 3), square(0, 0, 3)], [0, 0, 3, 3])).toHaveLength(1);
    expect(cover([square(0, 0, 3), square(0, 0, 3).toReversed()], [0, 0, 3, 3])).toHaveLength(0);
  });
  it('of no lines covers nothing', () => {
    expect(cover([], [0, 0, 9, 9])).toEqual([]);
    expect(cover([[]], [0, 0, 9, 9])).toEqual([]);
    expect(cover([[[1, 1]]], [0, 0, 9, 9])).toEqual([]);
    expect(
      cover(
        [
          [
            [0, 0],
            [9, 9],
          ],
        ],
        [0, 0, 9, 9],
      ),
    ).toEqual([]);
  });
  it('covers what stands right of a point only when it goes round it', () => {
    // A triangle: cells by its slanted side are left out.
    const triangle: Point[] = [
      [0, 0],
      [12, 0],
      [0, 12],
    ];
    expect(cover([triangle], [0, 0, 12, 12]).map(([left, bottom]) => [left, bottom])).toEqual([
      [-0.5, -0.5],
      [2.5, -0.5],
      [5.5, -0.5],
      [-0.5, 2.5],
      [2.5, 2.5],
      [-0.5, 5.5],
    ]);
  });
});
