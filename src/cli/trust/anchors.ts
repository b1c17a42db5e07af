/**
 * `anchors add` and `anchors list` (contract §2): a certificate becomes a trust anchor only when a person
 * has compared its fingerprint, which then stands in `anchors.sha256` beside it.
 */
import { X509Certificate } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readConfig } from '../../config.ts';
import { foldText } from '../../envelope/text.ts';
import { dayOfInstant } from '../../oversight/numerals.ts';
import { readPins } from '../../signature/path/trust.ts';
import { exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { answer, remark, type Terminal } from '../terminal.ts';

const pinFile = 'anchors.sha256';

export type Anchor = {
  /** Of the DER, lower-case hex. */
  readonly sha256: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly file: string;
};

/** `CN=…, O=…`: node gives one part a line. */
const oneLine = (name: string): string => name.split('\n').filter(Boolean).reverse().join(', ');

export const anchorFrom = (bytes: Uint8Array, file: string): Anchor => {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.split('-----BEGIN CERTIFICATE-----').length > 2)
    throw new Stopped(exits.input, `${file} chứa nhiều chứng thư; mỗi tệp một chứng thư`, `${file} holds several certificates`);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(bytes);
  } catch {
    throw new Stopped(exits.input, `${file} không phải là chứng thư X.509 (PEM hoặc DER)`, `${file} is no X.509 certificate (PEM or DER)`);
  }
  return {
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    file,
  };
};

const readOr = async (path: string, absent: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return absent;
    throw error;
  });

/** Every certificate of the folder, pinned or not; files that are none are passed over. */
export const anchorsIn = async (folder: string): Promise<readonly (Anchor & { readonly pinned: boolean })[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const pins = new Set(readPins(await readOr(join(folder, pinFile), '')));
  const found: (Anchor & { readonly pinned: boolean })[] = [];
  for (const name of names.filter((one) => one !== pinFile && !one.startsWith('.')).sort()) {
    try {
      const anchor = anchorFrom(await readFile(join(folder, name)), name);
      found.push({ ...anchor, pinned: pins.has(anchor.sha256) });
    } catch (error) {
      if (!(error instanceof Stopped) && (error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
    }
  }
  return found;
};

/** The certificate first, its fingerprint last and by rename: a half-done addition trusts nothing new. */
const pin = async (folder: string, anchor: Anchor, bytes: Uint8Array): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const words = foldText(/CN=([^,]+)/.exec(anchor.subject)?.[1] ?? 'anchor')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const name = `${words || 'anchor'}-${anchor.sha256.slice(0, 8)}.pem`;
  await writeFile(join(folder, name), new X509Certificate(bytes).toString(), { flush: true });
  const path = join(folder, pinFile);
  const before = await readOr(path, '');
  const lines = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await writeFile(`${path}.part`, `${lines}${anchor.sha256}  ${anchor.subject}\n`, { flush: true });
  await rename(`${path}.part`, path);
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
  return name;
};

const askWhether = async (terminal: Terminal): Promise<boolean> => {
  if (!terminal.asked)
    throw new Stopped(
      exits.usage,
      'Không hỏi được: hãy đối chiếu dấu vân tay rồi thêm --yes',
      'Cannot ask: compare the fingerprint, then add --yes',
    );
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const text = await lines.question('Tin cậy chứng thư này? Gõ "co" để đồng ý / type "co" to trust it: ').finally(() => lines.close());
  return ['co', 'có', 'yes'].includes(text.trim().normalize('NFC').toLowerCase());
};

const spaced = (sha256: string): string => sha256.toUpperCase().match(/.{2}/g)?.join(':') ?? sha256;

export const add = async (terminal: Terminal, file: string, yes: boolean) => {
  const { anchors: folder } = readConfig(terminal.env);
  const bytes = await readFile(file);
  const anchor = anchorFrom(bytes, file);
  const known = (await anchorsIn(folder)).find((one) => one.pinned && one.sha256 === anchor.sha256);
  const { sha256, subject, issuer, validFrom, validTo } = anchor;
  const certificate = new X509Certificate(bytes);
  for (const line of [
    `Chủ thể:      ${subject}`,
    `Cấp bởi:      ${issuer}`,
    `Hiệu lực:     ${dayOfInstant(validFrom)} – ${dayOfInstant(validTo)}`,
    `SHA-256:      ${spaced(sha256)}`,
  ])
    remark(terminal, line);
  if (validTo < terminal.now().toISOString()) remark(terminal, 'CẢNH BÁO: chứng thư này đã hết hạn / it has expired');
  if (!certificate.ca) remark(terminal, 'CẢNH BÁO: chứng thư này không phải là của cơ quan chứng thực / it is no CA certificate');
  if (known !== undefined) {
    answer(terminal, { sha256, subject, validFrom, validTo, file: known.file, added: false }, [`Đã có trong danh sách: ${known.file}`]);
    return exits.done;
  }
  if (!yes && !(await askWhether(terminal))) throw new Stopped(exits.usage, 'Không thêm gì', 'Nothing was added');
  const name = await pin(folder, anchor, bytes);
  answer(terminal, { sha256, subject, validFrom, validTo, file: name, added: true }, [`Đã thêm ${name} vào ${folder}`]);
  return exits.done;
};

export const list = async (terminal: Terminal) => {
  const found = await anchorsIn(readConfig(terminal.env).anchors);
  const rows = found.map((one) => [
    one.pinned ? 'tin cậy' : 'trung gian',
    one.subject,
    `${dayOfInstant(one.validFrom)} – ${dayOfInstant(one.validTo)}`,
    one.sha256,
    one.file,
  ]);
  answer(terminal, found, columnsOf(['Vai trò', 'Chủ thể', 'Hiệu lực', 'SHA-256', 'Tệp'], rows));
  return exits.done;
};
