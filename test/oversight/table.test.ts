import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Compliance } from '../../src/oversight/compliance.ts';
import { dayOfInstant, grouped, percent, roman } from '../../src/oversight/numerals.ts';
import { periodFor } from '../../src/oversight/period.ts';
import { complianceCsv } from '../../src/oversight/report/csv.ts';
import { complianceRows, levelTotals, totalOf } from '../../src/oversight/report/figures.ts';
import { complianceTable } from '../../src/oversight/report/table.ts';
import type { FigureName } from '../../src/records/figure.ts';
import type { Organ } from '../../src/records/organ.ts';
import { declared, directoryOf, organ, sumsOf } from '../support/directory.ts';

type Line = readonly [
  changes: Pick<Organ, 'code' | 'name' | 'level'>,
  figures: Partial<Record<FigureName, number>>,
  paper: readonly [number, number, number] | null,
];

const reportOf = (lines: readonly Line[], changes: Partial<Compliance> = {}): Compliance => {
  const period = periodFor('2026-11');
  const rows = complianceRows({
    directory: directoryOf(...lines.map(([{ code, name, level }]) => organ(code, { name, level }))),
    sums: lines.flatMap(([{ code }, figures]) => sumsOf(code, figures)),
    declarations: lines.flatMap(([{ code }, , paper]) => (paper === null ? [] : [declared(code, '2026-11', paper)])),
    period,
    months: [period],
    kind: 'administrative',
  });
  return {
    period: period.id,
    from: period.from,
    to: period.to,
    kind: 'administrative',
    computedAt: '2026-11-20T09:30:12.345Z',
    ended: false,
    rows,
    levels: levelTotals(rows),
    total: totalOf(rows),
    coverage: { activeOrgans: 4, organs: 4, activeShare: 1, connectedSystems: 2, systems: 3, connectedShare: 2 / 3 },
    ...changes,
  };
};

const facts = { name: 'Tỉnh Mẫu', notice: 'DỮ LIỆU MÔ PHỎNG', target: 0.97 };

/** The figures of the sample that the officials gave. */
const sample: readonly Line[] = [
  [
    { code: 'H99.01', name: 'Sở Nội vụ', level: 'province' },
    { 'electronic-only': 71, 'electronic-with-paper': 1, 'signed-valid': 70, 'signed-revocation-unknown': 2, 'turns-sent': 726 },
    [73, 1, 0],
  ],
  [
    { code: 'H99.02', name: 'Sở Xây dựng', level: 'province' },
    { 'electronic-only': 26, 'signed-valid': 25, 'verdict:undetermined/expired': 1, 'turns-sent': 1158 },
    [27, 1, 0],
  ],
  [
    { code: 'H99.21', name: 'UBND xã Tân Lập', level: 'commune' },
    { 'electronic-only': 39, 'signed-valid': 39, 'turns-sent': 50 },
    [40, 1, 0],
  ],
  [
    { code: 'H99.22', name: 'UBND xã Phú Hòa', level: 'commune' },
    { 'electronic-only': 14, 'signed-valid': 13, 'verdict:unsigned/no-signature': 1, 'turns-sent': 37 },
    null,
  ],
];

