/** From what was examined to the rows that will be kept. */
import type { Envelope, Message } from '../envelope/types.ts';
import type { Spooled } from '../hub.ts';
import type { Delivery, DeliveryState } from '../records/delivery.ts';
import type { Caller } from '../records/key.ts';
import type { DocumentReceipt, MessageRecord, ReceiptDelivery, RecordEvent } from '../records/record.ts';
import type { ExaminedDocument, ExaminedStatus, Faulty } from './examine.ts';
import { newId } from './identity.ts';
import type { OwnBytes } from './own-bytes.ts';
import type { Route } from './route.ts';

type Blank = Omit<MessageRecord, 'recordId' | 'acceptedAt' | 'sha256' | 'size' | 'outcome' | 'kind'>;

const blank: Blank = {
  version: 1,
  type: null,
  statusCode: null,
  documentId: null,
  number: null,
  notation: null,
  code: null,
  subject: null,
  typeName: null,
  from: null,
  fromAsSent: null,
  fromName: null,
  promulgatedOn: null,
  priority: 0,
  paper: null,
  verdict: null,
  reason: null,
  proof: null,
  warnings: [],
  contentDigest: null,
  refusalCode: null,
  identity: null,
  system: null,
  counted: false,
  about: null,
  aboutDelivery: null,
  parkedUntil: null,
  responseFor: null,
  purgedAt: null,
};

const codeOf = (envelope: Envelope): string | null => {
  const parts = [envelope.number, envelope.notation].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('/');
};

export const documentRecord = (
  examined: ExaminedDocument,
  caller: Caller,
  spooled: Spooled,
  identity: string,
  counted: boolean,
): MessageRecord => {
  const { envelope, proof, at } = examined;
  return {
    ...blank,
    recordId: newId('r', at),
    kind: 'document',
    type: envelope.type,
    documentId: envelope.documentId,
    number: envelope.number,
    notation: envelope.notation,
    code: codeOf(envelope),
    subject: envelope.subject,
    typeName: envelope.documentType.typeName,
    from: examined.sender.code,
    fromAsSent: envelope.from.organId,
    fromName: examined.sender.name,
    promulgatedOn: envelope.promulgatedOn,
    priority: envelope.priority,
    paper: envelope.paper,
    verdict: proof.verdict,
    reason: proof.reason,
    proof,
    warnings: examined.warnings,
    acceptedAt: at.toISOString(),
    sha256: spooled.sha256,
    size: spooled.size,
    contentDigest: examined.contentDigest,
    outcome: examined.judgement.action === 'hold' ? 'held' : 'accepted',
    identity,
    system: caller.system,
    counted,
  };
};

export const statusRecord = (examined: ExaminedStatus, caller: Caller, spooled: Spooled, identity: string): MessageRecord => {
  const { status, proof, at } = examined;
  const { documentId, code, promulgatedOn } = status.responseFor;
  return {
    ...blank,
    recordId: newId('r', at),
    kind: 'status',
    statusCode: status.statusCode,
    documentId,
    code,
    subject: status.description,
    from: examined.sender.code,
    fromAsSent: status.from.organId,
    fromName: examined.sender.name,
    verdict: proof.verdict,
    reason: proof.reason,
    proof,
    warnings: examined.warnings,
    acceptedAt: at.toISOString(),
    sha256: spooled.sha256,
    size: spooled.size,
    outcome: 'accepted',
    identity,
    system: caller.system,
    responseFor: { organ: examined.route.organ, documentId, code, promulgatedOn },
  };
};

const told = (message: Message | null): Partial<MessageRecord> => {
  if (message === null) return {};
  if (message.kind === 'document') return { kind: 'document', type: message.type, documentId: message.documentId, code: codeOf(message) };
  return { kind: 'status', statusCode: message.statusCode, documentId: message.responseFor.documentId, code: message.responseFor.code };
};

