/**
 * `readConfig` turns flags, environment, a YAML file and the defaults of `settings.ts` (in that order)
 * into one frozen value. Nothing else reads the environment; the value is handed down, never imported.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type ReadText, settings, Wrong } from './settings.ts';

export type Field = keyof typeof settings;
type Values = { readonly [Name in Field]: ReturnType<(typeof settings)[Name]['read']> };
export type Config = Values & {
  /** Where each value came from: `--port`, `LIENTHONG_PORT`, `LIENTHONG_KEY_FILE`, the YAML file's path, `default`. */
  readonly sources: Readonly<Record<Field, string>>;
  /** Variables of ours in the environment that mean nothing: most likely misspelt. */
  readonly ignored: readonly string[];
};

/** All that is wrong with a configuration, in one message; `mistakes` in the order of the table. */
export class ConfigError extends Error {
  readonly mistakes: readonly ConfigMistake[];
  constructor(mistakes: readonly ConfigMistake[]) {
    const lines = mistakes.map((one) => `  ${one.source}: ${one.vi} / ${one.en}`);
    super(['Cấu hình không hợp lệ / The configuration is not valid:', ...lines].join('\n'));
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}
export type ConfigMistake = { readonly source: string; readonly vi: string; readonly en: string };

type Found = { readonly text: string; readonly source: string };
type Flags = { readonly [name: string]: string | number | boolean | undefined };
type Environment = { readonly [name: string]: string | undefined };

const fields = Object.keys(settings) as readonly Field[];
/** Read by the command line itself, not by the hub. */
const others = ['LIENTHONG_CONFIG', 'LIENTHONG_URL', 'LIENTHONG_API_KEY'];

/** `maxBytes` -> `LIENTHONG_MAX_BYTES`. */
export const variableFor = (field: string): string => `LIENTHONG_${field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
const flagFor = (field: string): string => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * One value from flags (by field name, as `{maxBytes: '…'}`) > environment, `NAME_FILE` naming a file
 * that holds the value > YAML file (`LIENTHONG_CONFIG`, fields as keys) > defaults. A blank value counts
 * as not set. Throws one ConfigError with every mistake. `files` is how files are read, for tests.
 */
export const readConfig = (env: Environment, flags: Flags = {}, files: ReadText = readWhole): Config => {
  const mistakes: ConfigMistake[] = [];
  const attempt = <Value>(source: string, act: () => Value): Value | undefined => {
    try {
      return act();
    } catch (error) {
      const en = error instanceof Error ? error.message : String(error);
      mistakes.push({ source, vi: error instanceof Wrong ? error.vi : 'không đọc được', en });
      return undefined;
    }
  };
  const path = flags.config ?? env.LIENTHONG_CONFIG ?? '';
  const yaml = path === '' ? {} : (attempt(String(path), () => mappingFrom(files(String(path)))) ?? {});
  const values: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const field of fields) {
    const found = attempt(variableFor(field), () => find(field, env, flags, { path: String(path), yaml }, files));
    const { text: value, source } = found ?? { text: settings[field].preset, source: 'default' };
    sources[field] = source;
    values[field] = attempt(source === 'default' ? variableFor(field) : source, () => settings[field].read(value, files));
  }
  mistakes.push(...unfit(values as Partial<Values>));
  // Every field of the table was read by its own reader just above; a failed one is among the mistakes.
  const config = { ...(values as Values), sources: sources as Config['sources'], ignored: ignoredIn(env) };
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return frozen(withDerived(config));
};

const readWhole: ReadText = (path) => readFileSync(path, 'utf8');

const mappingFrom = (source: string): Readonly<Record<string, unknown>> => {
  const mapping: unknown = parse(source) ?? {};
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping))
    throw new Wrong('phải là các cặp khóa: giá trị', 'must be key: value pairs');
  const strange = Object.keys(mapping).filter((key) => !(key in settings));
  if (strange.length > 0) throw new Wrong(`không có mục ${strange.join(', ')}`, `no such setting: ${strange.join(', ')}`);
  return mapping as Readonly<Record<string, unknown>>;
};

type Yaml = { readonly path: string; readonly yaml: Readonly<Record<string, unknown>> };

const find = (field: Field, env: Environment, flags: Flags, { path, yaml }: Yaml, files: ReadText): Found | undefined => {
  const flag = flags[field];
  if (flag !== undefined && flag !== '') return { text: String(flag), source: flagFor(field) };
  const name = variableFor(field);
  const [direct, file] = [env[name] ?? '', env[`${name}_FILE`] ?? ''];
  if (direct !== '' && file !== '') throw new Wrong(`đặt cả ${name} và ${name}_FILE`, `both ${name} and ${name}_FILE are set`);
  if (direct !== '') return { text: direct, source: name };
  if (file !== '') return { text: files(file).trim(), source: `${name}_FILE` };
  const written = yaml[field];
  if (written === undefined || written === null || written === '') return undefined;
  return { text: typeof written === 'object' ? JSON.stringify(written) : String(written), source: path };
};

const ignoredIn = (env: Environment): readonly string[] => {
  const known = new Set([...fields.map(variableFor), ...others].flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(env).filter((name) => name.startsWith('LIENTHONG_') && !known.has(name));
};

const loopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** What no setting can say alone. A setting that could not be read is undefined here: of that, nothing more is said. */
const unfit = (config: Partial<Values>): readonly ConfigMistake[] => {
  const pair = (one: 'key' | 'tlsKey', other: 'cert' | 'tlsCert'): readonly ConfigMistake[] => {
    const read = config[one] !== undefined && config[other] !== undefined;
    if (!read || (config[one] === null) === (config[other] === null)) return [];
    const [key, cert] = [variableFor(one), variableFor(other)];
    return [{ source: key, vi: `${key} và ${cert} phải đi cùng nhau`, en: `${key} and ${cert} go together` }];
  };
  const open = config.tlsKey === null && config.plaintext === '' && config.host !== undefined && !loopback(config.host);
  return [
    ...pair('key', 'cert'),
    ...pair('tlsKey', 'tlsCert'),
    ...(open
      ? [
          {
            source: variableFor('host'),
            vi: 'ngoài máy này phải có TLS, hoặc LIENTHONG_PLAINTEXT=behind-proxy',
            en: 'beyond this machine needs TLS, or LIENTHONG_PLAINTEXT=behind-proxy',
          },
        ]
      : []),
  ];
};

const withDerived = (config: Config): Config => {
  const scheme = config.tlsKey === null ? 'http' : 'https';
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    ...config,
    // A port chosen at the start (0) is known to the door alone.
    publicUrl: config.publicUrl || (config.port === 0 ? '' : `${scheme}://${host}:${config.port}`),
    anchors: config.anchors || join(config.data, 'anchors'),
    crls: config.crls || join(config.data, 'crls'),
  };
};

const frozen = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
};

export type Described = { readonly name: string; readonly value: string; readonly source: string };

/** Every value with its source, in the order of the table, for the start-up log; keys, and passwords in URLs, are masked. */
export const describeConfig = (config: Config): readonly Described[] =>
  fields.map((field) => ({ name: variableFor(field), value: shown(field, config), source: config.sources[field] }));

const shown = (field: Field, config: Config): string => {
  const value = config[field];
  if (value === null) return '';
  if (field === 'policy') return config.policy.name;
  if (field === 'fetch') return config.fetch ? 'on' : 'off';
  if (!settings[field].secret) return String(value).startsWith('-----BEGIN ') ? '(PEM)' : String(value);
  // Up to the last @: a password may hold one, written as it should not be.
  return /^[a-z][a-z+]*:\/\//.test(String(value)) ? String(value).replace(/\/\/.*@/, '//***@') : secretOrWord(String(value));
};

const secretOrWord = (value: string): string => (value === 'sqlite' || value === 'none' ? value : '***');
