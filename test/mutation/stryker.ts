/** One start of Stryker with the runner and the reporter beside this, in a copy of the tree. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files.ts';
import { tallyOf, type Wishes, wishesIn } from './reporter.ts';
import type { Tally } from './result.ts';

const configFor = (mutate: readonly string[], folder: string, workers: number): object => ({
  testRunner: 'loaded',
  plugins: ['runner.ts', 'reporter.ts'].map((name) => join(root, 'test/mutation', name)),
  mutate,
  concurrency: workers,
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  // The compiler here has no JavaScript interface, and the tests read TypeScript as it is.
  tsconfigFile: 'none.json',
  reporters: ['json', 'by-file'],
  jsonReporter: { fileName: join(folder, 'report.json') },
  tempDirName: join(folder, 'sandbox'),
  logLevel: 'warn',
  // Of the clock, for what neither turns in circles nor ends: on a busy machine the seconds of a mutant's budget take minutes.
  timeoutMS: 120_000,
});

type Report = { readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>> };

/** `mutate`: files, or `file:from-to` for lines of one. Answers how many were noticed; throws when Stryker gives no report. */
export const runStryker = (mutate: readonly string[], workers: number, wishes: Wishes): Tally => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-mutation-'));
  try {
    // Where the tests in the sandbox look for the public test files.
    mkdirSync(join(folder, 'sandbox'));
    symlinkSync(join(root, '../shared'), join(folder, 'sandbox/shared'));
    const config = join(folder, 'stryker.json');
    writeFileSync(config, JSON.stringify(configFor(mutate, folder, workers)));
    const program = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const told = join(folder, 'told.txt');
    const env = { ...process.env, [wishesIn]: JSON.stringify(wishes), LIENTHONG_MUTATION_TOLD: told };
    const { status } = spawnSync(process.execPath, [program, 'run', config], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (existsSync(told)) process.stdout.write(readFileSync(told, 'utf8'));
    if (!existsSync(join(folder, 'report.json'))) throw new Error(`Stryker ended with ${status} and no report`);
    const report: Report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    return tallyOf(Object.values(report.files).flatMap(({ mutants }) => mutants));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
