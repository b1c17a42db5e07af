/**
 * What a content stream leaves on the page, as far as hiding and being hidden goes: signs of text by their
 * middle, and paint that nothing shines through (filled rectangles and large filled shapes, images without a
 * mask). Clipping is not followed, so that an area can only come out larger than it is.
 */
import type { View } from '../read/document.ts';
import { isDict, isStream, isString, nameIs, type PdfDict, type PdfStream, type PdfValue } from '../read/object.ts';
import { eachOperator } from './operators.ts';
import { areaOf, around, identity, type Matrix, matrixOf, moved, pointIn, type Rect, times } from './rect.ts';
import { type Act, type Marks, num, type Run, resource, type State } from './run.ts';
import { nextLine, setFont, showList, showString } from './text.ts';

const MAX_DEPTH = 10;
/** Points squared: smaller shapes are strokes of letters and stars, which hide nothing between them. */
const LARGE_SHAPE = 900;

const unit: Rect = { left: 0, bottom: 0, right: 1, top: 1 };

/** Of a soft mask of plain samples: whether most of it lets the image through unthinned. */
const isMostlySolid = (view: View, mask: PdfStream): boolean => {
  const samples = view.decode(mask);
  if (samples === null || samples.length === 0 || view.resolve(mask.dict.entries.get('BitsPerComponent')) !== 8) return false;
  let solid = 0;
  for (const sample of samples) if (sample > 128) solid += 1;
  return solid > samples.length * 0.8;
};

const paintImage = (run: Run, image: PdfStream | null): void => {
  const rect = moved(unit, run.state.matrix);
  run.marks.images.push(rect);
  const entries = image?.dict.entries;
  if (run.state.isClear || run.view.resolve(entries?.get('ImageMask')) === true || entries?.has('Mask') === true) return;
  const soft = run.view.resolve(entries?.get('SMask'));
  if (!isStream(soft) || isMostlySolid(run.view, soft)) run.marks.opaque.push(rect);
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

/** Transparency of fills, and ways of mixing that let what lies below show (11.3.5). */
const setGraphics = (run: Run, name: PdfValue | undefined): void => {
  const graphics = resource(run, 'ExtGState', name);
  if (!isDict(graphics)) return;
  const [alpha, blend] = [run.view.resolve(graphics.entries.get('ca')), run.view.resolve(graphics.entries.get('BM'))];
  const mixes = blend !== null && !nameIs(blend, 'Normal') && !nameIs(blend, 'Compatible');
  const isKept = alpha === null && blend === null;
  if (!isKept) run.state = { ...run.state, isClear: (typeof alpha === 'number' && alpha < 0.5) || mixes };
};

const fillPath = (run: Run): void => {
  if (!run.state.isClear) {
    for (const rect of run.path.rects) run.marks.opaque.push(rect);
    const box = around(run.path.points);
    const isStraight = run.path.points.length <= 5 && run.path.points.length >= 3;
    if (run.path.points.length > 0 && (isStraight || areaOf(box) >= LARGE_SHAPE)) run.marks.opaque.push(box);
  }
  run.path = { rects: [], points: [] };
};

const extend = (run: Run, operands: readonly PdfValue[]): void => {
  for (let i = 0; i + 1 < operands.length; i += 2) run.path.points.push(pointIn(run.state.matrix, num(operands[i]), num(operands[i + 1])));
};

const drop: Act = (run) => {
  run.path = { rects: [], points: [] };
};
const show: Act = (run, [text]) => {
  if (isString(text)) showString(run, text.bytes);
};
const set =
  (key: 'leading' | 'spacing' | 'words' | 'rise'): Act =>
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
  if (!run.state.isClear) run.marks.opaque.push({ left: -1e6, bottom: -1e6, right: 1e6, top: 1e6 });
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
  ...['m', 'l', 'c', 'v', 'y'].map((word): [string, Act] => [word, extend]),
  ...['f', 'F', 'f*', 'B', 'B*', 'b', 'b*'].map((word): [string, Act] => [word, fillPath]),
  ...['n', 'S', 's'].map((word): [string, Act] => [word, drop]),
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
  const own: Run = { ...run, state, path: { rects: [], points: [] }, text: identity, line: identity, stack: [] };
  const isRead = eachOperator(run.view, bytes, (operator, operands) => acts.get(operator)?.(own, operands));
  if (!isRead) run.marks.isWhole = false;
  run.stack.length = stack;
  run.path = path;
};

/** Of the content of a page, or of an appearance with the matrix that brings it onto the page. */
export const marksOf = (view: View, streams: readonly PdfStream[], resources: PdfDict, matrix: Matrix = identity): Marks => {
  const marks: Marks = { signs: [], opaque: [], images: [], isWhole: true };
  const state: State = { matrix, isClear: false, font: null, leading: 0, spacing: 0, words: 0, rise: 0, stretch: 1 };
  const path = { rects: [], points: [] };
  const run: Run = { view, marks, fonts: new Map(), state, stack: [], path, text: identity, line: identity, resources, depth: 0 };
  readStreams(run, streams, state);
  return marks;
};
