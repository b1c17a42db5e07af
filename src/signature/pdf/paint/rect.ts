/** Rectangles in the space of a page, in points (ISO 32000-2 7.9.5). */
import type { View } from '../read/document.ts';
import { isArray, type PdfValue } from '../read/object.ts';

export type Rect = { readonly left: number; readonly bottom: number; readonly right: number; readonly top: number };

/** Any two opposite corners, in any order; null when these are not four numbers. */
export const rectOf = (view: View, value: PdfValue | undefined): Rect | null => {
  const list = view.resolve(value);
  const [a, b, c, d] = isArray(list) ? list.items.map((item) => view.resolve(item)) : [];
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') return null;
  return { left: Math.min(a, c), bottom: Math.min(b, d), right: Math.max(a, c), top: Math.max(b, d) };
};

export const areaOf = (rect: Rect): number => Math.max(0, rect.right - rect.left) * Math.max(0, rect.top - rect.bottom);

/** What both cover; of no area where they do not meet. */
export const meet = (a: Rect, b: Rect): Rect => ({
  left: Math.max(a.left, b.left),
  bottom: Math.max(a.bottom, b.bottom),
  right: Math.min(a.right, b.right),
  top: Math.min(a.top, b.top),
});
