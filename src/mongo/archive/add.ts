/** Rows of every kind put where they belong: replaced where they stand, added where they do not; a page is one transaction. */
import { type AnyBulkWriteOperation, type ClientSession, type Collection, ObjectId } from 'mongodb';
import type { ArchiveKind, ArchiveRows } from '../../hub/archive.ts';
import type { Connection, Line, Row } from '../connection.ts';
import {
  accountForm,
  alertForm,
  deliveryForm,
  eventForm,
  holderForm,
  journalForm,
  judgementForm,
  keyForm,
  metForm,
  organForm,
  paperForm,
  recordForm,
  submissionForm,
} from '../rows.ts';
import { isDoubtful } from '../write/moves.ts';
import { findable } from './derived.ts';
import { figureId } from './figures.ts';
import { kinds, type Stored } from './kinds.ts';
import { inOrder } from './read.ts';

type Add<Kind extends ArchiveKind> = (connection: Connection, session: ClientSession, rows: readonly ArchiveRows[Kind][]) => Promise<void>;
type Keyed = { readonly _id: string; readonly [field: string]: unknown };

const replaceAll = async (collection: Collection<Row>, session: ClientSession, rows: readonly Keyed[]): Promise<void> => {
  const writes = rows.map((row): AnyBulkWriteOperation<Row> => {
    const { _id, ...replacement } = row;
    return { replaceOne: { filter: { _id }, replacement, upsert: true } };
  });
  if (writes.length > 0) await collection.bulkWrite(writes, { session });
};

const byId =
  <Kind extends ArchiveKind>(
    name: 'organs' | 'keys' | 'accounts' | 'holders' | 'certificates',
    toRow: (row: ArchiveRows[Kind]) => Keyed,
  ): Add<Kind> =>
  ({ rows }, session, all) =>
    replaceAll(rows[name], session, all.map(toRow));

type PlacedKind = 'submission' | 'event' | 'judgement' | 'alertRecord' | 'paperHistory';

/**
 * By its place among the rows of its owner, of which the ones before it are there. New ones get ids in the order in
 * which they come, as when they were first made.
 */
const placing =
  <Kind extends PlacedKind>(kind: Kind, toRow: (row: ArchiveRows[Kind]) => object): Add<Kind> =>
  async (connection, session, all) => {
    const { rows: name, owner, order = [] } = kinds[kind];
    const collection = connection.rows[name] as unknown as Collection<Line>;
    const ownerOf = (row: object): Record<string, unknown> =>
      Object.fromEntries(owner.map((field) => [field, (row as Record<string, unknown>)[field]]));
    const groups = [...Map.groupBy(all, (row) => JSON.stringify(ownerOf(row))).values()];
    const standing = await collection.find({ $or: groups.map(([first]) => ownerOf(first ?? {})) }, { session }).toArray();
    const stood = Map.groupBy(standing, (row) => JSON.stringify(ownerOf(row)));
    const writes = groups.flatMap((group) => {
      const there = inOrder((stood.get(JSON.stringify(ownerOf(group[0] ?? {}))) ?? []) as readonly Stored[], order);
      return group.map((row, index) => {
        if (row.place > there.length + index + 1) throw new Error(`Row ${row.place} of a ${kind} came before row ${row.place - 1}`);
        const found = there[row.place - 1];
        const replacement = toRow(row) as Line;
        return found === undefined
          ? { insertOne: { document: { ...replacement, _id: new ObjectId() } } }
          : { replaceOne: { filter: { _id: found._id as ObjectId }, replacement } };
      });
    });
    await collection.bulkWrite(writes as AnyBulkWriteOperation<Line>[], { session });
  };

const addRecords: Add<'record'> = async (connection, session, all) => {
  const rows = all.map((record) => ({ ...recordForm.toRow(record), ...(isDoubtful(record.proof) && { doubtful: true }) }));
  await replaceAll(connection.rows.records, session, rows);
  await findable(
    connection,
    session,
    all.map(({ recordId }) => recordId),
  );
};

