/** What strokes and small shapes cover: a line may be as wide as a line of text, and shapes may be laid like tiles. */
import type { Rect } from './rect.ts';

export type Point = readonly [x: number, y: number];

/** Points; thinner lines cross out or frame, they do not hide. */
const BROAD = 4;
/** Points each way of the cells in which a small shape is looked at: thicker than the strokes of letters. */
const CELL = 3;
/** So that neighbouring cells leave no gap where edges do not count. */
const LAP = 0.5;
const MAX_PIECES = 4000;

const square = ([x, y]: Point, half: number): Rect => ({ left: x - half, bottom: y - half, right: x + half, top: y + half });

/** Squares along the lines, as wide as they are; none for thin ones. */
export const strokeCover = (lines: readonly (readonly Point[])[], width: number): readonly Rect[] => {
  if (width < BROAD) return [];
  const cover: Rect[] = [];
  for (const line of lines) {
    for (const [i, to] of line.entries()) {
      const from = line[i - 1] ?? to;
      const pieces = Math.ceil((Math.hypot(to[0] - from[0], to[1] - from[1]) / width) * 2);
      for (let n = 0; n <= pieces && cover.length < MAX_PIECES; n++) {
        const share = pieces === 0 ? 0 : n / pieces;
        cover.push(square([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share], width / 2));
      }
    }
  }
  return cover;
};

/** How often the lines, closed, go round a point. */
const windings = (lines: readonly (readonly Point[])[], [x, y]: Point): number => {
  let count = 0;
  for (const line of lines) {
    for (const [i, to] of line.entries()) {
      const from = line[i - 1] ?? line.at(-1) ?? to;
      const side = (to[0] - from[0]) * (y - from[1]) - (x - from[0]) * (to[1] - from[1]);
      if (from[1] <= y && to[1] > y && side > 0) count += 1;
      if (from[1] > y && to[1] <= y && side < 0) count -= 1;
    }
  }
  return count;
};

/** Cells of a small filled shape that lie inside it. Strokes of letters have none. */
export const shapeCover = (lines: readonly (readonly Point[])[], box: Rect): readonly Rect[] => {
  const cover: Rect[] = [];
  const isInside = (x: number, y: number) => windings(lines, [x, y]) !== 0;
  for (let y = box.bottom; y < box.top; y += CELL) {
    for (let x = box.left; x < box.right; x += CELL) {
      const [right, top] = [Math.min(x + CELL, box.right), Math.min(y + CELL, box.top)];
      const [middle, inset] = [(x + right) / 2, 0.1];
      if (right - x < 1 || top - y < 1 || !isInside(middle, (y + top) / 2)) continue;
      if (!isInside(x + inset, y + inset) || !isInside(right - inset, top - inset)) continue;
      if (!isInside(x + inset, top - inset) || !isInside(right - inset, y + inset)) continue;
      cover.push({ left: x - LAP, bottom: y - LAP, right: right + LAP, top: top + LAP });
    }
  }
  return cover;
};
