/** What is wrong with a file, as one sentence of an alert: the verdict's own words made particular by what the proof knows. */
import { clockText, dayOfInstant } from '../oversight/numerals.ts';
import type { AttachmentProof, Proof, Reason, SignatureProof } from '../signature/proof.ts';

const lowerFirst = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
/** A stranger chose these words: enough to recognise, not enough to fill a page. */
const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
const ownedBy = ({ signer }: SignatureProof): string => (signer.name === null ? '' : ` của ${short(signer.name)}`);

/** Changes are listed from the sum to its parts: the first says it best, and a list would not be read. */
const mostChanges = 2;

const changesOf = ({ laterChanges }: SignatureProof): string => {
  const told = laterChanges.filter((one) => one.class === 'visible' || one.class === 'forbidden').map((one) => one.what);
  const shown = [...new Set(told)];
  return `${shown.slice(0, mostChanges).join('; ')}${shown.length > mostChanges ? '…' : ''}`;
};

/** "…từ 08:41 ngày 22/11/2026"; the serial number of the row is the signer's or that of an authority above. */
const revokedSince = ({ revocation }: SignatureProof): string => {
  const since = revocation.find(({ status }) => status === 'revoked')?.revokedAt ?? null;
  return since === null ? '' : ` từ ${clockText(since).slice(0, 5)} ngày ${dayOfInstant(since)}`;
};

/** By reason: the sentence for the signature that shows it, null where the verdict's own words say as much. */
const sentences: Partial<Readonly<Record<Reason, (found: SignatureProof) => string | null>>> = {
  'digest-mismatch': (found) => (found.signer.name === null ? null : `chữ ký số${ownedBy(found)} không khớp nội dung tệp`),
  'changed-after-signing': (found) => `sau chữ ký số${ownedBy(found)}, nội dung bị thay đổi (${changesOf(found)})`,
  revoked: (found) => `chứng thư số${ownedBy(found)} bị thu hồi${revokedSince(found)}`,
  expired: (found) =>
    found.signer.validTo === null ? null : `chứng thư số${ownedBy(found)} đã hết hạn từ ngày ${dayOfInstant(found.signer.validTo)}`,
  untrusted: (found) =>
    found.signer.issuer === null
      ? null
      : `chứng thư số${ownedBy(found)} do “${short(found.signer.issuer)}” cấp, không thuộc hệ thống chứng thực mà Trục tin cậy`,
};

/** 'Tệp "27_UBND-VX.pdf" không có chữ ký số': with the file as its subject, without a full stop. */
export const fileSentence = (file: AttachmentProof | undefined, proof: Proof): string => {
  if (file === undefined) return proof.vi;
  const subject = `Tệp "${file.name}"`;
  const found = file.signatures.find(({ reason }) => reason === file.reason);
  const particular = found === undefined || file.reason === null ? null : (sentences[file.reason]?.(found) ?? null);
  if (particular !== null) return `${subject}: ${particular}`;
  return file.vi.startsWith('Tệp ') ? subject + file.vi.slice('Tệp'.length) : `${subject}: ${lowerFirst(file.vi)}`;
};
