/** What the clients saw, in files of their own: the hub's word counts for nothing here. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Fault = 'unsigned' | 'altered' | null;
export type Line =
  | { readonly act: 'made'; readonly documentId: string; readonly sha256: string; readonly to: readonly string[]; readonly fault: Fault }
  /** A 202, with the record it named. */
  | { readonly act: 'accepted'; readonly documentId: string; readonly recordId: string; readonly replayed: boolean }
  /** An answer that is neither a 202 nor "later". */
  | { readonly act: 'refused'; readonly documentId: string; readonly status: number; readonly body: string }
  /** What a listing offered; `askedAt` is when it was asked for. */
  | { readonly act: 'offered'; readonly deliveryId: string; readonly recordId: string; readonly organ: string; readonly askedAt: number }
  /** A message of an inbox queue; `givenAt` is when the hub says that it gave it, epoch ms. The same id may come again: the agency knows it by that. */
  | {
      readonly act: 'handed';
      readonly deliveryId: string;
      readonly recordId: string;
      readonly organ: string;
      readonly again: boolean;
      readonly givenAt: number;
    }
  | { readonly act: 'fetched'; readonly deliveryId: string; readonly recordId: string; readonly organ: string; readonly sha256: string }
  /** The hub answered 200 to `done`; `at` as `askedAt`. */
  | { readonly act: 'done'; readonly deliveryId: string; readonly at: number };

export type Account = { readonly write: (line: Line) => void; readonly lines: () => readonly Line[] };

export const openAccount = (folder: string, name: string): Account => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  appendFileSync(path, '');
  return {
    write: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`),
    lines: () =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line),
  };
};
