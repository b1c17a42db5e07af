/** One client for the whole process: its pool, what it promises of reads and writes, and the collections. */
import {
  type Collection,
  type Db,
  type Document,
  MongoClient,
  type MongoClientOptions,
  type ObjectId,
  ReadConcern,
  WriteConcern,
} from 'mongodb';

/** A document under a name of ours. Fields that are null are not stored, so that sparse and partial indexes leave them out. */
export type Row = Document & { _id: string };
/** One of many, in the order in which they were made as far as one process can tell. */
export type Line = Document & { _id: ObjectId };

/** Every collection but those of GridFS (`originals.*`, `evidence.*`). */
export type Rows = {
  readonly settings: Collection<Row>;
  readonly records: Collection<Row>;
  readonly submissions: Collection<Line>;
  readonly deliveries: Collection<Row>;
  readonly events: Collection<Line>;
  readonly alerts: Collection<Row>;
  readonly alertRecords: Collection<Line>;
  readonly organs: Collection<Row>;
  readonly keys: Collection<Row>;
  readonly contacts: Collection<Row>;
  readonly accounts: Collection<Row>;
  readonly holders: Collection<Row>;
  readonly sightings: Collection<Line>;
  readonly certificates: Collection<Row>;
  readonly judgements: Collection<Line>;
  readonly evidence: Collection<Row>;
  readonly paper: Collection<Line>;
  readonly paperHistory: Collection<Line>;
  readonly figures: Collection<Row>;
  readonly tallies: Collection<Row>;
  readonly journal: Collection<Row>;
  readonly leases: Collection<Row>;
  readonly uploads: Collection<Line>;
};

export type Connection = {
  readonly client: MongoClient;
  readonly db: Db;
  readonly rows: Rows;
};

/** A write is answered when a majority has it in its journal on disk (durability.md): sent with every one, never left to the server's default. */
export const durably = new WriteConcern('majority', 10_000, true);
/** What is read cannot be rolled back any more: "already received" is decided on it (durability.md, trap 9). */
export const settled = new ReadConcern('majority');

/**
 * How long a call waits for a primary, milliseconds: longer than a server notices and elects in most cases would keep
 * callers waiting; a caller that gets 503 comes again.
 */
const selection = 5_000;

/** What the hub promises rests on these: nothing in the URL changes them. */
const promises: MongoClientOptions = {
  writeConcern: durably,
  readConcern: settled,
  // From the primary alone: what a process has just committed, another sees with its next question.
  readPreference: 'primary',
  retryWrites: true,
  retryReads: true,
  // As in JSON: what is not there is not stored.
  ignoreUndefined: true,
};

/** Times in milliseconds, sizes in connections: an operator may say otherwise in the URL. */
const habits: MongoClientOptions = {
  appName: 'lienthong',
  serverSelectionTimeoutMS: selection,
  connectTimeoutMS: 5_000,
  // A peer that is gone without a word is noticed by the monitor first; this is the last resort.
  socketTimeoutMS: 60_000,
  // Asked every second: a step-down is seen within one, also where the server does not push its state.
  serverMonitoringMode: 'poll',
  heartbeatFrequencyMS: 1_000,
  minPoolSize: 2,
  maxPoolSize: 64,
  waitQueueTimeoutMS: 10_000,
};

/** Given to the driver, an option outweighs the URL: so those that the URL names are left to it. */
const optionsFor = (url: string): MongoClientOptions => {
  const named = new Set([...new URLSearchParams(url.split('?')[1] ?? '').keys()].map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(habits).filter(([name]) => !named.has(name.toLowerCase()))), ...promises };
};

/** From the URL's path; without one, ours. The driver alone would take `test`. */
const databaseNameIn = (url: string): string => /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? 'lienthong';

const rowsOf = (db: Db): Rows => ({
  settings: db.collection('settings'),
  records: db.collection('records'),
  submissions: db.collection('submissions'),
  deliveries: db.collection('deliveries'),
  events: db.collection('events'),
  alerts: db.collection('alerts'),
  alertRecords: db.collection('alertRecords'),
  organs: db.collection('organs'),
  keys: db.collection('keys'),
  contacts: db.collection('contacts'),
  accounts: db.collection('accounts'),
  holders: db.collection('holders'),
  sightings: db.collection('sightings'),
  certificates: db.collection('certificates'),
  judgements: db.collection('judgements'),
  evidence: db.collection('evidence'),
  paper: db.collection('paper'),
  paperHistory: db.collection('paperHistory'),
  figures: db.collection('figures'),
  tallies: db.collection('tallies'),
  journal: db.collection('journal'),
  leases: db.collection('leases'),
  uploads: db.collection('uploads'),
});

/** A client that is connected, and the database that the URL names. */
export const connectionOf = (client: MongoClient, url: string): Connection => {
  const db = client.db(decodeURIComponent(databaseNameIn(url)));
  return { client, db, rows: rowsOf(db) };
};

/** Fails when no primary answers in time, or it does not let us in. */
export const connect = async (url: string): Promise<Connection> => {
  const client = new MongoClient(url, optionsFor(url));
  try {
    await client.connect();
    return connectionOf(client, url);
  } catch (error) {
    await client.close();
    throw error;
  }
};
