/** What stands before the root: junk that old gateways leave, a byte order mark, the declared encoding. */
import { type Fault, fault } from '../../errors.ts';
import type { RandomAccess } from '../bytes.ts';

/** Junk is looked through this far for the first `<`. */
const junkBytes = 4096;

export type Prolog =
  | {
      readonly kind: 'ok' /** Where XML begins. */;
      readonly start: number /** Bytes passed over that do not belong there. */;
      readonly junk: number;
    }
  | { readonly kind: 'refused'; readonly fault: Fault };

const refused = (vi: string, en: string): Prolog => ({ kind: 'refused', fault: fault('envelope.malformed', '', { vi, en }) });

const utf16 = (head: Buffer): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) ||
  (head[0] === 0xfe && head[1] === 0xff) ||
  (head[0] === 0x3c && head[1] === 0) ||
  (head[0] === 0 && (head[1] === 0x3c || head[1] === 0));

/** UTF-8 and its subset; QCVN 102 knows no other encoding. */
const accepted = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

export const readProlog = (source: RandomAccess): Prolog => {
  const head = Buffer.from(source.read(0, junkBytes));
  if (head.length === 0) return refused('Thông điệp rỗng', 'The message is empty');
  if (utf16(head)) {
    return refused('Thông điệp mã hóa UTF-16; edXML phải là UTF-8', 'The message is UTF-16; edXML must be UTF-8');
  }
  const start = head.indexOf(0x3c);
  if (start < 0) return refused('Thông điệp không phải là XML', 'The message is not XML');
  const opening = Buffer.from(source.read(start, 256)).toString('latin1');
  const declaration = /^<\?xml\s[^>]*?\?>/.exec(opening)?.[0] ?? '';
  const encoding = /\sencoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1];
  if (encoding !== undefined && !accepted.has(encoding.toLowerCase())) {
    const shown = encoding.replace(/[^\w.:-]/g, '?');
    return refused(`Bảng mã khai báo là ${shown}; edXML phải là UTF-8`, `The declared encoding is ${shown}; edXML must be UTF-8`);
  }
  // White space before a root without declaration is legal XML, not junk.
  const junk = declaration === '' && /^[\t\n\r ]*$/.test(head.toString('latin1', 0, start)) ? 0 : start;
  return { kind: 'ok', start, junk };
};
