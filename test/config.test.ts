import { describe, expect, test } from 'vitest';
import { ConfigError, describeConfig, readConfig, variableFor } from '../src/config.ts';
import { presets } from '../src/records/policy.ts';
import { settings } from '../src/settings.ts';

const key = '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n';
const cert = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
const filesOf =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string => {
    const found = files[path];
    if (found === undefined) throw new Error(`ENOENT ${path}`);
    return found;
  };
const none = filesOf({});
const mistakesOf = (env: Readonly<Record<string, string>>, files = none): readonly string[] => {
  try {
    readConfig(env, {}, files);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((one) => one.source);
  }
};

describe('defaults (contract §2)', () => {
  const config = readConfig({}, {}, none);

  test('are those of the contract', () => {
    const { sources, ignored, policy, ...values } = config;
    expect(values).toEqual({
      data: './data',
      host: '127.0.0.1',
      port: 8080,
      publicUrl: 'http://127.0.0.1:8080',
      hub: '',
      name: 'Trục liên thông văn bản',
      notice: '',
      target: 0.97,
      store: 'sqlite',
      broker: 'none',
      brokerManagement: '',
      inlineBytes: 1048576,
      againSeconds: 900,
      anchors: 'data/anchors',
      crls: 'data/crls',
      fetch: false,
      fetchHosts: [],
      maxBytes: 104857600,
      key: null,
      keyReplaces: '',
      cert: null,
      tlsKey: null,
      tlsCert: null,
      plaintext: '',
      rate: 200,
      inflightBytes: 536870912,
      diskMin: 536870912,
    });
    expect(policy).toBe(presets.guard);
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
    expect(ignored).toEqual([]);
  });

  test('the variables are those of the contract', () => {
    expect(Object.keys(settings).map(variableFor)).toEqual(
      'DATA HOST PORT PUBLIC_URL HUB NAME NOTICE TARGET STORE BROKER BROKER_MANAGEMENT INLINE_BYTES AGAIN_SECONDS ANCHORS CRLS FETCH FETCH_HOSTS POLICY MAX_BYTES KEY CERT KEY_REPLACES TLS_KEY TLS_CERT PLAINTEXT RATE INFLIGHT_BYTES DISK_MIN'
        .split(' ')
        .map((name) => `LIENTHONG_${name}`),
    );
  });

  test('the value is frozen all the way down', () => {
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.policy.rules[0] ?? {}, { action: 'refuse' })).toThrow(TypeError);
    expect(() => Object.assign(config.sources, { port: 'me' })).toThrow(TypeError);
  });
});

describe('precedence: flags > environment and NAME_FILE > YAML file > defaults', () => {
  const files = filesOf({ 'hub.yaml': 'port: 1000\nname: Tỉnh Mẫu\nmaxBytes: 2000000\nhost: 127.0.0.2', secret: '3000\n' });

  test('each value comes from the strongest that names it, and says from where', () => {
    const config = readConfig(
      { LIENTHONG_CONFIG: 'hub.yaml', LIENTHONG_PORT: '2000', LIENTHONG_RATE_FILE: 'secret' },
      { host: '127.0.0.3' },
      files,
    );
    expect([config.host, config.port, config.rate, config.name, config.maxBytes]).toEqual(['127.0.0.3', 2000, 3000, 'Tỉnh Mẫu', 2_000_000]);
    const { host, port, rate, name, store } = config.sources;
    expect({ host, port, rate, name, store }).toEqual({
      host: '--host',
      port: 'LIENTHONG_PORT',
      rate: 'LIENTHONG_RATE_FILE',
      name: 'hub.yaml',
      store: 'default',
    });
  });

  test('a blank value counts as not set', () => {
    expect(readConfig({ LIENTHONG_CONFIG: 'hub.yaml', LIENTHONG_PORT: '' }, { port: '' }, files).port).toBe(1000);
  });

  test('a setting and its file may not both be set', () => {
    expect(mistakesOf({ LIENTHONG_RATE: '1', LIENTHONG_RATE_FILE: 'secret' }, files)).toEqual(['LIENTHONG_RATE']);
  });

  test('anchors and CRLs lie under the data folder unless told otherwise', () => {
    const config = readConfig({ LIENTHONG_DATA: '/srv/hub', LIENTHONG_CRLS: '/crls' }, {}, none);
    expect([config.anchors, config.crls]).toEqual(['/srv/hub/anchors', '/crls']);
  });
});

