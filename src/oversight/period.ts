/**
 * Reporting periods (contract §6), in two manners: calendar (`2026-11`) and administrative (`BC2026-11`,
 * NĐ 09/2019/NĐ-CP art. 12: from the 15th of the month before to the 14th). Quarters `2026-Q1`,
 * half-years `2026-H1` and years `2026` are made of the months of their manner; an administrative year
 * therefore runs from 15 December to 14 December.
 */
import { failure } from '../errors.ts';

export type Span = 'month' | 'quarter' | 'half-year' | 'year';

export type Period = {
  /** `2026-11`, `2026-Q4`, `2026-H2`, `2026`, each also with `BC` before it. */
  readonly id: string;
  readonly manner: 'calendar' | 'administrative';
  readonly span: Span;
  /** Vietnamese days, `yyyy-mm-dd`, both inclusive. */
  readonly from: string;
  readonly to: string;
  /** Ids of the months it is made of; of a month, its own. */
  readonly months: readonly string[];
};

const monthsIn: Readonly<Record<Span, number>> = { month: 1, quarter: 3, 'half-year': 6, year: 12 };
const shape = /^(BC)?(20\d{2})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?$/;

const two = (value: number): string => String(value).padStart(2, '0');

/** The day as `yyyy-mm-dd`; `day` 0 is the last of the month before, `month` counts from 1. */
const dayOf = (year: number, month: number, day: number): string => new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

const suffixFor = (span: Span, place: number): string => {
  switch (span) {
    case 'month':
      return `-${two(place)}`;
    case 'quarter':
      return `-Q${place}`;
    case 'half-year':
      return `-H${place}`;
    case 'year':
      return '';
  }
};

/** `place` counts from 1 within the year: month 1–12, quarter 1–4, half-year 1–2, year 1. */
const build = (manner: Period['manner'], year: number, span: Span, place: number): Period => {
  const mark = manner === 'administrative' ? 'BC' : '';
  const length = monthsIn[span];
  const first = (place - 1) * length + 1;
  const last = first + length - 1;
  return {
    id: `${mark}${year}${suffixFor(span, place)}`,
    manner,
    span,
    from: manner === 'administrative' ? dayOf(year, first - 1, 15) : dayOf(year, first, 1),
    to: manner === 'administrative' ? dayOf(year, last, 14) : dayOf(year, last + 1, 0),
    months: Array.from({ length }, (_, index) => `${mark}${year}-${two(first + index)}`),
  };
};

const partsOf = (id: string): { manner: Period['manner']; year: number; span: Span; place: number } | null => {
  const found = shape.exec(id);
  if (found === null) return null;
  const [, mark, year, month, quarter, half] = found;
  const manner = mark === 'BC' ? 'administrative' : 'calendar';
  const [span, place]: [Span, string] =
    month !== undefined
      ? ['month', month]
      : quarter !== undefined
        ? ['quarter', quarter]
        : half !== undefined
          ? ['half-year', half]
          : ['year', '1'];
  return { manner, year: Number(year), span, place: Number(place) };
};

/** The period of an id; `request.invalid` for any other text. Years 2000–2099. */
export const periodFor = (id: string): Period => {
  const parts = partsOf(id);
  if (parts !== null) return build(parts.manner, parts.year, parts.span, parts.place);
  throw failure('request.invalid', '/period', {
    vi: `Kỳ báo cáo "${id}" không đúng; ví dụ: 2026-11, BC2026-11, 2026-Q4, 2026-H2, 2026`,
    en: `"${id}" is not a period; examples: 2026-11, BC2026-11, 2026-Q4, 2026-H2, 2026`,
  });
};

const shifted = (period: Period, by: number): Period => {
  const { manner, year, span, place } = partsOf(period.id) ?? { manner: period.manner, year: 2000, span: period.span, place: 1 };
  const inYear = 12 / monthsIn[span];
  const at = year * inYear + (place - 1) + by;
  return build(manner, Math.floor(at / inYear), span, (at % inYear) + 1);
};

/** The period of the same manner and span that begins the day after this one ends. */
export const nextPeriod = (period: Period): Period => shifted(period, 1);
export const previousPeriod = (period: Period): Period => shifted(period, -1);

/** The month, in one manner, that a Vietnamese day (`yyyy-mm-dd`) belongs to. */
export const monthHolding = (day: string, manner: Period['manner']): Period => {
  const month = build(manner, Number(day.slice(0, 4)), 'month', Number(day.slice(5, 7)));
  return day > month.to ? nextPeriod(month) : month;
};

/** All eight periods that a day belongs to: four spans in both manners. */
const periodsHolding = (day: string): readonly Period[] =>
  (['calendar', 'administrative'] as const).flatMap((manner) => {
    const month = partsOf(monthHolding(day, manner).id);
    if (month === null) return [];
    return (Object.keys(monthsIn) as Span[]).map((span) => build(manner, month.year, span, Math.ceil(month.place / monthsIn[span])));
  });

/**
 * The figures by which a document promulgated on one day and accepted on another is shown as "bổ sung
 * kỳ trước": one for every period that holds the first day and had ended before the second. The same
 * document can be late for its calendar month and in time for its administrative one.
 */
export const lateFiguresFor = (promulgatedOn: string, acceptedOn: string): readonly `late:${string}`[] =>
  periodsHolding(promulgatedOn)
    .filter((period) => period.to < acceptedOn)
    .map((period) => `late:${period.id}` as const);

/** Names of periods as a report's title has them, in capitals. */
export const periodTitle = (period: Period): string => {
  const parts = partsOf(period.id);
  const place = parts?.place ?? 1;
  const year = parts?.year ?? 2000;
  const names: Readonly<Record<Span, string>> = {
    month: `THÁNG ${two(place)} NĂM ${year}`,
    quarter: `QUÝ ${['I', 'II', 'III', 'IV'][place - 1]} NĂM ${year}`,
    'half-year': `6 THÁNG ${place === 1 ? 'ĐẦU' : 'CUỐI'} NĂM ${year}`,
    year: `NĂM ${year}`,
  };
  return period.manner === 'administrative' ? `KỲ BÁO CÁO ${names[period.span]}` : names[period.span];
};
