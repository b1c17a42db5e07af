/**
 * `crls import`, `crls list` and `crls fetch`: what is known of revocation. A hub without Internet lives
 * by the lists that an operator carries in; nothing is taken in that the authority of a pinned anchor has
 * not signed.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readConfig } from '../../config.ts';
import { keepOffer } from '../../exchange/revocation/keep.ts';
import { type Refreshed, refreshRevocation } from '../../exchange/revocation/refresh.ts';
import type { KeptRevocation } from '../../hub/trust.ts';
import type { Hub } from '../../hub.ts';
import { clockText, dayOfInstant, grouped } from '../../oversight/numerals.ts';
import { type Piece, piecesOf, type RevocationFacts } from '../../signature/revocation/facts.ts';
import { judgeOffer, type Offer, type OfferFault } from '../../signature/revocation/offer.ts';
import { type Standing, standingsOf } from '../../signature/revocation/standing.ts';
import { exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { operator, withHub } from '../store.ts';
import { answer, remark, type Terminal } from '../terminal.ts';

type Mistake = { readonly code: string; readonly at: string; readonly vi: string; readonly en: string };

/** One list or answer that was taken in; `added` false: the same or a newer one was there. */
type Imported = {
  readonly file: string;
  readonly kind: 'crl' | 'ocsp';
  readonly issuer: string;
  /** CRLNumber, decimal; null where it has none. */
  readonly number: string | null;
  /** Certificates it names. */
  readonly entries: number;
  readonly thisUpdate: string;
  readonly nextUpdate: string | null;
  readonly stale: boolean;
  readonly name: string;
  readonly added: boolean;
};

const faultWords: Readonly<Record<OfferFault, readonly [code: string, vi: string, en: string]>> = {
  unreadable: [
    'crl.unreadable',
    'không phải danh sách thu hồi (CRL) hay trả lời OCSP dùng được, hoặc tệp bị hỏng',
    'neither a usable CRL nor an OCSP answer, or damaged',
  ],
  'issuer-unknown': [
    'crl.issuer-unknown',
    'cơ quan chứng thực phát hành chưa được cài, hoặc không dẫn đến chứng thư gốc được tin cậy; thêm chứng thư vào thư mục LIENTHONG_ANCHORS trước',
    'its authority is not installed or does not lead to a trust anchor; put the certificate into LIENTHONG_ANCHORS first',
  ],
  'signature-wrong': [
    'crl.signature-wrong',
    'chữ ký không phải của cơ quan chứng thực phát hành: không dùng tệp này',
    'the signature is not that of its authority: do not use this file',
  ],
  'from-the-future': [
    'crl.from-the-future',
    'ghi thời điểm phát hành muộn hơn bây giờ: kiểm tra đồng hồ của máy này',
    'issued later than now: check the clock of this machine',
  ],
};

const whoseIs = (facts: RevocationFacts): string => (facts.kind === 'crl' ? facts.issuer.text : facts.responder);
const momentText = (instant: string | null): string =>
  instant === null ? 'không ghi' : `${clockText(instant).slice(0, 5)} ${dayOfInstant(instant)}`;

const mistakeFor = (fault: OfferFault, piece: Piece | null, at: string): Mistake => {
  const [code, vi, en] = faultWords[fault];
  const whose = piece === null ? '' : ` (${whoseIs(piece.facts)})`;
  return { code, at, vi: `${vi}${whose}`, en: `${en}${whose}` };
};

/** Certificates it names; null where the entries of a list cannot be read. */
const sizeOf = (piece: Piece): number | null => (piece.kind === 'crl' ? (piece.crl.entries()?.count ?? null) : piece.answer.answers.length);

const importPiece = async (hub: Hub, offer: Extract<Offer, { kind: 'good' }>, file: string): Promise<Imported | Mistake> => {
  const { piece, issuer, isStale } = offer;
  const entries = sizeOf(piece);
  if (entries === null) return mistakeFor('unreadable', piece, file);
  const { kind, name } = await keepOffer(hub.revocation, offer, null, hub.now());
  const { thisUpdate, nextUpdate } = piece.facts;
  return {
    file,
    kind: piece.kind,
    issuer: issuer.subject.text,
    number: piece.facts.kind === 'crl' ? piece.facts.number : null,
    entries,
    ...{ thisUpdate, nextUpdate, stale: isStale, name, added: kind === 'kept' },
  };
};

/** What cannot be opened is one mistake among the others. */
const bytesIn = async (file: string): Promise<Uint8Array | Mistake> => {
  try {
    return await readFile(file);
  } catch (error) {
    const { code: why } = error as NodeJS.ErrnoException;
    return { code: 'crl.unreadable', at: file, vi: `không đọc được tệp (${why})`, en: `the file cannot be read (${why})` };
  }
};

const importFile = async (hub: Hub, file: string): Promise<readonly (Imported | Mistake)[]> => {
  const bytes = await bytesIn(file);
  if ('code' in bytes) return [bytes];
  const pieces = piecesOf(bytes);
  const trust = await hub.revocation.trust();
  const results: (Imported | Mistake)[] = [];
  for (const [place, der] of pieces.entries()) {
    const at = pieces.length === 1 ? file : `${file} [${place + 1}]`;
    const offer = judgeOffer(der, trust, hub.now());
    results.push(offer.kind === 'bad' ? mistakeFor(offer.fault, offer.piece, at) : await importPiece(hub, offer, at));
  }
  return results;
};

