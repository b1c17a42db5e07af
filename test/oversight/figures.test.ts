import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodFor } from '../../src/oversight/period.ts';
import { complianceRows, levelTotals, totalOf } from '../../src/oversight/report/figures.ts';
import type { ComplianceRow, Figures } from '../../src/oversight/report/row.ts';
import type { FigureSum } from '../../src/records/figure.ts';
import { type Directory, levels, type OrganKind, organKinds } from '../../src/records/organ.ts';
import type { PaperMonth } from '../../src/records/paper.ts';
import { declared, directoryOf, organ, sumsOf } from '../support/directory.ts';

const rowsFor = (
  directory: Directory,
  sums: readonly FigureSum[],
  declarations: readonly PaperMonth[],
  id = '2026-11',
  kind: OrganKind | 'all' = 'administrative',
): readonly ComplianceRow[] => {
  const period = periodFor(id);
  return complianceRows({ directory, sums, declarations, period, months: period.months.map(periodFor), kind });
};

const only = (rows: readonly ComplianceRow[]): ComplianceRow => {
  expect(rows).toHaveLength(1);
  return rows[0] as ComplianceRow;
};

describe('a row (contract §6)', () => {
  it('holds T, E1, E2, P, O, the difference and both shares', () => {
    const row = only(
      rowsFor(
        directoryOf(organ('H99.01')),
        sumsOf('H99.01', {
          'electronic-only': 90,
          'electronic-with-paper': 4,
          'signed-valid': 80,
          'signed-revocation-unknown': 10,
          'turns-sent': 300,
          'turns-received': 20,
        }),
        [declared('H99.01', '2026-11', [100, 2, 1])],
      ),
    );
    expect(row).toMatchObject({ issued: 100, electronicOnly: 90, electronicWithPaper: 4, otherElectronic: 1, paperOnly: 2, difference: 3 });
    expect(row.share).toBe(95 / 100);
    expect(row.strictShare).toBe(91 / 100);
    expect(row).toMatchObject({ signed: 90, signedRevocationUnknown: 10, signedShare: 90 / 94, turnsSent: 300, turnsReceived: 20 });
    expect(row.notes).toEqual(['01 VB điện tử gửi qua hệ thống khác']);
  });

  it('is zeros without traffic, and null where nothing was declared', () => {
    const row = only(rowsFor(directoryOf(organ('H99.01')), [], []));
    expect(row).toMatchObject({ declared: false, electronicOnly: 0, electronicWithPaper: 0, signed: 0, turnsSent: 0, turnsReceived: 0 });
    expect(row).toMatchObject({ issued: null, paperOnly: null, otherElectronic: null, difference: null, share: null, strictShare: null });
    expect(row).toMatchObject({ signedShare: null, notes: ['Chưa khai báo'] });
  });

  it('has no share but a question where more went electronically than was declared', () => {
    const row = only(
      rowsFor(directoryOf(organ('H99.01')), sumsOf('H99.01', { 'electronic-only': 30 }), [declared('H99.01', '2026-11', [27, 0, 0])]),
    );
    expect(row).toMatchObject({ declared: true, share: null, strictShare: null, difference: -3 });
    expect(row.notes[0]).toContain('Đề nghị giải trình: 30 VB điện tử nhiều hơn 27');
  });

  it('asks about a negative difference but keeps the share', () => {
    const row = only(
      rowsFor(directoryOf(organ('H99.01')), sumsOf('H99.01', { 'electronic-only': 25 }), [declared('H99.01', '2026-11', [27, 5, 0])]),
    );
    expect(row).toMatchObject({ share: 25 / 27, difference: -3 });
    expect(row.notes[0]).toBe('Đề nghị giải trình: chênh lệch âm (−3)');
  });

  it('remarks what was found, returned, recalled, unclear and late', () => {
    const row = only(
      rowsFor(
        directoryOf(organ('H99.01')),
        sumsOf('H99.01', {
          'electronic-with-paper': 12,
          'paper-unclear': 2,
          'verdict:unsigned/no-signature': 1,
          'verdict:undetermined/expired': 1,
          'verdict:strange/new': 1,
          returned: 3,
          recalled: 1,
          'late:2026-11': 2,
          'late:BC2026-12': 7,
        }),
        [declared('H99.01', '2026-11', [12, 0, 0])],
      ),
    );
    expect(row.notes).toEqual([
      '01 VB chưa ký số',
      '01 VB ký bằng chứng thư số đã hết hạn',
      '01 VB có kết quả kiểm tra chữ ký số khác',
      '02 VB không rõ có kèm bản giấy hay không',
      '03 VB bị trả lại',
      '01 VB đã thu hồi',
      '02 VB bổ sung kỳ trước',
    ]);
  });
});

