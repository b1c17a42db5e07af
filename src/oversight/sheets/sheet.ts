/** The text of an import file as cells with their places: RFC 4180, UTF-8 with or without BOM (contract §1). */
import { CsvError, parse } from 'csv-parse/sync';
import { normalText } from '../../envelope/text.ts';

/** A fault of the file: `line` counts from 1 and is where the row begins; `column` is the header's word, '' for the whole line. */
export type SheetFault = {
  readonly line: number;
  readonly column: string;
  readonly code: string;
  readonly vi: string;
  readonly en: string;
};

export const sheetFault = (line: number, column: string, code: string, vi: string, en: string): SheetFault => ({
  line,
  column,
  code,
  vi,
  en,
});

export type SheetRow<Column extends string> = {
  readonly line: number;
  /** NFC, trimmed, without invisible characters; a column the file does not have is absent. */
  readonly cells: Readonly<Partial<Record<Column, string>>>;
};

export type Sheet<Column extends string> = { readonly rows: readonly SheetRow<Column>[]; readonly faults: readonly SheetFault[] };

type Raw = { readonly line: number; readonly cells: readonly string[] };

const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** Every record with the line it begins on; a quoted cell may run over several. */
const rawRows = (text: string): readonly Raw[] => {
  let begins = 1;
  const records = parse(text, { info: true, relax_column_count: true, skip_empty_lines: false }) as unknown as readonly {
    readonly record: readonly string[];
    readonly info: { readonly lines: number };
  }[];
  return records.flatMap(({ record, info }): readonly Raw[] => {
    const line = begins;
    begins = info.lines + 1;
    const cells = record.map(normalText);
    return cells.every((cell) => cell === '') ? [] : [{ line, cells }];
  });
};

const headerFaults = <Column extends string>(header: Raw, known: readonly Column[], required: readonly Column[]): readonly SheetFault[] => {
  const at = (column: string, code: string, vi: string, en: string): SheetFault => sheetFault(header.line, column, code, vi, en);
  const list = known.join(', ');
  return [
    ...header.cells
      .filter((word) => !known.some((one) => one === word))
      .map((word) => at(word, 'column.unknown', `Cột "${word}" không có trong: ${list}`, `Column "${word}" is none of ${list}`)),
    ...header.cells
      .filter((word, index) => header.cells.indexOf(word) !== index)
      .map((word) => at(word, 'column.duplicate', `Cột "${word}" bị lặp`, `Column "${word}" stands twice`)),
    ...required
      .filter((word) => !header.cells.includes(word))
      .map((word) => at(word, 'column.missing', `Thiếu cột bắt buộc "${word}"`, `The required column "${word}" is missing`)),
  ];
};

const rowFault = (row: Raw, wanted: number): SheetFault =>
  sheetFault(
    row.line,
    '',
    'row.length',
    `Dòng có ${row.cells.length} ô, dòng tiêu đề có ${wanted}`,
    `The row has ${row.cells.length} cells, the header ${wanted}`,
  );

/** Reads the whole file; with a broken header nothing else is looked at. Columns may stand in any order. */
export const readSheet = <Column extends string>(
  bytes: Uint8Array,
  known: readonly Column[],
  required: readonly Column[],
): Sheet<Column> => {
  const text = decode(bytes);
  const broken = (line: number, vi: string, en: string): Sheet<Column> => ({
    rows: [],
    faults: [sheetFault(line, '', 'csv.malformed', vi, en)],
  });
  if (text === null) return broken(1, 'Tệp không phải là UTF-8', 'The file is not UTF-8');
  let raw: readonly Raw[];
  try {
    raw = rawRows(text);
  } catch (error) {
    const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : 1;
    return broken(line, 'Tệp CSV sai cấu trúc (dấu ngoặc kép)', error instanceof Error ? error.message : String(error));
  }
  const [header, ...rest] = raw;
  if (header === undefined) return broken(1, 'Tệp trống', 'The file is empty');
  const faults = headerFaults(header, known, required);
  if (faults.length > 0) return { rows: [], faults };
  const fits = (row: Raw): boolean => row.cells.length === header.cells.length;
  return {
    rows: rest.filter(fits).map((row) => ({
      line: row.line,
      cells: Object.fromEntries(header.cells.map((word, index) => [word, row.cells[index] ?? ''])) as SheetRow<Column>['cells'],
    })),
    faults: rest.filter((row) => !fits(row)).map((row) => rowFault(row, header.cells.length)),
  };
};

/** A real day, `yyyy-mm-dd`. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};
