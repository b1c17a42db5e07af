/** Whose a signing certificate is: the administrators' list first, then what was learnt from traffic, then its own name. Pure. */
import type { Holder, HolderKey, SightingCount } from '../../records/holder.ts';
import { holderKey } from '../../records/holder.ts';
import { type Directory, type Organ, organFor } from '../../records/organ.ts';
import type { SignatureProof, SignerProof } from '../../signature/proof.ts';
import { type Kin, todayOf } from './kin.ts';
import { organNamed } from './naming.ts';

export type Knowledge = {
  readonly listed: ReadonlyMap<HolderKey, Holder>;
  readonly sighted: ReadonlyMap<HolderKey, readonly SightingCount[]>;
};

/** Issue "Whose signature": three valid documents of one organ, and none of another. */
export const enoughDocuments = 3;

/**
 * The organ whose certificate this is by what was seen, under its code of today: a merger does not make two
 * organs of one. Seen with two organs it is nobody's.
 */
export const learntOrgan = (directory: Directory, counts: readonly SightingCount[]): string | null => {
  const organs = Map.groupBy(counts, ({ organ }) => todayOf(directory, organ));
  const [only] = organs;
  if (only === undefined || organs.size !== 1) return null;
  const documents = only[1].reduce((sum, one) => sum + one.documents, 0);
  return documents >= enoughDocuments ? only[0] : null;
};

/** Null for a signature without a certificate. */
export const keyOf = ({ serial, issuer }: SignerProof): HolderKey | null =>
  serial === null || issuer === null ? null : holderKey(issuer, serial);

/**
 * Whether the certificate is really the one it says it is: the signature is intact, and the path led to an
 * anchor. Anyone can write any name and serial number into a certificate of his own making.
 */
export const isCredible = ({ integrity, reason }: SignatureProof): boolean =>
  integrity === 'intact' &&
  (reason === null || reason === 'revocation-unknown' || reason === 'expired' || reason === 'not-yet-valid' || reason === 'revoked');

export type Circumstance = {
  readonly directory: Directory;
  /** The From organ of the document that carries the signature, and whose seals it may carry. */
  readonly sender: Organ;
  readonly kin: Kin;
  /** Vietnamese day of the judgement. */
  readonly day: string;
};

/** An entry of the list that ended says nothing of later days. */
export const isInForce = (holder: Holder, day: string): boolean => holder.validTo === null || day <= holder.validTo;

/**
 * A certificate that bears the sender's very name is the sender's, whoever used it before; and one learnt
 * from an office under the sender may be the sender's own seal, which the office may use.
 */
const isOverruled = (learnt: string, named: Organ | null, directory: Directory, kin: Kin): boolean => {
  const parent = directory.organs.get(learnt)?.parent ?? null;
  const above = parent === null ? null : organFor(directory, parent);
  return (named !== null && kin.self.has(named.code)) || (above !== null && kin.self.has(above.code));
};

export const attributed = (signer: SignerProof, knowledge: Knowledge, { directory, sender, kin, day }: Circumstance): SignerProof => {
  const key = keyOf(signer);
  if (key === null) return signer;
  const holder = knowledge.listed.get(key);
  if (holder !== undefined && isInForce(holder, day)) {
    const organ = holder.organ === null ? null : (organFor(directory, holder.organ)?.code ?? holder.organ);
    return { ...signer, kind: holder.kind, organ, knownBy: 'registry' };
  }
  // Persons move between agencies and sign for several: nothing is learnt of them, and no agency is read from their names.
  if (signer.kind === 'person') return signer;
  const named = organNamed(directory, sender, kin, signer);
  const learnt = learntOrgan(directory, knowledge.sighted.get(key) ?? []);
  if (learnt !== null && !isOverruled(learnt, named, directory, kin))
    return { ...signer, kind: 'agency', organ: learnt, knownBy: 'learnt' };
  return named === null ? signer : { ...signer, kind: 'agency', organ: named.code, knownBy: 'guess' };
};
