/**
 * `npm run mutation [-- FILES…] [--sample N] [--changed] [--save]`: Stryker changes `src/signature/` a
 * piece at a time and runs its tests; a change that no test notices has survived. Without FILES, all of
 * the folder; `--changed` = what differs from the commit of the saved result; `--sample N` = about N
 * mutants in places drawn by a fixed seed. Ends 1 below the aim. `--save` writes result.json beside this.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { pickerFor } from '../../src/demo/plan/chance.ts';

const root = new URL('../..', import.meta.url).pathname;
const resultPath = join(root, 'test/mutation/result.json');

type Tally = { readonly killed: number; readonly survived: number };
type Tallies = Readonly<Record<string, Tally>>;
type Result = {
  readonly commit: string;
  readonly at: string;
  /** Mutants asked for, and what drew their places; null = all of the files. */
  readonly sample: { readonly wanted: number; readonly seed: number } | null;
  readonly total: Tally;
  readonly folders: Tallies;
  readonly files: Tallies;
};
type Mutant = {
  readonly status: string;
  readonly location: { readonly start: { readonly line: number } };
  readonly mutatorName: string;
  readonly replacement?: string;
};
type Report = { readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>> };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    least: { type: 'string' },
    changed: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    survivors: { type: 'boolean', default: false },
  },
});
/** Share noticed below which this ends 1. */
const aim = Number(values.least ?? 85) / 100;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const git = (...words: readonly string[]): string => execFileSync('git', [...words], { cwd: root, encoding: 'utf8' }).trim();

const saved = (): Result | null => (existsSync(resultPath) ? JSON.parse(readFileSync(resultPath, 'utf8')) : null);

const filesAsked = (): readonly string[] => {
  if (positionals.length > 0) return positionals.map((path) => relative(root, join(process.cwd(), path)));
  const all = git('ls-files', 'src/signature').split('\n');
  if (!values.changed) return all;
  const since = saved()?.commit;
  // A shallow or foreign clone may not have that commit: then everything has changed.
  const known = since !== undefined && spawnSync('git', ['cat-file', '-e', `${since}^{commit}`], { cwd: root }).status === 0;
  return known ? git('diff', '--name-only', '--diff-filter=d', since, '--', 'src/signature').split('\n').filter(Boolean) : all;
};

/** Stretches of this many lines are drawn whole, as mutants come in clusters. */
const stretch = 8;
/** Mutants a line of this code has, about. */
const density = 1.24;

const seed = 20_261_123;

/** `file:from-to` patterns that hold about `count` mutants, drawn over all lines of the files alike. */
const drawn = (files: readonly string[], count: number): readonly string[] => {
  const places = files.flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
    return Array.from({ length: Math.ceil(lines / stretch) }, (_, index) => `${file}:${index * stretch + 1}-${(index + 1) * stretch}`);
  });
  return pickerFor(seed).some(places, Math.ceil(count / (stretch * density)));
};

const configFor = (mutate: readonly string[], folder: string): object => ({
  testRunner: 'loaded',
  plugins: [join(root, 'test/mutation/runner.ts')],
  mutate,
  concurrency: availableParallelism(),
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  // The compiler here has no JavaScript interface, and the tests read TypeScript as it is.
  tsconfigFile: 'none.json',
  reporters: ['json'],
  jsonReporter: { fileName: join(folder, 'report.json') },
  tempDirName: join(folder, 'sandbox'),
  timeoutMS: 10_000,
});

const noticed = new Set(['Killed', 'Timeout', 'RuntimeError']);
const missed = new Set(['Survived', 'NoCoverage']);
const tallyOf = (mutants: readonly Mutant[]): Tally => ({
  killed: mutants.filter(({ status }) => noticed.has(status)).length,
  survived: mutants.filter(({ status }) => missed.has(status)).length,
});
const shareOf = ({ killed, survived }: Tally): number => (killed + survived === 0 ? 1 : killed / (killed + survived));
const percent = (tally: Tally): string => `${(shareOf(tally) * 100).toFixed(1)} %`;

/** By folders of `signature/`; its own files stand under `.`. */
const byFolder = (tallies: readonly (readonly [string, Tally])[]): Tallies => {
  const folders: Record<string, Tally> = {};
  for (const [file, { killed, survived }] of tallies) {
    const [first, ...rest] = file.replace('src/signature/', '').split('/');
    const name = rest.length === 0 || first === undefined ? '.' : first;
    const sum = folders[name] ?? { killed: 0, survived: 0 };
    folders[name] = { killed: sum.killed + killed, survived: sum.survived + survived };
  }
  return folders;
};

const runStryker = (mutate: readonly string[]): Report => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-mutation-'));
  try {
    // Where the tests in the sandbox look for the public test files.
    mkdirSync(join(folder, 'sandbox'));
    symlinkSync(join(root, '../shared'), join(folder, 'sandbox/shared'));
    const config = join(folder, 'stryker.json');
    writeFileSync(config, JSON.stringify(configFor(mutate, folder)));
    const program = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const { status } = spawnSync(process.execPath, [program, 'run', config], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (!existsSync(join(folder, 'report.json'))) throw new Error(`Stryker ended with ${status} and no report`);
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const files = filesAsked();
if (files.length === 0) {
  say('Nothing in src/signature has changed since the saved result.');
  process.exit(0);
}
const report = runStryker(values.sample === undefined ? files : drawn(files, Number(values.sample)));
const tallies = Object.entries(report.files).map(([file, { mutants }]) => [file, tallyOf(mutants)] as const);
const total = tallyOf(Object.values(report.files).flatMap(({ mutants }) => mutants));
for (const [file, tally] of tallies)
  if (tally.killed + tally.survived > 0) say(`${file}: ${tally.killed}/${tally.killed + tally.survived} (${percent(tally)})`);
if (values.survivors) {
  for (const [file, { mutants }] of Object.entries(report.files)) {
    for (const one of mutants.filter(({ status }) => missed.has(status)))
      say(
        `${file}:${one.location.start.line} ${one.status} ${one.mutatorName} -> ${(one.replacement ?? '').replace(/\s+/g, ' ').slice(0, 100)}`,
      );
  }
}
say(`${total.killed} of ${total.killed + total.survived} mutants noticed: ${percent(total)} (at least ${aim * 100} %)`);
if (values.save) {
  const result: Result = {
    commit: git('rev-parse', 'HEAD'),
    at: new Date().toISOString().slice(0, 10),
    sample: values.sample === undefined ? null : { wanted: Number(values.sample), seed },
    total,
    folders: byFolder(tallies),
    files: Object.fromEntries(tallies),
  };
  writeFileSync(resultPath, `${JSON.stringify(result, null, 2)}\n`);
}
process.exitCode = shareOf(total) < aim ? 1 : 0;
