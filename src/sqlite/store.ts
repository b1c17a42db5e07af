/**
 * The embedded store: one SQLite file and a folder of originals. Several processes may open the same
 * folder (the service and the command line beside it); each sees what the others commit at once.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RelayOffer, RelayQuery } from '../hub/relay.ts';
import type { Store } from '../hub/store.ts';
import type { Hub } from '../hub.ts';
import { spoolFolder } from '../spool/names.ts';
import { sqliteArchive } from './archive/archive.ts';
import { refuseUnrestored } from './connection.ts';
import { directoryReader } from './directory.ts';
import { evidenceFolder, sqliteEvidence } from './files/evidence.ts';
import { originalsFolder, syncFolder } from './files/keep.ts';
import { sqliteOriginals } from './files/originals.ts';
import { type Lane, lateLane, openLane } from './lane.ts';
import type { reads } from './read/reads.ts';
import type { writes } from './write/writes.ts';

export type SqliteOptions = { readonly folder: string; readonly now?: () => Date };

type Writer = Lane<typeof writes>;
type Reader = Lane<typeof reads>;

const sqliteOrgans = (writer: Writer, reader: Reader): Hub['organs'] => ({
  directory: directoryReader(reader),
  put: (organs, version, journal) => writer.call('putOrgans', { organs, version, journal }),
});

const sqliteKeys = (writer: Writer, reader: Reader): Hub['keys'] => {
  const lastMinute = new Map<string, string>();
  return {
    find: (sha256) => reader.call('keyBySha256', sha256),
    list: () => reader.call('allKeys', undefined),
    add: (key, at, journal) => writer.call('addKey', { key, at, journal }),
    revoke: (id, at, journal) => writer.call('revokeKey', { id, at, journal }),
    // A write a minute and system, not one a request.
    touch: async (system, at) => {
      const minute = `${at.slice(0, 16)}:00.000Z`;
      if (lastMinute.get(system) === minute) return;
      await writer.call('touchContact', { system, at: minute });
      lastMinute.set(system, minute);
    },
    contacts: async () => new Map(await reader.call('allContacts', undefined)),
  };
};

const sqliteRecords = (reader: Reader, lists: Reader): Hub['records'] => ({
  get: (recordId) => reader.call('recordOf', recordId),
  list: (query) => lists.call('listRecords', query),
  events: (recordId) => reader.call('eventsOf', recordId),
  findSame: (identity) => reader.call('sameAs', identity),
  submissions: (recordId) => reader.call('submissionsOf', recordId),
  findAlike: (clue) => reader.call('alikeTo', clue),
  findAbout: (clue) => reader.call('aboutOf', clue),
  parked: (between, at) => reader.call('parkedAt', { between, at }),
  // Most often nothing waits: not worth a thread for long lists, whose memory a small hub would miss.
  toJudge: async (after, limit) =>
    (await reader.call('toJudge', { after, limit: 1 })).length === 0 ? [] : lists.call('toJudge', { after, limit }),
  refusedSince: (system, since) => reader.call('refusedSince', { system, since }),
});

/** Two that ask at once find the same, and one of them claims nothing of it: it looks again. */
const mostLooks = 4;

const claimed = async (writer: Writer, reader: Reader, query: RelayQuery): Promise<readonly RelayOffer[]> => {
  const { at, holder, until } = query;
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const found = await reader.call('relayable', query);
    if (found.length === 0) break;
    const mine = new Set(await writer.call('claimFound', { sights: found.map(({ sight }) => sight), at, holder, until }));
    if (mine.size > 0) return found.map(({ offer }) => offer).filter(({ deliveryId }) => mine.has(deliveryId));
  }
  return [];
};

const sqliteDeliveries = (writer: Writer, reader: Reader): Hub['deliveries'] => ({
  get: (deliveryId) => reader.call('deliveryOf', deliveryId),
  offered: (query) => reader.call('offeredTo', query),
  count: () => reader.call('tallyOf', 'delivery'),
  toRelay: (query) => claimed(writer, reader, query),
  relayed: (deliveryIds, holder, at) => writer.call('endClaims', { deliveryIds, holder, at }),
  unclaim: (deliveryIds, holder) => writer.call('endClaims', { deliveryIds, holder, at: null }),
});

