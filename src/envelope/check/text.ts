/** Plain field rules as a table, in the standard's order: length, number, day. They only ever warn. */
import { readDay } from '../dates.ts';
import { childrenOf, textAt } from '../wire/fields.ts';
import type { Element } from '../wire/tree.ts';
import { type Notice, tooLong, unfilled, wrongType, wrongValue } from './notice.ts';

export type FieldRow = {
  readonly path: string;
  readonly label: string;
  /** Characters (NĐ 30 annex VI and QCVN 102; domain §1.3, L25). */
  readonly longest?: number;
  readonly expected?: true;
  readonly form?: 'integer' | 'day' | 'boolean';
  readonly oneOf?: readonly string[];
};

const forms = {
  integer: (text: string) => /^\d{1,9}$/.test(text),
  boolean: (text: string) => /^(?:true|false|0|1)$/i.test(text),
  day: (text: string) => readDay(text) !== null,
} as const;

const noticesFor = (text: string, at: string, row: FieldRow): readonly Notice[] => {
  if (text === '') return row.expected ? [unfilled(at, row.label)] : [];
  const notices: Notice[] = [];
  const length = [...text].length;
  if (row.longest !== undefined && length > row.longest) notices.push(tooLong(at, row.label, length, row.longest));
  if (row.form !== undefined && !forms[row.form](text)) notices.push(wrongType(at, row.label));
  if (row.oneOf !== undefined && !row.oneOf.includes(text)) notices.push(wrongValue(at, row.label));
  return notices;
};

/** Checks `rows` below one element; `place` is the element's own. */
export const checkFields = (element: Element | null, place: string, rows: readonly FieldRow[]): readonly Notice[] =>
  rows.flatMap((row) => noticesFor(textAt(element, row.path), `${place}/${row.path}`, row));

/** Checks one row on each of the repeated children called `name`. */
export const checkEach = (element: Element | null, place: string, name: string, row: Omit<FieldRow, 'path'>): readonly Notice[] =>
  childrenOf(element, name).flatMap(({ text }, index) => noticesFor(text, `${place}/${name}[${index + 1}]`, { ...row, path: name }));

/** Fields of an organisation, sender or recipient. */
export const organizationRows: readonly FieldRow[] = [
  { path: 'OrganizationInCharge', label: 'Tên đơn vị chủ quản', longest: 500 },
  { path: 'OrganName', label: 'Tên cơ quan, đơn vị', longest: 200, expected: true },
  { path: 'OrganAdd', label: 'Địa chỉ', longest: 500 },
  { path: 'Email', label: 'Thư điện tử', longest: 100 },
  { path: 'Telephone', label: 'Điện thoại', longest: 20 },
  { path: 'Fax', label: 'Số fax', longest: 20 },
  { path: 'Website', label: 'Trang thông tin điện tử', longest: 100 },
];

/** After Code and PromulgationInfo, in the order of domain §1.3. */
export const documentRows: readonly FieldRow[] = [
  { path: 'DocumentType/Type', label: 'Loại văn bản', form: 'integer' },
  { path: 'DocumentType/TypeDetail', label: 'Chi tiết loại văn bản', form: 'integer' },
  { path: 'DocumentType/TypeName', label: 'Tên loại văn bản', longest: 100, expected: true },
  { path: 'Subject', label: 'Trích yếu', longest: 500, expected: true },
  { path: 'Content', label: 'Nội dung tóm tắt', longest: 500 },
  { path: 'SignerInfo/Competence', label: 'Quyền hạn ký', longest: 100 },
  { path: 'SignerInfo/Position', label: 'Chức vụ người ký', longest: 100 },
  { path: 'SignerInfo/FullName', label: 'Họ tên người ký', longest: 50, expected: true },
  { path: 'DueDate', label: 'Hạn xử lý', form: 'day' },
];

export const otherRows: readonly FieldRow[] = [
  { path: 'OtherInfo/Priority', label: 'Độ khẩn', oneOf: ['0', '1', '2', '3', '4'] },
  { path: 'OtherInfo/SphereOfPromulgation', label: 'Phạm vi lưu hành', longest: 100 },
  { path: 'OtherInfo/TyperNotation', label: 'Ký hiệu người soạn thảo', longest: 10 },
  { path: 'OtherInfo/PromulgationAmount', label: 'Số lượng bản', form: 'integer' },
  { path: 'OtherInfo/PageAmount', label: 'Số trang', form: 'integer' },
  { path: 'OtherInfo/Direction', label: 'Văn bản chỉ đạo', form: 'boolean' },
  { path: 'SteeringType', label: 'Loại chỉ đạo', oneOf: ['0', '1', '2', '3'] },
];

export const responseRows: readonly FieldRow[] = [{ path: 'PromulgationDate', label: 'Ngày ban hành văn bản được phúc đáp', form: 'day' }];
