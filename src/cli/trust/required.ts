/** Which signatures the operator's rules ask of a main document (`signatures:`), and what is said where one is missing. */
import type { RequiredSignatures } from '../../signature/context.ts';
import type { AttachmentProof } from '../../signature/proof.ts';
import { type Exit, exits } from '../ending.ts';

export type Lack = { readonly exit: Exit; readonly vi: string; readonly en: string };

const missing = {
  agency: ['Thiếu chữ ký số của cơ quan', 'The signature of the agency is missing'],
  person: ['Thiếu chữ ký số của người có thẩm quyền', 'The signature of the competent person is missing'],
} as const;
const untold = {
  agency: ['Chưa xác định được chữ ký nào là của cơ quan', 'It cannot be told which signature is that of the agency'],
  person: ['Chưa xác định được chữ ký nào là của người có thẩm quyền', 'It cannot be told which signature is that of the person'],
} as const;

/**
 * Of a main document with at least one signature; one without is `unsigned` anyway. Missing counts as
 * unsigned does (exit 65); where a holder of unknown kind may be the one asked for, as undetermined (75).
 */
export const lacksOf = ({ role, signatures }: AttachmentProof, required: RequiredSignatures | null): readonly Lack[] => {
  const kinds = signatures.filter((one) => one.kind === 'signature' && one.verdict !== 'invalid').map(({ signer }) => signer.kind);
  if (role !== 'main' || required === null || required === 'any' || signatures.length === 0) return [];
  const wanted = required === 'both' ? (['agency', 'person'] as const) : (['agency'] as const);
  const absent = wanted.filter((one) => !kinds.includes(one));
  // One unknown holder can be only one of two that are missing.
  const unknown = kinds.filter((one) => one === 'unknown').length;
  return absent.map((one, place) => {
    const may = unknown > place;
    const [vi, en] = (may ? untold : missing)[one];
    return { exit: may ? exits.later : exits.input, vi, en };
  });
};
