/** Rows of every kind, a page at a time. What stands in `after` is the last row's keys, and its place. */
import type { ArchiveFile, ArchiveFiles, ArchiveKind, ArchivePage, ArchiveRows, Move } from '../../hub/archive.ts';
import type { SealedEntry } from '../../hub.ts';
import type { FigureName } from '../../records/figure.ts';

import type { Database } from '../connection.ts';
import { journalTable, type Row } from '../tables.ts';
import { type KindRows, kinds } from './kinds.ts';

type Question = { readonly after: string | null; readonly limit: number };
type Cell = string | number;

const cellsOf = (after: string | null): readonly Cell[] | null => (after === null ? null : JSON.parse(after));

const wherePast = (keys: readonly string[], known: boolean): string =>
  known ? `WHERE (${keys.join(', ')}) > (${keys.map(() => '?').join(', ')})` : '';

const pageOf = <Value>(rows: readonly Value[], limit: number, cursor: readonly Cell[] | null): ArchivePage<Value> => ({
  rows,
  next: rows.length < limit || cursor === null ? null : JSON.stringify(cursor),
});

const rowsOf = <Value>(database: Database, shape: KindRows<Value>, { after, limit }: Question): ArchivePage<Value> => {
  const { from, columns, keys, within, fromRow } = shape;
  const past = cellsOf(after);
  const named = keys.map((key, place) => `${key} AS k${place}`).join(', ');
  const rows = database
    .sql(`SELECT ${columns}, ${named} FROM ${from} ${wherePast(keys, past !== null)} ORDER BY ${keys.join(', ')} LIMIT ?`)
    .all(...(past ?? []).slice(0, keys.length), limit);
  const cells = (row: Row): readonly Cell[] => keys.map((_, place) => row[`k${place}`] as Cell);
  const owner = (key: readonly Cell[] | null): string => JSON.stringify((key ?? []).slice(0, within));
  let last = past;
  const values = rows.map((row) => {
    const key = cells(row);
    const place = last !== null && owner(last) === owner(key) ? Number(last.at(-1)) + 1 : 1;
    last = within === undefined ? key : [...key, place];
    return within === undefined ? fromRow(row) : { ...fromRow(row), place };
  });
  return pageOf(values, limit, last);
};

const entryOf = (row: Row): SealedEntry => ({
  ...journalTable.fromRow(row),
  sequence: row.sequence === null ? null : Number(row.sequence),
  hash: row.hash === null ? null : String(row.hash),
});

/** A number in `after` is a sequence, a text the id of an entry that is not sealed yet. */
const entriesOf = (database: Database, { after, limit }: Question): ArchivePage<SealedEntry> => {
  const columns = `SELECT ${journalTable.columns}, journal.sequence AS "sequence", journal.hash AS "hash" FROM journal`;
  const [past = 0] = cellsOf(after) ?? [];
  const sealed =
    typeof past === 'string' ? [] : database.sql(`${columns} WHERE sequence > ? ORDER BY sequence LIMIT ?`).all(past, limit).map(entryOf);
  const open = database
    .sql(`${columns} WHERE sequence IS NULL AND entry_id > ? ORDER BY entry_id LIMIT ?`)
    .all(typeof past === 'string' ? past : '', limit - sealed.length)
    .map(entryOf);
  const last = open.at(-1)?.entryId ?? sealed.at(-1)?.sequence ?? null;
  return pageOf([...sealed, ...open], limit, last === null ? null : [last]);
};

const directoryOf = (database: Database): ArchivePage<ArchiveRows['directory']> => {
  const row = database.sql("SELECT value FROM setting WHERE name = 'directory'").get();
  return { rows: [{ version: Number(row?.value ?? 0) }], next: null };
};

