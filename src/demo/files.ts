/** The files and envelopes of the planned documents, made before any is posted. */

import { type DocumentFacts, writeDocument } from './edxml.ts';
import { letterContent, signaturePlaces } from './letter.ts';
import { addPage, alterPdf, makePdf } from './pdf.ts';
import { signPdf } from './pdf-sign.ts';
import type { Timestamper } from './pki.ts';
import type { PlannedDocument } from './plan/planned.ts';
import { type DemoOrgan, demoOrgan, simulated } from './plan/province.ts';
import type { SealsFor } from './seals.ts';

/** Whose name stands under the letter. */
export const signerOf = (organ: DemoOrgan): { readonly competence: string; readonly position: string; readonly fullName: string } => {
  const fullName = organ.deputy;
  if (organ.short === 'UBND') return { competence: 'TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH', position: 'Phó Chủ tịch', fullName };
  if (organ.name.startsWith('Sở')) return { competence: 'KT. GIÁM ĐỐC', position: 'Phó Giám đốc', fullName };
  if (organ.name.startsWith('Văn phòng')) return { competence: 'KT. CHÁNH VĂN PHÒNG', position: 'Phó Chánh Văn phòng', fullName };
  if (organ.name.startsWith('Thanh tra')) return { competence: 'KT. CHÁNH THANH TRA', position: 'Phó Chánh Thanh tra', fullName };
  if (organ.name.startsWith('Chi cục')) return { competence: 'KT. CHI CỤC TRƯỞNG', position: 'Phó Chi cục trưởng', fullName };
  return { competence: 'KT. TRƯỞNG BAN', position: 'Phó Trưởng ban', fullName };
};

/** One planted letter names a recipient whom no directory knows. */
const nameOf = (code: string): string => {
  try {
    return demoOrgan(code).name;
  } catch {
    return 'Cơ quan không có trong danh mục';
  }
};

const letterFor = (document: PlannedDocument, from: DemoOrgan): string =>
  letterContent({
    agency: from.name,
    parent: from.parent === null ? '' : 'UBND tỉnh Mẫu',
    code: `${document.number}/${document.notation}`,
    place: 'Mẫu',
    date: document.promulgatedOn,
    subject: document.subject,
    recipients: document.to.map(nameOf),
    paragraphs: [
      `Thực hiện chương trình công tác năm, ${from.name} có văn bản ${document.subject.replace(/^V\/v /, 'về việc ')}.`,
      'Đề nghị cơ quan, đơn vị nhận được văn bản này tổ chức thực hiện và gửi kết quả qua Trục liên thông văn bản của tỉnh.',
    ],
    signer: signerOf(from),
    notice: simulated,
  });

/** Signed in the morning of its day, or just now if that is yet to come. */
const signedAt = (document: PlannedDocument, now: Date): Date =>
  new Date(Math.min(Date.parse(`${document.promulgatedOn}T09:00:00+07:00`), now.getTime() - 300_000));

const clock = (at: Date): string => new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** What a sender signs with. */
export type Stationery = { readonly sealsFor: SealsFor; readonly timestamper: Timestamper; readonly now: Date };

/**
 * Drafted, approved by the person, issued by the agency: in this order (NĐ 30/2020, art. 5). A digitised
 * paper carries the agency's signature alone, which is lawful too; one without the agency's is not.
 */
const mainPdf = (document: PlannedDocument, from: DemoOrgan, { sealsFor, timestamper, now }: Stationery): Uint8Array => {
  const { signing } = document;
  const draft = makePdf(letterFor(document, from), { size: document.pdfSize, seed: document.documentId });
  if (signing === 'unsigned') return draft.bytes;
  const at = signedAt(document, now);
  const stamped = document.stamped ? { timestamper } : {};
  const { person } = sealsFor(from, signing);
  const { agency } = sealsFor(demoOrgan(document.sealOf ?? document.from), signing);
  const lines = [`Ký bởi: ${person.name}`, `Thời gian ký: ${clock(at)}`];
  const approved =
    signing === 'agency' ? draft : signPdf(draft, { party: person, at, visible: { ...signaturePlaces.person, lines }, ...stamped });
  if (signing === 'person') return approved.bytes;
  const issuedAt = new Date(at.getTime() + 60_000);
  const issued = signPdf(approved, {
    ...{ party: agency, at: issuedAt, visible: { ...signaturePlaces.agency, lines: [from.name] } },
    ...stamped,
  });
  if (signing === 'later-page') return addPage(issued).bytes;
  return signing === 'altered' ? alterPdf(issued.bytes) : issued.bytes;
};

/** A file of its own carries the agency's signature, not shown (NĐ 30/2020, annex I): unless it was forgotten. */
const annexPdf = (document: PlannedDocument, from: DemoOrgan, { sealsFor, now }: Stationery): Uint8Array => {
  const subject = `Phụ lục kèm theo văn bản số ${document.number}/${document.notation}`;
  const annex = makePdf(letterFor({ ...document, subject }, from));
  if (document.annex === 'unsigned') return annex.bytes;
  return signPdf(annex, { party: sealsFor(from, 'agency').agency, at: signedAt(document, now) }).bytes;
};

/** The facts of a planned document as its sender's system holds them; `to` may name others for a supplement. */
export const documentFacts = (document: PlannedDocument, stationery: Stationery): DocumentFacts => {
  const from = demoOrgan(document.from);
  const title = `${document.number}_${document.notation}`;
  return {
    from,
    to: document.to.map((code) => ({ code, name: nameOf(code) })),
    documentId: document.documentId,
    number: document.number,
    notation: document.notation,
    promulgatedOn: document.promulgatedOn,
    typeName: document.typeName,
    subject: document.subject,
    signer: signerOf(from),
    priority: document.priority,
    paper: document.paper,
    ...(document.sphere === null ? {} : { sphere: document.sphere }),
    files: [
      { name: `${title}.pdf`, description: 'Văn bản chính', bytes: mainPdf(document, from, stationery) },
      ...(document.annex === null
        ? []
        : [{ name: `${title}_PL.pdf`, description: 'Phụ lục', bytes: annexPdf(document, from, stationery) }]),
    ],
    sentAt: stationery.now,
  };
};

/** What is posted after the first time. Same facts, other bytes; or other facts. */
export const followEnvelope = (document: PlannedDocument, facts: DocumentFacts, first: Uint8Array): Uint8Array | null => {
  switch (document.follow?.kind) {
    case undefined:
      return null;
    case 'same-bytes':
      return first;
    case 'rebuilt':
      return writeDocument({ ...facts, sentAt: new Date(facts.sentAt.getTime() + 30_000) });
    case 'supplement':
      return writeDocument({ ...facts, to: document.follow.to.map((code) => ({ code, name: nameOf(code) })) });
    case 'renumbered':
      return writeDocument({ ...facts, documentId: renumbered(document) });
    case 'conflict':
      return writeDocument({ ...facts, subject: `${facts.subject} (nội dung khác)` });
  }
};

export const renumbered = (document: PlannedDocument): string => `${document.documentId}-2`;
