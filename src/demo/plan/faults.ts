/**
 * What is planted among the common traffic: faults with the answer they must get, and the unusual but
 * lawful. All senders are invented organs of tỉnh Mẫu.
 */
import type { ExpectedAlert, Follow, Signing } from './planned.ts';
import { demoCommunes } from './province.ts';

/** Only what differs from a common letter; see PlannedDocument. */
export type Fault = {
  readonly from?: string;
  readonly system?: string;
  readonly to?: readonly string[];
  readonly signing?: Signing;
  readonly sealOf?: string;
  readonly annex?: 'unsigned';
  readonly priority?: number;
  readonly paper?: 0 | 1;
  readonly subject?: string;
  readonly sphere?: string;
  /** Date of promulgation so many days after today. */
  readonly daysAhead?: number;
  readonly follow?: Follow;
  readonly decision?: 'release' | 'return';
  /** The subject carries the stamp of a secret: held as a suspicion. */
  readonly secretWord?: true;
  readonly refusal?: { readonly status: number; readonly code: string; readonly alert?: ExpectedAlert };
};

const unsigned: readonly Fault[] = ['H99.23', 'H99.23', 'H99.27', 'H99.32', 'H99.46'].map((from) => ({ from, signing: 'unsigned' }));

const altered: readonly Fault[] = [
  { from: 'H99.02', signing: 'altered' },
  { from: 'H99.25', signing: 'altered', decision: 'release' },
  { from: 'H99.09', signing: 'altered', decision: 'return' },
  // Urgent: goes through with its alert, a person decides afterwards.
  { from: 'H99.28', signing: 'altered', priority: 3, subject: 'V/v ứng phó khẩn cấp với mưa lũ' },
];

const badCertificates: readonly Fault[] = [
  { from: 'H99.04', signing: 'expired' },
  { from: 'H99.04', signing: 'expired' },
  { from: 'H99.34', signing: 'expired' },
  { from: 'H99.41', signing: 'stranger' },
  { from: 'H99.47', signing: 'stranger' },
];

/** The file is as it was signed; who signed it, when or in what order is not right. */
const wrongSigners: readonly Fault[] = [
  { from: 'H99.24', sealOf: 'H99.26' },
  { from: 'H99.38', signing: 'person' },
  { from: 'H99.29', signing: 'revoked', decision: 'return' },
  { from: 'H99.43', signing: 'revoked' },
  { from: 'H99.07', signing: 'later-page' },
  { from: 'H99.49', signing: 'later-page', decision: 'return' },
  { from: 'H99.15', annex: 'unsigned' },
];

const repeated: readonly Fault[] = [
  ...['H99.03', 'H99.06', 'H99.22', 'H99.30'].map((from): Fault => ({ from, follow: { kind: 'same-bytes' } })),
  ...['H99.07', 'H99.35'].map((from): Fault => ({ from, follow: { kind: 'rebuilt' } })),
  { from: 'H99.10', to: ['H99.02', 'H99.21'], follow: { kind: 'supplement', to: ['H99.22', 'H99.48'] } },
  { from: 'H99.11', to: ['H99.03'], follow: { kind: 'supplement', to: ['H99.04', 'H99.05', 'H99.06'] } },
  { from: 'H99.05', follow: { kind: 'renumbered' } },
  { from: 'H99.30', follow: { kind: 'renumbered' } },
  { from: 'H99.06', follow: { kind: 'conflict' } },
];

const refused: readonly Fault[] = [
  { from: 'H99.31', to: ['H99.02', 'H99.77'], refusal: { status: 422, code: 'organ.unknown' } },
  { from: 'H99.33', daysAhead: 3, refusal: { status: 422, code: 'date.future' } },
  { from: 'H99.02', system: 'H99.45', refusal: { status: 403, code: 'sender.not-caller' } },
  {
    from: 'H99.14',
    sphere: 'Mật',
    refusal: { status: 422, code: 'document.secret', alert: { kind: 'document.secret-refused', reason: null } },
  },
  { from: 'H99.12', subject: 'V/v báo cáo công tác quý IV (MẬT)', secretWord: true },
];

const circular = demoCommunes.map((commune) => commune.code);
const lawful: readonly Fault[] = [
  { from: 'H99.01', to: circular, priority: 1, subject: 'Giấy mời họp giao ban trực tuyến tháng' },
  { from: 'H99', to: circular, subject: 'V/v chấn chỉnh việc ký số, gửi văn bản điện tử' },
  { from: 'H99', to: ['G99'], signing: 'both', subject: 'V/v báo cáo công tác cải cách hành chính' },
  { from: 'H99.02', to: ['G99', 'H99.01'], subject: 'V/v báo cáo biên chế năm 2026' },
  { from: 'H99.13', to: ['H98'], subject: 'V/v phối hợp tổ chức ngày hội văn hóa liên tỉnh' },
  { from: 'H99.08', to: ['H98', 'H99.07', 'H99.49'], subject: 'V/v trao đổi đoàn văn hóa, thể thao' },
  ...(['H99.05', 'H99.18', 'H99.10', 'H99.36', 'H99.50'] as const).map((from, index): Fault => ({ from, priority: 1 + (index % 4) })),
  // Replaced certificates, and those whose revocation cannot be checked: nothing to alert.
  ...['H99.03', 'H99.33'].map((from): Fault => ({ from, signing: 'retired' })),
  ...['H99.17', 'H99.44', 'H99.44'].map((from): Fault => ({ from, signing: 'unchecked' })),
  ...(['H99.04', 'H99.15', 'H99.24', 'H99.37', 'H99.16'] as const).map((from): Fault => ({ from, paper: 1 })),
];

/** In turn from each kind, so that they do not come in a block. */
const groups = [unsigned, altered, badCertificates, wrongSigners, repeated, refused, lawful];
const longest = Math.max(...groups.map((group) => group.length));
export const plantedFaults: readonly Fault[] = Array.from({ length: longest }, (_, row) =>
  groups.flatMap((group) => group[row] ?? []),
).flat();
