/** The only file that knows every technology: from a configuration to an open hub, and back. */
import { EventEmitter, once } from 'node:events';
import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, ConfigError, type ConfigMistake } from './config.ts';
import { openFetcher } from './fetch/fetcher.ts';
import type { Arrivals, Health, Hub, Signer } from './hub.ts';
import type { AccessKey } from './records/key.ts';
import { standingsOf } from './signature/revocation/standing.ts';
import { makeHubKey, rsaSigner } from './signature/sign/own.ts';
import { openSqlite, type SqliteStore } from './sqlite/store.ts';
import { openRevocation } from './worker/cache.ts';
import { type Inspector, openInspector } from './worker/pool.ts';

export type OpenHub = Hub & {
  /** Starts the inspection threads now instead of at the first envelope. */
  warm(): Promise<void>;
  /** Finishes the work in hand, then lets go of store and threads. */
  close(): Promise<void>;
};

export const openHub = async (config: Config): Promise<OpenHub> => {
  const absent = absentFrom(config);
  if (absent.length > 0) throw new ConfigError(absent);
  await mkdir(config.data, { recursive: true, mode: 0o700 });
  const store = await openSqlite({ folder: config.data });
  const version = await ownVersion();
  const inspector = inspectorOf(config, version);
  const revocation = openFolders(config);
  const fetcher = openFetcher({ on: config.fetch, hosts: config.fetchHosts });
  const { originals, records, deliveries, alerts, holders, evidence, paper, figures, journal, leases } = store;
  return {
    code: config.hub,
    name: config.name,
    notice: config.notice,
    target: config.target,
    version,
    maxBytes: config.maxBytes,
    policy: config.policy,
    now: () => new Date(),
    health: healthOf(config, store, { revocation, fetcher }),
    inspect: async (path, options) => (await inspector.open()).inspect(path, options),
    ...{ originals, records, deliveries, alerts, holders, evidence, paper, figures, journal, leases },
    ...directoryRecalled(store),
    keys: keysRecalled(store.keys),
    arrivals: arrivalsOf(),
    signer: await signerOf(config),
    revocation: { ...revocation, mark: async () => inspector.sees(await revocation.mark()) },
    fetcher,
    warm: async () => void (await inspector.open()),
    close: async () => {
      await inspector.close();
      await store.close();
    },
  };
};

/** The folders alone, for whoever needs no store. */
export const openFolders = (config: Config): Hub['revocation'] => openRevocation(config);

/** From the package beside the sources, or beside the compiled files. */
const ownVersion = async (): Promise<string> => {
  const facts: { readonly version: string } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return facts.version;
};

/** What can be asked for but is not part of this version. */
const absentFrom = ({ store, broker }: Config): readonly ConfigMistake[] => {
  const absent = (source: string, what: string, instead: string): ConfigMistake => ({
    source,
    vi: `bản này chưa có ${what}; hãy đặt ${source}=${instead}`,
    en: `this version has no ${what} yet; set ${source}=${instead}`,
  });
  return [
    ...(store === 'sqlite' ? [] : [absent('LIENTHONG_STORE', 'MongoDB', 'sqlite')]),
    ...(broker === 'none' ? [] : [absent('LIENTHONG_BROKER', 'RabbitMQ', 'none')]),
  ];
};

/**
 * How long what the store said of the directory or a key is said again, milliseconds. Every request asks
 * for both; what another process imports or revokes is seen so much later.
 */
const recallFor = 200;

/**
 * Nothing correct rests on what is recalled: a commit names the version of the directory it relied on,
 * and after one that found another version there the store is asked again.
 */
const directoryRecalled = (store: SqliteStore): Pick<Hub, 'commit' | 'organs'> => {
  let last: { readonly directory: ReturnType<Hub['organs']['directory']>; readonly at: number } | null = null;
  const forget = (): void => {
    last = null;
  };
  const directory: Hub['organs']['directory'] = () => {
    const at = performance.now();
    if (last === null || at - last.at >= recallFor) {
      last = { directory: store.organs.directory(), at };
      last.directory.catch(forget);
    }
    return last.directory;
  };
  return {
    organs: { directory, put: (organs, version, journal) => store.organs.put(organs, version, journal).finally(forget) },
    commit: async (change, original) => {
      const committed = await store.commit(change, original);
      if (committed.kind === 'stale') forget();
      return committed;
    },
  };
};