const addDeliveries: Add<'delivery'> = async (connection, session, all) => {
  const { records, deliveries } = connection.rows;
  const recordIds = [...new Set(all.map(({ recordId }) => recordId))];
  const found = await records.find({ _id: { $in: recordIds } }, { session, projection: { acceptedAt: 1 } }).toArray();
  const acceptedAt = new Map(found.map((row) => [row._id, String(row.acceptedAt)]));
  const rows = all.map(({ place, relayedAt, ...delivery }) => ({
    ...deliveryForm.toRow(delivery),
    place: place - 1,
    recordAt: acceptedAt.get(delivery.recordId) ?? delivery.queuedAt,
    ...(relayedAt !== null && { relayedAt }),
    ...(relayedAt === null && delivery.via === 'inbox' && { unrelayed: true }),
  }));
  await replaceAll(deliveries, session, rows);
  await findable(connection, session, recordIds);
};

const addSightings: Add<'sighting'> = async ({ rows }, session, all) => {
  for (const pair of Map.groupBy(all, ({ key, organ }) => JSON.stringify([key, organ])).values()) {
    const [first] = pair;
    if (first === undefined) continue;
    const { key, organ } = first;
    const found = await rows.sightings.findOne({ key, organ }, { session });
    const records = new Map(
      ((found?.records ?? []) as readonly { recordId: string; at: string }[]).map(({ recordId, at }) => [recordId, at]),
    );
    for (const { recordId, at } of pair) records.set(recordId, at);
    const list = [...records].map(([recordId, at]) => ({ recordId, at }));
    await rows.sightings.updateOne({ key, organ }, { $set: { records: list } }, { session, upsert: true });
  }
};

const addFigures: Add<'figure'> = async ({ rows }, session, all) => {
  await replaceAll(
    rows.figures,
    session,
    all.map((row) => ({ _id: figureId(row), ...row })),
  );
  // What no seal has folded yet is part of the figure that is brought.
  const open = (await rows.journal.findOne({ open: true, figures: { $exists: true } }, { session, projection: { _id: 1 } })) !== null;
  if (!open) return;
  for (const { day, organ, figure } of all)
    await rows.journal.updateMany({ open: true }, { $pull: { figures: { day, organ, figure } } } as object, { session });
};

const addEntries: Add<'journal'> = ({ rows }, session, all) =>
  replaceAll(
    rows.journal,
    session,
    all.map(({ sequence, hash, ...entry }) => ({
      ...journalForm.toRow(entry),
      ...(sequence === null ? { open: true, order: new ObjectId() } : { sequence, hash }),
    })),
  );

const adds: { readonly [Kind in ArchiveKind]: Add<Kind> } = {
  directory: async ({ rows }, session, [row]) => {
    await rows.settings.updateOne({ _id: 'directory' }, { $set: { value: row?.version ?? 0 } }, { session });
  },
  organ: byId('organs', organForm.toRow),
  key: byId('keys', keyForm.toRow),
  contact: ({ rows }, session, all) =>
    replaceAll(
      rows.contacts,
      session,
      all.map(({ system, at }) => ({ _id: system, at })),
    ),
  account: byId('accounts', accountForm.toRow),
  holder: byId('holders', holderForm.toRow),
  certificate: byId('certificates', metForm.toRow),
  record: addRecords,
  submission: placing('submission', (row) => ({ ...submissionForm.toRow(row), place: row.place - 1 })),
  delivery: addDeliveries,
  event: placing('event', eventForm.toRow),
  judgement: placing('judgement', judgementForm.toRow),
  sighting: addSightings,
  alert: ({ rows }, session, all) =>
    replaceAll(
      rows.alerts,
      session,
      all.map((alert) => ({ ...alertForm.toRow(alert), ...(alert.state !== 'settled' && { unsettled: true }) })),
    ),
  alertRecord: placing('alertRecord', ({ reason, ...row }) => ({ ...row, ...(reason !== null && { reason }) })),
  paperMonth: async ({ rows }, session, all) => {
    for (const month of all) {
      const { period, organ } = month;
      await rows.paper.replaceOne({ period, organ }, paperForm.toRow(month), { session, upsert: true });
    }
  },
  paperHistory: placing('paperHistory', paperForm.toRow),
  figure: addFigures,
  journal: addEntries,
};

export const archiveAdd = async (
  connection: Connection,
  session: ClientSession,
  kind: ArchiveKind,
  rows: readonly ArchiveRows[ArchiveKind][],
): Promise<void> => {
  // Rows and kind were handed in together (`Archive.add`); the compiler cannot follow them through the union.
  if (rows.length > 0) await (adds[kind] as Add<ArchiveKind>)(connection, session, rows);
};
