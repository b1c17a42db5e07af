/** What verification and receipts rest on: anchors, the hub's own key and code. */
import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { dayOfInstant } from '../../oversight/numerals.ts';
import { standingsOf } from '../../signature/revocation/standing.ts';
import { anchorsIn } from '../trust/anchors.ts';
import { type Finding, finding } from './finding.ts';

const dayMs = 86_400_000;
const warnDays = 90;

export const anchorFindings = async (config: Config, now: Date): Promise<readonly Finding[]> => {
  const pinned = (await anchorsIn(config.anchors)).filter((one) => one.pinned);
  if (pinned.length === 0) {
    const says = [`Chưa có chứng thư gốc tin cậy trong ${config.anchors}`, `No trust anchor in ${config.anchors}`] as const;
    return [finding('anchors', 'error', says, 'Không chữ ký nào được coi là hợp lệ; thêm bằng: lienthong anchors add TỆP')];
  }
  return pinned.map((anchor) => {
    const says = [
      `Chứng thư gốc ${anchor.subject}, đến ${dayOfInstant(anchor.validTo)}`,
      `Anchor ${anchor.subject} until ${anchor.validTo}`,
    ] as const;
    const left = Date.parse(anchor.validTo) - now.getTime();
    if (left < 0) return finding('anchors', 'error', says, 'Đã hết hạn: thêm chứng thư gốc mới');
    return finding(
      'anchors',
      left < warnDays * dayMs ? 'warning' : 'ok',
      says,
      left < warnDays * dayMs ? 'Sắp hết hạn: chuẩn bị chứng thư gốc mới' : '',
    );
  });
};

/** Without a current list (or OCSP answers) documents are accepted, but stay "chưa kiểm tra được thu hồi". */
export const crlFindings = async (config: Config, now: Date): Promise<readonly Finding[]> => {
  const { openFolders } = await import('../../open.ts');
  const folders = openFolders(config);
  const advice = config.fetch ? 'Xem lienthong crls fetch' : 'Lấy bản mới từ cơ quan chứng thực rồi: lienthong crls import TỆP';
  return standingsOf(await folders.trust(), await folders.kept(), now).map(({ authority, state, lists: [newest] }) => {
    const name = authority.subject.commonName ?? authority.subject.text;
    const until = newest?.nextUpdate ?? null;
    if (state === 'missing')
      return finding('crls', 'warning', [`Chưa có danh sách thu hồi của ${name}`, `No revocation list of ${name}`], advice);
    const says = [
      `Danh sách thu hồi của ${name}, đến ${until === null ? 'không ghi' : dayOfInstant(until)}`,
      `Revocation list of ${name} until ${until ?? 'unsaid'}`,
    ] as const;
    return state === 'current' ? finding('crls', 'ok', says) : finding('crls', 'warning', says, `Đã quá hạn. ${advice}`);
  });
};

const certificateFinding = (pem: string, now: Date): Finding => {
  const validTo = new Date(new X509Certificate(pem).validTo);
  const day = dayOfInstant(validTo.toISOString());
  const says = [`Chứng thư ký biên nhận của Trục, đến ${day}`, `The hub's receipt certificate, until ${validTo.toISOString()}`] as const;
  if (validTo < now) return finding('certificate', 'error', says, 'Đã hết hạn: thay LIENTHONG_KEY và LIENTHONG_CERT');
  const soon = validTo.getTime() - now.getTime() < warnDays * dayMs;
  return finding('certificate', soon ? 'warning' : 'ok', says, soon ? 'Sắp hết hạn: chuẩn bị cặp khóa mới' : '');
};

const fileFinding = async (path: string): Promise<Finding> => {
  const found = await stat(path).catch(() => null);
  if (found === null)
    return finding(
      'key',
      'warning',
      ['Trục chưa có khóa ký', 'The hub has no signing key yet'],
      'Sẽ được tạo khi chạy lần đầu, hoặc đặt LIENTHONG_KEY và LIENTHONG_CERT',
    );
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  const says = [`Khóa ký của Trục ${path}, quyền ${mode}`, `The hub's key ${path}, mode ${mode}`] as const;
  return (found.mode & 0o077) === 0
    ? finding('key', 'ok', says)
    : finding('key', 'error', says, `Người khác đọc được khóa: chmod 600 ${path}`);
};

/** A key from the environment is looked after by whoever set it; one that the hub made must be its own alone. */
export const keyFindings = async (config: Config, now: Date): Promise<readonly Finding[]> => {
  if (config.key !== null && config.cert !== null)
    return [
      finding('key', 'ok', ['Khóa ký của Trục lấy từ cấu hình', "The hub's key comes from the configuration"]),
      certificateFinding(config.cert, now),
    ];
  const key = await fileFinding(join(config.data, 'hub-key.pem'));
  const pem = await readFile(join(config.data, 'hub-cert.pem'), 'utf8').catch(() => null);
  return pem === null ? [key] : [key, certificateFinding(pem, now)];
};

export const codeFinding = ({ hub }: Config): Finding =>
  hub === ''
    ? finding(
        'code',
        'warning',
        ['Chưa đặt mã định danh của Trục', 'The hub has no code'],
        'Đặt LIENTHONG_HUB, nếu không Trục không phát hiện được thông điệp đi vòng',
      )
    : finding('code', 'ok', [`Mã định danh của Trục: ${hub}`, `The hub's code: ${hub}`]);
