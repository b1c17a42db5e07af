/** Message -> bytes, in the canonical form of domain §1.2 and §1.10. The output fits spec/edxml.xsd. */
import { randomUUID } from 'node:crypto';
import { zipSync } from 'fflate';
import type { RandomAccess } from './bytes.ts';
import { normalText } from './text.ts';
import type { AttachmentDraft, EnvelopeDraft, StatusDraft } from './write/draft.ts';
import { type Content, leaf, part, plain, putBack, serialise } from './write/element.ts';
import { messageHeader, statusHeader, traceHeaders } from './write/header.ts';

/** ContentType by extension as the official builder chooses it, its slips put right (domain §1.5). */
const contentTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  doc: 'application/doc',
  docx: 'application/docx',
  xls: 'application/xls',
  xlsx: 'application/xlsx',
  zip: 'application/zip',
};

/** A file ready to be encoded. */
type Packed = {
  readonly name: string;
  readonly contentId: string;
  readonly contentType: string;
  readonly description: string | null;
  readonly content: RandomAccess;
};

const accessTo = (content: Uint8Array | RandomAccess): RandomAccess =>
  content instanceof Uint8Array ? { size: content.length, read: (offset, length) => content.subarray(offset, offset + length) } : content;

const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Extensions the standard's builder does not know go zipped, under a random name: recipients expect it. */
const pack = (draft: AttachmentDraft): Packed => {
  const extension = extensionOf(draft.name);
  const known = draft.contentType ?? contentTypes[extension] ?? null;
  const whole = accessTo(draft.content);
  const entry = `${randomUUID()}${extension === '' ? '' : `.${extension}`}`;
  return {
    name: normalText(draft.name),
    contentId: `cid:${draft.contentId ?? randomUUID()}`,
    contentType: known ?? 'application/zip',
    description: draft.description ?? null,
    content: known === null ? accessTo(zipSync({ [entry]: whole.read(0, whole.size) })) : whole,
  };
};

const manifest = (files: readonly Packed[]): Content => ({
  ...part(
    'edXMLManifest',
    files.map((file) =>
      part('Reference', [
        leaf('ContentId', file.contentId),
        leaf('ContentType', file.contentType),
        leaf('Description', file.description),
        leaf('AttachmentName', file.name),
      ]),
    ),
  ),
  attributes: { version: '1.0' },
});

const attachment = (file: Packed, mark: string): Content =>
  plain('Attachment', [
    plain('ContentId', file.contentId),
    plain('AttachmentName', file.name),
    file.description === null ? null : plain('Description', file.description),
    plain('ContentType', file.contentType),
    leaf('ContentTransferEncoded', mark),
  ]);

/** A multiple of three, so that pieces of base64 join without padding. */
const pieceBytes = 384 * 1024;

function* encode(content: RandomAccess): Generator<Uint8Array> {
  for (let offset = 0; offset < content.size; offset += pieceBytes) {
    const piece = content.read(offset, Math.min(pieceBytes, content.size - offset));
    yield Buffer.from(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('base64'), 'latin1');
  }
}

/** The same bytes as `writeEnvelope`, piece by piece: for envelopes too large to hold. */
export function* envelopeChunks(draft: EnvelopeDraft, attachments: readonly AttachmentDraft[] = []): Generator<Uint8Array> {
  const files = attachments.map(pack);
  const token = randomUUID();
  const encoded = files.map((file, index) => attachment(file, `${token}/${index};`));
  const header = part('edXMLHeader', [messageHeader(draft), traceHeaders(draft)]);
  const envelope = part('edXMLEnvelope', [header, part('edXMLBody', [manifest(files)])]);
  const root = plain('edXML', [envelope, files.length === 0 ? null : plain('AttachmentEncoded', encoded)]);
  putBack(root, draft.unknown ?? []);
  // The files are set in where their marks stand, after everything else is text.
  for (const piece of serialise(root).split(new RegExp(`(${token}/\\d+;)`))) {
    const file = piece.startsWith(`${token}/`) ? files[Number(piece.slice(token.length + 1, -1))] : undefined;
    if (file === undefined) yield Buffer.from(piece);
    else yield* encode(file.content);
  }
}

/** Text that XML cannot hold (control characters) is refused with `request.invalid`. */
export const writeEnvelope = (draft: EnvelopeDraft, attachments: readonly AttachmentDraft[] = []): Uint8Array =>
  Buffer.concat([...envelopeChunks(draft, attachments)]);

/** A status has a MessageHeader only: no trace, body or attachments (domain §1.8). */
export const writeStatus = (draft: StatusDraft): Uint8Array => {
  const root = plain('edXML', [part('edXMLEnvelope', [part('edXMLHeader', [statusHeader(draft)])])]);
  putBack(root, draft.unknown ?? []);
  return Buffer.from(serialise(root));
};
