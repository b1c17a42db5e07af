/**
 * The list of records (contract §5): newest first, every filter, only what the viewer may see.
 *
 * A viewer sees a record because it sent it (whole) or because it was offered it (`received`: then only
 * its own deliveries exist for it, and so no filter may tell it of the others).
 */
import type { SQLInputValue } from 'node:sqlite';
import { keyOf, pageOf, type SortKey } from '../../records/cursor.ts';
import type { DeliveryState } from '../../records/delivery.ts';
import type { Page, RecordQuery, RecordView, Viewer } from '../../records/query.ts';
import type { Database } from '../connection.ts';
import { recordTable } from '../tables.ts';
import { tallyOf } from './inbox.ts';
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

/** `matched`: the rows come out of the index of words already. */
const wordClause = (viewer: Viewer, q: string, matched: boolean): Clause => {
  const match = matchFor(q);
  if (match === null) return { text: 'false', values: {} };
  const found = (name: string): string => `record.seq IN (SELECT rowid FROM record_words WHERE record_words MATCH :${name})`;
  const all = matched ? 'record_words MATCH :words' : found('words');
  if (viewer === null) return { text: all, values: { words: match } };
  const own = { words: match, own: `{own} : (${match})` };
  if (matched) return { text: `${all} AND (${sent} OR ${found('own')})`, values: own };
  return { text: `(CASE WHEN ${sent} THEN ${all} ELSE ${found('own')} END)`, values: own };
};

const clausesOf = (query: RecordQuery, matched: boolean): readonly Clause[] => {
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
    ...(q === undefined ? [] : [wordClause(viewer, q, matched)]),
  ];
};

/** Up to so many organs a viewer's records are gathered from its own indexes; beyond, most of what is newest is its own anyway. */
const fewOrgans = 20;

/** Below so many deliveries a state's records are gathered from its index; above, some are soon met among the newest. */
const fewDeliveries = 5000;

/** How a list finds its rows: where it looks first and in which order, so that it reads little more than its page. */
type Road = {
  readonly source: string;
  readonly order: string;
  readonly key: (view: Sorted) => SortKey;
  readonly kinds: readonly ('string' | 'number')[];
};
type Sorted = { readonly seq: number; readonly view: RecordView };

const byTime = (source: string): Road => ({
  source,
  order: 'record.accepted_at, record.record_id',
  key: ({ view }) => [view.record.acceptedAt, view.record.recordId],
  kinds: ['string', 'string'],
});
const gathered = (text: string): Road => byTime(`(${text}) gathered CROSS JOIN record ON record.seq = gathered.seq`);

/** Words alone: the index of words gives its finds in the order in which they were committed, the last first, without a sort. */
const byWords: Road = {
  source: 'record_words CROSS JOIN record ON record.seq = record_words.rowid',
  order: 'record_words.rowid',
  key: ({ seq }) => [seq],
  kinds: ['number'],
};

const roadFor = ({ viewer, documentId, organ, q, state }: RecordQuery, deliveriesIn: (state: DeliveryState) => number): Road => {
  if (documentId !== undefined) return gathered('SELECT seq FROM record WHERE document_id = :document');
  if (organ !== undefined)
    return gathered(`SELECT seq FROM record WHERE sender = :organ
      UNION SELECT r.seq FROM delivery d CROSS JOIN record r ON r.record_id = d.record_id WHERE d.organ = :organ`);
  if (viewer !== null && viewer.speaksFor.length + viewer.collectsFor.length <= fewOrgans)
    return gathered(`SELECT seq FROM record WHERE system = :system
      UNION SELECT r.seq FROM json_each(:speaks) s CROSS JOIN record r ON r.sender = s.value
      UNION SELECT r.seq FROM json_each(:collects) c CROSS JOIN delivery d ON d.organ = c.value CROSS JOIN record r ON r.record_id = d.record_id`);
  if (state !== undefined && deliveriesIn(state) < fewDeliveries)
    return gathered('SELECT DISTINCT r.seq FROM delivery d CROSS JOIN record r ON r.record_id = d.record_id WHERE d.state = :state');
  return q !== undefined && matchFor(q) !== null ? byWords : byTime('record');
};

/** The statement with its values, open to the test that looks at its plan. */
export const listingFor = (query: RecordQuery, deliveriesIn: (state: DeliveryState) => number): Clause & Pick<Road, 'key'> => {
  const { source, order, key, kinds } = roadFor(query, deliveriesIn);
  const after = keyOf(query.after, kinds);
  const places = kinds.map((_, place) => `:after${place}`);
  const clauses: readonly Clause[] = [
    ...clausesOf(query, source === byWords.source),
    ...(after === null
      ? []
      : [{ text: `(${order}) < (${places.join(', ')})`, values: Object.fromEntries(after.map((part, place) => [`after${place}`, part])) }]),
  ];
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.map(({ text }) => text).join(' AND ')}`;
  const descending = order.replaceAll(/(?=,)|$/g, ' DESC');
  return {
    text: `SELECT record.seq AS "seq", ${recordTable.columns} FROM ${source} ${where} ORDER BY ${descending} LIMIT :limit`,
    values: Object.assign({ limit: query.limit + 1 }, ...clauses.map(({ values }) => values)),
    key,
  };
};

export const listRecords = (database: Database, query: RecordQuery): Page<RecordView> => {
  const deliveries = tallyOf(database, 'delivery');
  const { text, values, key } = listingFor(query, (state) => deliveries[state] ?? 0);
  const rows = database.sql(text).all(values);
  const views = viewsOf(database, rows).map((view, place) => ({ view, seq: Number(rows[place]?.seq) }));
  const page = pageOf(views, query.limit, key);
  return { items: page.items.map(({ view }) => view), next: page.next };
};
