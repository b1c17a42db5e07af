/** The sentences by which a receipt and an alert are read by people. Vietnamese; English stays in the API. */
import type { Alert, AlertKind, AlertState, Severity } from '../records/alert.ts';
import type { DeliveryState } from '../records/delivery.ts';
import type { DocumentReceipt } from '../records/record.ts';
import type { KnownBy, Reason, SignerProof, Verdict } from '../signature/proof.ts';
import { clockText, dayOfInstant, dayText, padded } from './numerals.ts';

export const severityWords: Readonly<Record<Severity, string>> = { low: 'THẤP', high: 'CAO', critical: 'NGHIÊM TRỌNG' };

export const alertStateWords: Readonly<Record<AlertState, string>> = {
  open: 'mới',
  acknowledged: 'đang xử lý',
  settled: 'đã giải quyết',
};

export const alertKindWords: Readonly<Record<AlertKind, string>> = {
  'signature.unsigned': 'Chưa ký số',
  'signature.invalid': 'Chữ ký số không hợp lệ',
  'signature.untrusted': 'Chứng thư số không thuộc danh sách tin cậy',
  'signature.expired': 'Chứng thư số đã hết hạn',
  'signature.undetermined': 'Chưa xác định được giá trị chữ ký số',
  'signature.unreadable': 'Không đọc được tệp để kiểm tra chữ ký số',
  'signature.envelope': 'Chữ ký số của thông điệp không hợp lệ',
  'signer.other-organ': 'Chữ ký số không phải của cơ quan gửi',
  'signer.agency-missing': 'Thiếu chữ ký số của cơ quan',
  'signer.person-missing': 'Thiếu chữ ký số của người có thẩm quyền',
  'signer.order': 'Sai trình tự ký',
  'signer.annex': 'Phụ lục kèm theo chưa có chữ ký số của cơ quan',
  'document.suspected-duplicate': 'Nghi gửi trùng văn bản',
  'document.secret-refused': 'Văn bản thuộc bí mật nhà nước, đã từ chối',
  'document.secret-suspected': 'Nghi văn bản thuộc bí mật nhà nước',
  'delivery.parked': 'Văn bản không gửi được đến nơi nhận',
};

/** How it is known whose a certificate is, after "là của …". */
export const knownByWords: Readonly<Record<KnownBy, string>> = {
  registry: 'theo danh sách chứng thư số',
  learnt: 'theo các văn bản hợp lệ trước đây',
  guess: 'theo tên trên chứng thư số',
};

export const holderKindWords: Readonly<Record<SignerProof['kind'], string>> = {
  agency: 'cơ quan, tổ chức',
  person: 'cá nhân',
  unknown: 'chưa rõ',
};

export const deliveryStateWords: Readonly<Record<DeliveryState, string>> = {
  queued: 'chờ tải về',
  held: 'đang giữ, chờ quyết định',
  collected: 'đã tải về',
  '01': 'đã đến',
  '02': 'từ chối tiếp nhận',
  '03': 'đã tiếp nhận',
  '04': 'phân công xử lý',
  '05': 'đang xử lý',
  '06': 'đã hoàn thành',
  'recall-asked': 'đang yêu cầu lấy lại',
  recalled: 'đã lấy lại',
  withdrawn: 'đã thu hồi trước khi giao',
  superseded: 'đã được thay thế',
  refused: 'không nhận',
  parked: 'gửi lỗi, chờ xử lý',
};

const verdictWords: Readonly<Record<Verdict, string>> = {
  valid: 'HỢP LỆ',
  undetermined: 'CHƯA XÁC ĐỊNH',
  invalid: 'KHÔNG HỢP LỆ',
  unsigned: 'CHƯA KÝ SỐ',
  unreadable: 'KHÔNG ĐỌC ĐƯỢC TỆP',
};

