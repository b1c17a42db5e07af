/** Ordering and linking the log, and folding what its entries carry into the sums: one transaction, safe whoever seals. */
import { createHash } from 'node:crypto';
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import { canonicalEntry, firstHash } from '../../records/journal.ts';
import type { Connection, Row } from '../connection.ts';
import { journalForm } from '../rows.ts';
import { kept, transact } from '../transaction.ts';
import type { Unfolded } from './journal.ts';

type Sums = ReadonlyMap<string, { readonly set: object; readonly field: string; readonly by: number }>;

const summed = (rows: readonly (readonly [id: string, set: object, field: string, by: number])[]): Sums => {
  const sums = new Map<string, { set: object; field: string; by: number }>();
  for (const [id, set, field, by] of rows) sums.set(id, { set, field, by: by + (sums.get(id)?.by ?? 0) });
  return sums;
};

const additions = (sums: Sums): AnyBulkWriteOperation<Row>[] =>
  [...sums].map(([_id, { set, field, by }]) => ({
    updateOne: { filter: { _id }, update: { $inc: { [field]: by }, $setOnInsert: set }, upsert: true },
  }));

/** What an entry gains with its seal it loses as an unfolded one in the same transaction. */
const fold = async ({ rows }: Connection, session: ClientSession, unfolded: readonly Unfolded[]): Promise<void> => {
  const figures = summed(
    unfolded.flatMap(({ figures: all = [] }) =>
      all.map(({ day, organ, figure, by }) => [JSON.stringify([day, organ, figure]), { day, organ, figure }, 'value', by] as const),
    ),
  );
  const tallies = summed(
    unfolded.flatMap(({ tallies: all = [] }) =>
      all.map(({ name, state, by }) => [`${name} ${state}`, { name, state }, 'rows', by] as const),
    ),
  );
  if (figures.size > 0) await rows.figures.bulkWrite(additions(figures), { session, ordered: false });
  if (tallies.size > 0) await rows.tallies.bulkWrite(additions(tallies), { session, ordered: false });
};

/**
 * Two that seal at once write the same entries: the later begins again and finds them sealed. The unique `sequence`
 * stands guard besides. Answers how many entries.
 */
export const seal = (connection: Connection, limit: number): Promise<number> =>
  transact<number>(connection, async (session) => {
    const { journal } = connection.rows;
    const sealed = { session, projection: { sequence: 1, hash: 1 } } as const;
    const [last] = await journal
      .find({ sequence: { $gt: 0 } }, sealed)
      .sort({ sequence: -1 })
      .limit(1)
      .toArray();
    const open = await journal.find({ open: true }, { session }).sort({ order: 1 }).limit(limit).toArray();
    if (open.length === 0) return kept(0);
    let [sequence, hash] = [Number(last?.sequence ?? 0), String(last?.hash ?? firstHash)];
    const links = open.map((row): AnyBulkWriteOperation<Row> => {
      sequence += 1;
      hash = createHash('sha256')
        .update(hash + canonicalEntry(journalForm.fromRow(row)))
        .digest('hex');
      const update = { $set: { sequence, hash }, $unset: { open: '', figures: '', tallies: '', offered: '' } };
      return { updateOne: { filter: { _id: row._id, open: true }, update, hint: '_id_' } };
    });
    await journal.bulkWrite(links, { session });
    await fold(connection, session, open as readonly Unfolded[]);
    return kept(open.length);
  });
