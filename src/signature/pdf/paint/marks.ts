/**
 * What a content stream leaves on the page, as far as hiding and being hidden goes: signs of text by their
 * middle, and paint that nothing shines through: filled shapes, broad lines, images where no mask lets them
 * through, light text. Clipping is not followed, so that an area can only come out larger than it is.
 */
import type { View } from '../read/document.ts';
import { isArray, isDict, isStream, isString, nameIs, type PdfDict, type PdfStream, type PdfValue } from '../read/object.ts';
import { black, colourActs } from './colour.ts';
import { hiddenBy } from './mask.ts';
import { eachOperator } from './operators.ts';
import { areaOf, around, identity, type Matrix, matrixOf, moved, pointIn, type Rect, times } from './rect.ts';
import { type Act, type Marks, num, type Run, resource, type State } from './run.ts';
import { type Point, shapeCover, strokeCover } from './shape.ts';
import { everywhere, nextLine, setFont, showList, showString } from './text.ts';

const MAX_DEPTH = 10;
/** Points squared: larger shapes count as their box. */
const LARGE_SHAPE = 900;

const unit: Rect = { left: 0, bottom: 0, right: 1, top: 1 };

/** Pieces of paint that are noted: more than a stamp may have (`appearance.ts`); of a page they are not asked for. */
const MAX_LAID = 10_000;

/** How paint lies over what is below: hiding it, thinly, or mixed with it. */
const lay = (run: Run, rects: readonly Rect[], isThin: boolean): void => {
  if (run.state.isMixed) return;
  for (const rect of rects.slice(0, MAX_LAID - run.marks.opaque.length - run.marks.veils.length))
    (isThin ? run.marks.veils : run.marks.opaque).push(rect);
};

const paintImage = (run: Run, image: PdfStream | null): void => {
  run.marks.images.push(moved(unit, run.state.matrix));
  const parts = image === null ? [unit] : hiddenBy(run.view, image);
  lay(
    run,
    parts.map((part) => moved(part, run.state.matrix)),
    run.state.isThin,
  );
};

const paintObject = (run: Run, name: PdfValue | undefined): void => {
  const object = resource(run, 'XObject', name);
  if (!isStream(object)) return;
  if (nameIs(run.view.resolve(object.dict.entries.get('Subtype')), 'Image')) paintImage(run, object);
  else if (run.depth < MAX_DEPTH) paintForm(run, object);
  else run.marks.isWhole = false;
};

const paintForm = (run: Run, object: PdfStream): void => {
  const { view } = run;
  const own = view.resolve(object.dict.entries.get('Resources'));
  const matrix = times(matrixOf(view, object.dict.entries.get('Matrix')), run.state.matrix);
  const inner = { ...run, resources: isDict(own) ? own : run.resources, depth: run.depth + 1 };
  readStreams(inner, [object], { ...run.state, matrix });
};

/** Ways of mixing that leave dark text dark (11.3.5.2); the others can paint it white. */
const leavesDark = (view: View, mode: PdfValue): boolean => {
  const names = isArray(mode) ? mode.items.map((item) => view.resolve(item)) : [mode];
  return names.length > 0 && names.every((name) => nameIs(name, 'Multiply') || nameIs(name, 'Darken') || nameIs(name, 'ColorBurn'));
};

const setGraphics = (run: Run, name: PdfValue | undefined): void => {
  const graphics = resource(run, 'ExtGState', name);
  if (!isDict(graphics)) return;
  const [alpha, line, blend, width] = ['ca', 'CA', 'BM', 'LW'].map((key) => run.view.resolve(graphics.entries.get(key)));
  if (typeof alpha === 'number') run.state = { ...run.state, isThin: alpha < 0.5 };
  if (typeof line === 'number') run.state = { ...run.state, isLineThin: line < 0.5 };
  if (blend !== null && blend !== undefined) run.state = { ...run.state, isMixed: leavesDark(run.view, blend) };
  if (typeof width === 'number') run.state = { ...run.state, lineWidth: width };
};

const noPath = (): Run['path'] => ({ rects: [], lines: [] });

const fill = (run: Run): void => {
  const { rects, lines } = run.path;
  lay(run, rects, run.state.isThin);
  const points = lines.flat();
  if (points.length < 3) return;
  const box = around(points);
  const isBox = points.length <= 5 || areaOf(box) >= LARGE_SHAPE;
  lay(run, isBox ? [box] : shapeCover(lines, box), run.state.isThin);
};

const stroke = (run: Run): void => {
  const { rects, lines } = run.path;
  const [a, b, c, d] = run.state.matrix;
  const width = run.state.lineWidth * Math.sqrt(Math.abs(a * d - b * c));
  const frames = rects.map(({ left, bottom, right, top }): Point[] => [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
    [left, bottom],
  ]);
  const closed = lines.map((line) => [...line, ...line.slice(0, 1)]);
  lay(run, strokeCover([...frames, ...closed], width), run.state.isLineThin);
};

const paintPath =
  (...ways: readonly ((run: Run) => void)[]): Act =>
  (run) => {
    for (const way of ways) way(run);
    run.path = noPath();
  };

