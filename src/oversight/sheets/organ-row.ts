/** One row of the organs file as an organ (contract §1). What other rows say of it is checked afterwards. */
import { levels, type Organ, organKinds } from '../../records/organ.ts';
import { isDay, type SheetFault, type SheetRow, sheetFault } from './sheet.ts';

export const organColumns = [
  'code',
  'oldCode',
  'name',
  'level',
  'kind',
  'parent',
  'successor',
  'validFrom',
  'validTo',
  'member',
  'system',
  'locked',
  'delegate',
  'statisticsAs',
] as const;
export type OrganColumn = (typeof organColumns)[number];

/** QĐ 20/2020/QĐ-TTg: level 1 at the left, groups by dots, at most 35 characters. */
const strictCode = /^[A-Z]\d{2}(\.[0-9A-Z]+)*$/;
/** Real directories hold worse (`28.22.H17`, `vxp.saas.03`): of foreign organs and earlier codes, anything that can be a word. */
const lenientCode = /^[^\s;,"\p{Cc}]+$/u;
/** A system's name becomes part of queue names and of keys. */
const systemName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const longestCode = 35;
const longestName = 200;

export const isStrictCode = (code: string): boolean => code.length <= longestCode && strictCode.test(code);
const isLenientCode = (code: string): boolean => code.length <= longestCode && lenientCode.test(code);

type Row = SheetRow<OrganColumn>;
export type OrganReading = { readonly organ: Organ; readonly faults: readonly SheetFault[] };

/** Reads cells one by one, keeping what is wrong; a column that the file lacks leaves what was there before. */
const reader = (row: Row) => {
  const faults: SheetFault[] = [];
  const wrong = (column: OrganColumn, code: string, vi: string, en: string): void => {
    faults.push(sheetFault(row.line, column, code, vi, en));
  };
  const read = <Value>(column: OrganColumn, before: Value, blank: Value, take: (text: string) => Value | undefined): Value => {
    const text = row.cells[column];
    if (text === undefined) return before;
    if (text === '') return blank;
    return take(text) ?? blank;
  };
  const word = <Word extends string>(column: OrganColumn, words: readonly Word[], before: Word, blank: Word): Word =>
    read(column, before, blank, (text) => {
      const found = words.find((one) => one === text);
      if (found === undefined)
        wrong(
          column,
          'value.invalid',
          `"${text}" không phải là một trong: ${words.join(', ')}`,
          `"${text}" is none of ${words.join(', ')}`,
        );
      return found;
    });
  const flag = (column: OrganColumn, before: boolean, blank: boolean): boolean =>
    word(column, ['true', 'false'], before ? 'true' : 'false', blank ? 'true' : 'false') === 'true';
  const matching = (column: OrganColumn, before: string | null, fits: (text: string) => boolean, vi: string, en: string): string | null =>
    read<string | null>(column, before, null, (text) => {
      if (fits(text)) return text;
      wrong(
        column,
        column === 'validFrom' || column === 'validTo' ? 'date.invalid' : 'value.invalid',
        `"${text}": ${vi}`,
        `"${text}": ${en}`,
      );
      return undefined;
    });
  return { faults, wrong, word, flag, matching };
};
type Reader = ReturnType<typeof reader>;

const codeFaults = ({ wrong }: Reader, code: string, member: boolean): void => {
  if (code === '') wrong('code', 'value.missing', 'Thiếu mã định danh', 'The code is missing');
  else if (member && !isStrictCode(code))
    wrong(
      'code',
      'code.invalid',
      `"${code}" không phải là mã theo QĐ 20/2020/QĐ-TTg (ví dụ H99.01, tối đa ${longestCode} ký tự)`,
      `"${code}" is not a QĐ 20/2020 code (such as H99.01, at most ${longestCode} characters)`,
    );
  else if (!isLenientCode(code)) wrong('code', 'code.invalid', `"${code}" không thể là mã định danh`, `"${code}" cannot be a code`);
};

const oldCodesOf = ({ wrong }: Reader, row: Row, before: readonly string[]): readonly string[] => {
  const text = row.cells.oldCode;
  if (text === undefined) return before;
  const codes = [...new Set(text.split(';').map((code) => code.trim()))].filter((code) => code !== '');
  for (const code of codes)
    if (!isLenientCode(code)) wrong('oldCode', 'code.invalid', `"${code}" không thể là mã định danh`, `"${code}" cannot be a code`);
  return codes;
};

const nameOf = ({ wrong }: Reader, row: Row): string => {
  const name = (row.cells.name ?? '').replace(/\s+/g, ' ');
  if (name === '') wrong('name', 'value.missing', 'Thiếu tên cơ quan', 'The name is missing');
  // NĐ 30/2020, annex VI: OrganName has at most 200 characters.
  if (name.length > longestName)
    wrong('name', 'value.invalid', `Tên dài quá ${longestName} ký tự`, `The name has more than ${longestName} characters`);
  return name;
};

const datesOf = ({ wrong, matching }: Reader, known: Organ | null): Pick<Organ, 'validFrom' | 'validTo'> => {
  const [vi, en] = ['không phải là ngày có thật dạng yyyy-mm-dd', 'is not a real yyyy-mm-dd date'];
  const validFrom = matching('validFrom', known?.validFrom ?? null, isDay, vi, en);
  const validTo = matching('validTo', known?.validTo ?? null, isDay, vi, en);
  if (validFrom !== null && validTo !== null && validTo < validFrom)
    wrong('validTo', 'date.invalid', 'Ngày hết hiệu lực trước ngày có hiệu lực', 'validTo is before validFrom');
  return { validFrom, validTo };
};

/** A member without a system is a system of its own; a foreign organ without one waits for the upper link. */
const systemOf = ({ matching }: Reader, row: Row, known: Organ | null, code: string, member: boolean): string | null => {
  const [vi, en] = ['tên hệ thống gồm chữ không dấu, số, dấu . _ -', 'a system name is made of letters, digits, . _ -'];
  const given = matching(
    'system',
    row.cells.system === undefined ? (known?.system ?? null) : null,
    (text) => systemName.test(text),
    vi,
    en,
  );
  return given ?? (member ? code : null);
};

export const readOrgan = (row: Row, known: Organ | null): OrganReading => {
  const reading = reader(row);
  const { word, flag, matching, faults } = reading;
  const code = row.cells.code ?? '';
  const member = flag('member', known?.member ?? true, true);
  codeFaults(reading, code, member);
  if ((row.cells.level ?? '') === '') reading.wrong('level', 'value.missing', 'Thiếu cấp', 'The level is missing');
  const reference = (column: 'parent' | 'successor' | 'delegate' | 'statisticsAs'): string | null =>
    matching(column, known?.[column] ?? null, isLenientCode, 'không thể là mã định danh', 'cannot be a code');
  const organ: Organ = {
    code,
    oldCodes: oldCodesOf(reading, row, known?.oldCodes ?? []),
    name: nameOf(reading, row),
    level: word('level', levels, known?.level ?? 'province', 'province'),
    kind: word('kind', organKinds, known?.kind ?? 'administrative', 'administrative'),
    parent: reference('parent'),
    successor: reference('successor'),
    ...datesOf(reading, known),
    member,
    system: systemOf(reading, row, known, code, member),
    locked: flag('locked', known?.locked ?? false, false),
    delegate: reference('delegate'),
    statisticsAs: reference('statisticsAs'),
  };
  return { organ, faults };
};
