/** `?check=true`: every step but the commit, so that an integrator learns all that is wrong and nothing is kept. */
import type { BusinessType } from '../envelope/types.ts';
import { type Fault, fault, HubError, type Warning } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Proof } from '../signature/proof.ts';
import { statusRecord } from './draft.ts';
import { type Examined, type ExaminedStatus, examine, problemOf, type Submitted } from './examine.ts';
import { effectOf, matchStatus } from './track.ts';

export type CheckAnswer = {
  readonly documentId: string | null;
  readonly kind: 'document' | 'status';
  readonly type: BusinessType | null;
  readonly sha256: string;
  readonly size: number;
  readonly proof: Proof;
  readonly action: 'accept' | 'alert' | 'hold';
  readonly deliveries: readonly { readonly organ: string; readonly via: 'inbox' | 'upper' }[];
  readonly warnings: readonly Warning[];
  readonly errors: readonly Fault[];
};

/** Answers what would happen, or throws the problem of the real call with all its faults. */
export const checkEnvelope = async (hub: Hub, submitted: Submitted): Promise<CheckAnswer> => {
  const at = hub.now();
  const inspection = await hub.inspect(submitted.spooled.place, { at, profile: submitted.caller.role === 'hub' ? 'hub' : 'member' });
  return answerFor(hub, submitted, await examine(hub, submitted, inspection, at));
};

const answerFor = async (hub: Hub, submitted: Submitted, examined: Examined): Promise<CheckAnswer> => {
  const { sha256, size } = submitted.spooled;
  switch (examined.kind) {
    case 'faulty':
      throw new HubError(examined.faults, problemOf(examined));
    case 'status':
      return statusAnswer(hub, submitted, examined);
    case 'document': {
      const { envelope, proof, warnings, judgement } = examined;
      const action = judgement.action === 'refuse' ? 'hold' : judgement.action;
      const deliveries = examined.routes.map(({ organ, via }) => ({ organ, via }));
      return {
        documentId: envelope.documentId,
        kind: 'document',
        type: envelope.type,
        sha256,
        size,
        proof,
        action,
        deliveries,
        warnings,
        errors: [],
      };
    }
  }
};

const statusAnswer = async (hub: Hub, submitted: Submitted, examined: ExaminedStatus): Promise<CheckAnswer> => {
  const { spooled } = submitted;
  const drafted = statusRecord(examined, submitted.caller, spooled, '');
  const match = await matchStatus(hub, drafted);
  if (match.kind === 'out-of-order') throw new HubError([fault('status.out-of-order', 'MessageHeader/StatusCode', match)]);
  const { organ, via } = examined.route;
  const effect = match.kind === 'found' ? effectOf(match, drafted, examined.at) : null;
  return {
    documentId: examined.status.responseFor.documentId,
    kind: 'status',
    type: null,
    sha256: spooled.sha256,
    size: spooled.size,
    proof: examined.proof,
    action: 'accept',
    deliveries: [{ organ, via }],
    warnings: [...examined.warnings, ...(effect?.warnings ?? [])],
    errors: [],
  };
};
