/**
 * Bytes of an update that its cross-reference does not account for: objects, trailers and starts that only
 * a reader finds which repairs files by searching them. Whatever they define there wins for such a reader.
 */
import type { PdfDocument } from '../read/document.ts';
import type { Section } from '../read/xref.ts';
import { type Effect, type Pair, visible } from './effect.ts';

const STEP = 256 * 1024;
const BEFORE = 32;
const MAX_TOLD = 20;

type Mark = { readonly word: string; readonly at: number; readonly num: number | null };

/** `N G obj`, `trailer` and `startxref` wherever they stand in the bytes, also in streams and strings. */
const marksIn = (document: PdfDocument, from: number, to: number): readonly Mark[] => {
  const marks = new Map<number, Mark>();
  const start = Math.max(0, from - BEFORE);
  document.source.walk({ offset: start, length: to - start, piece: STEP, overlap: BEFORE * 2 }, (bytes, offset) => {
    const add = (word: string, at: number, num: number | null) => {
      if (offset + at >= from && offset + at < to) marks.set(offset + at, { word, at: offset + at, num });
    };
    for (const word of ['trailer', 'startxref']) {
      for (let at = bytes.indexOf(word); at !== -1; at = bytes.indexOf(word, at + 1)) add(word, at, null);
    }
    for (let at = bytes.indexOf('obj'); at !== -1; at = bytes.indexOf('obj', at + 1)) {
      const head = /(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+$/.exec(bytes.toString('latin1', Math.max(0, at - BEFORE), at));
      if (head !== null) add('obj', at - head[0].length, Number(head[1]));
    }
  });
  return [...marks.values()];
};

/** What one update brought that no section of it names. */
export const looseIn = (document: PdfDocument, { before, after }: Pair): readonly Effect[] => {
  const sections: readonly Section[] = document.updates[after.revision - 1] ?? [];
  const isListed = (mark: Mark): boolean =>
    sections.some((section) => {
      if (section.offset === mark.at || section.hidden === mark.at) return true;
      const entry = mark.num === null ? undefined : section.entries.get(mark.num);
      // Some writers name the line end before the object.
      if (entry?.kind === 'at') return entry.offset <= mark.at && mark.at - entry.offset <= 4;
      return mark.word !== 'obj' && mark.at > section.offset && mark.at < (section.closing?.eof ?? 0);
    });
  const loose = marksIn(document, before.end, after.end).filter((mark) => !isListed(mark));
  return loose
    .slice(0, MAX_TOLD)
    .map((mark) =>
      visible(mark.num === null ? 'phần cập nhật có bảng tham chiếu thừa' : `phần cập nhật có đối tượng ${mark.num} ngoài bảng tham chiếu`),
    );
};
