/** A verdict for people: file, signatures, who and when, the chain up to the anchor; 80 columns, times of Việt Nam. */
import { clockText, dayOfInstant, grouped } from '../../oversight/numerals.ts';
import { findingWords } from '../../oversight/words.ts';
import type { ChangeClass, SignatureProof } from '../../signature/proof.ts';
import type { Lack } from './required.ts';
import type { Verified } from './single.ts';

type Anchors = ReadonlySet<string>;

const columns = 80;
const labelWidth = 12;

/** Breaks at spaces; a word that is longer than the line stays whole. Further lines begin with `hanging`. */
export const wrapped = (first: string, hanging: string, text: string): readonly string[] => {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (!empty && [...line].length + 1 + [...word].length > columns) {
      lines.push(line);
      [line, empty] = [hanging, true];
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line.trimEnd()];
};

const labelled = (edge: string, label: string, text: string): readonly string[] =>
  wrapped(`${edge}${label.padEnd(labelWidth)}`, edge + ' '.repeat(labelWidth), text);

const timeText = (instant: string): string => `${clockText(instant)} ngày ${dayOfInstant(instant)}`;

/** Kinds of file that are not called by their own letters. */
const fileKinds: Readonly<Record<string, string>> = {
  ooxml: 'Tệp Office',
  ole: 'Tệp Office đời cũ',
  image: 'Ảnh',
  other: 'Loại tệp khác',
};

const kinds: Readonly<Record<SignatureProof['signer']['kind'], string>> = {
  agency: 'cơ quan, tổ chức',
  person: 'cá nhân',
  unknown: 'chưa rõ của cơ quan hay cá nhân',
};

const changeWords: Readonly<Record<ChangeClass, string>> = {
  validation: 'chỉ thêm dữ liệu kiểm tra chữ ký',
  signature: 'thêm chữ ký',
  permitted: 'thay đổi được người ký cho phép',
  visible: 'THAY ĐỔI NHÌN THẤY ĐƯỢC',
  forbidden: 'THAY ĐỔI BỊ CẤM',
};

const statusWords = { good: 'chưa bị thu hồi', revoked: 'ĐÃ BỊ THU HỒI', unknown: 'không rõ' } as const;

const stampText = ({ at, reason, authority }: NonNullable<SignatureProof['timestamps']>[number]): string => {
  const by = authority === null ? '' : ` (${authority})`;
  return `dấu thời gian ${at === null ? 'không đọc được' : timeText(at)}${by}${reason === null ? '' : ', không được tính'}`;
};

const whenLines = (edge: string, { claimedAt, timestampedAt, judgedAt, timestamps = [] }: SignatureProof): readonly string[] => {
  const stamps = timestamps.map(stampText);
  const counted = timestampedAt === null || stamps.length > 0 ? [] : [`dấu thời gian ${timeText(timestampedAt)}`];
  const claimed = claimedAt === null ? [] : [`người ký ghi ${timeText(claimedAt)}`];
  return labelled(edge, 'Thời điểm', [...claimed, ...stamps, ...counted, `xét lúc ${timeText(judgedAt)}`].join('; '));
};

/** The signer's common name of a distinguished name; the whole where it has none. */
const nameIn = (subject: string): string => /(?:^|,\s*)CN=((?:\\.|[^,\\])+)/i.exec(subject)?.[1]?.replaceAll('\\', '') ?? subject;

const revocationText = ({ source, status, thisUpdate, revokedAt }: SignatureProof['revocation'][number]): string => {
  const since = revokedAt === null ? '' : ` từ ${timeText(revokedAt)}`;
  const dated = thisUpdate === null ? '' : ` ngày ${dayOfInstant(thisUpdate)}`;
  return `; ${statusWords[status]}${since} (${source.toUpperCase()}${dated})`;
};