describe('the table that officials read', () => {
  const table = complianceTable(reportOf(sample), facts);
  const printed = table.rows.map((row) => row.cells.join(' | '));

  it('has its title, whose it is, what is left out, and the cut-off time in GMT+7', () => {
    expect(table.title).toBe('BẢNG TỔNG HỢP GỬI, NHẬN VĂN BẢN ĐIỆN TỬ – THÁNG 11 NĂM 2026');
    expect(table.lines[0]).toBe('Tỉnh Mẫu – DỮ LIỆU MÔ PHỎNG. Không bao gồm văn bản mật. Số liệu đến 16 giờ 30 ngày 20/11/2026 (GMT+7)');
    expect(table.lines[1]).toBe('Từ ngày 01/11/2026 đến ngày 30/11/2026 (kỳ chưa kết thúc, số liệu tạm tính)');
    expect(table.lines[2]).toBe('Cơ quan có gửi, nhận trong kỳ: 4/4. Hệ thống đã kết nối: 2/3');
  });

  it('has the twelve columns in order, the ninth with the count that waits for revocation data', () => {
    expect(table.header).toEqual([
      'STT',
      'Cơ quan, đơn vị',
      'VB gửi CQNN',
      'Điện tử, không kèm giấy',
      'Điện tử, kèm giấy',
      'Chỉ giấy',
      'Chênh lệch',
      'Tỷ lệ điện tử (%)',
      'VB có chữ ký số toàn vẹn/VB điện tử (trong đó 02 VB chưa kiểm tra được thu hồi)',
      'Tỷ lệ ký số (%)',
      'Lượt gửi',
      'Ghi chú',
    ]);
    for (const row of table.rows) expect(row.cells).toHaveLength(table.header.length);
  });

  it('prints levels with Roman numerals, organs numbered on, and what was not declared', () => {
    expect(printed).toEqual([
      'I | Cấp tỉnh | 100 | 97 | 1 | 2 | 0 | 98,0 | 97/98 | 99,0 | 1.884 | ',
      '1 | Sở Nội vụ | 73 | 71 | 1 | 1 | 0 | 98,6 | 72/72 | 100,0 | 726 | ',
      '2 | Sở Xây dựng | 27 | 26 | 0 | 1 | 0 | 96,3 | 25/26 | 96,2 | 1.158 | 01 VB ký bằng chứng thư số đã hết hạn',
      'II | Cấp xã (1/2 đã khai báo) | 40 | 53 | 0 | 1 | 0 | 97,5 | 52/53 | 98,1 | 87 | ',
      '3 | UBND xã Tân Lập | 40 | 39 | 0 | 1 | 0 | 97,5 | 39/39 | 100,0 | 50 | ',
      '4 | UBND xã Phú Hòa | chưa khai báo | 14 (trục ghi nhận) | 0 | – | – | – | 13/14 | 92,9 | 37 | Chưa khai báo; 01 VB chưa ký số',
      ' | Toàn tỉnh (3/4 đã khai báo) | 140 | 150 | 1 | 3 | 0 | 97,9 | 149/151 | 98,7 | 1.971 | Mục tiêu 97,0 – ĐẠT TẠM TÍNH',
    ]);
  });

  it('says in every sum what went electronically by another road: it has no column of its own', () => {
    const [office] = sample;
    if (office === undefined) throw new Error('the sample has lines');
    const { rows } = complianceTable(reportOf([[office[0], office[1], [76, 1, 3]]]), facts);
    expect(rows.map((row) => row.cells.at(-1))).toEqual([
      '03 VB điện tử gửi qua hệ thống khác',
      '03 VB điện tử gửi qua hệ thống khác',
      'Mục tiêu 97,0 – ĐẠT TẠM TÍNH; 03 VB điện tử gửi qua hệ thống khác',
    ]);
  });

  it('is final only when the period is over and everyone has declared', () => {
    const whole = sample.slice(0, 3);
    const target = (lines: readonly Line[], ended: boolean, aim = 0.97) =>
      complianceTable(reportOf(lines, { ended }), { ...facts, target: aim }).target;
    expect(target(whole, true)).toBe('Mục tiêu 97,0 – ĐẠT');
    expect(target(whole, true, 0.99)).toBe('Mục tiêu 99,0 – CHƯA ĐẠT');
    expect(target(sample, true)).toBe('Mục tiêu 97,0 – ĐẠT TẠM TÍNH');
    expect(target(whole, false, 0.99)).toBe('Mục tiêu 99,0 – CHƯA ĐẠT (TẠM TÍNH)');
    expect(target([sample[3] as Line], true)).toBe('Mục tiêu 97,0 – CHƯA ĐỦ SỐ LIỆU');
  });

  it('shows an agency its own rows without levels and total', () => {
    const own = complianceTable(reportOf(sample.slice(1, 2), { levels: null, total: null, coverage: null }), facts);
    expect(own.rows.map((row) => row.kind)).toEqual(['organ']);
    expect(own.target).toBeNull();
  });

  it('prints a dash for a level where nobody has declared', () => {
    const lines = complianceTable(reportOf([sample[3] as Line]), facts).rows;
    expect(lines[0]?.cells.slice(0, 8)).toEqual(['I', 'Cấp xã (0/1 đã khai báo)', '–', '14', '0', '–', '–', '–']);
  });
});

describe('numbers as official papers write them', () => {
  it('groups thousands by dots and writes a true minus', () => {
    expect([0, 7, 1058, 2568409, -12345].map(grouped)).toEqual(['0', '7', '1.058', '2.568.409', '−12.345']);
  });

  it('writes shares with a decimal comma and never rounds up over a target or to a hundred', () => {
    expect([0, 0.963, 0.9706, 1].map((share) => percent(share))).toEqual(['0,0', '96,3', '97,1', '100,0']);
    expect(percent(0.9996)).toBe('99,9');
    expect(percent(0.96996, [0.97])).toBe('96,9');
    expect(percent(0.97, [0.97])).toBe('97,0');
  });

  it('tells the Vietnamese day, not that of UTC', () => {
    expect(dayOfInstant('2026-11-19T17:00:00.000Z')).toBe('20/11/2026');
    expect([1, 4, 9, 10, 14].map(roman)).toEqual(['I', 'IV', 'IX', 'X', 'XIV']);
  });
});

describe('the report as CSV', () => {
  const report = reportOf([
    ...sample.slice(0, 1),
    [{ code: 'H99.09', name: '=HYPERLINK("http://x","Sở")', level: 'province' }, { 'electronic-only': 5 }, [4, 0, 0]],
  ]);
  const text = complianceCsv(report);

  it('is UTF-8 with a BOM, CRLF, and the names of the API', () => {
    expect(text.startsWith('\uFEFFperiod,organ,name,level,kind,declared,issued,electronicOnly,')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('gives back the rows, empty for null', () => {
    const [first, second] = parse(text, { columns: true, bom: true }) as Record<string, string>[];
    expect(first).toMatchObject({ period: '2026-11', organ: 'H99.01', issued: '73', share: String(72 / 73), declared: 'true', notes: '' });
    expect(second).toMatchObject({ issued: '4', share: '', difference: '-1' });
  });

  it('neutralises what a spreadsheet would run, but leaves numbers alone', () => {
    const [, row] = parse(text, { columns: true, bom: true }) as Record<string, string>[];
    expect(row?.name).toBe('\'=HYPERLINK("http://x","Sở")');
    expect(row?.difference).toBe('-1');
  });
});
