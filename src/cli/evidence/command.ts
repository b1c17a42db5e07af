/** `verify --evidence FILE.zip`: the recorded verdicts are repeated from the file alone, offline, and shown side by side. */
import { bytesAt } from '../../envelope/place.ts';
import { clockText, dayOfInstant } from '../../oversight/numerals.ts';
import { findingWords } from '../../oversight/words.ts';
import { entryNameOf, entryNames } from '../../records/evidence-file.ts';
import type { Judgement } from '../../records/judgement.ts';
import type { VerificationContext } from '../../signature/context.ts';
import type { EvidenceKind } from '../../signature/evidence.ts';
import { type Trust, trustFrom } from '../../signature/path/trust.ts';
import type { Proof } from '../../signature/proof.ts';
import { revocationFrom } from '../../signature/revocation/known.ts';
import { type Given, textOf } from '../command.ts';
import { type Exit, exits } from '../ending.ts';
import { gridOf } from '../grid.ts';
import { answer, type Terminal } from '../terminal.ts';
import { askedTrust } from '../trust/context.ts';
import { inspectEnvelope } from '../trust/inspection.ts';
import { wrapped } from '../trust/tree.ts';
import { type Archive, openArchive, unusable } from './archive.ts';
import { type Compared, compareProofs, isEqual, type Verdicted } from './compare.ts';

type Repeated = {
  readonly judgement: Judgement;
  readonly trust: Trust;
  readonly repeated: Proof | null;
  readonly rows: readonly Compared[];
};

const piecesOf = (archive: Archive, { evidence }: Judgement, ...kinds: readonly EvidenceKind[]): readonly Uint8Array[] =>
  evidence.items
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap((item) => {
      const place = archive.placeOf(entryNameOf(item));
      return place === null ? [] : [bytesAt(place)];
    });

/** With the instants, rules and pieces of that judgement alone: what was learnt later must not help it. */
const contextFor = (archive: Archive, judgement: Judgement, given: Given): VerificationContext => {
  const certificates = piecesOf(archive, judgement, 'certificate');
  const { evidence } = judgement;
  return {
    trust: askedTrust(given, certificates) ?? trustFrom({ anchors: certificates, pins: evidence.anchors }),
    revocation: revocationFrom(piecesOf(archive, judgement, 'crl', 'ocsp')),
    at: new Date(evidence.at),
    now: new Date(evidence.judgedAt),
    rules: evidence.rules,
  };
};

const repeat = async (archive: Archive, judgement: Judgement, given: Given): Promise<Repeated> => {
  const message = archive.placeOf(entryNames.message);
  if (message === null) throw unusable(`thiếu mục ${entryNames.message}`, `the entry ${entryNames.message} is missing`);
  const context = contextFor(archive, judgement, given);
  const { proof } = await inspectEnvelope(message, 'hub', context);
  const { entries, original } = archive.manifest;
  const same = entries.some(({ name, sha256 }) => name === entryNames.message && sha256 === original.sha256);
  return { judgement, trust: context.trust, repeated: proof, rows: compareProofs(judgement.proof, proof, same) };
};

const timeText = (instant: string): string => `${clockText(instant)} ngày ${dayOfInstant(instant)}`;
const verdictText = (found: Verdicted | null): string =>
  found === null ? 'không có' : `${findingWords(found.verdict, found.reason)} (${found.reason ?? found.verdict})`;

const anchorLines = ({ trust }: Repeated, own: boolean): readonly string[] => [
  own
    ? '  Mốc tin cậy do người chạy lệnh đưa vào (--anchors):'
    : '  Mốc tin cậy lấy từ chính tệp bằng chứng; hãy đối chiếu với nơi công bố:',
  ...trust.anchors.flatMap(({ subject, sha256 }) => [...wrapped('    ', '      ', subject.text), `      SHA-256 ${sha256}`]),
  ...(trust.anchors.length === 0 ? ['    không có'] : []),
];

const linesOf = (one: Repeated, place: number, own: boolean): readonly string[] => {
  const { evidence } = one.judgement;
  const rows = one.rows.map((row) => [row.what, verdictText(row.recorded), verdictText(row.repeated), isEqual(row) ? '=' : '≠']);
  return [
    '',
    `Lần kiểm tra ${place + 1}: lúc ${timeText(evidence.judgedAt)}, bằng LienThong ${evidence.version}`,
    ...(evidence.at === evidence.judgedAt ? [] : [`  văn bản có từ ${timeText(evidence.at)}`]),
    ...anchorLines(one, own),
    ...gridOf(['Mục', 'Đã ghi', 'Lặp lại', ''], rows, { widths: [22, 25, 25, 3], right: [] }),
  ];
};

const linesFor = (file: string, { manifest }: Archive, all: readonly Repeated[], own: boolean): readonly string[] => {
  const equal = all.every(({ rows }) => rows.every(isEqual));
  const cited = manifest.code ?? manifest.documentId ?? manifest.recordId;
  return [
    `Bằng chứng ${file}`,
    ...wrapped('  ', '    ', `Văn bản ${cited} của ${manifest.from}, Trục nhận lúc ${timeText(manifest.acceptedAt)}`),
    '  Mã SHA-256 của danh mục bằng chứng (so với nhật ký của Trục):',
    `    ${manifest.evidenceSha256}`,
    ...(manifest.missing.length === 0 ? [] : [`  Trục không còn giữ ${manifest.missing.length} mục`]),
    ...all.flatMap((one, place) => linesOf(one, place, own)),
    '',
    equal ? 'KẾT QUẢ: GIỐNG KẾT LUẬN ĐÃ GHI' : 'KẾT QUẢ: KHÁC KẾT LUẬN ĐÃ GHI',
  ];
};

const valueFor = (file: string, { manifest }: Archive, all: readonly Repeated[], own: boolean) => ({
  file,
  recordId: manifest.recordId,
  evidenceSha256: manifest.evidenceSha256,
  anchors: own ? 'given' : 'evidence',
  equal: all.every(({ rows }) => rows.every(isEqual)),
  judgements: all.map(({ judgement, repeated, rows }) => ({
    judgedAt: judgement.evidence.judgedAt,
    version: judgement.evidence.version,
    equal: rows.every(isEqual),
    recorded: judgement.proof,
    repeated,
    compared: rows,
  })),
});

export const verifyEvidence = async (terminal: Terminal, file: string, given: Given): Promise<Exit> => {
  const own = textOf(given, 'anchors') !== undefined;
  const archive = await openArchive(file);
  try {
    const all: Repeated[] = [];
    for (const judgement of archive.judgements) all.push(await repeat(archive, judgement, given));
    const value = valueFor(file, archive, all, own);
    answer(terminal, value, linesFor(file, archive, all, own));
    return value.equal ? exits.done : exits.input;
  } finally {
    await archive.close();
  }
};
