/** What the reports and the log read: figures, declarations, the journal. */
import type { SealedEntry } from '../../hub.ts';
import type { FigureName, FigureSum } from '../../records/figure.ts';
import type { PaperMonth } from '../../records/paper.ts';
import type { Database } from '../connection.ts';
import { journalTable, paperTable } from '../tables.ts';

/** One statement, so one snapshot: a delta is never seen both folded and unfolded, nor neither. */
export const sumsText = `
  SELECT organ, figure, SUM(value) AS value FROM (
    SELECT organ, figure, value FROM figure_sum WHERE day BETWEEN :from AND :to
    UNION ALL
    SELECT organ, figure, by FROM figure_delta WHERE day BETWEEN :from AND :to
  ) GROUP BY organ, figure ORDER BY organ, figure`;

export const figureSums = (database: Database, { from, to }: { readonly from: string; readonly to: string }): readonly FigureSum[] =>
  database
    .sql(sumsText)
    .all({ from, to })
    .map((row) => ({ organ: String(row.organ), figure: String(row.figure) as FigureName, value: Number(row.value) }));

export const declaredText = `
  SELECT ${paperTable.columns} FROM json_each(?) wanted CROSS JOIN paper_month ON paper_month.period = wanted.value
  ORDER BY paper_month.period, paper_month.organ`;

/** Exactly the periods named: `2026-11` says nothing about `BC2026-11` (contract §6). */
export const declaredFor = (database: Database, periods: readonly string[]): readonly PaperMonth[] =>
  database
    .sql(declaredText)
    .all(JSON.stringify([...new Set(periods)]))
    .map(paperTable.fromRow);

const entry = (row: Parameters<typeof journalTable.fromRow>[0]): SealedEntry => ({
  ...journalTable.fromRow(row),
  sequence: row.sequence === null ? null : Number(row.sequence),
  hash: row.hash === null ? null : String(row.hash),
});

/** Sealed entries from a sequence on; what room is left is filled with those that wait for their seal. */
export const journalAfter = (
  database: Database,
  { after, limit }: { readonly after: number; readonly limit: number },
): readonly SealedEntry[] => {
  const columns = `${journalTable.columns}, journal.sequence AS "sequence", journal.hash AS "hash"`;
  // One read transaction: an entry sealed between the two questions would be missed by both.
  database.sql('BEGIN').run();
  try {
    const sealed = database.sql(`SELECT ${columns} FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?`).all(after, limit);
    const open = database.sql(`SELECT ${columns} FROM journal WHERE sequence IS NULL ORDER BY seq LIMIT ?`).all(limit - sealed.length);
    return [...sealed, ...open].map(entry);
  } finally {
    database.sql('COMMIT').run();
  }
};
