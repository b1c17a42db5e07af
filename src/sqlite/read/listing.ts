/**
 * The list of records (contract §5): newest first, every filter, only what the viewer may see.
 *
 * A viewer sees a record because it sent it (whole) or because it was offered it (`received`: then only
 * its own deliveries exist for it, and so no filter may tell it of the others).
 */
import type { SQLInputValue } from 'node:sqlite';
import type { Page, RecordQuery, RecordView, Viewer } from '../../hub.ts';
import type { DeliveryState } from '../../records/delivery.ts';
import type { Database } from '../database.ts';
import { recordTable } from '../tables.ts';
import { keyOf, pageOf } from './cursor.ts';
import { viewsOf } from './records.ts';
import { matchFor } from './words.ts';

/** SQL with its named values; a piece is only added with the values that it names. */
type Clause = { readonly text: string; readonly values: Readonly<Record<string, SQLInputValue>> };

const sent = '(record.system = :system OR record.sender IN (SELECT value FROM json_each(:speaks)))';
/** Deliveries of the record that the viewer may know of. `:collects` are the organs it collects for. */
const offered = "d.organ IN (SELECT value FROM json_each(:collects)) AND d.state <> 'held'";
const received = `record.outcome <> 'refused' AND EXISTS (SELECT 1 FROM delivery d WHERE d.record_id = record.record_id AND ${offered})`;

/** A test on deliveries, whole for who sent the record, cut to its own for who received it. */
const onDeliveries = (viewer: Viewer, test: string): string => {
  const any = `EXISTS (SELECT 1 FROM delivery d WHERE d.record_id = record.record_id AND ${test})`;
  const own = `EXISTS (SELECT 1 FROM delivery d WHERE d.record_id = record.record_id AND ${offered} AND ${test})`;
  return viewer === null ? any : `(CASE WHEN ${sent} THEN ${any} ELSE ${own} END)`;
};

const viewed = (viewer: Viewer): readonly Clause[] =>
  viewer === null
    ? []
    : [
        {
          text: `(${sent} OR (${received}))`,
          values: {
            system: viewer.system,
            speaks: JSON.stringify(viewer.speaksFor),
            collects: JSON.stringify(viewer.collectsFor),
          },
        },
      ];

const wordClause = (viewer: Viewer, q: string): Clause => {
  const match = matchFor(q);
  if (match === null) return { text: 'false', values: {} };
  const found = (name: string): string => `record.seq IN (SELECT rowid FROM record_words WHERE record_words MATCH :${name})`;
  if (viewer === null) return { text: found('words'), values: { words: match } };
  return {
    text: `(CASE WHEN ${sent} THEN ${found('words')} ELSE ${found('own')} END)`,
    values: { words: match, own: `{own} : (${match})` },
  };
};

const clausesOf = (query: RecordQuery): readonly Clause[] => {
  const { viewer, documentId, organ, from, to, state, verdict, outcome, q } = query;
  const when = (value: string | undefined, text: string, name: string): readonly Clause[] =>
    value === undefined ? [] : [{ text, values: { [name]: value } }];
  return [
    ...viewed(viewer),
    ...when(documentId, 'record.document_id = :document', 'document'),
    ...when(organ, `(record.sender = :organ OR ${onDeliveries(viewer, 'd.organ = :organ')})`, 'organ'),
    ...when(from, 'record.accepted_at >= :from', 'from'),
    ...when(to, 'record.accepted_at < :to', 'to'),
    ...when(state, onDeliveries(viewer, 'd.state = :state'), 'state'),
    ...when(verdict, `record.verdict = :verdict${verdict === 'valid' ? '' : " AND record.verdict <> 'valid'"}`, 'verdict'),
    ...when(outcome, `record.outcome = :outcome${outcome === 'accepted' ? '' : " AND record.outcome <> 'accepted'"}`, 'outcome'),
    ...(q === undefined ? [] : [wordClause(viewer, q)]),
  ];
};

/** Up to so many organs a viewer's records are gathered from its own indexes; beyond, most of what is newest is its own anyway. */
const fewOrgans = 20;

/** States with an index of their own (`delivery_rare`); the index is used only where its own condition is repeated. */
const rareStates = ['held', 'parked', 'refused', 'withdrawn', 'recall-asked'] as const satisfies readonly DeliveryState[];

/** Where to look first: the narrowest set that an index gives. Null: newest first through `record_accepted`. */
const gatheredFrom = ({ viewer, documentId, organ, q, state }: RecordQuery): string | null => {
  if (documentId !== undefined) return 'SELECT seq FROM record WHERE document_id = :document';
  if (q !== undefined && matchFor(q) !== null) return 'SELECT rowid AS seq FROM record_words WHERE record_words MATCH :words';
  if (organ !== undefined)
    return `SELECT seq FROM record WHERE sender = :organ
      UNION SELECT r.seq FROM delivery d CROSS JOIN record r ON r.record_id = d.record_id WHERE d.organ = :organ`;
  const rare = rareStates.find((one) => one === state);
  if (rare !== undefined)
    return `SELECT DISTINCT r.seq FROM delivery d INDEXED BY delivery_rare CROSS JOIN record r ON r.record_id = d.record_id WHERE d.state = '${rare}'
        AND d.state IN (${rareStates.map((one) => `'${one}'`).join(', ')})`;
  if (viewer !== null && viewer.speaksFor.length + viewer.collectsFor.length <= fewOrgans)
    return `SELECT seq FROM record WHERE system = :system
      UNION SELECT r.seq FROM json_each(:speaks) s CROSS JOIN record r ON r.sender = s.value
      UNION SELECT r.seq FROM json_each(:collects) c CROSS JOIN delivery d ON d.organ = c.value CROSS JOIN record r ON r.record_id = d.record_id`;
  return null;
};

/** The statement with its values, open to the test that looks at its plan. */
export const listingFor = (query: RecordQuery): Clause => {
  const after = keyOf(query.after, ['string', 'string']);
  const clauses = [
    ...clausesOf(query),
    ...(after === null
      ? []
      : [{ text: '(record.accepted_at, record.record_id) < (:at, :id)', values: { at: after[0] ?? '', id: after[1] ?? '' } }]),
  ];
  const gathered = gatheredFrom(query);
  const source = gathered === null ? 'record' : `(${gathered}) gathered CROSS JOIN record ON record.seq = gathered.seq`;
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.map(({ text }) => text).join(' AND ')}`;
  return {
    text: `SELECT ${recordTable.columns} FROM ${source} ${where} ORDER BY record.accepted_at DESC, record.record_id DESC LIMIT :limit`,
    values: Object.assign({ limit: query.limit + 1 }, ...clauses.map(({ values }) => values)),
  };
};

export const listRecords = (database: Database, query: RecordQuery): Page<RecordView> => {
  const { text, values } = listingFor(query);
  const views = viewsOf(database, database.sql(text).all(values));
  return pageOf(views, query.limit, ({ record }) => [record.acceptedAt, record.recordId]);
};
