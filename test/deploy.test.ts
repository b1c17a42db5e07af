/** What lies under deploy/, and the Dockerfile: no container engine runs here, so they are read, and what they start is started by hand. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { variableFor } from '../src/config.ts';
import { failures } from '../src/errors.ts';
import { alertKinds } from '../src/records/alert.ts';
import { deliveryStates } from '../src/records/delivery.ts';
import { settings } from '../src/settings.ts';
import { freePort, root, startHub } from './support/hub.ts';
import { hasOracle } from './support/oracle.ts';

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

  test('make-secrets.sh makes every secret it reads, once, in a folder of its owner’s alone', () => {
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
    // The three that make up the replica set are those that the URL names.
    for (const host of ['mongo-1', 'mongo-2', 'mongo-3']) {
      expect(readFileSync(join(place, 'store-url'), 'utf8')).toContain(`${host}:27017`);
      expect(read('deploy/mongo/init.js')).toContain(`'${host}'`);
    }
  });

  test.skipIf(!hasOracle('docker-compose', 'version'))('docker-compose takes it, in both profiles', () => {
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

describe('what Prometheus and Grafana are told', () => {
  type Rule = { readonly alert: string; readonly expr: string; readonly labels: { readonly severity: string } };
  const rules = (
    parse(read('deploy/prometheus/rules.yaml')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
  ).groups.flatMap((group) => group.rules);
  const dashboard: { readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[] } =
    JSON.parse(read('deploy/grafana/lienthong.json'));
  const asked = [...rules.map(({ expr }) => expr), ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))];

  test('every metric they ask for is one that a hub gives', async () => {
    const hub = await startHub();
    const text = await (await fetch(`${hub.url}/metrics`)).text().finally(() => hub.remove());
    // Counters and histograms that have counted nothing yet, and those of a broker, are named in the source.
    const known = new Set(
      [...text.matchAll(/^# TYPE (\S+)/gm), ...read('src/http/metrics.ts').matchAll(/name: '(lienthong_\w+)'/g)].map((match) => match[1]),
    );
    const names = asked.flatMap((expr) => [...expr.matchAll(/\blienthong_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')));
    expect(new Set(names).size).toBeGreaterThan(12);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(known.has('lienthong_nothing')).toBe(false);
  });

  test('every kind, code and state they name exists', () => {
    const real: Readonly<Record<string, readonly string[]>> = {
      kind: alertKinds,
      code: Object.keys(failures),
      state: [...deliveryStates, 'ok', 'warning', 'blocked', 'away'],
    };
    const named = asked.flatMap((expr) =>
      [...expr.matchAll(/(kind|code|state)=~?"([^"]+)"/g)].flatMap(([, label = '', values = '']) =>
        values.split('|').map((value) => [label, value] as const),
      ),
    );
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter(([label, value]) => !real[label]?.includes(value))).toEqual([]);
    expect(rules.filter(({ labels }) => !['low', 'high', 'critical'].includes(labels.severity))).toEqual([]);
  });

  test.skipIf(!hasOracle('promtool'))('promtool takes the rules and every expression of the dashboard', () => {
    const check = (file: string) => spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    expect(check(join(root, 'deploy/prometheus/rules.yaml'))).toMatchObject({ status: 0 });
    const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }, place) => ({ record: `shown:panel:${place}`, expr })));
    writeFileSync(
      join(folder, 'shown.yaml'),
      stringify({ groups: shown.map((rule, place) => ({ name: `panel ${place}`, rules: [rule] })) }),
    );
    expect(check(join(folder, 'shown.yaml'))).toMatchObject({ status: 0 });
    writeFileSync(join(folder, 'wrong.yaml'), read('deploy/prometheus/rules.yaml').replace('lienthong_ready == 0', 'lienthong_ready = 0'));
    expect(check(join(folder, 'wrong.yaml')).status).not.toBe(0);
  });
});

/** Instructions with their arguments, continuation lines joined, by stage. */
const stagesOf = (text: string): readonly (readonly (readonly [word: string, rest: string])[])[] => {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()] as const);
  const stages: (readonly [string, string])[][] = [];
  for (const line of lines) {
    if (line[0] === 'FROM') stages.push([]);
    stages.at(-1)?.push(line);
  }
  return stages;
};

const dockerFaults = (text: string): readonly string[] => {
  const stages = stagesOf(text);
  const last = stages.at(-1) ?? [];
  const all = stages.flat();
  const of = (word: string): readonly string[] => last.filter(([one]) => one === word).map(([, rest]) => rest);
  const faults: string[] = [];
  const want = (holds: boolean, what: string): void => void (holds || faults.push(what));
  want(stages.length === 2, 'not two stages');
  want(/^[1-9]\d*:[1-9]\d*$/.test(of('USER').at(-1) ?? ''), 'runs as root, or by name');
  const user = last.findIndex(([word]) => word === 'USER');
  want(!last.slice(user).some(([word]) => ['RUN', 'COPY', 'ADD'].includes(word)), 'writes files that its user owns');
  want(!all.some(([word]) => word === 'ADD'), 'ADD instead of COPY');
  want(
    all.filter(([word]) => word === 'COPY').every(([, rest]) => !rest.includes('--chown')),
    'the program may change itself',
  );
  want(
    ['CMD', 'HEALTHCHECK'].every((word) => /\[.*\]$/.test(of(word).at(-1) ?? '')),
    'a shell stands between',
  );
  want(/^ARG NODE=node:24-\w+-slim$/m.test(text), 'an image that is not Node 24, slim');
  want(all.filter(([word, rest]) => word === 'RUN' && /\bnpm (i|install)\b/.test(rest)).length === 0, 'npm install instead of npm ci');
  want(
    all.some(([word, rest]) => word === 'RUN' && /npm ci --ignore-scripts/.test(rest)),
    'runs scripts of packages',
  );
  want(of('EXPOSE').join() === '8080' && of('VOLUME').join() === '/data', 'another port or volume');
  return faults;
};

