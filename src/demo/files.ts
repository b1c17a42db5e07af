/** The files and envelopes of the planned documents, made before any is posted. */

import { type DocumentFacts, writeDocument } from './edxml.ts';
import { letterContent, signaturePlaces } from './letter.ts';
import { alterPdf, makePdf } from './pdf.ts';
import { signPdf } from './pdf-sign.ts';
import type { Party, PartyRequest, Pki } from './pki.ts';
import type { PlannedDocument, Signing } from './plan/planned.ts';
import { type DemoOrgan, demoOrgan, simulated } from './plan/province.ts';

export type Seals = { readonly agency: Party; readonly person: Party };
/** Certificates of an organ's seal and of its deputy, made when first asked for. */
export type SealsFor = (organ: DemoOrgan, signing: Signing) => Seals;

const year = 365 * 86_400_000;

/** An expired certificate was good for five years and ended some weeks ago; a stranger's is good but of the wrong root. */
const validityOf = (signing: Signing, now: Date): Partial<PartyRequest> => {
  if (signing === 'stranger') return { under: 'stranger' };
  if (signing !== 'expired') return {};
  return { validFrom: new Date(now.getTime() - 5 * year), validTo: new Date(now.getTime() - 20 * 86_400_000) };
};

/** As a certificate names it: with its province. */
const fullName = (organ: DemoOrgan): string =>
  `${organ.name} ${organ.level === 'commune' ? '- tỉnh Mẫu' : 'tỉnh Mẫu'}`.replace('tỉnh tỉnh', 'tỉnh');

/** Each organ gets one pair of certificates of each sort; issuing them again for every letter would be slow and untrue. */
export const sealsFrom = (pki: Pki, now: Date): SealsFor => {
  const made = new Map<string, Seals>();
  return (organ, signing) => {
    const validity = validityOf(signing, now);
    const key = `${organ.code} ${validity.under ?? ''}${validity.validTo?.toISOString() ?? ''}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const name = fullName(organ);
    const seals: Seals = {
      agency: pki.issue({ kind: 'agency', name, organisation: 'Ủy ban nhân dân tỉnh Mẫu', ...validity }),
      person: pki.issue({
        kind: 'person',
        name: organ.deputy,
        organisation: name,
        email: `${organ.code.toLowerCase()}@mau.test`,
        ...validity,
      }),
    };
    made.set(key, seals);
    return seals;
  };
};

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

/**
 * Drafted, approved by the person, issued by the agency: in this order (NĐ 30/2020, art. 5). A digitised
 * paper carries the agency's signature alone, which is lawful too.
 */
const mainPdf = (document: PlannedDocument, from: DemoOrgan, seals: Seals, now: Date): Uint8Array => {
  const draft = makePdf(letterFor(document, from), { size: document.pdfSize, seed: document.documentId });
  if (document.signing === 'unsigned') return draft.bytes;
  const at = signedAt(document, now);
  const approved =
    document.signing === 'agency'
      ? draft
      : signPdf(draft, {
          party: seals.person,
          at,
          visible: { ...signaturePlaces.person, lines: [`Ký bởi: ${seals.person.name}`, `Thời gian ký: ${clock(at)}`] },
        });
  const issued = signPdf(approved, {
    party: seals.agency,
    at: new Date(at.getTime() + 60_000),
    visible: { ...signaturePlaces.agency, lines: [from.name] },
  });
  return document.signing === 'altered' ? alterPdf(issued.bytes) : issued.bytes;
};

/** The facts of a planned document as its sender's system holds them; `to` may name others for a supplement. */
export const documentFacts = (document: PlannedDocument, sealsFor: SealsFor, now: Date): DocumentFacts => {
  const from = demoOrgan(document.from);
  const title = `${document.number}_${document.notation}`;
  const annex = makePdf(letterFor({ ...document, subject: `Phụ lục kèm theo văn bản số ${document.number}/${document.notation}` }, from));
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
      { name: `${title}.pdf`, description: 'Văn bản chính', bytes: mainPdf(document, from, sealsFor(from, document.signing), now) },
      ...(document.annex ? [{ name: `${title}_PL.pdf`, description: 'Phụ lục', bytes: annex.bytes }] : []),
    ],
    sentAt: now,
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
