/** One signature of a file that has a single revision (XML, CMS), as contract §3 shows it. */
import type { VerificationContext } from './context.ts';
import { signerOf } from './holder/signer.ts';
import type { Certificate } from './path/certificate.ts';
import { findingOf, type Reason, type Remark, type SignatureProof } from './proof.ts';
import type { SignerBelief } from './time/believe.ts';
import { indicationOf } from './verdict.ts';

export type Told = {
  /** Null: valid. */
  readonly reason: Reason | null;
  /** Digest and value are right. */
  readonly intact: boolean;
  /** Nothing of the file stands outside what was signed. */
  readonly wholeFile: boolean;
  readonly certificate: Certificate | null;
  readonly algorithm: string | null;
  readonly claimedAt: Date | null;
  /** Null where it was never asked: the signature is not of a form that is judged. */
  readonly belief: SignerBelief | null;
  readonly remarks?: readonly Remark[];
};

export const rowOf = (told: Told, index: number, context: VerificationContext): SignatureProof => {
  const { reason, belief } = told;
  const remarks = [...(belief?.remarks ?? []), ...(told.remarks ?? [])];
  const timestamps = belief?.timestamps ?? [];
  return {
    ...findingOf(reason),
    ...indicationOf(reason, belief?.circumstances),
    index,
    kind: 'signature',
    integrity: told.intact ? 'intact' : 'broken',
    covers: { revision: 1, of: 1, wholeFile: told.wholeFile },
    laterChanges: [],
    signer: signerOf(told.certificate),
    algorithm: told.algorithm,
    claimedAt: told.claimedAt?.toISOString() ?? null,
    timestampedAt: belief?.timestampedAt?.toISOString() ?? null,
    judgedAt: (context.now ?? context.at).toISOString(),
    chain: (belief?.chain ?? []).map(({ subject, serial, sha256 }) => ({ subject: subject.text, serial, sha256 })),
    revocation: belief?.revocation ?? [],
    ...(remarks.length === 0 ? {} : { remarks }),
    ...(timestamps.length === 0 ? {} : { timestamps }),
  };
};
