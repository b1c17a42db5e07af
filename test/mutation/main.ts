/**
 * `npm run mutation [-- PATHS…] [--sample N] [--changed] [--save [--again]] [--survivors] [--workers N]`: Stryker
 * changes `src/signature/` a piece at a time and runs its tests; a change that no test notices has survived.
 * Without PATHS (files or folders), all of the folder; `--changed` = files that are not as they were judged;
 * `--sample N` = about N mutants in places drawn by a fixed seed. `--save` keeps the result of each batch of files
 * in result.json and goes on where an earlier run stopped: files that are as they were judged keep their result,
 * unless `--again`. Ends 1 below the aim.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { pickerFor } from '../../src/demo/plan/chance.ts';
import { type Judged, judgedBefore, percentOf, save, shareOf, sumOf, type Tally } from './result.ts';
import { type Report, root, runStryker, survivorsOf, tallyOf } from './stryker.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    least: { type: 'string' },
    workers: { type: 'string' },
    changed: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    survivors: { type: 'boolean', default: false },
  },
});
/** Share noticed below which this ends 1. */
const aim = Number(values.least ?? 85) / 100;
const workers = Number(values.workers ?? availableParallelism());
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const git = (...words: readonly string[]): string => execFileSync('git', [...words], { cwd: root, encoding: 'utf8' }).trim();

const filesIn = (...paths: readonly string[]): readonly string[] =>
  git('ls-files', ...paths)
    .split('\n')
    .filter(Boolean);
/** File to git's id of what it holds now. */
const blobsOf = (files: readonly string[]): ReadonlyMap<string, string> => {
  const ids = git('hash-object', '--', ...files).split('\n');
  return new Map(files.map((file, index) => [file, ids[index] ?? '']));
};

const linesOf = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length;

const filesAsked = (): readonly string[] => {
  const paths = positionals.map((path) => relative(root, join(process.cwd(), path)));
  const files = filesIn(...(paths.length > 0 ? paths : ['src/signature']));
  if (!values.changed && (!values.save || values.again)) return files;
  const judged = judgedBefore();
  const blobs = blobsOf(files);
  return files.filter((file) => judged[file]?.blob !== blobs.get(file));
};

/** Stretches of this many lines are drawn whole, as mutants come in clusters. */
const stretch = 8;
/** Mutants a line of this code has, about. */
const density = 1.24;
const seed = 20_261_123;

/** `file:from-to` patterns that hold about `count` mutants, drawn over all lines of the files alike. */
const drawn = (files: readonly string[], count: number): readonly string[] => {
  const places = files.flatMap((file) =>
    Array.from({ length: Math.ceil(linesOf(file) / stretch) }, (_, index) => `${file}:${index * stretch + 1}-${(index + 1) * stretch}`),
  );
  return pickerFor(seed).some(places, Math.ceil(count / (stretch * density)));
};

/** To load the tests takes as long as some fifty mutants: so many lines are judged at a start, and lost if it is interrupted. */
const linesAtOnce = 320;

const batchesOf = (files: readonly string[]): readonly (readonly string[])[] => {
  const batches: string[][] = [];
  let room = 0;
  for (const file of files) {
    const lines = linesOf(file);
    if (lines > room) {
      batches.push([]);
      room = linesAtOnce;
    }
    batches.at(-1)?.push(file);
    room -= lines;
  }
  return batches;
};

const tell = (report: Report): Tally => {
  for (const [file, { mutants }] of Object.entries(report.files)) {
    const tally = tallyOf(mutants);
    if (tally.killed + tally.survived === 0) continue;
    say(`${file}: ${tally.killed}/${tally.killed + tally.survived} (${percentOf(tally)} %)`);
    if (values.survivors) for (const line of survivorsOf(file, mutants)) say(line);
  }
  return tallyOf(Object.values(report.files).flatMap(({ mutants }) => mutants));
};

/** A file that was written to meanwhile has not been judged. */
const keep = (report: Report, batch: readonly string[], before: ReadonlyMap<string, string>): void => {
  const after = blobsOf(batch);
  const at = new Date().toISOString().slice(0, 10);
  const fresh: Record<string, Judged> = {};
  for (const [file, blob] of before)
    if (after.get(file) === blob) fresh[file] = { ...tallyOf(report.files[file]?.mutants ?? []), blob, at };
  const { total, files } = save(fresh, blobsOf(filesIn('src/signature')));
  say(
    `saved: ${files.judged} of ${files.of} files, ${total.killed} of ${total.killed + total.survived} mutants noticed (${total.percent} %)`,
  );
};

const judge = (files: readonly string[]): Tally => {
  if (values.sample !== undefined) return tell(runStryker(drawn(files, Number(values.sample)), workers));
  if (!values.save) return tell(runStryker(files, workers));
  return sumOf(
    batchesOf(files).map((batch) => {
      const before = blobsOf(batch);
      const report = runStryker(batch, workers);
      keep(report, batch, before);
      return tell(report);
    }),
  );
};

const files = filesAsked();
if (values.save && values.sample !== undefined) throw new Error('a sample is no judgement of a file: it is not saved');
if (files.length === 0) say('Each file of src/signature that was asked for is as it was judged.');
else {
  const total = judge(files);
  say(`${total.killed} of ${total.killed + total.survived} mutants noticed: ${percentOf(total)} % (at least ${aim * 100} %)`);
  process.exitCode = shareOf(total) < aim ? 1 : 0;
}
