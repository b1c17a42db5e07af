/** Whose the signatures are, whether they are those that policy asks for, and what becomes of the document. */
import type { Hub } from '../../hub.ts';
import type { Directory } from '../../records/organ.ts';
import { type Judged, type Judgement, judge, requiredFor } from '../judge.ts';
import { type SignerFinding, signerFindings } from './findings.ts';
import type { Lesson } from './lesson.ts';
import { whoseSignatures } from './whose.ts';

export type SignerLook = {
  /** `judged.proof` with its holders and remarks: what is kept and shown. */
  readonly proof: Judged['proof'];
  readonly judgement: Judgement;
  readonly findings: readonly SignerFinding[];
  readonly lesson: Lesson;
};

type Facts = {
  readonly directory: Directory;
  readonly at: Date;
  /** From the sender's own system, not passed on by another hub. */
  readonly direct: boolean;
};

/** Between inspection and commit; `?check=true` looks the same way. Later changes of the list do not come back here. */
export const lookAtSigners = async (hub: Hub, judged: Judged, facts: Facts): Promise<SignerLook> => {
  const whose = await whoseSignatures(hub, judged.proof, { ...facts, sender: judged.sender });
  const { findings, remarks } = signerFindings(whose.proof, whose.kin, requiredFor(hub.policy, judged));
  const judgement = judge(hub.policy, judged);
  const isTold = findings.length > 0 && judgement.action === 'accept';
  return {
    proof: remarks.length === 0 ? whose.proof : { ...whose.proof, remarks },
    judgement: isTold ? { ...judgement, action: 'alert' } : judgement,
    findings,
    lesson: whose.lesson,
  };
};
