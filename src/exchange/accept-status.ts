/** Accepting a status: kept and delivered like any message, and applied to the document it speaks of. */
import { fault } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Change, RecordMove } from '../records/change.ts';
import type { MessageRecord, StatusReceipt } from '../records/record.ts';
import { parkedAlarm, raisesFor } from './alerting.ts';
import { deliveriesFor, eventAt, statusRecord } from './draft.ts';
import type { ExaminedStatus, Submitted } from './examine.ts';
import { newId, statusIdentity } from './identity.ts';
import type { Proposal } from './proposal.ts';
import { refuse } from './refuse.ts';
import { type Effect, effectOf, type Match, matchStatus, placeOf } from './track.ts';

/** A status for a document the hub does not know waits so long for it (contract §5). */
const parkedDays = 30;
const day = 86_400_000;

export const acceptStatus = async (hub: Hub, submitted: Submitted, examined: ExaminedStatus): Promise<Proposal> => {
  const identity = statusIdentity(examined.sender.code, examined.status);
  const same = await hub.records.findSame(identity);
  const [first] = same?.submissions ?? [];
  if (first !== undefined) return { kind: 'replay', receipt: first.receipt };
  const drafted = statusRecord(examined, submitted.caller, submitted.spooled, identity);
  const match = await matchStatus(hub, drafted);
  if (match.kind === 'out-of-order') {
    const faults = [fault('status.out-of-order', 'MessageHeader/StatusCode', match)] as const;
    throw await refuse(hub, submitted, { ...examined, kind: 'faulty', faults, message: examined.status, existing: null });
  }
  const effect = match.kind === 'found' ? effectOf(match, drafted, examined.at) : null;
  return proposalFor(hub, submitted, examined, placed(drafted, match, examined.at), match, effect);
};

const placed = (record: MessageRecord, match: Match, at: Date): MessageRecord =>
  match.kind === 'found'
    ? { ...record, ...placeOf(match) }
    : { ...record, parkedUntil: new Date(at.getTime() + parkedDays * day).toISOString() };

const receiptFor = (examined: ExaminedStatus, record: MessageRecord, effect: Effect | null): StatusReceipt => ({
  recordId: record.recordId,
  about: record.about,
  statusCode: examined.status.statusCode,
  matched: record.about !== null,
  moved: effect?.moved ?? false,
  deliveryId: record.aboutDelivery,
  acceptedAt: record.acceptedAt,
  warnings: [...examined.warnings, ...(effect?.warnings ?? [])],
});

const journalFor = (record: MessageRecord, { moved }: StatusReceipt): Change['journal'] => ({
  entryId: newId('j', new Date(record.acceptedAt)),
  at: record.acceptedAt,
  act: 'status',
  by: record.system ?? 'hub',
  subject: record.recordId,
  details: { from: record.from, statusCode: record.statusCode, about: record.about, sha256: record.sha256, moved },
});

/**
 * A moved delivery is guarded by its own version; an unmoved one by its record's, so that two statuses
 * never both believe they came first. So is a document that is counted once over all its recipients.
 */
const guardsFor = (match: Match, effect: Effect | null): readonly RecordMove[] =>
  match.kind === 'found' && (effect?.moved !== true || effect.change.figures?.length)
    ? [{ recordId: match.record.recordId, version: match.record.version }]
    : [];

const proposalFor = async (
  hub: Hub,
  submitted: Submitted,
  examined: ExaminedStatus,
  record: MessageRecord,
  match: Match,
  effect: Effect | null,
): Promise<Proposal> => {
  const { caller, spooled } = submitted;
  // What was withdrawn before it was ever handed out is nobody's business but the sender's.
  const unseen = effect?.step.kind === 'moved' && effect.step.state === 'withdrawn';
  const deliveries = unseen ? [] : deliveriesFor(record, [examined.route], caller, spooled, examined.at);
  const receipt = receiptFor(examined, record, effect);
  const alarms = examined.route.parked ? [parkedAlarm(record, examined.route.organ, 'mã định danh không có trong danh mục')] : [];
  return {
    kind: 'commit',
    receipt,
    // A status has no list of traces to add to (domain §1.8).
    abroad: [],
    wake: unseen || examined.route.collector === null ? [] : [examined.route.collector],
    change: {
      journal: journalFor(record, receipt),
      directoryVersion: examined.directory.version,
      record,
      submission: { recordId: record.recordId, sha256: spooled.sha256, size: spooled.size, acceptedAt: record.acceptedAt, receipt },
      deliveries,
      ...(effect?.change ?? {}),
      recordMoves: guardsFor(match, effect),
      alerts: await raisesFor(hub, record, alarms, examined.at),
      events: [
        eventAt(examined.at, { recordId: record.recordId, kind: 'accepted', organ: record.from, by: caller.system }),
        ...(effect?.change.events ?? []),
      ],
    },
  };
};
