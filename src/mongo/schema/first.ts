/**
 * Step 1: every collection with its indexes. Fields carry the names of the record types; the type's own id is
 * `_id`. A field that is null is not stored: a sparse index, or a partial one on `$exists`, leaves it out.
 *
 * Besides the types' fields (see `rows.ts`): `records` hold folded words for the search (`words`, `own`,
 * `others`) and `doubtful` where some file's revocation is unknown; `deliveries` hold `recordAt`, the acceptance
 * of its record, so that lists by organ or state come in the order of records; the `journal` holds, until it is
 * sealed, what that change added to figures and tallies, and whom it woke.
 */
import type { IndexDescription } from 'mongodb';

/** Collection -> the indexes that a step adds to it. */
export type Steps = Readonly<Record<string, readonly IndexDescription[]>>;

export const firstCollections: Steps = {
  settings: [],
  records: [
    // Contract §4: one record stands under an identity; refused and returned ones have none.
    { key: { identity: 1 }, name: 'record_identity', unique: true, sparse: true },
    { key: { acceptedAt: -1, _id: -1 }, name: 'record_accepted' },
    { key: { from: 1, acceptedAt: -1, _id: -1 }, name: 'record_sender' },
    { key: { system: 1, acceptedAt: -1, _id: -1 }, name: 'record_system' },
    { key: { system: 1, acceptedAt: 1 }, name: 'record_refused', partialFilterExpression: { outcome: 'refused' } },
    { key: { outcome: 1, acceptedAt: -1, _id: -1 }, name: 'record_outcome' },
    { key: { verdict: 1, acceptedAt: -1, _id: -1 }, name: 'record_verdict' },
    {
      key: { documentId: 1, acceptedAt: -1, _id: -1 },
      name: 'record_document',
      partialFilterExpression: { documentId: { $exists: true } },
    },
    {
      key: { from: 1, code: 1, acceptedAt: -1 },
      name: 'record_code',
      partialFilterExpression: { kind: 'document', code: { $exists: true } },
    },
    {
      key: { from: 1, number: 1, notation: 1, promulgatedOn: 1 },
      name: 'record_alike',
      partialFilterExpression: { kind: 'document', counted: true },
    },
    { key: { acceptedAt: 1 }, name: 'record_parked', partialFilterExpression: { parkedUntil: { $exists: true } } },
    {
      key: { 'responseFor.organ': 1, from: 1, acceptedAt: 1 },
      name: 'record_awaited',
      partialFilterExpression: { parkedUntil: { $exists: true } },
    },
    // Documents whose revocation is still to be checked, or that of a file or a time stamp in them.
    { key: { acceptedAt: 1, _id: 1 }, name: 'record_unknown', partialFilterExpression: { reason: 'revocation-unknown' } },
    { key: { acceptedAt: 1, _id: 1 }, name: 'record_doubtful', partialFilterExpression: { doubtful: true } },
    // Words as people search them: folded, each as it stands alone.
    { key: { words: 1 }, name: 'record_words' },
  ],
  submissions: [
    { key: { recordId: 1, sha256: 1 }, name: 'submission_taking', unique: true },
    { key: { sha256: 1 }, name: 'submission_original' },
  ],
  deliveries: [
    { key: { recordId: 1, organ: 1 }, name: 'delivery_organ', unique: true },
    // The inbox: only what waits stands in it, so it stays as small as the backlog; a page is chosen from it alone.
    {
      key: { organ: 1, priority: -1, queuedAt: 1, _id: 1, offeredAt: 1, kind: 1, postedBy: 1, recordId: 1 },
      name: 'delivery_inbox',
      partialFilterExpression: { state: 'queued', via: 'inbox' },
    },
    // What no broker has yet: a backlog that waits in queues is not walked again and again.
    {
      key: { organ: 1, priority: -1, queuedAt: 1, _id: 1, offeredAt: 1, postedBy: 1, claimedUntil: 1, claimedBy: 1 },
      name: 'delivery_relay',
      partialFilterExpression: { state: 'queued', via: 'inbox', unrelayed: true },
    },
    // What a broker has and nobody acknowledged, the longest ago first.
    {
      key: { organ: 1, relayedAt: 1, _id: 1 },
      name: 'delivery_given',
      partialFilterExpression: { state: 'queued', via: 'inbox', relayedAt: { $exists: true } },
    },
    { key: { organ: 1, recordAt: -1, recordId: -1 }, name: 'delivery_received' },
    { key: { state: 1, recordAt: -1, recordId: -1 }, name: 'delivery_state' },
    // Bytes that were derived for another hub are named here only.
    { key: { sha256: 1 }, name: 'delivery_bytes' },
  ],
  events: [{ key: { recordId: 1, at: 1, _id: 1 }, name: 'event_record' }],
  alerts: [
    // One unsettled alert under a key.
    { key: { key: 1 }, name: 'alert_unsettled', unique: true, partialFilterExpression: { unsettled: true } },
    { key: { lastAt: -1, _id: -1 }, name: 'alert_latest' },
    { key: { state: 1, lastAt: -1, _id: -1 }, name: 'alert_state' },
    { key: { organ: 1, lastAt: -1, _id: -1 }, name: 'alert_organ' },
    { key: { kind: 1, lastAt: -1, _id: -1 }, name: 'alert_kind' },
  ],
  alertRecords: [{ key: { alertId: 1, place: 1 }, name: 'alert_record_place', unique: true }],
  organs: [],
  keys: [
    { key: { sha256: 1 }, name: 'key_digest', unique: true },
    { key: { system: 1 }, name: 'key_system' },
  ],
  contacts: [],
  accounts: [{ key: { user: 1 }, name: 'account_user', unique: true }],
  holders: [],
  sightings: [{ key: { key: 1, organ: 1 }, name: 'sighting_pair', unique: true }],
  certificates: [],
  judgements: [{ key: { recordId: 1, _id: 1 }, name: 'judgement_record' }],
  evidence: [],
  // GridFS; a file is named by the digest of its bytes, so it is there once.
  'originals.files': [
    { key: { filename: 1 }, name: 'original_digest', unique: true },
    // What was kept before anything named it: the sweep looks at no other.
    { key: { uploadDate: 1 }, name: 'original_loose', partialFilterExpression: { loose: true } },
  ],
  'originals.chunks': [{ key: { files_id: 1, n: 1 }, name: 'files_id_1_n_1', unique: true }],
  'evidence.files': [{ key: { filename: 1 }, name: 'evidence_digest', unique: true }],
  'evidence.chunks': [{ key: { files_id: 1, n: 1 }, name: 'files_id_1_n_1', unique: true }],
  uploads: [{ key: { startedAt: 1 }, name: 'upload_age' }],
  paper: [{ key: { period: 1, organ: 1 }, name: 'paper_period', unique: true }],
  paperHistory: [{ key: { organ: 1, period: 1 }, name: 'paper_history_organ' }],
  figures: [{ key: { day: 1, organ: 1, figure: 1, value: 1 }, name: 'figure_day' }],
  tallies: [],
  journal: [
    { key: { sequence: 1 }, name: 'journal_sealed', unique: true, sparse: true },
    { key: { order: 1 }, name: 'journal_open', partialFilterExpression: { open: true } },
  ],
  leases: [],
};
