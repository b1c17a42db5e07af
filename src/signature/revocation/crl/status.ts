/** What the lists at hand say of a certificate (RFC 5280 6.3.3). */
import type { Certificate } from '../../path/certificate.ts';
import { certificateHold, type Inquiry, isFresh, isIssued, type Moment, type Status, stillSpeaksOf, type UsedThing } from '../status.ts';
import type { Entry } from './entries.ts';
import type { Crl } from './list.ts';
import { ALL_REASONS, directoryKey, isInScope, type Point, pointsOf } from './point.ts';
import { believedSigner } from './signer.ts';

/** Finds lists by the key (`directoryKey`) of their issuer's name. */
export type CrlShelf = (issuer: string) => readonly Crl[];

/** A full list, perhaps brought up to date by a delta list (5.2.4), as it speaks of one certificate. */
type View = {
  readonly crl: Crl;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Null: not revoked by this view. */
  readonly entry: Entry | null;
  readonly lists: readonly Crl[];
};

const removeFromCrl = 8;

/**
 * When a revocation takes effect: what the authority says of the time before its own act counts
 * (5.3.2 invalidityDate: "became invalid"), whatever the reason. A compromised key without that date
 * counts from the revocation: nothing says earlier, and a signature proven to be older than the
 * revocation stays good (ETSI EN 319 102-1 5.6.2.3).
 */
const effectOf = ({ revokedAt, invalidSince }: Entry): Date =>
  invalidSince !== null && invalidSince < revokedAt ? invalidSince : revokedAt;

/** A delta fits a full list of the same issuer, key and scope whose number lies within its reach (5.2.4 a–c). */
const fitsFull = (delta: Crl, full: Crl): boolean =>
  delta.baseNumber !== null &&
  full.baseNumber === null &&
  full.number !== null &&
  delta.number !== null &&
  full.number >= delta.baseNumber &&
  full.number < delta.number &&
  delta.issuer.key === full.issuer.key &&
  delta.scopeHex === full.scopeHex &&
  delta.authorityKeyId === full.authorityKeyId;

const newestFirst = (a: Crl, b: Crl): number =>
  b.thisUpdate.getTime() - a.thisUpdate.getTime() || Number((b.number ?? 0n) - (a.number ?? 0n));

/** Null where entries may not be used. */
const entryOf = (crl: Crl, certificate: Certificate): { readonly entry: Entry | null } | null => {
  const entries = crl.entries();
  return entries === null ? null : { entry: entries.find(certificate.serialBytes, directoryKey(certificate.issuer)) };
};

/** The view of a full list with a delta, or without where `delta` is undefined. */
const viewOf = (full: Crl, delta: Crl | undefined, certificate: Certificate): View | null => {
  const own = entryOf(full, certificate);
  const later = delta === undefined ? null : entryOf(delta, certificate);
  if (own === null || (delta !== undefined && later === null)) return null;
  // 6.3.3 k: only a delta takes off the list; what a full list holds is revoked.
  const entry = later?.entry?.reason === removeFromCrl ? null : (later?.entry ?? own.entry);
  const newest = delta ?? full;
  return {
    crl: full,
    thisUpdate: newest.thisUpdate,
    nextUpdate: newest.nextUpdate,
    entry,
    lists: delta === undefined ? [full] : [full, delta],
  };
};

type Asked = { readonly certificate: Certificate; readonly issuer: Certificate; readonly moment: Moment; readonly inquiry: Inquiry };

/** The certificates behind a view, null when its signer is not believed. Full and delta are signed by one key (6.3.3 h). */
const credit = (view: View, { issuer, moment, inquiry }: Asked): readonly UsedThing[] | null => {
  const signers = view.lists.map((crl) =>
    believedSigner(crl, issuer, crl.thisUpdate > moment.existedAt ? crl.thisUpdate : moment.existedAt, inquiry),
  );
  const [first] = signers;
  if (!first || signers.some((one) => one === null || Buffer.compare(one.signer.spki, first.signer.spki) !== 0)) return null;
  return signers.flatMap((one) => one?.used ?? []);
};

