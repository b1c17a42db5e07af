/** The port of evidence: small pieces as rows, large ones (revocation lists) as files. Nothing of it is ever removed. */
import { createHash } from 'node:crypto';
import { Binary, type ClientSession, MongoBulkWriteError } from 'mongodb';
import type { Evidence } from '../../hub/trust.ts';
import type { EvidenceItem } from '../../records/judgement.ts';
import type { Connection, Row } from '../connection.ts';
import { judgementForm } from '../rows.ts';
import { bucketOf, piecesOf, readingFrom, requireDigest } from './bucket.ts';
import { keepFile } from './upload.ts';

/** Up to here (bytes) a piece stands in its row, which must stay below 16 MiB. */
const withRow = 1_048_576;

type Brought = EvidenceItem & { readonly bytes: Uint8Array };
const isBrought = (item: EvidenceItem): item is Brought => item.bytes !== null;

/** Digests remembered at most; the oldest go first. */
const mostKnown = 50_000;

/** What a majority was once seen to hold is not asked for again: nothing of it is ever removed. */
type Known = { has(sha256: string): boolean; learn(digests: Iterable<string>): void };

const openKnown = (): Known => {
  const digests = new Set<string>();
  return {
    has: (sha256) => digests.has(sha256),
    learn: (more) => {
      for (const sha256 of more) digests.add(sha256);
      for (const oldest of digests) {
        if (digests.size <= mostKnown) break;
        digests.delete(oldest);
      }
    },
  };
};

type Shelf = { readonly connection: Connection; readonly known: Known };

/** Those that are not kept. In a transaction nothing is learnt: what it reads is settled only when it commits. */
const absentAmong = async (
  { connection, known }: Shelf,
  digests: readonly string[],
  session?: ClientSession,
): Promise<readonly string[]> => {
  const asked = digests.filter((sha256) => !known.has(sha256));
  if (asked.length === 0) return [];
  const options = { projection: { _id: 1 }, ...(session !== undefined && { session }) };
  const found = (await connection.rows.evidence.find({ _id: { $in: asked } }, options).toArray()).map(({ _id }) => _id);
  if (session === undefined) known.learn(found);
  const kept = new Set(found);
  return asked.filter((sha256) => !kept.has(sha256));
};

const rowFor = async (connection: Connection, { kind, sha256, bytes }: Brought, at: Date): Promise<Row> => {
  const row = { _id: sha256, kind, size: bytes.length };
  if (bytes.length <= withRow) return { ...row, bytes: new Binary(bytes) };
  const named = { sha256, size: bytes.length };
  await keepFile(connection, bucketOf(connection, 'evidence'), { named, pieces: () => piecesOf(bytes), at, loose: false });
  return row;
};

/** Those that came twice, or that another process brought meanwhile, stand already. True where all are this call's own. */
const insert = async ({ rows }: Connection, added: readonly Row[]): Promise<boolean> => {
  try {
    if (added.length > 0) await rows.evidence.insertMany([...added], { ordered: false });
    return true;
  } catch (error) {
    const errors = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (errors.length === 0 || !errors.every(({ code }) => code === 11_000)) throw error;
    return false;
  }
};

const keepAll = async (shelf: Shelf, items: readonly EvidenceItem[], at: Date): Promise<readonly string[]> => {
  const { connection, known } = shelf;
  const digests = await absentAmong(
    shelf,
    items.map(({ sha256 }) => sha256),
  );
  const wanted = new Set(digests);
  const absent = items.filter(({ sha256 }) => wanted.has(sha256));
  const brought = absent.filter(isBrought);
  for (const item of brought) requireDigest(createHash('sha256').update(item.bytes).digest('hex'), item);
  const added: Row[] = [];
  for (const item of brought) added.push(await rowFor(connection, item, at));
  // The row of a file comes after the file: what a row names is durable.
  if (await insert(connection, added)) known.learn(brought.map(({ sha256 }) => sha256));
  return absent.filter((item) => !isBrought(item)).map(({ sha256 }) => sha256);
};

const bytesOf = async (connection: Connection, sha256: string): Promise<Uint8Array | null> => {
  const row = await connection.rows.evidence.findOne({ _id: sha256 });
  if (row === null) return null;
  if (row.bytes instanceof Binary) return Buffer.from(row.bytes.buffer);
  const bucket = bucketOf(connection, 'evidence');
  const file = await bucket.files.findOne({ filename: sha256 }, { projection: { _id: 1 } });
  return file === null ? null : Buffer.concat(await readingFrom(connection, bucket).openDownloadStream(file._id).toArray());
};

export type KeptEvidence = {
  readonly evidence: Evidence;
  /** The first of these that is not kept: no judgement may rest on it. */
  missing(session: ClientSession, digests: readonly string[]): Promise<string | null>;
};

export const mongoEvidence = (connection: Connection, now: () => Date): KeptEvidence => {
  const shelf = { connection, known: openKnown() };
  return {
    evidence: {
      keep: (items) => keepAll(shelf, items, now()),
      open: (sha256) => bytesOf(connection, sha256),
      judgements: async (recordId) =>
        (await connection.rows.judgements.find({ recordId }).sort({ _id: 1 }).toArray()).map(judgementForm.fromRow),
    },
    missing: async (session, digests) => (await absentAmong(shelf, digests, session))[0] ?? null,
  };
};