describe('Dockerfile', () => {
  const text = read('Dockerfile');

  test('has two stages, runs as a number, and its user can change nothing', () => {
    expect(dockerFaults(text)).toEqual([]);
  });

  test.each([
    ['USER 1000:1000', 'USER root', 'runs as root'],
    ['USER 1000:1000\n', '', 'runs as root'],
    ['CMD ["node", "dist/main.js"]', 'CMD node dist/main.js', 'a shell stands between'],
    ['npm ci --ignore-scripts', 'npm install', 'npm install instead of npm ci'],
    ['COPY --from=build /build/dist', 'COPY --chown=node:node --from=build /build/dist', 'the program may change itself'],
    ['node:24-bookworm-slim', 'node:latest', 'an image that is not Node 24'],
    ['VOLUME /data', 'VOLUME /data\nRUN touch /x', 'writes files that its user owns'],
  ])('a break is noticed: %s', (right, wrong, fault) => {
    expect(text).toContain(right);
    expect(dockerFaults(text.replaceAll(right, wrong)).join('\n')).toContain(fault);
  });

  test('copies only what .dockerignore lets through, and everything that the build needs', () => {
    const passed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied =
      stagesOf(text)[0]
        ?.filter(([word]) => word === 'COPY')
        .flatMap(([, rest]) => rest.split(' ').slice(0, -1)) ?? [];
    expect(copied.filter((path) => !passed.includes(path.replace('./', '')))).toEqual([]);
    for (const path of copied) expect(existsSync(join(root, path)), path).toBe(true);
    // What the package ships stands in the image, too.
    const { files }: { readonly files: readonly string[] } = JSON.parse(read('package.json'));
    for (const path of files) expect(text).toContain(`/build/${path.split('/')[0]}`);
  });

  test('its health check tells a live hub from a dead one', async () => {
    const [, check = ''] = /HEALTHCHECK .* CMD (\[.*\])$/m.exec(text) ?? [];
    const [, ...words]: readonly string[] = JSON.parse(check);
    const hub = await startHub();
    const ask = (port: number) => spawnSync(process.execPath, words, { env: { LIENTHONG_PORT: String(port) }, timeout: 20_000 }).status;
    try {
      expect([ask(hub.port), ask(await freePort())]).toEqual([0, 1]);
    } finally {
      await hub.remove();
    }
  });
});

describe.skipIf(!hasOracle('systemd-analyze'))('the units of systemd', () => {
  /** As install.sh fills them in; on a prefix that exists, since systemd looks for what it is to start. */
  const filled = (change: (text: string) => string = (text) => text): readonly string[] => {
    const place = mkdtempSync(join(folder, 'units-'));
    for (const name of ['node', 'app', 'data', 'backup', 'etc']) mkdirSync(join(place, 'opt/current', name, 'bin'), { recursive: true });
    cpSync(process.execPath, join(place, 'opt/current/node/bin/node'));
    mkdirSync(join(place, 'opt/etc'));
    writeFileSync(join(place, 'opt/etc/lienthong.env'), '');
    return globSync('deploy/lienthong*.{service,timer}', { cwd: root }).map((path) => {
      const unit = join(place, path.slice('deploy/'.length));
      const text = read(path).replaceAll('@PREFIX@', join(place, 'opt')).replaceAll('@DATA@', join(place, 'opt/current/data'));
      writeFileSync(unit, change(text.replaceAll('@BACKUP@', join(place, 'opt/current/backup')).replaceAll('@USER@', 'daemon')));
      return unit;
    });
  };
  const verify = (units: readonly string[]) => spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });

  test('systemd finds nothing to say about them', () => {
    const units = filled();
    expect(units.length).toBe(3);
    expect(verify(units)).toMatchObject({ status: 0, stderr: '' });
    expect(verify(filled((text) => text.replace('ProtectSystem=strict', 'ProtectSystem=very'))).stderr).toContain('protect system');
  });

  test('what they may do is little: an exposure of at most 2 of 10', () => {
    const exposure = (unit: string) =>
      spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', unit], { encoding: 'utf8' });
    for (const unit of filled().filter((path) => path.endsWith('.service'))) expect(exposure(unit)).toMatchObject({ status: 0 });
    const [open = ''] = filled((text) => text.replaceAll(/^(Protect|Restrict|Private|Capability|SystemCall).*$/gm, '')).filter((path) =>
      path.endsWith('/lienthong.service'),
    );
    expect(exposure(open).status).not.toBe(0);
  });
});
