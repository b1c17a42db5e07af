/** What a store holds, as numbers that can be compared: of every kind how many rows, and one digest over all of them. */
import { createHash } from 'node:crypto';
import { type Archive, type ArchiveFile, type ArchiveFiles, type ArchiveKind, type ArchivePage, archiveKinds } from '../hub/archive.ts';
import { canonicalJson } from '../records/canonical.ts';

/** SHA-256, lower-case hex, over the canonical JSON of each row and a line feed, in the order of the archive. */
export type Holding = { readonly count: number; readonly sha256: string };
export type Holdings = Readonly<Record<ArchiveKind | keyof ArchiveFiles, Holding>>;

export const fileKinds = ['evidence', 'original'] as const satisfies readonly (keyof ArchiveFiles)[];
/** Rows a page: some megabytes at most. */
export const pageRows = 500;

type Turn<Row> = (after: string | null) => Promise<ArchivePage<Row>>;

/** Every page of a kind, in order; none for an empty one. */
export async function* pagesOf<Row>(turn: Turn<Row>): AsyncGenerator<readonly Row[]> {
  for (let after: string | null = null; ; ) {
    const { rows, next }: ArchivePage<Row> = await turn(after);
    if (rows.length > 0) yield rows;
    if (next === null) return;
    after = next;
  }
}

/** `step` is told how many rows were read. */
const holdingOf = async <Row>(turn: Turn<Row>, step: (rows: number) => void): Promise<Holding> => {
  const hash = createHash('sha256');
  let count = 0;
  for await (const rows of pagesOf(turn)) {
    for (const row of rows) hash.update(`${canonicalJson(row)}\n`);
    count += rows.length;
    step(rows.length);
  }
  return { count, sha256: hash.digest('hex') };
};

export const rowHolding = (archive: Archive, kind: ArchiveKind, step: (rows: number) => void = () => undefined): Promise<Holding> =>
  holdingOf((after) => archive.read(kind, after, pageRows), step);

/** By what rows say of the files: that the bytes are there, and are those, is shown by reading them. */
const fileHolding = (archive: Archive, kind: keyof ArchiveFiles): Promise<Holding> =>
  holdingOf<ArchiveFile>(
    (after) => archive.files(kind, after, pageRows),
    () => undefined,
  );

/** Of everything. Beside a running hub each kind is as of another moment. */
export const holdingsOf = async (archive: Archive, step: (rows: number) => void = () => undefined): Promise<Holdings> => {
  const found: [string, Holding][] = [];
  for (const kind of archiveKinds) found.push([kind, await rowHolding(archive, kind, step)]);
  for (const kind of fileKinds) found.push([kind, await fileHolding(archive, kind)]);
  return Object.fromEntries(found) as Holdings;
};
