/** Rows of every kind put where they belong: replaced where they stand, added where they do not. Each call is one transaction (`group.ts`). */
import type { ArchiveKind, ArchiveRows, Move } from '../../hub/archive.ts';
import type { Database } from '../connection.ts';
import {
  alertTable,
  deliveryTable,
  eventTable,
  holderTable,
  journalTable,
  judgementTable,
  keyTable,
  metTable,
  organTable,
  paperHistory,
  paperTable,
  recordTable,
  submissionTable,
  type Table,
} from '../tables.ts';
import { indexWords } from '../write/words.ts';

type Cell = string | number | null;
type Put<Kind extends ArchiveKind> = (database: Database, row: ArchiveRows[Kind]) => void;

/** By a key of one or more columns. */
const putting =
  <Value extends object>(table: Table<Value>, keyOf: (row: Value) => Readonly<Record<string, Cell>>) =>
  (database: Database, row: Value): void => {
    const key = keyOf(row);
    const columns = Object.keys(key);
    const { text, values } = table.assign(row);
    const replaced = database
      .sql(`UPDATE ${table.name} SET ${text} WHERE ${columns.map((column) => `${column} = ?`).join(' AND ')}`)
      .run(...values, ...Object.values(key));
    if (Number(replaced.changes) === 0) database.sql(table.insert).run(...table.toRow(row));
  };

/** By its place among the rows of one owner: the ones before it are there. Answers its `seq`. */
const placing =
  <Value extends object>(table: Table<Value>, owner: readonly string[], order: string) =>
  (database: Database, row: Value & { readonly place: number }, owned: readonly Cell[]): number => {
    const where = owner.map((column) => `${column} = ?`).join(' AND ');
    const standing = database
      .sql(`SELECT seq FROM ${table.name} WHERE ${where} ORDER BY ${order} LIMIT 2 OFFSET ?`)
      .all(...owned, Math.max(row.place - 2, 0));
    const before = row.place === 1 ? [null, ...standing] : standing;
    const [previous, found] = before;
    if (previous === undefined) throw new Error(`Row ${row.place} of ${owned.join(' ')} in ${table.name} came before row ${row.place - 1}`);
    if (found === undefined || found === null) return Number(database.sql(table.insert).run(...table.toRow(row)).lastInsertRowid);
    const { text, values } = table.assign(row);
    database.sql(`UPDATE ${table.name} SET ${text} WHERE seq = ?`).run(...values, Number(found.seq));
    return Number(found.seq);
  };

const placeSubmission = placing(submissionTable, ['record_id'], 'seq');
const placeDelivery = placing(deliveryTable, ['record_id'], 'seq');
const placeEvent = placing(eventTable, ['record_id'], 'at, seq');
const placeJudgement = placing(judgementTable, ['record_id'], 'seq');
const placeHistory = placing(paperHistory, ['organ', 'period'], 'seq');
const putEntry = putting(journalTable, ({ entryId }) => ({ entry_id: entryId }));

const putFigure: Put<'figure'> = (database, { day, organ, figure, value }) => {
  database.sql('DELETE FROM figure_delta WHERE day = ? AND organ = ? AND figure = ?').run(day, organ, figure);
  database.sql('INSERT OR REPLACE INTO figure_sum (day, organ, figure, value) VALUES (?, ?, ?, ?)').run(day, organ, figure, value);
};

const puts: { readonly [Kind in ArchiveKind]: Put<Kind> } = {
  directory: (database, { version }) => void database.sql("UPDATE setting SET value = ? WHERE name = 'directory'").run(version),
  organ: putting(organTable, ({ code }) => ({ code })),
  key: putting(keyTable, ({ id }) => ({ id })),
  contact: (database, { system, at }) => void database.sql('INSERT OR REPLACE INTO contact (system, at) VALUES (?, ?)').run(system, at),
  account: (database, { system, user, role, issuedAt }) =>
    void database
      .sql('INSERT OR REPLACE INTO account (system, user, role, issued_at) VALUES (?, ?, ?, ?)')
      .run(system, user, role, issuedAt),
  holder: putting(holderTable, ({ key }) => ({ key })),
  certificate: putting(metTable, ({ key }) => ({ key })),
  record: putting(recordTable, ({ recordId }) => ({ record_id: recordId })),
  submission: (database, row) => void placeSubmission(database, row, [row.recordId]),
  delivery: (database, row) => {
    const seq = placeDelivery(database, row, [row.recordId]);
    database.sql('UPDATE delivery SET relayed_at = ? WHERE seq = ?').run(row.relayedAt, seq);
  },
  event: (database, row) => void placeEvent(database, row, [row.recordId]),
  judgement: (database, row) => void placeJudgement(database, row, [row.recordId]),
  sighting: (database, { key, organ, recordId, at }) =>
    void database.sql('INSERT OR REPLACE INTO sighting (key, organ, record_id, at) VALUES (?, ?, ?, ?)').run(key, organ, recordId, at),
  alert: putting(alertTable, ({ alertId }) => ({ alert_id: alertId })),
  alertRecord: (database, { alertId, place, recordId, reason, at }) =>
    void database
      .sql('INSERT OR REPLACE INTO alert_record (alert_id, place, record_id, reason, at) VALUES (?, ?, ?, ?, ?)')
      .run(alertId, place, recordId, reason, at),
  paperMonth: putting(paperTable, ({ organ, period }) => ({ organ, period })),
  paperHistory: (database, row) => void placeHistory(database, row, [row.organ, row.period]),
  figure: putFigure,
  journal: (database, { sequence, hash, ...entry }) => {
    putEntry(database, entry);
    database.sql('UPDATE journal SET sequence = ?, hash = ? WHERE entry_id = ?').run(sequence, hash, entry.entryId);
  },
};

/** The word index is not moved: it is made anew of what it is made from. */
const recordsOf = (kind: ArchiveKind, rows: readonly ArchiveRows[ArchiveKind][]): ReadonlySet<string> =>
  new Set(kind === 'record' || kind === 'delivery' ? rows.map((row) => (row as ArchiveRows['record']).recordId) : []);

export const archiveAdd = (
  database: Database,
  { kind, rows }: { readonly kind: ArchiveKind; readonly rows: readonly ArchiveRows[ArchiveKind][] },
): void => {
  // Rows and kind were handed in together (`Archive.add`); the compiler cannot follow them through the union.
  const put = puts[kind] as Put<ArchiveKind>;
  for (const row of rows) put(database, row);
  indexWords(database, recordsOf(kind, rows));
};

export const archiveMark = (database: Database, move: Move | null): void => {
  database.sql('DELETE FROM move').run();
  if (move !== null) database.sql('INSERT INTO move (source, started_at) VALUES (?, ?)').run(move.from, move.startedAt);
};