const sqliteHolders = (writer: Writer, reader: Reader, lists: Reader): Hub['holders'] => ({
  find: (keys) => reader.call('holdersOf', keys),
  list: () => lists.call('holdersOf', null),
  put: (holders, journal) => writer.call('putHolders', { holders, journal }),
  sightings: (keys) => (keys === null ? lists : reader).call('sightingsOf', keys),
  met: (keys) => (keys === null ? lists : reader).call('metOf', keys),
});

const sqliteOversight = (
  writer: Writer,
  reader: Reader,
  lists: Reader,
): Pick<Hub, 'alerts' | 'paper' | 'figures' | 'journal' | 'leases'> => ({
  alerts: {
    findOpen: (key) => reader.call('openAlert', key),
    get: (alertId) => reader.call('alertOf', alertId),
    list: (query) => lists.call('listAlerts', query),
    count: () => reader.call('tallyOf', 'alert'),
  },
  paper: {
    declare: (month, journal) => writer.call('declareMonth', { month, journal }),
    declared: (periods) => lists.call('declaredFor', periods),
  },
  figures: { sums: (from, to) => lists.call('figureSums', { from, to }) },
  journal: {
    add: (entry) => writer.call('addEntry', entry),
    seal: (limit) => writer.call('seal', limit),
    list: (after, limit) => lists.call('journalAfter', { after, limit }),
  },
  leases: { take: (name, holder, at, until) => writer.call('takeLease', { name, holder, at, until }) },
});

/** How long an answer of `writable` holds, milliseconds. */
const probeFor = 1000;

const prober = (writer: Writer, now: () => Date): (() => Promise<boolean>) => {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<boolean> = Promise.resolve(true);
  return () => {
    const at = performance.now();
    if (at - asked < probeFor) return answer;
    asked = at;
    answer = writer.call('probe', now().getTime()).then(
      () => true,
      () => false,
    );
    return answer;
  };
};

type Lanes = { readonly writer: Writer; readonly reader: Reader; readonly lists: Reader };

/**
 * Lists and reports have a reader of their own, started with the first of them: a slow one must not
 * stand before the short questions of the main path. Where one thread cannot start, the other is let go of.
 */
const openLanes = async (folder: string): Promise<Lanes> => {
  const starting = [openLane<typeof writes>('writer', folder), openLane<typeof reads>('reader', folder)] as const;
  try {
    const [writer, reader] = await Promise.all(starting);
    return { writer, reader, lists: lateLane(() => openLane<typeof reads>('reader', folder)) };
  } catch (error) {
    for (const one of await Promise.allSettled(starting)) if (one.status === 'fulfilled') await one.value.close();
    throw error;
  }
};

/** Makes the folder and the tables where they are missing. Fails, in words, on a store that is newer or not ours. */
export const openSqlite = async ({ folder, now = () => new Date() }: SqliteOptions): Promise<Store> => {
  refuseUnrestored(folder);
  for (const part of [folder, originalsFolder(folder), evidenceFolder(folder), spoolFolder(folder)])
    mkdirSync(part, { recursive: true, mode: 0o700 });
  // The folders' own names must outlive a power cut as well, or all that is kept in them does not.
  for (const part of [folder, dirname(resolve(folder))]) await syncFolder(part);
  const { writer, reader, lists } = await openLanes(folder);
  const { originals, ready } = sqliteOriginals(folder, { writer, reader, now });
  return {
    commit: async (change, original) => {
      const keep = original === undefined ? null : await ready(original);
      return writer.call('commit', { change, keep });
    },
    originals,
    evidence: sqliteEvidence(folder, { writer, reader }),
    organs: sqliteOrgans(writer, reader),
    keys: sqliteKeys(writer, reader),
    records: sqliteRecords(reader, lists),
    deliveries: sqliteDeliveries(writer, reader),
    accounts: {
      list: () => reader.call('allAccounts', undefined),
      put: (account, journal) => writer.call('putAccount', { account, journal }),
      remove: (system, journal) => writer.call('removeAccount', { system, journal }),
    },
    holders: sqliteHolders(writer, reader, lists),
    ...sqliteOversight(writer, reader, lists),
    archive: sqliteArchive(writer, lists),
    writable: prober(writer, now),
    part: async () => ({ name: 'store', what: `SQLite ${process.versions.sqlite ?? ''}`.trim(), state: 'ok', since: null, remarks: [] }),
    close: async () => {
      await lists.close();
      await reader.close();
      await writer.close();
    },
  };
};
