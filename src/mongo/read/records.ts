/** Single records and how they are found again. Lists are in `listing.ts`. */
import type { Filter } from 'mongodb';
import type { DocumentClue, RecordView } from '../../records/query.ts';
import type { MessageRecord, RecordEvent, Submission } from '../../records/record.ts';
import type { Connection, Row } from '../connection.ts';
import { deliveryForm, eventForm, recordForm, submissionForm } from '../rows.ts';

const shown = { projection: recordForm.shown } as const;

/** Adds the deliveries, in the order in which they were made. */
export const viewsOf = async ({ rows }: Connection, found: readonly Row[]): Promise<readonly RecordView[]> => {
  if (found.length === 0) return [];
  const ids = found.map(({ _id }) => _id);
  const projection = { ...deliveryForm.shown, place: 1 };
  const deliveries = await rows.deliveries.find({ recordId: { $in: ids } }, { projection }).toArray();
  const byRecord = Map.groupBy(deliveries, ({ recordId }) => String(recordId));
  return found.map((row) => {
    const own = (byRecord.get(row._id) ?? []).sort((a, b) => Number(a.place) - Number(b.place));
    return { record: recordForm.fromRow(row), deliveries: own.map(deliveryForm.fromRow) };
  });
};

/** A record whole, whoever asks: what a viewer may see of it is cut by the use case. */
export const recordOf = async (connection: Connection, recordId: string): Promise<RecordView | null> =>
  (await viewsOf(connection, await connection.rows.records.find({ _id: recordId }, shown).toArray()))[0] ?? null;

export const eventsOf = async ({ rows }: Connection, recordId: string): Promise<readonly RecordEvent[]> =>
  (await rows.events.find({ recordId }).sort({ at: 1, _id: 1 }).toArray()).map(eventForm.fromRow);

export const submissionsOf = async ({ rows }: Connection, recordId: string): Promise<readonly Submission[]> =>
  (await rows.submissions.find({ recordId }).sort({ place: 1, _id: 1 }).toArray()).map(submissionForm.fromRow);

/** What a sender who repeats after a time-out is answered from. */
export const sameAs = async (
  connection: Connection,
  identity: string,
): Promise<(RecordView & { readonly submissions: readonly Submission[] }) | null> => {
  const [view] = await viewsOf(connection, await connection.rows.records.find({ identity }, shown).toArray());
  return view === undefined ? null : { ...view, submissions: await submissionsOf(connection, view.record.recordId) };
};

/** The first document with this number, notation and date under another DocumentId: an accepted one before one still held. */
type Alike = {
  readonly from: string;
  readonly documentId: string;
  readonly number: string;
  readonly notation: string;
  readonly promulgatedOn: string;
};
export const alikeTo = async ({ rows }: Connection, { documentId, ...clue }: Alike): Promise<string | null> => {
  const outcome = { $in: ['accepted', 'held'] };
  const filter = { ...clue, kind: 'document', counted: true, documentId: { $exists: true, $ne: documentId }, outcome };
  const [found] = await rows.records
    .find(filter, { projection: { _id: 1 }, hint: 'record_alike' })
    // By their letters accepted comes before held.
    .sort({ outcome: 1, acceptedAt: 1, _id: 1 })
    .limit(1)
    .toArray();
  return found?._id ?? null;
};

/** Refused and returned messages never reached anyone: no status can mean them. */
const reached = { kind: 'document', outcome: { $ne: 'refused' } } as const;

const deliveredTo = async (
  connection: Connection,
  hint: string,
  filter: Filter<Row>,
  recipient: string | null,
): Promise<readonly RecordView[]> => {
  const found = await connection.rows.records
    .find(filter, { ...shown, hint })
    .sort({ acceptedAt: -1, _id: -1 })
    .toArray();
  if (recipient === null || found.length === 0) return viewsOf(connection, found);
  const ids = found.map(({ _id }) => _id);
  const own = await connection.rows.deliveries
    .find({ recordId: { $in: ids }, organ: recipient }, { projection: { recordId: 1 }, hint: 'delivery_organ' })
    .toArray();
  const to = new Set(own.map(({ recordId }) => recordId));
  return viewsOf(
    connection,
    found.filter(({ _id }) => to.has(_id)),
  );
};