describe('single settings', () => {
  test('LIENTHONG_FETCH_HOSTS is a list of hosts, with ports where they are unusual, also in YAML', () => {
    const hosts = ['ca.gov.vn', '10.1.2.3:8080', '[::1]:80'];
    expect(readConfig({ LIENTHONG_FETCH_HOSTS: ` ${hosts.join(', ')},` }, {}, none).fetchHosts).toEqual(hosts);
    const yaml = filesOf({ 'hub.yaml': `fetchHosts: ${JSON.stringify(hosts)}` });
    expect(readConfig({ LIENTHONG_CONFIG: 'hub.yaml' }, {}, yaml).fetchHosts).toEqual(hosts);
  });

  test.each([
    ['0.97', 0.97],
    ['97', 0.97],
    ['0,9', 0.9],
    ['100', 1],
    ['1', 1],
  ])('LIENTHONG_TARGET %s is a share of %s', (text, share) => {
    expect(readConfig({ LIENTHONG_TARGET: text }, {}, none).target).toBe(share);
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['TARGET', '0'],
    ['TARGET', '101'],
    ['TARGET', 'nhiều'],
    ['STORE', 'postgres://x'],
    ['BROKER', 'rabbit'],
    ['FETCH', 'yes'],
    ['FETCH_HOSTS', 'http://ca.gov.vn/x'],
    ['FETCH_HOSTS', 'user@ca.gov.vn'],
    ['POLICY', 'gard'],
    ['MAX_BYTES', '100MB'],
    ['PLAINTEXT', 'yes'],
    ['PUBLIC_URL', 'hub.example.vn'],
    ['RATE', '1.5'],
    ['KEY', 'missing.pem'],
  ])('LIENTHONG_%s=%s is refused by name', (name, value) => {
    expect(mistakesOf({ [`LIENTHONG_${name}`]: value })).toEqual([`LIENTHONG_${name}`]);
  });

  test('every mistake is in the one message, in both languages', () => {
    const broken = { LIENTHONG_PORT: 'x', LIENTHONG_FETCH: 'maybe', LIENTHONG_CONFIG: 'gone.yaml' };
    expect(mistakesOf(broken)).toEqual(['gone.yaml', 'LIENTHONG_PORT', 'LIENTHONG_FETCH']);
    expect(() => readConfig(broken, {}, none)).toThrow(/LIENTHONG_PORT: phải là số nguyên từ 0 đến 65535 \/ must be a whole number/);
  });

  test('a mistake between settings is listed beside those of single ones; of a setting that was not read, nothing more is said', () => {
    const host = { LIENTHONG_HOST: '0.0.0.0' };
    expect(mistakesOf({ ...host, LIENTHONG_PORT: 'x' })).toEqual(['LIENTHONG_PORT', 'LIENTHONG_HOST']);
    expect(mistakesOf({ LIENTHONG_CERT: cert, LIENTHONG_PORT: 'x' })).toEqual(['LIENTHONG_PORT', 'LIENTHONG_KEY']);
    expect(mistakesOf({ ...host, LIENTHONG_TLS_KEY: 'gone.pem' })).toEqual(['LIENTHONG_TLS_KEY']);
  });

  test('a YAML file with an unknown setting, or that is no mapping, is refused', () => {
    expect(mistakesOf({ LIENTHONG_CONFIG: 'a' }, filesOf({ a: 'prot: 1' }))).toEqual(['a']);
    expect(mistakesOf({ LIENTHONG_CONFIG: 'a' }, filesOf({ a: '- 1' }))).toEqual(['a']);
    expect(mistakesOf({ LIENTHONG_CONFIG: 'a' }, filesOf({ a: ':\n  - [' }))).toEqual(['a']);
  });

  test('a misspelt variable is named, not obeyed; those of the command line are known', () => {
    const env = { LIENTHONG_POTR: '1', LIENTHONG_URL: 'http://x', LIENTHONG_API_KEY: 'lt_x', LIENTHONG_KEY_FILE: '', PATH: '/bin' };
    expect(readConfig(env, {}, none).ignored).toEqual(['LIENTHONG_POTR']);
  });
});

describe('keys and certificates', () => {
  test('are PEM, or the path of a file with PEM', () => {
    const files = filesOf({ 'k.pem': key, 'c.pem': cert });
    const config = readConfig({ LIENTHONG_KEY: 'k.pem', LIENTHONG_CERT: cert }, {}, files);
    expect([config.key, config.cert]).toEqual([key, cert]);
  });

  test('NAME_FILE gives the same', () => {
    expect(readConfig({ LIENTHONG_KEY_FILE: 'k', LIENTHONG_CERT: cert }, {}, filesOf({ k: key })).key).toBe(key.trim());
  });

  test('one without the other is a mistake', () => {
    expect(mistakesOf({ LIENTHONG_KEY: key })).toEqual(['LIENTHONG_KEY']);
    expect(mistakesOf({ LIENTHONG_TLS_CERT: cert })).toEqual(['LIENTHONG_TLS_KEY']);
  });

  test('a file that is not PEM is a mistake', () => {
    expect(mistakesOf({ LIENTHONG_CERT: 'c' }, filesOf({ c: 'hello' }))).toEqual(['LIENTHONG_CERT']);
  });
});

