/**
 * The one table of what the hub can be told from outside (contract §2): name, default, whether it is
 * secret, what it means, and how its text is read. `config.ts` reads it; README's table is made from it.
 */
import { parse } from 'yaml';
import { type Policy, policyFor, policyPresets, presets } from './records/policy.ts';

/** Reads a text file whole; throws when it cannot. The only way a setting touches the world. */
export type ReadText = (path: string) => string;
type Sentence = readonly [vi: string, en: string];
type Setting<Value> = {
  /** As it would be written in the environment. */
  readonly preset: string;
  readonly means: Sentence;
  /** Throws a Wrong for what it cannot take. */
  readonly read: (text: string, files: ReadText) => Value;
  readonly secret: boolean;
};

/** A value that cannot be taken; `readConfig` gathers them and throws one ConfigError. */
export class Wrong extends Error {
  readonly vi: string;
  constructor(vi: string, en: string) {
    super(en);
    this.vi = vi;
  }
}

const setting = <Value>(preset: string, read: Setting<Value>['read'], vi: string, en: string): Setting<Value> => ({
  preset,
  read,
  means: [vi, en],
  secret: false,
});
const hidden = <Value>(preset: string, read: Setting<Value>['read'], vi: string, en: string): Setting<Value> => ({
  ...setting(preset, read, vi, en),
  secret: true,
});

const text = (value: string): string => value;

const whole =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    throw new Wrong(`phải là số nguyên từ ${least} đến ${most}`, `must be a whole number from ${least} to ${most}`);
  };

const oneOf =
  <Word extends string>(...words: readonly Word[]) =>
  (value: string): Word => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    const list = words.map((one) => (one === '' ? "''" : one)).join(', ');
    throw new Wrong(`phải là một trong: ${list}`, `must be one of: ${list}`);
  };

const url =
  (schemes: readonly string[], ...words: readonly string[]) =>
  (value: string): string => {
    if (words.includes(value)) return value;
    if (URL.canParse(value) && schemes.includes(new URL(value).protocol)) return value.replace(/\/+$/, '');
    const list = [...words.map((word) => word || "''"), ...schemes.map((scheme) => `${scheme}//…`)].join(', ');
    throw new Wrong(`phải là ${list}`, `must be ${list}`);
  };

