/** What is not moved but made anew of what it is made from: the words of records, and how many rows stand in each state. */
import type { ClientSession } from 'mongodb';
import type { Connection } from '../connection.ts';
import { searchableFor } from '../words.ts';
import type { Unfolded } from '../write/journal.ts';

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Of these records: by their own words and the names of all that they are delivered to. */
export const findable = async ({ rows }: Connection, session: ClientSession, recordIds: readonly string[]): Promise<void> => {
  const shown = { subject: 1, code: 1, fromName: 1, from: 1 } as const;
  const records = await rows.records.find({ _id: { $in: [...recordIds] } }, { session, projection: shown }).toArray();
  const deliveries = await rows.deliveries
    .find({ recordId: { $in: [...recordIds] } }, { session, projection: { recordId: 1, organ: 1, place: 1 } })
    .toArray();
  const codes = [...records.map(({ from }) => textOf(from)), ...deliveries.map(({ organ }) => textOf(organ))].filter(
    (code) => code !== null,
  );
  const organs = await rows.organs.find({ _id: { $in: [...new Set(codes)] } }, { session, projection: { name: 1 } }).toArray();
  const names = new Map(organs.map(({ _id, name }) => [_id, String(name)]));
  const recipients = Map.groupBy(deliveries, ({ recordId }) => String(recordId));
  const writes = records.map(({ _id, subject, code, fromName, from }) => {
    const own = [subject, code, fromName].map(textOf);
    const others = (recipients.get(_id) ?? [])
      .sort((a, b) => Number(a.place) - Number(b.place))
      .flatMap(({ organ }) => names.get(String(organ)) ?? []);
    const update = { $set: searchableFor([...own, names.get(String(from)) ?? null], others) };
    return { updateOne: { filter: { _id }, update } };
  });
  if (writes.length > 0) await rows.records.bulkWrite(writes, { session, ordered: false });
};

/** By counting, less what no seal has folded yet. */
export const tally = async ({ rows }: Connection, session: ClientSession): Promise<void> => {
  const open = (await rows.journal.find({ open: true }, { session, projection: { tallies: 1 } }).toArray()) as readonly Unfolded[];
  const counts = new Map<string, { readonly name: string; readonly state: string; rows: number }>();
  const add = (name: string, state: string, by: number): void => {
    const id = `${name} ${state}`;
    counts.set(id, { name, state, rows: by + (counts.get(id)?.rows ?? 0) });
  };
  for (const [name, from] of [
    ['delivery', rows.deliveries],
    ['alert', rows.alerts],
  ] as const)
    for await (const { _id, count } of from.aggregate([{ $group: { _id: '$state', count: { $sum: 1 } } }], { session }))
      add(name, String(_id), Number(count));
  for (const { tallies = [] } of open) for (const { name, state, by } of tallies) add(name, state, -by);
  const writes = [...counts].map(([_id, replacement]) => ({ replaceOne: { filter: { _id }, replacement, upsert: true } }));
  if (writes.length > 0) await rows.tallies.bulkWrite(writes, { session });
};
