/**
 * Until when each digest and each kind and size of key is believed. Asked at the instant at which a
 * signature is proven to have existed: what was strong then stays good when the algorithm falls later
 * (ETSI EN 319 102-1 5.6.2.4), and what is stamped by nobody is judged at the hub's acceptance.
 */
import type { KeyObject } from 'node:crypto';

/**
 * An operator's own dates, by name: a digest as `sha1`, `sha256`, `sha3-256`; keys of at least so many
 * bits as `rsa-2048`, `ec-256`, `dsa-2048` (of several rows the highest that the key reaches counts);
 * `ed25519`, `ed448`. Values: the last day believed as `yyyy-mm-dd` (UTC, inclusive), `always`, `never`.
 * A row replaces the built-in one of its name, all others stay. `algorithmRuleFault` checks an entry.
 */
export type AlgorithmRules = Readonly<Record<string, string>>;

/**
 * Sources: SOG-IS Agreed Cryptographic Mechanisms 1.3, as ETSI TS 119 312 takes it over (what is agreed,
 * what is legacy); NIST SP 800-131A r2 and SP 800-57 for the last days of 80-bit (2013) and 112-bit
 * strength (2030). SOG-IS lets RSA of 1900 to 2999 bits go at the end of 2025 already; the government's
 * authority still issues RSA-2048 for five years, so the later of the two dates is followed.
 */
export const lastDays: AlgorithmRules = {
  md5: '2004-08-16', // collisions published (Wang et al.)
  ripemd160: '2013-12-31',
  sha1: '2013-12-31', // NIST SP 800-131A: not for signatures any more; collisions since 2017
  sha224: '2030-12-31',
  sha256: 'always',
  sha384: 'always',
  sha512: 'always',
  'sha512-256': 'always',
  'sha3-224': '2030-12-31',
  'sha3-256': 'always',
  'sha3-384': 'always',
  'sha3-512': 'always',
  shake256: 'always', // only as Ed448 uses it, 512 bits long (RFC 8419)
  'rsa-0': 'never',
  'rsa-768': '2009-12-11', // RSA-768 was factored the next day
  'rsa-1024': '2013-12-31',
  'rsa-2048': '2030-12-31',
  'rsa-3000': 'always',
  'ec-0': 'never',
  'ec-160': '2010-12-31',
  'ec-192': '2013-12-31',
  'ec-224': '2030-12-31',
  'ec-256': 'always',
  // DSA never signs documents here: nobody who issues for Vietnamese agencies uses it, FIPS 186-5 withdrew it.
  'dsa-0': 'never',
  ed25519: 'always',
  ed448: 'always',
};

/** What is too weak, as people write it, and the last day it was believed (`never`: at no time). */
export type Weakness = { readonly name: string; readonly until: string };

const day = 86_400_000;

const isBelieved = (last: string, at: Date): boolean => {
  if (last === 'always') return true;
  return last !== 'never' && at.getTime() < Date.parse(`${last}T00:00:00Z`) + day;
};

/** Order of the curve's group in bits, from its name; 0 for one without, which is then believed never. */
const curveBits = (curve: string | undefined): number => Number(/\d{3}/.exec(curve ?? '')?.[0] ?? 0);

/** A kind with its size; an RSA exponent that lets anybody sign (1, or even) leaves no strength at all. */
const sizeOf = (key: KeyObject): { readonly kind: string; readonly bits: number | null } => {
  const { modulusLength, namedCurve, publicExponent } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return {
        kind: 'rsa',
        bits: publicExponent === undefined || publicExponent < 3n || publicExponent % 2n === 0n ? 0 : (modulusLength ?? 0),
      };
    case 'ec':
      return { kind: 'ec', bits: curveBits(namedCurve) };
    case 'dsa':
      return { kind: 'dsa', bits: modulusLength ?? 0 };
    default:
      return { kind: key.asymmetricKeyType ?? 'unknown', bits: null };
  }
};

type Row = { readonly size: number; readonly last: string };
/** Rules once read: single names, and rows of each kind of key, the largest first. */
type Table = { readonly names: AlgorithmRules; readonly rows: ReadonlyMap<string, readonly Row[]> };

const tableOf = (rules: AlgorithmRules): Table => {
  const names = { ...lastDays, ...rules };
  const rows = new Map<string, Row[]>();
  for (const [name, last] of Object.entries(names)) {
    const [, kind, size] = /^(rsa|ec|dsa)-(\d+)$/.exec(name) ?? [];
    if (kind !== undefined) rows.set(kind, [...(rows.get(kind) ?? []), { size: Number(size), last }]);
  }
  for (const list of rows.values()) list.sort((a, b) => b.size - a.size);
  return { names, rows };
};

// The same few rules and keys are asked for with every signature.
const noRules: AlgorithmRules = {};
const tables = new WeakMap<AlgorithmRules, Table>();
const sizes = new WeakMap<KeyObject, ReturnType<typeof sizeOf>>();

const kept = <Key extends object, Value>(memory: WeakMap<Key, Value>, key: Key, make: (key: Key) => Value): Value => {
  const known = memory.get(key) ?? make(key);
  memory.set(key, known);
  return known;
};

const lastDayOf = ({ names, rows }: Table, kind: string, bits: number | null): string =>
  (bits === null ? names[kind] : rows.get(kind)?.find((row) => row.size <= bits)?.last) ?? 'never';

/** The digest if it is too weak at `at`, else the key if it is, else null. `digest` is a name of node:crypto. */
export const weakness = (digest: string | null, key: KeyObject | null, at: Date, rules: AlgorithmRules = noRules): Weakness | null => {
  const table = kept(tables, rules, tableOf);
  const digestLast = digest === null ? 'always' : (table.names[digest] ?? 'never');
  if (digest !== null && !isBelieved(digestLast, at)) return { name: digest.toUpperCase(), until: digestLast };
  if (key === null) return null;
  const { kind, bits } = kept(sizes, key, sizeOf);
  const last = lastDayOf(table, kind, bits);
  return isBelieved(last, at) ? null : { name: `${kind.toUpperCase()}${bits === null ? '' : ` ${bits}`}`, until: last };
};

/** What is wrong with one entry of an operator's rules, in words for him; null when nothing is. */
export const algorithmRuleFault = (name: string, last: unknown): { readonly vi: string; readonly en: string } | null => {
  if (!Object.hasOwn(lastDays, name) && !/^(?:rsa|ec|dsa)-\d{1,5}$/.test(name)) {
    return { vi: `không biết thuật toán “${name}”`, en: `unknown algorithm “${name}”` };
  }
  const isDay = typeof last === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(last) && new Date(`${last}T00:00:00Z`).toJSON()?.startsWith(last);
  if (last === 'always' || last === 'never' || isDay === true) return null;
  return { vi: `“${name}” cần một ngày yyyy-mm-dd, always hoặc never`, en: `“${name}” needs a day yyyy-mm-dd, always or never` };
};
