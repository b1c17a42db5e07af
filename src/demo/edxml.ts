/**
 * How the agencies' systems of the demo write edXML (QCVN 102:2016/BTTTT). On purpose not the hub's own
 * writer: an error there must not cancel itself out in the comparison.
 */
import { randomUUID } from 'node:crypto';
import type { DemoOrgan } from './plan/province.ts';

const namespace = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';

export type DocumentFacts = {
  readonly from: DemoOrgan;
  /** Code and name; the code may be unknown to the hub. */
  readonly to: readonly { readonly code: string; readonly name: string }[];
  readonly documentId: string;
  readonly number: string;
  readonly notation: string;
  /** `yyyy-mm-dd` */
  readonly promulgatedOn: string;
  readonly typeName: string;
  readonly subject: string;
  readonly signer: { readonly competence: string; readonly position: string; readonly fullName: string };
  readonly priority: number;
  readonly paper: 0 | 1;
  /** OtherInfo/SphereOfPromulgation, where given. */
  readonly sphere?: string;
  readonly files: readonly { readonly name: string; readonly description: string; readonly bytes: Uint8Array }[];
  readonly sentAt: Date;
};

// Element content only: nothing of ours stands in an attribute.
const escaped = (text: string): string => text.replace(/[&<>]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? one);
const element = (name: string, text: string): string => `<edXML:${name}>${escaped(text)}</edXML:${name}>`;
const wrap = (name: string, ...inside: readonly string[]): string => `<edXML:${name}>${inside.join('')}</edXML:${name}>`;
const slashed = (day: string): string => day.replaceAll('-', '/');
/** Vietnamese clock time without a zone, as the standard writes it. */
const timestamp = (at: Date): string =>
  new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** An agency, with the body above it where it has one. */
const organisation = (name: 'From' | 'To', organ: { readonly code: string; readonly name: string }, inCharge: string): string =>
  wrap(
    name,
    element('OrganId', organ.code),
    ...(inCharge === '' ? [] : [element('OrganizationInCharge', inCharge)]),
    element('OrganName', organ.name),
  );

/** The order of the official builder (QCVN 102, part 2). */
const messageHeader = (facts: DocumentFacts): string =>
  wrap(
    'MessageHeader',
    organisation('From', facts.from, facts.from.parent === null ? '' : 'UBND tỉnh Mẫu'),
    ...facts.to.map((organ) => organisation('To', organ, '')),
    element('DocumentId', facts.documentId),
    wrap('Code', element('CodeNumber', facts.number), element('CodeNotation', facts.notation)),
    wrap('PromulgationInfo', element('Place', 'Mẫu'), element('PromulgationDate', slashed(facts.promulgatedOn))),
    wrap(
      'DocumentType',
      element('Type', '2'),
      element('TypeDetail', facts.typeName === 'Báo cáo' ? '14' : '18'),
      element('TypeName', facts.typeName),
    ),
    element('Subject', facts.subject),
    element('Content', facts.subject),
    wrap(
      'SignerInfo',
      element('Competence', facts.signer.competence),
      element('Position', facts.signer.position),
      element('FullName', facts.signer.fullName),
    ),
    wrap(
      'OtherInfo',
      element('Priority', String(facts.priority)),
      ...(facts.sphere === undefined ? [] : [element('SphereOfPromulgation', facts.sphere)]),
      element('PromulgationAmount', '1'),
      element('PageAmount', '1'),
    ),
    element('SteeringType', '1'),
    wrap('ToPlaces', element('Place', 'Lưu: VT')),
  );

/** The sender's own hop, then what kind of business it is; `Bussiness` is spelt so in the standard. */
const traceList = (facts: DocumentFacts): string =>
  wrap(
    'TraceHeaderList',
    wrap('TraceHeader', element('OrganId', facts.from.code), element('Timestamp', timestamp(facts.sentAt))),
    wrap(
      'Bussiness',
      element('BussinessDocType', '0'),
      element('BussinessDocReason', 'Văn bản điện tử mới'),
      element('Paper', String(facts.paper)),
      wrap('StaffInfo', element('Department', 'Văn thư'), element('Staff', 'Văn thư cơ quan'), element('Email', 'vanthu@mau.test')),
    ),
  );

const reference = (file: DocumentFacts['files'][number], id: string): string =>
  wrap(
    'Reference',
    element('ContentId', `cid:${id}`),
    element('ContentType', 'application/pdf'),
    element('Description', file.description),
    element('AttachmentName', file.name),
  );

/** Outside the envelope, without prefix but for the encoded content: recipients of the older SDK insist on it. */
const attachment = (file: DocumentFacts['files'][number], id: string): string =>
  `<Attachment><ContentId>cid:${id}</ContentId><AttachmentName>${escaped(file.name)}</AttachmentName>` +
  `<Description>${escaped(file.description)}</Description><ContentType>application/pdf</ContentType>` +
  `<edXML:ContentTransferEncoded xmlns:edXML="${namespace}">${Buffer.from(file.bytes).toString('base64')}</edXML:ContentTransferEncoded></Attachment>`;

const message = (header: string, body: string, tail: string): Uint8Array =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="${namespace}"><edXML:edXMLEnvelope xmlns:edXML="${namespace}">` +
      `${wrap('edXMLHeader', header)}${body}</edXML:edXMLEnvelope>${tail}</edXML>\n`,
    'utf8',
  );

/** A document message of type 0; every call makes new ContentIds, as the axis SDK does. */
export const writeDocument = (facts: DocumentFacts): Uint8Array => {
  const files = facts.files.map((file) => ({ file, id: randomUUID() }));
  const references = files.map(({ file, id }) => reference(file, id)).join('');
  return message(
    messageHeader(facts) + traceList(facts),
    wrap('edXMLBody', `<edXML:edXMLManifest version="1.0">${references}</edXML:edXMLManifest>`),
    `<AttachmentEncoded>${files.map(({ file, id }) => attachment(file, id)).join('')}</AttachmentEncoded>`,
  );
};

export type StatusFacts = {
  /** Who reports. */
  readonly from: DemoOrgan;
  readonly about: { readonly organ: string; readonly code: string; readonly documentId: string; readonly promulgatedOn: string };
  readonly statusCode: string;
  readonly description: string;
  readonly at: Date;
};

/** A status message (§1.8 of the domain notes: header only, no To). */
export const writeStatusMessage = (facts: StatusFacts): Uint8Array =>
  message(
    wrap(
      'MessageHeader',
      wrap(
        'ResponseFor',
        element('OrganId', facts.about.organ),
        element('Code', facts.about.code),
        element('PromulgationDate', slashed(facts.about.promulgatedOn)),
        element('DocumentId', facts.about.documentId),
      ),
      organisation('From', facts.from, ''),
      wrap('StaffInfo', element('Department', 'Văn thư'), element('Staff', 'Văn thư cơ quan')),
      element('StatusCode', facts.statusCode),
      element('Description', facts.description),
      element('Timestamp', timestamp(facts.at)),
    ),
    '',
    '',
  );
