/** Authorities, certificates and lists made to order: whatever RFC 5280 allows, and what it does not. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  bits,
  boolean,
  type Der,
  implicit,
  integer,
  oid,
  sequence,
  setOf,
  tagged,
  time,
  tlv,
  utf8,
} from '../../../src/signature/asn1/write.ts';
import type { VerificationContext } from '../../../src/signature/context.ts';
import { type Certificate, readCertificate } from '../../../src/signature/path/certificate.ts';
import { type Trust, trustFrom } from '../../../src/signature/path/trust.ts';
import { extension } from '../../../src/signature/sign/extension.ts';

export const at = (text: string): Date => new Date(`${text}T00:00:00.000Z`);
export const now = at('2026-11-20');

export type Keys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
export const newKeys = (): Keys => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** `CN=…` unless the name is DER already. */
export const nameDer = (name: string | Der): Der =>
  typeof name === 'string' ? sequence(setOf(sequence(oid('2.5.4.3'), utf8(name)))) : name;

const ecdsa = sequence(oid('1.2.840.10045.4.3.2'));

export type Made = { readonly certificate: Certificate; readonly der: Uint8Array; readonly name: string | Der; readonly keys: Keys };

export type Order = {
  readonly name: string | Der;
  readonly keys?: Keys;
  /** Absent: self-signed. */
  readonly by?: Pick<Made, 'name' | 'keys'>;
  readonly from?: Date;
  readonly to?: Date;
  readonly serial?: number | Uint8Array;
  /** Absent: an end entity. */
  readonly authority?: { readonly pathLength?: number };
  /** First byte of KeyUsage; null leaves it out. Default: 0x06 for authorities (keyCertSign, cRLSign), 0xc0 for others. */
  readonly usage?: number | null;
  readonly extensions?: readonly Der[];
  readonly version?: 1 | 3;
};

let serials = 1000;

export const make = (order: Order): Made => {
  const keys = order.keys ?? newKeys();
  const by = order.by ?? { name: order.name, keys };
  const usage = order.usage === undefined ? (order.authority === undefined ? 0xc0 : 0x06) : order.usage;
  const constraints =
    order.authority === undefined
      ? []
      : [boolean(true), ...(order.authority.pathLength === undefined ? [] : [integer(order.authority.pathLength)])];
  const extensions = [
    ...(order.authority === undefined ? [] : [extension('2.5.29.19', true, sequence(...constraints))]),
    ...(usage === null ? [] : [extension('2.5.29.15', true, bits(Buffer.from([usage])))]),
    ...(order.extensions ?? []),
  ];
  serials += 1;
  const isFirst = order.version === 1;
  const tbs = sequence(
    ...(isFirst ? [] : [tagged(0, integer(2))]),
    integer(order.serial ?? serials),
    ecdsa,
    nameDer(by.name),
    sequence(time(order.from ?? at('2020-01-01')), time(order.to ?? at('2036-01-01'))),
    nameDer(order.name),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    ...(isFirst || extensions.length === 0 ? [] : [tagged(3, sequence(...extensions))]),
  );
  const der = sequence(tbs, ecdsa, bits(sign('sha256', tbs, by.keys.privateKey)));
  return { certificate: readCertificate(der), der, name: order.name, keys };
};

export const trustIn = (anchors: readonly Made[], intermediates: readonly Made[] = []): Trust =>
  trustFrom({
    anchors: anchors.map((one) => one.der),
    pins: anchors.map((one) => one.certificate.sha256),
    intermediates: intermediates.map((one) => one.der),
  });

export const contextOf = (trust: Trust, more: Partial<VerificationContext> = {}): VerificationContext => ({ trust, at: now, ...more });

export type Revoked = {
  readonly of: Made;
  readonly on?: Date;
  readonly reason?: number;
  readonly invalidSince?: Date;
  readonly extensions?: readonly Der[];
};

export type ListOrder = {
  readonly by: Pick<Made, 'name' | 'keys'>;
  readonly revoked?: readonly Revoked[];
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  readonly number?: number;
  readonly deltaOf?: number;
  readonly extensions?: readonly Der[];
};

