/** Every certificate that is listed or was met, with whose it is and how that is known: for the command line and the console. */
import { vietnamDay } from '../../envelope/dates.ts';
import { foldText } from '../../envelope/text.ts';
import type { Hub } from '../../hub.ts';
import type { Holder, HolderKey, MetCertificate, SightingCount } from '../../records/holder.ts';
import { type Directory, organFor } from '../../records/organ.ts';
import type { KnownBy } from '../../signature/proof.ts';
import { isInForce, learntOrgan } from './attribution.ts';
import { organCalled, prepareNames } from './naming.ts';

export type CertificateRow = {
  readonly serial: string;
  readonly issuer: string;
  /** CN of the subject; null where it was never met. */
  readonly name: string | null;
  readonly organisation: string | null;
  readonly kind: 'agency' | 'person' | 'unknown';
  readonly organ: string | null;
  readonly organName: string | null;
  readonly person: string | null;
  readonly knownBy: KnownBy | null;
  /** Valid documents counted for each organ: at most three each, then no more. */
  readonly sightings: readonly { readonly organ: string; readonly documents: number }[];
  /** Of the certificate, else of the list; `yyyy-mm-dd`, inclusive. */
  readonly validTo: string | null;
  readonly metAt: string | null;
};

type Known = { readonly holder: Holder | undefined; readonly met: MetCertificate | undefined; readonly counts: readonly SightingCount[] };

const whose = (directory: Directory, { holder, met, counts }: Known, day: string): Pick<CertificateRow, 'kind' | 'organ' | 'knownBy'> => {
  if (holder !== undefined && isInForce(holder, day)) return { kind: holder.kind, organ: holder.organ, knownBy: 'registry' };
  const kind = met?.kind ?? 'unknown';
  if (met === undefined || kind === 'person') return { kind, organ: null, knownBy: kind === 'unknown' ? null : 'guess' };
  const learnt = learntOrgan(directory, counts);
  if (learnt !== null) return { kind: 'agency', organ: learnt, knownBy: 'learnt' };
  const organ = organCalled(directory, met)?.code ?? null;
  return { kind: organ === null ? kind : 'agency', organ, knownBy: organ === null && kind === 'unknown' ? null : 'guess' };
};

const rowFor = (directory: Directory, known: Known, day: string): CertificateRow => {
  const { holder, met, counts } = known;
  const told = whose(directory, known, day);
  return {
    serial: met?.serial ?? holder?.serial ?? '',
    issuer: met?.issuer ?? holder?.issuer ?? '',
    name: met?.name ?? null,
    organisation: met?.organisation ?? null,
    ...told,
    organName: told.organ === null ? null : (organFor(directory, told.organ)?.name ?? null),
    person: holder?.person ?? null,
    sightings: counts.map(({ organ, documents }) => ({ organ, documents })),
    validTo: met?.validTo ?? holder?.validTo ?? null,
    metAt: met?.metAt ?? null,
  };
};

const collator = new Intl.Collator('vi');

/** By organ, unknown ones first: they are what somebody has to look at. */
export const listCertificates = async (hub: Hub): Promise<readonly CertificateRow[]> => {
  const [directory, listed, met, sightings] = await Promise.all([
    hub.organs.directory(),
    hub.holders.list(),
    hub.holders.met(null),
    hub.holders.sightings(null),
  ]);
  const day = vietnamDay(hub.now());
  await prepareNames(directory);
  const holders = new Map(listed.map((holder) => [holder.key, holder]));
  const certificates = new Map(met.map((one) => [one.key, one]));
  const counts = Map.groupBy(sightings, ({ key }) => key);
  const keys: ReadonlySet<HolderKey> = new Set([...certificates.keys(), ...holders.keys()]);
  return [...keys]
    .map((key) => rowFor(directory, { holder: holders.get(key), met: certificates.get(key), counts: counts.get(key) ?? [] }, day))
    .sort((a, b) => collator.compare(a.organ ?? '', b.organ ?? '') || collator.compare(a.name ?? '', b.name ?? ''));
};

/** Days before the end from which it is told (domain §8, 11). */
const warnDays = 30;

/** Whether the certificate has ended, or ends soon; seen on a Vietnamese day. */
export const endingOf = ({ validTo }: CertificateRow, now: Date): 'ended' | 'ending' | null => {
  if (validTo === null) return null;
  if (validTo < vietnamDay(now)) return 'ended';
  return validTo <= vietnamDay(new Date(now.getTime() + warnDays * 86_400_000)) ? 'ending' : null;
};

/** Every word asked for stands in a name, a code or the serial number, without regard to marks. */
export const isAskedFor = (row: CertificateRow, words: string): boolean => {
  const text = foldText(
    [row.serial, row.name, row.organisation, row.organ, row.organName, row.person].filter((one) => one !== null).join(' '),
  );
  return foldText(words)
    .split(' ')
    .every((word) => text.includes(word));
};
