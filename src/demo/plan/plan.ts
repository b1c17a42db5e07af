/**
 * The traffic of the demo and what the hub must make of it, fixed before the first byte is posted. Pure:
 * the same day and number of documents give the same plan.
 */
import type { AlertKind } from '../../records/alert.ts';
import type { Reason, Verdict } from '../../signature/proof.ts';
import { type Picker, pickerFor } from './chance.ts';
import { type Fault, plantedFaults } from './faults.ts';
import type { Expected, PlannedDocument, Signing } from './planned.ts';
import { type DemoOrgan, demoCommunes, demoDepartments, demoOrgan } from './province.ts';

// What provinces write to each other about; no word of these may look like a secret.
const subjects = [
  'báo cáo tiến độ giải ngân vốn đầu tư công',
  'góp ý dự thảo kế hoạch chuyển đổi số năm 2027',
  'triển khai công tác phòng, chống thiên tai',
  'rà soát thủ tục hành chính thuộc phạm vi quản lý',
  'cung cấp số liệu thống kê quý IV',
  'tăng cường kỷ luật, kỷ cương hành chính',
  'hướng dẫn lập dự toán ngân sách năm 2027',
  'kiểm tra việc sử dụng chữ ký số chuyên dùng công vụ',
  'báo cáo kết quả gửi, nhận văn bản điện tử',
  'phối hợp giải quyết kiến nghị của cử tri',
  'chuẩn bị nội dung họp giao ban tháng',
  'bảo đảm an toàn thông tin mạng dịp cuối năm',
];
const branches = { province: ['VP', 'TH', 'KHTC', 'CCHC', 'QLCL'], commune: ['VX', 'KT', 'VP', 'HCC'], central: [''] } as const;

const sound = { verdict: 'valid', reason: null, alert: null } as const;
/** Verdict and alert of each way of signing (contract §3). */
const judged: Readonly<Record<Signing, { readonly verdict: Verdict; readonly reason: Reason | null; readonly alert: AlertKind | null }>> = {
  both: sound,
  agency: sound,
  retired: sound,
  person: { ...sound, alert: 'signer.agency-missing' },
  unchecked: { verdict: 'undetermined', reason: 'revocation-unknown', alert: null },
  unsigned: { verdict: 'unsigned', reason: 'no-signature', alert: 'signature.unsigned' },
  altered: { verdict: 'invalid', reason: 'digest-mismatch', alert: 'signature.invalid' },
  'later-page': { verdict: 'invalid', reason: 'changed-after-signing', alert: 'signature.invalid' },
  revoked: { verdict: 'invalid', reason: 'revoked', alert: 'signature.invalid' },
  expired: { verdict: 'undetermined', reason: 'expired', alert: 'signature.expired' },
  stranger: { verdict: 'undetermined', reason: 'untrusted', alert: 'signature.untrusted' },
};

/** Sound as a file, but not by whom, or not with all its files, as it should be. */
const signerAlert = ({ sealOf, annex }: Fault): AlertKind | null =>
  sealOf !== undefined ? 'signer.other-organ' : annex === 'unsigned' ? 'signer.annex' : null;

/** The policy `guard`: what is invalid is held, unless the document is urgent (2–4). */
const expectedFor = (fault: Fault): Expected => {
  if (fault.refusal !== undefined) return { kind: 'refused', ...fault.refusal, alert: fault.refusal.alert ?? null };
  const { verdict, reason, ...of } = judged[fault.signing ?? 'both'];
  const alert = signerAlert(fault) ?? of.alert;
  const urgent = (fault.priority ?? 0) >= 2;
  const secret = fault.secretWord === true;
  return {
    kind: 'accepted',
    verdict,
    reason,
    held: secret || (verdict === 'invalid' && !urgent),
    decision: fault.decision ?? null,
    alert: secret ? { kind: 'document.secret-suspected', reason: null } : alert === null ? null : { kind: alert, reason },
  };
};

/** Whole days earlier; negative = later. */
const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);

/** Communes write upward, departments to each other and downward. */
const recipientsOf = (sender: DemoOrgan, pick: Picker): readonly string[] => {
  const few = (organs: readonly DemoOrgan[], most: number): readonly string[] =>
    pick
      .some(
        organs.filter((organ) => organ.code !== sender.code),
        1 + pick.below(most),
      )
      .map((organ) => organ.code);
  if (sender.level === 'commune') return pick.chance(0.15) ? few(demoCommunes, 2) : few(demoDepartments, 2);
  return pick.chance(0.5) ? few(demoDepartments, 3) : few(demoCommunes, 5);
};

/** What makes a document unlike the common run; everything else is chosen by the seed. */
const planOne = (fault: Fault & { readonly from: string }, index: number, today: string, number: number, pick: Picker): PlannedDocument => {
  const sender = demoOrgan(fault.from);
  const notation = `${sender.short}-${pick.one(branches[sender.level])}`;
  const age = pick.below(Math.min(Number(today.slice(8)), 8));
  const promulgatedOn = fault.daysAhead === undefined ? dayBefore(today, age) : dayBefore(today, -fault.daysAhead);
  const typeName = sender.level === 'commune' && index % 3 === 0 ? 'Báo cáo' : 'Công văn';
  return {
    documentId: `${sender.code},${promulgatedOn.replaceAll('-', '/')},${number}/${notation}`,
    from: sender.code,
    system: fault.system ?? sender.system ?? sender.code,
    to: fault.to ?? recipientsOf(sender, pick),
    number: String(number),
    notation,
    promulgatedOn,
    typeName,
    subject: fault.subject ?? `V/v ${pick.one(subjects)}`,
    sphere: fault.sphere ?? null,
    priority: fault.priority ?? 0,
    paper: fault.paper ?? 0,
    signing: fault.signing ?? (pick.chance(0.85) || fault.sealOf !== undefined ? 'both' : 'agency'),
    sealOf: fault.sealOf ?? null,
    // Nothing but a stamp proves that a certificate was good then.
    stamped: fault.signing === 'retired' || (fault.signing !== 'expired' && pick.chance(0.5)),
    annex: fault.annex ?? (pick.chance(0.1) ? 'signed' : null),
    pdfSize: 12_000 + pick.below(40_000),
    follow: fault.follow ?? null,
    expected: expectedFor(fault),
  };
};

/** `documents` first postings (at least all planted ones), the planted ones spread evenly among the others. */
export const planDocuments = (documents: number, today: string): readonly PlannedDocument[] => {
  const pick = pickerFor(9_902);
  const total = Math.max(documents, plantedFaults.length);
  const step = total / plantedFaults.length;
  const planted = new Map(plantedFaults.map((fault, index) => [Math.floor(index * step), fault]));
  const numbers = new Map<string, number>();
  return Array.from({ length: total }, (_, index) => {
    const fault = planted.get(index) ?? {};
    // The number is counted in the sender's register, so the sender is chosen first.
    const from = fault.from ?? (pick.chance(0.6) ? pick.one(demoDepartments) : pick.one(demoCommunes)).code;
    const number = (numbers.get(from) ?? 20 + pick.below(80)) + 1;
    numbers.set(from, number);
    return planOne({ ...fault, from }, index, today, number, pick);
  });
};
