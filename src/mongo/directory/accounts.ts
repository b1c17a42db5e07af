/** Systems that connect over the broker. */
import type { Accounts } from '../../hub/relay.ts';
import type { Connection } from '../connection.ts';
import { accountForm } from '../rows.ts';
import { dropped, journaled, kept } from '../transaction.ts';
import { addEntry } from '../write/journal.ts';

export const mongoAccounts = (connection: Connection): Accounts => {
  const { accounts } = connection.rows;
  return {
    list: async () => (await accounts.find().sort({ _id: 1 }).toArray()).map(accountForm.fromRow),
    put: (account, journal) =>
      journaled<'done' | 'taken'>(
        connection,
        journal.entryId,
        () => 'done',
        async (session) => {
          const { system, user } = account;
          // Of two that want the same user at once the unique key lets one through; the other comes back here and sees it.
          if ((await accounts.findOne({ user, _id: { $ne: system } }, { session, projection: { _id: 1 } })) !== null)
            return dropped('taken');
          await accounts.replaceOne({ _id: system }, accountForm.toRow(account), { session, upsert: true });
          await addEntry(connection, session, journal);
          return kept('done');
        },
      ),
    remove: (system, journal) =>
      journaled<'done' | 'unknown'>(
        connection,
        journal.entryId,
        () => 'done',
        async (session) => {
          if ((await accounts.deleteOne({ _id: system }, { session })).deletedCount !== 1) return dropped('unknown');
          await addEntry(connection, session, journal);
          return kept('done');
        },
      ),
  };
};
