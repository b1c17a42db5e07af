/**
 * The store of many processes: a MongoDB replica set. Every commit is one transaction, acknowledged by a majority
 * of the members with its journal on their disks; nothing correct rests on memory in this process, but for what a
 * majority was seen to hold and nobody ever removes (evidence).
 */
import { mkdirSync } from 'node:fs';
import type { Store } from '../hub/store.ts';
import type { Hub } from '../hub.ts';
import type { Change } from '../records/change.ts';
import { spoolFolder } from '../spool/names.ts';
import { mongoArchive } from './archive/archive.ts';
import { type Connection, connect } from './connection.ts';
import { mongoAccounts } from './directory/accounts.ts';
import { mongoHolders } from './directory/holders.ts';
import { mongoKeys } from './directory/keys.ts';
import { addMet, addSightings } from './directory/learning.ts';
import { mongoOrgans } from './directory/organs.ts';
import { mongoKeyAgreement } from './directory/signing.ts';
import { type KeptEvidence, mongoEvidence } from './files/evidence.ts';
import { type KeptOriginals, mongoOriginals, type SmallOriginal } from './files/originals.ts';
import { type Proven, prove } from './proof/prove.ts';
import { alertOf, listAlerts, openAlert } from './read/alerts.ts';
import { deliveryOf, offeredTo } from './read/inbox.ts';
import { listRecords } from './read/listing.ts';
import { declaredFor, figureSums, journalAfter, tallyOf } from './read/oversight.ts';
import { aboutOf, alikeTo, eventsOf, parkedAt, recordOf, refusedSince, sameAs, submissionsOf, toJudge } from './read/records.ts';
import { migrate } from './schema/migrate.ts';
import { partOf, prober } from './server.ts';
import { told, UnusableStore } from './trouble.ts';
import { watchJournal } from './watch.ts';
import type { Beside } from './write/change.ts';
import { mongoCommit } from './write/commit.ts';
import { addAlone } from './write/journal.ts';
import { declareMonth, takeLease } from './write/oversight.ts';
import { endClaims, toRelay } from './write/relay.ts';
import { seal } from './write/seal.ts';

export type MongoOptions = {
  /** `mongodb://…/DATABASE?replicaSet=…` */
  readonly url: string;
  /** Of this machine: only what is on its way in (spool files) stands there. */
  readonly folder: string;
  readonly now?: () => Date;
};

/** Bytes, beside the rows. */
type Kept = { readonly originals: KeptOriginals; readonly evidence: KeptEvidence };

/** What becomes true with a change beside its rows. A judgement whose evidence was not kept could never be repeated: our bug. */
const besideOf =
  (connection: Connection, kept: Kept, change: Change, small: SmallOriginal | null): Beside =>
  async (session) => {
    const { judgement, sightings = [], certificates = [] } = change;
    await addSightings(connection, session, sightings);
    await addMet(connection, session, certificates);
    const digests = judgement?.evidence.items.map(({ sha256 }) => sha256) ?? [];
    const missing = await kept.evidence.missing(session, digests);
    if (missing !== null) throw new Error(`The evidence ${missing} of the record ${judgement?.recordId} was not kept`);
    if (small !== null) await kept.originals.keepWithin(session, small);
  };

const committing = (connection: Connection, kept: Kept): Hub['commit'] => {
  const commit = mongoCommit(connection);
  return async (change, original) => {
    const small = original === undefined ? null : await kept.originals.ready(original);
    const committed = await commit(change, besideOf(connection, kept, change, small));
    // Bytes of a change that did not hold may be wanted again.
    if (committed.kind === 'done' && original !== undefined) await kept.originals.forget(original);
    return committed;
  };
};

