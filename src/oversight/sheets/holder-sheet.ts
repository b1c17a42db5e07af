/** The list of certificates (contract, "Whose signatures"): what it would add and change, or everything that is wrong with it. */
import { type Holder, holderKey, type MetCertificate, serialFrom } from '../../records/holder.ts';
import { comparableName } from '../../records/issuer.ts';
import { type Directory, organFor } from '../../records/organ.ts';
import { isDay, readSheet, type SheetFault, type SheetRow, sheetFault } from './sheet.ts';

const columns = ['serial', 'issuer', 'holderKind', 'organ', 'person', 'validTo'] as const;
type Column = (typeof columns)[number];
type Row = SheetRow<Column>;

export type HolderSheet = {
  readonly added: readonly Holder[];
  readonly changed: readonly Holder[];
  readonly unchanged: number;
  /** Nothing may be written while there is one. */
  readonly errors: readonly SheetFault[];
  /** What is taken, yet looks wrong. */
  readonly warnings: readonly SheetFault[];
};

type Reading = { readonly line: number; readonly holder: Holder; readonly faults: readonly SheetFault[] };

/** RFC 5280 4.1.2.2 allows 20 bytes; Excel turns long hex of digits into 5.4E+15 and loses it. */
const mostDigits = 40;

const serialFaults = (line: number, text: string): readonly SheetFault[] => {
  const wrong = (code: string, vi: string, en: string) => [sheetFault(line, 'serial', code, vi, en)];
  if (text === '') return wrong('value.missing', 'Thiếu số sê-ri', 'The serial number is missing');
  if (/^\d+(?:[.,]\d+)?E\+?\d+$/i.test(text) && /[.,+]/.test(text))
    return wrong(
      'serial.invalid',
      `"${text}": bảng tính đã làm tròn số sê-ri; hãy định dạng cột là văn bản và nhập lại`,
      `"${text}" was rounded by a spreadsheet; format the column as text`,
    );
  const serial = serialFrom(text);
  if (serial === null || serial.length > mostDigits)
    return wrong('serial.invalid', `"${text}" không phải là số sê-ri dạng thập lục phân`, `"${text}" is not a serial number in hex`);
  return [];
};

const issuerFaults = (line: number, text: string): readonly SheetFault[] => {
  const wrong = (code: string, vi: string, en: string) => [sheetFault(line, 'issuer', code, vi, en)];
  if (text === '') return wrong('value.missing', 'Thiếu tên tổ chức cấp chứng thư số', 'The issuer is missing');
  return comparableName(text) === ''
    ? wrong(
        'issuer.invalid',
        `"${text}" không phải là tên đầy đủ của tổ chức cấp (ví dụ: CN=CA phục vụ các cơ quan Nhà nước G2, O=Ban Cơ yếu Chính phủ, C=VN)`,
        `"${text}" is not a distinguished name such as CN=…, O=…, C=VN`,
      )
    : [];
};

/** A cell that the file does not have leaves what was there before. */
const cell = (row: Row, column: Column, before: string | null): string | null => {
  const text = row.cells[column];
  return text === undefined ? before : text === '' ? null : text;
};

