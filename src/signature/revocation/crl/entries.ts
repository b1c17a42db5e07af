/**
 * The entries of a revocation list (RFC 5280 5.3). A list of the government's authority may hold half a
 * million of them: one pass over the bytes fills a table of offsets, nothing else is made, and an entry is
 * read when its serial number is asked for.
 */
import { DerError, isUniversal, octetString, oidOf, readTlv, readWhole, sequenceOf, smallInteger, timeOf } from '../../asn1/der.ts';
import { generalNameKey, generalNamesOf } from '../../path/constraint/general-name.ts';

export type Entry = {
  readonly revokedAt: Date;
  /** Code of RFC 5280 5.3.1; null when none is given. */
  readonly reason: number | null;
  /** Since when it is invalid by the authority's own word (5.3.2), null when not said. */
  readonly invalidSince: Date | null;
};

/** `issuer`: key (`directoryKey`) of the issuer of the certificate that is asked for. */
export type Entries = { readonly count: number; find(serial: Uint8Array, issuer: string): Entry | null };

/** Where the issuer in force changes, in an indirect list: every entry after it has this one until the next (5.3.3). */
type Change = { readonly from: number; readonly keys: readonly string[] };

type Span = { readonly from: number; readonly to: number };

/** Content of the definite-length element at `at` that must have this tag: lists are DER. */
const spanAt = (bytes: Uint8Array, at: number, tag: number, limit: number): Span => {
  const length = bytes[at + 1];
  if (bytes[at] !== tag || length === undefined) throw new DerError('not an entry of a revocation list');
  let from = at + 2;
  let size = length;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4) throw new DerError('lists are DER');
    size = 0;
    for (let i = 0; i < count; i++) size = size * 256 + (bytes[from + i] ?? 0);
    from += count;
  }
  if (from + size > limit) throw new DerError('length beyond the end');
  return { from, to: from + size };
};

/** Without the redundant leading octets that DER forbids and some write: -1 and 255 stay apart. */
const canonical = (bytes: Uint8Array, { from, to }: Span): Span => {
  let start = from;
  while (
    start + 1 < to &&
    ((bytes[start] === 0 && (bytes[start + 1] ?? 0) < 0x80) || (bytes[start] === 0xff && (bytes[start + 1] ?? 0) >= 0x80))
  )
    start += 1;
  return { from: start, to };
};

const hashOf = (bytes: Uint8Array, { from, to }: Span): number => {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
};

const isSameSerial = (bytes: Uint8Array, a: Span, other: Uint8Array, b: Span): boolean => {
  if (a.to - a.from !== b.to - b.from) return false;
  for (let i = 0; i < a.to - a.from; i++) if (bytes[a.from + i] !== other[b.from + i]) return false;
  return true;
};

const certificateIssuer = [0x06, 0x03, 0x55, 0x1d, 0x1d];
const startsWith = (bytes: Uint8Array, at: number, head: readonly number[]): boolean => head.every((byte, i) => bytes[at + i] === byte);

/** reasonCode, invalidityDate, certificateIssuer: what may be critical in an entry. */
const processed = new Set(['2.5.29.21', '2.5.29.24', '2.5.29.29']);

/** The keys of the issuer that the extensions at `at` name, null without; throws for a critical one that is not understood. */
const issuerIn = (bytes: Uint8Array, at: number, end: number): readonly string[] | null => {
  let keys: readonly string[] | null = null;
  const list = spanAt(bytes, at, 0x30, end);
  for (let start = list.from; start < list.to; ) {
    const one = spanAt(bytes, start, 0x30, list.to);
    const isIssuer = startsWith(bytes, one.from, certificateIssuer);
    // The common case, an extension that is not critical, is passed over without making anything.
    if (isIssuer || bytes[spanAt(bytes, one.from, 0x06, one.to).to] === 0x01) {
      const [type, second, third] = sequenceOf(readTlv(bytes, start));
      const flagged = isUniversal(second, 1);
      if (flagged && second.content[0] !== 0 && !processed.has(oidOf(type)))
        throw new DerError('a critical entry extension is not understood');
      if (isIssuer) keys = generalNamesOf(octetString(flagged ? third : second)).flatMap((name) => generalNameKey(name) ?? []);
    }
    start = one.to;
  }
  return keys;
};

