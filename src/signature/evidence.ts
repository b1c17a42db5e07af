/**
 * What a verdict rested on besides the signed file itself, by digest, so that it can be repeated years
 * later without the network: certificates of the paths, revocation lists, OCSP answers. Time-stamp tokens
 * and whatever else stands inside the signed file are kept with that file.
 */
import { sha256Hex } from './cms/algorithm.ts';

export type EvidenceKind = 'certificate' | 'crl' | 'ocsp';

/** `sha256` is of the DER, lower-case hex; `size` its length in bytes. */
export type EvidenceName = { readonly kind: EvidenceKind; readonly sha256: string; readonly size: number };

export type UsedEvidence = EvidenceName & { readonly bytes: Uint8Array };

/** Notes what a verification used; each thing once. */
export type EvidenceBook = {
  use(kind: EvidenceKind, der: Uint8Array, sha256?: string): void;
  items(): readonly UsedEvidence[];
};

export const openEvidence = (): EvidenceBook => {
  const items = new Map<string, UsedEvidence>();
  return {
    use: (kind, der, known) => {
      const sha256 = known ?? sha256Hex(der);
      if (!items.has(sha256)) items.set(sha256, { kind, sha256, size: der.length, bytes: der });
    },
    items: () => [...items.values()],
  };
};
