/**
 * An XML file without its long runs of base64 (attachments), small enough to be parsed: each run is
 * replaced by a random mark of letters and digits and its place in the file is kept, so that the hash over
 * the canonical form can be given the run's own bytes where the mark stands (`splice.ts`).
 *
 * Why the parser cannot see another document than the file: a run is the whole text between `>` and `<`
 * (or of a CDATA section) and holds only base64, white space and references to those. Such text replaced by
 * such text changes no markup, wherever it stands, and its canonical form is that of text.
 *
 * Judges besides what must not reach a parser: document types, and shapes that cost more than they say.
 */
import { randomBytes } from 'node:crypto';
import type { RandomAccess } from '../../../envelope/bytes.ts';
import { type Cursor, openCursor } from './cursor.ts';
import { cleanText } from './run.ts';

/** `referenced`: holds character references, which the canonical form writes in one way only. */
export type Run = { readonly offset: number; readonly length: number; readonly referenced: boolean };

/** Places in the skeleton: of an element, and of the start tags that are open around it, outermost first. */
export type Span = { readonly from: number; to: number; readonly around: readonly Tag[] };
export type Tag = { readonly from: number; readonly to: number };

export type Skeleton = {
  readonly kind: 'split';
  readonly bytes: Buffer;
  /** What every mark begins with. */
  readonly token: string;
  /** By the mark that stands in the skeleton. */
  readonly runs: ReadonlyMap<string, Run>;
  /** Every element named Signature, whatever its namespace, in document order. */
  readonly signatures: readonly Span[];
};
/** `doctype`: a document type declaration, and with it every entity, is never parsed. */
export type Split = Skeleton | { readonly kind: 'refused'; readonly why: 'over-limits' | 'doctype' | 'damaged' };

/** Honest files stay far below each of them. */
export const xmlLimits = {
  skeletonBytes: 16 * 1024 * 1024,
  /** Tags, comments, instructions and CDATA sections. */
  markup: 400_000,
  /** As far as libxml2 goes by itself. */
  depth: 200,
  tagBytes: 4 * 1024 * 1024,
  /** In one tag: the parser and C14N sort them. */
  attributes: 1_000,
  /** Declared on an element and its ancestors: C14N looks each of them up for each element. */
  namespaces: 64,
  runs: 2_000,
  /** Comments and instructions beside the root: each is looked at when a signature names the root by its id. */
  beside: 1_000,
  signatures: 1_000,
} as const;

/** Shorter text costs less as text than as a run; what a signature itself holds (certificates, time stamps) is shorter. */
const shortestRun = 32 * 1024;

class Refusal extends Error {
  readonly why: 'over-limits' | 'doctype' | 'damaged';
  constructor(why: Refusal['why']) {
    super(why);
    this.name = 'Refusal';
    this.why = why;
  }
}

/** An open element: its start tag, how many namespaces are in scope, and its span if it is a Signature. */
type Open = Tag & { readonly namespaces: number; readonly span: Span | null };

type Scan = {
  readonly cursor: Cursor;
  readonly token: string;
  readonly parts: Buffer[];
  readonly runs: Map<string, Run>;
  readonly open: Open[];
  readonly signatures: Span[];
  /** Of the file, kept but not copied yet. */
  pending: Tag;
  beside: number;
  kept: number;
  markup: number;
};

/** Copies what was kept of the file since the last mark; piece by piece it would cost more than it holds. */
const settle = (scan: Scan): void => {
  const { from, to } = scan.pending;
  if (to > from) scan.parts.push(scan.cursor.slice(from, to));
  scan.pending = { from: 0, to: 0 };
};

const count = (scan: Scan, bytes: number): void => {
  scan.kept += bytes;
  if (scan.kept > xmlLimits.skeletonBytes) throw new Refusal('over-limits');
};

const keep = (scan: Scan, from: number, to: number): void => {
  count(scan, to - from);
  if (scan.pending.to !== from) settle(scan);
  scan.pending = { from: scan.pending.to === from ? scan.pending.from : from, to };
};

const keepMark = (scan: Scan, mark: string): void => {
  count(scan, mark.length);
  settle(scan);
  scan.parts.push(Buffer.from(mark));
};

const takeText = (scan: Scan, from: number, to: number, within: 'content' | 'cdata'): void => {
  const clean = to - from < shortestRun ? null : cleanText(scan.cursor, from, to, within === 'content');
  if (clean === null) {
    keep(scan, from, to);
    return;
  }
  if (scan.runs.size >= xmlLimits.runs) throw new Refusal('over-limits');
  const mark = `${scan.token}${scan.runs.size}e`;
  scan.runs.set(mark, { offset: from, length: to - from, referenced: clean.referenced });
  keepMark(scan, mark);
};

/** Offset after the next `ending` (its last byte is `>`) that begins at `from` or later. */
const afterEnding = (cursor: Cursor, ending: string, from: number): number => {
  for (let at = from + ending.length - 1; ; at += 1) {
    at = cursor.find(0x3e, at);
    if (at < 0) throw new Refusal('damaged');
    const [first = 0, second = 0] = Buffer.from(ending.slice(0, -1));
    const isWhole = ending.length === 2 ? cursor.at(at - 1) === first : cursor.at(at - 2) === first && cursor.at(at - 1) === second;
    if (isWhole) return at + 1;
  }
};

