/** Which earlier document a recall, update or replacement speaks of (domain §1.4). */
import type { Hub } from '../hub.ts';
import type { Delivery } from '../records/delivery.ts';
import type { MessageRecord, RecordEvent } from '../records/record.ts';
import { eventAt } from './draft.ts';
import type { ExaminedDocument } from './examine.ts';

/** Candidates in the order the samples of the national axis suggest: Bussiness first, then the document's own id. */
const namedIds = (examined: ExaminedDocument): readonly string[] => {
  const { business, documentId } = examined.envelope;
  const replaced = business.replacements.map((replacement) => replacement.documentId);
  return [...new Set([...(business.documentId === null ? [] : [business.documentId]), ...replaced, documentId])];
};

/** The record of the earlier document, null for a new one or where none is known yet. */
export const earlierDocument = async (hub: Hub, record: MessageRecord, examined: ExaminedDocument): Promise<string | null> => {
  if (examined.envelope.type === 0) return null;
  for (const documentId of namedIds(examined)) {
    const found = await hub.records.findAbout({
      sender: examined.sender.code,
      recipient: null,
      documentId,
      code: null,
      promulgatedOn: null,
    });
    const earlier = found.find((view) => view.record.type !== 1 && view.record.recordId !== record.recordId);
    if (earlier !== undefined) return earlier.record.recordId;
  }
  return null;
};

/** Told on the earlier document, for each recipient: so that its answer (15, 16) finds the request. */
export const linkEvents = (record: MessageRecord, deliveries: readonly Delivery[], at: Date): readonly RecordEvent[] => {
  const { about } = record;
  if (about === null) return [];
  return deliveries.map((delivery) =>
    eventAt(at, {
      recordId: about,
      kind: 'linked',
      organ: delivery.organ,
      code: String(record.type),
      text: record.recordId,
      by: record.system ?? 'hub',
    }),
  );
};
