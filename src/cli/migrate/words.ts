/** What the kinds of rows are called in the table of a move. */
import type { ArchiveFiles, ArchiveKind } from '../../hub/archive.ts';

export const kindWords: Readonly<Record<ArchiveKind | keyof ArchiveFiles, string>> = {
  directory: 'Phiên bản danh mục',
  organ: 'Cơ quan, đơn vị',
  key: 'Khóa truy cập',
  contact: 'Lần liên lạc cuối',
  account: 'Tài khoản hàng đợi',
  holder: 'Chủ chứng thư',
  certificate: 'Chứng thư đã gặp',
  record: 'Hồ sơ',
  submission: 'Lượt nhận',
  delivery: 'Lượt chuyển',
  event: 'Diễn biến',
  judgement: 'Kết luận chữ ký',
  sighting: 'Lần thấy chứng thư',
  alert: 'Cảnh báo',
  alertRecord: 'Hồ sơ của cảnh báo',
  paperMonth: 'Khai báo văn bản giấy',
  paperHistory: 'Lịch sử khai báo',
  figure: 'Số liệu thống kê',
  journal: 'Nhật ký',
  original: 'Tệp gốc',
  evidence: 'Bằng chứng',
};
