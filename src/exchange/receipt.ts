/** Our signed word that we have it. It never says that the recipient does: that is status 03. */
import { type ReceiptText, writeReceipt } from '../envelope/receipt.ts';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Receipt } from '../records/record.ts';
import { signXml } from '../signature/sign/xml.ts';

const receiptText = async (hub: Hub, receipt: Receipt): Promise<ReceiptText> => {
  if ('sha256' in receipt) {
    const { recordId, documentId, kind, sha256, size, acceptedAt, deliveries } = receipt;
    return { recordId, documentId, kind, sha256, size, acceptedAt, hub: hub.code, verdict: receipt.proof.verdict, deliveries };
  }
  const view = await hub.records.get(receipt.recordId);
  if (view === null) throw failure('resource.unknown');
  const { recordId, documentId, sha256, size, acceptedAt, verdict } = view.record;
  return {
    recordId,
    documentId: documentId ?? '',
    kind: 'status',
    sha256,
    size,
    acceptedAt,
    hub: hub.code,
    verdict: verdict ?? 'undetermined',
    deliveries: view.deliveries,
  };
};

/** The receipt as XML with an enveloped signature; the same receipt gives the same bytes. */
export const signReceipt = async (hub: Hub, receipt: Receipt): Promise<string> => {
  const [certificate = ''] = hub.signer.certificates;
  return signXml(writeReceipt(await receiptText(hub, receipt)), { certificate, sign: (bytes) => hub.signer.sign(bytes) });
};
