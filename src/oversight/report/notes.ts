/** The remarks beside a row of the report: what is missing, what asks for an explanation, what was found. */

import { grouped, padded } from '../numerals.ts';
import type { Counts, Figures } from './row.ts';

/** Verdict and reason (contract §3), as a remark of a count; in the order in which a reader wants them. */
const findings: readonly (readonly [string, string])[] = [
  ['unsigned/no-signature', 'VB chưa ký số'],
  ['unsigned/unsignable-format', 'VB chưa ký số (định dạng tệp không có chữ ký số kiểm tra được)'],
  ['unsigned/no-attachment', 'VB không có tệp đính kèm'],
  ['undetermined/expired', 'VB ký bằng chứng thư số đã hết hạn'],
  ['undetermined/not-yet-valid', 'VB ký bằng chứng thư số chưa có hiệu lực'],
  ['undetermined/untrusted', 'VB ký bằng chứng thư số không thuộc danh sách tin cậy'],
  ['undetermined/weak-algorithm', 'VB ký bằng thuật toán không còn an toàn'],
  ['undetermined/unsupported', 'VB có chữ ký số dạng chưa hỗ trợ kiểm tra'],
  ['undetermined/placeholder', 'VB chỉ có chữ ký số để trống'],
  ['undetermined/not-judged', 'VB không có tệp để kiểm tra chữ ký số'],
  ['invalid/digest-mismatch', 'VB bị thay đổi nội dung sau khi ký'],
  ['invalid/changed-after-signing', 'VB bị sửa đổi, bổ sung sau khi ký'],
  ['invalid/signature-mismatch', 'VB có chữ ký số không đúng'],
  ['invalid/malformed-signature', 'VB có chữ ký số bị hỏng'],
  ['invalid/coverage', 'VB có chữ ký số không bao trùm toàn bộ nội dung'],
  ['invalid/revoked', 'VB ký bằng chứng thư số đã bị thu hồi'],
  ['invalid/certificate-misuse', 'VB ký bằng chứng thư số không dùng để ký văn bản'],
  ['unreadable/encrypted', 'VB có tệp bị mã hóa, không kiểm tra được chữ ký số'],
  ['unreadable/damaged', 'VB có tệp bị hỏng, không kiểm tra được chữ ký số'],
  ['unreadable/over-limits', 'VB có tệp vượt giới hạn kiểm tra chữ ký số'],
];

/** `01 VB chưa ký số`. */
const counted = (value: number, words: string): readonly string[] => (value > 0 ? [`${padded(value)} ${words}`] : []);

const verdictNotes = (counts: Counts): readonly string[] => {
  const known = new Set(findings.map(([finding]) => `verdict:${finding}`));
  // These two are no defects; they have their own columns.
  const sound = new Set(['verdict:valid', 'verdict:valid/null', 'verdict:undetermined/revocation-unknown']);
  const others = [...counts].filter(([figure]) => figure.startsWith('verdict:') && !known.has(figure) && !sound.has(figure));
  return [
    ...findings.flatMap(([finding, words]) => counted(counts.get(`verdict:${finding}`) ?? 0, words)),
    ...counted(
      others.reduce((sum, [, value]) => sum + value, 0),
      'VB có kết quả kiểm tra chữ ký số khác',
    ),
  ];
};

/** What the declaration leaves open; at most one question, the more fundamental first. */
const questionFor = ({ issued, electronicOnly, electronicWithPaper, otherElectronic, difference }: Figures): readonly string[] => {
  if (issued === null || difference === null) return ['Chưa khai báo'];
  const electronic = electronicOnly + electronicWithPaper + (otherElectronic ?? 0);
  if (electronic > issued)
    return [`Đề nghị giải trình: ${grouped(electronic)} VB điện tử nhiều hơn ${grouped(issued)} VB đã khai báo gửi CQNN`];
  return difference < 0 ? [`Đề nghị giải trình: chênh lệch âm (${grouped(difference)})`] : [];
};

export const notesFor = (counts: Counts, figures: Figures, periodId: string): readonly string[] => [
  ...questionFor(figures),
  ...counted(figures.otherElectronic ?? 0, 'VB điện tử gửi qua hệ thống khác'),
  ...verdictNotes(counts),
  ...counted(counts.get('paper-unclear') ?? 0, 'VB không rõ có kèm bản giấy hay không'),
  ...counted(counts.get('returned') ?? 0, 'VB bị trả lại'),
  ...counted(counts.get('recalled') ?? 0, 'VB đã thu hồi'),
  ...counted(counts.get(`late:${periodId}`) ?? 0, 'VB bổ sung kỳ trước'),
];
