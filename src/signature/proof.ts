/**
 * What verification found, in the words of contract §3: the closed tables of verdicts and reasons, the
 * sentences people read, and how the verdicts of signatures become that of a file and of a document.
 */

export const verdicts = ['valid', 'undetermined', 'invalid', 'unsigned', 'unreadable'] as const;
export type Verdict = (typeof verdicts)[number];

export type Reason =
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'revocation-unknown'
  | 'weak-algorithm'
  | 'unsupported'
  | 'placeholder'
  | 'not-judged'
  | 'digest-mismatch'
  | 'signature-mismatch'
  | 'malformed-signature'
  | 'changed-after-signing'
  | 'coverage'
  | 'revoked'
  | 'certificate-misuse'
  | 'no-signature'
  | 'unsignable-format'
  | 'no-attachment'
  | 'encrypted'
  | 'damaged'
  | 'over-limits';

/** A verdict with its reason (`null` only for `valid`) and both sentences. */
export type Finding = { readonly verdict: Verdict; readonly reason: Reason | null; readonly vi: string; readonly en: string };

export type RemarkCode =
  | 'claimed-local-as-utc'
  | 'claimed-differs'
  | 'timestamp-not-counted'
  | 'timestamp-order'
  // Of an envelope: hubs appended their TraceHeader after it was signed.
  | 'hops-after-signing'
  // Of a whole document: whose signatures its main file carries.
  | 'agency-only'
  | 'further-organ';

/** Something people should know that changes no verdict: the claimed time does not fit, a time stamp was not counted. */
export type Remark = { readonly code: RemarkCode; readonly vi: string; readonly en: string };

/** One time-stamp token of a signature, judged by itself (RFC 3161, ETSI EN 319 102-1 5.4). */
export type TimestampProof = {
  /** `signature` proves that the signature existed then, `content` that it was made after then. */
  readonly kind: 'signature' | 'content';
  /** genTime; null when the token cannot be read. */
  readonly at: string | null;
  /** Null: the token holds and counts. */
  readonly reason: Reason | null;
  /** Common name of who stamped. */
  readonly authority: string | null;
};

export type ChangeClass = 'validation' | 'signature' | 'permitted' | 'visible' | 'forbidden';

/** How it is known whose a certificate is: listed by an administrator, learnt from valid documents, or read from its own subject. */
export type KnownBy = 'registry' | 'learnt' | 'guess';

/** Who signed, as the certificate tells it; `kind`, `organ` and `knownBy` are overwritten by the hub that knows better. */
export type SignerProof = {
  /** CN, else O. */
  readonly name: string | null;
  readonly organisation: string | null;
  readonly kind: 'agency' | 'person' | 'unknown';
  /** Current code of the organ whose certificate it is, or for which the person signs; null = not known. */
  readonly organ: string | null;
  /** Null where neither kind nor organ could be told. */
  readonly knownBy: KnownBy | null;
  /** Upper-case hex without leading zeros. */
  readonly serial: string | null;
  readonly issuer: string | null;
  /** End of the certificate's validity, RFC 3339. */
  readonly validTo: string | null;
};

export type SignatureProof = Finding & {
  readonly index: number;
  readonly kind: 'signature' | 'document-timestamp';
  /** ETSI EN 319 102-1. */
  readonly indication: 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED';
  readonly subIndication: string | null;
  readonly integrity: 'intact' | 'broken';
  readonly covers: { readonly revision: number; readonly of: number; readonly wholeFile: boolean };
  readonly laterChanges: readonly { readonly revision: number; readonly class: ChangeClass; readonly what: string }[];
  readonly signer: SignerProof;
  readonly algorithm: string | null;
  readonly claimedAt: string | null;
  readonly timestampedAt: string | null;
  readonly judgedAt: string;
  readonly chain: readonly { readonly subject: string; readonly serial: string; readonly sha256: string }[];
  readonly revocation: readonly {
    readonly serial: string;
    readonly source: 'crl' | 'ocsp';
    readonly status: 'good' | 'revoked' | 'unknown';
    readonly thisUpdate: string | null;
    readonly nextUpdate: string | null;
    readonly revokedAt: string | null;
  }[];
  /** Absent = none. */
  readonly remarks?: readonly Remark[];
  /** Tokens inside the signature, each judged; absent = none. Document timestamps are proofs of their own. */
  readonly timestamps?: readonly TimestampProof[];
};

export type AttachmentProof = Finding & {
  readonly name: string;
  readonly contentId: string;
  readonly sha256: string;
  readonly size: number;
  readonly role: 'main' | 'annex';
  readonly kind: string;
  readonly signatures: readonly SignatureProof[];
};

