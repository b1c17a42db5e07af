/** Access keys, and when a system called last. */
import type { Hub } from '../../hub.ts';
import type { Connection } from '../connection.ts';
import { keyForm } from '../rows.ts';
import { dropped, journaled, kept } from '../transaction.ts';
import { isClash } from '../trouble.ts';
import { addEntry } from '../write/journal.ts';

/** Of contract §1: two live keys a system, so that one can be changed without a gap. */
const liveKeys = 2;

const addKey =
  (connection: Connection): Hub['keys']['add'] =>
  (key, at, journal) =>
    journaled<'done' | 'full'>(
      connection,
      journal.entryId,
      () => 'done',
      async (session) => {
        const { keys, settings } = connection.rows;
        // Two that add at once both count one live key: this row makes them conflict, and the later counts again.
        await settings.updateOne({ _id: `keys of ${key.system}` }, { $inc: { value: 1 } }, { session, upsert: true });
        const live = await keys.countDocuments({ system: key.system, revokedAt: { $exists: false }, expiresAt: { $gt: at } }, { session });
        if (live >= liveKeys) return dropped('full');
        await keys.insertOne(keyForm.toRow(key), { session });
        await addEntry(connection, session, journal);
        return kept('done');
      },
    );

const revokeKey =
  (connection: Connection): Hub['keys']['revoke'] =>
  (id, at, journal) =>
    journaled<'done' | 'unknown'>(
      connection,
      journal.entryId,
      () => 'done',
      async (session) => {
        const { keys } = connection.rows;
        // The first revocation stands: a later one does not move its date.
        await keys.updateOne({ _id: id, revokedAt: { $exists: false } }, { $set: { revokedAt: at } }, { session });
        if ((await keys.findOne({ _id: id }, { session, projection: { _id: 1 } })) === null) return dropped('unknown');
        await addEntry(connection, session, journal);
        return kept('done');
      },
    );

/** Never goes back: an older call may come later from another process. */
const note = async ({ rows }: Connection, system: string, at: string): Promise<void> => {
  const raise = () => rows.contacts.updateOne({ _id: system }, { $max: { at } }, { upsert: true });
  try {
    await raise();
  } catch (error) {
    // Another process made the row between our look and our write.
    if (!isClash(error)) throw error;
    await raise();
  }
};

export const mongoKeys = (connection: Connection): Hub['keys'] => {
  const lastMinute = new Map<string, string>();
  const { keys, contacts } = connection.rows;
  return {
    find: async (sha256) => {
      const row = await keys.findOne({ sha256 });
      return row === null ? null : keyForm.fromRow(row);
    },
    list: async () => (await keys.find().sort({ system: 1, issuedAt: 1, _id: 1 }).toArray()).map(keyForm.fromRow),
    add: addKey(connection),
    revoke: revokeKey(connection),
    // A write a minute and system, not one a request.
    touch: async (system, at) => {
      const minute = `${at.slice(0, 16)}:00.000Z`;
      if (lastMinute.get(system) === minute) return;
      await note(connection, system, minute);
      lastMinute.set(system, minute);
    },
    contacts: async () => new Map((await contacts.find().toArray()).map(({ _id, at }) => [_id, String(at)])),
  };
};
