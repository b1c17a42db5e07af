/** Rows of every kind, a page at a time. What stands in `after` is the owner of the last row: owners are never cut in two. */

import type { Collection, Filter } from 'mongodb';
import { ObjectId } from 'mongodb';
import type { ArchiveKind, ArchivePage, ArchiveRows } from '../../hub/archive.ts';
import type { SealedEntry } from '../../hub.ts';
import type { Connection, Row } from '../connection.ts';
import { journalForm } from '../rows.ts';
import { figuresAfter } from './figures.ts';
import { type KindRows, kinds, type Stored } from './kinds.ts';

export type Question = { readonly after: string | null; readonly limit: number };

type Key = readonly unknown[];

/** Past a key of several fields, in the order of an index on them. */
const past = (fields: readonly string[], key: Key): Filter<Stored> => ({
  $or: fields.map((field, place) => ({
    ...Object.fromEntries(fields.slice(0, place).map((before, at) => [before, key[at]])),
    [field]: { $gt: key[place] },
  })),
});

const keyOf = (row: Stored, fields: readonly string[]): Key => fields.map((field) => row[field]);
const nameOf = (row: Stored, fields: readonly string[]): string => JSON.stringify(keyOf(row, fields));

const before = (one: unknown, other: unknown): number => {
  const [a, b] = one instanceof ObjectId && other instanceof ObjectId ? [one.toHexString(), other.toHexString()] : [one, other];
  return a === b ? 0 : (a as string | number) < (b as string | number) ? -1 : 1;
};

/** Rows of one owner as every question answers them. */
export const inOrder = (rows: readonly Stored[], order: readonly string[]): readonly Stored[] =>
  [...rows].sort((a, b) => order.map((field) => before(a[field], b[field])).find((found) => found !== 0) ?? 0);

type Found = { readonly rows: readonly Stored[]; readonly next: string | null };

/** Whole owners only: the last one of a full page is left to the next, unless it fills the page by itself. */
const find = async (collection: Collection<Stored>, owner: readonly string[], { after, limit }: Question): Promise<Found> => {
  const sort = Object.fromEntries(owner.map((field) => [field, 1 as const]));
  const filter = after === null ? {} : past(owner, JSON.parse(after));
  const rows = await collection
    .find(filter)
    .sort(sort)
    .limit(limit + 1)
    .toArray();
  const last = rows.at(-1);
  if (rows.length <= limit || last === undefined) return { rows, next: null };
  const whole = rows.filter((row) => nameOf(row, owner) !== nameOf(last, owner));
  const [end] = whole.slice(-1);
  if (end !== undefined) return { rows: whole, next: nameOf(end, owner) };
  const all = await collection.find(Object.fromEntries(owner.map((field) => [field, last[field]]))).toArray();
  return { rows: all, next: nameOf(last, owner) };
};

const rowsOf = async <Value>(connection: Connection, shape: KindRows<Value>, question: Question): Promise<ArchivePage<Value>> => {
  const { rows: name, owner, order, fromRow } = shape;
  // Of whichever row type: only fields that both have are asked for.
  const { rows, next } = await find(connection.rows[name] as unknown as Collection<Stored>, owner, question);
  if (order === undefined) return { rows: rows.flatMap(fromRow), next };
  const groups = [...Map.groupBy(rows, (row) => nameOf(row, owner)).values()];
  const placed = groups.flatMap((group) =>
    inOrder(group, order)
      .flatMap(fromRow)
      .map((value, index) => ({ ...value, place: index + 1 })),
  );
  return { rows: placed, next };
};

const entryOf = (row: Row): SealedEntry => ({
  ...journalForm.fromRow(row),
  sequence: row.sequence === undefined ? null : Number(row.sequence),
  hash: row.hash === undefined ? null : String(row.hash),
});

/** A number in `after` is a sequence, a text the id of an entry that is not sealed yet. */
const entriesOf = async ({ rows }: Connection, { after, limit }: Question): Promise<ArchivePage<SealedEntry>> => {
  const [last = 0]: readonly (string | number)[] = after === null ? [] : JSON.parse(after);
  const sealed =
    typeof last === 'string'
      ? []
      : await rows.journal
          .find({ sequence: { $gt: last } })
          .sort({ sequence: 1 })
          .limit(limit)
          .toArray();
  const room = limit - sealed.length;
  const id = typeof last === 'string' ? last : '';
  const open =
    room === 0
      ? []
      : await rows.journal
          .find({ open: true, _id: { $gt: id } })
          .sort({ _id: 1 })
          .limit(room)
          .toArray();
  const end = open.at(-1)?._id ?? sealed.at(-1)?.sequence;
  const found = [...sealed, ...open].map(entryOf);
  return { rows: found, next: found.length < limit || end === undefined ? null : JSON.stringify([end]) };
};

const directoryOf = async ({ rows }: Connection): Promise<ArchivePage<ArchiveRows['directory']>> => {
  const row = await rows.settings.findOne({ _id: 'directory' });
  return { rows: [{ version: Number(row?.value ?? 0) }], next: null };
};

export const archiveRows = (
  connection: Connection,
  kind: ArchiveKind,
  question: Question,
): Promise<ArchivePage<ArchiveRows[ArchiveKind]>> => {
  if (kind === 'directory') return directoryOf(connection);
  if (kind === 'figure') return figuresAfter(connection, question);
  if (kind === 'journal') return entriesOf(connection, question);
  // The shape of a kind answers the rows of that kind; the compiler cannot follow it through the union.
  return rowsOf(connection, kinds[kind] as KindRows<ArchiveRows[ArchiveKind]>, question);
};