const chainLines = (edge: string, { chain, revocation }: SignatureProof, anchors: Anchors): readonly string[] =>
  chain.flatMap(({ subject, serial, sha256 }, depth) => {
    const known = revocation.find((one) => one.serial === serial);
    const step = depth === 0 ? '' : `${' '.repeat(2 * (depth - 1))}└─ `;
    const first = `${edge}${(depth === 0 ? 'Chứng thư' : '').padEnd(labelWidth)}${step}`;
    const anchor = anchors.has(sha256) ? '; chứng thư gốc được tin cậy' : '';
    const text = `${nameIn(subject)} (số ${serial})${known === undefined ? '' : revocationText(known)}${anchor}`;
    return wrapped(first, edge + ' '.repeat(labelWidth + step.length), text);
  });

const isSaid = ({ verdict, reason, vi }: SignatureProof): boolean =>
  verdict === 'valid' || findingWords(verdict, reason).toLowerCase() === vi.toLowerCase();

const coverText = ({ covers, integrity }: SignatureProof): string => {
  const extent = covers.wholeFile ? 'toàn bộ tệp' : `phiên bản ${covers.revision}/${covers.of} của tệp`;
  return `${extent}; nội dung được ký ${integrity === 'intact' ? 'nguyên vẹn' : 'KHÔNG CÒN NGUYÊN VẸN'}`;
};

const detailLines = (edge: string, one: SignatureProof, anchors: Anchors): readonly string[] => {
  const { signer } = one;
  const who = [signer.name, signer.organisation].filter((text) => text !== null).join(' – ') || 'không rõ';
  return [
    // Where the headline says the same, once is enough.
    ...(isSaid(one) ? [] : wrapped(edge, edge, `${one.vi}.`)),
    ...labelled(edge, 'Người ký', `${who} (${kinds[signer.kind]})`),
    ...whenLines(edge, one),
    ...chainLines(edge, one, anchors),
    ...(one.algorithm === null ? [] : labelled(edge, 'Thuật toán', one.algorithm)),
    ...labelled(edge, 'Bao trùm', coverText(one)),
    ...one.laterChanges.flatMap((change) =>
      labelled(edge, 'Sau khi ký', `phiên bản ${change.revision}: ${changeWords[change.class]}: ${change.what}`),
    ),
    ...(one.remarks ?? []).flatMap((remark) => labelled(edge, 'Lưu ý', remark.vi)),
  ];
};

const signatureLines = (one: SignatureProof, last: boolean, anchors: Anchors): readonly string[] => {
  const [branch, edge] = last ? ['└─ ', '     '] : ['├─ ', '│    '];
  const what = one.kind === 'document-timestamp' ? 'Dấu thời gian của tệp' : 'Chữ ký';
  return [
    ...wrapped(`  ${branch}`, `  ${edge}`, `${what} ${one.index + 1}: ${findingWords(one.verdict, one.reason)}`),
    ...detailLines(`  ${edge}`, one, anchors),
  ];
};

/** `anchors`: SHA-256 of the certificates that are trusted. */
export const treeFor = (item: Verified, lacks: readonly Lack[], anchors: Anchors): readonly string[] => {
  const place = item.contentId === '' ? '' : ` › ${item.name}${item.role === 'main' ? ' (văn bản chính)' : ''}`;
  return [
    `${item.file}${place}`,
    ...wrapped('  KẾT LUẬN: ', '  ', `${findingWords(item.verdict, item.reason)} – ${item.vi}`),
    ...(item.sha256 === ''
      ? []
      : [`  ${fileKinds[item.kind] ?? item.kind.toUpperCase()}, ${grouped(item.size)} byte`, `  SHA-256 ${item.sha256}`]),
    ...lacks.flatMap((lack) => wrapped('  YÊU CẦU: ', '  ', `${lack.vi}.`)),
    ...item.signatures.flatMap((one, index) => signatureLines(one, index === item.signatures.length - 1, anchors)),
    '',
  ];
};
