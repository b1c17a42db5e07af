/** What to do about a refusal: by who must act, and more exactly where there is more to say. */
import { type Blame, type FailureCode, failures } from '../../errors.ts';

export type Advice = { readonly vi: string; readonly en: string };

const byBlame: Readonly<Record<Blame, Advice>> = {
  sender: {
    vi: 'Bên gửi sửa yêu cầu hoặc thông điệp theo từng lỗi trong "errors" (vị trí ở "at") rồi gửi lại; gửi lại nguyên như cũ sẽ bị từ chối như cũ.',
    en: 'Repair the request or message by each entry of "errors" (its place is in "at") and send again; repeated unchanged it is refused again.',
  },
  caller: {
    vi: 'Bên gọi cần có khóa hoặc quyền phù hợp; liên hệ đơn vị quản trị Trục.',
    en: 'The caller needs the right key or role; ask the administrators of the hub.',
  },
  dependency: {
    vi: 'Không phải lỗi của bên gửi. Chờ số giây ghi ở Retry-After rồi gửi lại đúng thông điệp đó: Trục nhận ra thông điệp đã nhận và trả lại biên nhận cũ.',
    en: 'Not the sender’s fault. Wait the seconds of Retry-After and send the very same message: one that was already taken gets its receipt again.',
  },
};

const exact: Partial<Readonly<Record<FailureCode, Advice>>> = {
  'key.expired': {
    vi: 'Đề nghị đơn vị quản trị Trục cấp khóa mới; mỗi hệ thống được có hai khóa cùng lúc để thay khóa không gián đoạn.',
    en: 'Ask the administrators for a new key; a system may hold two at once, so that keys change without a break.',
  },
  'caller.too-fast': {
    vi: 'Chờ số giây ghi ở Retry-After. Để nhận văn bản, dùng tham số wait thay cho gọi liên tục.',
    en: 'Wait the seconds of Retry-After. To receive documents, use the parameter wait instead of asking all the time.',
  },
  'resource.unknown': {
    vi: 'Không có mục này, hoặc khóa đang dùng không được xem. Kiểm tra mã đã gọi và hệ thống của khóa.',
    en: 'There is no such thing, or this key may not see it. Check the id and whose key it is.',
  },
  'method.unknown': { vi: 'Dùng một trong các phương thức ghi ở Allow.', en: 'Use one of the methods of Allow.' },
  'media.unsupported': {
    vi: 'Gửi thông điệp bằng application/xml, application/octet-stream hoặc multipart/form-data với phần "file"; nội dung khác bằng application/json.',
    en: 'Send messages as application/xml, application/octet-stream or multipart/form-data with a part "file"; all else as application/json.',
  },
  'envelope.conflict': {
    vi: 'Nếu là văn bản khác, dùng mã định danh mới. Nếu sửa văn bản đã gửi, gửi cập nhật (loại 2) hoặc thay thế (loại 3); "existing" là văn bản đang có trên Trục.',
    en: 'For another document use a new DocumentId. To correct what was sent, send an update (type 2) or a replacement (type 3); "existing" is what the hub has.',
  },
  'envelope.too-large': {
    vi: 'Giảm dung lượng tệp đính kèm, hoặc đề nghị đơn vị quản trị nâng giới hạn (LIENTHONG_MAX_BYTES).',
    en: 'Make the attachments smaller, or ask the administrators to raise the limit (LIENTHONG_MAX_BYTES).',
  },
  'acknowledgement.final': {
    vi: 'Văn bản đã được xác nhận nhận về. Nếu không tiếp nhận, gửi trạng thái 02 kèm lý do.',
    en: 'It was acknowledged as collected. To turn the document down, send status 02 with a reason.',
  },
  'decision.final': {
    vi: 'Văn bản không còn được giữ, hoặc đã có quyết định khác; xem diễn biến của văn bản.',
    en: 'The record is not held any more, or was decided otherwise; look at its events.',
  },
  'original.purged': {
    vi: 'Nội dung gốc không còn; mã SHA-256 và diễn biến vẫn được lưu. Đề nghị bên gửi gửi lại.',
    en: 'The original is gone; its SHA-256 and its events remain. Ask the sender for it again.',
  },
  'organ.unknown': {
    vi: 'Đối chiếu mã định danh với danh mục; thông báo lỗi nêu các cơ quan có tên gần nhất.',
    en: 'Compare the code with the directory; the fault names the nearest organs.',
  },
  'organ.closed': {
    vi: 'Dùng mã định danh của cơ quan kế thừa nêu trong thông báo lỗi.',
    en: 'Use the code of the successor that the fault names.',
  },
  'document.secret': {
    vi: 'Không gửi lại qua Trục. Văn bản thuộc bí mật nhà nước phải gửi theo quy định về bảo vệ bí mật nhà nước; nội dung đã được xóa khỏi Trục.',
    en: 'Do not send it again. State secrets go by the rules for their protection; the content was removed from the hub.',
  },
  'signature.invalid': {
    vi: 'Ký số lại văn bản bằng chứng thư số còn hiệu lực rồi gửi lại; kết quả kiểm tra từng chữ ký có trong "errors".',
    en: 'Sign the document again with a valid certificate and send it again; "errors" tells what was found.',
  },
  'trace.loop': {
    vi: 'Thông điệp đã đi qua Trục này một lần. Kiểm tra cấu hình định tuyến giữa các trục; không cần gửi lại.',
    en: 'The message already passed here. Check the routing between hubs; there is no need to send it again.',
  },
};

export const adviceFor = (code: FailureCode): Advice => exact[code] ?? byBlame[failures[code].blame];
