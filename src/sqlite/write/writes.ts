/** Everything the writer thread does, by name: one database and one plain value in, one plain value out. */
import type { JournalEntry } from '../../records/change.ts';
import { archiveAdd, archiveMark } from '../archive/add.ts';
import type { Database } from '../connection.ts';
import { applyKept } from './change.ts';
import { addKey, declareMonth, putOrgans, revokeKey, takeLease, touchContact } from './directory.ts';
import { keepEvidence } from './evidence.ts';
import { putHolders } from './holders.ts';
import { addAlone, seal } from './journal.ts';
import { keepSmall, probe, sweepSmall } from './originals.ts';
import { claimFound, endClaims, putAccount, removeAccount } from './relay.ts';

export const writes = {
  commit: applyKept,
  putOrgans,
  addKey,
  revokeKey,
  touchContact,
  putHolders,
  declareMonth,
  takeLease,
  claimFound,
  endClaims,
  putAccount,
  removeAccount,
  keepSmall,
  keepEvidence,
  sweepSmall,
  probe,
  archiveAdd,
  archiveMark,
  seal,
  addEntry: (database: Database, entry: JournalEntry): void => addAlone(database, entry),
} as const;
