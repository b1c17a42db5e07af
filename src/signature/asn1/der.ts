/**
 * A reader of ASN.1 tag-length-value that hands out the exact bytes of the source (signatures are over
 * bytes, never over a re-encoding). Reads DER and BER with definite and indefinite lengths (X.690 8.1);
 * children are read on demand. Throws `DerError` on anything that does not fit, and on depth.
 */

export class DerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DerError';
  }
}

/** More of something than anybody lawful writes: it was not looked at, so nothing is said of whether it is right. */
export class DerLimitError extends DerError {
  constructor(message: string) {
    super(message);
    this.name = 'DerLimitError';
  }
}

export type Tlv = {
  /** 0 universal, 1 application, 2 context, 3 private. */
  readonly tagClass: number;
  readonly constructed: boolean;
  readonly tag: number;
  /** The whole element as it stands in the source. */
  readonly bytes: Uint8Array;
  /** What is between the length and the end (without end-of-contents octets). */
  readonly content: Uint8Array;
};

/** X.509 and CMS need about 15; an attacker wants thousands. */
const MAX_DEPTH = 40;

type Header = { tagClass: number; constructed: boolean; tag: number; from: number; length: number | null };

const readTag = (source: Uint8Array, start: number): { tag: number; at: number } => {
  const first = source[start];
  if (first === undefined) throw new DerError('ended before a tag');
  if ((first & 0x1f) !== 0x1f) return { tag: first & 0x1f, at: start + 1 };
  let tag = 0;
  for (let at = start + 1; at < start + 5; at++) {
    const next = source[at];
    if (next === undefined) throw new DerError('ended inside a tag');
    tag = tag * 128 + (next & 0x7f);
    if ((next & 0x80) === 0) return { tag, at: at + 1 };
  }
  throw new DerError('tag number too large');
};

const readHeader = (source: Uint8Array, start: number): Header => {
  const { tag, at } = readTag(source, start);
  const first = source[start] ?? 0;
  const shape = { tagClass: first >> 6, constructed: (first & 0x20) !== 0, tag };
  const short = source[at];
  if (short === undefined) throw new DerError('ended before a length');
  if (short === 0x80) {
    if (!shape.constructed) throw new DerError('indefinite length on a primitive');
    return { ...shape, from: at + 1, length: null };
  }
  if (short < 0x80) return { ...shape, from: at + 1, length: short };
  const count = short & 0x7f;
  if (count > 4) throw new DerError('length too large');
  let length = 0;
  for (let i = 1; i <= count; i++) {
    const next = source[at + i];
    if (next === undefined) throw new DerError('ended inside a length');
    length = length * 256 + next;
  }
  return { ...shape, from: at + 1 + count, length };
};

const isEnd = (source: Uint8Array, at: number): boolean => source[at] === 0 && source[at + 1] === 0;

/** Where the element starting at `start` ends; walks indefinite lengths down to their end-of-contents. */
const endOf = (source: Uint8Array, start: number, depth: number): { header: Header; contentEnd: number; end: number } => {
  if (depth > MAX_DEPTH) throw new DerLimitError('nested too deep');
  const header = readHeader(source, start);
  if (header.length !== null) {
    const end = header.from + header.length;
    if (end > source.length) throw new DerError('length beyond the end');
    return { header, contentEnd: end, end };
  }
  let at = header.from;
  while (!isEnd(source, at)) {
    if (at >= source.length) throw new DerError('no end-of-contents');
    at = endOf(source, at, depth + 1).end;
  }
  return { header, contentEnd: at, end: at + 2 };
};

/** The element that starts at `start`; bytes after it are the caller's to judge. */
export const readTlv = (source: Uint8Array, start = 0): Tlv => {
  const { header, contentEnd, end } = endOf(source, start, 0);
  const { tagClass, constructed, tag } = header;
  return { tagClass, constructed, tag, bytes: source.subarray(start, end), content: source.subarray(header.from, contentEnd) };
};

/** The one element that `source` is: nothing may follow. */
export const readWhole = (source: Uint8Array): Tlv => {
  const element = readTlv(source);
  if (element.bytes.length !== source.length) throw new DerError('bytes after the element');
  return element;
};

/** At most this many elements in one container: CRLs have more, signatures do not. */
const MAX_CHILDREN = 100_000;

export const childrenOf = (element: Tlv): readonly Tlv[] => {
  if (!element.constructed) throw new DerError('a primitive has no children');
  const children: Tlv[] = [];
  for (let at = 0; at < element.content.length; ) {
    const child = readTlv(element.content, at);
    children.push(child);
    if (children.length > MAX_CHILDREN) throw new DerLimitError('too many elements');
    at += child.bytes.length;
  }
  return children;
};

