/** The port through which all rows are read and brought. */
import type { Archive, Move } from '../../hub/archive.ts';
import type { Connection } from '../connection.ts';
import { kept, transact } from '../transaction.ts';
import { archiveAdd } from './add.ts';
import { tally } from './derived.ts';
import { archiveFiles } from './files.ts';
import { archiveRows } from './read.ts';

const moveIn = async ({ rows }: Connection): Promise<Move | null> => {
  const row = await rows.settings.findOne({ _id: 'move' });
  return row === null ? null : { from: String(row.from), startedAt: String(row.startedAt) };
};

export const mongoArchive = (connection: Connection): Archive => {
  const { settings } = connection.rows;
  return {
    // A page holds the rows of the kind that was asked for.
    read: async (kind, after, limit) => (await archiveRows(connection, kind, { after, limit })) as never,
    files: async (kind, after, limit) => (await archiveFiles(connection, kind, { after, limit })) as never,
    add: (kind, rows) => transact(connection, async (session) => kept(await archiveAdd(connection, session, kind, rows))),
    move: () => moveIn(connection),
    mark: (move) =>
      transact(connection, async (session) => {
        if (move !== null) await settings.replaceOne({ _id: 'move' }, move, { session, upsert: true });
        else {
          await tally(connection, session);
          await settings.deleteOne({ _id: 'move' }, { session });
        }
        return kept(undefined);
      }),
  };
};
