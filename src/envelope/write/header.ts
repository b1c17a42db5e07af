/** MessageHeader, TraceHeaderList and Bussiness in the order of the official builder (domain §1.2–§1.4). */
import { writeDay, writeMoment } from '../dates.ts';
import type { EnvelopeDraft, OrganizationDraft, ResponseDraft, StatusDraft } from './draft.ts';
import { type Content, group, leaf, part } from './element.ts';

const day = (name: string, text: string | null | undefined): Content | null =>
  leaf(name, text === null || text === undefined ? null : writeDay(text));

const organization = (name: string, organ: OrganizationDraft): Content =>
  part(name, [
    leaf('OrganId', organ.organId),
    leaf('OrganizationInCharge', organ.inCharge),
    leaf('OrganName', organ.name),
    leaf('OrganAdd', organ.address),
    leaf('Email', organ.email),
    leaf('Telephone', organ.telephone),
    leaf('Fax', organ.fax),
    leaf('Website', organ.website),
  ]);

const staff = (given: StatusDraft['staff']): Content | null =>
  group('StaffInfo', [
    leaf('Department', given?.department),
    leaf('DepartmentId', given?.departmentId),
    leaf('Staff', given?.staff),
    leaf('StaffId', given?.staffId),
    leaf('Email', given?.email),
    leaf('Mobile', given?.mobile),
  ]);

const response = (given: ResponseDraft): Content | null =>
  group('ResponseFor', [
    leaf('OrganId', given.organId),
    leaf('Code', given.code),
    day('PromulgationDate', given.promulgatedOn),
    leaf('DocumentId', given.documentId),
  ]);

const other = ({ other: given, priority }: EnvelopeDraft): Content | null =>
  group('OtherInfo', [
    // A priority that was no number is kept among the unknown elements, as it was written.
    leaf('Priority', priority === undefined || priority < 0 ? null : priority),
    leaf('SphereOfPromulgation', given?.sphereOfPromulgation),
    leaf('TyperNotation', given?.typerNotation),
    leaf('PromulgationAmount', given?.promulgationAmount),
    leaf('PageAmount', given?.pageAmount),
    leaf('ReplyFors', given?.replyFors),
    leaf('ReferenceCodes', given?.referenceCodes),
    leaf('Direction', given?.direction),
    group(
      'Appendixes',
      (given?.appendixes ?? []).map((text) => leaf('Appendix', text)),
    ),
  ]);

export const messageHeader = (draft: EnvelopeDraft): Content =>
  part('MessageHeader', [
    organization('From', draft.from),
    ...draft.to.map((organ) => organization('To', organ)),
    leaf('DocumentId', draft.documentId),
    group('Code', [leaf('CodeNumber', draft.number), leaf('CodeNotation', draft.notation)]),
    group('PromulgationInfo', [leaf('Place', draft.place), day('PromulgationDate', draft.promulgatedOn)]),
    group('DocumentType', [
      leaf('Type', draft.documentType?.type),
      leaf('TypeDetail', draft.documentType?.typeDetail),
      leaf('TypeName', draft.documentType?.typeName),
    ]),
    leaf('Subject', draft.subject),
    leaf('Content', draft.content),
    group('SignerInfo', [
      leaf('Competence', draft.signer?.competence),
      leaf('Position', draft.signer?.position),
      leaf('FullName', draft.signer?.fullName),
    ]),
    day('DueDate', draft.dueOn),
    other(draft),
    ...(draft.responseFor ?? []).map(response),
    group(
      'ResponseForTask',
      (draft.taskCodes ?? []).map((code) => leaf('TaskCode', code)),
    ),
    leaf('SteeringType', draft.steeringType),
    leaf('ApplicationType', draft.applicationType),
    group(
      'ToPlaces',
      (draft.toPlaces ?? []).map((text) => leaf('Place', text)),
    ),
  ]);

const flag = (value: boolean | null | undefined): string | null => (value === null || value === undefined ? null : value ? '1' : '0');

const information = (given: EnvelopeDraft['business']): Content | null =>
  group('BussinessDocumentInfo', [
    leaf('DocumentInfo', flag(given?.documentInfo)),
    leaf('DocumentReceiver', flag(given?.documentReceiver)),
    group(
      'ReceiverList',
      (given?.receivers ?? []).map(({ organId, change }) =>
        part('Receiver', [leaf('OrganId', organId), leaf('ReceiverType', change === 'added' ? 1 : 0)]),
      ),
    ),
  ]);

const replacements = (given: EnvelopeDraft['business']): Content | null =>
  group(
    'ReplacementInfoList',
    (given?.replacements ?? []).map(({ documentId, organs }) =>
      part('ReplacementInfo', [
        leaf('DocumentId', documentId),
        group(
          'OrganIdList',
          organs.map((organ) => leaf('OrganId', organ)),
        ),
      ]),
    ),
  );

export const traceHeaders = (draft: EnvelopeDraft): Content =>
  part('TraceHeaderList', [
    ...(draft.traces ?? []).map((trace) => part('TraceHeader', [leaf('OrganId', trace.organId), leaf('Timestamp', trace.at)])),
    part('Bussiness', [
      leaf('DocumentId', draft.business?.documentId),
      leaf('BussinessDocType', draft.type ?? 0),
      leaf('BussinessDocReason', draft.business?.reason),
      // An unclear one is kept among the unknown elements, as it was written.
      leaf('Paper', draft.paper === 'unclear' ? null : (draft.paper ?? 0)),
      information(draft.business),
      replacements(draft.business),
      staff(draft.business?.staff),
    ]),
  ]);

export const statusHeader = (draft: StatusDraft): Content =>
  part('MessageHeader', [
    response(draft.responseFor),
    organization('From', draft.from),
    staff(draft.staff),
    leaf('StatusCode', draft.statusCode),
    leaf('Description', draft.description),
    leaf('Timestamp', draft.timestamp ?? (draft.reportedAt ? writeMoment(new Date(draft.reportedAt)) : null)),
  ]);
