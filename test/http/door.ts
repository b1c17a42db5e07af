/** A real hub behind a real door inside the test's own process, in a folder of its own. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { consoleRouter } from '../../src/console/router.ts';
import type { Log } from '../../src/http/log.ts';
import { type DoorOptions, type OpenDoor, openDoor } from '../../src/http/server.ts';
import type { Hub } from '../../src/hub.ts';
import { type OpenHub, openHub } from '../../src/open.ts';
import { makeHubKey } from '../../src/signature/sign/own.ts';
import { seedStore } from '../support/seed.ts';

export const organs = [
  { code: 'H99.22', name: 'UBND xã Tân Lập' },
  { code: 'H99.23', name: 'UBND xã Phú Hòa' },
  { code: 'H99.5', name: 'Sở Nội vụ', level: 'province' },
  { code: 'H99.6', name: 'Sở Xây dựng', level: 'province', locked: true },
  { code: 'G07', name: 'Bộ Nội vụ', level: 'central', member: false, system: null },
  { code: 'K01', name: 'UBND tỉnh Láng Giềng', level: 'province', member: false, system: 'HUB-K' },
] as const;

export const keyNames = ['sender', 'recipient', 'locked', 'neighbour', 'admin', 'revoked', 'expired'] as const;
export type KeyName = (typeof keyNames)[number];

const longAgo = '2026-01-01T00:00:00.000Z';
const keySeeds = [
  { system: 'H99.22' },
  { system: 'H99.5' },
  { system: 'H99.6' },
  { system: 'HUB-K', role: 'hub' },
  { system: 'province', role: 'admin' },
  { system: 'H99.23', revokedAt: longAgo },
  { system: 'H99.23', expiresAt: longAgo },
] as const;

export type LogLine = { readonly fields: Readonly<Record<string, unknown>>; readonly sentence: string };

export type TestDoor = {
  readonly hub: OpenHub;
  readonly door: OpenDoor;
  readonly url: string;
  /** The data folder. */
  readonly folder: string;
  readonly keys: Readonly<Record<KeyName, string>>;
  readonly log: readonly LogLine[];
  /** Names of what lies in the spool: empty unless a body is on its way. */
  spooled(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** One signing key for all hubs of a test process: making one takes longer than most tests. */
const hubKey = makeHubKey({ code: 'H99', name: 'Tỉnh Mẫu', now: new Date() });

/** `change` replaces ports of the hub, for what a healthy store does not do. */
export const openTestDoor = async (
  options: Partial<DoorOptions> = {},
  change: (hub: OpenHub) => Partial<Hub> = () => ({}),
  env: Readonly<Record<string, string>> = {},
): Promise<TestDoor> => {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-http-'));
  const issued = await seedStore(folder, organs, keySeeds);
  const { keyPem, certificatePem } = await hubKey;
  const config = readConfig({
    ...{ LIENTHONG_KEY: keyPem, LIENTHONG_CERT: certificatePem },
    ...{ LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99', LIENTHONG_NAME: 'Tỉnh Mẫu', LIENTHONG_NOTICE: 'DỮ LIỆU MÔ PHỎNG' },
    ...{ LIENTHONG_MAX_BYTES: '2000000', LIENTHONG_DISK_MIN: '1000000' },
    ...env,
  });
  const hub = await openHub(config);
  const lines: LogLine[] = [];
  const note = (fields: LogLine['fields'], sentence: string) => void lines.push({ fields, sentence });
  const log: Log = { error: note, warn: note };
  const changed: Hub = { ...hub, ...change(hub) };
  const door = await openDoor(changed, {
    ...{ host: '127.0.0.1', port: 0, tlsKey: null, tlsCert: null, rate: 0, publicUrl: 'http://127.0.0.1', secureCookies: false, log },
    consoleRouter: consoleRouter(changed, { secureCookies: false }),
    ...options,
  });
  return {
    ...{ hub, door, url: door.url, folder, log: lines },
    keys: Object.fromEntries(keyNames.map((name, index) => [name, issued[index] ?? ''])) as Record<KeyName, string>,
    spooled: () => readdir(join(folder, 'spool')).catch(() => []),
    async close() {
      await door.close();
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Retries until it holds: clean-up after a broken connection happens a moment later. */
export const eventually = async (check: () => Promise<boolean>, ms = 5000): Promise<boolean> => {
  for (const until = Date.now() + ms; Date.now() < until; ) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return check();
};
