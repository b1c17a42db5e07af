/** What a status means: the document it belongs to, the step it makes there, and what people are told. */
import { fault, type Warning } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Change } from '../records/change.ts';
import { advance, type Delivery, type DeliveryState, type Step } from '../records/delivery.ts';
import type { FigureDelta } from '../records/figure.ts';
import type { RecordView } from '../records/query.ts';
import type { MessageRecord, RecordEvent } from '../records/record.ts';
import { outcomeFigure } from './counting.ts';
import { eventAt } from './draft.ts';

export type Match =
  /** No such document between anyone: the status waits for it. */
  | { readonly kind: 'unknown' }
  /** The document exists, but this organ never had it; or 15/16 answer nothing. */
  | { readonly kind: 'out-of-order'; readonly vi: string; readonly en: string }
  | {
      readonly kind: 'found';
      readonly record: MessageRecord;
      readonly delivery: Delivery;
      /** All of the record, that one among them. */
      readonly deliveries: readonly Delivery[];
      readonly recall: boolean;
    };

/** Sender and recipient of the document a status speaks of; 13 comes from the sender, all others from the recipient. */
export const partiesOf = (status: MessageRecord): { readonly sender: string; readonly recipient: string } => {
  const from = status.from ?? '';
  const other = status.responseFor?.organ ?? '';
  return status.statusCode === '13' ? { sender: from, recipient: other } : { sender: other, recipient: from };
};

const isAnswer = (status: MessageRecord): boolean => status.statusCode === '15' || status.statusCode === '16';

const deliveryTo = (view: RecordView, organ: string): Delivery | undefined => view.deliveries.find((delivery) => delivery.organ === organ);

/** The newest document; an answer may name the recall instead, and then belongs to what that recalls. */
const documentAmong = async (hub: Hub, views: readonly RecordView[]): Promise<RecordView | null> => {
  const direct = views.find(({ record }) => record.type === 0 || record.type === 2 || record.type === 3);
  if (direct !== undefined) return direct;
  const about = views[0]?.record.about ?? null;
  return about === null ? null : hub.records.get(about);
};

/** Requests that a 15 or 16 can answer, told as events on the document: a 13 for this delivery, or a message of type 1–3 to this organ. */
const requestsOf = (events: readonly RecordEvent[], delivery: Delivery): readonly RecordEvent[] =>
  events.filter((event) =>
    event.kind === 'linked'
      ? event.organ === delivery.organ
      : event.kind === 'status' && event.code === '13' && event.deliveryId === delivery.deliveryId,
  );

export const matchStatus = async (hub: Hub, status: MessageRecord): Promise<Match> => {
  const { sender, recipient } = partiesOf(status);
  const clue = { sender, documentId: status.documentId, code: status.code, promulgatedOn: status.responseFor?.promulgatedOn ?? null };
  const between = await hub.records.findAbout({ ...clue, recipient });
  const view = await documentAmong(hub, between);
  const delivery = view === null ? undefined : deliveryTo(view, recipient);
  if (view === null || delivery === undefined) {
    const elsewhere = await hub.records.findAbout({ ...clue, recipient: null });
    if (elsewhere.length === 0) return { kind: 'unknown' };
    return { kind: 'out-of-order', vi: `Văn bản này không được gửi tới ${recipient}`, en: `This document was never sent to ${recipient}` };
  }
  // While it is held its recipient was told nothing; what it reports all the same waits for the release.
  if (delivery.state === 'held' && status.statusCode !== '13') return { kind: 'unknown' };
  const requests = requestsOf(await hub.records.events(view.record.recordId), delivery);
  if (isAnswer(status) && requests.length === 0) {
    return { kind: 'out-of-order', vi: 'Không có yêu cầu cập nhật, lấy lại nào để trả lời', en: 'There is no request to answer' };
  }
  const recall = requests.some((event) => event.kind === 'linked' && event.code === '1');
  return { kind: 'found', record: view.record, delivery, deliveries: view.deliveries, recall };
};

export type Effect = {
  readonly step: Step;
  readonly moved: boolean;
  readonly warnings: readonly Warning[];
  readonly change: Pick<Change, 'deliveryMoves' | 'figures' | 'events'>;
};

/** What a matched status shows from then on: the document's own id and code, however it was cited (contract §5, inbox). */
export const placeOf = ({ record, delivery }: Match & { kind: 'found' }) =>
  ({ about: record.recordId, aboutDelivery: delivery.deliveryId, documentId: record.documentId, code: record.code }) as const;

const collectedAtFor = (delivery: Delivery, status: MessageRecord, at: Date): string | null =>
  delivery.collectedAt ?? (status.statusCode === '13' ? null : at.toISOString());

/** The status's effect on its document: the delivery's step, what the figures show apart, and an event whatever the step. */
export const effectOf = (match: Match & { kind: 'found' }, status: MessageRecord, at: Date): Effect => {
  const { record, delivery, recall } = match;
  const code = status.statusCode ?? '01';
  const step = advance(delivery, code, recall);
  const told = { recordId: record.recordId, kind: 'status', organ: status.from, deliveryId: delivery.deliveryId, code } as const;
  const events = [eventAt(at, { ...told, text: status.subject, by: status.system ?? 'hub' })];
  if (step.kind !== 'moved')
    return { step, moved: false, warnings: step.kind === 'backward' ? [tooLate(code, delivery)] : [], change: { events } };
  const { state, stateBeforeRecall } = step;
  const move = { deliveryId: delivery.deliveryId, version: delivery.version, state, stateBeforeRecall };
  const deliveryMoves = [{ ...move, collectedAt: collectedAtFor(delivery, status, at) }];
  return { step, moved: true, warnings: [], change: { deliveryMoves, figures: figuresFor(match, state), events } };
};

const tooLate = (code: string, { state }: Delivery): Warning =>
  fault('status.out-of-order', 'MessageHeader/StatusCode', {
    vi: `Trạng thái ${code} đến sau trạng thái ${state}; được ghi lại, không thay đổi trạng thái`,
    en: `Status ${code} came after ${state}; kept as an event`,
  });

const isReturned = ({ state }: Delivery): boolean => state === '02';
const isRecalled = ({ state }: Pick<Delivery, 'state'>): boolean => state === 'recalled' || state === 'withdrawn';

/** A document is shown apart once, however many of its recipients return it or give it back (contract §6). */
const figuresFor = ({ record, deliveries }: Match & { kind: 'found' }, state: DeliveryState): readonly FigureDelta[] => {
  if (state === '02') return deliveries.some(isReturned) ? [] : outcomeFigure(record, 'returned');
  return isRecalled({ state }) && !deliveries.some(isRecalled) ? outcomeFigure(record, 'recalled') : [];
};
