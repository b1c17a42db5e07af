/**
 * The report as officials read it: one value of plain Vietnamese strings that the console page, the
 * command line and the demo all print, so that they cannot disagree.
 */
import type { Level, OrganKind } from '../../records/organ.ts';
import type { Compliance } from '../compliance.ts';
import { dayOfInstant, dayText, grouped, hourText, padded, percent, roman } from '../numerals.ts';
import { periodFor, periodTitle } from '../period.ts';
import type { ComplianceRow, Figures, Total } from './row.ts';

export type TableRow = {
  readonly kind: 'level' | 'organ' | 'total';
  /** One text for each column; a level or total has its title in the second cell. */
  readonly cells: readonly string[];
  /** Null for levels and the total. */
  readonly organ: string | null;
};

export type ComplianceTable = {
  readonly title: string;
  /** Under the title: whose, what is left out, as of when. */
  readonly lines: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
  /** `Mục tiêu 97,0 – ĐẠT TẠM TÍNH`; null where there is no total. */
  readonly target: string | null;
};

/** What a report says of its hub: `Hub.name`, `Hub.notice` and `Hub.target` (0–1). */
export type ReportFacts = { readonly name: string; readonly notice: string; readonly target: number };

const none = '–';

export const levelNames: Readonly<Record<Level, string>> = {
  central: 'Cấp trung ương',
  province: 'Cấp tỉnh',
  district: 'Cấp huyện',
  commune: 'Cấp xã',
};

const kindNames: Readonly<Record<OrganKind | 'all', string>> = {
  administrative: 'Cơ quan hành chính nhà nước',
  council: 'Hội đồng nhân dân',
  'public-service': 'Đơn vị sự nghiệp công lập',
  party: 'Cơ quan Đảng',
  'front-and-unions': 'Mặt trận Tổ quốc và các đoàn thể',
  vertical: 'Cơ quan ngành dọc',
  enterprise: 'Doanh nghiệp nhà nước',
  all: 'Tất cả cơ quan, đơn vị',
};

const orNone = (value: number | null): string => (value === null ? none : grouped(value));
const shareText = (share: number | null, target: number): string => (share === null ? none : percent(share, [target]));

/** `97/98`: sound signatures of electronic documents. */
const signedText = ({ signed, electronicOnly, electronicWithPaper }: Figures): string =>
  `${grouped(signed)}/${grouped(electronicOnly + electronicWithPaper)}`;

/** The columns from "Chỉ giấy" to "Lượt gửi", the same in every kind of row; nothing declared is a dash. */
const rightCells = (figures: Figures, declared: boolean, target: number): readonly string[] => [
  declared ? orNone(figures.paperOnly) : none,
  declared ? orNone(figures.difference) : none,
  shareText(figures.share, target),
  signedText(figures),
  shareText(figures.signedShare, 1),
  grouped(figures.turnsSent),
];

const organRow = (row: ComplianceRow, index: number, target: number): TableRow => ({
  kind: 'organ',
  organ: row.organ,
  cells: [
    String(index + 1),
    row.name,
    row.declared ? orNone(row.issued) : 'chưa khai báo',
    row.declared ? grouped(row.electronicOnly) : `${grouped(row.electronicOnly)} (trục ghi nhận)`,
    grouped(row.electronicWithPaper),
    ...rightCells(row, row.declared, target),
    row.notes.join('; '),
  ],
});

/** `Cấp xã (2/3 đã khai báo)`; said only where someone has not declared. */
const sumTitle = (name: string, { declaredOrgans, organs }: Total): string =>
  declaredOrgans === organs ? name : `${name} (${grouped(declaredOrgans)}/${grouped(organs)} đã khai báo)`;

/** What has no column of its own, or T less the columns would not give the difference. */
const otherRoad = ({ otherElectronic }: Total): readonly string[] =>
  (otherElectronic ?? 0) > 0 ? [`${padded(otherElectronic ?? 0)} VB điện tử gửi qua hệ thống khác`] : [];

const sumRow = (kind: 'level' | 'total', number: string, name: string, sum: Total, note: readonly string[], target: number): TableRow => ({
  kind,
  organ: null,
  cells: [
    number,
    sumTitle(name, sum),
    sum.declaredOrgans === 0 ? none : orNone(sum.issued),
    grouped(sum.electronicOnly),
    grouped(sum.electronicWithPaper),
    ...rightCells(sum, sum.declaredOrgans > 0, target),
    [...note, ...otherRoad(sum)].join('; '),
  ],
});