/** Several members with a port each are no URL to `URL`; the driver says what else is wrong. */
const storeUrl = (value: string): string => {
  if (value === 'sqlite') return value;
  if (/^mongodb(?:\+srv)?:\/\/(?:[^/?#@\s]+@)?[^/?#@\s]+(?:\/[^?@\s]*)?(?:\?\S*)?$/.test(value)) return value.replace(/\/+$/, '');
  const list = 'sqlite, mongodb://MÁY1:27017,MÁY2:27017/CSDL, mongodb+srv://…';
  throw new Wrong(
    `phải là ${list}; ký tự @ : / ? # trong mật khẩu viết thành %40 %3A…`,
    `must be ${list}; a password's @ : / ? # are written %40 %3A…`,
  );
};

/** `ca.gov.vn, 10.1.2.3:8080`: each a name or address, with a port where it is not the usual one. */
const hosts = (value: string): readonly string[] => {
  // A list in the YAML file arrives here as JSON.
  const words: readonly unknown[] = value.startsWith('["') ? parse(value) : value.split(',');
  const list = words.map((host) => String(host).trim()).filter((host) => host !== '');
  const isHost = (host: string): boolean => {
    const text = `http://${host}/`;
    return URL.canParse(text) && new URL(text).pathname === '/' && !/[@?#\s]/.test(host);
  };
  if (list.every(isHost)) return list;
  throw new Wrong('phải là danh sách tên máy chủ, cách nhau bằng dấu phẩy', 'must be host names separated by commas');
};

/** 0.97, 0,97 or 97: a share that should be reached. */
const share = (value: string): number => {
  const number = Number(value.replace(',', '.'));
  if (number > 0 && number <= 100) return number > 1 ? number / 100 : number;
  throw new Wrong('phải là tỷ lệ như 0.97 hoặc 97', 'must be a share such as 0.97 or 97');
};

/** PEM text as it stands, or the path of a file with it. Null when not set. */
const pem = (value: string, files: ReadText): string | null => {
  if (value === '') return null;
  const found = value.includes('-----BEGIN ') ? value : files(value);
  if (found.includes('-----BEGIN ')) return found;
  throw new Wrong('không phải là PEM', 'is not PEM');
};

const fingerprint = (value: string): string => {
  if (/^(?:[0-9a-f]{64})?$/.test(value)) return value;
  throw new Wrong('phải là 64 chữ số thập lục phân', 'must be 64 hexadecimal digits');
};

const policy = (value: string, files: ReadText): Policy => {
  const preset = policyPresets.find((one) => one === value);
  if (preset !== undefined) return presets[preset];
  // Written inside the YAML file, it arrives here as JSON.
  const inline = /^[[{]/.test(value);
  if (!inline && !/\.(ya?ml|json)$/.test(value)) {
    const list = policyPresets.join(', ');
    throw new Wrong(`phải là ${list} hoặc một tệp .yaml`, `must be ${list} or a .yaml file`);
  }
  const reading = policyFor(parse(inline ? value : files(value)), inline ? 'custom' : value);
  if (reading.kind === 'policy') return reading.policy;
  const list = (language: 'vi' | 'en'): string => reading.mistakes.map((one) => `${one.at || '/'}: ${one[language]}`).join('; ');
  throw new Wrong(list('vi'), list('en'));
};

/** The one table. A setting `maxBytes` is `LIENTHONG_MAX_BYTES` in the environment and `maxBytes` in YAML. */
export const settings = {
  data: setting('./data', text, 'Thư mục dữ liệu của Trục', 'Folder of everything the hub keeps'),
  host: setting('127.0.0.1', text, 'Địa chỉ lắng nghe', 'Address to listen on'),
  port: setting('8080', whole(0, 65_535), 'Cổng lắng nghe; 0 = cổng trống bất kỳ', 'Port to listen on; 0 = any free one'),
  publicUrl: setting('', url(['http:', 'https:'], ''), 'Địa chỉ bên ngoài dùng để gọi Trục', 'Address by which callers reach the hub'),
  hub: setting('', text, 'Mã định danh của Trục; trống = không kiểm tra vòng lặp', 'Own code of the hub; empty = no loop check'),
  name: setting(
    'Trục liên thông văn bản',
    text,
    'Tên tỉnh, bộ, ngành ghi trên báo cáo',
    'Name of the province or ministry, as reports show it',
  ),
  notice: setting(
    '',
    text,
    'Dòng ghi chú dưới mọi tiêu đề, ví dụ: DỮ LIỆU MÔ PHỎNG',
    'A line under every title, e.g. that data are simulated',
  ),
  target: setting('0.97', share, 'Mục tiêu tỷ lệ văn bản điện tử (0.97 hoặc 97)', 'Share of documents to go electronically (0.97 or 97)'),
  store: hidden('sqlite', storeUrl, 'Kho: sqlite hoặc URL mongodb://', 'Store: sqlite or a mongodb:// URL'),
  broker: hidden('none', url(['amqp:', 'amqps:'], 'none'), 'Hàng đợi: none hoặc URL amqp://', 'Broker: none or an amqp:// URL'),
  brokerManagement: hidden(
    '',
    url(['http:', 'https:'], ''),
    'Địa chỉ quản trị RabbitMQ (http://NGƯỜI_DÙNG:MẬT_KHẨU@máy:15672), để lienthong broker cấp tài khoản',
    'Management API of RabbitMQ, by which `lienthong broker` makes accounts',
  ),
  inlineBytes: setting(
    '1048576',
    whole(0, 16 * 2 ** 20),
    'Văn bản đến chừng này byte được gửi nguyên vẹn vào hàng đợi; lớn hơn thì gửi liên kết tải',
    'Envelopes up to so many bytes travel whole in a queue, larger ones as a link',
  ),
  againSeconds: setting(
    '900',
    whole(1, 30 * 86_400),
    'Sau chừng này giây, văn bản đã vào hàng đợi mà chưa được xác nhận (và hàng đợi đã trống) được đưa vào lại',
    'Seconds until what stood in a queue that is empty by now, and was not acknowledged, is put there again',
  ),
  anchors: setting('', text, 'Thư mục chứng thư tin cậy; trống = <data>/anchors', 'Folder of trust anchors; empty = <data>/anchors'),
  crls: setting('', text, 'Thư mục CRL (PEM hoặc DER); trống = <data>/crls', 'Folder of CRLs (PEM or DER); empty = <data>/crls'),
  fetch: setting(
    'off',
    (value) => oneOf('off', 'on')(value) === 'on',
    'Cho phép tải CRL, OCSP, dấu thời gian',
    'Whether CRL, OCSP and time stamps may be fetched',
  ),
  fetchHosts: setting(
    '',
    hosts,
    'Máy chủ được phép tải thêm, cách nhau bằng dấu phẩy (tên hoặc tên:cổng); được có địa chỉ nội bộ',
    'Further hosts that may be fetched from, comma-separated (name or name:port); their addresses may be private',
  ),
  policy: setting('guard', policy, 'Chính sách: monitor, guard, strict hoặc tệp YAML', 'Policy: monitor, guard, strict or a YAML file'),
  maxBytes: setting('104857600', whole(1024, 2 ** 40), 'Dung lượng thông điệp lớn nhất (byte)', 'Largest message taken, in bytes'),
  key: hidden('', pem, 'Khóa ký của Trục (PEM hoặc đường dẫn); trống = tự tạo', 'Signing key of the hub (PEM or path); empty = made once'),
  cert: setting('', pem, 'Chứng thư của khóa ký (PEM hoặc đường dẫn)', 'Certificate of that key (PEM or path)'),
  keyReplaces: setting(
    '',
    fingerprint,
    'Dấu vân tay (SHA-256) của khóa ký cũ, khi chủ ý đổi khóa của các Trục dùng chung MongoDB',
    'Fingerprint (SHA-256) of the former signing key, where hubs on one MongoDB change it on purpose',
  ),
  tlsKey: hidden('', pem, 'Khóa TLS (PEM hoặc đường dẫn)', 'TLS key (PEM or path)'),
  tlsCert: setting('', pem, 'Chứng thư TLS (PEM hoặc đường dẫn)', 'TLS certificate (PEM or path)'),
  plaintext: setting(
    '',
    oneOf('', 'behind-proxy'),
    'behind-proxy: chạy không TLS sau máy chủ ủy nhiệm',
    'behind-proxy: no TLS, behind a proxy',
  ),
  rate: setting(
    '200',
    whole(0, 1_000_000),
    'Số yêu cầu mỗi giây của một hệ thống; 0 = không giới hạn',
    'Requests a second per system; 0 = off',
  ),
  inflightBytes: setting(
    '536870912',
    whole(0, 2 ** 50),
    'Tổng dung lượng một hệ thống được gửi cùng lúc (byte); 0 = không giới hạn',
    'Bytes a system may be sending at one time; 0 = off',
  ),
  diskMin: setting('536870912', whole(0, 2 ** 50), 'Dung lượng đĩa trống tối thiểu (byte)', 'Bytes free below which envelopes are refused'),
} as const satisfies Record<string, Setting<unknown>>;
