/** One judging of a message's signatures: when, with what result, on what evidence. The first is made at acceptance. */
import type { EvidenceKind } from '../signature/evidence.ts';
import type { Proof } from '../signature/proof.ts';

/** What the verdict rested on, by digest; the bytes are in `hub.evidence`. */
export type EvidenceList = {
  /** Version of this program. */
  readonly version: string;
  /** The instant the bytes are known to have existed (acceptance), and that of the judgement; RFC 3339. */
  readonly at: string;
  readonly judgedAt: string;
  /** SHA-256 of the anchors that were trusted. */
  readonly anchors: readonly string[];
  readonly items: readonly { readonly kind: EvidenceKind; readonly sha256: string; readonly size: number }[];
};

export type Judgement = { readonly recordId: string; readonly judgedAt: string; readonly proof: Proof; readonly evidence: EvidenceList };
