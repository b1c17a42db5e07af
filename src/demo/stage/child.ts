/** The hub and the command line as child processes: the demo sets them up as an operator would. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Sources in the repository, compiled files in the package: the same place, another ending. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
export const mainPath = fileURLToPath(new URL(`../../main.${extension}`, import.meta.url));
export const cliPath = fileURLToPath(new URL(`../../cli/main.${extension}`, import.meta.url));

export type Environment = Readonly<Record<string, string>>;

/** Only what the hub of the demo is told; nothing of the caller's own LIENTHONG_ settings. */
export const childEnvironment = (own: Environment): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LIENTHONG_'))),
  ...own,
});

// Output of a command is one JSON value of some kilobytes.
const run = promisify(execFile);

/** Runs one command with `--json` and answers its value. */
export const lienthong = async <Value>(environment: Environment, ...args: readonly string[]): Promise<Value> => {
  const { stdout } = await run(process.execPath, [cliPath, ...args, '--json'], { env: childEnvironment(environment) });
  return JSON.parse(stdout);
};

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
};

export type RunningHub = { readonly url: string; stop(): Promise<void> };

// A busy machine needs some seconds to compile the sources; a hub that needs longer hangs.
const readyWithin = 30_000;

/** Asks `/readyz` until it answers 200; a hub that ends meanwhile is reported at once. */
const untilReady = async (child: ChildProcess, url: string, log: string): Promise<void> => {
  for (const limit = Date.now() + readyWithin; Date.now() < limit; await pause(50)) {
    if (child.exitCode !== null) throw new Error(`The hub stopped with ${child.exitCode}; see ${log}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
  }
  throw new Error(`The hub was not ready within ${readyWithin / 1_000} s; see ${log}`);
};

/** Starts the service and waits until it would accept an envelope. */
export const startHub = async (environment: Environment, url: string, log: string): Promise<RunningHub> => {
  const out = openSync(log, 'a');
  const child = spawn(process.execPath, [mainPath], { env: childEnvironment(environment), stdio: ['ignore', out, out] });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 12_000);
    await ended;
    clearTimeout(late);
  };
  try {
    await untilReady(child, url, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
};
