/** Which originals and which evidence rows name, by digest. */
import type { ArchiveFile, ArchiveFiles, ArchivePage } from '../../hub/archive.ts';
import type { Connection } from '../connection.ts';
import type { Question } from './read.ts';

type Naming = { readonly _id: string; readonly size: number; readonly recordIds: readonly string[] };

/** Within a range of digests, from the index on them. */
const namings = async (connection: Connection, rows: 'submissions' | 'deliveries', range: object): Promise<readonly Naming[]> =>
  connection.rows[rows]
    .aggregate<Naming>([
      { $match: { sha256: range } },
      { $group: { _id: '$sha256', size: { $max: '$size' }, recordIds: { $addToSet: '$recordId' } } },
    ])
    .toArray();

/** Those of a purged record need not be there. */
const standing = async ({ rows }: Connection, found: readonly Naming[]): Promise<readonly Naming[]> => {
  const ids = [...new Set(found.flatMap(({ recordIds }) => recordIds))];
  const purged = await rows.records.find({ _id: { $in: ids }, purgedAt: { $exists: true } }, { projection: { _id: 1 } }).toArray();
  const gone = new Set(purged.map(({ _id }) => _id));
  return found.filter(({ recordIds }) => recordIds.some((id) => !gone.has(id)));
};

/** A page reaches as far as the next submissions do; deliveries name others seldom (bytes derived for another hub). */
const originalsAfter = async (connection: Connection, { after, limit }: Question): Promise<ArchivePage<ArchiveFile>> => {
  const from = after ?? '';
  const next = await connection.rows.submissions
    .find({ sha256: { $gt: from } }, { projection: { sha256: 1, _id: 0 } })
    .sort({ sha256: 1 })
    .limit(limit)
    .toArray();
  const end = next.length < limit ? null : String(next.at(-1)?.sha256);
  const range = { $gt: from, ...(end !== null && { $lte: end }) };
  const found = [...(await namings(connection, 'submissions', range)), ...(await namings(connection, 'deliveries', range))];
  const sizes = new Map<string, number>();
  for (const { _id, size } of await standing(connection, found)) sizes.set(_id, Math.max(size, sizes.get(_id) ?? 0));
  const rows = [...sizes].map(([sha256, size]) => ({ sha256, size })).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  return { rows, next: end };
};

const evidenceAfter = async ({ rows }: Connection, { after, limit }: Question): Promise<ArchivePage<ArchiveFiles['evidence']>> => {
  const found = await rows.evidence
    .find({ _id: { $gt: after ?? '' } }, { projection: { kind: 1, size: 1 } })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
  const last = found.at(-1);
  return {
    rows: found.map(({ _id, kind, size }) => ({ sha256: _id, kind: kind as ArchiveFiles['evidence']['kind'], size: Number(size) })),
    next: found.length < limit || last === undefined ? null : last._id,
  };
};

export const archiveFiles = (
  connection: Connection,
  kind: keyof ArchiveFiles,
  question: Question,
): Promise<ArchivePage<ArchiveFiles[keyof ArchiveFiles]>> =>
  kind === 'original' ? originalsAfter(connection, question) : evidenceAfter(connection, question);
