/** A document message from its elements. Values as sent; whether they are right is the checks' affair. */
import { readDay } from '../dates.ts';
import type { Attachment, Envelope, Reference, Trace, UnknownElement } from '../types.ts';
import { readBusiness } from './business.ts';
import { type Fields, fieldsOf, textAt } from './fields.ts';
import { type Letter, plainContentId } from './letter.ts';
import { documentIdOf, readOrganization, readResponseFor } from './parts.ts';

/** What a Priority that is no number becomes: outside 0–4, so that it is held as a suspected secret. */
const unreadablePriority = -1;

const integerOf = (text: string): number | null => (/^-?\d{1,9}$/.test(text) ? Number(text) : null);

const readReference = (fields: Fields): Reference => ({
  contentId: plainContentId(fields.text('ContentId') ?? ''),
  contentType: fields.text('ContentType'),
  description: fields.text('Description'),
  name: fields.text('AttachmentName'),
});

const readTrace = (fields: Fields): Trace => ({ organId: fields.text('OrganId'), at: fields.text('Timestamp') });

const readOther = (fields: Fields): Envelope['other'] => ({
  sphereOfPromulgation: fields.text('SphereOfPromulgation'),
  typerNotation: fields.text('TyperNotation'),
  promulgationAmount: fields.text('PromulgationAmount'),
  pageAmount: fields.text('PageAmount'),
  replyFors: fields.text('ReplyFors'),
  referenceCodes: fields.text('ReferenceCodes'),
  direction: fields.text('Direction'),
  appendixes: fields.inside('Appendixes').texts('Appendix'),
});

type HeaderPart = Omit<Envelope, 'kind' | 'type' | 'traces' | 'business' | 'paper' | 'manifest' | 'attachments' | 'signature' | 'unknown'>;

const readHeader = (header: Fields, priority: string): HeaderPart => {
  const code = header.inside('Code');
  const promulgation = header.inside('PromulgationInfo');
  const documentType = header.inside('DocumentType');
  const signer = header.inside('SignerInfo');
  const other = header.inside('OtherInfo');
  return {
    from: readOrganization(header.inside('From')),
    to: header.many('To', readOrganization),
    documentId: documentIdOf(header.text('DocumentId')),
    number: code.text('CodeNumber'),
    notation: code.text('CodeNotation'),
    place: promulgation.text('Place'),
    promulgatedOn: promulgation.value('PromulgationDate', readDay),
    documentType: { type: documentType.text('Type'), typeDetail: documentType.text('TypeDetail'), typeName: documentType.text('TypeName') },
    subject: header.text('Subject'),
    content: header.text('Content'),
    signer: { competence: signer.text('Competence'), position: signer.text('Position'), fullName: signer.text('FullName') },
    dueOn: header.value('DueDate', readDay),
    toPlaces: header.inside('ToPlaces').texts('Place'),
    priority: other.value('Priority', integerOf) ?? (priority === '' ? 0 : unreadablePriority),
    other: readOther(other),
    responseFor: header.many('ResponseFor', readResponseFor).filter((response) => response !== null),
    taskCodes: header.inside('ResponseForTask').texts('TaskCode'),
    steeringType: header.text('SteeringType'),
    applicationType: header.text('ApplicationType'),
  };
};

/** `attachments` were decoded before. */
export const readDocument = (letter: Letter, attachments: readonly Attachment[]): Envelope => {
  const unknown: UnknownElement[] = [];
  const header = fieldsOf(letter.header, 'MessageHeader', unknown);
  const traces = fieldsOf(letter.traces, 'TraceHeaderList', unknown);
  const business = fieldsOf(letter.business, 'Bussiness', unknown);
  const manifest = fieldsOf(letter.manifest, 'edXMLManifest', unknown);
  traces.skip(letter.business);
  const part = readBusiness(business, textAt(letter.business, 'Paper'));
  const envelope = {
    kind: 'document' as const,
    ...readHeader(header, textAt(letter.header, 'OtherInfo/Priority')),
    traces: traces.many('TraceHeader', readTrace),
    ...part,
    manifest: manifest.many('Reference', readReference),
    attachments,
    signature: letter.signature === null ? ('none' as const) : ('present' as const),
  };
  for (const fields of [header, traces, business, manifest]) fields.close();
  return { ...envelope, unknown: [...unknown, ...letter.strays] };
};
