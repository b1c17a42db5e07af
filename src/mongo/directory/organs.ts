/** The directory: read again only when its version has changed, replaced row by row in one transaction. */
import type { Hub } from '../../hub.ts';
import { type Directory, directoryFor } from '../../records/organ.ts';
import type { Connection } from '../connection.ts';
import { organForm } from '../rows.ts';
import { dropped, journaled, kept } from '../transaction.ts';
import { addEntry } from '../write/journal.ts';

const versionOf = async ({ rows }: Connection): Promise<number> => Number((await rows.settings.findOne({ _id: 'directory' }))?.value ?? 0);

/** All rows of one version: an import that comes in between is seen by the version afterwards, and it is read again. */
const readAll = async (connection: Connection, version: number): Promise<Directory> => {
  for (let before = version; ; ) {
    const organs = (await connection.rows.organs.find().sort({ _id: 1 }).toArray()).map(organForm.fromRow);
    const after = await versionOf(connection);
    if (after === before) return directoryFor(after, organs);
    before = after;
  }
};

/** What is held is only a copy of that very version, so nothing correct rests on it. */
const directoryReader = (connection: Connection): Hub['organs']['directory'] => {
  let held: Directory | null = null;
  return async () => {
    const version = await versionOf(connection);
    if (held !== null && version <= held.version) return held;
    const read = await readAll(connection, version);
    if (held === null || read.version > held.version) held = read;
    return held;
  };
};

export const mongoOrgans = (connection: Connection): Hub['organs'] => ({
  directory: directoryReader(connection),
  put: (organs, version, journal) =>
    journaled<Awaited<ReturnType<Hub['organs']['put']>>>(
      connection,
      journal.entryId,
      () => ({ kind: 'done', version: version + 1 }),
      async (session) => {
        const { settings, organs: rows } = connection.rows;
        const raised = await settings.updateOne({ _id: 'directory', value: version }, { $inc: { value: 1 } }, { session });
        if (raised.matchedCount !== 1) return dropped({ kind: 'stale' });
        const writes = organs.map((organ) => ({
          replaceOne: { filter: { _id: organ.code }, replacement: organForm.toRow(organ), upsert: true },
        }));
        if (writes.length > 0) await rows.bulkWrite(writes, { session });
        await addEntry(connection, session, journal);
        return kept({ kind: 'done', version: version + 1 });
      },
    ),
});
