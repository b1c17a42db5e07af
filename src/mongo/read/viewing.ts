/**
 * Which records a list shows. A viewer sees a record because it sent it (whole) or because it was offered it
 * (`received`: then only its own deliveries exist for it, and so no filter may tell it of the others).
 */
import type { Filter } from 'mongodb';
import type { RecordQuery, Viewer } from '../../records/query.ts';
import type { Connection, Row } from '../connection.ts';
import { patternFor, phrasesIn } from '../words.ts';

type Eyes = Exclude<Viewer, null>;

const sentBy = ({ system, speaksFor }: Eyes): Filter<Row> => ({ $or: [{ system }, { from: { $in: [...speaksFor] } }] });

/** Names of other recipients are searched only for who may know of them. Null: nothing was typed but signs. */
const wordTests = (viewer: Viewer, q: string): readonly Filter<Row>[] | null => {
  const phrases = phrasesIn(q).map(patternFor);
  if (phrases.length === 0) return null;
  const own = phrases.map((phrase) => ({ own: phrase }));
  const all = phrases.map((phrase) => ({ $or: [{ own: phrase }, { others: phrase }] }));
  return viewer === null ? all : [{ $or: [{ $and: own }, { $and: [sentBy(viewer), ...all] }] }];
};

/** All that a record can be asked by itself; null where nothing can pass. What depends on deliveries comes after. */
export const recordTests = ({ viewer, documentId, from, to, verdict, outcome, q }: RecordQuery): readonly Filter<Row>[] | null => {
  const words = q === undefined ? [] : wordTests(viewer, q);
  if (words === null) return null;
  return [
    ...(viewer === null ? [] : [{ $or: [{ outcome: { $ne: 'refused' } }, ...(sentBy(viewer).$or ?? [])] }]),
    ...(documentId === undefined ? [] : [{ documentId }]),
    ...(from === undefined ? [] : [{ acceptedAt: { $gte: from } }]),
    ...(to === undefined ? [] : [{ acceptedAt: { $lt: to } }]),
    ...(verdict === undefined ? [] : [{ verdict }]),
    ...(outcome === undefined ? [] : [{ outcome }]),
    ...words,
  ];
};

type Part = { readonly organ: string; readonly state: string };

/** Whether one record passes, given those of its deliveries that any test is about. */
const passes = ({ viewer, organ, state }: RecordQuery, record: Row, deliveries: readonly Part[]): boolean => {
  const { system, from, outcome } = record;
  const sent = viewer === null || system === viewer.system || viewer.speaksFor.includes(String(from));
  const offered = deliveries.filter((one) => viewer === null || (viewer.collectsFor.includes(one.organ) && one.state !== 'held'));
  if (!sent && (outcome === 'refused' || offered.length === 0)) return false;
  const known = sent ? deliveries : offered;
  if (organ !== undefined && from !== organ && !known.some((one) => one.organ === organ)) return false;
  return state === undefined || known.some((one) => one.state === state);
};

/** Keeps those that pass with their deliveries; asks for no delivery where no test is about one. */
export const deliveryTest = ({ rows }: Connection, query: RecordQuery): ((records: readonly Row[]) => Promise<readonly Row[]>) => {
  const { viewer, organ, state } = query;
  const about: readonly Filter<Row>[] = [
    ...(viewer === null ? [] : [{ organ: { $in: [...viewer.collectsFor] } }]),
    ...(organ === undefined ? [] : [{ organ }]),
    ...(state === undefined ? [] : [{ state }]),
  ];
  if (about.length === 0) return async (records) => records;
  return async (records) => {
    if (records.length === 0) return records;
    const ids = records.map(({ _id }) => _id);
    const projection = { _id: 0, recordId: 1, organ: 1, state: 1 };
    const found = await rows.deliveries.find({ recordId: { $in: ids }, $or: [...about] }, { projection, hint: 'delivery_organ' }).toArray();
    const parts = Map.groupBy(found, ({ recordId }) => String(recordId));
    return records.filter((record) => passes(query, record, (parts.get(record._id) ?? []) as unknown as readonly Part[]));
  };
};