/** Only keys that exist are recalled, so that nobody can fill the memory by guessing; the age of one is read by the caller. */
const keysRecalled = (keys: Hub['keys']): Hub['keys'] => {
  const found = new Map<string, { readonly key: AccessKey; readonly at: number }>();
  return {
    ...keys,
    find: async (sha256) => {
      const at = performance.now();
      const last = found.get(sha256);
      if (last !== undefined && at - last.at < recallFor) return last.key;
      const key = await keys.find(sha256);
      if (key === null) found.delete(sha256);
      else found.set(sha256, { key, at });
      return key;
    },
    revoke: (id, at, journal) => keys.revoke(id, at, journal).finally(() => found.clear()),
  };
};

/** Threads are started once, when first needed: most commands of the command line never need them. */
const inspectorOf = (config: Config, version: string) => {
  let opened: Promise<Inspector> | null = null;
  let seen: string | null = null;
  const start = (): Promise<Inspector> =>
    openInspector({ anchors: config.anchors, crls: config.crls, scratch: join(config.data, 'scratch'), version });
  return {
    open: (): Promise<Inspector> => {
      opened ??= start();
      return opened;
    },
    /** Threads look at their folders once a second; before a mark is told they have seen what it stands for. */
    sees: async (mark: string): Promise<string> => {
      if (mark !== seen) await (await opened)?.reload();
      seen = mark;
      return mark;
    },
    close: async (): Promise<void> => (await opened)?.close(),
  };
};

/** Wakes long polls of this process; another process's arrivals are found by polling. */
const arrivalsOf = (): Arrivals => {
  const bell = new EventEmitter();
  bell.setMaxListeners(0);
  return {
    announce: (systems) => {
      for (const system of systems) bell.emit(`to:${system}`);
    },
    wait: async (system, ms, signal) => {
      const limit = AbortSignal.timeout(ms);
      const until = signal === undefined ? limit : AbortSignal.any([limit, signal]);
      // Being aborted is how a wait without an arrival ends.
      await once(bell, `to:${system}`, { signal: until }).catch(() => undefined);
    },
  };
};

/** Health is asked before every envelope; the disk and the store are looked at once a second. */
const healthEvery = 1_000;

const healthOf = (config: Config, store: SqliteStore, { revocation, fetcher }: Pick<Hub, 'revocation' | 'fetcher'>): Hub['health'] => {
  let known: { readonly health: Promise<Health>; readonly at: number } | null = null;
  const look = async (): Promise<Health> => {
    const refusal = (await isDiskLow(config)) ? 'disk.low' : (await store.writable()) ? null : 'store.unavailable';
    const degraded = [
      ...((await revocation.trust()).anchors.length === 0 ? ['anchors'] : []),
      ...((await isRevocationStale(revocation)) ? ['crls'] : []),
      ...(fetcher.resting().length > 0 ? ['fetch'] : []),
      ...(config.hub === '' ? ['hub-code'] : []),
      ...(refusal === null ? [] : [refusal]),
    ];
    return { ready: refusal === null, degraded, refusal };
  };
  return () => {
    const now = Date.now();
    if (known === null || now - known.at >= healthEvery) known = { health: look(), at: now };
    return known.health;
  };
};

/** An installed authority without a current list: its certificates are `revocation-unknown` unless OCSP answers are at hand. */
const isRevocationStale = async (revocation: Hub['revocation']): Promise<boolean> =>
  standingsOf(await revocation.trust(), await revocation.kept(), new Date()).some(({ state }) => state !== 'current');

const isDiskLow = async (config: Config): Promise<boolean> => {
  const { bavail, bsize } = await statfs(config.data);
  return bavail * bsize < config.diskMin;
};

/** The configured key, or one made once under the data folder that only its owner may read. */
const signerOf = async (config: Config): Promise<Signer> => {
  const { key, cert } = config.key !== null && config.cert !== null ? { key: config.key, cert: config.cert } : await ownKey(config);
  return { certificates: [cert], sign: rsaSigner(key) };
};

const ownKey = async (config: Config): Promise<{ readonly key: string; readonly cert: string }> => {
  const [keyPath, certPath] = [join(config.data, 'hub-key.pem'), join(config.data, 'hub-cert.pem')];
  const made = { key: await readIfThere(keyPath), cert: await readIfThere(certPath) };
  if (made.key !== null && made.cert !== null) return { key: made.key, cert: made.cert };
  const { keyPem, certificatePem } = await makeHubKey({ code: config.hub, name: config.name, now: new Date() });
  await writeFile(keyPath, keyPem, { mode: 0o600, flag: 'wx' });
  await writeFile(certPath, certificatePem, { mode: 0o644 });
  process.emitWarning(`LIENTHONG_KEY is not set: made a signing key for the hub at ${keyPath}`, 'LienThongKey');
  return { key: keyPem, cert: certificatePem };
};

const readIfThere = async (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
