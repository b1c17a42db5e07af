/** The file that `GET /v1/records/{id}/evidence` hands out and `verify --evidence` reads: what stands in it under which name. */
import type { EvidenceKind, EvidenceName } from '../signature/evidence.ts';
import type { EvidenceList } from './judgement.ts';

export const evidenceFormat = 'urn:lienthong:evidence:1';

export const entryNames = {
  guide: 'DOC-TOI.txt',
  judgements: 'judgements.json',
  manifest: 'manifest.json',
  message: 'message.edxml',
  proof: 'proof.json',
  receipt: 'receipt.xml',
} as const;

const places: Readonly<Record<EvidenceKind, readonly [folder: string, ending: string]>> = {
  certificate: ['certificates', 'cer'],
  crl: ['crls', 'crl'],
  ocsp: ['ocsp', 'ocsp'],
};

export const entryNameOf = ({ kind, sha256 }: Pick<EvidenceName, 'kind' | 'sha256'>): string => {
  const [folder, ending] = places[kind];
  return `${folder}/${sha256}.${ending}`;
};

/** `manifest.json`. It names every other entry; the digest of the list stands in the journal. */
export type EvidenceManifest = {
  readonly format: typeof evidenceFormat;
  readonly recordId: string;
  readonly documentId: string | null;
  readonly code: string | null;
  readonly from: string | null;
  readonly acceptedAt: string;
  /** Of the bytes that were judged. A recipient added later gets the message that named it: then `message.edxml` differs. */
  readonly original: { readonly sha256: string; readonly size: number };
  /** Of the newest judgement, and its digest (`evidenceDigest`). */
  readonly evidence: EvidenceList;
  readonly evidenceSha256: string;
  /** Evidence that the hub has lost. */
  readonly missing: readonly string[];
  /** Every entry but this one, by name. */
  readonly entries: readonly { readonly name: string; readonly sha256: string; readonly size: number }[];
};
