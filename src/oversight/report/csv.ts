/** The report's rows as CSV for other programs: names of the API, decimal points, shares 0–1. */
import { stringify } from 'csv-stringify/sync';
import type { Compliance } from '../compliance.ts';
import type { ComplianceRow } from './row.ts';

const columns = [
  'organ',
  'name',
  'level',
  'kind',
  'declared',
  'issued',
  'electronicOnly',
  'electronicWithPaper',
  'otherElectronic',
  'paperOnly',
  'difference',
  'share',
  'strictShare',
  'signed',
  'signedRevocationUnknown',
  'signedShare',
  'turnsSent',
  'turnsReceived',
  'notes',
] as const satisfies readonly (keyof ComplianceRow)[];

/** A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const cell = (value: ComplianceRow[keyof ComplianceRow]): string => {
  if (value === null) return '';
  if (typeof value === 'string') return harmless(value);
  return Array.isArray(value) ? harmless(value.join('; ')) : String(value);
};

/** UTF-8 with BOM and CRLF, one line an organ; levels and total are left to whoever adds them up. */
export const complianceCsv = (compliance: Compliance): string =>
  stringify(
    compliance.rows.map((row) => [compliance.period, ...columns.map((column) => cell(row[column]))]),
    { header: true, columns: ['period', ...columns], bom: true, record_delimiter: '\r\n' },
  );
