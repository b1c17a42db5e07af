/** A real hub: the service as a process of its own, in a folder of its own, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = new URL('../..', import.meta.url).pathname;
const program = join(root, 'src/main.ts');

export type HubOptions = {
  /** The data folder; by default a new one that `remove` takes away. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Before the program: flags of node, e.g. `--import`. */
  readonly flags?: readonly string[];
  /** A command that runs node for us, e.g. `strace -f …`. */
  readonly under?: readonly string[];
  /** Takes the same port again after a restart. */
  readonly port?: number;
  /** The program, when it is not `src/main.ts`. */
  readonly program?: string;
};

export type HubProcess = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Of the process started here: under another command, that command's. */
  readonly process: ChildProcess;
  /** What it printed so far. */
  log(): string;
  /** Resolves with code and signal when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** SIGTERM and wait. */
  stop(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** SIGKILL and wait. */
  kill(): Promise<void>;
  /** `kill`, and the folder goes too. */
  remove(): Promise<void>;
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'lienthong-test-'));

/** What every process that a test starts may see of ours: where node keeps compiled code (`vitest.config.ts`). */
export const bareEnvironment = (): NodeJS.ProcessEnv => {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
};

/** Only what the hub needs: settings of the person who runs the tests stay out. */
const environment = (folder: string, port: number, env: HubOptions['env']): NodeJS.ProcessEnv => ({
  ...bareEnvironment(),
  LIENTHONG_DATA: folder,
  LIENTHONG_PORT: String(port),
  LIENTHONG_HUB: 'H99',
  LIENTHONG_NAME: 'tỉnh Mẫu',
  LIENTHONG_RATE: '0',
  LIENTHONG_DISK_MIN: '1000000',
  ...env,
});

/** Answers when the hub is ready; fails with its log when it ends, or is not ready within 50 s (a busy machine needs 20). */
export const startHub = async (options: HubOptions = {}): Promise<HubProcess> => {
  const folder = options.folder ?? (await temporaryFolder());
  const port = options.port ?? (await freePort());
  const [command = process.execPath, ...rest] = [...(options.under ?? []), process.execPath];
  // For a look inside from outside, e.g. `--cpu-prof`.
  const extra = process.env.LIENTHONG_TEST_FLAGS?.split(' ') ?? [];
  const child = spawn(command, [...rest, ...extra, ...(options.flags ?? []), options.program ?? program], {
    env: environment(folder, port, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const keep = process.env.LIENTHONG_TEST_LOG === undefined ? null : createWriteStream(process.env.LIENTHONG_TEST_LOG, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-200_000);
      keep?.write(text);
    });
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // A command that runs node for us does not pass signals on: strace even holds them back.
  const signalHub = (signal: NodeJS.Signals): void => {
    const inner = options.under === undefined || child.exitCode !== null ? [] : childrenOf(child.pid ?? 0);
    if (inner.length === 0) child.kill(signal);
    for (const pid of inner) process.kill(pid, signal);
  };
  const hub: HubProcess = {
    ...{ url: `http://127.0.0.1:${port}`, port, folder, process: child, ended },
    log: () => printed,
    stop: () => {
      signalHub('SIGTERM');
      return ended;
    },
    kill: async () => {
      signalHub('SIGKILL');
      await ended;
    },
    remove: async () => {
      await hub.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await untilReady(hub);
  return hub;
};

/** Linux only, like the commands this is for. */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const untilReady = async (hub: HubProcess): Promise<void> => {
  const deadline = Date.now() + 50_000;
  let gone: unknown = null;
  void hub.ended.then((how) => {
    gone = how;
  });
  for (;;) {
    const answer = await fetch(`${hub.url}/readyz`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    if (gone !== null || Date.now() > deadline) {
      await hub.kill();
      throw new Error(`The hub did not get ready (${JSON.stringify(gone)}, ${answer?.status}):\n${hub.log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
