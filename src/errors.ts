/**
 * Every way the hub says no, in one table: one row a code. The table in spec/errors.md is made from
 * this one, and a test compares them.
 *
 * `blame` says who must act, and so what each door answers: `sender` repairs and sends again, `caller`
 * obtains access, `dependency` waits. Whatever is thrown that is not a HubError is our own bug.
 */

export type Blame = 'sender' | 'caller' | 'dependency';

export type FailureRow = {
  readonly blame: Blame;
  /** HTTP status of the problem document. */
  readonly status: number;
  /** Headline in Vietnamese; the fault itself may say more. */
  readonly vi: string;
  readonly en: string;
};

const row = (blame: Blame, status: number, vi: string, en: string): FailureRow => ({ blame, status, vi, en });

export const failures = {
  'envelope.malformed': row('sender', 400, 'Thông điệp không phải là XML hợp lệ', 'The message is not well-formed XML'),
  'request.invalid': row('sender', 400, 'Yêu cầu không đúng định dạng', 'The request is not valid'),
  'key.invalid': row('caller', 401, 'Khóa truy cập thiếu, không đúng hoặc đã bị thu hồi', 'The access key is missing, unknown or revoked'),
  'key.expired': row('caller', 401, 'Khóa truy cập đã hết hạn', 'The access key has expired'),
  'sender.not-caller': row(
    'caller',
    403,
    'Hệ thống gọi không được gửi thay cơ quan này',
    'The calling system does not speak for this organ',
  ),
  'sender.locked': row('caller', 403, 'Cơ quan gửi đang bị khóa', 'The sending organ is locked'),
  'role.insufficient': row('caller', 403, 'Khóa truy cập không có quyền thực hiện việc này', 'This key may not do that'),
  'resource.unknown': row('sender', 404, 'Không tìm thấy', 'Not found'),
  'method.unknown': row('sender', 405, 'Phương thức không được hỗ trợ', 'Method not allowed'),
  'envelope.conflict': row(
    'sender',
    409,
    'Mã định danh văn bản đã được dùng cho một nội dung khác',
    'This DocumentId was already used for other content',
  ),
  'status.out-of-order': row(
    'sender',
    409,
    'Trạng thái không phù hợp với diễn biến của văn bản',
    'The status does not fit what happened before',
  ),
  'acknowledgement.final': row(
    'sender',
    409,
    'Văn bản đã được xác nhận nhận về, không thể báo lỗi nữa',
    'The delivery was already acknowledged as done',
  ),
  'decision.final': row('sender', 409, 'Văn bản không còn chờ quyết định', 'The record is not held, or was decided otherwise'),
  'original.purged': row('sender', 410, 'Nội dung gốc đã được xóa theo thời hạn lưu', 'The original was purged'),
  'envelope.too-large': row('sender', 413, 'Thông điệp vượt quá dung lượng cho phép', 'The message exceeds the size limit'),
  'media.unsupported': row('sender', 415, 'Kiểu nội dung không được hỗ trợ', 'Unsupported media type'),
  'envelope.namespace': row('sender', 422, 'Không gian tên XML không phải của QCVN 102', 'The XML namespace is not that of QCVN 102'),
  'envelope.too-complex': row('sender', 422, 'Cấu trúc XML quá sâu hoặc quá nhiều phần tử', 'The XML is too deep or has too many elements'),
  'envelope.invalid': row('sender', 422, 'Thông điệp thiếu hoặc sai thông tin bắt buộc', 'A required element is missing or wrong'),
  'recipient.duplicate': row('sender', 422, 'Nơi nhận bị lặp', 'A recipient is named twice'),
  'recipient.too-many': row('sender', 422, 'Quá nhiều nơi nhận trong một thông điệp', 'Too many recipients in one message'),
  'date.invalid': row(
    'sender',
    422,
    'Ngày ban hành không phải là ngày có thật theo dạng yyyy/MM/dd',
    'PromulgationDate is not a real yyyy/MM/dd date',
  ),
  'date.future': row('sender', 422, 'Ngày ban hành sau ngày hôm nay', 'PromulgationDate is after today in Viet Nam'),
  'organ.unknown': row('sender', 422, 'Mã định danh cơ quan không có trong danh mục', 'The organ is not in the directory'),
  'organ.locked': row('sender', 422, 'Cơ quan nhận đang bị khóa', 'The receiving organ is locked'),
  'organ.closed': row('sender', 422, 'Mã định danh cơ quan đã đóng', 'The organ code is closed'),
  'manifest.mismatch': row('sender', 422, 'Danh mục tệp và tệp đính kèm không khớp', 'Manifest and attachments disagree'),
  'attachment.encoding': row('sender', 422, 'Tệp đính kèm không phải base64 hợp lệ', 'The attachment is not valid base64'),
  'attachment.bomb': row('sender', 422, 'Tệp nén phình quá mức cho phép', 'The archive inflates beyond the limit'),
  'attachment.name': row('sender', 422, 'Tên tệp đính kèm không hợp lệ', 'The attachment name is not acceptable'),
  'document.secret': row(
    'sender',
    422,
    'Văn bản thuộc bí mật nhà nước không được gửi qua Trục',
    'State secrets may not be sent through the hub',
  ),
  'signature.invalid': row(
    'sender',
    422,
    'Chữ ký số không được chấp nhận theo chính sách của Trục',
    'The signatures are refused by policy',
  ),
  'status.reason-missing': row('sender', 422, 'Trạng thái này phải kèm lý do', 'This status needs a reason'),
  'declaration.invalid': row('sender', 422, 'Số liệu khai báo không hợp lệ', 'The declaration is not valid'),
  'trace.loop': row('sender', 422, 'Thông điệp đã đi qua Trục này', 'The message already passed through this hub'),
  'caller.too-fast': row('caller', 429, 'Gọi quá nhanh, hãy thử lại sau', 'Too many requests'),
  'store.unavailable': row('dependency', 503, 'Kho dữ liệu tạm thời không sẵn sàng', 'The store is not available'),
  'disk.low': row('dependency', 503, 'Ổ đĩa của Trục sắp đầy', 'The hub is low on disk space'),
} as const satisfies Record<string, FailureRow>;

