/** Which alerts a document raises, under which key, and in what words (contract §5). */
import type { Fault } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { AlertKind, Severity } from '../records/alert.ts';
import type { AlertRaise } from '../records/change.ts';
import type { MessageRecord } from '../records/record.ts';
import type { AttachmentProof, Proof } from '../signature/proof.ts';
import { fileSentence } from './file-words.ts';
import { newId } from './identity.ts';

/** An alert that should be raised, before it is known whether it joins one that stands. */
export type Alarm = { readonly kind: AlertKind; readonly reason: string | null; readonly vi: string; readonly en: string };

const severities: Readonly<Record<AlertKind, Severity>> = {
  'signature.unsigned': 'high',
  'signature.invalid': 'critical',
  'signature.untrusted': 'high',
  'signature.expired': 'high',
  'signature.undetermined': 'low',
  'signature.unreadable': 'high',
  'signature.envelope': 'high',
  'signer.other-organ': 'high',
  'signer.agency-missing': 'high',
  'signer.person-missing': 'high',
  'signer.order': 'low',
  'signer.annex': 'low',
  'document.suspected-duplicate': 'low',
  'document.secret-refused': 'critical',
  'document.secret-suspected': 'critical',
  'delivery.parked': 'high',
};

export const headlines: Readonly<Record<AlertKind, string>> = {
  'signature.unsigned': 'Chưa ký số',
  'signature.invalid': 'Chữ ký số không toàn vẹn',
  'signature.untrusted': 'Chứng thư số không thuộc hệ thống tin cậy',
  'signature.expired': 'Ký bằng chứng thư số đã hết hạn',
  'signature.undetermined': 'Chưa khẳng định được chữ ký số',
  'signature.unreadable': 'Không đọc được tệp để kiểm tra chữ ký số',
  'signature.envelope': 'Chữ ký số của thông điệp không toàn vẹn',
  'signer.other-organ': 'Chữ ký số không phải của cơ quan gửi',
  'signer.agency-missing': 'Thiếu chữ ký số của cơ quan',
  'signer.person-missing': 'Thiếu chữ ký số của người có thẩm quyền',
  'signer.order': 'Sai trình tự ký',
  'signer.annex': 'Phụ lục kèm theo chưa có chữ ký số của cơ quan',
  'document.suspected-duplicate': 'Nghi gửi trùng',
  'document.secret-refused': 'Văn bản mật bị từ chối',
  'document.secret-suspected': 'Nghi có nội dung bí mật nhà nước',
  'delivery.parked': 'Văn bản chưa chuyển được',
};

/** What is wrong is said by its name: another content, or a certificate taken back, is no fault of the signature. */
const reasonHeadlines: Readonly<Record<string, string>> = {
  'digest-mismatch': 'Nội dung bị thay đổi sau khi ký',
  'changed-after-signing': 'Nội dung bị thay đổi sau khi ký',
  revoked: 'Chứng thư số đã bị thu hồi',
};
const headlineFor = (kind: AlertKind, reason: string | null): string => reasonHeadlines[reason ?? ''] ?? headlines[kind];

/** These concern one document each; the others join by cause and organ. */
const isOfOneDocument = (kind: AlertKind): boolean =>
  kind === 'signature.invalid' || kind === 'signer.other-organ' || kind.startsWith('document.') || kind === 'delivery.parked';

export const alertKey = (alarm: Alarm, record: MessageRecord): string =>
  isOfOneDocument(alarm.kind) ? `${alarm.kind}:${record.recordId}` : `${alarm.kind}:${alarm.reason ?? ''}:${record.from ?? ''}`;

const signatureKind = (proof: Proof): AlertKind => {
  switch (proof.verdict) {
    case 'unsigned':
      return 'signature.unsigned';
    case 'invalid':
      return 'signature.invalid';
    case 'unreadable':
      return 'signature.unreadable';
    case 'undetermined':
      if (proof.reason === 'untrusted') return 'signature.untrusted';
      return proof.reason === 'expired' ? 'signature.expired' : 'signature.undetermined';
    case 'valid':
      // Only a policy of the province's own alerts on what is valid.
      return 'signature.undetermined';
  }
};

/** The file the verdict comes from: an invalid one before the main one. */
const decisive = (proof: Proof): AttachmentProof | undefined =>
  proof.attachments.find((file) => file.verdict === 'invalid' && proof.verdict === 'invalid') ??
  proof.attachments.find((file) => file.role === 'main');

const displayDay = (day: string | null): string => (day === null ? '' : ` ngày ${day.split('-').reverse().join('/')}`);

/** "27/UBND-VX ngày 19/11/2026, UBND xã Tân Lập": how people cite a document. */
export const cited = (record: MessageRecord): string =>
  `${record.code ?? record.documentId ?? 'văn bản'}${displayDay(record.promulgatedOn)}, ${record.fromName ?? record.from ?? 'không rõ nơi gửi'}`;

