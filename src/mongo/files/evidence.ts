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

const keptAmong = async ({ rows }: Connection, digests: readonly string[], session?: ClientSession): Promise<ReadonlySet<string>> => {
  const options = { projection: { _id: 1 }, ...(session !== undefined && { session }) };
  return new Set((await rows.evidence.find({ _id: { $in: [...digests] } }, options).toArray()).map(({ _id }) => _id));
};

/** The first of these that is not kept: no judgement may rest on it. */
export const missingEvidence = async (
  connection: Connection,
  session: ClientSession,
  digests: readonly string[],
): Promise<string | null> => {
  if (digests.length === 0) return null;
  const kept = await keptAmong(connection, digests, session);
  return digests.find((sha256) => !kept.has(sha256)) ?? null;
};

const rowFor = async (connection: Connection, { kind, sha256, bytes }: Brought, at: Date): Promise<Row> => {
  const row = { _id: sha256, kind, size: bytes.length };
  if (bytes.length <= withRow) return { ...row, bytes: new Binary(bytes) };
  const named = { sha256, size: bytes.length };
  await keepFile(connection, bucketOf(connection, 'evidence'), { named, pieces: () => piecesOf(bytes), at, loose: false });
  return row;
};

/** Those that came twice, or that another process brought meanwhile, stand already. */
const insert = async ({ rows }: Connection, added: readonly Row[]): Promise<void> => {
  try {
    if (added.length > 0) await rows.evidence.insertMany([...added], { ordered: false });
  } catch (error) {
    const errors = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    if (errors.length === 0 || !errors.every(({ code }) => code === 11_000)) throw error;
  }
};

const keepAll = async (connection: Connection, items: readonly EvidenceItem[], at: Date): Promise<readonly string[]> => {
  const kept = await keptAmong(
    connection,
    items.map(({ sha256 }) => sha256),
  );
  const absent = items.filter(({ sha256 }) => !kept.has(sha256));
  const brought = absent.filter(isBrought);
  for (const item of brought) requireDigest(createHash('sha256').update(item.bytes).digest('hex'), item);
  const added: Row[] = [];
  for (const item of brought) added.push(await rowFor(connection, item, at));
  // The row of a file comes after the file: what a row names is durable.
  await insert(connection, added);
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

export const mongoEvidence = (connection: Connection, now: () => Date): Evidence => ({
  keep: async (items) => (items.length === 0 ? [] : keepAll(connection, items, now())),
  open: (sha256) => bytesOf(connection, sha256),
  judgements: async (recordId) =>
    (await connection.rows.judgements.find({ recordId }).sort({ _id: 1 }).toArray()).map(judgementForm.fromRow),
});
