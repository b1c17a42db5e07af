/**
 * A hub that passes a message on to another hub adds its own TraceHeader (domain §1.4): derived bytes,
 * the original with one element more and not a byte else changed. Streamed: the message is never held.
 */
import { writeMoment } from './dates.ts';

export type TraceMark = { readonly organId: string; readonly at: Date };

/** Where the scan stands: the open elements by qualified name, and whether the mark is in. */
type Scan = { readonly open: string[]; done: boolean };
type Token = { readonly kind: 'open' | 'empty' | 'close' | 'other'; readonly name: string; readonly end: number };

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
const prefixOf = (name: string): string => name.slice(0, name.indexOf(':') + 1);

/** What ends a piece of markup that is not a tag, by how it starts. */
const others = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** End of a tag that starts at `from`, past any `>` inside quotes; -1 where it is not whole yet. */
const tagEnd = (text: string, from: number): number => {
  let quote = '';
  for (let index = from; index < text.length; index += 1) {
    const sign = text.charAt(index);
    if (quote !== '') quote = sign === quote ? '' : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '>') return index + 1;
  }
  return -1;
};

/** The markup at `from`; null where more bytes are needed to tell. */
const tokenAt = (text: string, from: number): Token | null => {
  // Shorter than the longest start above: what it is cannot be told yet.
  if (text.length - from < 9 && tagEnd(text, from) < 0) return null;
  for (const [start, stop] of others) {
    if (!text.startsWith(start, from)) continue;
    const found = text.indexOf(stop, from + start.length);
    return found < 0 ? null : { kind: 'other', name: '', end: found + stop.length };
  }
  const end = tagEnd(text, from);
  if (end < 0) return null;
  const close = text.charAt(from + 1) === '/';
  const name = /^[^\s/>]*/.exec(text.slice(from + (close ? 2 : 1), end))?.[0] ?? '';
  return { kind: close ? 'close' : text.charAt(end - 2) === '/' ? 'empty' : 'open', name, end };
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const traceText = (prefix: string, { organId, at }: TraceMark): string => {
  const leaf = (name: string, text: string): string => `<${prefix}${name}>${escaped(text)}</${prefix}${name}>`;
  const inside = leaf('OrganId', organId) + leaf('Timestamp', writeMoment(at));
  return `<${prefix}TraceHeader>${inside}</${prefix}TraceHeader>`;
};

/**
 * What stands in place of the token where the mark goes in: before Bussiness, else at the end of the
 * list; a list is made where the header has none. Null at every other token.
 */
const marked = (scan: Scan, token: Token, text: string, mark: TraceMark): string | null => {
  const parent = scan.open.at(-1) ?? '';
  const name = localName(token.name);
  if (token.kind === 'close') {
    const list = localName(parent) === 'TraceHeaderList';
    if (list) return traceText(prefixOf(parent), mark) + text;
    if (localName(parent) !== 'edXMLHeader') return null;
    const prefix = prefixOf(parent);
    return `<${prefix}TraceHeaderList>${traceText(prefix, mark)}</${prefix}TraceHeaderList>${text}`;
  }
  if (localName(parent) === 'TraceHeaderList' && (name === 'Bussiness' || name === 'Business'))
    return traceText(prefixOf(parent), mark) + text;
  if (token.kind !== 'empty' || name !== 'TraceHeaderList' || localName(parent) !== 'edXMLHeader') return null;
  return `${text.slice(0, -2)}>${traceText(prefixOf(token.name), mark)}</${token.name}>`;
};

/** Goes over the whole tokens of `text`; answers what is settled, marked where it belongs, and the rest. */
const scanned = (scan: Scan, text: string, mark: TraceMark): { readonly settled: string; readonly rest: string } => {
  let settled = '';
  let from = 0;
  while (!scan.done) {
    const start = text.indexOf('<', from);
    const token = start < 0 ? null : tokenAt(text, start);
    if (token === null) {
      const cut = start < 0 ? text.length : start;
      return { settled: settled + text.slice(from, cut), rest: text.slice(cut) };
    }
    const own = text.slice(start, token.end);
    const placed = marked(scan, token, own, mark);
    settled += text.slice(from, start) + (placed ?? own);
    from = token.end;
    scan.done = placed !== null;
    if (token.kind === 'open') scan.open.push(token.name);
    if (token.kind === 'close') scan.open.pop();
  }
  return { settled: settled + text.slice(from), rest: '' };
};

/** The message with the mark, piece by piece. Bytes are taken one to a character, so that none is changed. */
export async function* withTrace(message: AsyncIterable<Uint8Array>, mark: TraceMark): AsyncGenerator<Uint8Array> {
  const scan: Scan = { open: [], done: false };
  // The mark itself is UTF-8; as latin1 text it passes through the same door as the rest.
  const narrow: TraceMark = { ...mark, organId: Buffer.from(mark.organId, 'utf8').toString('latin1') };
  let rest = '';
  for await (const chunk of message) {
    if (scan.done) {
      yield chunk;
      continue;
    }
    const passed = scanned(scan, rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1'), narrow);
    rest = passed.rest;
    if (passed.settled !== '') yield Buffer.from(passed.settled, 'latin1');
  }
  if (rest !== '') yield Buffer.from(rest, 'latin1');
}
