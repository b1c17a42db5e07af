/** The recorded verdict beside the repeated one: of the document, of every file, of every signature, of the envelope. */
import type { AttachmentProof, Finding, Proof, SignatureProof } from '../../signature/proof.ts';

/** `null`: one of the two knows nothing of it. */
export type Compared = { readonly what: string; readonly recorded: Verdicted | null; readonly repeated: Verdicted | null };
export type Verdicted = Pick<Finding, 'verdict' | 'reason'>;

export const isEqual = ({ recorded, repeated }: Compared): boolean =>
  recorded !== null && repeated !== null && recorded.verdict === repeated.verdict && recorded.reason === repeated.reason;

const verdicted = (found: Verdicted | undefined): Verdicted | null =>
  found === undefined ? null : { verdict: found.verdict, reason: found.reason };

const signatureWord = ({ kind }: SignatureProof): string => (kind === 'signature' ? 'Chữ ký' : 'Dấu thời gian');

const compareSignatures = (name: string, recorded: readonly SignatureProof[], repeated: readonly SignatureProof[]): readonly Compared[] => {
  const count = Math.max(recorded.length, repeated.length);
  return Array.from({ length: count }, (_, index) => {
    const [one, other] = [recorded[index], repeated[index]];
    const known = one ?? other;
    const word = known === undefined ? '' : signatureWord(known);
    return { what: `${name} › ${word} ${index + 1}`, recorded: verdicted(one), repeated: verdicted(other) };
  });
};

/** The same bytes, each once; a sender's second sending may have given the file another name. */
const paired = (recorded: readonly AttachmentProof[], repeated: readonly AttachmentProof[]) => {
  const left = [...repeated];
  const pairs = recorded.map((one) => {
    const place = left.findIndex((other) => other.sha256 === one.sha256);
    return { one, other: place < 0 ? undefined : left.splice(place, 1)[0] };
  });
  return [...pairs, ...left.map((other) => ({ one: undefined, other }))];
};

/** `envelopeToo`: the repeated one saw the very bytes that were judged. */
export const compareProofs = (recorded: Proof, repeated: Proof | null, envelopeToo: boolean): readonly Compared[] => [
  { what: 'Văn bản', recorded: verdicted(recorded), repeated: repeated === null ? null : verdicted(repeated) },
  ...paired(recorded.attachments, repeated?.attachments ?? []).flatMap(({ one, other }) => {
    const name = one?.name ?? other?.name ?? '';
    return [
      { what: name, recorded: verdicted(one), repeated: verdicted(other) },
      ...compareSignatures(name, one?.signatures ?? [], other?.signatures ?? []),
    ];
  }),
  ...(envelopeToo
    ? [{ what: 'Chữ ký của thông điệp', recorded: verdicted(recorded.envelope), repeated: verdicted(repeated?.envelope) }]
    : []),
];
