/** Small, whole values for the contract suites: everything valid, every test overrides what it is about. */
import { randomBytes } from 'node:crypto';
import type { StorePorts } from '../../src/hub/store.ts';
import type { AlertRaise, Change, JournalEntry } from '../../src/records/change.ts';
import type { Delivery } from '../../src/records/delivery.ts';
import type { Organ } from '../../src/records/organ.ts';
import type { MessageRecord, RecordEvent, Submission } from '../../src/records/record.ts';
import { organ as anyOrgan } from '../support/directory.ts';

let made = 0;
/** Ids as the hub makes them: in the order of time, as RFC 9562 version 7. */
const newId = (): string => {
  made += 1;
  return `${Date.now().toString(16).padStart(12, '0')}${made.toString(16).padStart(8, '0')}${randomBytes(6).toString('hex')}`;
};

/** What every store must offer to pass: the ports that remember. */
export type Store = StorePorts & { writable(): Promise<boolean> };

/** The same store opened twice, as two processes would, how to empty it between tests and how to let go of it. */
export type Opened = {
  readonly one: Store;
  readonly two: Store;
  /** Removes every row and file behind the stores' backs; the directory's version still only grows. */
  empty(): Promise<void>;
  close(): Promise<void>;
};
export type OpenTwice = () => Promise<Opened>;

export const start = '2026-11-20T01:00:00.000Z';
/** An instant that many seconds after the start. */
export const at = (seconds: number): string => new Date(Date.parse(start) + seconds * 1000).toISOString();

export const entry = (changes: Partial<JournalEntry> = {}): JournalEntry => ({
  entryId: newId(),
  at: start,
  act: 'accept',
  by: 'H99.01',
  subject: 'record',
  details: {},
  ...changes,
});

export const record = (changes: Partial<MessageRecord> = {}): MessageRecord => {
  const recordId = changes.recordId ?? newId();
  return {
    recordId,
    version: 1,
    kind: 'document',
    type: 0,
    statusCode: null,
    documentId: `H99.01,2026,${recordId}`,
    number: '27',
    notation: 'UBND-VX',
    code: '27/UBND-VX',
    subject: 'Về việc rà soát hộ nghèo năm 2026',
    typeName: 'Công văn',
    from: 'H99.01',
    fromAsSent: 'H99.01',
    fromName: 'UBND xã Tân Lập',
    promulgatedOn: '2026-11-19',
    priority: 0,
    paper: 0,
    verdict: 'valid',
    reason: null,
    proof: null,
    warnings: [],
    acceptedAt: start,
    sha256: 'a'.repeat(64),
    size: 1000,
    contentDigest: 'b'.repeat(64),
    outcome: 'accepted',
    refusalCode: null,
    identity: `identity of ${recordId}`,
    system: 'H99.01',
    counted: true,
    about: null,
    aboutDelivery: null,
    parkedUntil: null,
    responseFor: null,
    purgedAt: null,
    ...changes,
  };
};

export const delivery = (recordId: string, organ: string, changes: Partial<Delivery> = {}): Delivery => ({
  deliveryId: newId(),
  recordId,
  organ,
  redirectedFrom: null,
  via: 'inbox',
  kind: 'document',
  priority: 0,
  state: 'queued',
  stateBeforeRecall: null,
  version: 1,
  sha256: 'a'.repeat(64),
  size: 1000,
  queuedAt: start,
  offeredAt: start,
  attempt: 0,
  collectedAt: null,
  postedBy: 'H99.01',
  ...changes,
});

export const submission = (recordId: string, changes: Partial<Submission> = {}): Submission => ({
  recordId,
  sha256: 'a'.repeat(64),
  size: 1000,
  acceptedAt: start,
  receipt: {
    recordId,
    about: null,
    statusCode: '03',
    matched: true,
    moved: true,
    deliveryId: null,
    acceptedAt: start,
    warnings: [],
  },
  ...changes,
});

export const event = (recordId: string, changes: Partial<RecordEvent> = {}): RecordEvent => ({
  eventId: newId(),
  recordId,
  at: start,
  organ: null,
  deliveryId: null,
  kind: 'accepted',
  code: null,
  text: null,
  by: 'H99.01',
  ...changes,
});

export const raise = (recordId: string, changes: Partial<AlertRaise> = {}): AlertRaise => ({
  alertId: newId(),
  key: 'signature.unsigned:no-signature:H99.01',
  kind: 'signature.unsigned',
  severity: 'high',
  organ: 'H99.01',
  recordId,
  vi: 'Văn bản chưa ký số',
  en: 'The document is not signed',
  joins: false,
  reason: 'no-signature',
  at: start,
  ...changes,
});

/** A commune: what a directory holds most of. */
export const organ = (code: string, changes: Partial<Organ> = {}): Organ => anyOrgan(code, { level: 'commune', ...changes });

/** One accepted document with a delivery to each of these organs. */
export const document = (
  organs: readonly string[],
  changes: Partial<MessageRecord> = {},
  ofDeliveries: Partial<Delivery> = {},
): Change & { readonly record: MessageRecord; readonly deliveries: readonly Delivery[] } => {
  const accepted = record(changes);
  return {
    journal: entry({ subject: accepted.recordId }),
    record: accepted,
    submission: submission(accepted.recordId, { sha256: accepted.sha256 }),
    deliveries: organs.map((organ) =>
      delivery(accepted.recordId, organ, {
        queuedAt: accepted.acceptedAt,
        offeredAt: accepted.acceptedAt,
        priority: accepted.priority,
        kind: accepted.kind,
        ...ofDeliveries,
      }),
    ),
    events: [event(accepted.recordId, { at: accepted.acceptedAt })],
  };
};
