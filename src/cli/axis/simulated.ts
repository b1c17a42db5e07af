/** What `simulate` sends: documents and statuses that say of themselves that they are simulated. */
import { randomUUID } from 'node:crypto';
import { letterContent } from '../../demo/letter.ts';
import { makePdf } from '../../demo/pdf.ts';
import { writeEnvelope, writeStatus } from '../../envelope/write.ts';
import type { Waiting } from './inbox.ts';

/** Codes of the sender and the recipients. */
export type Simulated = { readonly from: string; readonly to: readonly string[] };

/** Its numbers never meet those of real documents: the notation says MP (mô phỏng), the DocumentId is random. */
export const documentFrom = (plan: Simulated, number: number, day: string, pdf: Uint8Array | null): Uint8Array => {
  const notation = 'MP-LT';
  const subject = `Văn bản mô phỏng số ${number}, không có giá trị`;
  const letter = letterContent({
    agency: plan.from,
    parent: '',
    code: `${number}/${notation}`,
    place: '…',
    date: day,
    subject,
    recipients: plan.to,
    paragraphs: ['Đây là văn bản do lệnh lienthong simulate tạo ra để thử kết nối, không có giá trị.'],
    signer: { competence: '', position: 'Hệ thống mô phỏng', fullName: '' },
    notice: 'VĂN BẢN MÔ PHỎNG',
  });
  return writeEnvelope(
    {
      type: 0,
      from: { organId: plan.from, name: plan.from },
      to: plan.to.map((organId) => ({ organId, name: organId })),
      documentId: `mo-phong-${randomUUID()}`,
      number: String(number),
      notation,
      promulgatedOn: day,
      documentType: { type: '2', typeDetail: '18', typeName: 'Công văn' },
      subject,
      priority: 0,
      paper: 0,
    },
    [{ name: `${number}-${notation}.pdf`, content: pdf ?? makePdf(letter).bytes, description: 'Văn bản chính' }],
  );
};

/** Status 03, đã tiếp nhận, of a document that was collected. */
export const statusFor = (item: Waiting, at: Date): Uint8Array =>
  writeStatus({
    from: { organId: item.organ, name: item.organ },
    responseFor: { organId: item.from ?? '', documentId: item.documentId, code: item.code },
    statusCode: '03',
    description: 'Đã tiếp nhận (mô phỏng)',
    reportedAt: at.toISOString(),
  });
