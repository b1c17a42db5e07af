/** A server that tests start, kill, start again on the same files, and remove: as a machine would see it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export type Server = {
  /** What ran, in words that a report can print; never more than it is. */
  readonly name: string;
  /** Where clients connect; the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Null while it does not run. */
  pid(): number | null;
  /** Runs it on what its folder holds; resolves when it answers. */
  start(): Promise<void>;
  /** SIGTERM and wait: it may finish what it does. */
  stop(): Promise<void>;
  /** SIGKILL and wait: nothing is finished. */
  kill(): Promise<void>;
  /** Removes its files as a lost disk would; only while it does not run. */
  wipe(): Promise<void>;
  /** `kill`, and its folder goes too. */
  remove(): Promise<void>;
  /** The last that it wrote. */
  log(): string;
};

export type Running = {
  readonly pid: number;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  signal(signal: NodeJS.Signals): Promise<void>;
};

/** util-linux: the kernel kills a child whose parent was killed, so that nothing outlives a SIGKILL of ours. */
const dyingWithUs = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0;

/** A program in the foreground, its output in a file. The command must not fork: `signal` reaches this one process. */
export const runForeground = (
  command: string,
  words: readonly string[],
  { log, env, folder }: { readonly log: string; readonly env: NodeJS.ProcessEnv; readonly folder: string },
): Running => {
  const output = openSync(log, 'a', 0o600);
  const [program, ...rest] = dyingWithUs ? ['setpriv', '--pdeathsig', 'KILL', '--', command, ...words] : [command, ...words];
  const child: ChildProcess = spawn(program, rest, { cwd: folder, env, stdio: ['ignore', output, output] });
  closeSync(output);
  let over = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => {
      over = true;
      reject(error);
    });
    child.once('exit', () => {
      over = true;
      resolve();
    });
  });
  // Whoever waits hears of a program that is not there; nobody may be waiting yet.
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => over,
    signal: async (signal) => {
      if (!over) child.kill(signal);
      await ended;
    },
  };
};

const pause = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms));

/** Asks until the answer is yes; says what the server wrote when it ends first or takes longer than two minutes. */
export const untilAnswers = async (name: string, running: Running, log: string, ask: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 120_000;
  for (;;) {
    // A server may take a connection and never answer.
    if (await Promise.race([ask().catch(() => false), pause(5_000)])) return;
    if (running.hasEnded() || Date.now() > deadline) {
      await running.signal('SIGKILL');
      throw new Error(`${name} did not start:\n${lastOf(log)}`);
    }
    await pause(50);
  }
};

export const lastOf = (log: string): string => {
  try {
    return readFileSync(log, 'utf8').slice(-4_000);
  } catch {
    return '';
  }
};
