/**
 * What a verdict rested on besides the signed file itself, by digest, so that it can be repeated years
 * later without the network: certificates of the paths, revocation lists, OCSP answers. Time-stamp tokens
 * and whatever else stands inside the signed file are kept with that file.
 */
import { sha256Hex } from './cms/algorithm.ts';

export type EvidenceKind = 'certificate' | 'crl' | 'ocsp';

/** `sha256` is of `bytes` (DER), lower-case hex. */
export type EvidenceItem = { readonly kind: EvidenceKind; readonly sha256: string; readonly bytes: Uint8Array };

/** Notes what a verification used; each thing once. */
export type EvidenceBook = {
  use(kind: EvidenceKind, der: Uint8Array, sha256?: string): void;
  items(): readonly EvidenceItem[];
};

export const openEvidence = (): EvidenceBook => {
  const items = new Map<string, EvidenceItem>();
  return {
    use: (kind, der, known) => {
      const sha256 = known ?? sha256Hex(der);
      if (!items.has(sha256)) items.set(sha256, { kind, sha256, bytes: der });
    },
    items: () => [...items.values()],
  };
};
