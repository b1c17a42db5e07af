/** The certificates of the demo's organs: what each seals and signs with, whose is on the province's list, which are revoked. */
import { X509Certificate } from 'node:crypto';
import type { Party, PartyRequest, Pki, Revoked } from './pki.ts';
import { plantedFaults } from './plan/faults.ts';
import type { Signing } from './plan/planned.ts';
import { type DemoOrgan, demoOrgan, demoOrgans } from './plan/province.ts';

export type Seals = { readonly agency: Party; readonly person: Party };
/** Certificates of an organ's seal and of its deputy, of the sort that this way of signing needs. */
export type SealsFor = (organ: DemoOrgan, signing: Signing) => Seals;

/** All certificates of the province. */
export type SealCase = {
  readonly sealsFor: SealsFor;
  /** For `lienthong certificates import`: the agencies' seals in use. */
  readonly registryCsv: string;
  /** Revoked by the time the demo runs. */
  readonly revoked: readonly Revoked[];
};

type Sort = 'current' | 'expired' | 'stranger' | 'revoked' | 'retired' | 'sister';

const sorts: Partial<Readonly<Record<Signing, Sort>>> = {
  expired: 'expired',
  stranger: 'stranger',
  revoked: 'revoked',
  retired: 'retired',
  unchecked: 'sister',
};

const day = 86_400_000;
const year = 365 * day;

/** An expired certificate was good for five years and ended some weeks ago; the others differ in who issued them, or not at all. */
const requestFor = (sort: Sort, now: Date): Partial<PartyRequest> => {
  if (sort === 'stranger' || sort === 'sister') return { under: sort };
  if (sort !== 'expired') return {};
  return { validFrom: new Date(now.getTime() - 5 * year), validTo: new Date(now.getTime() - 20 * day) };
};

/** As a certificate names it: with its province. */
const fullName = (organ: DemoOrgan): string =>
  `${organ.name} ${organ.level === 'commune' ? '- tỉnh Mẫu' : 'tỉnh Mẫu'}`.replace('tỉnh tỉnh', 'tỉnh');

const issueFor = (pki: Pki, organ: DemoOrgan, request: Partial<PartyRequest>): Seals => {
  const name = fullName(organ);
  const email = `${organ.code.toLowerCase()}@mau.test`;
  return {
    agency: pki.issue({ kind: 'agency', name, organisation: 'Ủy ban nhân dân tỉnh Mẫu', ...request }),
    person: pki.issue({ kind: 'person', name: organ.deputy, organisation: name, email, ...request }),
  };
};

/** "CN=…, O=…" on one line, as people copy it. */
const issuerOf = (certificate: X509Certificate): string => certificate.issuer.split('\n').reverse().join(', ');

const registryOf = (seals: readonly (readonly [DemoOrgan, Seals])[]): string =>
  [
    'serial,issuer,holderKind,organ,person,validTo',
    ...seals.map(([organ, { agency }]) => {
      const certificate = new X509Certificate(agency.certificate);
      const until = new Date(certificate.validTo).toISOString().slice(0, 10);
      return `${certificate.serialNumber},"${issuerOf(certificate)}",agency,${organ.code},,${until}`;
    }),
  ].join('\n');

/**
 * Stolen a month ago: nothing signed since counts. Or replaced a moment ago: what was stamped with a time
 * before that still does.
 */
const revocationOf = (sort: Sort, { agency, person }: Seals, now: Date): readonly Revoked[] => {
  if (sort !== 'revoked' && sort !== 'retired') return [];
  const [ago, reason] = sort === 'revoked' ? ([30 * day, 'keyCompromise'] as const) : ([60_000, 'superseded'] as const);
  const at = new Date(now.getTime() - ago);
  return [agency, person].map(({ certificate }) => ({ certificate, at, reason }));
};

/** Each organ gets one pair of certificates of each sort it needs; issuing them again for every letter would be slow and untrue. */
export const makeSeals = (pki: Pki, now: Date): SealCase => {
  const made = new Map<string, Seals>();
  const sealsOf = (organ: DemoOrgan, sort: Sort): Seals => {
    const key = `${organ.code} ${sort}`;
    const seals = made.get(key) ?? issueFor(pki, organ, requestFor(sort, now));
    made.set(key, seals);
    return seals;
  };
  const members = demoOrgans.filter((organ) => organ.member);
  const registryCsv = registryOf(members.map((organ) => [organ, sealsOf(organ, 'current')] as const));
  const revoked = plantedFaults.flatMap(({ from, signing }) => {
    const sort = signing === undefined ? 'current' : (sorts[signing] ?? 'current');
    return from === undefined || sort === 'current' ? [] : revocationOf(sort, sealsOf(demoOrgan(from), sort), now);
  });
  return { sealsFor: (organ, signing) => sealsOf(organ, sorts[signing] ?? 'current'), registryCsv, revoked };
};
