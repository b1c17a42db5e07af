/** What a file is by its bytes, as far as signatures go: the kinds of attachments, and CMS files among the others. */
import { kindOf as attachmentKindOf } from '../envelope/attachment/kind.ts';
import type { RandomAccess } from '../envelope/bytes.ts';
import type { AttachmentKind } from '../envelope/types.ts';

export type FileKind = AttachmentKind | 'cms';

/** ContentInfo with signedData: the object identifier 1.2.840.113549.1.7.2 right behind tag and length. */
const signedData = Buffer.from('06092a864886f70d010702', 'hex');
const headBytes = 64;

/** DER or BER, PEM, or bare base64 of it. */
export const isCms = (file: RandomAccess): boolean => {
  const head = Buffer.from(file.read(0, headBytes));
  if (/^-----BEGIN (?:PKCS7|CMS)-----/.test(head.toString('latin1'))) return true;
  const bytes = head[0] === 0x30 ? head : Buffer.from(head.toString('latin1').replace(/\s/g, '').slice(0, 32), 'base64');
  return bytes[0] === 0x30 && bytes.subarray(2, 20).includes(signedData);
};

export const kindOf = (file: RandomAccess): FileKind => {
  const kind = attachmentKindOf(file);
  return kind === 'other' && isCms(file) ? 'cms' : kind;
};
