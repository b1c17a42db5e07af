/** The state in which a content stream is read (ISO 32000-2 8.4, 9.3), as far as it matters for where paint lies. */
import { dictAt } from '../change/effect.ts';
import type { View } from '../read/document.ts';
import { isName, type PdfDict, type PdfValue } from '../read/object.ts';
import type { Glyphs } from './glyphs.ts';
import type { Matrix, Rect } from './rect.ts';
import type { Point } from './shape.ts';

export type Marks = {
  readonly signs: (readonly [x: number, y: number])[];
  readonly opaque: Rect[];
  readonly images: Rect[];
  /** Paint that lets something through: several layers of it do not. */
  readonly veils: Rect[];
  /** Whether everything could be read. */
  isWhole: boolean;
};

export type Font = { readonly glyphs: Glyphs; readonly size: number };
export type State = {
  readonly matrix: Matrix;
  /** Of fills: thin by their alpha, or mixed so that dark text stays. */
  readonly isThin: boolean;
  readonly isMixed: boolean;
  readonly isLineThin: boolean;
  readonly lineWidth: number;
  readonly fill: { readonly isLight: boolean; readonly isOdd: boolean };
  readonly line: { readonly isLight: boolean; readonly isOdd: boolean };
  /** Of text (9.3.6). */
  readonly mode: number;
  readonly font: Font | null;
  readonly leading: number;
  readonly spacing: number;
  readonly words: number;
  readonly rise: number;
  readonly stretch: number;
};
export type Run = {
  readonly view: View;
  readonly marks: Marks;
  readonly fonts: Map<PdfDict, Glyphs>;
  state: State;
  readonly stack: State[];
  /** Bounding boxes of the rectangles and the lines of the path under construction, in page space. */
  path: { readonly rects: Rect[]; readonly lines: Point[][] };
  text: Matrix;
  line: Matrix;
  readonly resources: PdfDict;
  readonly depth: number;
};

export type Act = (run: Run, operands: readonly PdfValue[]) => void;

export const num = (value: PdfValue | undefined): number => (typeof value === 'number' ? value : 0);

export const resource = (run: Run, category: string, name: PdfValue | undefined): PdfValue =>
  isName(name) ? run.view.resolve(dictAt(run.view, run.resources.entries.get(category)).entries.get(name.name)) : null;