const reasonWords: Partial<Readonly<Record<Reason, string>>> = {
  // Never "hợp lệ" while revocation is unknown (contract §3).
  'revocation-unknown': 'CHỮ KÝ TOÀN VẸN, CHƯA KIỂM TRA ĐƯỢC THU HỒI',
  expired: 'CHỨNG THƯ SỐ ĐÃ HẾT HẠN',
  untrusted: 'CHỨNG THƯ SỐ KHÔNG THUỘC DANH SÁCH TIN CẬY',
  revoked: 'CHỨNG THƯ SỐ ĐÃ BỊ THU HỒI',
  'digest-mismatch': 'NỘI DUNG BỊ THAY ĐỔI SAU KHI KÝ',
  'changed-after-signing': 'NỘI DUNG BỊ THAY ĐỔI SAU KHI KÝ',
  'not-judged': 'KHÔNG CÓ TỆP CẦN KIỂM TRA',
};

/** A finding as a headline, in capitals: `CHƯA KÝ SỐ`. */
export const findingWords = (verdict: Verdict, reason: Reason | null): string =>
  (reason === null ? undefined : reasonWords[reason]) ?? verdictWords[verdict];

/** `[CAO] …`, with how many documents joined where it is more than one. */
export const alertText = (alert: Pick<Alert, 'severity' | 'vi' | 'count'>): string =>
  `[${severityWords[alert.severity]}] ${alert.vi}${alert.count > 1 ? ` (${padded(alert.count)} văn bản cùng loại)` : ''}`;

/** What a receipt alone does not know: the citation, the names, and where the deliveries stand now. */
export type ReceiptFacts = {
  /** `27/UBND-VX`. */
  readonly code: string | null;
  /** `yyyy-mm-dd`. */
  readonly promulgatedOn: string | null;
  readonly from: { readonly code: string; readonly name: string };
  /** By current code; a code that is missing here is printed as it is. */
  readonly names: ReadonlyMap<string, string>;
  /** Later states than the receipt's, by deliveryId. */
  readonly now?: ReadonlyMap<string, { readonly state: DeliveryState; readonly collectedAt: string | null }>;
};

const deliveryText = (delivery: DocumentReceipt['deliveries'][number], facts: ReceiptFacts): string => {
  const name = facts.names.get(delivery.organ) ?? delivery.organ;
  const now = facts.now?.get(delivery.deliveryId);
  const state = now?.state ?? (delivery.state as DeliveryState);
  const collected = now?.collectedAt ?? null;
  if (delivery.via === 'upper' && state === 'queued') return `${name} – chờ gửi lên Trục quốc gia`;
  const clock = state === 'collected' && collected !== null ? ` ${clockText(collected).slice(0, 5)}` : '';
  return `${name} – ${deliveryStateWords[state] ?? state}${clock}`;
};

/** The lines of "Xác nhận Trục đã nhận văn bản"; never "đã tiếp nhận", which is the recipient's status 03. */
export const receiptText = (receipt: DocumentReceipt, facts: ReceiptFacts): readonly string[] => [
  'XÁC NHẬN TRỤC ĐÃ NHẬN VĂN BẢN',
  `Số, ký hiệu: ${facts.code ?? 'không ghi'}${facts.promulgatedOn === null ? '' : `, ngày ${dayText(facts.promulgatedOn)}`}.`,
  `Cơ quan gửi: ${facts.from.name} (${facts.from.code}).`,
  `Trục nhận lúc ${clockText(receipt.acceptedAt)} ngày ${dayOfInstant(receipt.acceptedAt)} (GMT+7).`,
  `Mã tiếp nhận ${receipt.recordId}; SHA-256 ${receipt.sha256}.`,
  `Kiểm tra chữ ký số: ${findingWords(receipt.proof.verdict, receipt.proof.reason)}.`,
  ...(receipt.proof.remarks ?? []).map(({ vi }) => `Lưu ý: ${vi}.`),
  `Nơi nhận: ${receipt.deliveries.map((delivery) => deliveryText(delivery, facts)).join('; ')}.`,
  'Đây là xác nhận của Trục, chưa phải thông báo đã tiếp nhận của cơ quan nhận (trạng thái 03).',
];
