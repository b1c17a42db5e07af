/**
 * Whether a document carries the signatures it should, and whose they are (NĐ 30/2020 art. 5, 18(6), 25, 26,
 * 32.2d; domain L11, L11a). Pure: from an attributed proof. P is a person's signature, A the sender's agency
 * (or an alias, predecessor or parent of it), B another agency, ? one whose holder cannot be told; in the
 * order of signing, on the main document:
 *
 * | signatures | lawful case | finding |
 * |---|---|---|
 * | P A | issued | – |
 * | P P A, P A P | several signers; a leader of the recipient, or a note, after issue | – |
 * | P A A | issued, then an incoming stamp or a number set by the same agency | – |
 * | P A B | issued, then stamped or copied by another agency | information: further organ |
 * | P B A | another's document, copied (sao y) or passed on under A's signature | information: further organ |
 * | A | digitised paper or copy (art. 18(6), 25(1c)) | information: agency only; alert where policy asks `both` |
 * | A A, B A | copy of a copy | information |
 * | A P | – | alert: wrong order |
 * | A P A | the order mended by signing again | – |
 * | P | – | alert: the agency's is missing |
 * | P B, B, B P | – | alert: not the sender's, and nothing else |
 * | B ? | perhaps A is behind ? | – |
 * | ?, P ?, ? P, ? ? | cannot be told | – |
 *
 * Signatures made at once (several signers of one revision) have no order. An invisible signature is a
 * signature. Document timestamps are nobody's.
 */
import type { Kin } from '../../oversight/holders/kin.ts';
import type { RequiredSignatures } from '../../signature/context.ts';
import type { AttachmentProof, Proof, Remark, SignatureProof, SignerProof } from '../../signature/proof.ts';

export type SignerFinding =
  | { readonly kind: 'signer.other-organ'; readonly signer: SignerProof & { readonly organ: string } }
  | { readonly kind: 'signer.agency-missing'; readonly signer: SignerProof }
  | { readonly kind: 'signer.person-missing'; readonly signer: SignerProof }
  | { readonly kind: 'signer.order'; readonly person: SignerProof; readonly agency: SignerProof }
  | { readonly kind: 'signer.annex'; readonly files: readonly string[] };

export type SignerFindings = { readonly findings: readonly SignerFinding[]; readonly remarks: readonly Remark[] };

const nothing: SignerFindings = { findings: [], remarks: [] };

/**
 * Files whose signatures tell who signed: sound ones, and sound ones of a certificate that expired since.
 * Whatever is unsigned, broken, untrusted or weak has its own alert already, and its names prove nothing.
 */
const tells = ({ verdict, reason }: AttachmentProof): boolean =>
  verdict === 'valid' || (verdict === 'undetermined' && (reason === 'revocation-unknown' || reason === 'expired'));

const signaturesOf = (file: AttachmentProof): readonly SignatureProof[] => file.signatures.filter(({ kind }) => kind === 'signature');

/** `own`: the sender's kin, or an agency's of which nobody knows better. */
type Seal = { readonly kind: 'person' | 'own' | 'other' | 'unknown'; readonly revision: number; readonly signer: SignerProof };

const sealOf = ({ signer, covers: { revision } }: SignatureProof, kin: Kin): Seal => {
  if (signer.kind === 'person') return { kind: 'person', revision, signer };
  if (signer.organ === null) return { kind: signer.kind === 'agency' ? 'own' : 'unknown', revision, signer };
  return { kind: kin.self.has(signer.organ) || kin.above.has(signer.organ) ? 'own' : 'other', revision, signer };
};

const only = (seals: readonly Seal[], ...kinds: readonly Seal['kind'][]): boolean => seals.every(({ kind }) => kinds.includes(kind));
const of = (seals: readonly Seal[], kind: Seal['kind']): readonly Seal[] => seals.filter((seal) => seal.kind === kind);

