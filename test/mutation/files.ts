/** The files of `src/signature/` as git knows them. */
import { execFileSync } from 'node:child_process';

export const root = new URL('../..', import.meta.url).pathname;

const git = (...words: readonly string[]): string => execFileSync('git', [...words], { cwd: root, encoding: 'utf8' }).trim();

export const filesIn = (...paths: readonly string[]): readonly string[] =>
  git('ls-files', ...paths)
    .split('\n')
    .filter(Boolean);

/** File to git's id of what it holds now. */
export const blobsOf = (files: readonly string[]): ReadonlyMap<string, string> => {
  if (files.length === 0) return new Map();
  const ids = git('hash-object', '--', ...files).split('\n');
  return new Map(files.map((file, index) => [file, ids[index] ?? '']));
};
