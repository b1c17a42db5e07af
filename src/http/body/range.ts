/** One byte range of a request (RFC 9110 §14); several ranges are answered with the whole, which is allowed. */
import type { IncomingHttpHeaders } from 'node:http';

export type Part =
  | { readonly kind: 'whole' }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number };

/** `end` is inclusive. A Range under an If-Range that names other bytes does not count. */
export const partFor = (headers: IncomingHttpHeaders, size: number, tag: string): Part => {
  const found = /^bytes=(\d*)-(\d*)$/i.exec(headers.range?.replaceAll(' ', '') ?? '');
  const condition = headers['if-range'];
  if (found === null || (condition !== undefined && condition !== tag)) return { kind: 'whole' };
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return { kind: 'whole' };
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return { kind: 'whole' };
  return start >= size || start > end ? { kind: 'unsatisfiable' } : { kind: 'part', start, end };
};
