/** How wide the signs of a font are, so that it can be told where on a page each stands (ISO 32000-2 9.2.4, 9.7.4.3). */
import { dictAt, itemsAt } from '../change/effect.ts';
import type { View } from '../read/document.ts';
import { isArray, nameIs, type PdfDict } from '../read/object.ts';

export type Glyphs = {
  /** Bytes a sign takes in a string. */
  readonly step: 1 | 2;
  /** In thousandths of the font's size. */
  width(code: number): number;
  isBlank(code: number): boolean;
  /** A Type 3 font: each sign is a content stream of its own. */
  readonly isDrawn: boolean;
};

const USUAL = 500;

const widthsOfCids = (view: View, descendant: PdfDict): ReadonlyMap<number, number> => {
  const widths = new Map<number, number>();
  const list = itemsAt(view, descendant.entries.get('W')).map((item) => view.resolve(item));
  for (let i = 0; i + 1 < list.length && widths.size < 70_000; ) {
    const [first, second, third] = [list[i], list[i + 1], list[i + 2]];
    if (typeof first !== 'number') return widths;
    if (isArray(second)) {
      for (const [n, item] of second.items.entries()) {
        const width = view.resolve(item);
        if (typeof width === 'number') widths.set(first + n, width);
      }
      i += 2;
    } else {
      if (typeof second !== 'number' || typeof third !== 'number') return widths;
      for (let code = first; code <= second && code - first < 70_000; code++) widths.set(code, third);
      i += 3;
    }
  }
  return widths;
};

/** Codes of two bytes are taken for the glyphs' numbers (Identity-H), as every writer of Vietnamese has them. */
export const glyphsOf = (view: View, font: PdfDict): Glyphs => {
  if (nameIs(view.resolve(font.entries.get('Subtype')), 'Type0')) {
    const descendant = dictAt(view, itemsAt(view, font.entries.get('DescendantFonts'))[0]);
    const usual = view.resolve(descendant.entries.get('DW'));
    const widths = widthsOfCids(view, descendant);
    const otherwise = typeof usual === 'number' ? usual : 1000;
    // The blank is glyph 3 in TrueType fonts as they are commonly embedded.
    return { step: 2, width: (code) => widths.get(code) ?? otherwise, isBlank: (code) => code === 3 || code === 32, isDrawn: false };
  }
  const first = view.resolve(font.entries.get('FirstChar'));
  const widths = itemsAt(view, font.entries.get('Widths')).map((item) => view.resolve(item));
  const isDrawn = nameIs(view.resolve(font.entries.get('Subtype')), 'Type3');
  const scale = isDrawn ? 1000 * Number(view.resolve(itemsAt(view, font.entries.get('FontMatrix'))[0]) ?? 0.001) : 1;
  const width = (code: number): number => {
    const own = widths[code - (typeof first === 'number' ? first : 0)];
    return typeof own === 'number' && own > 0 ? own * scale : USUAL;
  };
  return { step: 1, width, isBlank: (code) => !isDrawn && (code === 32 || code === 160), isDrawn };
};
