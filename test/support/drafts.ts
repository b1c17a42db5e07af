/** Drafts for property tests: whatever a sender may write, in text that survives reading unchanged. */
import fc from 'fast-check';
import { normalText } from '../../src/envelope/text.ts';
import { statusCodes } from '../../src/envelope/types.ts';
import type { AttachmentDraft, EnvelopeDraft, StatusDraft } from '../../src/envelope/write/draft.ts';

const allowed = (text: string): boolean => !/[\p{Cc}\uFFFE\uFFFF]/u.test(text) && text.isWellFormed();

/** Vietnamese words, XML's own signs and any other script; as reading answers it. */
export const text = fc
  .oneof(
    fc.constantFrom('V/v báo cáo', 'Sở Nội vụ', '<b>&amp;"\'</b>', ']]>', 'đ Đ ư ơ', '27/UBND-VX', 'e\u0302\u0301', '0012'),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  )
  .filter(allowed)
  .map(normalText)
  .filter((value) => value !== '');
const blank = fc.option(text, { nil: null });
const texts = fc.array(text, { maxLength: 3 });
const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2026-11-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const organization = fc.record({
  organId: text,
  inCharge: blank,
  name: blank,
  address: blank,
  email: blank,
  telephone: blank,
  fax: blank,
  website: blank,
});
const staff = fc.record({ department: text, departmentId: blank, staff: blank, staffId: blank, email: blank, mobile: blank });
const response = fc.record({ organId: text, code: blank, documentId: blank, promulgatedOn: fc.option(day, { nil: null }) });
const foreign = fc.record({
  parent: fc.constantFrom('MessageHeader', 'MessageHeader/OtherInfo', 'MessageHeader/To[1]', 'Bussiness', 'edXMLHeader', 'edXML'),
  name: fc.constantFrom('Extension', 'more'),
  namespace: fc.constantFrom('urn:example:a', 'urn:example:b'),
  attributes: fc.dictionary(
    fc.constantFrom('a', 'b', '{urn:example:c}d'),
    text.map((value) => value.replace(/\s+/g, ' ')),
  ),
  text: blank,
  children: fc.constant([]),
});

export const draft: fc.Arbitrary<EnvelopeDraft> = fc.record({
  type: fc.constantFrom(0, 1, 2, 3),
  from: organization,
  to: fc.array(organization, { minLength: 1, maxLength: 3 }),
  documentId: text,
  number: text,
  notation: blank,
  place: blank,
  promulgatedOn: day,
  documentType: fc.record({ type: blank, typeDetail: blank, typeName: blank }),
  subject: blank,
  content: blank,
  signer: fc.record({ competence: blank, position: blank, fullName: blank }),
  dueOn: fc.option(day, { nil: null }),
  toPlaces: texts,
  priority: fc.nat({ max: 9 }),
  other: fc.record({
    sphereOfPromulgation: blank,
    typerNotation: blank,
    promulgationAmount: blank,
    pageAmount: blank,
    replyFors: blank,
    referenceCodes: blank,
    direction: blank,
    appendixes: texts,
  }),
  responseFor: fc.array(response, { maxLength: 2 }) as fc.Arbitrary<NonNullable<EnvelopeDraft['responseFor']>>,
  taskCodes: texts,
  steeringType: blank,
  applicationType: blank,
  traces: fc.array(fc.record({ organId: text, at: fc.constant('2026/11/20 08:00:00') }), { maxLength: 2 }),
  paper: fc.constantFrom(0, 1),
  business: fc.record({
    reason: blank,
    documentId: blank,
    documentInfo: fc.option(fc.boolean(), { nil: null }),
    documentReceiver: fc.option(fc.boolean(), { nil: null }),
    receivers: fc.array(fc.record({ organId: text, change: fc.constantFrom('removed' as const, 'added' as const) }), { maxLength: 2 }),
    replacements: fc.array(fc.record({ documentId: text, organs: texts }), { maxLength: 2 }),
    staff: fc.option(staff, { nil: null }),
  }),
  unknown: fc.array(foreign, { maxLength: 2 }),
}) as fc.Arbitrary<EnvelopeDraft>;

export const status: fc.Arbitrary<StatusDraft> = fc.record({
  from: organization,
  responseFor: fc.record({ organId: text, code: blank, documentId: text, promulgatedOn: fc.option(day, { nil: null }) }),
  staff: fc.option(staff, { nil: null }),
  statusCode: fc.constantFrom(...statusCodes),
  description: text,
  timestamp: fc.constant('2026/11/20 08:00:00'),
  unknown: fc.array(
    foreign.map((element) => ({ ...element, parent: 'MessageHeader' })),
    { maxLength: 2 },
  ),
}) as fc.Arbitrary<StatusDraft>;

/** Names by number: two files never share one. */
export const attachments: fc.Arbitrary<readonly AttachmentDraft[]> = fc
  .array(fc.record({ extension: fc.constantFrom('pdf', 'docx', 'txt', 'zip', 'xls'), content: fc.uint8Array({ maxLength: 300 }) }), {
    maxLength: 3,
  })
  .map((files) =>
    files.map(({ extension, content }, index) => ({
      name: `tệp ${index + 1}.${extension}`,
      content,
      description: index === 0 ? 'Văn bản chính' : null,
    })),
  );
