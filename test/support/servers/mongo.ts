/**
 * A server that speaks MongoDB's protocol: `mongod` from the PATH as a replica set of one, else SecantusDB,
 * which is not MongoDB: it keeps its data with WiredTiger, ignores read and write concern and has no
 * elections (its own documents). It syncs its log on each commit here.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { freePort, root } from '../hub.ts';
import { lastOf, type Running, runForeground, type Server, untilAnswers } from './server.ts';

/** The same place as `test/oracles/install` makes. */
const secantusProgram = (): string => {
  const list = join(root, 'test/oracles/secantus/requirements.txt');
  const digest = createHash('sha256').update(readFileSync(list)).digest('hex').slice(0, 16);
  const { LIENTHONG_ORACLES, XDG_CACHE_HOME } = process.env;
  const cache = LIENTHONG_ORACLES ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lienthong/oracles');
  return join(cache, `secantus-${digest}`, 'bin/secantusd-py');
};

type Program = {
  readonly name: string;
  readonly set: string;
  readonly command: string;
  /** Not MongoDB's own. */
  readonly isStandIn?: true;
  /** A question that names its index costs it the whole collection. */
  readonly slowHints?: true;
  words(port: number, data: string): readonly string[];
};

export type MongoServer = Server & { readonly isStandIn: boolean; readonly slowHints: boolean };

const mongod = (): Program | null => {
  const asked = spawnSync('mongod', ['--version'], { encoding: 'utf8' });
  if (asked.status !== 0) return null;
  const words = ['--replSet', 'hub', '--bind_ip', '127.0.0.1', '--setParameter', 'enableTestCommands=1', '--setParameter'];
  return {
    ...{ name: `mongod ${/v?(\d+\.\d+\.\d+)/.exec(asked.stdout)?.[1] ?? ''} (one node)`, set: 'hub', command: 'mongod' },
    words: (port, data) => [...words, 'diagnosticDataCollectionEnabled=false', '--port', String(port), '--dbpath', data],
  };
};

const secantus = (): Program | null => {
  const command = secantusProgram();
  if (!existsSync(command)) return null;
  const words = ['--host', '127.0.0.1', '--sync-on-commit', '--enable-test-commands', '--cache-size', '256M', '--log-level', 'WARNING'];
  return {
    ...{ name: 'SecantusDB 0.7.0b3 (not MongoDB)', set: 'secantus', command, isStandIn: true },
    words: (port, data) => [...words, '--port', String(port), '--storage-path', data],
  };
};

/**
 * Its Rust edition where `SECANTUSD` names the program: ten times as fast, for long runs (`cargo install secantus-mdb`).
 * It knows no fail points, and an update does not free the unique key that it takes away: the contract suites need another.
 */
const secantusRust = (): Program | null => {
  const { SECANTUSD: command } = process.env;
  if (command === undefined) return null;
  const asked = spawnSync(command, ['--version'], { encoding: 'utf8' });
  if (asked.status !== 0) throw new Error(`SECANTUSD=${command} does not say its version: ${asked.error ?? asked.stderr}`);
  const words = ['--host', '127.0.0.1', '--sync-on-commit', '--cache-size', '1G', '--oplog-max-entries', '5000', '--log-level', 'WARNING'];
  return {
    ...{
      name: `SecantusDB ${/\d[\w.-]*/.exec(asked.stdout)?.[0] ?? ''} in Rust (not MongoDB)`,
      set: 'secantus',
      command,
      isStandIn: true,
      slowHints: true,
    },
    words: (port, data) => [...words, '--port', String(port), '--storage-path', data],
  };
};

/** Which server can be started here; null when there is none. */
export const mongoProgram = (): Program | null => secantusRust() ?? mongod() ?? secantus();

/** Once it answers, makes it the primary of its own replica set, if it is not yet. */
const isPrimary = async (port: number, set: string): Promise<boolean> => {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 2_000 });
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    if (hello.isWritablePrimary === true && hello.setName === set) return true;
    if (hello.setName === undefined)
      await client.db('admin').command({ replSetInitiate: { _id: set, members: [{ _id: 0, host: `127.0.0.1:${port}` }] } });
    return false;
  } finally {
    await client.close();
  }
};

export const openMongo = async (): Promise<MongoServer> => {
  const program = mongoProgram();
  if (program === null) throw new Error('Neither mongod nor SecantusDB is installed (test/oracles/install secantus)');
  const home = await mkdtemp(join(tmpdir(), 'lienthong-mongo-'));
  const [port, log, data] = [await freePort(), join(home, 'mongo.log'), join(home, 'data')];
  let running: Running | null = null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await running?.signal(signal);
    running = null;
  };
  return {
    name: program.name,
    isStandIn: program.isStandIn === true,
    slowHints: program.slowHints === true,
    url: `mongodb://127.0.0.1:${port}/?replicaSet=${program.set}`,
    port,
    pid: () => (running?.hasEnded() === false ? running.pid : null),
    log: () => lastOf(log),
    start: async () => {
      await mkdir(data, { recursive: true });
      const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' };
      running = runForeground(program.command, program.words(port, data), { log, env, folder: home });
      await untilAnswers(program.name, running, log, () => isPrimary(port, program.set));
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    wipe: () => rm(data, { recursive: true, force: true }),
    remove: async () => {
      await end('SIGKILL');
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
