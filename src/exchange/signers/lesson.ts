/**
 * What a document teaches of the certificates on it.
 *
 * - Only `valid` documents teach, and only those from the sender's own system: of what another hub passes on
 *   nobody here has checked the sender, so it speaks neither for a holder nor against one.
 * - Persons are not learnt: they move, and sign for several agencies. Certificates on the administrators'
 *   list are not learnt either.
 * - One certificate a document: the sender's. Where several agencies signed (copies, passed-on and joint
 *   documents) only the one that is known to be the sender's; of several that nobody knows, none.
 * - A certificate whose name is another organ's (the parent's, say) is not learnt as the sender's.
 * - A system that speaks for hundreds of communes may sign with one certificate: seen with a second organ it
 *   is nobody's, whatever was learnt. Codes that a merger closed count as what they became.
 */
import { vietnamDay } from '../../envelope/dates.ts';
import { type Circumstance, enoughDocuments, isCredible, isInForce, type Knowledge, keyOf } from '../../oversight/holders/attribution.ts';
import { organNamed } from '../../oversight/holders/naming.ts';
import type { HolderKey, MetCertificate, Sighting } from '../../records/holder.ts';
import type { Proof, SignatureProof, SignerProof } from '../../signature/proof.ts';

/** Rows of a commit but for the record they come from. */
export type Lesson = {
  readonly sightings: readonly Omit<Sighting, 'recordId' | 'at'>[];
  readonly certificates: readonly Omit<MetCertificate, 'metAt'>[];
};

const metOf = (key: HolderKey, { serial, issuer, name, organisation, kind, validTo }: SignerProof): Lesson['certificates'][number] => ({
  ...{ key, name, organisation, kind, serial: serial ?? '', issuer: issuer ?? '' },
  validTo: validTo === null ? null : vietnamDay(new Date(validTo)),
});

/** Certificates that may be the sender's seal, once each. */
const candidates = (proof: Proof): readonly SignerProof[] => {
  const main = proof.attachments.find(({ role }) => role === 'main');
  const signers = (main?.signatures ?? []).filter((one) => one.kind === 'signature' && isCredible(one)).map(({ signer }) => signer);
  const agencies = signers.filter(({ kind }) => kind === 'agency');
  const seals = agencies.length > 0 ? agencies : signers.filter(({ kind }) => kind === 'unknown');
  return [...new Map(seals.map((signer) => [keyOf(signer), signer])).values()];
};

const pupil = (proof: Proof, { kin }: Circumstance): SignerProof | null => {
  const seals = candidates(proof);
  const own = seals.filter(({ organ }) => organ !== null && kin.self.has(organ));
  const [only, second] = own.length > 0 ? own : seals;
  return second === undefined ? (only ?? null) : null;
};

const isListed = ({ listed }: Knowledge, key: HolderKey, day: string): boolean => {
  const holder = listed.get(key);
  return holder !== undefined && isInForce(holder, day);
};

const sightingsFrom = (proof: Proof, knowledge: Knowledge, circumstance: Circumstance): Lesson['sightings'] => {
  const { directory, sender, kin } = circumstance;
  const signer = pupil(proof, circumstance);
  const key = signer === null ? null : keyOf(signer);
  if (proof.verdict !== 'valid' || signer === null || key === null || isListed(knowledge, key, circumstance.day)) return [];
  const named = organNamed(directory, sender, kin, signer);
  if (named !== null && !kin.self.has(named.code)) return [];
  const before = knowledge.sighted.get(key)?.find(({ organ }) => organ === sender.code);
  return (before?.documents ?? 0) < enoughDocuments ? [{ key, organ: sender.code }] : [];
};

const certificatesFrom = (proof: Proof, met: ReadonlySet<HolderKey>): Lesson['certificates'] => {
  const signatures = proof.attachments.flatMap((file): readonly SignatureProof[] => file.signatures);
  const seen = new Map(
    signatures
      .filter((one) => one.kind === 'signature' && isCredible(one))
      .flatMap(({ signer }) => {
        const key = keyOf(signer);
        return key === null || met.has(key) ? [] : [[key, metOf(key, signer)] as const];
      }),
  );
  return [...seen.values()];
};

/** `met` as verification left it, `told` as attributed. Writes nothing that is known already: a commit in steady traffic has no row of these. */
export const lessonFrom = (
  { met, told }: { readonly met: Proof; readonly told: Proof },
  knowledge: Knowledge & { readonly met: ReadonlySet<HolderKey> },
  circumstance: Circumstance,
  direct: boolean,
): Lesson => ({
  sightings: direct ? sightingsFrom(told, knowledge, circumstance) : [],
  certificates: certificatesFrom(met, knowledge.met),
});
