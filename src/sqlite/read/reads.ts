/** Everything the reader threads answer, by name: one database and one plain value in, one plain value out. */
import { archiveFiles, archiveMove, archiveRows } from '../archive/read.ts';
import { alertOf, listAlerts, openAlert } from './alerts.ts';
import { allAccounts, allContacts, allKeys, keyBySha256, organsSince } from './directory.ts';
import { evidenceAmong, evidenceOf, judgementsOf } from './evidence.ts';
import { holdersOf, metOf, sightingsOf } from './holders.ts';
import { deliveryOf, offeredTo, tallyOf } from './inbox.ts';
import { listRecords } from './listing.ts';
import { namedAmong, smallBytes, smallSize } from './originals.ts';
import { declaredFor, figureSums, journalAfter } from './oversight.ts';
import { aboutOf, alikeTo, eventsOf, parkedAt, recordOf, refusedSince, sameAs, submissionsOf, toJudge } from './records.ts';
import { relayable } from './relay.ts';

export const reads = {
  recordOf,
  listRecords,
  eventsOf,
  sameAs,
  submissionsOf,
  alikeTo,
  aboutOf,
  parkedAt,
  toJudge,
  refusedSince,
  deliveryOf,
  offeredTo,
  tallyOf,
  relayable,
  openAlert,
  alertOf,
  listAlerts,
  organsSince,
  keyBySha256,
  allKeys,
  allAccounts,
  allContacts,
  figureSums,
  holdersOf,
  sightingsOf,
  metOf,
  declaredFor,
  journalAfter,
  smallSize,
  smallBytes,
  namedAmong,
  evidenceAmong,
  evidenceOf,
  judgementsOf,
  archiveRows,
  archiveFiles,
  archiveMove,
} as const;
