/**
 * The skeleton splitter: streams over an envelope, cuts the base64 of every ContentTransferEncoded out
 * (decoded and hashed on the way to their places) and leaves the few kilobytes that libxml2 then parses. It
 * judges nothing but what must be refused before a parser sees it: a document type, and bombs.
 *
 * Each cut leaves a random mark in the text; the reader insists on finding every mark exactly once in
 * a ContentTransferEncoded, so this lexer and the parser cannot see two different documents.
 */
import { randomBytes } from 'node:crypto';
import { type Fault, fault } from '../../errors.ts';
import type { RandomAccess } from '../bytes.ts';
import type { Limits } from '../limits.ts';
import type { Scratch } from '../place.ts';
import { type DecodedRun, openRun, type Run } from './base64.ts';
import { openWindow, type Window } from './window.ts';

export type Skeleton = {
  readonly kind: 'split';
  readonly bytes: Buffer;
  /** By the mark that stands in the skeleton. */
  readonly runs: ReadonlyMap<string, DecodedRun>;
};
export type Split = Skeleton | { readonly kind: 'refused'; readonly fault: Fault };

/** Thrown and caught inside this file only: ends the scan at the first thing that must not be parsed. */
type Refusal = { readonly refusal: Fault };
const refuse = (code: 'envelope.malformed' | 'envelope.too-complex', vi: string, en: string): never => {
  throw { refusal: fault(code, '', { vi, en }) } satisfies Refusal;
};
const truncated = (): never => refuse('envelope.malformed', 'Thông điệp bị cắt cụt', 'The message is truncated');
const tooComplex = (vi: string, en: string): never => refuse('envelope.too-complex', vi, en);

type Scan = {
  readonly window: Window;
  readonly limits: Limits;
  readonly scratch: Scratch;
  readonly parts: Buffer[];
  readonly runs: Map<string, DecodedRun>;
  readonly token: string;
  kept: number;
  elements: number;
  depth: number;
  /** The open ContentTransferEncoded: its depth, and its run once it has text. */
  encoded: { readonly depth: number; mark: string; run: Run | null } | null;
};

const keep = (scan: Scan, slice: Buffer): void => {
  scan.kept += slice.length;
  if (scan.kept > scan.limits.skeletonBytes) {
    tooComplex('Phần đầu thông điệp lớn quá mức cho phép', 'The message outside its attachments is too large');
  }
  scan.parts.push(Buffer.from(slice));
};

/** Text, or the inside of a CDATA section: into the run of an open attachment, else into the skeleton. */
const takeText = (scan: Scan, slice: Buffer): void => {
  const { encoded } = scan;
  if (encoded === null) {
    keep(scan, slice);
    return;
  }
  if (encoded.run === null) {
    if (scan.runs.size >= scan.limits.attachments) tooComplex('Quá nhiều tệp đính kèm', 'Too many attachments');
    encoded.mark = `${scan.token}${scan.runs.size}.`;
    encoded.run = openRun(scan.scratch, `${encoded.mark}bin`, scan.window.distance(0x3c));
    keep(scan, Buffer.from(encoded.mark));
  }
  encoded.run.push(slice);
};

const closeRun = (scan: Scan): void => {
  const { encoded } = scan;
  scan.encoded = null;
  if (encoded !== null && encoded.run !== null) scan.runs.set(encoded.mark, encoded.run.end());
};

/** Takes up to and including `ending`, whose last byte is `>`. `text` gets what stands before it, where given. */
const takeThrough = (scan: Scan, ending: string, text: ((slice: Buffer) => void) | null): void => {
  const tail: number[] = [];
  const last = ending.length - 1;
  for (;;) {
    const found = scan.window.until(0x3e, (slice) => {
      // The last bytes wait: they may be the beginning of the ending.
      const waiting = Buffer.concat([Buffer.from(tail), slice]);
      const cut = Math.max(0, waiting.length - last);
      if (cut > 0) (text ?? ((part) => keep(scan, part)))(waiting.subarray(0, cut));
      tail.splice(0, tail.length, ...waiting.subarray(cut));
    });
    if (!found) truncated();
    scan.window.next();
    const ended = Buffer.from(tail).toString('latin1') === ending.slice(0, last);
    if (ended) {
      keep(scan, Buffer.from(ending));
      return;
    }
    tail.push(0x3e);
    const spare = tail.splice(0, Math.max(0, tail.length - last));
    if (spare.length > 0) (text ?? ((part) => keep(scan, part)))(Buffer.from(spare));
  }
};

