/** A status message: contract §5, "in a status". */
import { readMoment } from '../dates.ts';
import { statusCodes } from '../types.ts';
import { childOf, textAt } from '../wire/fields.ts';
import type { Rule } from './letter.ts';
import { legacyCode, missing, refusal, wrongType } from './notice.ts';
import { checkFields, organizationRows, responseRows } from './text.ts';

/** Refusing, asking back and declining to give back say why (domain §1.8). */
const reasonNeeded = new Set(['02', '13', '16']);

export const checkReporter: Rule = ({ letter }) => {
  const at = 'MessageHeader/From/OrganId';
  const required =
    textAt(letter.header, 'From/OrganId') === '' ? [refusal('envelope.invalid', at, missing(at, 'mã định danh cơ quan gửi'))] : [];
  return [...required, ...checkFields(childOf(letter.header, 'From'), 'MessageHeader/From', organizationRows)];
};

export const checkResponse: Rule = ({ letter }) => {
  const place = 'MessageHeader/ResponseFor';
  const response = childOf(letter.header, 'ResponseFor');
  const at = `${place}/OrganId`;
  const addressee =
    textAt(response, 'OrganId') === '' ? [refusal('envelope.invalid', at, missing(at, 'mã định danh cơ quan được phản hồi'))] : [];
  const named = textAt(response, 'DocumentId') !== '' || textAt(response, 'Code') !== '';
  const identified = named
    ? []
    : [refusal('envelope.invalid', `${place}/DocumentId`, missing(`${place}/DocumentId`, 'mã định danh văn bản và số, ký hiệu'))];
  return [...addressee, ...identified, ...checkFields(response, place, responseRows)];
};

export const checkStatusCode: Rule = ({ letter }) => {
  const at = 'MessageHeader/StatusCode';
  const code = textAt(letter.header, 'StatusCode');
  if (code === '') return [refusal('envelope.invalid', at, missing(at, 'mã trạng thái'))];
  if (statusCodes.some((known) => known === code)) return [];
  const vi = `Mã trạng thái "${code.slice(0, 20)}" không thuộc ${statusCodes.join(', ')}`;
  return [
    refusal('envelope.invalid', at, { vi, en: `StatusCode must be one of ${statusCodes.join(', ')}`, legacyCode: legacyCode('M', at) }),
  ];
};

export const checkReason: Rule = ({ letter }) => {
  const at = 'MessageHeader/Description';
  const code = textAt(letter.header, 'StatusCode');
  if (!reasonNeeded.has(code) || textAt(letter.header, 'Description') !== '') return [];
  const says = { vi: `Trạng thái ${code} phải kèm lý do`, en: `Status ${code} needs a reason`, legacyCode: legacyCode('N', at) };
  return [refusal('status.reason-missing', at, says)];
};

export const checkTimestamp: Rule = ({ letter }) => {
  const text = textAt(letter.header, 'Timestamp');
  return text === '' || readMoment(text) !== null ? [] : [wrongType('MessageHeader/Timestamp', 'Thời điểm báo trạng thái')];
};
