/** A held document waits for the province: released to its recipients, or returned to its sender. */
import { Readable } from 'node:stream';
import { writeStatus } from '../envelope/write.ts';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { AlertMove, Change } from '../records/change.ts';
import type { Delivery } from '../records/delivery.ts';
import type { Caller } from '../records/key.ts';
import { collectorFor, organFor } from '../records/organ.ts';
import type { RecordView } from '../records/query.ts';
import type { MessageRecord, RecordEvent, StatusReceipt } from '../records/record.ts';
import { type RecordDetail, showRecord } from './browse.ts';
import { requireAdmin } from './caller.ts';
import { documentFigures, turnFigures } from './counting.ts';
import { eventAt, returnRecord } from './draft.ts';
import { newId } from './identity.ts';
import { keepOwn, type OwnBytes } from './own-bytes.ts';

export type Decision = { readonly result: 'release' | 'return'; readonly reason: string };

const done = { release: 'released', return: 'returned' } as const;

/** Answers the record as it stands afterwards. Deciding the same again answers the same; otherwise `decision.final`. */
export const decide = async (hub: Hub, caller: Caller, recordId: string, decision: Decision): Promise<RecordDetail> => {
  requireAdmin(caller);
  const reason = decision.reason.trim();
  if (reason === '') throw failure('request.invalid', '/reason', { vi: 'Quyết định phải kèm lý do', en: 'A decision needs a reason' });
  for (;;) {
    const view = await hub.records.get(recordId);
    if (view === null) throw failure('resource.unknown', '', { vi: 'Không có hồ sơ văn bản này', en: 'There is no such record' });
    if (view.record.outcome !== 'held') {
      const events = await hub.records.events(recordId);
      if (events.some((event) => event.kind === done[decision.result])) return showRecord(hub, caller, recordId);
      throw failure('decision.final');
    }
    const change =
      decision.result === 'release' ? await releaseChange(hub, view, caller, reason) : await returnChange(hub, view, caller, reason);
    if ((await hub.commit({ ...change, alertMoves: await answered(hub, recordId) })).kind !== 'done') continue;
    await wake(hub, [...view.deliveries.map((delivery) => delivery.organ), view.record.from ?? '']);
    return showRecord(hub, caller, recordId);
  }
};

/** The alerts that asked for this very decision are settled by it; those shared with other documents stay. */
const answered = async (hub: Hub, recordId: string): Promise<readonly AlertMove[]> => {
  const found = await Promise.all(heldBy.map((kind) => hub.alerts.findOpen(`${kind}:${recordId}`)));
  return found.filter((alert) => alert !== null).map(({ alertId, version }) => ({ alertId, version, state: 'settled' }));
};

const heldBy = ['signature.invalid', 'document.secret-suspected'] as const;

const wake = async (hub: Hub, organs: readonly string[]): Promise<void> => {
  const directory = await hub.organs.directory();
  const systems = organs.map((code) => organFor(directory, code)).map((organ) => (organ === null ? null : collectorFor(directory, organ)));
  hub.arrivals.announce([...new Set(systems.filter((system) => system !== null))]);
};

const journalFor = (act: string, record: MessageRecord, caller: Caller, reason: string, at: Date): Change['journal'] => ({
  entryId: newId('j', at),
  at: at.toISOString(),
  act,
  by: caller.keyId,
  subject: record.recordId,
  details: { reason, verdict: record.verdict, why: record.reason },
});

const decided = (record: MessageRecord, kind: RecordEvent['kind'], caller: Caller, reason: string, at: Date): RecordEvent =>
  eventAt(at, { recordId: record.recordId, kind, text: reason, by: caller.keyId });

const heldOf = (view: RecordView): readonly Delivery[] => view.deliveries.filter((delivery) => delivery.state === 'held');