export const aboutOf = async (
  connection: Connection,
  { sender, recipient, documentId, code, promulgatedOn }: DocumentClue,
): Promise<readonly RecordView[]> => {
  if (documentId !== null) {
    const named = await deliveredTo(connection, 'record_document', { documentId, from: sender, ...reached }, recipient);
    if (named.length > 0) return named;
  }
  if (code === null) return [];
  return deliveredTo(
    connection,
    'record_code',
    { from: sender, code, ...(promulgatedOn !== null && { promulgatedOn }), ...reached },
    recipient,
  );
};

const mostParked = 1000;
const key = (row: Row): string => `${String(row.acceptedAt)} ${row._id}`;
const oldestFirst = (rows: readonly Row[]): readonly Row[] => rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));

/** Statuses that wait: the first condition repeats that of their indexes, without which they cannot be used. */
export const parkedAt = async (
  { rows }: Connection,
  between: readonly [string, string] | null,
  at: string,
): Promise<readonly MessageRecord[]> => {
  const waits = { parkedUntil: { $exists: true, $gt: at }, kind: 'status', about: { $exists: false } };
  const ask = (filter: Filter<Row>, hint: string): Promise<readonly Row[]> =>
    rows.records
      .find({ ...filter, ...waits }, { ...shown, hint })
      .sort({ acceptedAt: 1, _id: 1 })
      .limit(mostParked)
      .toArray();
  if (between === null) return (await ask({}, 'record_parked')).map(recordForm.fromRow);
  const [one, other] = between;
  // Both ways by one question: the first two conditions bound the walk of the index.
  const both = { $in: [...between] };
  const either = [
    { 'responseFor.organ': one, from: other },
    { 'responseFor.organ': other, from: one },
  ];
  return (await ask({ 'responseFor.organ': both, from: both, $or: either }, 'record_awaited')).map(recordForm.fromRow);
};

type Place = { readonly acceptedAt: string; readonly recordId: string };

/** Two short walks, each of an index that holds only what waits to be judged; refused ones reached nobody. */
export const toJudge = async (connection: Connection, after: Place | null, limit: number): Promise<readonly RecordView[]> => {
  const from: Filter<Row> =
    after === null
      ? {}
      : { $or: [{ acceptedAt: { $gt: after.acceptedAt } }, { acceptedAt: after.acceptedAt, _id: { $gt: after.recordId } }] };
  const since = after === null ? {} : { acceptedAt: { $gte: after.acceptedAt } };
  const waits = { kind: 'document', outcome: { $in: ['accepted', 'held'] }, purgedAt: { $exists: false } };
  const walks: readonly (readonly [hint: string, Filter<Row>])[] = [
    ['record_unknown', { reason: 'revocation-unknown' }],
    ['record_doubtful', { doubtful: true, verdict: { $ne: 'invalid' } }],
  ];
  const found = await Promise.all(
    walks.map(([hint, walk]) =>
      connection.rows.records
        .find({ ...walk, ...waits, ...since, ...from }, { ...shown, hint })
        .sort({ acceptedAt: 1, _id: 1 })
        .limit(limit)
        .toArray(),
    ),
  );
  const once = [...new Map(found.flat().map((row) => [row._id, row])).values()];
  return viewsOf(connection, oldestFirst(once).slice(0, limit));
};

export const refusedSince = ({ rows }: Connection, system: string, since: string): Promise<number> =>
  rows.records.countDocuments({ system, outcome: 'refused', acceptedAt: { $gte: since } }, { hint: 'record_refused' });
