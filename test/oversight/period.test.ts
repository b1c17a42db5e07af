import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HubError } from '../../src/errors.ts';
import {
  lateFiguresFor,
  monthHolding,
  nextPeriod,
  type Period,
  periodFor,
  periodTitle,
  previousPeriod,
} from '../../src/oversight/period.ts';

const ids = fc
  .tuple(
    fc.constantFrom('', 'BC'),
    fc.integer({ min: 2001, max: 2098 }),
    fc.constantFrom('', ...['01', '02', '06', '11', '12'].map((month) => `-${month}`), '-Q1', '-Q2', '-Q4', '-H1', '-H2'),
  )
  .map(([mark, year, rest]) => `${mark}${year}${rest}`);

const dayAfter = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
const spanOf = ({ from, to }: Period): string => `${from}..${to}`;

describe('periods (contract §6)', () => {
  it('has calendar months, quarters, half-years and years', () => {
    expect(spanOf(periodFor('2026-11'))).toBe('2026-11-01..2026-11-30');
    expect(spanOf(periodFor('2028-02'))).toBe('2028-02-01..2028-02-29');
    expect(spanOf(periodFor('2026-Q4'))).toBe('2026-10-01..2026-12-31');
    expect(spanOf(periodFor('2026-H1'))).toBe('2026-01-01..2026-06-30');
    expect(spanOf(periodFor('2026'))).toBe('2026-01-01..2026-12-31');
  });

  it('has the administrative reporting periods of NĐ 09/2019 art. 12, from the 15th to the 14th', () => {
    expect(spanOf(periodFor('BC2026-11'))).toBe('2026-10-15..2026-11-14');
    expect(spanOf(periodFor('BC2026-01'))).toBe('2025-12-15..2026-01-14');
    expect(spanOf(periodFor('BC2026-Q1'))).toBe('2025-12-15..2026-03-14');
    expect(spanOf(periodFor('BC2026-H1'))).toBe('2025-12-15..2026-06-14');
    expect(spanOf(periodFor('BC2026'))).toBe('2025-12-15..2026-12-14');
  });

  it('is made of the months of its own manner', () => {
    expect(periodFor('BC2026-Q4').months).toEqual(['BC2026-10', 'BC2026-11', 'BC2026-12']);
    expect(periodFor('2026-11').months).toEqual(['2026-11']);
  });

  it.each(['2026-13', '2026-00', '2026-Q5', '2026-H3', 'BC', 'bc2026-11', '2026-1', '2026-11 ', '1926-11', '', '2026-11-01', 'ĐẦU2026'])(
    'refuses %j as request.invalid',
    (id) => {
      const act = () => periodFor(id);
      expect(act).toThrow(HubError);
      expect(act).toThrow(/request\.invalid/);
    },
  );

  it('has a next one that begins the day after and leads back', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const period = periodFor(id);
        const next = nextPeriod(period);
        expect(next.from).toBe(dayAfter(period.to));
        expect(previousPeriod(next)).toEqual(period);
        expect(periodFor(next.id)).toEqual(next);
      }),
    );
  });

  it('spans exactly its months', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const period = periodFor(id);
        const months = period.months.map(periodFor);
        expect(months[0]?.from).toBe(period.from);
        expect(months.at(-1)?.to).toBe(period.to);
        for (const [index, month] of months.slice(1).entries()) expect(month.from).toBe(dayAfter(months[index]?.to ?? ''));
      }),
    );
  });

  it('finds the month of a day in either manner', () => {
    expect(monthHolding('2026-11-14', 'administrative').id).toBe('BC2026-11');
    expect(monthHolding('2026-11-15', 'administrative').id).toBe('BC2026-12');
    expect(monthHolding('2026-12-15', 'administrative').id).toBe('BC2027-01');
    expect(monthHolding('2026-11-15', 'calendar').id).toBe('2026-11');
  });

  it('names every period that a document came late for, and only those', () => {
    expect(lateFiguresFor('2026-11-20', '2026-12-02')).toEqual(['late:2026-11']);
    expect(lateFiguresFor('2026-11-20', '2026-11-30')).toEqual([]);
    expect(lateFiguresFor('2026-11-10', '2026-11-16')).toEqual(['late:BC2026-11']);
    expect(lateFiguresFor('2026-12-20', '2027-01-02')).toEqual(['late:2026-12', 'late:2026-Q4', 'late:2026-H2', 'late:2026']);
  });

  it('has a title as reports print it', () => {
    expect(periodTitle(periodFor('2026-11'))).toBe('THÁNG 11 NĂM 2026');
    expect(periodTitle(periodFor('BC2026-Q3'))).toBe('KỲ BÁO CÁO QUÝ III NĂM 2026');
    expect(periodTitle(periodFor('2026-H2'))).toBe('6 THÁNG CUỐI NĂM 2026');
    expect(periodTitle(periodFor('2026'))).toBe('NĂM 2026');
  });
});
