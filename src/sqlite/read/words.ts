/** What people type into `q`, as an expression of the word index. */
import { foldText } from '../../envelope/text.ts';

/**
 * Every word must occur, each as the beginning of a word; what is written together with strokes or
 * dots (`105/SNV-CCHC`) must stand together. Null when nothing but signs was typed: then nothing is found.
 */
export const matchFor = (q: string): string | null => {
  const words = foldText(q)
    .split(' ')
    .map((word) => word.match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((parts) => parts.length > 0)
    .map((parts) => `"${parts.join(' ')}" *`);
  return words.length === 0 ? null : words.join(' AND ');
};
