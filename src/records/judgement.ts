/** One judging of a message's signatures: when, with what result, on what evidence. The first is made at acceptance. */
import { createHash } from 'node:crypto';
import type { Rules } from '../signature/context.ts';
import type { EvidenceName } from '../signature/evidence.ts';
import type { Proof } from '../signature/proof.ts';
import { canonicalJson } from './canonical.ts';

/** A piece of evidence on its way to the hub. `bytes` is null where they were handed along before: see `Evidence.keep`. */
export type EvidenceItem = EvidenceName & { readonly bytes: Uint8Array | null };

/** What the verdict rested on, by digest; the bytes are in `hub.evidence`. */
export type EvidenceList = {
  /** Version of this program. */
  readonly version: string;
  /** The instant the bytes are known to have existed (acceptance), and that of the judgement; RFC 3339. */
  readonly at: string;
  readonly judgedAt: string;
  /** SHA-256 of the anchors that were trusted. */
  readonly anchors: readonly string[];
  /** How strictly it was judged. */
  readonly rules: Rules;
  /** The anchors themselves among them; sorted by kind, then digest. */
  readonly items: readonly EvidenceName[];
};

export type Judgement = { readonly recordId: string; readonly judgedAt: string; readonly proof: Proof; readonly evidence: EvidenceList };

/**
 * Stands in the journal entry of the judging, so that the list cannot be exchanged later unnoticed:
 * SHA-256 of its canonical JSON (`canonical.ts`), lower-case hex.
 */
export const evidenceDigest = (list: EvidenceList): string => createHash('sha256').update(canonicalJson(list)).digest('hex');
