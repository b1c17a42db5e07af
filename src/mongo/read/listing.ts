/**
 * The list of records (contract §5): newest first, every filter, only what the viewer may see (`viewing.ts`).
 *
 * A list is walked along roads: indexes that give records newest first. From what the roads give, in batches, those
 * are kept that pass every test; only the page is read whole.
 */
import type { Filter } from 'mongodb';
import { keyOf, pageOf } from '../../records/cursor.ts';
import type { Page, RecordQuery, RecordView } from '../../records/query.ts';
import type { Connection, Row } from '../connection.ts';
import { recordForm } from '../rows.ts';
import { viewsOf } from './records.ts';
import { askedOf, type Key, type Place, type Road, roadsFor } from './roads.ts';
import { deliveryTest, recordTests } from './viewing.ts';

/** Most rows taken from a road at a time. */
const largestBatch = 1000;

const isNewer = (a: Key, b: Key): boolean => (a.acceptedAt === b.acceptedAt ? a.recordId > b.recordId : a.acceptedAt > b.acceptedAt);
const newestFirst = (a: Key, b: Key): number => (a.recordId === b.recordId ? 0 : isNewer(a, b) ? -1 : 1);

type Batch = { readonly places: readonly Place[]; readonly ended: boolean };

/** The next of several roads together: no further than the road that was walked least, since beyond that it may hold newer ones. */
const walk = async (roads: readonly Road[], before: Key | null, size: number): Promise<Batch> => {
  const walked = await Promise.all(roads.map((road) => road(before, size)));
  const unfinished = walked.flatMap((places) => (places.length < size ? [] : places.slice(-1)));
  const [horizon] = unfinished.sort(newestFirst);
  const all = walked.flat();
  // One that a road along records told of need not be asked again.
  const once = new Map(
    [...all.filter(({ row }) => row === null), ...all.filter(({ row }) => row !== null)].map((place) => [place.recordId, place]),
  );
  const places = [...once.values()].filter((place) => horizon === undefined || !isNewer(horizon, place)).sort(newestFirst);
  return { places, ended: horizon === undefined };
};

/** Those whose record passes what can be asked of records alone, in their order: asked only where the road led along deliveries. */
const passing = async ({ rows }: Connection, places: readonly Place[], tests: readonly Filter<Row>[]): Promise<readonly Row[]> => {
  const ids = places.flatMap(({ row, recordId }) => (row === null ? [recordId] : []));
  const filter = { _id: { $in: ids }, ...(tests.length > 0 && { $and: [...tests] }) };
  const found = ids.length === 0 ? [] : await rows.records.find(filter, { projection: askedOf, hint: '_id_' }).toArray();
  const byId = new Map(found.map((row) => [row._id, row]));
  return places.flatMap(({ row, recordId }) => row ?? byId.get(recordId) ?? []);
};

export const listRecords = async (connection: Connection, query: RecordQuery): Promise<Page<RecordView>> => {
  const after = keyOf(query.after, ['string', 'string']);
  const tests = recordTests(query);
  if (tests === null) return { items: [], next: null };
  const roads = await roadsFor(connection, query, tests);
  const seen = deliveryTest(connection, query);
  const found: Row[] = [];
  let before: Key | null = after === null ? null : { acceptedAt: String(after[0]), recordId: String(after[1]) };
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