const importedLines = ({
  file,
  kind,
  issuer,
  number,
  entries,
  thisUpdate,
  nextUpdate,
  stale,
  name,
  added,
}: Imported): readonly string[] => [
  `${file}: ${kind === 'crl' ? 'danh sách thu hồi (CRL)' : 'trả lời OCSP'}${number === null ? '' : ` số ${number}`}`,
  `  Cấp bởi:        ${issuer}`,
  `  Số chứng thư:   ${grouped(entries)}`,
  `  Phát hành:      ${momentText(thisUpdate)}`,
  `  Kỳ tiếp theo:   ${momentText(nextUpdate)}${stale ? '  (ĐÃ QUÁ HẠN)' : ''}`,
  added ? `  Đã lưu:         ${name}` : `  Không lưu:      đã có bản bằng hoặc mới hơn, ${name}`,
];

const journalFor = (hub: Hub, { issuer, kind, number, thisUpdate, name }: Imported) => ({
  entryId: randomUUID(),
  at: hub.now().toISOString(),
  act: 'crls.imported',
  by: operator.keyId,
  subject: name,
  details: { kind, issuer, number, thisUpdate },
});

/** Every file for itself: what is good is taken in though another is not. */
export const importFiles = async (terminal: Terminal, files: readonly string[]) => {
  if (files.length === 0) throw new Stopped(exits.usage, 'Cần ít nhất một tệp CRL hoặc OCSP', 'At least one CRL or OCSP file is needed');
  const results = await withHub(terminal, async (hub) => {
    const found: (Imported | Mistake)[] = [];
    for (const file of files) found.push(...(await importFile(hub, file)));
    for (const one of found) if ('added' in one && one.added) await hub.journal.add(journalFor(hub, one));
    return found;
  });
  const imported = results.filter((one) => 'added' in one);
  const errors = results.filter((one) => 'code' in one);
  for (const { code, at, vi, en } of errors) remark(terminal, `LỖI ${code} tại ${at}: ${vi} / ${en}`);
  for (const one of imported.filter(({ stale }) => stale))
    remark(terminal, `CẢNH BÁO ${one.file}: đã quá hạn, hãy lấy bản mới hơn / past its nextUpdate, get a newer one`);
  answer(terminal, { imported, errors }, imported.flatMap(importedLines));
  return errors.length > 0 ? exits.input : exits.done;
};

const stateWords: Readonly<Record<Standing['state'], string>> = { current: 'còn hạn', stale: 'QUÁ HẠN', missing: 'CHƯA CÓ' };

const shown = ({ kind, name, size, source, thisUpdate, nextUpdate, ...rest }: KeptRevocation, now: string) => ({
  ...{ kind, name, size, source, thisUpdate, nextUpdate },
  issuer: 'issuer' in rest ? rest.issuer.text : rest.responder,
  delta: 'isDelta' in rest && rest.isDelta,
  stale: nextUpdate === null || nextUpdate < now,
});

/** What stands at hand for each installed authority, and every file: stale and missing ones come first. */
export const list = async (terminal: Terminal) => {
  // The folders are enough: a hub that was never started can be asked, too.
  const folders = (await import('../../open.ts')).openFolders(readConfig(terminal.env));
  const kept = await folders.kept();
  const standings = standingsOf(await folders.trust(), kept, terminal.now());
  const order: readonly Standing['state'][] = ['missing', 'stale', 'current'];
  const sorted = standings.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const now = terminal.now().toISOString();
  const rows = sorted.map(({ authority, state, lists: [newest] }) => [
    stateWords[state],
    authority.subject.text,
    newest === undefined ? '–' : momentText(newest.thisUpdate),
    newest === undefined ? '–' : momentText(newest.nextUpdate),
    newest?.number ?? '–',
  ]);
  const authorities = sorted.map(({ authority, state, lists }) => ({
    ...{ subject: authority.subject.text, sha256: authority.sha256, state },
    lists: lists.map(({ number, thisUpdate, nextUpdate }) => ({ number, thisUpdate, nextUpdate })),
  }));
  const files = kept.map((one) => shown(one, now));
  answer(terminal, { authorities, files }, [
    ...columnsOf(['Tình trạng', 'Cơ quan chứng thực', 'Phát hành', 'Kỳ tiếp theo', 'Số'], rows),
    '',
    ...columnsOf(
      ['Tệp', 'Loại', 'Cấp bởi', 'Kỳ tiếp theo', 'Nguồn'],
      files.map((one) => [one.name, one.delta ? 'delta' : one.kind, one.issuer, momentText(one.nextUpdate), one.source ?? 'nhập tay']),
    ),
  ]);
  return exits.done;
};

const outcomeWords: Readonly<Record<Refreshed['outcome'], string>> = {
  kept: 'đã lưu',
  older: 'chưa có bản mới',
  bad: 'BỎ: không dùng được',
  done: 'đã tải',
  off: 'đang tắt',
  refused: 'KHÔNG ĐƯỢC PHÉP',
  failed: 'KHÔNG TẢI ĐƯỢC',
  resting: 'tạm nghỉ sau nhiều lần lỗi',
};

/** One round now, as the running hub does by itself every minute. */
export const fetchNow = async (terminal: Terminal) => {
  const results = await withHub(terminal, async (hub) => {
    if (!hub.fetcher.on)
      throw new Stopped(
        exits.usage,
        'Việc tải đang tắt: đặt LIENTHONG_FETCH=on, hoặc mang tệp đến và dùng "crls import"',
        'Fetching is off: set LIENTHONG_FETCH=on, or carry the files here and use "crls import"',
      );
    return refreshRevocation(hub, { asked: new Map(), after: null }, new AbortController().signal);
  });
  const rows = results.map(({ url, outcome, why }) => [outcomeWords[outcome], url, why]);
  answer(terminal, results, rows.length === 0 ? ['Không có gì đến hạn phải tải'] : columnsOf(['Kết quả', 'Địa chỉ', 'Chi tiết'], rows));
  return results.some(({ outcome }) => outcome === 'failed' || outcome === 'resting') ? exits.later : exits.done;
};
