/**
 * Writing DER (ITU-T X.690): the few types that certificates and CMS need. Writing is ours because
 * node-forge encodes Vietnamese UTF-8 names twice when it copies an issuer into a CMS.
 */

/** One encoded TLV; concatenation is nesting. */
export type Der = Uint8Array;

const lengthBytes = (length: number): number[] => {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
};

/** A TLV with this tag byte around the given contents. */
export const tlv = (tag: number, ...contents: readonly Uint8Array[]): Der => {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(length)]), ...contents]);
};

export const sequence = (...items: readonly Der[]): Der => tlv(0x30, ...items);
/** SET OF: DER orders the members by their encoding (X.690 §11.6). */
export const setOf = (...items: readonly Der[]): Der => tlv(0x31, ...items.toSorted(Buffer.compare));
export const octets = (bytes: Uint8Array): Der => tlv(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Der => tlv(0x03, Buffer.from([unused]), bytes);
export const utf8 = (text: string): Der => tlv(0x0c, Buffer.from(text, 'utf8'));
export const printable = (text: string): Der => tlv(0x13, Buffer.from(text, 'latin1'));
export const ia5 = (text: string): Der => tlv(0x16, Buffer.from(text, 'latin1'));
export const boolean = (value: boolean): Der => tlv(0x01, Buffer.from([value ? 0xff : 0]));
export const nothing: Der = Buffer.from([0x05, 0x00]);
/** Constructed, explicit `[number]`. */
export const tagged = (number: number, ...items: readonly Der[]): Der => tlv(0xa0 | number, ...items);
/** Primitive, implicit `[number]`. */
export const implicit = (number: number, bytes: Uint8Array): Der => tlv(0x80 | number, bytes);

/** A non-negative INTEGER from a number or big-endian bytes. */
export const integer = (value: number | Uint8Array): Der => {
  if (typeof value === 'number') return integer(Buffer.from(value.toString(16).padStart(value > 0xff ? 8 : 2, '0'), 'hex'));
  let start = 0;
  while (start < value.length - 1 && value[start] === 0) start += 1;
  const bytes = value.subarray(start);
  return tlv(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};

const arcBytes = (arc: number): number[] => {
  const bytes = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128));
  return bytes;
};

/** OBJECT IDENTIFIER from its dotted form. */
export const oid = (dotted: string): Der => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(arcBytes)));
};

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5); whole seconds, Z. */
export const time = (at: Date): Der => {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const year = at.getUTCFullYear();
  if (year >= 1950 && year < 2050) return tlv(0x17, Buffer.from(`${digits.slice(2)}Z`, 'latin1'));
  return tlv(0x18, Buffer.from(`${digits}Z`, 'latin1'));
};

/** The contents of the first TLV, and where the next one starts. Only for DER that we or node:crypto wrote. */
export const readTlv = (
  bytes: Uint8Array,
  at = 0,
): { readonly tag: number; readonly contents: Uint8Array; readonly whole: Uint8Array; readonly end: number } => {
  const first = bytes[at + 1] ?? 0;
  const count = first < 0x80 ? 0 : first & 0x7f;
  let length = count === 0 ? first : 0;
  for (let index = 0; index < count; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  const start = at + 2 + count;
  return {
    tag: bytes[at] ?? 0,
    contents: bytes.subarray(start, start + length),
    whole: bytes.subarray(at, start + length),
    end: start + length,
  };
};