/** Sent again under another DocumentId while this one was held: then that one counts. */
const isCountedElsewhere = async (
  hub: Hub,
  { type, from, documentId, number, notation, promulgatedOn }: MessageRecord,
): Promise<boolean> => {
  if (type !== 0 || from === null || documentId === null || number === null || notation === null || promulgatedOn === null) return false;
  const alike = await hub.records.findAlike({ from, documentId, number, notation, promulgatedOn });
  return alike !== null && (await hub.records.get(alike))?.record.outcome === 'accepted';
};

/** From now on it is a document like any other, and counts as of its own day. */
const releaseChange = async (hub: Hub, view: RecordView, caller: Caller, reason: string): Promise<Change> => {
  const at = hub.now();
  const counted = view.record.counted && !(await isCountedElsewhere(hub, view.record));
  const record = { ...view.record, counted };
  const held = heldOf(view);
  return {
    journal: journalFor('released', record, caller, reason, at),
    recordMoves: [{ recordId: record.recordId, version: record.version, outcome: 'accepted', counted }],
    deliveryMoves: held.map(({ deliveryId, version }) => ({ deliveryId, version, state: 'queued', offeredAt: at.toISOString() })),
    figures: [...documentFigures(record), ...turnFigures(record, held)],
    events: [decided(record, 'released', caller, reason, at)],
  };
};

/** The sender gets a status 02 with the reason, written by the hub; the document's key is free again. */
const returnChange = async (hub: Hub, view: RecordView, caller: Caller, reason: string): Promise<Change> => {
  const at = hub.now();
  const { record } = view;
  const notice = await noticeFor(hub, record, reason, at);
  const status = returnRecord(record, notice, { hub: hub.code, name: hub.name, reason, at });
  const receipt: StatusReceipt = {
    recordId: status.recordId,
    about: record.recordId,
    statusCode: '02',
    matched: true,
    moved: true,
    deliveryId: null,
    acceptedAt: status.acceptedAt,
    warnings: [],
  };
  return {
    journal: journalFor('returned', record, caller, reason, at),
    record: status,
    submission: { recordId: status.recordId, sha256: notice.sha256, size: notice.size, acceptedAt: status.acceptedAt, receipt },
    recordMoves: [{ recordId: record.recordId, version: record.version, outcome: 'refused', identity: null }],
    deliveryMoves: heldOf(view).map(({ deliveryId, version }) => ({ deliveryId, version, state: 'refused' })),
    deliveries: await noticeDelivery(hub, record, status, notice, at),
    events: [decided(record, 'returned', caller, reason, at)],
  };
};

/** A status needs a sender's code even where the hub was given none. */
const nameless = 'TRUC';

const noticeFor = async (hub: Hub, record: MessageRecord, reason: string, at: Date): Promise<OwnBytes> => {
  const { code, documentId, promulgatedOn } = record;
  const bytes = writeStatus({
    from: { organId: hub.code || nameless, name: hub.name },
    responseFor: { organId: record.fromAsSent ?? record.from ?? '', code, documentId, promulgatedOn },
    statusCode: '02',
    description: reason,
    reportedAt: at.toISOString(),
  });
  return keepOwn(hub, Readable.from([bytes]), hub.maxBytes);
};

const noticeDelivery = async (
  hub: Hub,
  record: MessageRecord,
  status: MessageRecord,
  notice: OwnBytes,
  at: Date,
): Promise<readonly Delivery[]> => {
  const directory = await hub.organs.directory();
  const organ = record.from === null ? null : organFor(directory, record.from);
  if (organ === null) return [];
  const now = at.toISOString();
  return [
    {
      deliveryId: newId('d', at),
      recordId: status.recordId,
      organ: organ.code,
      redirectedFrom: null,
      via: organ.member || collectorFor(directory, organ) !== null ? 'inbox' : 'upper',
      kind: 'status',
      priority: record.priority,
      state: 'queued',
      stateBeforeRecall: null,
      version: 1,
      sha256: notice.sha256,
      size: notice.size,
      queuedAt: now,
      offeredAt: now,
      attempt: 0,
      collectedAt: null,
      postedBy: null,
    },
  ];
};