/** What is kept with a record and shown to everyone who asks. */
export type Proof = Finding & {
  readonly judgedAt: string;
  /** Name of the main document, null without attachments. */
  readonly main: string | null;
  readonly attachments: readonly AttachmentProof[];
  /** Of the document as a whole: whose signatures it carries. Absent before anyone asked. */
  readonly remarks?: readonly Remark[];
  /** `signatures` only where the envelope's own signature was judged. */
  readonly envelope: { readonly verdict: Verdict; readonly reason: Reason | null; readonly signatures?: readonly SignatureProof[] };
};

type Sentences = readonly [verdict: Verdict, vi: string, en: string];

/** The closed table of contract §3: every reason belongs to exactly one verdict. */
const reasons: Readonly<Record<Reason, Sentences>> = {
  untrusted: [
    'undetermined',
    'Chứng thư số không thuộc hệ thống chứng thực mà Trục tin cậy',
    'The certificate does not lead to a trust anchor of this hub',
  ],
  expired: ['undetermined', 'Chứng thư số đã hết hạn tại thời điểm kiểm tra', 'The certificate had expired when it was judged'],
  'not-yet-valid': [
    'undetermined',
    'Chứng thư số chưa có hiệu lực tại thời điểm kiểm tra',
    'The certificate was not yet valid when it was judged',
  ],
  'revocation-unknown': [
    'undetermined',
    'Chữ ký toàn vẹn, chưa kiểm tra được thu hồi',
    'The signature is intact; revocation could not be checked',
  ],
  'weak-algorithm': [
    'undetermined',
    'Thuật toán ký hoặc độ dài khóa không còn an toàn',
    'The signature uses an algorithm or key size that is no longer safe',
  ],
  unsupported: [
    'undetermined',
    'Không kiểm tra được: dạng chữ ký hoặc thuật toán chưa được hỗ trợ',
    'Cannot be checked: this form of signature or algorithm is not supported',
  ],
  placeholder: ['undetermined', 'Chữ ký chỉ có giá trị giữ chỗ, không kiểm tra được', 'The signature is only a placeholder'],
  'not-judged': ['undetermined', 'Thông điệp không thuộc diện kiểm tra chữ ký số', 'Signatures of this kind of message are not judged'],
  'digest-mismatch': [
    'invalid',
    'Nội dung đã bị thay đổi: chữ ký số không khớp nội dung tệp',
    'The content was altered: it does not match the signature',
  ],
  'signature-mismatch': [
    'invalid',
    'Giá trị chữ ký không khớp với khóa của chứng thư số',
    "The signature value does not match the certificate's key",
  ],
  'malformed-signature': ['invalid', 'Chữ ký số bị hỏng hoặc sai cấu trúc', 'The signature is broken or not well-formed'],
  'changed-after-signing': ['invalid', 'Nội dung bị thay đổi sau khi ký', 'The document was changed after it was signed'],
  coverage: ['invalid', 'Chữ ký số không bao trùm toàn bộ nội dung của tệp', 'The signature does not cover its whole revision of the file'],
  revoked: ['invalid', 'Chứng thư số đã bị thu hồi', 'The certificate is revoked'],
  'certificate-misuse': [
    'invalid',
    'Chứng thư số không được phép dùng để ký văn bản',
    'The certificate, or one above it, may not be used for this signature',
  ],
  'no-signature': ['unsigned', 'Tệp không có chữ ký số', 'The file has no digital signature'],
  'unsignable-format': [
    'unsigned',
    'Định dạng tệp không mang chữ ký số kiểm tra được',
    'This file format carries no signature that can be verified',
  ],
  'no-attachment': ['unsigned', 'Văn bản không có tệp đính kèm', 'The document has no attachment'],
  encrypted: ['unreadable', 'Tệp được mã hóa, không đọc được', 'The file is encrypted'],
  damaged: ['unreadable', 'Tệp bị hỏng, không đọc được', 'The file is damaged'],
  'over-limits': ['unreadable', 'Tệp vượt quá giới hạn xử lý, không kiểm tra được', 'The file exceeds what can be processed'],
};

/** The finding of a reason with its sentences; `null` is the one good outcome. */
export const findingOf = (reason: Reason | null): Finding => {
  if (reason === null) return { verdict: 'valid', reason, vi: 'Chữ ký số hợp lệ', en: 'The signature is valid' };
  const [verdict, vi, en] = reasons[reason];
  return { verdict, reason, vi, en };
};

/** As `findingOf`, for callers that hold both halves; a pair that is not in the table is a bug and throws. */
export const findingFor = (verdict: Verdict, reason: Reason | null): Finding => {
  const finding = findingOf(reason);
  if (finding.verdict !== verdict) throw new TypeError(`${verdict} does not go with ${reason}`);
  return finding;
};

/** All reasons, for tables in documents and tests. */
export const allReasons = Object.keys(reasons) as readonly Reason[];
