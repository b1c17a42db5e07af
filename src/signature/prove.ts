/** The proof of a whole message: every attachment's signatures, the main document, the envelope's own (contract §3). */
import type { RandomAccess } from '../envelope/bytes.ts';
import type { Attachment, Envelope, Message } from '../envelope/types.ts';
import type { VerificationContext } from './context.ts';
import { readCertificate } from './path/certificate.ts';
import { verifyPdf } from './pdf/verify.ts';
import { type AttachmentProof, findingOf, type Proof, type SignatureProof } from './proof.ts';
import { findingOfDocument } from './verdict.ts';

export type ProvableFile = Attachment & { open(): RandomAccess };

export type ProvableMessage = {
  readonly message: Message;
  /** The decoded attachments, in the order of the message. */
  readonly files: readonly ProvableFile[];
  /** Base64 of the header signature's certificate, '' where it has none, null without a signature. */
  readonly signatureCertificate: string | null;
  /** The envelope as it was sent, for the signature over it. */
  readonly source: RandomAccess;
};

const mainDescription = 'văn bản chính';
const plain = (text: string | null): string => (text ?? '').normalize('NFC').trim().toLowerCase();

/** Described "Văn bản chính", else the manifest's first Reference, else the first Attachment. */
const mainFile = (envelope: Envelope, files: readonly ProvableFile[]): ProvableFile | null => {
  const described = files.find((file) => plain(file.description) === mainDescription);
  const referenced = envelope.manifest.find((reference) => plain(reference.description) === mainDescription) ?? envelope.manifest[0];
  const byManifest = referenced === undefined ? undefined : files.find((file) => file.contentId === referenced.contentId);
  return described ?? byManifest ?? files[0] ?? null;
};

/**
 * The certificate alone is looked at: the axis fills the header with dummies. A real one is not judged
 * yet, and says so.
 */
const envelopeFinding = (certificate: string | null): Proof['envelope'] => {
  if (certificate === null) return { verdict: 'unsigned', reason: 'no-signature' };
  try {
    readCertificate(Buffer.from(certificate, 'base64'));
    return { verdict: 'undetermined', reason: 'unsupported' };
  } catch {
    return { verdict: 'undetermined', reason: 'placeholder' };
  }
};

const proveFile = (file: ProvableFile, role: 'main' | 'annex', context: VerificationContext): AttachmentProof => {
  const { name, contentId, sha256, size, kind } = file;
  const unsignable = { ...findingOf('unsignable-format'), signatures: [] as readonly SignatureProof[] };
  const judged = kind === 'pdf' ? verifyPdf(file.open(), context) : unsignable;
  const { verdict, reason, vi, en, signatures } = judged;
  return { name, contentId, sha256, size, role, kind, verdict, reason, vi, en, signatures };
};

/** Never throws for what is in the message. */
export const proveMessage = ({ message, files, signatureCertificate }: ProvableMessage, context: VerificationContext): Proof => {
  const judgedAt = context.at.toISOString();
  const envelope = envelopeFinding(signatureCertificate);
  if (message.kind === 'status' || (message.type !== 0 && files.length === 0)) {
    return { ...findingOf('not-judged'), judgedAt, main: null, attachments: [], envelope };
  }
  const main = mainFile(message, files);
  const attachments = files.map((file) => proveFile(file, file === main ? 'main' : 'annex', context));
  const own = attachments.find((one) => one.role === 'main');
  if (main === null || own === undefined) return { ...findingOf('no-attachment'), judgedAt, main: null, attachments, envelope };
  const { verdict, reason, vi, en } = own;
  return { ...findingOfDocument({ verdict, reason, vi, en }, attachments), judgedAt, main: main.name, attachments, envelope };
};
