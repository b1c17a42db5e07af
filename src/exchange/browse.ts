/** Records as a caller may see them: the sender all of it, a recipient only its own part. */
import { normalText } from '../envelope/text.ts';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { DeliveryState } from '../records/delivery.ts';
import type { Caller } from '../records/key.ts';
import { organFor } from '../records/organ.ts';
import type { Page, RecordQuery, RecordView, Viewer } from '../records/query.ts';
import type { MessageRecord, Receipt, RecordEvent } from '../records/record.ts';
import { viewerFor } from './caller.ts';

export type RecordItem = Pick<
  MessageRecord,
  | 'recordId'
  | 'kind'
  | 'type'
  | 'documentId'
  | 'code'
  | 'subject'
  | 'from'
  | 'verdict'
  | 'reason'
  | 'acceptedAt'
  | 'sha256'
  | 'size'
  | 'outcome'
  | 'refusalCode'
> & { readonly to: readonly { readonly organ: string; readonly deliveryId: string; readonly state: DeliveryState }[] };

export type RecordDetail = RecordItem &
  Pick<MessageRecord, 'proof' | 'warnings' | 'about' | 'statusCode'> & { readonly events: readonly RecordEvent[] };

export type RecordAsk = Omit<RecordQuery, 'viewer'>;

/** Sent by the viewer's organs, or posted with its key: then it sees the whole record. */
const isOwn = (viewer: Viewer, record: MessageRecord): boolean =>
  viewer === null || record.system === viewer.system || (record.from !== null && viewer.speaksFor.includes(record.from));

/** Those of a record that the viewer may know of. */
export const visibleDeliveries = (viewer: Viewer, { record, deliveries }: RecordView) =>
  viewer === null || isOwn(viewer, record) ? deliveries : deliveries.filter((delivery) => viewer.collectsFor.includes(delivery.organ));

const itemFor = (viewer: Viewer, view: RecordView): RecordItem => {
  const { recordId, kind, type, documentId, code, subject, from, verdict, reason, acceptedAt, sha256, size, outcome, refusalCode } =
    view.record;
  const to = visibleDeliveries(viewer, view).map((delivery) => ({
    organ: delivery.organ,
    deliveryId: delivery.deliveryId,
    state: delivery.state,
  }));
  return { recordId, kind, type, documentId, code, subject, from, to, verdict, reason, acceptedAt, sha256, size, outcome, refusalCode };
};

export const listRecords = async (hub: Hub, caller: Caller, ask: RecordAsk): Promise<Page<RecordItem>> => {
  const directory = await hub.organs.directory();
  const viewer = viewerFor(directory, caller);
  const organ = ask.organ === undefined ? {} : { organ: organFor(directory, ask.organ)?.code ?? ask.organ };
  // Ids are kept as they are compared: NFC and trimmed (contract §4).
  const documentId = ask.documentId === undefined ? {} : { documentId: normalText(ask.documentId) };
  const page = await hub.records.list({ ...ask, ...organ, ...documentId, viewer });
  return { items: page.items.map((view) => itemFor(viewer, view)), next: page.next };
};

/** A record and who looks at it; `own`: it may see all of it. */
export type Seen = { readonly view: RecordView; readonly viewer: Viewer; readonly own: boolean };

/** The record, if the caller may know of it; 404 for all others. */
export const seenRecord = async (hub: Hub, caller: Caller, recordId: string): Promise<Seen> => {
  const viewer = viewerFor(await hub.organs.directory(), caller);
  const view = await hub.records.get(recordId);
  const visible =
    view !== null &&
    (isOwn(viewer, view.record) ||
      (view.record.outcome === 'accepted' && visibleDeliveries(viewer, view).some((delivery) => delivery.state !== 'held')));
  if (!visible) throw failure('resource.unknown', '', { vi: 'Không có hồ sơ văn bản này', en: 'There is no such record' });
  return { view, viewer, own: isOwn(viewer, view.record) };
};

export const showRecord = async (hub: Hub, caller: Caller, recordId: string): Promise<RecordDetail> => {
  const { view, viewer, own } = await seenRecord(hub, caller, recordId);
  const item = itemFor(viewer, view);
  const events = (await hub.records.events(recordId)).filter(
    (event) => own || item.to.some((delivery) => delivery.deliveryId === event.deliveryId),
  );
  const { proof, warnings, about, statusCode } = view.record;
  return { ...item, proof, warnings, about, statusCode, events };
};

/** The receipt as first given; only the sender and administrators have one. */
export const showReceipt = async (hub: Hub, caller: Caller, recordId: string): Promise<Receipt> => {
  const { own } = await seenRecord(hub, caller, recordId);
  const [first] = own ? await hub.records.submissions(recordId) : [];
  if (first === undefined) throw failure('resource.unknown', '', { vi: 'Hồ sơ này không có biên nhận', en: 'This record has no receipt' });
  return first.receipt;
};