/** Posted in the name of an organ that is not the caller's: that organ did not send it and is not shown it. */
const isForeign = ({ faults }: Faulty): boolean => faults.some(({ code }) => code === 'sender.not-caller');

/** What stays of a refused message: digest, sender, code, time. Of a secret, not even its number. */
export const refusedRecord = (examined: Faulty, caller: Caller, spooled: Spooled, secret: boolean): MessageRecord => ({
  ...blank,
  kind: 'document',
  ...(secret ? {} : told(examined.message)),
  recordId: newId('r', examined.at),
  from: isForeign(examined) ? null : (examined.sender?.code ?? null),
  fromAsSent: examined.message?.from.organId ?? null,
  fromName: examined.sender?.name ?? null,
  warnings: [],
  acceptedAt: examined.at.toISOString(),
  sha256: spooled.sha256,
  size: spooled.size,
  outcome: 'refused',
  refusalCode: secret ? 'document.secret' : examined.faults[0].code,
  system: caller.system,
});

export const deliveriesFor = (
  record: MessageRecord,
  routes: readonly Route[],
  caller: Caller,
  spooled: Spooled,
  at: Date,
): readonly Delivery[] => {
  const open: DeliveryState = record.outcome === 'held' ? 'held' : 'queued';
  const now = at.toISOString();
  return routes.map((route) => ({
    deliveryId: newId('d', at),
    recordId: record.recordId,
    organ: route.organ,
    redirectedFrom: route.redirectedFrom,
    via: route.via,
    kind: record.kind,
    priority: record.priority,
    state: route.parked ? 'parked' : open,
    stateBeforeRecall: null,
    version: 1,
    sha256: spooled.sha256,
    size: spooled.size,
    queuedAt: now,
    offeredAt: now,
    attempt: 0,
    collectedAt: null,
    postedBy: caller.role === 'hub' ? caller.system : null,
  }));
};

const receiptDelivery = ({ deliveryId, organ, state, via, redirectedFrom }: Delivery): ReceiptDelivery => ({
  deliveryId,
  organ,
  state,
  via,
  ...(redirectedFrom === null ? {} : { redirectedFrom }),
});

export const documentReceipt = (
  examined: ExaminedDocument,
  record: MessageRecord,
  spooled: Spooled,
  deliveries: readonly Delivery[],
  alerts: DocumentReceipt['alerts'],
): DocumentReceipt => ({
  recordId: record.recordId,
  documentId: examined.envelope.documentId,
  kind: 'document',
  type: examined.envelope.type,
  sha256: spooled.sha256,
  size: spooled.size,
  acceptedAt: examined.at.toISOString(),
  proof: examined.proof,
  deliveries: deliveries.map(receiptDelivery),
  alerts,
  warnings: examined.warnings,
});

type Told = Pick<RecordEvent, 'recordId' | 'kind' | 'by'> & Partial<Pick<RecordEvent, 'organ' | 'deliveryId' | 'code' | 'text'>>;

export const eventAt = (at: Date, told: Told): RecordEvent => ({
  eventId: newId('e', at),
  at: at.toISOString(),
  organ: null,
  deliveryId: null,
  code: null,
  text: null,
  ...told,
});

/** The hub's own status 02 that tells a sender why its held document came back. */
export const returnRecord = (
  returned: MessageRecord,
  notice: OwnBytes,
  by: { readonly hub: string; readonly name: string; readonly reason: string; readonly at: Date },
): MessageRecord => ({
  ...blank,
  recordId: newId('r', by.at),
  kind: 'status',
  statusCode: '02',
  documentId: returned.documentId,
  code: returned.code,
  subject: by.reason,
  from: by.hub === '' ? null : by.hub,
  fromAsSent: by.hub,
  fromName: by.name,
  verdict: 'undetermined',
  reason: 'not-judged',
  acceptedAt: by.at.toISOString(),
  sha256: notice.sha256,
  size: notice.size,
  outcome: 'accepted',
  about: returned.recordId,
});
