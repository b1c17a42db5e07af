/**
 * The list of records (contract §5): newest first, every filter, only what the viewer may see (`viewing.ts`).
 *
 * A list is walked along roads: indexes that give records newest first. From what the roads give, in batches, those
 * are kept that pass every test; only the page is read whole.
 */
import type { Filter } from 'mongodb';
import type { Page, RecordQuery, RecordView } from '../../records/query.ts';
import type { Connection, Row } from '../connection.ts';
import { recordForm } from '../rows.ts';
import { keyOf, pageOf } from './cursor.ts';
import { viewsOf } from './records.ts';
import { type Place, type Road, roadsFor } from './roads.ts';
import { deliveryTest, recordTests } from './viewing.ts';

/** Most rows taken from a road at a time. */
const largestBatch = 1000;

const isNewer = (a: Place, b: Place): boolean => (a.acceptedAt === b.acceptedAt ? a.recordId > b.recordId : a.acceptedAt > b.acceptedAt);
const newestFirst = (a: Place, b: Place): number => (a.recordId === b.recordId ? 0 : isNewer(a, b) ? -1 : 1);

type Batch = { readonly places: readonly Place[]; readonly ended: boolean };

/** The next of several roads together: no further than the road that was walked least, since beyond that it may hold newer ones. */
const walk = async (roads: readonly Road[], before: Place | null, size: number): Promise<Batch> => {
  const walked = await Promise.all(roads.map((road) => road(before, size)));
  const unfinished = walked.flatMap((places) => (places.length < size ? [] : places.slice(-1)));
  const [horizon] = unfinished.sort(newestFirst);
  const once = new Map(walked.flat().map((place) => [place.recordId, place]));
  const places = [...once.values()].filter((place) => horizon === undefined || !isNewer(horizon, place)).sort(newestFirst);
  return { places, ended: horizon === undefined };
};

/** Those of these places whose record passes what can be asked of records alone, in their order. */
const passing = async ({ rows }: Connection, places: readonly Place[], tests: readonly Filter<Row>[]): Promise<readonly Row[]> => {
  const ids = places.map(({ recordId }) => recordId);
  const projection = { acceptedAt: 1, from: 1, system: 1, outcome: 1 };
  const found = await rows.records.find({ $and: [{ _id: { $in: ids } }, ...tests] }, { projection }).toArray();
  const byId = new Map(found.map((row) => [row._id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
};

export const listRecords = async (connection: Connection, query: RecordQuery): Promise<Page<RecordView>> => {
  const after = keyOf(query.after, ['string', 'string']);
  const tests = recordTests(query);
  if (tests === null) return { items: [], next: null };
  const roads = await roadsFor(connection, query, tests);
  const seen = deliveryTest(connection, query);
  const found: Row[] = [];
  let before: Place | null = after === null ? null : { acceptedAt: String(after[0]), recordId: String(after[1]) };
  for (let size = query.limit + 1; found.length <= query.limit; size = Math.min(size * 2, largestBatch)) {
    const { places, ended } = await walk(roads, before, size);
    if (places.length > 0) found.push(...(await seen(await passing(connection, places, tests))));
    if (ended) break;
    before = places.at(-1) ?? null;
  }
  const page = pageOf(found, query.limit, ({ acceptedAt, _id }) => [String(acceptedAt), _id]);
  const ids = page.items.map(({ _id }) => _id);
  const rows = await connection.rows.records.find({ _id: { $in: ids } }, { projection: recordForm.shown }).toArray();
  const place = new Map(ids.map((id, order) => [id, order]));
  const sorted = rows.sort((a, b) => (place.get(a._id) ?? 0) - (place.get(b._id) ?? 0));
  return { items: await viewsOf(connection, sorted), next: page.next };
};
