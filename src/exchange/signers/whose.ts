/** Whose the signatures of a document are, as far as the hub knows at this moment, and what it learns from them. */
import { vietnamDay } from '../../envelope/dates.ts';
import type { Hub } from '../../hub.ts';
import { attributed, type Circumstance, isCredible, type Knowledge, keyOf } from '../../oversight/holders/attribution.ts';
import { type Kin, kinOf } from '../../oversight/holders/kin.ts';
import { prepareNames } from '../../oversight/holders/naming.ts';
import type { Change } from '../../records/change.ts';
import type { HolderKey } from '../../records/holder.ts';
import { type Directory, type Organ, organFor } from '../../records/organ.ts';
import type { RecordView } from '../../records/query.ts';
import type { Proof, SignatureProof } from '../../signature/proof.ts';
import { type Lesson, lessonFrom } from './lesson.ts';

export type Attribution = { readonly proof: Proof; readonly kin: Kin; readonly lesson: Lesson };

const credible = (proof: Proof): readonly SignatureProof[] =>
  proof.attachments.flatMap(({ signatures }) => signatures).filter((one) => one.kind === 'signature' && isCredible(one));

const knowledgeOf = async (hub: Hub, keys: readonly HolderKey[]): Promise<Knowledge & { readonly met: ReadonlySet<HolderKey> }> => {
  if (keys.length === 0) return { listed: new Map(), sighted: new Map(), met: new Set() };
  const [listed, sightings, met] = await Promise.all([hub.holders.find(keys), hub.holders.sightings(keys), hub.holders.met(keys)]);
  return {
    listed: new Map(listed.map((holder) => [holder.key, holder])),
    sighted: Map.groupBy(sightings, ({ key }) => key),
    met: new Set(met.map(({ key }) => key)),
  };
};

const attributeProof = (proof: Proof, knowledge: Knowledge, circumstance: Circumstance): Proof => ({
  ...proof,
  attachments: proof.attachments.map((file) => ({
    ...file,
    signatures: file.signatures.map((one) =>
      one.kind === 'signature' && isCredible(one) ? { ...one, signer: attributed(one.signer, knowledge, circumstance) } : one,
    ),
  })),
});

/** `direct`: from the sender's own system, not passed on by another hub. */
export const whoseSignatures = async (
  hub: Hub,
  proof: Proof,
  { directory, sender, at, direct }: { readonly directory: Directory; readonly sender: Organ; readonly at: Date; readonly direct: boolean },
): Promise<Attribution> => {
  const keys = [...new Set(credible(proof).flatMap(({ signer }) => keyOf(signer) ?? []))];
  const [knowledge] = await Promise.all([knowledgeOf(hub, keys), keys.length === 0 ? null : prepareNames(directory)]);
  const kin = kinOf(directory, sender);
  const circumstance = { directory, sender, kin, day: vietnamDay(at) };
  const told = attributeProof(proof, knowledge, circumstance);
  return { proof: told, kin, lesson: lessonFrom({ met: proof, told }, knowledge, circumstance, direct) };
};

/** What was known at acceptance stays with the record: a judgement made again brings a new verdict, not new holders. */
export const keepAttribution = (before: Proof | null, after: Proof): Proof => ({
  ...after,
  ...(before?.remarks === undefined ? {} : { remarks: before.remarks }),
  attachments: after.attachments.map((file, place) => {
    const earlier = before?.attachments[place]?.sha256 === file.sha256 ? before.attachments[place] : undefined;
    return {
      ...file,
      signatures: file.signatures.map((one) => {
        const same = earlier?.signatures.find(({ signer }) => signer.serial === one.signer.serial && signer.issuer === one.signer.issuer);
        return same === undefined ? one : { ...one, signer: same.signer };
      }),
    };
  }),
});

/** What a document teaches that turned out valid when it was judged again. */
export const lessonFor = async (hub: Hub, { record, deliveries }: RecordView, proof: Proof, at: Date): Promise<Lesson> => {
  const directory = await hub.organs.directory();
  const sender = record.from === null ? null : organFor(directory, record.from);
  if (sender === null) return { sightings: [], certificates: [] };
  const direct = deliveries.every(({ postedBy }) => postedBy === null);
  return (await whoseSignatures(hub, proof, { directory, sender, at, direct })).lesson;
};

/** As rows of a commit; what is not worth a row is left out. */
export const lessonRows = (
  lesson: Lesson,
  { recordId, at }: { readonly recordId: string; readonly at: string },
): Pick<Change, 'sightings' | 'certificates'> => ({
  ...(lesson.sightings.length === 0 ? {} : { sightings: lesson.sightings.map((one) => ({ ...one, recordId, at })) }),
  ...(lesson.certificates.length === 0 ? {} : { certificates: lesson.certificates.map((one) => ({ ...one, metAt: at })) }),
});
