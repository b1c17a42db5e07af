/** A file of declarations (contract §6): `organ,period,issuedToAgencies,paperOnly,otherElectronic`. */
import { HubError } from '../../errors.ts';
import type { Caller } from '../../records/key.ts';
import type { Directory } from '../../records/organ.ts';
import type { PaperMonth } from '../../records/paper.ts';
import { type Declaration, monthFor } from '../paper.ts';
import { readSheet, type SheetFault, sheetFault } from './sheet.ts';

const columns = ['organ', 'period', 'issuedToAgencies', 'paperOnly', 'otherElectronic'] as const;
type Column = (typeof columns)[number];

export type PaperSheet = {
  /** As they will be stored, by `declarePaper`. */
  readonly declarations: readonly Declaration[];
  readonly months: readonly PaperMonth[];
  readonly errors: readonly SheetFault[];
};

/** `12` is a number; `12,5`, `-1` or blank are left as text for the declaration's own check to refuse. */
const numberFrom = (text: string | undefined): unknown => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text);

/** `/paperOnly` and `period` are the places of a declaration; both name a column here. */
const columnAt = (at: string): string => at.replace(/^\//, '');

export const readPaperSheet = (bytes: Uint8Array, directory: Directory, caller: Caller, now: Date): PaperSheet => {
  const sheet = readSheet<Column>(bytes, columns, columns);
  const errors: SheetFault[] = [...sheet.faults];
  const months: PaperMonth[] = [];
  const declarations: Declaration[] = [];
  const lines = new Map<string, number>();
  for (const { line, cells } of sheet.rows) {
    const { organ = '', period = '', issuedToAgencies, paperOnly, otherElectronic } = cells;
    const numbers = {
      issuedToAgencies: numberFrom(issuedToAgencies),
      paperOnly: numberFrom(paperOnly),
      otherElectronic: numberFrom(otherElectronic),
    };
    try {
      const month = monthFor(directory, caller, { organ, period, numbers }, now);
      const earlier = lines.get(`${month.organ} ${month.period}`);
      if (earlier !== undefined) {
        const [vi, en] = [`${organ} kỳ ${period} đã có ở dòng ${earlier}`, `${organ} ${period} already stands on line ${earlier}`];
        errors.push(sheetFault(line, 'organ', 'row.duplicate', vi, en));
      }
      lines.set(`${month.organ} ${month.period}`, line);
      months.push(month);
      declarations.push({ organ, period, numbers });
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      errors.push(...error.faults.map(({ code, at, vi, en }) => sheetFault(line, columnAt(at), code, vi, en)));
    }
  }
  return { declarations, months, errors: errors.sort((a, b) => a.line - b.line) };
};
