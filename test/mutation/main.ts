/**
 * `npm run mutation [-- PATHS…] [--sample N] [--changed] [--save [--again]] [--survivors] [--workers N]`: Stryker
 * changes `src/signature/` a piece at a time and runs its tests; a change that no test notices has survived.
 * Without PATHS (files or folders), all of the folder; `--changed` = files that are not as they were judged;
 * `--sample N` = about N mutants in places drawn by a fixed seed. `--save` keeps the result of each file
 * in result.json and goes on where an earlier run stopped: files that are as they were judged keep their result,
 * unless `--again`. Ends 1 below the aim.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { pickerFor } from '../../src/demo/plan/chance.ts';
import { blobsOf, filesIn, root } from './files.ts';
import { judgedBefore, percentOf, shareOf, sumOf, type Tally } from './result.ts';
import { runStryker } from './stryker.ts';

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
const linesOf = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length;

const paths = positionals.map((path) => relative(root, join(process.cwd(), path)));
const everything = filesIn(...(paths.length > 0 ? paths : ['src/signature']));

const filesAsked = (): readonly string[] => {
  const files = everything;
  if (!values.changed && (!values.save || values.again)) return files;
  const judged = judgedBefore();
  const blobs = blobsOf(files);
  const open = files.filter((file) => judged[file]?.blob !== blobs.get(file));
  return open.length === 0 && values.sample !== undefined ? files : open;
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

/** To run all tests once takes as long as some hundred mutants; tests that are written meanwhile are seen by the next start. */
const linesAtOnce = 1200;

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

/** Where each file is as it was judged, some places of all of them are looked at again: the result must hold on this machine. */
const sampleOf = (files: readonly string[]): number => Number(values.sample) / (values.changed && files === everything ? 3 : 1);

const judge = (files: readonly string[]): Tally => {
  const { survivors } = values;
  if (values.sample !== undefined) return runStryker(drawn(files, sampleOf(files)), workers, { survivors, blobs: null });
  if (!values.save) return runStryker(files, workers, { survivors, blobs: null });
  return sumOf(batchesOf(files).map((batch) => runStryker(batch, workers, { survivors, blobs: Object.fromEntries(blobsOf(batch)) })));
};

const files = filesAsked();
if (values.save && values.sample !== undefined) throw new Error('a sample is no judgement of a file: it is not saved');
if (files.length === 0) say('Each file of src/signature that was asked for is as it was judged.');
else {
  const total = judge(files);
  say(`${total.killed} of ${total.killed + total.survived} mutants noticed: ${percentOf(total)} % (at least ${aim * 100} %)`);
  process.exitCode = shareOf(total) < aim ? 1 : 0;
}