describe('beyond this machine', () => {
  test.each(['0.0.0.0', '::', '10.0.0.5', 'hub.example.vn', '127.example.vn'])(
    '%s without TLS needs LIENTHONG_PLAINTEXT=behind-proxy',
    (host) => {
      expect(mistakesOf({ LIENTHONG_HOST: host })).toEqual(['LIENTHONG_HOST']);
      expect(mistakesOf({ LIENTHONG_HOST: host, LIENTHONG_PLAINTEXT: 'behind-proxy' })).toEqual([]);
      expect(mistakesOf({ LIENTHONG_HOST: host, LIENTHONG_TLS_KEY: key, LIENTHONG_TLS_CERT: cert })).toEqual([]);
    },
  );

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s is this machine', (host) => {
    expect(mistakesOf({ LIENTHONG_HOST: host })).toEqual([]);
  });

  test('the public URL follows host, port and TLS', () => {
    expect(
      readConfig({ LIENTHONG_HOST: '::1', LIENTHONG_PORT: '1', LIENTHONG_TLS_KEY: key, LIENTHONG_TLS_CERT: cert }, {}, none).publicUrl,
    ).toBe('https://[::1]:1');
    expect(readConfig({ LIENTHONG_PUBLIC_URL: 'https://truc.example.vn/' }, {}, none).publicUrl).toBe('https://truc.example.vn');
  });
});

describe('the policy', () => {
  const custom = 'closedCode: refuse\nrules:\n  - {verdict: invalid, action: refuse}\n';

  test('may be a YAML file', () => {
    const { policy } = readConfig({ LIENTHONG_POLICY: 'p.yaml' }, {}, filesOf({ 'p.yaml': custom }));
    expect(policy).toMatchObject({
      name: 'p.yaml',
      closedCode: 'refuse',
      rules: [{ verdict: 'invalid', action: 'refuse' }, ...presets.guard.rules],
    });
  });

  test('may stand in the YAML configuration itself', () => {
    const files = filesOf({ 'hub.yaml': 'policy:\n  - {reason: expired, action: hold}\n' });
    expect(readConfig({ LIENTHONG_CONFIG: 'hub.yaml' }, {}, files).policy.rules[0]).toEqual({ reason: 'expired', action: 'hold' });
  });

  test('a mistake in it is told with its place', () => {
    expect(() => readConfig({ LIENTHONG_POLICY: 'p.yaml' }, {}, filesOf({ 'p.yaml': '- {verdict: bad, action: hold}' }))).toThrow(
      /\/rules\/0\/verdict: "bad" is none of valid/,
    );
  });
});

describe('the store', () => {
  test.each([
    'mongodb://db1:27017,db2:27017,db3:27017/lienthong?replicaSet=rs0',
    'mongodb://hub:p%40ss@db1:27017,db2:27017/lienthong?replicaSet=rs0',
    'mongodb://db1,db2/lienthong',
    'mongodb://[::1]:27017,[::2]:27017/',
    'mongodb+srv://hub:pw@cluster.example.vn/lienthong',
  ])('may be %s', (store) => {
    expect(readConfig({ LIENTHONG_STORE: store }, {}, none).store).toBe(store.replace(/\/$/, ''));
  });

  test.each(['mongodb://', 'mongodb:///lienthong', 'mongodb://u:p@ss@h/db', 'mongodb://u:p/w@h/db', 'mongodb://h /db', 'redis://h'])(
    'may not be %s',
    (store) => {
      expect(mistakesOf({ LIENTHONG_STORE: store })).toEqual(['LIENTHONG_STORE']);
    },
  );
});

describe('what the start-up log shows', () => {
  test('no part of a password, of many members and with an @ in it too', () => {
    const env = { LIENTHONG_STORE: 'mongodb://hub:s3cret@a:1,b:2/hub?x=1', LIENTHONG_BROKER: 'amqp://u:p@s3cret@mq' };
    const byName = Object.fromEntries(describeConfig(readConfig(env, {}, none)).map(({ name, value }) => [name, value]));
    expect(byName).toMatchObject({ LIENTHONG_STORE: 'mongodb://***@a:1,b:2/hub?x=1', LIENTHONG_BROKER: 'amqp://***@mq' });
  });

  test('every value with its source, secrets masked', () => {
    const env = {
      LIENTHONG_STORE: 'mongodb://hub:s3cret@db/hub',
      LIENTHONG_BROKER: 'amqp://u:p4ss@mq',
      LIENTHONG_KEY: key,
      LIENTHONG_CERT: cert,
      LIENTHONG_POLICY: 'strict',
    };
    const shown = describeConfig(readConfig(env, {}, none));
    expect(shown).toHaveLength(Object.keys(settings).length);
    const byName = Object.fromEntries(shown.map((one) => [one.name, one.value]));
    expect(byName).toMatchObject({
      LIENTHONG_STORE: 'mongodb://***@db/hub',
      LIENTHONG_BROKER: 'amqp://***@mq',
      LIENTHONG_KEY: '***',
      LIENTHONG_CERT: '(PEM)',
      LIENTHONG_POLICY: 'strict',
      LIENTHONG_PORT: '8080',
    });
    expect(JSON.stringify(shown)).not.toMatch(/s3cret|p4ss|AA==/);
    expect(shown.find((one) => one.name === 'LIENTHONG_STORE')?.source).toBe('LIENTHONG_STORE');
  });
});
