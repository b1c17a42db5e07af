/**
 * RabbitMQ from the system's package, by hand: no systemd, no other user, nothing outside its own folder,
 * nothing but loopback. Debian's /usr/sbin scripts switch to the user rabbitmq; the ones under them do not.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../hub.ts';
import { lastOf, type Running, runForeground, type Server, untilAnswers } from './server.ts';

export type Broker = Server & {
  /** The management API, with user and password. */
  readonly managementUrl: string;
};

const packages = '/usr/lib/rabbitmq/lib';

/** The script that runs the server as whoever calls it; null where the package is missing. */
export const rabbitScript = (): string | null => {
  const folders = existsSync(packages) ? readdirSync(packages).filter((name) => name.startsWith('rabbitmq_server-')) : [];
  const script = join(packages, folders.toSorted().at(-1) ?? '', 'sbin/rabbitmq-server');
  return existsSync(script) ? script : null;
};

/** The greeting of AMQP 0-9-1: the server answers Connection.Start. */
const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once('connect', () => socket.write('AMQP\x00\x00\x09\x01', 'latin1'));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });

type Ports = Readonly<Record<'amqp' | 'management' | 'distribution' | 'names', number>>;

/** All that RabbitMQ would else look for in the system; `home` holds the Erlang cookie. */
const environmentOf = (home: string, ports: Ports): NodeJS.ProcessEnv => ({
  ...{ PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
  RABBITMQ_NODENAME: 'hub@localhost',
  RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
  RABBITMQ_LOG_BASE: join(home, 'log'),
  RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
  RABBITMQ_CONF_ENV_FILE: join(home, 'none'),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
  RABBITMQ_GENERATED_CONFIG_DIR: join(home, 'generated'),
  RABBITMQ_DIST_PORT: String(ports.distribution),
  RABBITMQ_LOGS: '-',
  ERL_EPMD_ADDRESS: '127.0.0.1',
  ERL_EPMD_PORT: String(ports.names),
  // Idle schedulers sleep at once: tests share few cores.
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
  // Makes the script exec Erlang instead of standing before it, so that signals reach the server itself.
  RUNNING_UNDER_SYSTEMD: 'true',
});

const configurationOf = ({ amqp, management }: Ports): string => `listeners.tcp.1 = 127.0.0.1:${amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = ${management}
disk_free_limit.absolute = 50MB
log.console = true
log.console.level = warning
log.file = false
`;

export const openRabbit = async (): Promise<Broker> => {
  const script = rabbitScript();
  if (script === null) throw new Error('RabbitMQ is not installed (Debian: rabbitmq-server)');
  const home = await mkdtemp(join(tmpdir(), 'lienthong-rabbit-'));
  const ports: Ports = { amqp: await freePort(), management: await freePort(), distribution: await freePort(), names: await freePort() };
  await mkdir(join(home, 'log'));
  await writeFile(join(home, 'rabbitmq.conf'), configurationOf(ports));
  await writeFile(join(home, 'enabled_plugins'), '[rabbitmq_management].\n');
  const [log, env] = [join(home, 'rabbit.log'), environmentOf(home, ports)];
  let names: Running | null = null;
  let running: Running | null = null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await running?.signal(signal);
    running = null;
  };
  return {
    name: `RabbitMQ ${/rabbitmq_server-([^/]+)/.exec(script)?.[1]}`,
    url: `amqp://guest:guest@127.0.0.1:${ports.amqp}`,
    managementUrl: `http://guest:guest@127.0.0.1:${ports.management}`,
    port: ports.amqp,
    pid: () => (running?.hasEnded() === false ? running.pid : null),
    log: () => lastOf(log),
    start: async () => {
      // Erlang's name server would stay behind as a daemon: ours goes when we go.
      names ??= runForeground('epmd', ['-address', '127.0.0.1', '-port', String(ports.names)], { log, env, folder: home });
      running = runForeground(script, [], { log, env, folder: home });
      await untilAnswers('RabbitMQ', running, log, () => greets(ports.amqp));
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    wipe: () => rm(join(home, 'mnesia'), { recursive: true, force: true }),
    remove: async () => {
      await end('SIGKILL');
      await names?.signal('SIGKILL');
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
