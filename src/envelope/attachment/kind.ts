/** What a file is, by its bytes; ContentType and name are hints that are often wrong (domain §1.5). */
import type { RandomAccess } from '../bytes.ts';
import type { AttachmentKind } from '../types.ts';
import { zipEntries } from './zip.ts';

const starts: readonly (readonly [AttachmentKind, readonly number[]])[] = [
  ['pdf', [0x25, 0x50, 0x44, 0x46]],
  ['ole', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['image', [0xff, 0xd8, 0xff]],
  ['image', [0x89, 0x50, 0x4e, 0x47]],
  ['image', [0x47, 0x49, 0x46, 0x38]],
  ['image', [0x49, 0x49, 0x2a, 0x00]],
  ['image', [0x4d, 0x4d, 0x00, 0x2a]],
];

/** Readers of PDF look for the header in the first kilobyte. */
const headBytes = 1024;

export const isZip = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;

/** HTML is not: a web page saved as .doc is common. */
const isXml = (head: Buffer): boolean =>
  /^(?:\xef\xbb\xbf)?\s*<(?!html[\s>])(?:\?xml\s|[A-Za-z_][\w.-]*[\s:>/])/.test(head.toString('latin1'));

export const kindOf = (file: RandomAccess): AttachmentKind => {
  const head = Buffer.from(file.read(0, headBytes));
  const known = starts.find(([, magic]) => magic.every((byte, index) => head[index] === byte));
  if (known !== undefined) return known[0];
  if (isZip(head)) return zipEntries(file)?.some(({ name }) => name === '[Content_Types].xml') === true ? 'ooxml' : 'zip';
  // BMP: two letters are too few to go by, its reserved bytes are zero.
  if (head.toString('latin1', 0, 2) === 'BM' && head.length > 14 && head.readUInt32LE(6) === 0) return 'image';
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return 'image';
  if (isXml(head)) return 'xml';
  // Last, because a stored zip entry shows the header of its file here too.
  return head.includes('%PDF-') ? 'pdf' : 'other';
};

/** What a ContentType promises, in the SDK's spelling and in MIME's; null where it promises nothing. */
export const promisedKinds = (contentType: string): readonly AttachmentKind[] | null => {
  const type = contentType.toLowerCase();
  if (/openxmlformats|docx|xlsx|xslx|pptx/.test(type)) return ['ooxml'];
  if (/pdf/.test(type)) return ['pdf'];
  if (/zip/.test(type)) return ['zip', 'ooxml'];
  // `application/doc`, `application/xsl` (the SDK's slip for xls), `application/msword`: also newer files under old names.
  if (/msword|\bdoc\b|\bxls\b|\bxsl\b|ms-excel|powerpoint|\bppt\b/.test(type)) return ['ole', 'ooxml'];
  if (/^image\//.test(type)) return ['image'];
  return null;
};