describe('which rows there are (contract §6)', () => {
  it('are the members valid on a day of the period, administrative unless asked otherwise, by level then code', () => {
    const directory = directoryOf(
      organ('H99.20', { level: 'commune' }),
      organ('H99.02'),
      organ('H99.01', { validTo: '2026-11-01' }),
      organ('G01', { level: 'central' }),
      organ('H99.03', { validTo: '2026-10-31' }),
      organ('H99.04', { validFrom: '2026-12-01' }),
      organ('H88.01', { member: false }),
      organ('H99.05', { kind: 'public-service' }),
    );
    expect(rowsFor(directory, [], []).map((row) => row.organ)).toEqual(['G01', 'H99.01', 'H99.02', 'H99.20']);
    expect(rowsFor(directory, [], [], '2026-11', 'public-service').map((row) => row.organ)).toEqual(['H99.05']);
    expect(rowsFor(directory, [], [], '2026-11', 'all')).toHaveLength(5);
  });

  it('fold statisticsAs in, along the chain, and figures under earlier codes too', () => {
    const directory = directoryOf(
      organ('H99.01', { oldCodes: ['000.00.01.H99'] }),
      organ('H99.02', { statisticsAs: 'H99.03' }),
      organ('H99.03', { statisticsAs: '000.00.01.H99', kind: 'public-service' }),
    );
    const sums = ['H99.01', 'H99.02', 'H99.03', '000.00.01.H99'].flatMap((code) => sumsOf(code, { 'electronic-only': 1 }));
    const row = only(rowsFor(directory, sums, [declared('000.00.01.H99', '2026-11', [4, 0, 0])], '2026-11', 'all'));
    expect(row).toMatchObject({ organ: 'H99.01', electronicOnly: 4, issued: 4, share: 1 });
  });

  it('keep an organ whose statisticsAs leads nowhere', () => {
    const directory = directoryOf(
      organ('H99.01', { statisticsAs: 'H88.01' }),
      organ('H88.01', { member: false }),
      organ('H99.02', { statisticsAs: 'H99.03' }),
      organ('H99.03', { statisticsAs: 'H99.02' }),
      organ('H99.04', { statisticsAs: 'H77' }),
    );
    expect(rowsFor(directory, [], []).map((row) => row.organ)).toEqual(['H99.01', 'H99.02', 'H99.03', 'H99.04']);
  });

  it('add a folded organ’s own declaration; the row is declared by its own organ', () => {
    const directory = directoryOf(organ('H99.01'), organ('H99.02', { statisticsAs: 'H99.01' }));
    const both = [declared('H99.01', '2026-11', [10, 1, 0]), declared('H99.02', '2026-11', [5, 0, 1])];
    expect(only(rowsFor(directory, [], both))).toMatchObject({ declared: true, issued: 15, paperOnly: 1, otherElectronic: 1 });
    expect(only(rowsFor(directory, [], both.slice(1)))).toMatchObject({ declared: false, issued: null });
  });
});

describe('longer periods (contract §6)', () => {
  const months = ['2026-10', '2026-11', '2026-12'].map((month) => declared('H99.01', month, [10, 1, 0]));

  it('add the declared months of the same manner and are declared only when all are', () => {
    const directory = directoryOf(organ('H99.01'));
    expect(only(rowsFor(directory, [], months, '2026-Q4'))).toMatchObject({ declared: true, issued: 30, paperOnly: 3 });
    expect(only(rowsFor(directory, [], months.slice(1), '2026-Q4'))).toMatchObject({ declared: false, issued: null });
    expect(only(rowsFor(directory, [], months, 'BC2026-Q4'))).toMatchObject({ declared: false });
    expect(only(rowsFor(directory, [], months, 'BC2026-11'))).toMatchObject({ declared: false });
  });

  it('want no declaration of a month in which the organ did not exist', () => {
    const directory = directoryOf(organ('H99.01', { validFrom: '2026-11-10' }));
    expect(only(rowsFor(directory, [], months.slice(1), '2026-Q4'))).toMatchObject({ declared: true, issued: 20 });
  });
});

