/**
 * Files in the form of GridFS (specifications/gridfs), so that MongoDB's own tools read them: named by the digest of
 * their bytes, unique, written once. The driver's own upload is not used: it waits for a majority after every
 * chunk of 255 KiB, and what it leaves behind when it is killed cannot be told from what is being written.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type Binary, type ClientSession, type Collection, GridFSBucket, ObjectId } from 'mongodb';
import type { Connection } from '../connection.ts';

export type BucketName = 'originals' | 'evidence';

/** The fields of the specification, and `loose`: kept before anything named it, so the sweep must look at it. */
export type FileRow = {
  _id: ObjectId;
  filename: string;
  length: number;
  chunkSize: number;
  /** When it was kept last. */
  uploadDate: Date;
  loose?: true;
};
export type ChunkRow = { _id: ObjectId; files_id: ObjectId; n: number; data: Binary | Uint8Array };

export type Bucket = { readonly name: BucketName; readonly files: Collection<FileRow>; readonly chunks: Collection<ChunkRow> };

export const bucketOf = ({ db }: Connection, name: BucketName): Bucket => ({
  name,
  files: db.collection(`${name}.files`),
  chunks: db.collection(`${name}.chunks`),
});

/** Bytes a chunk, as the specification proposes: two to a page of the driver's cursor, far below 16 MiB. */
export const chunkSize = 261_120;

export type Named = { readonly sha256: string; readonly size: number };

/** Each of `chunkSize`, the last one shorter; none of no bytes. */
export const piecesOf = function* (bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkSize) yield bytes.subarray(from, from + chunkSize);
};

/** The same of a file. Fails with ENOENT when there is none. */
export async function* piecesIn(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const piece = Buffer.alloc(chunkSize);
      let filled = 0;
      for (let read = -1; read !== 0 && filled < chunkSize; filled += read)
        read = (await file.read(piece, filled, chunkSize - filled, null)).bytesRead;
      if (filled > 0) yield piece.subarray(0, filled);
      if (filled < chunkSize) return;
    }
  } finally {
    await file.close();
  }
}

/** Bytes under a digest that is not theirs would be believed for ever. */
export const requireDigest = (digest: string, { sha256 }: Named): void => {
  if (digest !== sha256) throw new Error(`Bytes with the digest ${digest} were handed in as ${sha256}`);
};

export const chunkRow = (id: ObjectId, n: number, data: Uint8Array): ChunkRow => ({ _id: new ObjectId(), files_id: id, n, data });
export const fileRow = (id: ObjectId, { sha256, size }: Named, uploadDate: Date, loose: boolean): FileRow => ({
  ...{ _id: id, filename: sha256, length: size, chunkSize, uploadDate },
  ...(loose && { loose }),
});

/**
 * True when these bytes stand already and are now marked as young, so that no sweep takes them before the commit
 * that names them: the sweep and this write the same row.
 */
export const renew = async (bucket: Bucket, { sha256, size }: Named, at: Date): Promise<boolean> => {
  const found = await bucket.files.updateOne({ filename: sha256, length: size }, { $max: { uploadDate: at } });
  return found.matchedCount === 1;
};

export type Small = {
  readonly named: Named;
  /** Null: they are thought to stand already. */
  readonly bytes: Uint8Array | null;
  readonly at: Date;
  /** Nothing names them yet. */
  readonly loose: boolean;
};

/**
 * Whole, inside a transaction: for bytes that fit into one with the rest of a commit. One question marks those that
 * stand as young, as `renew` does, or makes their row.
 */
export const putWithin = async (bucket: Bucket, session: ClientSession, { named, bytes, at, loose }: Small): Promise<void> => {
  const { sha256, size } = named;
  if (bytes !== null) requireDigest(createHash('sha256').update(bytes).digest('hex'), named);
  const id = new ObjectId();
  const first = { _id: id, chunkSize };
  const { upsertedCount } = await bucket.files.updateOne(
    { filename: sha256, length: size },
    {
      $max: { uploadDate: at },
      ...(loose ? { $setOnInsert: { ...first, loose } } : { $setOnInsert: first, $unset: { loose: '' } }),
    },
    { session, upsert: true },
  );
  if (upsertedCount === 0) return;
  if (bytes === null) throw new Error(`The bytes ${sha256} were not kept, and are no longer at hand`);
  const chunks = [...piecesOf(bytes)].map((piece, n) => chunkRow(id, n, piece));
  if (chunks.length > 0) await bucket.chunks.insertMany(chunks, { session });
};

/** Reads by the driver, which checks that no chunk is missing or short. */
export const readingFrom = ({ db }: Connection, { name }: Bucket): GridFSBucket => new GridFSBucket(db, { bucketName: name });
