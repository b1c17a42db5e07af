/** What becomes of a document, by the province's policy: accept, alert, hold or refuse (contract §3). */
import type { Envelope } from '../envelope/types.ts';
import type { Organ } from '../records/organ.ts';
import type { Policy, PolicyAction, PolicyRule } from '../records/policy.ts';
import type { RequiredSignatures } from '../signature/context.ts';
import type { Proof } from '../signature/proof.ts';

export type Judged = {
  readonly envelope: Envelope;
  readonly sender: Organ;
  readonly proof: Proof;
  /** A word in the message says that it may be a state secret: held whatever the signatures are. */
  readonly suspectedSecret: boolean;
};

const matches = (rule: PolicyRule, { envelope, sender, proof }: Judged): boolean =>
  (rule.level === undefined || rule.level === sender.level) &&
  (rule.organ === undefined || rule.organ === sender.code) &&
  (rule.kind === undefined || rule.kind === sender.kind) &&
  (rule.typeName === undefined || rule.typeName === envelope.documentType.typeName) &&
  (rule.priority === undefined || rule.priority.includes(envelope.priority)) &&
  (rule.verdict === undefined || rule.verdict === proof.verdict) &&
  (rule.reason === undefined || rule.reason === proof.reason);

/** The action of the first rule that matches; a list that runs out accepts and alerts on what is not valid. */
const ruled = (policy: Policy, judged: Judged): PolicyAction =>
  policy.rules.find((rule) => rule.action !== undefined && matches(rule, judged))?.action ??
  (judged.proof.verdict === 'valid' ? 'accept' : 'alert');

/** Which signatures are asked of the main document; the agency's where no rule says otherwise (domain L11, L11a). */
export const requiredFor = (policy: Policy, judged: Judged): RequiredSignatures =>
  policy.rules.find((rule) => rule.signatures !== undefined && matches(rule, judged))?.signatures ?? 'agency';

export type Judgement = {
  /** What the policy says of the signatures alone: anything but `accept` raises their alert. */
  readonly signatures: PolicyAction;
  /** What becomes of the document. */
  readonly action: PolicyAction;
};

export const judge = (policy: Policy, judged: Judged): Judgement => {
  const signatures = ruled(policy, judged);
  switch (signatures) {
    case 'refuse':
    case 'hold':
      return { signatures, action: signatures };
    case 'accept':
    case 'alert':
      return { signatures, action: judged.suspectedSecret ? 'hold' : signatures };
  }
};
