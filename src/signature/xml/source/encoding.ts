/** Which bytes of a file are its XML, as UTF-8: the canonical form is UTF-8 whatever the file is written in. */
import type { RandomAccess } from '../../../envelope/bytes.ts';
import { xmlLimits } from './skeleton.ts';

/** What old gateways leave before an envelope is passed over this far, as its reader does (`envelope/skeleton/prolog.ts`). */
const junkBytes = 4096;

export type XmlSource =
  | {
      readonly kind: 'utf-8';
      readonly file: RandomAccess;
      readonly start: number /** Something stands before the document that belongs to no XML. */;
      readonly junk: boolean;
    }
  | { readonly kind: 'refused'; readonly why: 'over-limits' | 'damaged' | 'unsupported' };

const memory = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

const declared = (head: string): string | null => /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(head)?.[1]?.toLowerCase() ?? null;

/** Canonical XML is defined for XML 1.0; 1.1 has other characters and other line ends. */
const isOther = (head: string): boolean => /^<\?xml\s/.test(head) && !/^<\?xml\s+version\s*=\s*["']1\.0["']/.test(head);

const utf16 = (head: Buffer): 'utf-16le' | 'utf-16be' | null => {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c) ? 'utf-16be' : null;
};

/** The text without its declaration, which would now name the wrong encoding. */
const rewritten = (text: string): XmlSource => {
  if (isOther(text.replace(/^\uFEFF?\s*/, ''))) return { kind: 'refused', why: 'unsupported' };
  const start = text.replace(/^\uFEFF?\s*<\?xml\s[^>]*?\?>/, '');
  return { kind: 'utf-8', file: memory(Buffer.from(start, 'utf8')), start: 0, junk: false };
};

const decoded = (file: RandomAccess, decode: (bytes: Uint8Array) => string): XmlSource => {
  if (file.size > xmlLimits.skeletonBytes) return { kind: 'refused', why: 'over-limits' };
  try {
    return rewritten(decode(file.read(0, file.size)));
  } catch (thrown) {
    // TextDecoder, for bytes that are none of the encoding.
    if (thrown instanceof TypeError) return { kind: 'refused', why: 'damaged' };
    throw thrown;
  }
};

export const xmlSourceOf = (file: RandomAccess): XmlSource => {
  const head = Buffer.from(file.read(0, junkBytes));
  const wide = utf16(head);
  if (wide !== null) return decoded(file, (bytes) => new TextDecoder(wide, { fatal: true }).decode(bytes));
  const start = head.indexOf(0x3c);
  if (start < 0) return { kind: 'refused', why: 'damaged' };
  const junk = !/^(?:\xef\xbb\xbf)?[\t\n\r ]*$/.test(head.toString('latin1', 0, start));
  const opening = head.toString('latin1', start, start + 256);
  if (isOther(opening)) return { kind: 'refused', why: 'unsupported' };
  const encoding = declared(opening);
  if (encoding === null || ['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(encoding)) return { kind: 'utf-8', file, start, junk };
  if (encoding === 'iso-8859-1') return decoded(file, (bytes) => Buffer.from(bytes).toString('latin1').slice(start));
  return { kind: 'refused', why: 'unsupported' };
};
