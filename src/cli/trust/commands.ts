/** `check`, `verify` and `anchors`: their help is at hand at once, what they need is loaded when they run. */
import type { CommandLine } from '../command.ts';

export const checkCommand: CommandLine = {
  name: 'check',
  takes: '<file>',
  vi: 'Kiểm tra một thông điệp edXML ngay trên máy này: mọi lỗi, cảnh báo, chữ ký số; không giữ lại gì',
  en: 'list every fault of an envelope, offline',
  example: 'check van-ban.edxml',
  options: [
    ['--profile <profile>', 'member (chặt, mặc định) hoặc hub (từ trục khác, nới lỏng)'],
    ['--anchors <dir>', 'tin các chứng thư tự ký trong thư mục này'],
    ['--crls <dir>', 'danh sách thu hồi và trả lời OCSP, PEM hoặc DER; mặc định của Trục (LIENTHONG_CRLS)'],
    ['--at <time>', 'thời điểm kiểm tra; mặc định bây giờ'],
  ],
  run: async (terminal, [file = ''], given) => (await import('./check.ts')).check(terminal, file, given),
};

export const verifyCommand: CommandLine = {
  name: 'verify',
  takes: '[files...]',
  vi: 'Kiểm tra chữ ký số của tệp PDF, XML, p7s, p7m, thông điệp edXML, hoặc lặp lại kết luận từ tệp bằng chứng',
  en: 'verify signatures of PDF, XML, p7s, p7m, edXML, or repeat a verdict; ends 0 valid, 75 undetermined, 65 otherwise',
  example: 'verify van-ban.pdf --anchors ./chung-thu-goc',
  options: [
    ['--anchors <dir>', 'tin các chứng thư tự ký trong thư mục này; mặc định chứng thư gốc của Trục (LIENTHONG_ANCHORS)'],
    ['--crls <dir>', 'danh sách thu hồi và trả lời OCSP, PEM hoặc DER; mặc định của Trục (LIENTHONG_CRLS)'],
    ['--at <time>', 'thời điểm kiểm tra; mặc định bây giờ'],
    ['--rules <file>', 'quy tắc YAML hoặc JSON, hoặc tên có sẵn: integrity-only'],
    ['--content <file>', 'nội dung được ký của chữ ký rời (p7s)'],
    ['--evidence <zip>', 'lặp lại kết luận từ tệp bằng chứng của Trục, không cần mạng; 0 = như đã ghi, 65 = khác'],
  ],
  run: async (terminal, files, given) => (await import('./verify.ts')).verify(terminal, files, given),
};

export const anchorCommands: readonly CommandLine[] = [
  {
    name: 'anchors add',
    takes: '<file>',
    vi: 'Thêm một chứng thư gốc vào danh sách tin cậy, sau khi đối chiếu dấu vân tay',
    en: 'trust a certificate as an anchor, after comparing its fingerprint',
    example: 'anchors add root-ca.pem',
    options: [['--yes', 'không hỏi lại (đã đối chiếu dấu vân tay)']],
    run: async (terminal, [file = ''], given) => (await import('./anchors.ts')).add(terminal, file, given.yes === true),
  },
  {
    name: 'anchors list',
    takes: '',
    vi: 'Liệt kê chứng thư tin cậy và chứng thư trung gian',
    en: 'list anchors and intermediates',
    example: 'anchors list',
    options: [],
    run: async (terminal) => (await import('./anchors.ts')).list(terminal),
  },
];

export const crlCommands: readonly CommandLine[] = [
  {
    name: 'crls import',
    takes: '[files...]',
    vi: 'Nhập danh sách thu hồi (CRL) hoặc trả lời OCSP mang đến bằng tay, sau khi kiểm tra chữ ký của cơ quan chứng thực',
    en: 'take in CRLs and OCSP answers carried by hand, after checking who signed them; ends 65 when one is refused',
    example: 'crls import cp.crl rootca.crl',
    options: [],
    run: async (terminal, files) => (await import('./crls.ts')).importFiles(terminal, files),
  },
  {
    name: 'crls list',
    takes: '',
    vi: 'Cho biết cơ quan chứng thực nào còn danh sách thu hồi, quá hạn hoặc chưa có',
    en: 'show which authorities have a current list, a stale one or none',
    example: 'crls list',
    options: [],
    run: async (terminal) => (await import('./crls.ts')).list(terminal),
  },
  {
    name: 'crls fetch',
    takes: '',
    vi: 'Tải ngay những gì đến hạn (cần LIENTHONG_FETCH=on)',
    en: 'fetch what is due now; needs LIENTHONG_FETCH=on, ends 75 when something could not be reached',
    example: 'crls fetch',
    options: [],
    run: async (terminal) => (await import('./crls.ts')).fetchNow(terminal),
  },
];
