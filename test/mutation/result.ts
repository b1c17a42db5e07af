/** What the tests noticed of the mutants of each file, kept in result.json beside this and added to batch by batch. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

export type Tally = { readonly killed: number; readonly survived: number };
/** `blob`: the id that git gives the file as it was judged; `at`: the day, UTC. */
export type Judged = Tally & { readonly blob: string; readonly at: string };
type Tallies = Readonly<Record<string, Tally>>;
type Result = {
  /** Over the files that stand as they were judged. */
  readonly total: Tally & { readonly percent: number };
  /** How many files stand as they were judged, of how many; `oldest`: the day of the oldest judgement. */
  readonly files: { readonly judged: number; readonly of: number; readonly oldest: string | null };
  readonly folders: Tallies;
  readonly byFile: Readonly<Record<string, Judged>>;
};

const path = new URL('./result.json', import.meta.url);

export const sumOf = (tallies: readonly Tally[]): Tally => ({
  killed: tallies.reduce((sum, { killed }) => sum + killed, 0),
  survived: tallies.reduce((sum, { survived }) => sum + survived, 0),
});
export const shareOf = ({ killed, survived }: Tally): number => (killed + survived === 0 ? 1 : killed / (killed + survived));
/** One decimal, rounded down: 84.99 is not 85. */
export const percentOf = (tally: Tally): number => Math.floor(shareOf(tally) * 1000) / 10;

/** By folders of `signature/`, and by those of `pdf/`; its own files stand under `.`. */
const folderOf = (file: string): string => {
  const [first, ...rest] = file.replace('src/signature/', '').split('/');
  if (first === undefined || rest.length === 0) return '.';
  return first === 'pdf' && rest.length > 1 ? `pdf/${rest[0]}` : first;
};

const byFolder = (files: readonly (readonly [string, Tally])[]): Tallies => {
  const folders = new Map<string, Tally>();
  for (const [file, tally] of files) {
    const name = folderOf(file);
    folders.set(name, sumOf([folders.get(name) ?? { killed: 0, survived: 0 }, tally]));
  }
  return Object.fromEntries([...folders].sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** What was saved of each file. */
export const judgedBefore = (): Readonly<Record<string, Judged>> =>
  existsSync(path) ? ((JSON.parse(readFileSync(path, 'utf8')) as Partial<Result>).byFile ?? {}) : {};

/** Adds to what is saved. `blobs`: all files of the folder as they stand; others are forgotten. */
export const save = (fresh: Readonly<Record<string, Judged>>, blobs: ReadonlyMap<string, string>): Result => {
  const known = Object.entries({ ...judgedBefore(), ...fresh }).filter(([file]) => blobs.has(file));
  const kept = known.sort(([one], [other]) => (one < other ? -1 : 1));
  const standing = kept.filter(([file, { blob }]) => blobs.get(file) === blob);
  const total = sumOf(standing.map(([, judged]) => judged));
  const days = standing.map(([, { at }]) => at).sort();
  const result = {
    total: { ...total, percent: percentOf(total) },
    files: { judged: standing.length, of: blobs.size, oldest: days[0] ?? null },
    folders: byFolder(standing),
    byFile: Object.fromEntries(kept),
  };
  // Whole or not at all: another run may be reading.
  const whole = new URL(`./result.${process.pid}.json`, path);
  writeFileSync(whole, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(whole, path);
  return result;
};
