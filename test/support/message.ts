/**
 * edXML written by hand from the standard (spec/edxml.md), not by `src/envelope/write.ts`: what reads a
 * message is then not checked by what wrote it. Every part can be left out or put wrong.
 */
import { createHash } from 'node:crypto';

const namespace = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const tag = (name: string, text: string | null): string => (text === null ? '' : `<edXML:${name}>${escaped(text)}</edXML:${name}>`);

export type File = { readonly name: string; readonly bytes: Uint8Array; readonly contentType?: string; readonly description?: string };

export type Letter = {
  readonly from: string;
  readonly to: readonly string[];
  readonly documentId: string;
  readonly number?: string;
  readonly notation?: string;
  /** `yyyy/MM/dd` */
  readonly date?: string;
  readonly subject?: string;
  readonly content?: string;
  readonly type?: number;
  readonly typeName?: string;
  readonly priority?: string;
  readonly paper?: string;
  /** Inside `Bussiness`, after its type. */
  readonly business?: string;
  /** Instead of the one TraceHeader of the sender. */
  readonly traces?: readonly string[];
  readonly files?: readonly File[];
  /** Put into the MessageHeader as it is. */
  readonly extra?: string;
};

const organ = (name: 'From' | 'To', code: string): string =>
  `<edXML:${name}>${tag('OrganId', code)}${tag('OrganName', `Cơ quan ${code}`)}</edXML:${name}>`;

const trace = (code: string): string =>
  `<edXML:TraceHeader>${tag('OrganId', code)}${tag('Timestamp', '2026/11/20 08:00:00')}</edXML:TraceHeader>`;

const header = (letter: Letter): string =>
  [
    organ('From', letter.from),
    ...letter.to.map((code) => organ('To', code)),
    tag('DocumentId', letter.documentId),
    `<edXML:Code>${tag('CodeNumber', letter.number ?? '27')}${tag('CodeNotation', letter.notation ?? 'UBND-VX')}</edXML:Code>`,
    `<edXML:PromulgationInfo>${tag('Place', 'Tân Lập')}${tag('PromulgationDate', letter.date ?? '2026/11/19')}</edXML:PromulgationInfo>`,
    `<edXML:DocumentType>${tag('Type', '2')}${tag('TypeDetail', '18')}${tag('TypeName', letter.typeName ?? 'Công văn')}</edXML:DocumentType>`,
    tag('Subject', letter.subject ?? 'V/v rà soát văn bản quý IV năm 2026'),
    tag('Content', letter.content ?? null),
    `<edXML:SignerInfo>${tag('Competence', 'TM.')}${tag('Position', 'Chủ tịch')}${tag('FullName', 'Trần Thị Bình')}</edXML:SignerInfo>`,
    `<edXML:OtherInfo>${tag('Priority', letter.priority ?? '0')}</edXML:OtherInfo>`,
    letter.extra ?? '',
  ].join('');

const contentId = (file: File, index: number): string => `${createHash('sha256').update(file.name).digest('hex').slice(0, 16)}-${index}`;

const reference = (file: File, index: number): string =>
  `<edXML:Reference>${tag('ContentId', `cid:${contentId(file, index)}`)}${tag('ContentType', file.contentType ?? 'application/pdf')}` +
  `${tag('Description', file.description ?? 'Văn bản chính')}${tag('AttachmentName', file.name)}</edXML:Reference>`;

const attachment = (file: File, index: number): string =>
  `<Attachment><ContentId>cid:${contentId(file, index)}</ContentId><AttachmentName>${escaped(file.name)}</AttachmentName>` +
  `<Description>${escaped(file.description ?? 'Văn bản chính')}</Description><ContentType>${file.contentType ?? 'application/pdf'}</ContentType>` +
  `<edXML:ContentTransferEncoded>${Buffer.from(file.bytes).toString('base64')}</edXML:ContentTransferEncoded></Attachment>`;

const wrap = (head: string, body: string, attachments: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?>\n<edXML xmlns="${namespace}" xmlns:edXML="${namespace}">` +
      `<edXML:edXMLEnvelope><edXML:edXMLHeader>${head}</edXML:edXMLHeader>` +
      `<edXML:edXMLBody>${body}</edXML:edXMLBody></edXML:edXMLEnvelope>${attachments}</edXML>`,
  );

/** A document message. */
export const documentMessage = (letter: Letter): Buffer => {
  const files = letter.files ?? [];
  const business = `<edXML:Bussiness>${tag('BussinessDocType', String(letter.type ?? 0))}${letter.business ?? ''}${tag('Paper', letter.paper ?? '0')}</edXML:Bussiness>`;
  const traces = (letter.traces ?? [letter.from]).map(trace).join('');
  return wrap(
    `<edXML:MessageHeader>${header(letter)}</edXML:MessageHeader><edXML:TraceHeaderList>${traces}${business}</edXML:TraceHeaderList>`,
    `<edXML:edXMLManifest version="1.0">${files.map(reference).join('')}</edXML:edXMLManifest>`,
    files.length === 0 ? '' : `<AttachmentEncoded>${files.map(attachment).join('')}</AttachmentEncoded>`,
  );
};

export type StatusLetter = {
  readonly from: string;
  /** Whom it answers. */
  readonly to: string;
  readonly documentId?: string;
  readonly code?: string;
  readonly date?: string;
  readonly statusCode: string;
  readonly description?: string;
  readonly timestamp?: string;
};

/** A status message. */
export const statusMessage = (status: StatusLetter): Buffer => {
  const about =
    tag('OrganId', status.to) +
    tag('Code', status.code ?? null) +
    tag('PromulgationDate', status.date ?? null) +
    tag('DocumentId', status.documentId ?? null);
  const head =
    `<edXML:MessageHeader>${organ('From', status.from)}<edXML:ResponseFor>${about}</edXML:ResponseFor>` +
    `${tag('StatusCode', status.statusCode)}${tag('Description', status.description ?? null)}${tag('Timestamp', status.timestamp ?? '2026/11/20 09:00:00')}</edXML:MessageHeader>`;
  return Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?>\n<edXML xmlns="${namespace}" xmlns:edXML="${namespace}"><edXML:edXMLEnvelope>` +
      `<edXML:edXMLHeader>${head}</edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>`,
  );
};
