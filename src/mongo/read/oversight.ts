/** What the reports and the log read: figures, tallies, declarations, the journal. */
import type { ClientSession } from 'mongodb';
import type { SealedEntry } from '../../hub.ts';
import type { FigureName, FigureSum } from '../../records/figure.ts';
import type { PaperMonth } from '../../records/paper.ts';
import type { Connection, Row } from '../connection.ts';
import { journalForm, paperForm } from '../rows.ts';
import { kept, transact } from '../transaction.ts';
import type { Unfolded } from '../write/journal.ts';

/** One snapshot over several questions: what moves from one collection to another is seen once. */
const atOnce = <Value>(connection: Connection, ask: (session: ClientSession) => Promise<Value>): Promise<Value> =>
  transact(connection, async (session) => kept(await ask(session)));

/** What commits added that no seal has folded yet: the work of a few seconds. */
const unfolded = async ({ rows }: Connection, session: ClientSession, part: 'figures' | 'tallies'): Promise<readonly Unfolded[]> =>
  (await rows.journal
    .find({ open: true, [part]: { $exists: true } }, { session, projection: { [part]: 1 }, hint: 'journal_open' })
    .toArray()) as readonly Unfolded[];

/** Folded figures of these days, summed by the server. */
const sumsPipeline = (from: string, to: string): object[] => [
  { $match: { day: { $gte: from, $lte: to } } },
  { $group: { _id: { organ: '$organ', figure: '$figure' }, value: { $sum: '$value' } } },
];

type Folded = { readonly _id: { readonly organ: string; readonly figure: string }; readonly value: number };

const byOrgan = (a: FigureSum, b: FigureSum): number => {
  if (a.organ !== b.organ) return a.organ < b.organ ? -1 : 1;
  return a.figure < b.figure ? -1 : 1;
};

export const figureSums = async (connection: Connection, from: string, to: string): Promise<readonly FigureSum[]> => {
  const [folded, open] = await atOnce(connection, async (session) => [
    await connection.rows.figures.aggregate<Folded>(sumsPipeline(from, to), { session }).toArray(),
    await unfolded(connection, session, 'figures'),
  ]);
  const sums = new Map<string, FigureSum>();
  const add = (organ: string, figure: string, value: number): void => {
    const key = JSON.stringify([organ, figure]);
    sums.set(key, { organ, figure: figure as FigureName, value: value + (sums.get(key)?.value ?? 0) });
  };
  for (const { _id, value } of folded) add(_id.organ, _id.figure, value);
  for (const { figures = [] } of open)
    for (const { day, organ, figure, by } of figures) if (day >= from && day <= to) add(organ, figure, by);
  return [...sums.values()].sort(byOrgan);
};

/** Rows in each state, of deliveries or alerts, without counting rows. */
export const tallyOf = async (connection: Connection, name: 'delivery' | 'alert'): Promise<Readonly<Record<string, number>>> => {
  const [folded, open] = await atOnce(connection, async (session) => [
    await connection.rows.tallies.find({}, { session }).toArray(),
    await unfolded(connection, session, 'tallies'),
  ]);
  const counts: Record<string, number> = {};
  for (const row of folded) if (row.name === name) counts[String(row.state)] = Number(row.rows);
  for (const { tallies = [] } of open)
    for (const one of tallies) if (one.name === name) counts[one.state] = (counts[one.state] ?? 0) + one.by;
  return counts;
};

/** Exactly the periods named: `2026-11` says nothing about `BC2026-11` (contract §6). */
export const declaredFor = async ({ rows }: Connection, periods: readonly string[]): Promise<readonly PaperMonth[]> =>
  (
    await rows.paper
      .find({ period: { $in: [...new Set(periods)] } })
      .sort({ period: 1, organ: 1 })
      .toArray()
  ).map(paperForm.fromRow);

const entryOf = (row: Row): SealedEntry => ({
  ...journalForm.fromRow(row),
  sequence: row.sequence === undefined ? null : Number(row.sequence),
  hash: row.hash === undefined ? null : String(row.hash),
});

/** Sealed entries from a sequence on; what room is left is filled with those that wait for their seal. */
export const journalAfter = ({ rows, ...rest }: Connection, after: number, limit: number): Promise<readonly SealedEntry[]> =>
  atOnce({ rows, ...rest }, async (session) => {
    const sealed = await rows.journal
      .find({ sequence: { $gt: after } }, { session })
      .sort({ sequence: 1 })
      .limit(limit)
      .toArray();
    const room = limit - sealed.length;
    // To the server a limit of 0 is none.
    const open = room <= 0 ? [] : await rows.journal.find({ open: true }, { session }).sort({ order: 1 }).limit(room).toArray();
    return [...sealed, ...open].map(entryOf);
  });
