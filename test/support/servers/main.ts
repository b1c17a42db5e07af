/** `test/support/with-services`: servers around one command. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { openMongo } from './mongo.ts';
import { openRabbit } from './rabbit.ts';
import type { Server } from './server.ts';

const help = `with-services [--mongo] [--rabbit] [--] CMD [WORD...]

Runs CMD with real servers on loopback, each on free ports in a temporary folder of its own, and removes
them when CMD ends, fails or is interrupted. Answers the exit code of CMD. Without a flag both are started.

  --rabbit  RabbitMQ (Debian: rabbitmq-server)
            sets AMQP_URL and AMQP_MANAGEMENT_URL
  --mongo   a server of MongoDB's protocol: a mongod from the PATH, as a replica set of one, else
            SecantusDB (test/oracles/install secantus), which is not MongoDB: no figure from it is MongoDB's
            sets MONGODB_URL and MONGODB_SERVER, the name of what ran; SECANTUSD=PROGRAM takes its Rust
            edition instead, ten times as fast, which the contract suites do not accept (cargo install secantus-mdb)

What MONGODB_URL or AMQP_URL (with AMQP_MANAGEMENT_URL) names already is used and left alone.
`;

const words = process.argv.slice(2);
const flags = new Set<string>();
while (words[0]?.startsWith('--')) {
  const flag = words.shift() ?? '';
  if (flag === '--') break;
  flags.add(flag);
}
if (flags.has('--help')) {
  process.stdout.write(help);
  process.exit(0);
}
const unknown = [...flags].filter((flag) => flag !== '--mongo' && flag !== '--rabbit');
const [command, ...rest] = words;
if (unknown.length > 0 || command === undefined) {
  process.stderr.write(unknown.length > 0 ? `unknown: ${unknown.join(' ')}\n\n${help}` : help);
  process.exit(64);
}
const wants = (flag: string): boolean => flags.size === 0 || flags.has(flag);

const servers: Server[] = [];
const removed = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.remove())));

/** Interrupted while the servers start: nothing of CMD is to be waited for. */
let interrupted: NodeJS.Signals | null = null;
let pass = (_signal: NodeJS.Signals): void => undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted ??= signal;
    pass(signal);
  });
}

const startMongo = async (): Promise<NodeJS.ProcessEnv> => {
  if (process.env.MONGODB_URL !== undefined) return {};
  const server = await openMongo();
  servers.push(server);
  await server.start();
  return { MONGODB_URL: server.url, MONGODB_SERVER: server.name };
};
const startRabbit = async (): Promise<NodeJS.ProcessEnv> => {
  if (process.env.AMQP_URL !== undefined) return {};
  const server = await openRabbit();
  servers.push(server);
  await server.start();
  return { AMQP_URL: server.url, AMQP_MANAGEMENT_URL: server.managementUrl };
};

/** The exit code as a shell tells it. */
const runCommand = (env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, rest, { stdio: 'inherit', env: { ...process.env, ...env } });
    pass = (signal) => void child.kill(signal);
    child.once('error', (error) => {
      process.stderr.write(`with-services: ${error.message}\n`);
      resolve(127);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });

const code = await (async (): Promise<number> => {
  try {
    const started = await Promise.allSettled([wants('--mongo') ? startMongo() : {}, wants('--rabbit') ? startRabbit() : {}]);
    const failed = started.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (interrupted !== null) return 128 + constants.signals[interrupted];
    return await runCommand(Object.assign({}, ...started.map((one) => (one.status === 'fulfilled' ? one.value : {}))));
  } catch (error) {
    process.stderr.write(`with-services: ${error instanceof Error ? error.message : String(error)}\n`);
    return 75;
  } finally {
    await removed();
  }
})();
process.exit(code);
