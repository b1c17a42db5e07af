/** Whether an envelope would be accepted now, what is missing, and how each part does. */
import { statfs } from 'node:fs/promises';
import type { Config } from '../config.ts';
import type { Part } from '../hub/part.ts';
import type { Store } from '../hub/store.ts';
import type { Health, Hub } from '../hub.ts';
import { standingsOf } from '../signature/revocation/standing.ts';

/** Health is asked before every envelope; the disk and the store are looked at once a second. */
const healthEvery = 1_000;

export type Parts = Pick<Hub, 'revocation' | 'fetcher'> & { readonly store: Store; readonly broker: { part(): Part } | null };

export const healthOf = (config: Config, { store, broker, revocation, fetcher }: Parts): Hub['health'] => {
  let known: { readonly health: Promise<Health>; readonly at: number } | null = null;
  const look = async (): Promise<Health> => {
    const refusal = (await isDiskLow(config)) ? 'disk.low' : (await store.writable()) ? null : 'store.unavailable';
    const parts = [await storePart(store, refusal), ...(broker === null ? [] : [broker.part()])];
    const degraded = [
      ...((await revocation.trust()).anchors.length === 0 ? ['anchors'] : []),
      ...((await isRevocationStale(revocation)) ? ['crls'] : []),
      ...(fetcher.resting().length > 0 ? ['fetch'] : []),
      ...(config.hub === '' ? ['hub-code'] : []),
      ...parts.filter(({ name, state }) => name !== 'store' && (state === 'away' || state === 'blocked')).map(({ name }) => name),
      ...(refusal === null ? [] : [refusal]),
    ];
    return { ready: refusal === null, degraded, refusal, parts };
  };
  return () => {
    const now = Date.now();
    if (known === null || now - known.at >= healthEvery) known = { health: look(), at: now };
    return known.health;
  };
};

const storePart = async (store: Store, refusal: Health['refusal']): Promise<Part> => {
  const part = await store.part();
  return refusal === 'store.unavailable' ? { ...part, state: 'away' } : part;
};

/** An installed authority without a current list: its certificates are `revocation-unknown` unless OCSP answers are at hand. */
const isRevocationStale = async (revocation: Hub['revocation']): Promise<boolean> =>
  standingsOf(await revocation.trust(), await revocation.kept(), new Date()).some(({ state }) => state !== 'current');

const isDiskLow = async (config: Config): Promise<boolean> => {
  const { bavail, bsize } = await statfs(config.data);
  return bavail * bsize < config.diskMin;
};
