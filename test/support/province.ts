/** A small fictional province with one organ of every kind that a rule speaks of, and a hub that serves it. */
import { type Client, clientOf } from './client.ts';
import { type HubOptions, type HubProcess, startHub, temporaryFolder } from './hub.ts';
import { type KeySeed, type OrganSeed, seedStore } from './seed.ts';

export const organs: readonly OrganSeed[] = [
  { code: 'H99', name: 'UBND tỉnh Mẫu', level: 'province' },
  { code: 'H99.1', name: 'Sở Nội vụ', level: 'province', parent: 'H99', oldCodes: ['000.00.01.H99'] },
  { code: 'H99.2', name: 'Sở Xây dựng', level: 'province', parent: 'H99' },
  { code: 'H99.3', name: 'Sở Tư pháp', level: 'province', parent: 'H99', locked: true },
  { code: 'H99.4', name: 'Sở Giao thông vận tải', level: 'province', parent: 'H99', validTo: '2025-02-28', successor: 'H99.2' },
  { code: 'H99.5', name: 'UBND huyện Cũ', level: 'district', parent: 'H99', validTo: '2025-06-30' },
  { code: 'H99.6', name: 'Chi cục Văn thư', level: 'province', parent: 'H99', delegate: 'H99.1' },
  { code: 'H99.11', name: 'UBND xã Tân Lập', parent: 'H99', system: 'QLVB-XA' },
  { code: 'H99.12', name: 'UBND xã Phú Hòa', parent: 'H99', system: 'QLVB-XA' },
  { code: 'H99.13', name: 'UBND phường Đông Sơn', parent: 'H99', system: 'QLVB-XA' },
  { code: 'G09', name: 'Bộ Nội vụ', level: 'central', member: false },
  { code: 'H88.1', name: 'Sở Nội vụ tỉnh Bạn', level: 'province', member: false, system: 'TRUC-H88' },
];

export type Province = {
  readonly hub: HubProcess;
  /** By system; also `admin`, `truc` (the neighbouring hub), `expired`, `revoked`, `none`, `unknown`. */
  readonly as: Readonly<Record<'so1' | 'so2' | 'so3' | 'xa' | 'admin' | 'truc' | 'expired' | 'revoked' | 'none' | 'unknown', Client>>;
  readonly keys: Readonly<Record<Who, string>>;
  /** The same folder, keys and port, after `hub` ended. */
  again(): Promise<Province>;
};

const keys = {
  so1: { system: 'H99.1' },
  so2: { system: 'H99.2' },
  so3: { system: 'H99.3' },
  xa: { system: 'QLVB-XA' },
  admin: { system: 'admin', role: 'admin' },
  truc: { system: 'TRUC-H88', role: 'hub' },
  expired: { system: 'H99', expiresAt: '2026-01-01T00:00:00.000Z' },
  revoked: { system: 'H99', revokedAt: '2026-01-01T00:00:00.000Z' },
} as const satisfies Record<string, KeySeed>;
type Who = keyof typeof keys;

export const openProvince = async (options: HubOptions & { readonly more?: readonly OrganSeed[] } = {}): Promise<Province> => {
  const folder = options.folder ?? (await temporaryFolder());
  const names = Object.keys(keys) as Who[];
  const given = await seedStore(folder, [...organs, ...(options.more ?? [])], Object.values(keys));
  const keyOf = (who: Who): string => given[names.indexOf(who)] ?? '';
  const held = Object.fromEntries(names.map((who) => [who, keyOf(who)])) as Record<Who, string>;
  const start = async (port?: number): Promise<Province> => {
    const hub = await startHub({ ...options, folder, ...(port === undefined ? {} : { port }) });
    const clients = Object.fromEntries(names.map((who) => [who, clientOf(hub.url, keyOf(who))])) as Record<Who, Client>;
    return {
      hub,
      keys: held,
      as: { ...clients, none: clientOf(hub.url, null), unknown: clientOf(hub.url, 'lt_unknown') },
      again: () => start(hub.port),
    };
  };
  return start();
};