const isInEffect = (view: View, moment: Moment): boolean => view.entry !== null && effectOf(view.entry) <= moment.existedAt;
const isHold = (view: View): boolean => view.entry?.reason === certificateHold;

const statusOf = (view: View, status: Status['status'], used: readonly UsedThing[]): Status => ({
  status,
  source: 'crl',
  thisUpdate: view.thisUpdate,
  nextUpdate: view.nextUpdate,
  revokedAt: view.entry === null ? null : effectOf(view.entry),
  reason: view.entry?.reason ?? null,
  used: [...view.lists.map((crl) => ({ kind: 'crl' as const, der: crl.der, sha256: crl.sha256() })), ...used],
});

/** Views of every list in scope at one point, the newest first; each full list with the newest delta that fits. */
const viewsAt = (point: Point, shelf: CrlShelf, { certificate, moment }: Asked): readonly View[] => {
  const issuers = point.crlIssuer ?? [directoryKey(certificate.issuer)];
  const lists = issuers
    .flatMap(shelf)
    .filter((crl) => isIssued(crl.thisUpdate, moment.now) && isInScope(certificate, point, crl.issuer, crl.scope));
  const deltas = lists.filter((crl) => crl.baseNumber !== null).toSorted(newestFirst);
  return lists
    .filter((crl) => crl.baseNumber === null)
    .toSorted(newestFirst)
    .flatMap((full) => {
      const delta = deltas.find((one) => fitsFull(one, full));
      // The full list alone as well: should the delta not be believed, it still speaks for itself.
      return [delta === undefined ? null : viewOf(full, delta, certificate), viewOf(full, undefined, certificate)].filter(
        (view) => view !== null,
      );
    })
    .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
};

/** What has been learnt on the way over all points. */
type Gathered = { covered: number; best: Status | null; stale: Status | null };

/** Takes one view in; answers a status when that settles everything. */
const take = (view: View, reasons: number, asked: Asked, gathered: Gathered): Status | null => {
  const { certificate, moment } = asked;
  const lasting = isInEffect(view, moment) && !isHold(view);
  const adds = (reasons & ~gathered.covered) !== 0;
  // Lists that add no reason are asked only whether they know of a lasting revocation: signatures cost time.
  if (!lasting && !adds) return null;
  const used = credit(view, asked);
  if (used === null) return null;
  // A revocation that cannot be lifted holds for ever, however old the list that tells of it.
  if (lasting) return statusOf(view, 'revoked', used);
  if (!isFresh(view.thisUpdate, view.nextUpdate, moment.existedAt) || !stillSpeaksOf(certificate, view.thisUpdate, view.crl.keptSince)) {
    gathered.stale ??= statusOf(view, 'unknown', used);
    return null;
  }
  if (isInEffect(view, moment)) return statusOf(view, 'revoked', used);
  gathered.covered |= reasons;
  const known = gathered.best;
  gathered.best = {
    ...statusOf(view, 'good', [...(known?.used ?? []), ...used]),
    ...(known === null ? {} : { thisUpdate: known.thisUpdate }),
  };
  return null;
};

/**
 * What lists say of the certificate at `moment.existedAt`. `good` only when lists for all reasons say so;
 * `unknown` with the newest that is too old or covers too little; null where none speaks of it.
 */
export const statusByCrl = (
  certificate: Certificate,
  issuer: Certificate,
  shelf: CrlShelf,
  moment: Moment,
  inquiry: Inquiry,
): Status | null => {
  const asked: Asked = { certificate, issuer, moment, inquiry };
  const gathered: Gathered = { covered: 0, best: null, stale: null };
  try {
    for (const point of pointsOf(certificate)) {
      for (const view of viewsAt(point, shelf, asked)) {
        const settled = take(view, point.reasons & view.crl.scope.reasons, asked, gathered);
        if (settled !== null) return settled;
      }
    }
  } catch {
    // Distribution points that cannot be read: nothing says which lists speak of this certificate.
    return null;
  }
  if (gathered.covered === ALL_REASONS) return gathered.best;
  const partial = gathered.best ?? gathered.stale;
  return partial === null ? null : { ...partial, status: 'unknown' };
};
