/** Runs the pieces of the bench as processes of their own, and reads what the kernel says of them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/hub.ts';

const execute = promisify(execFile);
export type Run = { readonly count: number; readonly seconds: number; readonly p99?: number };

/** A script of programs/ that answers one JSON value; `env` besides what this process has. */
export const runWith = async <Answer>(env: NodeJS.ProcessEnv, script: string, ...words: readonly string[]): Promise<Answer> => {
  const options = { env: { ...process.env, ...env } };
  const { stdout } = await execute(process.execPath, [join(root, 'test/bench/programs', script), ...words], options);
  return JSON.parse(stdout);
};

export const runProgram = <Answer>(script: string, ...words: readonly string[]): Promise<Answer> => runWith<Answer>({}, script, ...words);

export const run = (script: string, ...words: readonly string[]): Promise<Run> => runProgram(script, ...words);

const ticksPerSecond = 100;
/** CPU of a process so far, ms, all its threads. */
export const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
};

/** Highest resident size of a process so far, MB (VmHWM), or as it stands now (VmRSS). */
export const memoryOf = (pid: number, field: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
/** Largest less smallest, as a share of the median. */
export const spread = (values: readonly number[]): number => (Math.max(...values) - Math.min(...values)) / median(values);

/** Runs `work` over the items in turn for about so many seconds: how often a second. */
export const rateOf = <Item>(items: readonly Item[], seconds: number, work: (item: Item) => void): number => {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < seconds * 1000) {
    for (const item of items) work(item);
    count += items.length;
  }
  return (count * 1000) / (performance.now() - start);
};