/** Another agency's, where the sender's own is not there and hides behind no holder that cannot be told. */
const otherOrgan = (seals: readonly Seal[]): readonly SignerFinding[] => {
  const { signer } = of(seals, 'other').at(-1) ?? {};
  return signer?.organ == null || !only(seals, 'person', 'other')
    ? []
    : [{ kind: 'signer.other-organ', signer: { ...signer, organ: signer.organ } }];
};

/** Every person after every seal of the sender, in a later revision. */
const wrongOrder = (seals: readonly Seal[]): readonly SignerFinding[] => {
  const [agency, person] = [of(seals, 'own').at(-1), of(seals, 'person')[0]];
  if (agency === undefined || person === undefined || !only(seals, 'person', 'own')) return [];
  const last = Math.max(...of(seals, 'own').map(({ revision }) => revision));
  return of(seals, 'person').every(({ revision }) => revision > last)
    ? [{ kind: 'signer.order', person: person.signer, agency: agency.signer }]
    : [];
};

const missing = (seals: readonly Seal[], required: RequiredSignatures): readonly SignerFinding[] => {
  const [first] = seals;
  if (first === undefined) return [];
  if (only(seals, 'person')) return [{ kind: 'signer.agency-missing', signer: first.signer }];
  return required === 'both' && only(seals, 'own') ? [{ kind: 'signer.person-missing', signer: first.signer }] : [];
};

/** A separate annex file carries the agency's signature, shown or not (annex I, part I, II.8b, III.1d). Spreadsheets and the like cannot. */
const bareAnnexes = (proof: Proof, kin: Kin): readonly SignerFinding[] => {
  const files = proof.attachments
    .filter(({ role, kind }) => role === 'annex' && kind === 'pdf')
    .filter(
      (file) =>
        file.reason === 'no-signature' ||
        (tells(file) &&
          only(
            signaturesOf(file).map((one) => sealOf(one, kin)),
            'person',
          )),
    )
    .map(({ name }) => name);
  return files.length === 0 ? [] : [{ kind: 'signer.annex', files }];
};

const namesOf = (seals: readonly Seal[]): string => [...new Set(seals.map(({ signer }) => signer.name ?? signer.serial ?? ''))].join(', ');

const remarksOn = (seals: readonly Seal[], required: RequiredSignatures): readonly Remark[] => {
  const others = of(seals, 'other');
  if (of(seals, 'own').length === 0) return [];
  const alone: Remark = {
    code: 'agency-only',
    vi: 'Bản số hóa/sao y: chỉ có chữ ký số của cơ quan',
    en: "Digitised or copied: it carries the agency's signature only",
  };
  const further: Remark = {
    code: 'further-organ',
    vi: `Có thêm chữ ký số của cơ quan khác (${namesOf(others)}): bản sao y, chuyển tiếp hoặc đã đóng dấu đến`,
    en: `Another agency signed as well (${namesOf(others)}): copied, passed on, or stamped on arrival`,
  };
  const isAlone = only(seals, 'own', 'other') && (required !== 'both' || others.length > 0);
  return [...(isAlone ? [alone] : []), ...(others.length > 0 ? [further] : [])];
};

/** `proof` as attributed (`whose.ts`). With `any` only the holder is asked for, not which signatures there are. */
export const signerFindings = (proof: Proof, kin: Kin, required: RequiredSignatures): SignerFindings => {
  const main = proof.attachments.find(({ role }) => role === 'main');
  if (proof.verdict === 'invalid' || main === undefined || !tells(main)) return nothing;
  const seals = signaturesOf(main).map((one) => sealOf(one, kin));
  const remarks = remarksOn(seals, required);
  const other = otherOrgan(seals);
  if (other.length > 0 || required === 'any') return { findings: other, remarks };
  const lacking = missing(seals, required);
  const agencyLacks = lacking.some(({ kind }) => kind === 'signer.agency-missing');
  return { findings: [...lacking, ...wrongOrder(seals), ...(agencyLacks ? [] : bareAnnexes(proof, kin))], remarks };
};
