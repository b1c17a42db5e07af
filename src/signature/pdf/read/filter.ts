/** Decoding of the streams that structure is kept in: Flate with PNG predictors (ISO 32000-2 7.4.4), or plain. */
import { isArray, isDict, isName, type PdfDict, PdfError, type PdfValue } from './object.ts';
import type { Source } from './source.ts';

const MAX_COLUMNS = 4096;

const number = (dict: PdfDict | null, key: string, otherwise: number): number => {
  const value = dict?.entries.get(key);
  return typeof value === 'number' ? value : otherwise;
};

const paeth = (left: number, up: number, corner: number): number => {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
};

const guessFor = (type: number, left: number, up: number, corner: number): number => {
  if (type === 1) return left;
  if (type === 2) return up;
  if (type === 3) return (left + up) >> 1;
  return type === 4 ? paeth(left, up, corner) : 0;
};

const undoPng = (bytes: Uint8Array, columns: number, step: number): Uint8Array => {
  const rows = Math.floor(bytes.length / (columns + 1));
  const out = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const type = bytes[row * (columns + 1)] ?? 0;
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      // Above the first row, as left of the first column, stand zeros.
      const up = out[at - columns] ?? 0;
      const left = column >= step ? (out[at - step] ?? 0) : 0;
      const corner = column >= step ? (out[at - columns - step] ?? 0) : 0;
      out[at] = (bytes[row * (columns + 1) + 1 + column] ?? 0) + guessFor(type, left, up, corner);
    }
  }
  return out;
};

const undoPredictor = (bytes: Uint8Array, parameters: PdfDict | null): Uint8Array => {
  const predictor = number(parameters, 'Predictor', 1);
  if (predictor === 1) return bytes;
  const bits = number(parameters, 'BitsPerComponent', 8) * number(parameters, 'Colors', 1);
  const columns = Math.ceil((number(parameters, 'Columns', 1) * bits) / 8);
  if (predictor < 10 || !(columns >= 1 && columns <= MAX_COLUMNS)) throw new PdfError('damaged', 'unknown predictor');
  return undoPng(bytes, columns, Math.max(1, Math.ceil(bits / 8)));
};

const listOf = (value: PdfValue | undefined): readonly PdfValue[] => {
  if (value === undefined || value === null) return [];
  return isArray(value) ? value.items : [value];
};

/** The decoded bytes of a cross-reference or object stream; other filters than Flate do not occur there. */
export const decodeStream = (source: Source, dict: PdfDict, raw: Uint8Array): Uint8Array => {
  const parameters = listOf(dict.entries.get('DecodeParms'));
  return listOf(dict.entries.get('Filter')).reduce<Uint8Array>((bytes, filter, i) => {
    if (!isName(filter) || (filter.name !== 'FlateDecode' && filter.name !== 'Fl')) throw new PdfError('damaged', 'unknown filter');
    const own = parameters[i];
    return undoPredictor(source.inflate(bytes), isDict(own) ? own : null);
  }, raw);
};
