/** Where a list of records looks: the indexes that give it newest first, chosen so that little more than the page is read. */
import type { Filter } from 'mongodb';
import type { RecordQuery } from '../../records/query.ts';
import type { Connection, Row } from '../connection.ts';
import { phrasesIn } from '../words.ts';
import { tallyOf } from './oversight.ts';

export type Key = { readonly acceptedAt: string; readonly recordId: string };
/** `row`: what stands of the record, where the road led along records that pass every test of their own; else still to be asked. */
export type Place = Key & { readonly row: Row | null };
/** Up to so many places, newest first, older than `before`. Fewer than asked for: its end. A place may come several times. */
export type Road = (before: Key | null, size: number) => Promise<readonly Place[]>;

/** Up to so many organs a viewer's records are gathered from its own indexes; beyond, most of what is newest is its own anyway. */
const fewOrgans = 20;
/** Below so many finds they are gathered from their index; above, some are soon met among the newest. */
const fewFinds = 5000;

/** The plain bound is for the index, the other for those of the same instant. */
const olderThan = (before: Key | null, at: string, id: string): Filter<Row> =>
  before === null
    ? {}
    : { [at]: { $lte: before.acceptedAt }, $or: [{ [at]: { $lt: before.acceptedAt } }, { [id]: { $lt: before.recordId } }] };

/** Of a record, what tests of deliveries ask as well. */
export const askedOf = { acceptedAt: 1, from: 1, system: 1, outcome: 1 } as const;

const ofRecords =
  ({ rows }: Connection, along: Filter<Row>, tests: readonly Filter<Row>[], hint: string): Road =>
  async (before, size) => {
    const filter = { ...along, ...olderThan(before, 'acceptedAt', '_id'), ...(tests.length > 0 && { $and: [...tests] }) };
    const found = await rows.records.find(filter, { projection: askedOf, hint }).sort({ acceptedAt: -1, _id: -1 }).limit(size).toArray();
    return found.map((row) => ({ recordId: row._id, acceptedAt: String(row.acceptedAt), row }));
  };

/** Answered from the index alone. */
const ofDeliveries =
  ({ rows }: Connection, test: Filter<Row>, hint: string): Road =>
  async (before, size) => {
    const found = await rows.deliveries
      .find({ ...test, ...olderThan(before, 'recordAt', 'recordId') }, { projection: { _id: 0, recordAt: 1, recordId: 1 }, hint })
      .sort({ recordAt: -1, recordId: -1 })
      .limit(size)
      .toArray();
    return found.map(({ recordId, recordAt }) => ({ recordId: String(recordId), acceptedAt: String(recordAt), row: null }));
  };

/** Words that begin so; U+10FFFF sorts behind every letter. */
export const beginning = (word: string): Filter<Row> => ({ words: { $elemMatch: { $gte: word, $lt: `${word}\u{10FFFF}` } } });

/** The word that fewest records hold, if those are few. */
const rareWord = async ({ rows }: Connection, q: string): Promise<string | null> => {
  const words = [...new Set(phrasesIn(q).flat())];
  const counted = await Promise.all(
    words.map(async (word) => ({
      word,
      found: await rows.records.countDocuments(beginning(word), { limit: fewFinds, hint: 'record_words' }),
    })),
  );
  const [rarest] = counted.sort((a, b) => a.found - b.found);
  return rarest === undefined || rarest.found >= fewFinds ? null : rarest.word;
};

const byTime = (connection: Connection, query: RecordQuery, tests: readonly Filter<Row>[]): readonly Road[] => {
  const { outcome, verdict } = query;
  if (outcome !== undefined && outcome !== 'accepted') return [ofRecords(connection, { outcome }, tests, 'record_outcome')];
  if (verdict !== undefined && verdict !== 'valid') return [ofRecords(connection, { verdict }, tests, 'record_verdict')];
  return [ofRecords(connection, {}, tests, 'record_accepted')];
};

/** `tests` are what records can be asked by themselves: asked at once where the road leads along records. */
export const roadsFor = async (connection: Connection, query: RecordQuery, tests: readonly Filter<Row>[]): Promise<readonly Road[]> => {
  const { viewer, documentId, organ, q, state } = query;
  if (documentId !== undefined) return [ofRecords(connection, { documentId }, tests, 'record_document')];
  if (organ !== undefined)
    return [ofRecords(connection, { from: organ }, tests, 'record_sender'), ofDeliveries(connection, { organ }, 'delivery_received')];
  if (viewer !== null && viewer.speaksFor.length + viewer.collectsFor.length <= fewOrgans)
    return [
      ofRecords(connection, { system: viewer.system }, tests, 'record_system'),
      ...viewer.speaksFor.map((from) => ofRecords(connection, { from }, tests, 'record_sender')),
      ...viewer.collectsFor.map((one) => ofDeliveries(connection, { organ: one }, 'delivery_received')),
    ];
  if (state !== undefined && ((await tallyOf(connection, 'delivery'))[state] ?? 0) < fewFinds)
    return [ofDeliveries(connection, { state }, 'delivery_state')];
  const word = q === undefined ? null : await rareWord(connection, q);
  if (word !== null) return [ofRecords(connection, beginning(word), tests, 'record_words')];
  return byTime(connection, query, tests);
};
