/** deploy/compose.yaml: no container engine runs here, so it is read, checked by docker-compose, and what it starts is started by hand. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { variableFor } from '../../src/config.ts';
import { settings } from '../../src/settings.ts';
import { root } from '../support/hub.ts';
import { hasOracle } from '../support/oracle.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'lienthong-deploy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const variables = new Set(
  Object.keys(settings)
    .map((field) => variableFor(field as keyof typeof settings))
    .flatMap((name) => [name, `${name}_FILE`]),
);

type Service = Readonly<Record<string, unknown>> & {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
};
const composeFrom = (text: string): Compose => parse(text, { merge: true }) as Compose;

/** Everything wrong with one service; empty is right. */
const faultsOf = (name: string, service: Service, compose: Compose): readonly string[] => {
  const faults: string[] = [];
  const want = (holds: boolean, what: string): void => void (holds || faults.push(`${name}: ${what}`));
  want(service.read_only === true, 'its root file system is writable');
  want(JSON.stringify(service.cap_drop) === '["ALL"]', 'keeps capabilities');
  want(JSON.stringify(service.security_opt ?? '').includes('no-new-privileges:true'), 'may gain privileges');
  want(
    ['mem_limit', 'cpus', 'pids_limit'].every((limit) => service[limit] !== undefined),
    'has no limits',
  );
  want(service.privileged !== true && service.network_mode !== 'host', 'is not confined');
  want(/:\S*[0-9]/.test(service.image ?? '') && !/:latest/.test(service.image ?? ''), 'has an image without version');
  want(service.restart === 'no' || service.healthcheck !== undefined, 'runs on without a health check');
  want(Array.isArray(service.profiles), 'belongs to no profile');
  for (const [variable, value] of Object.entries(service.environment ?? {})) {
    want(!variable.startsWith('LIENTHONG_') || variables.has(variable), `sets ${variable}, which means nothing`);
    want(
      !/password|secret|:\/\/[^/]*:[^/]*@|-----BEGIN/i.test(`${variable}=${value}`.replace('/run/secrets/', '')),
      `shows ${variable} in the environment`,
    );
    const [, secret] = /^\/run\/secrets\/(.+)$/.exec(String(value)) ?? [];
    want(
      secret === undefined || JSON.stringify(service.secrets ?? []).includes(`"${secret}"`),
      `reads the secret ${secret} without having it`,
    );
  }
  for (const secret of service.secrets ?? [])
    want((typeof secret === 'string' ? secret : secret.source) in compose.secrets, `names an unknown secret ${JSON.stringify(secret)}`);
  for (const volume of service.volumes ?? []) {
    const [from = '', to = ''] = volume.split(':');
    want(
      from.startsWith('./') ? existsSync(join(root, 'deploy', from)) && volume.endsWith(':ro') : from in compose.volumes,
      `mounts ${volume}`,
    );
    want(to.startsWith('/') && !['/', '/var/run/docker.sock'].includes(to), `mounts over ${to}`);
  }
  const networks = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {});
  const reachable = networks.length === 0 || networks.some((one) => compose.networks[one]?.internal !== true);
  want((service.ports ?? []).length === 0 || reachable, 'publishes a port on an internal network only');
  for (const port of service.ports ?? []) want(port.startsWith('127.0.0.1:'), `opens ${port} to everybody`);
  return faults;
};
const composeFaults = (text: string): readonly string[] => {
  const compose = composeFrom(text);
  return Object.entries(compose.services).flatMap(([name, service]) => faultsOf(name, service, compose));
};