const begin: Act = (run, operands) => {
  run.path.lines.push([]);
  extend(run, operands);
};
const extend: Act = (run, operands) => {
  if (run.path.lines.length === 0) run.path.lines.push([]);
  const line = run.path.lines.at(-1);
  for (let i = 0; i + 1 < operands.length; i += 2) line?.push(pointIn(run.state.matrix, num(operands[i]), num(operands[i + 1])));
};

const show: Act = (run, [text]) => {
  if (isString(text)) showString(run, text.bytes);
};
const set =
  (key: 'leading' | 'spacing' | 'words' | 'rise' | 'lineWidth' | 'mode'): Act =>
  (run, [value]) => {
    run.state = { ...run.state, [key]: num(value) };
  };

const matrixFrom = (operands: readonly PdfValue[]): Matrix => {
  const [a, b, c, d, e, f] = operands.map(num);
  return [a ?? 1, b ?? 0, c ?? 0, d ?? 1, e ?? 0, f ?? 0];
};

const save: Act = (run) => {
  if (run.stack.length < 500) run.stack.push(run.state);
};
const restore: Act = (run) => {
  run.state = run.stack.pop() ?? run.state;
};
const transform: Act = (run, operands) => {
  run.state = { ...run.state, matrix: times(matrixFrom(operands), run.state.matrix) };
};
const rectangle: Act = (run, [x, y, width, height]) => {
  const rect = { left: num(x), bottom: num(y), right: num(x) + num(width), top: num(y) + num(height) };
  run.path.rects.push(moved(rect, run.state.matrix));
};
/** A shading fills whatever it is clipped to, at most everything. */
const shade: Act = (run) => {
  lay(run, [everywhere], run.state.isThin);
};
const placeText: Act = (run, operands) => {
  run.line = matrixFrom(operands);
  run.text = run.line;
};
const down: Act = (run) => nextLine(run, 0, -run.state.leading);

const acts: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['q', save],
  ['Q', restore],
  ['cm', transform],
  ['gs', (run, [name]) => setGraphics(run, name)],
  ['Do', (run, [name]) => paintObject(run, name)],
  ['ID', (run) => paintImage(run, null)],
  ['re', rectangle],
  ['m', begin],
  ...['l', 'c', 'v', 'y'].map((word): [string, Act] => [word, extend]),
  ...['f', 'F', 'f*'].map((word): [string, Act] => [word, paintPath(fill)]),
  ...['B', 'B*', 'b', 'b*'].map((word): [string, Act] => [word, paintPath(fill, stroke)]),
  ...['S', 's'].map((word): [string, Act] => [word, paintPath(stroke)]),
  ['n', paintPath()],
  ['w', set('lineWidth')],
  ['Tr', set('mode')],
  ...colourActs,
  ['sh', shade],
  ['BT', (run) => placeText(run, [])],
  ['Tf', (run, [name, size]) => setFont(run, name, num(size))],
  ['TL', set('leading')],
  ['Tc', set('spacing')],
  ['Tw', set('words')],
  ['Ts', set('rise')],
  [
    'Tz',
    (run, [value]) => {
      run.state = { ...run.state, stretch: num(value) / 100 };
    },
  ],
  ['Td', (run, [x, y]) => nextLine(run, num(x), num(y))],
  [
    'TD',
    (run, [x, y]) => {
      run.state = { ...run.state, leading: -num(y) };
      nextLine(run, num(x), num(y));
    },
  ],
  ['Tm', placeText],
  ['T*', down],
  ['Tj', show],
  ['TJ', (run, [list]) => showList(run, list)],
  [
    "'",
    (run, operands) => {
      down(run, operands);
      show(run, operands);
    },
  ],
  [
    '"',
    (run, [, , text]) => {
      down(run, []);
      show(run, [text ?? null]);
    },
  ],
]);

/** Streams of a page count as one (7.8.2). */
const readStreams = (run: Run, streams: readonly PdfStream[], state: State): void => {
  const pieces = streams.map((stream) => (stream.source.length === 0 ? new Uint8Array(0) : run.view.decode(stream)));
  const bytes = Buffer.concat(pieces.flatMap((piece) => (piece === null ? [] : [piece, Buffer.from('\n')])));
  if (pieces.includes(null)) run.marks.isWhole = false;
  const [stack, path] = [run.stack.length, run.path];
  const own: Run = { ...run, state, path: noPath(), text: identity, line: identity, stack: [] };
  const isRead = eachOperator(run.view, bytes, (operator, operands) => acts.get(operator)?.(own, operands));
  if (!isRead) run.marks.isWhole = false;
  run.stack.length = stack;
  run.path = path;
};

/** Of the content of a page, or of an appearance with the matrix that brings it onto the page. */
export const marksOf = (view: View, streams: readonly PdfStream[], resources: PdfDict, matrix: Matrix = identity): Marks => {
  const marks: Marks = { signs: [], opaque: [], images: [], veils: [], isWhole: true };
  const paint = { isThin: false, isMixed: false, isLineThin: false, lineWidth: 1, fill: black, line: black };
  const state: State = { matrix, ...paint, mode: 0, font: null, leading: 0, spacing: 0, words: 0, rise: 0, stretch: 1 };
  const path = noPath();
  const run: Run = { view, marks, fonts: new Map(), state, stack: [], path, text: identity, line: identity, resources, depth: 0 };
  readStreams(run, streams, state);
  return marks;
};