const cut = 'WHERE (day, organ, figure) > (?1, ?2, ?3)';
const order = 'ORDER BY day, organ, figure LIMIT ?4';
/** The first of both tables that come next, each in its own order, hold the first of all. */
const figuresText = `SELECT day, organ, figure, SUM(value) AS value FROM (
    SELECT * FROM (SELECT day, organ, figure, value FROM figure_sum ${cut} ${order})
    UNION ALL SELECT * FROM (SELECT day, organ, figure, SUM(by) FROM figure_delta ${cut} GROUP BY day, organ, figure ${order})
  ) GROUP BY day, organ, figure ${order}`;

const figuresOf = (database: Database, { after, limit }: Question): ArchivePage<ArchiveRows['figure']> => {
  const [day = '', organ = '', figure = ''] = cellsOf(after) ?? [];
  const rows = database
    .sql(figuresText)
    .all(day, organ, figure, limit)
    .map((row) => ({
      day: String(row.day),
      organ: String(row.organ),
      figure: String(row.figure) as FigureName,
      value: Number(row.value),
    }));
  const last = rows.at(-1);
  return pageOf(rows, limit, last === undefined ? null : [last.day, last.organ, last.figure]);
};

export const archiveRows = (
  database: Database,
  { kind, ...question }: Question & { readonly kind: ArchiveKind },
): ArchivePage<ArchiveRows[ArchiveKind]> => {
  if (kind === 'directory') return directoryOf(database);
  if (kind === 'figure') return figuresOf(database, question);
  if (kind === 'journal') return entriesOf(database, question);
  // The shape of a kind answers the rows of that kind; the compiler cannot follow it through the union.
  return rowsOf(database, kinds[kind] as KindRows<ArchiveRows[ArchiveKind]>, question);
};

/** The first digests past that one, from the indexes alone; those whose records are all purged are left out afterwards. */
const nextDigests = `SELECT sha256 FROM (
    SELECT * FROM (SELECT DISTINCT sha256 FROM submission WHERE sha256 > ?1 ORDER BY sha256 LIMIT ?2)
    UNION SELECT * FROM (SELECT DISTINCT sha256 FROM delivery WHERE sha256 > ?1 ORDER BY sha256 LIMIT ?2)
  ) ORDER BY sha256 LIMIT ?2`;
const sizeOfNamed = `SELECT MAX(size) AS size FROM (
    SELECT record_id, size FROM submission WHERE sha256 = ?1 UNION ALL SELECT record_id, size FROM delivery WHERE sha256 = ?1
  ) named WHERE EXISTS (SELECT 1 FROM record WHERE record.record_id = named.record_id AND purged_at IS NULL)`;

const originalsOf = (database: Database, past: Cell, limit: number): ArchivePage<ArchiveFile> => {
  const digests = database
    .sql(nextDigests)
    .all(past, limit)
    .map((row) => String(row.sha256));
  const files = digests.map((sha256) => ({ sha256, size: database.sql(sizeOfNamed).get(sha256)?.size ?? null }));
  const next = digests.length < limit ? null : JSON.stringify(digests.slice(-1));
  return { rows: files.filter(({ size }) => size !== null).map(({ sha256, size }) => ({ sha256, size: Number(size) })), next };
};

export const archiveFiles = (
  database: Database,
  { kind, after, limit }: Question & { readonly kind: keyof ArchiveFiles },
): ArchivePage<ArchiveFile> => {
  const [past = ''] = cellsOf(after) ?? [];
  if (kind === 'original') return originalsOf(database, past, limit);
  const rows = database
    .sql('SELECT sha256, kind, size FROM evidence WHERE sha256 > ? ORDER BY sha256 LIMIT ?')
    .all(past, limit)
    .map((row) => ({ sha256: String(row.sha256), kind: String(row.kind) as ArchiveFiles['evidence']['kind'], size: Number(row.size) }));
  return pageOf(
    rows,
    limit,
    rows.slice(-1).map(({ sha256 }) => sha256),
  );
};

export const archiveMove = (database: Database): Move | null => {
  const row = database.sql('SELECT source, started_at FROM move').get();
  return row === undefined ? null : { from: String(row.source), startedAt: String(row.started_at) };
};
