/** Signatures as a page shows them: who, whose, how that is known, when, and what was found. Pure. */
import { clockText, dayOfInstant } from '../../oversight/numerals.ts';
import { holderKindWords, knownByWords } from '../../oversight/words.ts';
import { type Directory, organFor } from '../../records/organ.ts';
import type { MessageRecord } from '../../records/record.ts';

type Proof = NonNullable<MessageRecord['proof']>;
type File = Proof['attachments'][number];
type Signature = File['signatures'][number];

export type SignatureLine = {
  readonly holder: string;
  readonly organisation: string;
  readonly kind: string;
  readonly organ: string;
  readonly known: string;
  readonly serial: string;
  readonly validTo: string;
  readonly claimed: string;
  readonly stamped: string;
  readonly finding: string;
  /** `sound`, `doubt` or `bad`: how it is coloured. */
  readonly tone: string;
  readonly notes: readonly string[];
};

export type FileView = {
  readonly name: string;
  readonly role: string;
  readonly finding: string;
  readonly signatures: readonly SignatureLine[];
};
export type ProofView = { readonly remarks: readonly string[]; readonly files: readonly FileView[] };

/** `15:02:11 ngày 20/11/2026`; '–' for none. */
const timeText = (instant: string | null): string => (instant === null ? '–' : `${clockText(instant)} ngày ${dayOfInstant(instant)}`);

/** `UBND xã Phú Hòa (H99.12)`; the code alone where the directory lost it. */
export const organText = (directory: Directory, code: string | null): string => {
  const organ = code === null ? null : organFor(directory, code);
  return organ === null ? (code ?? '–') : `${organ.name} (${organ.code})`;
};

const tones: Readonly<Record<string, string>> = { valid: 'sound', invalid: 'bad' };

const lineFor = (directory: Directory, one: Signature): SignatureLine => {
  // Records of an earlier version know less.
  const { signer, remarks = [] } = one;
  const stamp = one.kind === 'document-timestamp';
  const knownBy = signer.knownBy ?? null;
  return {
    holder: signer.name ?? 'không đọc được chủ thể',
    organisation: signer.organisation ?? '',
    kind: stamp ? 'dấu thời gian của tệp' : holderKindWords[signer.kind],
    organ: stamp ? '–' : organText(directory, signer.organ ?? null),
    // Of a kind that was only guessed there is nothing to say beside it.
    known: stamp || knownBy === null || (knownBy === 'guess' && signer.organ == null) ? '' : knownByWords[knownBy],
    serial: signer.serial ?? '–',
    validTo: signer.validTo == null ? '–' : dayOfInstant(signer.validTo),
    claimed: timeText(one.claimedAt),
    stamped: timeText(one.timestampedAt),
    finding: one.vi,
    tone: tones[one.verdict] ?? 'doubt',
    notes: [
      ...remarks.map(({ vi }) => vi),
      ...one.laterChanges.filter(({ class: kind }) => kind === 'visible' || kind === 'forbidden').map(({ what }) => what),
    ],
  };
};

const fileView = (directory: Directory, file: File): FileView => ({
  name: file.name,
  role: file.role === 'main' ? 'Văn bản chính' : 'Phụ lục',
  finding: file.vi,
  signatures: file.signatures.map((one) => lineFor(directory, one)),
});

/** Null where nothing was judged: a refused message, a status. */
export const proofView = (directory: Directory, proof: MessageRecord['proof']): ProofView | null =>
  proof === null || proof.attachments.length === 0
    ? null
    : { remarks: (proof.remarks ?? []).map(({ vi }) => vi), files: proof.attachments.map((file) => fileView(directory, file)) };
