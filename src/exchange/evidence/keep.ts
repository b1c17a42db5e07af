/** Before a verdict is committed, everything it rested on is durable: what is not kept cannot be shown later. */
import type { Hub, Inspection, InspectionOptions, Spooled } from '../../hub.ts';
import type { EvidenceList, Judgement } from '../../records/judgement.ts';
import type { Proof } from '../../signature/proof.ts';

/**
 * True: all of it is kept. False: the hub lacks bytes that this inspection left out as known; the message
 * must be inspected again with `everything`, and that new verdict and its evidence belong together.
 */
const isKept = async (hub: Hub, { evidence }: Inspection): Promise<boolean> =>
  evidence === null || (await hub.evidence.keep(evidence.items)).length === 0;

/** The inspection whose evidence is now durable: the one that was handed in, or a second one. */
export const inspectionKept = async (
  hub: Hub,
  { place }: Pick<Spooled, 'place'>,
  options: InspectionOptions,
  inspection: Inspection,
): Promise<Inspection> => {
  if (await isKept(hub, inspection)) return inspection;
  const whole = await hub.inspect(place, { ...options, everything: true });
  if (await isKept(hub, whole)) return whole;
  throw new Error('An inspection with all its evidence left some of it out');
};

export const judgementFor = (recordId: string, proof: Proof, evidence: EvidenceList): Judgement => ({
  recordId,
  judgedAt: evidence.judgedAt,
  proof,
  evidence,
});
