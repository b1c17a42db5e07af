/** MessageHeader of a document: what refuses (contract §5) and, around it, what warns. */
import { readDay } from '../dates.ts';
import { maximumRecipients } from '../limits.ts';
import { childOf, childrenOf, textAt } from '../wire/fields.ts';
import type { Element } from '../wire/tree.ts';
import type { Checked, Rule } from './letter.ts';
import { legacyCode, memberOnly, missing, type Notice, refusal, warning } from './notice.ts';
import { checkEach, checkFields, documentRows, organizationRows, otherRows, responseRows } from './text.ts';

/** QĐ 20/2020 and QCVN 102:2016 (domain §3). */
const codeForms = [/^[A-Z]\d{2}(?:\.[0-9A-Z]+)*$/, /^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/];
const longestCode = 35;

/** Members are held to the two schemes, in a warning; directories of others are full of odd codes. */
const oddCode = ({ profile }: Checked, code: string, at: string): readonly Notice[] => {
  const known = code.length <= longestCode && codeForms.some((form) => form.test(code));
  if (profile === 'hub' || code === '' || known) return [];
  return [
    warning(
      'envelope.invalid',
      at,
      `Mã định danh "${code.slice(0, 50)}" không theo QĐ 20/2020/QĐ-TTg hoặc QCVN 102:2016/BTTTT (${at})`,
      `${at} follows neither QĐ 20/2020 nor QCVN 102:2016`,
      legacyCode('M', at),
    ),
  ];
};

const organization = (checked: Checked, element: Element | null, place: string, label: string): readonly Notice[] => {
  const at = `${place}/OrganId`;
  const code = textAt(element, 'OrganId');
  const required = code === '' ? [refusal('envelope.invalid', at, missing(at, label))] : [];
  return [...required, ...oddCode(checked, code, at), ...checkFields(element, place, organizationRows)];
};

export const checkFrom: Rule = (checked) =>
  organization(checked, childOf(checked.letter.header, 'From'), 'MessageHeader/From', 'mã định danh cơ quan gửi');

export const checkTo: Rule = (checked) => {
  const recipients = childrenOf(checked.letter.header, 'To');
  const place = 'MessageHeader/To';
  if (recipients.length === 0) return [refusal('envelope.invalid', place, missing(place, 'nơi nhận'))];
  if (recipients.length > maximumRecipients) {
    const says = {
      vi: `Thông điệp có ${recipients.length} nơi nhận, quá ${maximumRecipients}`,
      en: `The message names ${recipients.length} recipients, more than ${maximumRecipients}`,
      legacyCode: legacyCode('R', place),
    };
    return [refusal('recipient.too-many', `${place}[${maximumRecipients + 1}]`, says)];
  }
  return recipients.flatMap((element, index) => organization(checked, element, `${place}[${index + 1}]`, 'mã định danh cơ quan nhận'));
};

export const checkDocumentId: Rule = ({ letter }) => {
  const at = 'MessageHeader/DocumentId';
  return textAt(letter.header, 'DocumentId') === '' ? [refusal('envelope.invalid', at, missing(at, 'mã định danh văn bản'))] : [];
};

/** Only both blank refuse: unnumbered and unnotated documents exist. */
export const checkCode: Rule = ({ letter }) => {
  const at = 'MessageHeader/Code';
  const blank = textAt(letter.header, 'Code/CodeNumber') === '' && textAt(letter.header, 'Code/CodeNotation') === '';
  if (blank) return [memberOnly('envelope.invalid', at, missing(at, 'số, ký hiệu văn bản'))];
  return checkFields(letter.header, 'MessageHeader', [
    { path: 'Code/CodeNumber', label: 'Số văn bản', longest: 11, expected: true },
    { path: 'Code/CodeNotation', label: 'Ký hiệu văn bản', longest: 30, expected: true },
  ]);
};

export const checkPromulgation: Rule = ({ letter, today }) => {
  const at = 'MessageHeader/PromulgationInfo/PromulgationDate';
  const text = textAt(letter.header, 'PromulgationInfo/PromulgationDate');
  const place = checkFields(letter.header, 'MessageHeader', [{ path: 'PromulgationInfo/Place', label: 'Nơi ban hành', longest: 50 }]);
  if (text === '') return [...place, memberOnly('envelope.invalid', at, missing(at, 'ngày ban hành'))];
  const day = readDay(text);
  if (day === null) return [...place, memberOnly('date.invalid', at, { legacyCode: legacyCode('T', at) })];
  return day > today ? [...place, memberOnly('date.future', at, { legacyCode: legacyCode('M', at) })] : place;
};

export const checkContent: Rule = ({ letter: { header } }) => [
  ...checkFields(header, 'MessageHeader', documentRows),
  ...checkEach(childOf(header, 'ToPlaces'), 'MessageHeader/ToPlaces', 'Place', { label: 'Nơi nhận', longest: 150 }),
  ...checkFields(header, 'MessageHeader', otherRows),
  ...childrenOf(header, 'ResponseFor').flatMap((element, index) =>
    checkFields(element, `MessageHeader/ResponseFor[${index + 1}]`, responseRows),
  ),
];
