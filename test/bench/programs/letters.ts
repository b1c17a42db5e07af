/** The letter of a file again and again: under a new id each time, and from one sender after the other. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Where a file says this, each letter says something of the same length instead. */
export const mark = 'DOCUMENT-ID-DOCUMENT-ID-DOCUMENT-ID-';

type Gap = { readonly at: number; readonly word: string };

const gapsFor = (bytes: Buffer, word: string): readonly Gap[] => {
  const found: Gap[] = [];
  for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + word.length)) found.push({ at, word });
  return found;
};

/** `senders`: codes of one length, the file's own first; without them all letters come from that one. */
export const lettersFrom = (path: string, senders: readonly string[] = []): (() => readonly Buffer[]) => {
  const bytes = readFileSync(path);
  const own = senders.slice(0, 1);
  const gaps = [mark, ...own].flatMap((word) => gapsFor(bytes, word)).sort((one, other) => one.at - other.at);
  let count = 0;
  return () => {
    const words = new Map([[mark, randomUUID() as string], ...own.map((code) => [code, senders[count % senders.length] ?? code] as const)]);
    count += 1;
    const parts: Buffer[] = [];
    let from = 0;
    for (const { at, word } of gaps) {
      parts.push(bytes.subarray(from, at), Buffer.from(words.get(word) ?? word));
      from = at + word.length;
    }
    return [...parts, bytes.subarray(from)];
  };
};