export type FailureCode = keyof typeof failures;

/**
 * One thing wrong with an input. `at` is a path of local names with 1-based indexes
 * (`MessageHeader/To[2]/OrganId`), or a JSON pointer for JSON; empty for the whole input.
 * `legacyCode` is the N./R./M./T. form that older hubs of the axis answer (spec/edxml.md).
 */
export type Fault<Code extends string = FailureCode> = {
  readonly code: Code;
  readonly at: string;
  readonly vi: string;
  readonly en: string;
  readonly legacyCode?: string;
};

/** A failure code, or one of the codes that exist as a warning only (contract §5). */
export type WarningCode =
  | FailureCode
  | 'envelope.leading-bytes'
  | 'envelope.missing-business'
  | 'attachment.type-mismatch'
  | 'signature.placeholder';
export type Warning = Fault<WarningCode>;

/** What a problem document may add to its faults. */
export type Problem = {
  readonly recordId?: string;
  readonly existing?: { readonly recordId: string; readonly sha256: string; readonly acceptedAt: string };
  readonly retryAfterSeconds?: number;
};

export class HubError extends Error {
  readonly code: FailureCode;
  /** All that was found wrong, at least one, the headline first. */
  readonly faults: readonly Fault[];
  readonly problem: Problem;

  constructor(faults: readonly [Fault, ...Fault[]], problem: Problem = {}) {
    super(`${faults[0].code}: ${faults[0].en}`);
    this.name = 'HubError';
    this.code = faults[0].code;
    this.faults = faults;
    this.problem = problem;
  }
}

/** A fault with the sentences of the table, or with more exact ones. */
export const fault = <Code extends FailureCode>(
  code: Code,
  at = '',
  says: { vi?: string; en?: string; legacyCode?: string } = {},
): Fault<Code> => ({
  code,
  at,
  vi: says.vi ?? failures[code].vi,
  en: says.en ?? failures[code].en,
  ...(says.legacyCode === undefined ? {} : { legacyCode: says.legacyCode }),
});

export const failure = (
  code: FailureCode,
  at = '',
  says: { vi?: string; en?: string; legacyCode?: string } = {},
  problem: Problem = {},
): HubError => new HubError([fault(code, at, says)], problem);