describe('deploy/compose.yaml', () => {
  const text = read('deploy/compose.yaml');
  const compose = composeFrom(text);

  test('every service is confined, limited, watched, versioned, and keeps its secrets out of the environment', () => {
    expect(composeFaults(text)).toEqual([]);
  });

  test.each([
    ['read_only: true', 'read_only: false', 'root file system is writable'],
    ['cap_drop: [ALL]', 'cap_drop: [NET_RAW]', 'keeps capabilities'],
    ['mem_limit: 2g', '', 'has no limits'],
    ['image: mongo:8.0', 'image: mongo:latest', 'image without version'],
    ['LIENTHONG_STORE_FILE: /run/secrets/store-url', 'LIENTHONG_STORE: mongodb://a:b@c/d', 'shows LIENTHONG_STORE in the environment'],
    ['LIENTHONG_BROKER_FILE', 'LIENTHONG_BROKERS_FILE', 'which means nothing'],
    [
      'secrets: [store-url, broker-url, broker-management-url,',
      'secrets: [store-url, broker-management-url,',
      'reads the secret broker-url without having it',
    ],
    ['"trust:/trust"', '"truth:/trust"', 'mounts truth:/trust'],
    ['"127.0.0.1:8081:8080"', '"8081:8080"', 'opens 8081:8080 to everybody'],
    ['{ back: { aliases: [rabbit] }, front: {} }', '{ back: { aliases: [rabbit] } }', 'publishes a port on an internal network only'],
  ])('a break is noticed: %s', (right, wrong, fault) => {
    expect(text).toContain(right);
    expect(composeFaults(text.replaceAll(right, wrong)).join('\n')).toContain(fault);
  });

  test('embedded is one hub; production is two hubs, three of MongoDB, three of RabbitMQ, and what brings them together', () => {
    const of = (profile: string): readonly string[] =>
      Object.entries(compose.services)
        .filter(([, { profiles }]) => (profiles as readonly string[]).includes(profile))
        .map(([name]) => name);
    expect(of('embedded')).toEqual(['hub']);
    expect([...of('production')].sort()).toEqual(
      [
        'hub-1',
        'hub-2',
        'mongo-1',
        'mongo-2',
        'mongo-3',
        'mongo-init',
        'rabbit-1',
        'rabbit-2',
        'rabbit-3',
        'rabbit-init',
        'trust-init',
      ].sort(),
    );
    // Everything that has data has a volume of its own.
    for (const name of [...of('production'), 'hub'].filter((one) => !one.endsWith('-init')))
      expect(compose.services[name]?.volumes?.length).toBeGreaterThan(0);
  });

  test('make-secrets.sh makes every secret it reads, once, in a folder of its owner’s alone', { timeout: 120_000 }, () => {
    const place = join(folder, 'secrets');
    const make = (): string => execFileSync('sh', [join(root, 'deploy/make-secrets.sh'), place], { encoding: 'utf8' });
    make();
    const wanted = Object.values(compose.secrets).map(({ file }) => file.replace('./secrets/', ''));
    expect(readdirSync(place)).toEqual(expect.arrayContaining(wanted));
    expect(statSync(place).mode & 0o777).toBe(0o700);
    const before = wanted.map((name) => readFileSync(join(place, name), 'utf8'));
    make();
    expect(wanted.map((name) => readFileSync(join(place, name), 'utf8'))).toEqual(before);
    const [store, broker] = ['store-url', 'broker-url'].map((name) => new URL(readFileSync(join(place, name), 'utf8').split(',')[0] ?? ''));
    expect([store?.protocol, broker?.protocol, broker?.hostname]).toEqual(['mongodb:', 'amqp:', 'rabbit']);
    // The user stands in `admin`; without saying so the driver looks for it in the database of the path.
    expect(readFileSync(join(place, 'store-url'), 'utf8')).toContain('authSource=admin');
    // The three that make up the replica set are those that the URL names.
    for (const host of ['mongo-1', 'mongo-2', 'mongo-3']) {
      expect(readFileSync(join(place, 'store-url'), 'utf8')).toContain(`${host}:27017`);
      expect(read('deploy/mongo/init.js')).toContain(`'${host}'`);
    }
  });

  test.skipIf(!hasOracle('docker-compose', 'version'))('docker-compose takes it, in both profiles', { timeout: 120_000 }, () => {
    const place = join(folder, 'compose');
    mkdirSync(place);
    cpSync(join(root, 'deploy'), join(place, 'deploy'), { recursive: true });
    execFileSync('sh', [join(place, 'deploy/make-secrets.sh')]);
    const config = (file: string) =>
      spawnSync('docker-compose', ['-f', file, '--profile', 'production', 'config', '--quiet'], { encoding: 'utf8', cwd: place });
    expect(config('deploy/compose.yaml')).toMatchObject({ status: 0, stderr: '' });
    // Shown to notice something: a key that does not exist.
    writeFileSync(join(place, 'deploy/wrong.yaml'), read('deploy/compose.yaml').replace('stop_grace_period', 'stop_grace'));
    expect(config('deploy/wrong.yaml').status).not.toBe(0);
  });
});
