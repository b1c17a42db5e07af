/** Rectangles and transformations in the space of a page, in points (ISO 32000-2 7.9.5, 8.3). */
import type { View } from '../read/document.ts';
import { isArray, type PdfValue } from '../read/object.ts';

export type Rect = { readonly left: number; readonly bottom: number; readonly right: number; readonly top: number };
export type Matrix = readonly [number, number, number, number, number, number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** First `a`, then `b`. */
export const times = (a: Matrix, b: Matrix): Matrix => [
  a[0] * b[0] + a[1] * b[2],
  a[0] * b[1] + a[1] * b[3],
  a[2] * b[0] + a[3] * b[2],
  a[2] * b[1] + a[3] * b[3],
  a[4] * b[0] + a[5] * b[2] + b[4],
  a[4] * b[1] + a[5] * b[3] + b[5],
];

export const pointIn = (matrix: Matrix, x: number, y: number): readonly [x: number, y: number] => [
  x * matrix[0] + y * matrix[2] + matrix[4],
  x * matrix[1] + y * matrix[3] + matrix[5],
];

/** The upright rectangle around points, of which there may be very many. */
export const around = (points: readonly (readonly [number, number])[]): Rect => {
  let [left, bottom, right, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    bottom = Math.min(bottom, y);
    right = Math.max(right, x);
    top = Math.max(top, y);
  }
  return { left, bottom, right, top };
};

/** The upright rectangle around a transformed one. */
export const moved = (rect: Rect, matrix: Matrix): Rect =>
  around([
    pointIn(matrix, rect.left, rect.bottom),
    pointIn(matrix, rect.right, rect.bottom),
    pointIn(matrix, rect.left, rect.top),
    pointIn(matrix, rect.right, rect.top),
  ]);

const numbersOf = (view: View, value: PdfValue | undefined): readonly number[] => {
  const list = view.resolve(value);
  return isArray(list) ? list.items.map((item) => view.resolve(item)).filter((item) => typeof item === 'number') : [];
};

/** Any two opposite corners, in any order; null when these are not four numbers. */
export const rectOf = (view: View, value: PdfValue | undefined): Rect | null => {
  const [a = 0, b = 0, c = 0, d] = numbersOf(view, value);
  if (d === undefined) return null;
  return { left: Math.min(a, c), bottom: Math.min(b, d), right: Math.max(a, c), top: Math.max(b, d) };
};

export const matrixOf = (view: View, value: PdfValue | undefined): Matrix => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f] = numbersOf(view, value);
  return f === undefined ? identity : [a, b, c, d, e, f];
};

export const areaOf = (rect: Rect): number => Math.max(0, rect.right - rect.left) * Math.max(0, rect.top - rect.bottom);

/** What both cover; of no area where they do not meet. */
export const meet = (a: Rect, b: Rect): Rect => ({
  left: Math.max(a.left, b.left),
  bottom: Math.max(a.bottom, b.bottom),
  right: Math.min(a.right, b.right),
  top: Math.min(a.top, b.top),
});
