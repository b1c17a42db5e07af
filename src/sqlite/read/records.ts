/** Single records and how they are found again. Lists are in `listing.ts`. */
import type { DocumentClue, RecordView } from '../../records/query.ts';
import type { MessageRecord, RecordEvent, Submission } from '../../records/record.ts';
import type { Database } from '../connection.ts';
import { deliveryTable, eventTable, type Row, recordTable, submissionTable } from '../tables.ts';

const selectRecord = `SELECT ${recordTable.columns} FROM record`;

/** Adds the deliveries, in the order in which they were made. */
export const viewsOf = (database: Database, rows: readonly Row[]): readonly RecordView[] => {
  const records = rows.map(recordTable.fromRow);
  const deliveries = database
    .sql(
      `SELECT ${deliveryTable.columns} FROM json_each(?) wanted CROSS JOIN delivery ON delivery.record_id = wanted.value ORDER BY delivery.seq`,
    )
    .all(JSON.stringify(records.map(({ recordId }) => recordId)))
    .map(deliveryTable.fromRow);
  const byRecord = Map.groupBy(deliveries, ({ recordId }) => recordId);
  return records.map((record) => ({ record, deliveries: byRecord.get(record.recordId) ?? [] }));
};

/** A record whole, whoever asks: what a viewer may see of it is cut by the use case. */
export const recordOf = (database: Database, recordId: string): RecordView | null =>
  viewsOf(database, database.sql(`${selectRecord} WHERE record_id = ?`).all(recordId))[0] ?? null;

export const eventsOf = (database: Database, recordId: string): readonly RecordEvent[] =>
  database.sql(`SELECT ${eventTable.columns} FROM event WHERE record_id = ? ORDER BY at, seq`).all(recordId).map(eventTable.fromRow);

export const submissionsOf = (database: Database, recordId: string): readonly Submission[] =>
  database
    .sql(`SELECT ${submissionTable.columns} FROM submission WHERE record_id = ? ORDER BY seq`)
    .all(recordId)
    .map(submissionTable.fromRow);

/** What a sender who repeats after a time-out is answered from. */
export const sameAs = (database: Database, identity: string): (RecordView & { readonly submissions: readonly Submission[] }) | null => {
  const [view] = viewsOf(database, database.sql(`${selectRecord} WHERE identity = ?`).all(identity));
  return view === undefined ? null : { ...view, submissions: submissionsOf(database, view.record.recordId) };
};

/** The first document with this number, notation and date under another DocumentId: an accepted one before one still held. */
type Alike = {
  readonly from: string;
  readonly documentId: string;
  readonly number: string;
  readonly notation: string;
  readonly promulgatedOn: string;
};
export const alikeTo = (database: Database, clue: Alike): string | null => {
  const row = database
    .sql(
      `SELECT record_id FROM record
       WHERE sender = ? AND number = ? AND notation = ? AND promulgated_on = ? AND kind = 'document' AND counted = 1
         AND document_id <> ? AND outcome <> 'refused'
       ORDER BY outcome = 'held', accepted_at, record_id LIMIT 1`,
    )
    .get(clue.from, clue.number, clue.notation, clue.promulgatedOn, clue.documentId);
  return row === undefined ? null : String(row.record_id);
};

/**
 * The indexes are named below: left alone, the planner walks all that a sender ever sent, to save a sort.
 * Refused and returned messages never reached anyone: no status can mean them.
 */
const reached = `kind = 'document' AND outcome <> 'refused'
  AND (?2 IS NULL OR EXISTS (SELECT 1 FROM delivery d WHERE d.record_id = record.record_id AND d.organ = ?2))
  ORDER BY accepted_at DESC, seq DESC`;

export const aboutOf = (
  database: Database,
  { sender, recipient, documentId, code, promulgatedOn }: DocumentClue,
): readonly RecordView[] => {
  if (documentId !== null) {
    const named = database
      .sql(`${selectRecord} INDEXED BY record_document WHERE sender = ?1 AND document_id = ?3 AND ${reached}`)
      .all(sender, recipient, documentId);
    if (named.length > 0) return viewsOf(database, named);
  }
  if (code === null) return [];
  const cited = database
    .sql(`${selectRecord} INDEXED BY record_code WHERE sender = ?1 AND code = ?3 AND (?4 IS NULL OR promulgated_on = ?4) AND ${reached}`)
    .all(sender, recipient, code, promulgatedOn);
  return viewsOf(database, cited);
};

/** The first clause repeats the condition of `record_parked`, without which the index is not used. */
const stillParked = "parked_until IS NOT NULL AND parked_until > ? AND kind = 'status' AND about IS NULL";

export const parkedAt = (
  database: Database,
  { between, at }: { readonly between: readonly [string, string] | null; readonly at: string },
): readonly MessageRecord[] => {
  const end = 'ORDER BY accepted_at, seq LIMIT 1000';
  if (between === null) return database.sql(`${selectRecord} WHERE ${stillParked} ${end}`).all(at).map(recordTable.fromRow);
  const pair = '((response_organ = ? AND sender = ?) OR (response_organ = ? AND sender = ?))';
  const [one, other] = between;
  return database.sql(`${selectRecord} WHERE ${stillParked} AND ${pair} ${end}`).all(at, one, other, other, one).map(recordTable.fromRow);
};

/** The clause on reason repeats the condition of `record_to_judge`; refused ones reached nobody. */
const stillToJudge = `(reason = 'revocation-unknown' OR (verdict <> 'invalid' AND instr(proof, '"reason":"revocation-unknown"') > 0))`;

export const toJudge = (
  database: Database,
  { after, limit }: { readonly after: { readonly acceptedAt: string; readonly recordId: string } | null; readonly limit: number },
): readonly RecordView[] =>
  viewsOf(
    database,
    database
      .sql(
        `${selectRecord} INDEXED BY record_to_judge
         WHERE ${stillToJudge} AND (accepted_at, record_id) > (?, ?)
           AND kind = 'document' AND outcome <> 'refused' AND purged_at IS NULL
         ORDER BY accepted_at, record_id LIMIT ?`,
      )
      .all(after?.acceptedAt ?? '', after?.recordId ?? '', limit),
  );

export const refusedSince = (database: Database, { system, since }: { readonly system: string; readonly since: string }): number =>
  Number(
    database.sql("SELECT COUNT(*) AS refused FROM record WHERE system = ? AND outcome = 'refused' AND accepted_at >= ?").get(system, since)
      ?.refused,
  );