/** Comments, CDATA sections and processing instructions; answers where they end. */
const takeOther = (scan: Scan, from: number): number => {
  const opening = scan.cursor.slice(from, from + 9).toString('latin1');
  if (opening.startsWith('<!DOCTYPE')) throw new Refusal('doctype');
  const ending = opening.startsWith('<!--') ? '-->' : opening === '<![CDATA[' ? ']]>' : opening.startsWith('<?') ? '?>' : null;
  if (ending === null) throw new Refusal('damaged');
  const length = ending === ']]>' ? 9 : ending === '-->' ? 4 : 2;
  const end = afterEnding(scan.cursor, ending, from + length);
  if (ending !== ']]>') {
    scan.beside += scan.open.length === 0 ? 1 : 0;
    if (scan.beside > xmlLimits.beside) throw new Refusal('over-limits');
    keep(scan, from, end);
    return end;
  }
  keep(scan, from, from + length);
  takeText(scan, from + length, end - 3, 'cdata');
  keep(scan, end - 3, end);
  return end;
};

/** Offset after the tag that starts at `from`, past any `>` inside quotes. */
const afterTag = (cursor: Cursor, from: number): number => {
  let quote = 0;
  for (let at = from + 1; at - from < xmlLimits.tagBytes; at += 1) {
    if (quote !== 0) {
      at = cursor.find(quote, at);
      if (at < 0) throw new Refusal('damaged');
      quote = 0;
      continue;
    }
    const byte = cursor.at(at);
    if (byte === 0x3e) return at + 1;
    if (byte === 0x22 || byte === 0x27) quote = byte;
    if (byte < 0 || byte === 0x3c) throw new Refusal('damaged');
  }
  throw new Refusal('over-limits');
};

/** How often the pattern occurs; one more than `most` where it is more. */
const occurrences = (text: string, pattern: RegExp, most: number): number => {
  let found = 0;
  while (found <= most && pattern.exec(text) !== null) found += 1;
  pattern.lastIndex = 0;
  return found;
};

const isSignature = (tag: string): boolean => /^<(?:[^\s/>:]+:)?Signature[\s/>]/.test(tag);

/** Notes a Signature that begins with this tag. */
const spanOf = (scan: Scan, tag: string, { from, to }: Tag): Span | null => {
  if (!isSignature(tag)) return null;
  if (scan.signatures.length >= xmlLimits.signatures) throw new Refusal('over-limits');
  const span = { from, to, around: [...scan.open] };
  scan.signatures.push(span);
  return span;
};

const openElement = (scan: Scan, tag: string): void => {
  const namespaces = (scan.open.at(-1)?.namespaces ?? 0) + occurrences(tag, /\sxmlns(?=[\s:=])/g, xmlLimits.namespaces);
  const tooMany =
    scan.open.length >= xmlLimits.depth ||
    namespaces > xmlLimits.namespaces ||
    occurrences(tag, /=\s*["']/g, xmlLimits.attributes) > xmlLimits.attributes;
  if (tooMany) throw new Refusal('over-limits');
  const place = { from: scan.kept, to: scan.kept + tag.length };
  const span = spanOf(scan, tag, place);
  if (!tag.endsWith('/>')) scan.open.push({ ...place, namespaces, span });
};

const takeTag = (scan: Scan, from: number): number => {
  const end = afterTag(scan.cursor, from);
  const tag = scan.cursor.slice(from, end);
  if (tag[1] === 0x2f) {
    const closed = scan.open.pop();
    if (closed === undefined) throw new Refusal('damaged');
    if (closed.span !== null) closed.span.to = scan.kept + tag.length;
  } else openElement(scan, tag.toString('latin1'));
  keep(scan, from, end);
  return end;
};

const scanFrom = (scan: Scan, start: number): void => {
  const { cursor } = scan;
  for (let at = start; ; ) {
    const markup = cursor.find(0x3c, at);
    takeText(scan, at, markup < 0 ? cursor.size : markup, 'content');
    if (markup < 0) break;
    scan.markup += 1;
    if (scan.markup > xmlLimits.markup) throw new Refusal('over-limits');
    const next = cursor.at(markup + 1);
    at = next === 0x21 || next === 0x3f ? takeOther(scan, markup) : takeTag(scan, markup);
  }
  if (scan.open.length > 0 || scan.markup === 0) throw new Refusal('damaged');
};

/** Splits from `start` on, where the XML begins. Never throws for what is in the file; UTF-8 is expected. */
export const splitXml = (file: RandomAccess, start = 0): Split => {
  const token = `lt${randomBytes(12).toString('hex')}r`;
  const scan: Scan = {
    ...{ cursor: openCursor(file), token, parts: [], runs: new Map(), open: [] },
    ...{ signatures: [], pending: { from: 0, to: 0 }, beside: 0, kept: 0, markup: 0 },
  };
  try {
    scanFrom(scan, start);
    settle(scan);
    return { kind: 'split', bytes: Buffer.concat(scan.parts), token, runs: scan.runs, signatures: scan.signatures };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { kind: 'refused', why: thrown.why };
    throw thrown;
  }
};
