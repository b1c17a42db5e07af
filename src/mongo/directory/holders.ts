/** Whose the signing certificates are: the administrators' list, and what was learnt from traffic. */
import type { ClientSession } from 'mongodb';
import type { Holders } from '../../hub/trust.ts';
import { canonicalJson } from '../../records/canonical.ts';
import type { Holder, HolderKey, SightingCount } from '../../records/holder.ts';
import type { Connection, Line } from '../connection.ts';
import { holderForm, metForm } from '../rows.ts';
import { journaled, kept } from '../transaction.ts';
import { addEntry } from '../write/journal.ts';

type Counts = Awaited<ReturnType<Holders['put']>>;

const among = (keys: readonly HolderKey[] | null, field: string): object => (keys === null ? {} : { [field]: { $in: [...keys] } });

const putAll = async (connection: Connection, session: ClientSession, holders: readonly Holder[]): Promise<Counts> => {
  const { rows } = connection;
  const standing = await rows.holders.find({ _id: { $in: holders.map(({ key }) => key) } }, { session }).toArray();
  const known = new Map(standing.map((row) => [row._id, canonicalJson(holderForm.fromRow(row))]));
  const counts = { added: 0, changed: 0, unchanged: 0 };
  const changed: Holder[] = [];
  for (const holder of holders) {
    const before = known.get(holder.key);
    const now = canonicalJson(holder);
    known.set(holder.key, now);
    counts[before === now ? 'unchanged' : before === undefined ? 'added' : 'changed'] += 1;
    if (before !== now) changed.push(holder);
  }
  const writes = changed.map((holder) => ({
    replaceOne: { filter: { _id: holder.key }, replacement: holderForm.toRow(holder), upsert: true },
  }));
  if (writes.length > 0) await rows.holders.bulkWrite(writes, { session });
  return counts;
};

const seenOf = ({ key, organ, records }: Line): SightingCount => ({
  key: String(key),
  organ: String(organ),
  documents: Array.isArray(records) ? records.length : 0,
});

export const mongoHolders = (connection: Connection): Holders => {
  const { holders, sightings, certificates } = connection.rows;
  return {
    find: async (keys) => (keys.length === 0 ? [] : (await holders.find(among(keys, '_id')).toArray()).map(holderForm.fromRow)),
    list: async () => (await holders.find().sort({ organ: 1, kind: 1, person: 1, _id: 1 }).toArray()).map(holderForm.fromRow),
    put: (list, journal) =>
      journaled<Counts>(
        connection,
        journal.entryId,
        () => ({ added: 0, changed: 0, unchanged: list.length }),
        async (session) => {
          const counts = await putAll(connection, session, list);
          await addEntry(connection, session, journal);
          return kept(counts);
        },
      ),
    sightings: async (keys) =>
      keys?.length === 0 ? [] : (await sightings.find(among(keys, 'key')).sort({ key: 1, organ: 1 }).toArray()).map(seenOf),
    met: async (keys) =>
      keys?.length === 0 ? [] : (await certificates.find(among(keys, '_id')).sort({ name: 1, _id: 1 }).toArray()).map(metForm.fromRow),
  };
};
