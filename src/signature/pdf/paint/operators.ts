/** The operators of a content stream with their operands (ISO 32000-2 7.8.2). */
import type { Cursor } from '../read/cursor.ts';
import { isWhite, skipWhite, viewOf } from '../read/cursor.ts';
import type { View } from '../read/document.ts';
import { readValue } from '../read/lexer.ts';
import { isOdd, PdfError, type PdfValue } from '../read/object.ts';

const MAX_OPERANDS = 64;
const EVERY = 4096;

/** Behind the data of an inline image: `EI` between white space. */
const skipInlineImage = (cursor: Cursor): void => {
  const bytes = viewOf(cursor.bytes);
  for (let at = bytes.indexOf('EI', cursor.at); at !== -1; at = bytes.indexOf('EI', at + 2)) {
    if (isWhite(bytes[at - 1] ?? 0) && isWhite(bytes[at + 2] ?? 32)) {
      cursor.at = at + 2;
      return;
    }
  }
  cursor.at = bytes.length;
};

/** Calls `take` for each; false when the stream cannot be read to its end. */
export const eachOperator = (view: View, bytes: Uint8Array, take: (operator: string, operands: readonly PdfValue[]) => void): boolean => {
  let count = 0;
  const tick = () => {
    count += 1;
    if (count % EVERY === 0) view.tick();
  };
  const cursor: Cursor = { bytes, at: 0, base: Number.NaN, last: true, count: tick };
  let operands: PdfValue[] = [];
  try {
    for (skipWhite(cursor); cursor.at < bytes.length; skipWhite(cursor)) {
      const value = readValue(cursor);
      if (!isOdd(value)) {
        if (operands.length < MAX_OPERANDS) operands.push(value);
        continue;
      }
      if (value.word === 'ID') skipInlineImage(cursor);
      take(value.word, operands);
      operands = [];
    }
    return true;
  } catch (error) {
    if (error instanceof PdfError && error.reason === 'damaged') return false;
    throw error;
  }
};