export const isUniversal = (element: Tlv | undefined, tag: number): element is Tlv =>
  element !== undefined && element.tagClass === 0 && element.tag === tag;
export const isContext = (element: Tlv | undefined, tag: number): element is Tlv =>
  element !== undefined && element.tagClass === 2 && element.tag === tag;

const expect = (element: Tlv | undefined, tag: number, what: string): Tlv => {
  if (!isUniversal(element, tag)) throw new DerError(`expected ${what}`);
  return element;
};

/** Of a type that has no pieces, in BER either (X.690 8.2, 8.3, 8.8, 8.19). */
const whole = (element: Tlv | undefined, tag: number, what: string): Tlv => {
  const found = expect(element, tag, what);
  if (found.constructed) throw new DerError(`${what} in pieces`);
  return found;
};

export const sequenceOf = (element: Tlv | undefined): readonly Tlv[] => childrenOf(expect(element, 16, 'a SEQUENCE'));
export const setOf = (element: Tlv | undefined): readonly Tlv[] => childrenOf(expect(element, 17, 'a SET'));

/** Content of an OCTET STRING; BER may cut it into pieces. */
export const octetsOf = (element: Tlv | undefined, depth = 0): Uint8Array => {
  if (element === undefined || depth > MAX_DEPTH) throw new DerError('expected an OCTET STRING');
  if (!element.constructed) return element.content;
  return Buffer.concat(childrenOf(element).map((piece) => octetsOf(expect(piece, 4, 'a piece'), depth + 1)));
};

export const octetString = (element: Tlv | undefined): Uint8Array => octetsOf(expect(element, 4, 'an OCTET STRING'));

/** Content of a BIT STRING of whole octets. */
export const bitsOf = (element: Tlv | undefined): Uint8Array => {
  const { content } = whole(element, 3, 'a BIT STRING');
  if (content.length === 0 || content[0] !== 0) throw new DerError('a BIT STRING of whole octets was expected');
  return content.subarray(1);
};

export const oidOf = (element: Tlv | undefined): string => {
  const { content } = whole(element, 6, 'an OBJECT IDENTIFIER');
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new DerError('arc too large');
    if ((byte & 0x80) === 0) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const first = arcs.shift();
  if (first === undefined || ((content.at(-1) ?? 0) & 0x80) !== 0) throw new DerError('empty or cut OBJECT IDENTIFIER');
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...arcs].join('.');
};

/** Integers as upper-case hex without leading zeros, as certificates' serial numbers are written. */
export const integerHex = (element: Tlv | undefined): string => {
  const hex = Buffer.from(whole(element, 2, 'an INTEGER').content)
    .toString('hex')
    .toUpperCase()
    .replace(/^0+/, '');
  return hex.length % 2 === 1 ? `0${hex}` : hex || '00';
};

export const smallInteger = (element: Tlv | undefined): number => {
  const { content } = whole(element, 2, 'an INTEGER');
  if (content.length === 0 || content.length > 4 || ((content[0] ?? 0) & 0x80) !== 0) throw new DerError('expected a small INTEGER');
  return content.reduce((sum, byte) => sum * 256 + byte, 0);
};

/** UTCTime and GeneralizedTime in UTC (RFC 5280 4.1.2.5), fractions of a second allowed (RFC 3161). */
export const timeOf = (element: Tlv | undefined): Date => {
  if (!isUniversal(element, 23) && !isUniversal(element, 24)) throw new DerError('expected a time');
  if (element.constructed) throw new DerError('a time in pieces');
  const text = Buffer.from(element.content).toString('latin1');
  const parts = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:\.(\d{1,9}))?Z$/.exec(text);
  const [, year = '', month, day, hour, minute, second = '00', fraction = ''] = parts ?? [];
  if (parts === null || (year.length === 2) !== (element.tag === 23)) throw new DerError('unreadable time');
  const full = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  const at = new Date(`${full}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  if (Number.isNaN(at.getTime())) throw new DerError('no such time');
  return at;
};

/** Text of any of the string types names are made of. */
export const textOf = (element: Tlv): string => {
  const bytes = Buffer.from(element.content);
  switch (element.tag) {
    case 12:
      return bytes.toString('utf8');
    case 30: {
      if (bytes.length % 2 === 1) throw new DerError('odd BMPString');
      return bytes.swap16().toString('utf16le');
    }
    case 28:
      return String.fromCodePoint(...Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32BE(i * 4) % 0x110000));
    default:
      return bytes.toString('latin1');
  }
};

/** NULL or nothing: the only parameters most algorithms may have. */
export const isAbsentOrNull = (element: Tlv | undefined): boolean =>
  element === undefined || (isUniversal(element, 5) && !element.constructed && element.content.length === 0);
