/** The port through which all rows are read and brought. */
import type { Archive } from '../../hub/archive.ts';
import type { Lane } from '../lane.ts';
import type { reads } from '../read/reads.ts';
import type { writes } from '../write/writes.ts';

/** Long pages have a reader of their own, like lists. */
export const sqliteArchive = (writer: Lane<typeof writes>, lists: Lane<typeof reads>): Archive => ({
  // A page holds the rows of the kind that was asked for.
  read: async (kind, after, limit) => (await lists.call('archiveRows', { kind, after, limit })) as never,
  files: async (kind, after, limit) => (await lists.call('archiveFiles', { kind, after, limit })) as never,
  add: (kind, rows) => writer.call('archiveAdd', { kind, rows }),
  move: () => lists.call('archiveMove', undefined),
  mark: (move) => writer.call('archiveMark', move),
});