const readHolder = (row: Row, directory: Directory, known: ReadonlyMap<string, Holder>): Reading => {
  const { line, cells } = row;
  const { serial = '', issuer = '', holderKind = '' } = cells;
  const faults: SheetFault[] = [...serialFaults(line, serial), ...issuerFaults(line, issuer)];
  const wrong = (column: Column, code: string, vi: string, en: string): void => {
    faults.push(sheetFault(line, column, code, vi, en));
  };
  const key = holderKey(issuer, serial);
  const before = known.get(key);
  if (holderKind === '') wrong('holderKind', 'value.missing', 'Thiếu loại chủ thể (agency hoặc person)', 'holderKind is missing');
  else if (holderKind !== 'agency' && holderKind !== 'person')
    wrong(
      'holderKind',
      'value.invalid',
      `"${holderKind}" không phải là một trong: agency, person`,
      `"${holderKind}" is none of agency, person`,
    );
  const kind = holderKind === 'person' ? 'person' : 'agency';
  const code = cell(row, 'organ', before?.organ ?? null);
  const organ = code === null ? null : organFor(directory, code);
  if (code === null && holderKind === 'agency')
    wrong('organ', 'value.missing', 'Chứng thư số của cơ quan phải có mã cơ quan', "An agency's certificate needs the organ's code");
  if (code !== null && organ === null)
    wrong('organ', 'organ.unknown', `Mã ${code} không có trong danh mục`, `${code} is not in the directory`);
  const validTo = cell(row, 'validTo', before?.validTo ?? null);
  if (validTo !== null && !isDay(validTo))
    wrong(
      'validTo',
      'date.invalid',
      `"${validTo}": không phải là ngày có thật dạng yyyy-mm-dd`,
      `"${validTo}" is not a real yyyy-mm-dd date`,
    );
  const person = cell(row, 'person', before?.person ?? null);
  return {
    line,
    faults,
    holder: { ...{ key, issuer, kind, person, validTo }, serial: serialFrom(serial) ?? serial, organ: organ?.code ?? null },
  };
};

const twiceFaults = (readings: readonly Reading[]): readonly SheetFault[] => {
  const first = new Map<string, number>();
  return readings.flatMap(({ line, holder: { key, serial } }) => {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, line);
    return earlier === undefined
      ? []
      : [
          sheetFault(
            line,
            'serial',
            'row.duplicate',
            `Chứng thư số ${serial} đã có ở dòng ${earlier}`,
            `${serial} already stands on line ${earlier}`,
          ),
        ];
  });
};

/** A mistyped issuer never matches anything, and nobody would notice: the serial number says so. */
const issuerWarnings = (readings: readonly Reading[], met: readonly MetCertificate[]): readonly SheetFault[] => {
  const keys = new Set(met.map(({ key }) => key));
  const bySerial = Map.groupBy(met, ({ serial }) => serial);
  return readings.flatMap(({ line, holder }) => {
    const [other] = keys.has(holder.key) ? [] : (bySerial.get(holder.serial) ?? []);
    return other === undefined
      ? []
      : [
          sheetFault(
            line,
            'issuer',
            'issuer.differs',
            `Chứng thư số ${holder.serial} đã gặp trên văn bản do tổ chức khác cấp: ${other.issuer}`,
            `${holder.serial} was met with another issuer: ${other.issuer}`,
          ),
        ];
  });
};

/** Issuer and serial number are one key, however they are written this time. */
const same = (one: Holder, other: Holder): boolean =>
  (['kind', 'organ', 'person', 'validTo'] as const).every((field) => one[field] === other[field]);

/** Upsert by issuer and serial number: rows not named stay, columns not named keep what they hold; all rows are checked. */
export const readHolderSheet = (
  bytes: Uint8Array,
  {
    directory,
    listed,
    met,
  }: { readonly directory: Directory; readonly listed: readonly Holder[]; readonly met: readonly MetCertificate[] },
): HolderSheet => {
  const sheet = readSheet<Column>(bytes, columns, ['serial', 'issuer', 'holderKind']);
  const known = new Map(listed.map((holder) => [holder.key, holder]));
  const readings = sheet.rows.map((row) => readHolder(row, directory, known));
  const errors = [...sheet.faults, ...readings.flatMap(({ faults }) => faults), ...twiceFaults(readings)];
  const holders = readings.map(({ holder }) => holder);
  const isSame = (holder: Holder): boolean => {
    const before = known.get(holder.key);
    return before !== undefined && same(holder, before);
  };
  return {
    added: holders.filter(({ key }) => !known.has(key)),
    changed: holders.filter((holder) => known.has(holder.key) && !isSame(holder)),
    unchanged: holders.filter(isSame).length,
    errors: errors.sort((a, b) => a.line - b.line),
    warnings: issuerWarnings(readings, met),
  };
};
