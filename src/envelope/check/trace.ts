/** TraceHeaderList and Bussiness. */
import { readMoment } from '../dates.ts';
import { childOf, childrenOf, textAt } from '../wire/fields.ts';
import type { Rule } from './letter.ts';
import { legacyCode, refusal, unfilled, warning, wrongType, wrongValue } from './notice.ts';

export const checkTraces: Rule = ({ letter }) =>
  childrenOf(letter.traces, 'TraceHeader').flatMap((element, index) => {
    const at = `TraceHeaderList/TraceHeader[${index + 1}]/Timestamp`;
    const text = textAt(element, 'Timestamp');
    return text === '' || readMoment(text) !== null ? [] : [wrongType(at, 'Thời điểm qua trục')];
  });

/** Messages of the national axis come without it: then the document is new and no paper follows (domain §1.4). */
export const checkBusiness: Rule = ({ letter }) => {
  const at = 'TraceHeaderList/Bussiness';
  if (letter.business === null) {
    const vi = 'Thiếu thông tin nghiệp vụ (Bussiness), coi là văn bản điện tử mới';
    return [warning('envelope.missing-business', at, vi, 'Bussiness is missing; taken as a new document', legacyCode('N', at))];
  }
  const type = textAt(letter.business, 'BussinessDocType');
  if (type !== '' && !/^0?[0-3]$/.test(type)) {
    const place = `${at}/BussinessDocType`;
    const vi = `Loại nghiệp vụ phải là 0, 1, 2 hoặc 3 (${place})`;
    return [refusal('envelope.invalid', place, { vi, en: `${place} must be 0, 1, 2 or 3`, legacyCode: legacyCode('M', place) })];
  }
  return [];
};

export const checkBusinessDetails: Rule = ({ letter: { business } }) => {
  const at = 'TraceHeaderList/Bussiness';
  const type = textAt(business, 'BussinessDocType');
  const paper = textAt(business, 'Paper');
  const receivers = childrenOf(childOf(childOf(business, 'BussinessDocumentInfo'), 'ReceiverList'), 'Receiver');
  const list = `${at}/BussinessDocumentInfo/ReceiverList/Receiver`;
  const replaced = childrenOf(childOf(business, 'ReplacementInfoList'), 'ReplacementInfo');
  return [
    ...(/^0?[01]?$/.test(paper) ? [] : [wrongValue(`${at}/Paper`, 'Văn bản giấy kèm theo')]),
    ...receivers.flatMap((element, index) =>
      /^0?[01]$/.test(textAt(element, 'ReceiverType')) ? [] : [wrongValue(`${list}[${index + 1}]/ReceiverType`, 'Loại thay đổi nơi nhận')],
    ),
    // An update names the document it changes, a replacement those it replaces; a recall may name itself.
    ...(/^0?2$/.test(type) && textAt(business, 'DocumentId') === '' ? [unfilled(`${at}/DocumentId`, 'mã văn bản được cập nhật')] : []),
    ...(/^0?3$/.test(type) && replaced.length === 0 ? [unfilled(`${at}/ReplacementInfoList`, 'danh sách văn bản bị thay thế')] : []),
  ];
};
