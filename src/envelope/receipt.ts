/** The hub's receipt as XML, before it is signed (contract §5): "Xác nhận Trục đã nhận văn bản". */
import { create } from 'xmlbuilder2';
import { xmlText } from './write/text.ts';

export const receiptNamespace = 'urn:lienthong:receipt:1';

export type ReceiptText = {
  readonly recordId: string;
  /** Of a status, the document it speaks of; '' where it names only a code. */
  readonly documentId: string;
  readonly kind: 'document' | 'status';
  readonly sha256: string;
  readonly size: number;
  readonly acceptedAt: string;
  /** Code of the hub that gives it. */
  readonly hub: string;
  readonly verdict: string;
  readonly deliveries: readonly { readonly deliveryId: string; readonly organ: string; readonly state: string }[];
};

export const writeReceipt = (receipt: ReceiptText): string => {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele(receiptNamespace, 'Receipt');
  const put = (name: string, value: string | number): void => {
    root.ele(name).txt(xmlText(String(value)));
  };
  put('RecordId', receipt.recordId);
  put('DocumentId', receipt.documentId);
  put('Kind', receipt.kind);
  put('Sha256', receipt.sha256);
  put('Size', receipt.size);
  put('AcceptedAt', receipt.acceptedAt);
  put('Hub', receipt.hub);
  put('Verdict', receipt.verdict);
  const list = root.ele('Deliveries');
  for (const delivery of receipt.deliveries) {
    const entry = list.ele('Delivery');
    entry.ele('DeliveryId').txt(delivery.deliveryId);
    entry.ele('OrganId').txt(xmlText(delivery.organ));
    entry.ele('State').txt(delivery.state);
  }
  return root.doc().end({ wellFormed: true, prettyPrint: false });
};