const mongoRecords = (connection: Connection): Hub['records'] => ({
  get: (recordId) => recordOf(connection, recordId),
  list: (query) => listRecords(connection, query),
  events: (recordId) => eventsOf(connection, recordId),
  findSame: (identity) => sameAs(connection, identity),
  submissions: (recordId) => submissionsOf(connection, recordId),
  findAlike: (clue) => alikeTo(connection, clue),
  findAbout: (clue) => aboutOf(connection, clue),
  parked: (between, at) => parkedAt(connection, between, at),
  toJudge: (after, limit) => toJudge(connection, after, limit),
  refusedSince: (system, since) => refusedSince(connection, system, since),
});

const mongoDeliveries = (connection: Connection): Hub['deliveries'] => ({
  get: (deliveryId) => deliveryOf(connection, deliveryId),
  offered: (query) => offeredTo(connection, query),
  count: () => tallyOf(connection, 'delivery'),
  toRelay: (query) => toRelay(connection, query),
  relayed: (deliveryIds, holder, at) => endClaims(connection, deliveryIds, holder, at),
  unclaim: (deliveryIds, holder) => endClaims(connection, deliveryIds, holder, null),
});

type Oversight = Pick<Hub, 'alerts' | 'paper' | 'figures' | 'journal' | 'leases'>;

const mongoOversight = (connection: Connection): Oversight => ({
  alerts: told({
    findOpen: (key: string) => openAlert(connection, key),
    get: (alertId: string) => alertOf(connection, alertId),
    list: (query: Parameters<Hub['alerts']['list']>[0]) => listAlerts(connection, query),
    count: () => tallyOf(connection, 'alert'),
  }),
  paper: told<Hub['paper']>({
    declare: (month, journal) => declareMonth(connection, month, journal),
    declared: (periods) => declaredFor(connection, periods),
  }),
  figures: told<Hub['figures']>({ sums: (from, to) => figureSums(connection, from, to) }),
  journal: told<Hub['journal']>({
    add: (entry) => addAlone(connection, entry),
    seal: (limit) => seal(connection, limit),
    list: (after, limit) => journalAfter(connection, after, limit),
  }),
  leases: told<Hub['leases']>({ take: (name, holder, at, until) => takeLease(connection, name, holder, at, until) }),
});

/** At the start an operator must be told what the driver says: the name of the host, the password that is wrong. */
const unusable = (error: unknown): Error =>
  error instanceof UnusableStore ? error : new UnusableStore(`This MongoDB cannot be used: ${String(error)}`, { cause: error });

/** Tried before anything is written: a server that does not do what the hub relies on gets no store. */
const readied = async (connection: Connection): Promise<Proven> => {
  try {
    const proven = await prove(connection);
    await migrate(connection.db);
    return proven;
  } catch (error) {
    await connection.client.close();
    throw unusable(error);
  }
};

/** Makes the collections where they are missing. Fails, in words, on a server that cannot be relied on, and on a database that is newer or not ours. */
export const openMongo = async ({ url, folder, now = () => new Date() }: MongoOptions): Promise<Store> => {
  const connection = await connect(url).catch((error: unknown) => {
    throw unusable(error);
  });
  const proven = await readied(connection);
  mkdirSync(spoolFolder(folder), { recursive: true, mode: 0o700 });
  const kept: Kept = { originals: mongoOriginals(connection, folder, now), evidence: mongoEvidence(connection, now) };
  const organs = told(mongoOrgans(connection));
  return {
    ...told({ commit: committing(connection, kept) }),
    originals: told(kept.originals.originals),
    evidence: told(kept.evidence.evidence),
    organs,
    keys: told(mongoKeys(connection)),
    accounts: told(mongoAccounts(connection)),
    records: told(mongoRecords(connection)),
    deliveries: told(mongoDeliveries(connection)),
    holders: told(mongoHolders(connection)),
    ...mongoOversight(connection),
    archive: told(mongoArchive(connection)),
    writable: prober(connection),
    part: partOf(connection, now, proven),
    watch: watchJournal(connection, organs),
    ...told({ agreeOnKey: mongoKeyAgreement(connection) }),
    close: () => connection.client.close(),
  };
};
