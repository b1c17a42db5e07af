/** The proof of a whole message: every attachment's signatures, the main document, the envelope's own (contract §3). */
import type { RandomAccess } from '../envelope/bytes.ts';
import type { Envelope, Message } from '../envelope/types.ts';
import { type ProvableFile, proveFiles } from './attachments.ts';
import type { VerificationContext } from './context.ts';
import { findingOf, type Proof } from './proof.ts';
import { findingOfDocument } from './verdict.ts';
import { verifyXml } from './xml/verify.ts';

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

/** In the header's place, or below the root, where the reader has no use for it and kept it among what it does not know. */
const maySign = ({ message, signatureCertificate }: ProvableMessage): boolean =>
  signatureCertificate !== null || message.unknown.some(({ name }) => name === 'Signature');

/** Judged over the very bytes that were sent. Most envelopes have none, and are then not read again. */
const envelopeProof = (provable: ProvableMessage, context: VerificationContext): Proof['envelope'] => {
  if (!maySign(provable)) return { verdict: 'unsigned', reason: 'no-signature' };
  const { verdict, reason, signatures } = verifyXml(provable.source, context);
  return { verdict, reason, ...(signatures.length === 0 ? {} : { signatures }) };
};

/** Never throws for what is in the message. */
export const proveMessage = (provable: ProvableMessage, context: VerificationContext): Proof => {
  const { message, files } = provable;
  const judgedAt = (context.now ?? context.at).toISOString();
  const envelope = envelopeProof(provable, context);
  if (message.kind === 'status' || (message.type !== 0 && files.length === 0)) {
    return { ...findingOf('not-judged'), judgedAt, main: null, attachments: [], envelope };
  }
  const main = mainFile(message, files);
  const attachments = proveFiles(files, main, context);
  const own = attachments.find((one) => one.role === 'main');
  if (main === null || own === undefined) return { ...findingOf('no-attachment'), judgedAt, main: null, attachments, envelope };
  const { verdict, reason, vi, en } = own;
  return { ...findingOfDocument({ verdict, reason, vi, en }, attachments), judgedAt, main: main.name, attachments, envelope };
};