/** Whom the hub serves decides what "all of it" is called. */
const wholeName = (name: string): string => {
  const folded = name.trim().toLocaleLowerCase('vi');
  if (folded.startsWith('tỉnh')) return 'Toàn tỉnh';
  if (folded.startsWith('thành phố') || folded.startsWith('tp')) return 'Toàn thành phố';
  if (folded.startsWith('bộ')) return 'Toàn Bộ';
  return 'Tổng cộng';
};

/**
 * The share is held against the target unrounded. While the period runs, or someone has not declared or
 * owes an explanation, the result is provisional ("tạm tính").
 */
const targetText = (compliance: Compliance, total: Total, target: number): string => {
  const aim = `Mục tiêu ${percent(target)}`;
  if (total.share === null) return `${aim} – CHƯA ĐỦ SỐ LIỆU`;
  const settled = compliance.ended && compliance.rows.every((row) => row.declared && (row.share !== null || row.issued === 0));
  const reached = total.share >= target;
  if (settled) return `${aim} – ${reached ? 'ĐẠT' : 'CHƯA ĐẠT'}`;
  return `${aim} – ${reached ? 'ĐẠT TẠM TÍNH' : 'CHƯA ĐẠT (TẠM TÍNH)'}`;
};

const linesFor = (compliance: Compliance, facts: ReportFacts): readonly string[] => {
  const { coverage, computedAt, kind } = compliance;
  const whose = [facts.name, facts.notice].filter((text) => text.trim() !== '').join(' – ');
  const asOf = `Số liệu đến ${hourText(computedAt)} ngày ${dayOfInstant(computedAt)} (GMT+7)`;
  const head = `${whose === '' ? '' : `${whose}. `}Không bao gồm văn bản mật. ${asOf}`;
  const span = `Từ ngày ${dayText(compliance.from)} đến ngày ${dayText(compliance.to)}${compliance.ended ? '' : ' (kỳ chưa kết thúc, số liệu tạm tính)'}`;
  const scope = kind === 'administrative' ? '' : `. Phạm vi: ${kindNames[kind]}`;
  const taking =
    coverage === null
      ? []
      : [
          `Cơ quan có gửi, nhận trong kỳ: ${grouped(coverage.activeOrgans)}/${grouped(coverage.organs)}. Hệ thống đã kết nối: ${grouped(coverage.connectedSystems)}/${grouped(coverage.systems)}`,
        ];
  return [head, `${span}${scope}`, ...taking];
};

/** The twelve columns; the ninth says how many sound signatures still wait for revocation data. */
const headerFor = (unknown: number): readonly string[] => [
  'STT',
  'Cơ quan, đơn vị',
  'VB gửi CQNN',
  'Điện tử, không kèm giấy',
  'Điện tử, kèm giấy',
  'Chỉ giấy',
  'Chênh lệch',
  'Tỷ lệ điện tử (%)',
  `VB có chữ ký số toàn vẹn/VB điện tử (trong đó ${padded(unknown)} VB chưa kiểm tra được thu hồi)`,
  'Tỷ lệ ký số (%)',
  'Lượt gửi',
  'Ghi chú',
];

const bodyFor = ({ rows, levels }: Compliance, target: number): readonly TableRow[] => {
  const lines = rows.map((row, index) => ({ level: row.level, line: organRow(row, index, target) }));
  if (levels === null) return lines.map(({ line }) => line);
  return levels.flatMap((sum, index) => [
    sumRow('level', roman(index + 1), levelNames[sum.level], sum, [], target),
    ...lines.filter(({ level }) => level === sum.level).map(({ line }) => line),
  ]);
};

/** Levels with their organs, numbered on through the whole table, then the total with the target. */
export const complianceTable = (compliance: Compliance, facts: ReportFacts): ComplianceTable => {
  const { total, rows } = compliance;
  const target = total === null ? null : targetText(compliance, total, facts.target);
  const last = total === null ? [] : [sumRow('total', '', wholeName(facts.name), total, target === null ? [] : [target], facts.target)];
  return {
    title: `BẢNG TỔNG HỢP GỬI, NHẬN VĂN BẢN ĐIỆN TỬ – ${periodTitle(periodFor(compliance.period))}`,
    lines: linesFor(compliance, facts),
    header: headerFor(rows.reduce((sum, row) => sum + row.signedRevocationUnknown, 0)),
    rows: [...bodyFor(compliance, facts.target), ...last],
    target,
  };
};
