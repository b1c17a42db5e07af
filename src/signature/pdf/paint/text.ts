/** Text of a content stream: where each sign of it stands (ISO 32000-2 9.4). */
import { isArray, isDict, isString, type PdfValue } from '../read/object.ts';
import { glyphsOf } from './glyphs.ts';
import { pointIn, type Rect, times } from './rect.ts';
import { type Font, num, type Run, resource } from './run.ts';

const MAX_MARKS = 200_000;

/** How large a sign is, the font's own drawing says, not its width: it may be a block as large as the page. */
export const everywhere: Rect = { left: -1e6, bottom: -1e6, right: 1e6, top: 1e6 };

/** Light text over text is there to hide it; signs of a Type 3 font are drawings of any colour. */
const hidesAsText = ({ state }: Run, { glyphs }: Font): boolean => {
  if (state.mode === 3 || state.mode === 7 || state.isMixed) return false;
  const isFilled = state.mode !== 1 && state.mode !== 5;
  return glyphs.isDrawn || (isFilled ? state.fill.isLight : state.line.isLight);
};

export const showString = (run: Run, bytes: Uint8Array): void => {
  const { font, matrix, spacing, words, rise, stretch } = run.state;
  if (font === null) return;
  let isWritten = false;
  const { glyphs, size } = font;
  for (let i = 0; i + glyphs.step <= bytes.length; i += glyphs.step) {
    const code = glyphs.step === 1 ? (bytes[i] ?? 0) : (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0);
    const width = (glyphs.width(code) / 1000) * size;
    isWritten ||= !glyphs.isBlank(code);
    if (!glyphs.isBlank(code) && run.marks.signs.length < MAX_MARKS) {
      run.marks.signs.push(pointIn(times(run.text, matrix), (width * stretch) / 2, rise + size * 0.3));
    }
    const gap = spacing + (glyphs.step === 1 && code === 32 ? words : 0);
    run.text = times([1, 0, 0, 1, (width + gap) * stretch, 0], run.text);
  }
  if (isWritten && hidesAsText(run, font)) run.marks.opaque.push(everywhere);
};

export const showList = (run: Run, list: PdfValue | undefined): void => {
  for (const item of isArray(list) ? list.items : []) {
    if (isString(item)) showString(run, item.bytes);
    else run.text = times([1, 0, 0, 1, (-num(item) / 1000) * (run.state.font?.size ?? 0) * run.state.stretch, 0], run.text);
  }
};

export const nextLine = (run: Run, x: number, y: number): void => {
  run.line = times([1, 0, 0, 1, x, y], run.line);
  run.text = run.line;
};

export const setFont = (run: Run, name: PdfValue | undefined, size: number): void => {
  const font = resource(run, 'Font', name);
  const dict = isDict(font) ? font : null;
  const glyphs = dict === null ? undefined : (run.fonts.get(dict) ?? glyphsOf(run.view, dict));
  if (dict !== null && glyphs !== undefined) run.fonts.set(dict, glyphs);
  run.state = {
    ...run.state,
    font: { glyphs: glyphs ?? { step: 1, width: () => 500, isBlank: (code) => code === 32, isDrawn: false }, size },
  };
};
