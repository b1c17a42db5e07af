/** What is written beside the main path: declarations and leases. */
import { ObjectId } from 'mongodb';
import type { JournalEntry } from '../../records/change.ts';
import type { PaperMonth } from '../../records/paper.ts';
import type { Connection } from '../connection.ts';
import { paperForm } from '../rows.ts';
import { journaled, kept } from '../transaction.ts';
import { isClash } from '../trouble.ts';
import { addEntry } from './journal.ts';

/** The newest in one collection for the report, every one in another for the history. */
export const declareMonth = (connection: Connection, month: PaperMonth, journal: JournalEntry): Promise<void> =>
  journaled<void>(
    connection,
    journal.entryId,
    () => undefined,
    async (session) => {
      const { rows } = connection;
      const { organ, period } = month;
      await rows.paper.replaceOne({ period, organ }, paperForm.toRow(month), { session, upsert: true });
      await rows.paperHistory.insertOne({ ...paperForm.toRow(month), _id: new ObjectId() }, { session });
      await addEntry(connection, session, journal);
      return kept(undefined);
    },
  );

/**
 * One document, so that of two that come at once one loses: it finds the other's and clashes with it. Times are the
 * caller's, whose machines share their time by NTP; what a lease guards is right without it.
 */
export const takeLease = async ({ rows }: Connection, name: string, holder: string, at: string, until: string): Promise<boolean> => {
  try {
    await rows.leases.updateOne({ _id: name, $or: [{ holder }, { until: { $lte: at } }] }, { $set: { holder, until } }, { upsert: true });
    return true;
  } catch (error) {
    if (isClash(error)) return false;
    throw error;
  }
};
