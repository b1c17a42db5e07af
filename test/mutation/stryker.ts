/** One start of Stryker with the runner beside this, in a copy of the tree. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tally } from './result.ts';

export const root = new URL('../..', import.meta.url).pathname;

type Mutant = {
  readonly status: string;
  readonly location: { readonly start: { readonly line: number } };
  readonly mutatorName: string;
  readonly replacement?: string;
};
export type Report = { readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>> };

const noticed = new Set(['Killed', 'Timeout']);
const missed = new Set(['Survived', 'NoCoverage', 'RuntimeError']);
export const tallyOf = (mutants: readonly Mutant[]): Tally => ({
  killed: mutants.filter(({ status }) => noticed.has(status)).length,
  survived: mutants.filter(({ status }) => missed.has(status)).length,
});

/** A line for each mutant of the file that lived. */
export const survivorsOf = (file: string, mutants: readonly Mutant[]): readonly string[] =>
  mutants
    .filter(({ status }) => missed.has(status))
    .map(({ location, status, mutatorName, replacement }) => {
      const change = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 100);
      return `${file}:${location.start.line} ${status} ${mutatorName} -> ${change}`;
    });

const configFor = (mutate: readonly string[], folder: string, workers: number): object => ({
  testRunner: 'loaded',
  plugins: [join(root, 'test/mutation/runner.ts')],
  mutate,
  concurrency: workers,
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  // The compiler here has no JavaScript interface, and the tests read TypeScript as it is.
  tsconfigFile: 'none.json',
  reporters: ['json'],
  jsonReporter: { fileName: join(folder, 'report.json') },
  tempDirName: join(folder, 'sandbox'),
  // Of the clock, for what neither turns in circles nor ends: on a busy machine the seconds of a mutant's budget take minutes.
  timeoutMS: 120_000,
});

/** `mutate`: files, or `file:from-to` for lines of one. Throws when Stryker gives no report. */
export const runStryker = (mutate: readonly string[], workers: number): Report => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-mutation-'));
  try {
    // Where the tests in the sandbox look for the public test files.
    mkdirSync(join(folder, 'sandbox'));
    symlinkSync(join(root, '../shared'), join(folder, 'sandbox/shared'));
    const config = join(folder, 'stryker.json');
    writeFileSync(config, JSON.stringify(configFor(mutate, folder, workers)));
    const program = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const { status } = spawnSync(process.execPath, [program, 'run', config], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (!existsSync(join(folder, 'report.json'))) throw new Error(`Stryker ended with ${status} and no report`);
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
