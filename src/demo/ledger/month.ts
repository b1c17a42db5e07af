/** The month's table: each row as the ledger counts it, and its sums. */

import { type Declaration, expectedFigures } from '../plan/figures.ts';
import type { Check } from './check.ts';
import type { Ledger } from './ledger.ts';

/** The figures of contract §6; null where nothing was declared. */
type Figures = {
  readonly issued: number | null;
  readonly electronicOnly: number;
  readonly electronicWithPaper: number;
  readonly otherElectronic: number | null;
  readonly paperOnly: number | null;
  readonly difference: number | null;
  readonly signed: number;
  readonly turnsSent: number;
  readonly turnsReceived: number;
};
type Row = Figures & { readonly organ: string; readonly level: string; readonly declared: boolean };
type Sum = Figures & { readonly organs: number; readonly declaredOrgans: number };

/** `GET /v1/compliance/{period}` as an administrator gets it. */
export type Month = {
  readonly period: string;
  readonly rows: readonly Row[];
  readonly levels: readonly (Sum & { readonly level: string })[];
  readonly total: Sum;
};

// Counted by the hub over all rows; declared ones are sums over the rows that declared.
const counted = ['electronicOnly', 'electronicWithPaper', 'signed', 'turnsSent', 'turnsReceived'] as const;
const declaredFigures = ['issued', 'otherElectronic', 'paperOnly', 'difference'] as const;

const sum = (rows: readonly Figures[], field: keyof Figures): number => rows.reduce((total, row) => total + (row[field] ?? 0), 0);

/** A level or the total against the rows it stands for. */
const sumProblems = (title: string, rows: readonly Row[], total: Sum): readonly string[] => [
  ...[...counted, ...declaredFigures]
    .filter((field) => sum(rows, field) !== (total[field] ?? 0))
    .map((field) => `${title}: ${field} là ${total[field]}, cộng các dòng được ${sum(rows, field)}`),
  ...(total.organs === rows.length ? [] : [`${title}: ${total.organs} cơ quan, có ${rows.length} dòng`]),
  ...(total.declaredOrgans === rows.filter((row) => row.declared).length ? [] : [`${title}: số cơ quan đã khai báo không khớp`]),
];

/** One organ's row against what the ledger counts for it. */
const rowProblems = (row: Row | undefined, organ: string, expected: Partial<Record<keyof Figures, number | null>>): readonly string[] => {
  if (row === undefined) return [`${organ}: không có dòng trong bảng`];
  return Object.entries(expected)
    .filter(([field, value]) => row[field as keyof Figures] !== value)
    .map(([field, value]) => `${organ}: ${field} là ${row[field as keyof Figures]}, mong đợi ${value}`);
};

/** Rows as expected, levels and total as the sums of their rows, and no row too many. */
export const checkFigures = (ledger: Ledger, month: Month, declarations: readonly Declaration[]): Check => {
  const figures = expectedFigures(ledger.plan);
  const rows = new Map(month.rows.map((row) => [row.organ, row]));
  const problems = [
    ...figures.flatMap(({ organ, ...numbers }) => {
      const declared = declarations.find((one) => one.organ === organ);
      const paper = {
        issued: declared?.issuedToAgencies ?? null,
        paperOnly: declared?.paperOnly ?? null,
        otherElectronic: declared?.otherElectronic ?? null,
      };
      return rowProblems(rows.get(organ), organ, { ...numbers, ...paper });
    }),
    ...month.levels.flatMap((level) =>
      sumProblems(
        level.level,
        month.rows.filter((row) => row.level === level.level),
        level,
      ),
    ),
    ...sumProblems('Toàn tỉnh', month.rows, month.total),
    ...(month.rows.length === figures.length ? [] : [`bảng có ${month.rows.length} dòng, mong đợi ${figures.length}`]),
  ];
  return {
    vi: 'Bảng của tháng đúng với sổ cái, các dòng cộng đúng tổng',
    en: "the month's rows are right and sum to the totals",
    compared: month.rows.length,
    problems,
  };
};
