/** A revocation list (RFC 5280 5) as a value: its head is read at once, its entries when first asked for. */
import { bitsOf, DerError, integerHex, isContext, isUniversal, readWhole, sequenceOf, type Tlv, timeOf } from '../../asn1/der.ts';
import { type Extension, extensionsOf } from '../../asn1/extension.ts';
import { type Name, nameOf } from '../../asn1/name.ts';
import { sha256Hex } from '../../cms/algorithm.ts';
import { type Entries, readEntries } from './entries.ts';
import { directoryKey, type Scope, scopeOf } from './point.ts';

export type Crl = {
  readonly der: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly number: bigint | null;
  /** A delta list says only what changed since the full one of this number (5.2.4); null: a full list. */
  readonly baseNumber: bigint | null;
  readonly scope: Scope;
  /** The bytes of the issuing distribution point, '' without: a delta fits only a full list with the same. */
  readonly scopeHex: string;
  readonly authorityKeyId: string | null;
  /**
   * The list speaks only of certificates issued with the key that signs it. RFC 5280 lets one list speak for
   * all keys of a name; Microsoft's certificate services make one for each key and mark it (caVersion) in no
   * way that the RFC knows. Read as the RFC has it, the list of the new key would call what the old key's
   * list revokes good.
   */
  readonly ofOneKey: boolean;
  /** Since when entries of expired certificates are kept (X.509 9.5.2.8), null: not said. */
  readonly keptSince: Date | null;
  /** What the issuer signed, exactly. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Tlv;
  readonly signature: Uint8Array;
  /** SHA-256 of `der`, hex, made once. */
  sha256(): string;
  /** Null: the entries cannot be read or must not be used. Made once. */
  entries(): Entries | null;
};

/** A critical extension beside these makes a list unusable (5.2). */
const processed = new Set([
  '2.5.29.18', // issuerAltName
  '2.5.29.20', // cRLNumber
  '2.5.29.27', // deltaCRLIndicator
  '2.5.29.28', // issuingDistributionPoint
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.46', // freshestCRL
  '2.5.29.60', // expiredCertsOnCRL
  '1.3.6.1.5.5.7.1.1', // authorityInfoAccess
]);

const readExtensions = (element: Tlv | undefined): ReadonlyMap<string, Extension> => {
  const found = extensionsOf(element);
  for (const [id, { critical }] of found) if (critical && !processed.has(id)) throw new DerError('a critical extension is not understood');
  return found;
};

const numberOf = (value: Uint8Array | undefined): bigint | null =>
  value === undefined ? null : BigInt(`0x${integerHex(readWhole(value))}`);

const keyIdOf = (value: Uint8Array | undefined): string | null => {
  const field = value === undefined ? undefined : sequenceOf(readWhole(value)).find((one) => isContext(one, 0));
  return field === undefined ? null : Buffer.from(field.content).toString('hex');
};

const isTime = (element: Tlv | undefined): boolean => element?.tagClass === 0 && (element.tag === 23 || element.tag === 24);

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const readHead = (fields: readonly Tlv[], signatureAlgorithm: Tlv) => {
  const [version, inner, issuer, thisUpdate, ...rest] = isUniversal(fields[0], 2) ? fields : [undefined, ...fields];
  if (version !== undefined && integerHex(version) !== '01') throw new DerError('a list of another version');
  // 5.1.1.2: both algorithm identifiers are the same.
  if (inner === undefined || Buffer.compare(inner.bytes, signatureAlgorithm.bytes) !== 0)
    throw new DerError('the two algorithm identifiers differ');
  const nextUpdate = isTime(rest[0]) ? rest.shift() : undefined;
  const revoked = isUniversal(rest[0], 16) ? rest.shift() : undefined;
  const extensions = isContext(rest[0], 0) ? rest.shift() : undefined;
  if (rest.length > 0 || (extensions !== undefined && version === undefined)) throw new DerError('not a revocation list');
  return {
    issuer: nameOf(issuer),
    thisUpdate: timeOf(thisUpdate),
    nextUpdate: nextUpdate === undefined ? null : timeOf(nextUpdate),
    revoked: revoked?.content ?? new Uint8Array(),
    extensions: readExtensions(extensions),
  };
};

/** Throws DerError for whatever is not a revocation list that may be used. */
const readCrlStrictly = (source: Uint8Array): Crl => {
  const [tbs, signatureAlgorithm, signature, ...more] = sequenceOf(readWhole(source));
  if (tbs === undefined || signatureAlgorithm === undefined || more.length > 0) throw new DerError('not a revocation list');
  const { revoked, extensions, ...head } = readHead(sequenceOf(tbs), signatureAlgorithm);
  const of = (id: string) => extensions.get(id)?.value;
  const scope = scopeOf(of('2.5.29.28'));
  const kept = of('2.5.29.60');
  return {
    ...head,
    der: source,
    number: numberOf(of('2.5.29.20')),
    baseNumber: numberOf(of('2.5.29.27')),
    scope,
    scopeHex: Buffer.from(of('2.5.29.28') ?? []).toString('hex'),
    authorityKeyId: keyIdOf(of('2.5.29.35')),
    ofOneKey: extensions.has('1.3.6.1.4.1.311.21.1'),
    keptSince: kept === undefined ? null : timeOf(readWhole(kept)),
    tbs: tbs.bytes,
    signatureAlgorithm,
    signature: bitsOf(signature),
    sha256: once(() => sha256Hex(source)),
    entries: once(() => {
      try {
        return readEntries(revoked, directoryKey(head.issuer), scope.indirect);
      } catch {
        return null;
      }
    }),
  };
};

/** The list that DER bytes are, null for anything else and for lists with unknown critical extensions. `source` is kept, not copied. */
export const readCrl = (source: Uint8Array): Crl | null => {
  try {
    return readCrlStrictly(source);
  } catch {
    return null;
  }
};
