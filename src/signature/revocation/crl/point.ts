/** Distribution points of certificates (RFC 5280 4.2.1.13) and the scope a list says it has (5.2.5). */
import { isContext, readWhole, sequenceOf, type Tlv } from '../../asn1/der.ts';
import { type Name, nameOf } from '../../asn1/name.ts';
import { sequence, tlv } from '../../asn1/write.ts';
import type { Certificate } from '../../path/certificate.ts';
import { generalNameKey, generalNameOf, rdnsOf } from '../../path/constraint/general-name.ts';

/** Bits 1–8 of ReasonFlags: keyCompromise, cACompromise, affiliationChanged, superseded, cessation, hold, privilegeWithdrawn, aACompromise. */
export const ALL_REASONS = 0x1fe;

/** Names as comparable keys; a name relative to an issuer is completed when the issuer is known. */
export type PointName = { readonly kind: 'full'; readonly keys: readonly string[] } | { readonly kind: 'relative'; readonly rdn: string };

export type Point = {
  readonly name: PointName | null;
  readonly reasons: number;
  /** Keys of the names of another authority that signs the list; null: the certificate's issuer does. */
  readonly crlIssuer: readonly string[] | null;
};

export type Scope = {
  readonly name: PointName | null;
  readonly onlyUsers: boolean;
  readonly onlyAuthorities: boolean;
  readonly onlyAttributes: boolean;
  readonly reasons: number;
  readonly indirect: boolean;
};

/** The key under which a distinguished name is found among general names. */
export const directoryKey = (name: Name): string => generalNameKey({ kind: 'directory', rdns: rdnsOf(name) }) ?? '';

const childrenKeys = (field: Tlv): readonly string[] =>
  sequenceOf({ ...field, tagClass: 0, tag: 16 }).flatMap((name) => generalNameKey(generalNameOf(name)) ?? []);

const pointNameOf = (field: Tlv | undefined): PointName | null => {
  if (field === undefined) return null;
  const choice = readWhole(field.content);
  if (!isContext(choice, 1)) return { kind: 'full', keys: childrenKeys(choice) };
  const [rdn = ''] = rdnsOf(nameOf(readWhole(sequence(tlv(0x31, choice.content)))));
  return { kind: 'relative', rdn };
};

const reasonsOf = (field: Tlv | undefined): number => {
  if (field === undefined) return ALL_REASONS;
  const [, first = 0, second = 0] = field.content;
  let mask = 0;
  for (let bit = 1; bit <= 8; bit++) if ((((first << 8) | second) >> (15 - bit)) & 1) mask |= 1 << bit;
  return mask;
};

const fieldOf = (fields: readonly Tlv[], tag: number): Tlv | undefined => fields.find((field) => isContext(field, tag));

const pointOf = (element: Tlv): Point => {
  const fields = sequenceOf(element);
  const issuer = fieldOf(fields, 2);
  return {
    name: pointNameOf(fieldOf(fields, 0)),
    reasons: reasonsOf(fieldOf(fields, 1)),
    crlIssuer: issuer === undefined ? null : childrenKeys(issuer),
  };
};

/** Points that are looked at; with those beyond, at worst a list is missed. */
const MAX_POINTS = 64;

/** Authorities and signers come again with every file. */
const taken = new WeakMap<Certificate, readonly Point[]>();

/** The points of the certificate, then the one that is always implied: whatever its issuer publishes (6.3.3). Throws DerError. */
export const pointsOf = (certificate: Certificate): readonly Point[] => {
  const points = taken.get(certificate) ?? readPoints(certificate);
  taken.set(certificate, points);
  return points;
};

const readPoints = (certificate: Certificate): readonly Point[] => {
  const extension = certificate.extensions.get('2.5.29.31');
  const implied: Point = {
    name: { kind: 'full', keys: [directoryKey(certificate.issuer)] },
    reasons: ALL_REASONS,
    crlIssuer: null,
  };
  return [...(extension === undefined ? [] : sequenceOf(readWhole(extension.value)).slice(0, MAX_POINTS).map(pointOf)), implied];
};

/** What a list without the extension covers: everything its issuer issued. */
export const everything: Scope = {
  name: null,
  onlyUsers: false,
  onlyAuthorities: false,
  onlyAttributes: false,
  reasons: ALL_REASONS,
  indirect: false,
};

/** Throws DerError. */
export const scopeOf = (value: Uint8Array | undefined): Scope => {
  if (value === undefined) return everything;
  const fields = sequenceOf(readWhole(value));
  const isTrue = (tag: number) => (fieldOf(fields, tag)?.content[0] ?? 0) !== 0;
  return {
    name: pointNameOf(fieldOf(fields, 0)),
    onlyUsers: isTrue(1),
    onlyAuthorities: isTrue(2),
    onlyAttributes: isTrue(5),
    reasons: reasonsOf(fieldOf(fields, 3)),
    indirect: isTrue(4),
  };
};

const keysOf = (name: PointName, relativeTo: readonly string[]): readonly string[] =>
  name.kind === 'full' ? name.keys : relativeTo.filter((key) => key.startsWith('directory:')).map((key) => `${key}${name.rdn}`);

/** Steps b 1–2 of 6.3.3: whether a list of this issuer and scope speaks of the certificate at this point. */
export const isInScope = (certificate: Certificate, point: Point, crlIssuer: Name, scope: Scope): boolean => {
  const own = directoryKey(crlIssuer);
  const issuers = point.crlIssuer ?? [directoryKey(certificate.issuer)];
  if (!issuers.includes(own) || (point.crlIssuer !== null && !scope.indirect)) return false;
  if (scope.onlyAttributes || (scope.onlyUsers && certificate.isAuthority) || (scope.onlyAuthorities && !certificate.isAuthority))
    return false;
  if (scope.name === null) return true;
  const wanted = point.name === null ? (point.crlIssuer ?? []) : keysOf(point.name, issuers);
  const offered = keysOf(scope.name, [own]);
  return offered.some((key) => wanted.includes(key));
};
