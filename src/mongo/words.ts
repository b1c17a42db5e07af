/** Words as they are searched (contract §5, `q`): what stands in a record, and what people type. */
import { foldText } from '../envelope/text.ts';

const wordsIn = (text: string): readonly string[] => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Each word once, with a blank before and after it, in the order of the text: a phrase is found as a piece of it. */
const lineOf = (texts: readonly (string | null)[]): string => {
  const words = texts.flatMap((text) => (text === null ? [] : wordsIn(text)));
  return words.length === 0 ? '' : ` ${words.join(' ')} `;
};

/** `own`: of the message and its sender; `others`: names of recipients, by which another recipient must not find it. */
export type Searchable = { readonly own: string; readonly others: string; readonly words: readonly string[] };

export const searchableFor = (own: readonly (string | null)[], others: readonly string[], before?: Searchable): Searchable => {
  const lines = { own: before?.own ?? lineOf(own), others: `${before?.others ?? ''}${lineOf(others)}` };
  return { ...lines, words: [...new Set(`${lines.own}${lines.others}`.split(' '))].filter((word) => word !== '') };
};

/**
 * Every word must occur, each as the beginning of a word; what is written together with strokes or dots
 * (`105/SNV-CCHC`) must stand together. Empty when nothing but signs was typed: then nothing is found.
 */
export const phrasesIn = (q: string): readonly (readonly string[])[] =>
  foldText(q)
    .split(' ')
    .map(wordsIn)
    .filter((words) => words.length > 0);

/** Where a phrase stands in a line: each word whole but the last. */
export const patternFor = (phrase: readonly string[]): RegExp => new RegExp(` ${phrase.join(' ')}`);
