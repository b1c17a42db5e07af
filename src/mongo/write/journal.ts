/** Entries of the log inside a transaction: whether one stands, and adding one. Sealing is in `seal.ts`. */
import { type ClientSession, ObjectId } from 'mongodb';
import type { JournalEntry } from '../../records/change.ts';
import type { Connection, Row } from '../connection.ts';
import { journalForm } from '../rows.ts';
import { journaled, kept } from '../transaction.ts';

/** What one change adds to a sum; folded away at the seal, so that no sum is written by every commit. */
export type Unfolded = {
  readonly figures?: readonly { readonly day: string; readonly organ: string; readonly figure: string; readonly by: number }[];
  /** Rows gained and lost in each state. */
  readonly tallies?: readonly { readonly name: 'delivery' | 'alert'; readonly state: string; readonly by: number }[];
  /** Organs whose inbox was filled, for whoever listens (`watch.ts`). */
  readonly offered?: readonly string[];
};

/** Whether the entry was written before: then whatever it stands for was done, too. */
export const isKnown = async ({ rows }: Connection, session: ClientSession, entryId: string): Promise<boolean> =>
  (await rows.journal.findOne({ _id: entryId }, { session, projection: { _id: 1 } })) !== null;

/** `order`: made by this process after its earlier ones; between processes, by their clocks. The chain is made at the seal. */
const rowFor = (entry: JournalEntry, unfolded: Unfolded): Row => ({
  ...journalForm.toRow(entry),
  open: true,
  order: new ObjectId(),
  ...Object.fromEntries(Object.entries(unfolded).filter(([, list]) => list.length > 0)),
});

/** Fails with a clash of keys where it stands. */
export const addEntry = async (
  { rows }: Connection,
  session: ClientSession,
  entry: JournalEntry,
  unfolded: Unfolded = {},
): Promise<void> => {
  await rows.journal.insertOne(rowFor(entry, unfolded), { session });
};

/** An entry on its own; once. */
export const addAlone = (connection: Connection, entry: JournalEntry): Promise<void> =>
  journaled<void>(
    connection,
    entry.entryId,
    () => undefined,
    async (session) => {
      await addEntry(connection, session, entry);
      return kept(undefined);
    },
  );
