/**
 * The DER of an element that was written in BER (X.690 10, 11): definite shortest lengths, strings in one
 * piece, sets in order. What RFC 5652 5.4 asks of signed attributes when their source is not DER.
 */
import { childrenOf, octetsOf, type Tlv } from './der.ts';

const lengthBytes = (length: number): readonly number[] => {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
};

const SET = 17;
const SEQUENCE = 16;
const OCTET_STRING = 4;

/** Identifier octets (8.1.2); tags of thirty-one and more never stand in what is signed. */
const tagByte = (element: Tlv, constructed: boolean): number => (element.tagClass << 6) | (constructed ? 0x20 : 0) | element.tag;

const written = (tag: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);

/** Throws DerError for what cannot be read to its leaves. */
export const canonicalOf = (element: Tlv): Uint8Array => {
  const isString = element.tagClass === 0 && element.tag !== SET && element.tag !== SEQUENCE;
  if (!element.constructed) return written(tagByte(element, false), element.content);
  // A string in pieces: only OCTET STRINGs are put together, others in pieces stand in no signature.
  if (isString && element.tag === OCTET_STRING) return written(tagByte(element, false), octetsOf(element));
  const parts = childrenOf(element).map(canonicalOf);
  // SET OF: in the order of the encodings (11.6). A SET of CMS is always one.
  const isSet = element.tagClass === 0 && element.tag === SET;
  return written(tagByte(element, true), Buffer.concat(isSet ? parts.toSorted(Buffer.compare) : parts));
};

/** The SET OF that these members make, in DER. */
export const canonicalSet = (members: readonly Tlv[]): Uint8Array =>
  written(0x31, Buffer.concat(members.map(canonicalOf).toSorted(Buffer.compare)));