/** A pathological list is given up rather than searched for ever: so many steps for each entry on average. */
const MAX_PROBES = 50;

/** Open addressing: a slot holds the offset of an entry plus one, so that zero is free. */
type Table = { readonly slots: Uint32Array; readonly count: number; readonly changes: readonly Change[] };

/** How many entries there are, by their headers alone. */
const countOf = (bytes: Uint8Array): number => {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) at = spanAt(bytes, at, 0x30, bytes.length).to;
  return count;
};

/** After the serial number comes a time, then perhaps extensions. */
const extensionsAt = (bytes: Uint8Array, serial: Span): number => {
  const time = bytes[serial.to];
  return spanAt(bytes, serial.to, time === 0x18 ? 0x18 : 0x17, bytes.length).to;
};

const fill = (bytes: Uint8Array, indirect: boolean): Table => {
  const count = countOf(bytes);
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, count * 2))));
  const changes: Change[] = [];
  const mask = slots.length - 1;
  let probes = 0;
  for (let at = 0; at < bytes.length; ) {
    const entry = spanAt(bytes, at, 0x30, bytes.length);
    const serial = spanAt(bytes, entry.from, 0x02, entry.to);
    const extensions = extensionsAt(bytes, serial);
    const keys = extensions < entry.to ? issuerIn(bytes, extensions, entry.to) : null;
    if (keys !== null && !indirect) throw new DerError('an issuer is named in a list that is not indirect');
    if (keys !== null) changes.push({ from: at, keys });
    let slot = hashOf(bytes, canonical(bytes, serial)) & mask;
    for (; slots[slot] !== 0; probes++) {
      if (probes >= count * MAX_PROBES) throw new DerError('too many entries alike');
      slot = (slot + 1) & mask;
    }
    slots[slot] = at + 1;
    at = entry.to;
  }
  return { slots, count, changes };
};

/** The issuer in force at an offset: of the last change before it, else that of the list. */
const issuersAt = (changes: readonly Change[], offset: number, own: string): readonly string[] => {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1]?.keys ?? [own];
};

const entryAt = (bytes: Uint8Array, offset: number): Entry => {
  const [, time, extensions] = sequenceOf(readTlv(bytes, offset));
  const found = new Map<string, Uint8Array>();
  for (const one of extensions === undefined ? [] : sequenceOf(extensions)) {
    const [type, second, third] = sequenceOf(one);
    found.set(oidOf(type), octetString(isUniversal(second, 1) ? third : second));
  }
  const reason = found.get('2.5.29.21');
  const since = found.get('2.5.29.24');
  return {
    revokedAt: timeOf(time),
    // ENUMERATED is read as the INTEGER it looks like.
    reason: reason === undefined ? null : smallInteger({ ...readWhole(reason), tag: 2 }),
    invalidSince: since === undefined ? null : timeOf(readWhole(since)),
  };
};

/** Of several entries for one certificate the one that says worst: lasting before hold before removed, the earlier first. */
const rank = ({ reason }: Entry): number => (reason === 8 ? 2 : reason === 6 ? 1 : 0);
const worse = (a: Entry, b: Entry): number => rank(a) - rank(b) || a.revokedAt.getTime() - b.revokedAt.getTime();

/**
 * `bytes` is the content of revokedCertificates, kept; `own` the key of the list's issuer. Throws DerError
 * where the list may not be used at all: malformed, or with a critical entry extension that is not
 * understood, wherever it stands (RFC 5280 5.3).
 */
export const readEntries = (bytes: Uint8Array, own: string, indirect: boolean): Entries => {
  const { slots, count, changes } = fill(bytes, indirect);
  const mask = slots.length - 1;
  return {
    count,
    find: (serial, issuer) => {
      const wanted = canonical(serial, { from: 0, to: serial.length });
      const found: Entry[] = [];
      for (let slot = hashOf(serial, wanted) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const offset = (slots[slot] ?? 1) - 1;
        const entry = spanAt(bytes, offset, 0x30, bytes.length);
        const here = canonical(bytes, spanAt(bytes, entry.from, 0x02, entry.to));
        if (!isSameSerial(bytes, here, serial, wanted)) continue;
        if (issuersAt(changes, offset, own).includes(issuer)) found.push(entryAt(bytes, offset));
      }
      return found.toSorted(worse)[0] ?? null;
    },
  };
};