const fateVi = (held: boolean, kind: AlertKind): string => {
  if (held) return ' ĐANG GIỮ (chưa tính vào bảng), chờ quyết định; đã báo bên gửi.';
  return kind === 'signature.unsigned' ? ' Đã chuyển; đề nghị ký số và gửi cập nhật.' : ' Đã chuyển kèm cảnh báo.';
};

const unsignedNote = (kind: AlertKind): string =>
  kind === 'signature.unsigned' ? '; chỉ có giá trị để biết, tham khảo (QĐ 28/2018/QĐ-TTg)' : '';

/** What the signatures of a document raise; empty where the policy simply accepts them. */
export const signatureAlarms = (
  record: MessageRecord,
  proof: Proof,
  alerts: boolean,
  held: boolean,
  recipients: number,
): readonly Alarm[] => {
  const alarms: Alarm[] = [];
  if (alerts) {
    const kind = signatureKind(proof);
    const file = decisive(proof);
    const places = `gửi ${String(recipients).padStart(2, '0')} nơi`;
    alarms.push({
      kind,
      reason: proof.reason,
      vi: `${headlineFor(kind, proof.reason)} – ${cited(record)}, ${places}. ${fileSentence(file, proof)}${unsignedNote(kind)}.${fateVi(held, kind)}`,
      en: `${record.code ?? record.documentId} from ${record.from}: ${file?.en ?? proof.en}${held ? '; held' : '; delivered'}`,
    });
  }
  if (proof.envelope.verdict === 'invalid') {
    const kind = 'signature.envelope';
    alarms.push({
      kind,
      reason: proof.envelope.reason,
      vi: `${headlines[kind]} – ${cited(record)}.`,
      en: `The envelope signature of ${record.documentId} does not hold`,
    });
  }
  return alarms;
};

export const duplicateAlarm = (record: MessageRecord, other: string): Alarm => ({
  kind: 'document.suspected-duplicate',
  reason: null,
  vi: `${headlines['document.suspected-duplicate']} – ${cited(record)}: cùng số, ký hiệu và ngày với văn bản đã nhận (${other}). Chỉ tính một lần trong số liệu.`,
  en: `${record.code} of ${record.promulgatedOn} from ${record.from} was already sent under another DocumentId (${other}); counted once`,
});

/** Where in the message a word stood, as a clerk calls the field; its wire name stays in `en`. */
const fieldNames: Readonly<Record<string, string>> = {
  Subject: 'trích yếu',
  Content: 'nội dung tóm tắt',
  CodeNumber: 'số văn bản',
  CodeNotation: 'ký hiệu văn bản',
  TypeName: 'tên loại văn bản',
  SphereOfPromulgation: 'phạm vi lưu hành',
  Priority: 'mức độ khẩn',
  Appendix: 'phụ lục',
  AttachmentName: 'tên tệp đính kèm',
  Description: 'mô tả tệp đính kèm',
  BussinessDocReason: 'lý do gửi',
};

const fieldName = (place: string): string => fieldNames[/([A-Za-z]*)(?:\[\d+\])?$/.exec(place)?.[1] ?? ''] ?? 'thông tin mô tả văn bản';

export const secretAlarm = (record: MessageRecord, place: string, refused: boolean): Alarm => {
  const kind = refused ? 'document.secret-refused' : 'document.secret-suspected';
  const fate = refused ? 'Đã từ chối và xóa nội dung; đề nghị xử lý theo quy định về bảo vệ bí mật nhà nước.' : 'ĐANG GIỮ, chờ quyết định.';
  const what = refused ? `${record.fromName ?? record.from ?? 'không rõ nơi gửi'}` : cited(record);
  return {
    kind,
    reason: null,
    vi: `${headlines[kind]} – ${what}. Tại mục ${fieldName(place)}. ${fate}`,
    en: `${refused ? 'A state secret was refused' : 'Suspected state secret, held'}; found at ${place}`,
  };
};

export const parkedAlarm = (record: MessageRecord, organ: string, why: string): Alarm => ({
  kind: 'delivery.parked',
  reason: null,
  vi: `${headlines['delivery.parked']} – ${cited(record)}, nơi nhận ${organ}: ${why}`,
  en: `Delivery of ${record.documentId} to ${organ} is parked: ${why}`,
});

/** Where a refused message was secret: the first such fault. */
export const secretFault = (faults: readonly Fault[]): Fault | undefined => faults.find((found) => found.code === 'document.secret');

/** Looks up what each alarm joins; the commit is stale if that has changed by then. */
export const raisesFor = async (hub: Hub, record: MessageRecord, alarms: readonly Alarm[], at: Date): Promise<readonly AlertRaise[]> =>
  Promise.all(
    alarms.map(async (alarm) => {
      const key = alertKey(alarm, record);
      const open = await hub.alerts.findOpen(key);
      return {
        alertId: open?.alertId ?? newId('a', at),
        joins: open !== null,
        key,
        kind: alarm.kind,
        severity: severities[alarm.kind],
        organ: record.from,
        recordId: record.recordId,
        reason: alarm.reason,
        vi: alarm.vi,
        en: alarm.en,
        at: at.toISOString(),
      };
    }),
  );
