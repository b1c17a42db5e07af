/** `DOC-TOI.txt`: what the evidence file is, and how anybody repeats the verdict, with this program and without. */
import { entryNames } from '../../records/evidence-file.ts';
import type { Judgement } from '../../records/judgement.ts';
import type { MessageRecord } from '../../records/record.ts';

type Told = { readonly record: MessageRecord; readonly judgements: readonly Judgement[]; readonly missing: readonly string[] };

const cited = ({ code, documentId, recordId }: MessageRecord): string => code ?? documentId ?? recordId;

const judgementLines = (judgements: readonly Judgement[]): readonly string[] =>
  judgements.map(({ judgedAt, proof, evidence }) => {
    const reason = proof.reason === null ? '' : `/${proof.reason}`;
    return `  - ${judgedAt}  ${proof.verdict}${reason}: ${proof.vi} (LienThong ${evidence.version})`;
  });

const contents: readonly string[] = [
  '  manifest.json       danh mục: mọi tệp kèm SHA-256, mốc tin cậy, thời điểm, quy tắc',
  '                      (the list: every entry by SHA-256, anchors, instants, rules)',
  '  message.edxml       nguyên văn thông điệp (the exact bytes of the message)',
  '  proof.json          kết luận mới nhất (the newest verdict)',
  '  judgements.json     mọi lần kiểm tra, cũ trước (every judging, oldest first)',
  '  receipt.xml         xác nhận Trục đã nhận, có chữ ký số của Trục; chỉ bên gửi và quản trị',
  "                      (the hub's signed receipt; sender and administrators only)",
  '  certificates/*.cer  chứng thư số đã dùng, DER, gồm cả chứng thư gốc (incl. the anchors)',
  '  crls/*.crl          danh sách thu hồi đã dùng, DER (revocation lists used)',
  '  ocsp/*.ocsp         trả lời OCSP đã dùng, DER (OCSP answers used)',
];

/** The anchors by the names of their entries, as openssl wants them. */
const opensslLines = ({ evidence }: Judgement): readonly string[] => [
  '  # 1. tệp đính kèm thứ nhất / the first attachment',
  `  perl -0777 -ne 'print $1 if /<[^<>]*ContentTransferEncoded[^<>]*>([^<]*)</' ${entryNames.message} \\`,
  "    | tr -d ' \\r\\n\\t' | openssl base64 -d -A > tep.pdf",
  '  # 2. phần được ký và chữ ký, theo /ByteRange [a b c d] ghi trong tệp PDF (grep -a ByteRange tep.pdf)',
  '  #    the signed part and the signature, by the /ByteRange of the PDF',
  '  (head -c $b tep.pdf; tail -c +$((c+1)) tep.pdf | head -c $d) > phan-duoc-ky.bin',
  '  tail -c +$((b+2)) tep.pdf | head -c $((c-b-2)) | perl -ne \'print pack "H*", $_\' > chu-ky.p7s',
  '  # 3. chứng thư và danh sách thu hồi / certificates and revocation lists',
  '  for f in certificates/*.cer; do openssl x509 -inform DER -in $f; done > trung-gian.pem',
  '  for f in crls/*.crl; do openssl crl -inform DER -in $f; done > thu-hoi.pem',
  ...(evidence.anchors.length === 0 ? ['  # không có chứng thư gốc nào được tin cậy / no anchor was trusted'] : []),
  ...evidence.anchors.map((sha256) => `  openssl x509 -inform DER -in certificates/${sha256}.cer >> goc.pem`),
  '  # 4. nội dung có đúng là nội dung được ký / whether the content is what was signed',
  '  openssl cms -verify -noverify -binary -inform DER -in chu-ky.p7s -content phan-duoc-ky.bin \\',
  '    -signer nguoi-ky.pem -certfile trung-gian.pem -out /dev/null',
  `  # 5. chứng thư có đáng tin tại thời điểm Trục nhận / the certificate, as of ${evidence.at}`,
  '  openssl verify -CAfile goc.pem -untrusted trung-gian.pem -CRLfile thu-hoi.pem -crl_check_all \\',
  `    -attime ${Math.floor(Date.parse(evidence.at) / 1000)} nguoi-ky.pem`,
];

/** Of the same record, the same text. */
export const guideFor = ({ record, judgements, missing }: Told): string => {
  const newest = judgements.at(-1);
  return [
    'BẰNG CHỨNG KIỂM TRA CHỮ KÝ SỐ / EVIDENCE OF THE VERIFICATION OF SIGNATURES',
    '',
    `Văn bản / document:    ${cited(record)}`,
    `Nơi gửi / sender:      ${record.fromName ?? ''} (${record.from ?? ''})`,
    `Trục nhận / accepted:  ${record.acceptedAt}`,
    `SHA-256:               ${record.sha256}`,
    '',
    'Tệp này giữ mọi thứ mà kết luận về chữ ký số đã dựa vào, để nhiều năm sau vẫn lặp lại',
    'được kết luận ấy mà không cần mạng, không cần Trục.',
    'This file holds everything the verdict rested on, so that it can be repeated years later,',
    'without a network and without the hub.',
    '',
    'Kết luận đã ghi / recorded verdicts:',
    ...judgementLines(judgements),
    '',
    'Trong tệp / contents:',
    ...contents,
    ...(missing.length === 0 ? [] : ['', `Trục không còn giữ / the hub has lost: ${missing.join(', ')}`]),
    '',
    'LẶP LẠI KẾT LUẬN / REPEATING THE VERDICT',
    '',
    'Bằng LienThong / with LienThong (0 = như đã ghi / as recorded, 65 = khác / different):',
    '',
    '  lienthong verify --evidence TEP.zip',
    '',
    'Mốc tin cậy lấy từ chính tệp này: hãy đối chiếu SHA-256 của chứng thư gốc với nơi công bố,',
    'hoặc đưa chứng thư gốc của mình: --anchors THU-MUC.',
    'The anchors are taken from this very file: compare their SHA-256 with what the authority',
    'publishes, or bring your own with --anchors DIR.',
    '',
    'Bằng openssl / with openssl, for a PDF:',
    '',
    ...(newest === undefined ? [] : opensslLines(newest)),
    '',
  ].join('\n');
};