/** After `<!`: a comment or a CDATA section. A document type, and with it every entity, is refused here. */
const takeDeclaration = (scan: Scan): void => {
  let opening = '<!';
  while ('<!--'.startsWith(opening) || '<![CDATA['.startsWith(opening)) {
    if (opening === '<!--' || opening === '<![CDATA[') {
      keep(scan, Buffer.from(opening));
      if (opening === '<!--') takeThrough(scan, '-->', null);
      else takeThrough(scan, ']]>', (slice) => takeText(scan, slice));
      return;
    }
    const byte = scan.window.next();
    if (byte < 0) truncated();
    opening += String.fromCharCode(byte);
  }
  refuse(
    'envelope.malformed',
    'Thông điệp chứa DTD (DOCTYPE, thực thể); edXML không cho phép',
    'The message holds a document type declaration or entities, which edXML does not allow',
  );
};

/** One tag up to its `>`, minding quotes. */
const takeTag = (scan: Scan): Buffer => {
  const bytes: number[] = [0x3c];
  let quote = 0;
  for (;;) {
    const byte = scan.window.next();
    if (byte < 0) truncated();
    bytes.push(byte);
    if (bytes.length > scan.limits.tagBytes) tooComplex('Một thẻ XML quá dài', 'A tag is too long');
    if (quote !== 0) quote = byte === quote ? 0 : quote;
    else if (byte === 0x22 || byte === 0x27) quote = byte;
    else if (byte === 0x3e) return Buffer.from(bytes);
    else if (byte === 0x3c) refuse('envelope.malformed', 'Dấu "<" nằm trong một thẻ', 'A "<" stands inside a tag');
  }
};

const localName = (tag: Buffer): string => /^<(?:[^\s/>:]*:)?([^\s/>]*)/.exec(tag.toString('latin1', 0, 256))?.[1] ?? '';

const openElement = (scan: Scan, tag: Buffer): void => {
  const { limits, encoded } = scan;
  scan.elements += 1;
  if (scan.elements > limits.elements) tooComplex('Quá nhiều phần tử XML', 'Too many elements');
  if (tag[tag.length - 2] === 0x2f) return;
  scan.depth += 1;
  if (scan.depth > limits.depth) tooComplex('Cấu trúc XML lồng nhau quá sâu', 'The elements are nested too deep');
  if (encoded === null && localName(tag) === 'ContentTransferEncoded') scan.encoded = { depth: scan.depth, mark: '', run: null };
};

const takeElement = (scan: Scan): void => {
  const tag = takeTag(scan);
  if (tag[1] === 0x2f) {
    if (scan.encoded?.depth === scan.depth) closeRun(scan);
    scan.depth -= 1;
  } else {
    scan.encoded?.run?.spoil();
    openElement(scan, tag);
  }
  keep(scan, tag);
};

const scanAll = (scan: Scan): void => {
  while (scan.window.until(0x3c, (slice) => takeText(scan, slice))) {
    scan.window.next();
    const byte = scan.window.peek();
    if (byte === 0x21) {
      scan.window.next();
      takeDeclaration(scan);
    } else if (byte === 0x3f) {
      keep(scan, Buffer.from('<'));
      takeThrough(scan, '?>', null);
    } else takeElement(scan);
  }
  if (scan.depth > 0) truncated();
};

const isRefusal = (thrown: unknown): thrown is Refusal => typeof thrown === 'object' && thrown !== null && 'refusal' in thrown;

/** Splits from `start` on; decoded bytes go to `scratch`. */
export const splitSkeleton = (source: RandomAccess, start: number, scratch: Scratch, limits: Limits): Split => {
  const token = `lt${randomBytes(12).toString('hex')}-`;
  const window = openWindow(source, start);
  const scan: Scan = { window, limits, scratch, token, parts: [], runs: new Map(), kept: 0, elements: 0, depth: 0, encoded: null };
  try {
    scanAll(scan);
    return { kind: 'split', bytes: Buffer.concat(scan.parts), runs: scan.runs };
  } catch (thrown) {
    if (isRefusal(thrown)) return { kind: 'refused', fault: thrown.refusal };
    throw thrown;
  } finally {
    // An attachment cut off in the middle still has an open file.
    closeRun(scan);
  }
};