/** Any directory with folds and kinds, any traffic, any declarations. */
const worlds = fc
  .array(
    fc.record({
      level: fc.constantFrom(...levels),
      kind: fc.constantFrom(...organKinds),
      fold: fc.option(fc.nat(11), { nil: null, freq: 4 }),
      member: fc.boolean(),
      counts: fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(90), fc.nat(90)),
      paper: fc.option(fc.tuple(fc.nat(150), fc.nat(50), fc.nat(50)), { nil: null }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((seeds) => {
    const code = (index: number): string => `H99.${String(index).padStart(2, '0')}`;
    return {
      directory: directoryOf(
        ...seeds.map((seed, index) => {
          const { level, kind, member } = seed;
          return organ(code(index), { level, kind, member, statisticsAs: seed.fold === null ? null : code(seed.fold) });
        }),
      ),
      sums: seeds.flatMap(({ counts: [only, paper, valid, unknown, sent, received], member }, index) =>
        member
          ? sumsOf(code(index), {
              'electronic-only': only,
              'electronic-with-paper': paper,
              'signed-valid': valid,
              'signed-revocation-unknown': unknown,
              'turns-sent': sent,
              'turns-received': received,
            })
          : [],
      ),
      declarations: seeds.flatMap(({ paper }, index) => (paper === null ? [] : [declared(code(index), '2026-11', paper)])),
    };
  });

const sum = (rows: readonly Figures[], figure: keyof Figures): number => rows.reduce((all, row) => all + (row[figure] ?? 0), 0);

describe('levels and total (contract §6)', () => {
  const additive = [
    'issued',
    'electronicOnly',
    'electronicWithPaper',
    'otherElectronic',
    'paperOnly',
    'difference',
    'signed',
    'signedRevocationUnknown',
    'turnsSent',
    'turnsReceived',
  ] as const;

  it('are the sums of the rows, and the levels sum to the total', () => {
    fc.assert(
      fc.property(worlds, ({ directory, sums, declarations }) => {
        const rows = rowsFor(directory, sums, declarations, '2026-11', 'all');
        const total = totalOf(rows);
        const parts = levelTotals(rows);
        for (const figure of additive) {
          expect(total[figure]).toBe(sum(rows, figure));
          expect(sum(parts, figure)).toBe(total[figure]);
        }
        expect(parts.reduce((all, level) => all + level.organs, 0)).toBe(rows.length);
        expect(parts.reduce((all, level) => all + level.declaredOrgans, 0)).toBe(rows.filter((row) => row.declared).length);
      }),
    );
  });

  it('lose no traffic of a member, however the folds run', () => {
    fc.assert(
      fc.property(worlds, ({ directory, sums, declarations }) => {
        const total = totalOf(rowsFor(directory, sums, declarations, '2026-11', 'all'));
        const traffic = sums.filter((each) => each.figure === 'turns-sent').reduce((all, each) => all + each.value, 0);
        expect(total.turnsSent).toBe(traffic);
      }),
    );
  });

  it('take shares from the sums over rows that have a share, between 0 and 1', () => {
    fc.assert(
      fc.property(worlds, ({ directory, sums, declarations }) => {
        const rows = rowsFor(directory, sums, declarations, '2026-11', 'all');
        const shared = rows.filter((row) => row.share !== null);
        const numerator = sum(shared, 'electronicOnly') + sum(shared, 'electronicWithPaper') + sum(shared, 'otherElectronic');
        const total = totalOf(rows);
        expect(total.share).toBe(shared.length === 0 ? null : numerator / sum(shared, 'issued'));
        for (const { share, strictShare, declared: said, issued, difference, ...row } of rows) {
          expect(share === null).toBe(strictShare === null);
          if (share !== null) expect(share).toBeGreaterThanOrEqual(strictShare ?? 2);
          if (share !== null) expect(share).toBeLessThanOrEqual(1);
          if (said)
            expect((issued ?? 0) - row.electronicOnly - row.electronicWithPaper - (row.paperOnly ?? 0) - (row.otherElectronic ?? 0)).toBe(
              difference,
            );
        }
      }),
    );
  });
});
