/** Text of a content stream: where each sign of it stands (ISO 32000-2 9.4). */
import { isArray, isDict, isString, type PdfValue } from '../read/object.ts';
import { glyphsOf } from './glyphs.ts';
import { pointIn, times } from './rect.ts';
import { num, type Run, resource } from './run.ts';

const MAX_MARKS = 200_000;

export const showString = (run: Run, bytes: Uint8Array): void => {
  const { font, matrix, spacing, words, rise, stretch } = run.state;
  if (font === null) return;
  const { glyphs, size } = font;
  for (let i = 0; i + glyphs.step <= bytes.length; i += glyphs.step) {
    const code = glyphs.step === 1 ? (bytes[i] ?? 0) : (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0);
    const width = (glyphs.width(code) / 1000) * size;
    if (!glyphs.isBlank(code) && run.marks.signs.length < MAX_MARKS) {
      run.marks.signs.push(pointIn(times(run.text, matrix), (width * stretch) / 2, rise + size * 0.3));
    }
    const gap = spacing + (glyphs.step === 1 && code === 32 ? words : 0);
    run.text = times([1, 0, 0, 1, (width + gap) * stretch, 0], run.text);
  }
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
  run.state = { ...run.state, font: { glyphs: glyphs ?? { step: 1, width: () => 500, isBlank: (code) => code === 32 }, size } };
};