const generalized = (date: Date): Der => tlv(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

const entryDer = ({ of, on = at('2026-01-01'), reason, invalidSince, extensions = [] }: Revoked): Der => {
  const all = [
    ...(reason === undefined ? [] : [extension('2.5.29.21', false, Buffer.from([0x0a, 1, reason]))]),
    ...(invalidSince === undefined ? [] : [extension('2.5.29.24', false, generalized(invalidSince))]),
    ...extensions,
  ];
  return sequence(tlv(0x02, of.certificate.serialBytes), time(on), ...(all.length === 0 ? [] : [sequence(...all)]));
};

/** The bytes of entries of any number: `sequence(...)` takes no half a million arguments. */
export const makeListOf = (order: ListOrder, entries: Uint8Array): Uint8Array => {
  const { thisUpdate = at('2026-11-19'), nextUpdate = at('2026-11-26'), number, deltaOf, extensions = [] } = order;
  const all = [
    ...(number === undefined ? [] : [extension('2.5.29.20', false, integer(number))]),
    ...(deltaOf === undefined ? [] : [extension('2.5.29.27', true, integer(deltaOf))]),
    ...extensions,
  ];
  const tbs = sequence(
    integer(1),
    ecdsa,
    nameDer(order.by.name),
    time(thisUpdate),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [tlv(0x30, entries)]),
    ...(all.length === 0 ? [] : [tagged(0, sequence(...all))]),
  );
  return sequence(tbs, ecdsa, bits(sign('sha256', tbs, order.by.keys.privateKey)));
};

export const makeList = (order: ListOrder): Uint8Array => makeListOf(order, Buffer.concat((order.revoked ?? []).map(entryDer)));

const uri = (text: string): Der => implicit(6, Buffer.from(text));
/** `[0]` fullName with one address. */
const fullName = (address: string): Der => tagged(0, tagged(0, uri(address)));

/** A distribution point; `reasons` as the two bytes of ReasonFlags. */
export const point = (order: { at?: string; reasons?: number; issuer?: string | Der }): Der =>
  extension(
    '2.5.29.31',
    false,
    sequence(
      sequence(
        ...(order.at === undefined ? [] : [fullName(order.at)]),
        ...(order.reasons === undefined ? [] : [implicit(1, Buffer.from([0, order.reasons >> 8, order.reasons & 0xff]))]),
        ...(order.issuer === undefined ? [] : [tagged(2, tagged(4, nameDer(order.issuer)))]),
      ),
    ),
  );

export const issuingPoint = (order: { at?: string; users?: boolean; authorities?: boolean; reasons?: number; indirect?: boolean }): Der =>
  extension(
    '2.5.29.28',
    true,
    sequence(
      ...(order.at === undefined ? [] : [fullName(order.at)]),
      ...(order.users === true ? [implicit(1, Buffer.from([0xff]))] : []),
      ...(order.authorities === true ? [implicit(2, Buffer.from([0xff]))] : []),
      ...(order.reasons === undefined ? [] : [implicit(3, Buffer.from([0, order.reasons >> 8, order.reasons & 0xff]))]),
      ...(order.indirect === true ? [implicit(4, Buffer.from([0xff]))] : []),
    ),
  );

/** certificateIssuer of an entry of an indirect list. */
export const entryIssuer = (name: string | Der): Der => extension('2.5.29.29', true, sequence(tagged(4, nameDer(name))));

/** Subtrees as general names in DER. */
export const nameConstraints = (permitted: readonly Der[], excluded: readonly Der[] = []): Der =>
  extension(
    '2.5.29.30',
    true,
    sequence(
      ...(permitted.length === 0 ? [] : [tagged(0, ...permitted.map((name) => sequence(name)))]),
      ...(excluded.length === 0 ? [] : [tagged(1, ...excluded.map((name) => sequence(name)))]),
    ),
  );

export const general = {
  mail: (text: string): Der => implicit(1, Buffer.from(text)),
  dns: (text: string): Der => implicit(2, Buffer.from(text)),
  directory: (name: Der): Der => tagged(4, name),
  uri,
  ip: (bytes: readonly number[]): Der => implicit(7, Buffer.from(bytes)),
};

export const alternativeNames = (...names: readonly Der[]): Der => extension('2.5.29.17', false, sequence(...names));

export const policies = (...ids: readonly string[]): Der => extension('2.5.29.32', false, sequence(...ids.map((id) => sequence(oid(id)))));
export const mappings = (...pairs: readonly (readonly [string, string])[]): Der =>
  extension('2.5.29.33', true, sequence(...pairs.map(([from, to]) => sequence(oid(from), oid(to)))));
export const policyConstraints = (explicit?: number, mapping?: number): Der =>
  extension(
    '2.5.29.36',
    true,
    sequence(
      ...(explicit === undefined ? [] : [implicit(0, Buffer.from([explicit]))]),
      ...(mapping === undefined ? [] : [implicit(1, Buffer.from([mapping]))]),
    ),
  );
export const inhibitAny = (count: number): Der => extension('2.5.29.54', true, integer(count));
