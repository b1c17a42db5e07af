/** Figures by day, organ and name, folded and unfolded together. */
import type { ArchivePage, ArchiveRows } from '../../hub/archive.ts';
import type { FigureName } from '../../records/figure.ts';
import type { Connection } from '../connection.ts';
import { kept, transact } from '../transaction.ts';
import type { Unfolded } from '../write/journal.ts';

type Figure = ArchiveRows['figure'];
type Key = Pick<Figure, 'day' | 'organ' | 'figure'>;

export const figureId = ({ day, organ, figure }: Key): string => JSON.stringify([day, organ, figure]);

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const inOrder = (a: Key, b: Key): number => compare(a.day, b.day) || compare(a.organ, b.organ) || compare(a.figure, b.figure);

const pastOf = ({ day, organ, figure }: Key): object => ({
  $or: [{ day: { $gt: day } }, { day, organ: { $gt: organ } }, { day, organ, figure: { $gt: figure } }],
});

/** The first of the sums that come next, and all that commits added since the last seal, hold the first of all. */
export const figuresAfter = (
  connection: Connection,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<ArchivePage<Figure>> => {
  const last: Key | null = after === null ? null : JSON.parse(after);
  // One snapshot: a seal in between would show a figure twice, or not at all.
  return transact(connection, async (session) => {
    const { figures, journal } = connection.rows;
    const found = await figures
      .find(last === null ? {} : pastOf(last), { session })
      .sort({ day: 1, organ: 1, figure: 1 })
      .limit(limit)
      .toArray();
    const open = (await journal
      .find({ open: true, figures: { $exists: true } }, { session, projection: { figures: 1 }, hint: 'journal_open' })
      .toArray()) as readonly Unfolded[];
    const sums = new Map<string, Figure>();
    const add = (key: Key, value: number): void => {
      const id = figureId(key);
      sums.set(id, { day: key.day, organ: key.organ, figure: key.figure, value: value + (sums.get(id)?.value ?? 0) });
    };
    for (const row of found)
      add({ day: String(row.day), organ: String(row.organ), figure: String(row.figure) as FigureName }, Number(row.value));
    for (const { figures: all = [] } of open) for (const one of all) add({ ...one, figure: one.figure as FigureName }, one.by);
    const rows = [...sums.values()]
      .filter((one) => last === null || inOrder(one, last) > 0)
      .sort(inOrder)
      .slice(0, limit);
    const end = rows.at(-1);
    return kept({ rows, next: rows.length < limit || end === undefined ? null : JSON.stringify(end) });
  });
};
