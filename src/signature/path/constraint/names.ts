/**
 * Name constraints (RFC 5280 4.2.1.10, 6.1.3 b–c, 6.1.4 g). A constraint of one form binds names of that
 * form only. Permitted subtrees of several authorities intersect, so every authority's list is asked on
 * its own; excluded ones add up.
 */
import { DerError, isContext, oidOf, readWhole, sequenceOf, setOf, type Tlv } from '../../asn1/der.ts';
import type { Certificate } from '../certificate.ts';
import { type GeneralName, generalNameOf, generalNamesOf, rdnsOf } from './general-name.ts';
import { isWithin } from './subtree.ts';

export type NameConstraints = { readonly permitted: readonly GeneralName[]; readonly excluded: readonly GeneralName[] };

/** `unsupported`: a form that is constrained and not understood, or more comparisons than anyone means honestly. */
export type NameOutcome = 'within' | 'outside' | 'unsupported';

/** Names times constraints in one path; a certificate can hold tens of thousands of each. */
const MAX_COMPARISONS = 1 << 20;

/** RFC 5280 4.2.1.10: minimum is zero and maximum absent; anything else is not understood. */
const subtreeOf = (element: Tlv): GeneralName => {
  const [named, ...distances] = sequenceOf(element);
  if (named === undefined || distances.length > 0) throw new DerError('a subtree with distances');
  return generalNameOf(named);
};

const listOf = (element: Tlv | undefined): readonly GeneralName[] =>
  element === undefined ? [] : sequenceOf({ ...element, tagClass: 0, tag: 16 }).map(subtreeOf);

/** Null without the extension. Throws DerError for one that is not understood. */
export const nameConstraintsOf = (certificate: Certificate): NameConstraints | null => {
  const extension = certificate.extensions.get('2.5.29.30');
  if (extension === undefined) return null;
  const fields = sequenceOf(readWhole(extension.value));
  return {
    permitted: listOf(fields.find((field) => isContext(field, 0))),
    excluded: listOf(fields.find((field) => isContext(field, 1))),
  };
};

const emailAddress = '1.2.840.113549.1.9.1';

/** The addresses inside a subject name: where there are no alternative names, they are bound like rfc822Names. */
const mailsOf = (subjectDer: Uint8Array): readonly GeneralName[] =>
  sequenceOf(readWhole(subjectDer)).flatMap((rdn) =>
    setOf(rdn).flatMap((attribute): GeneralName[] => {
      const [type, value] = sequenceOf(attribute);
      if (oidOf(type) !== emailAddress || value === undefined) return [];
      return [{ kind: 'mail', text: Buffer.from(value.content).toString('latin1') }];
    }),
  );

/** Every name that constraints may bind: the subject, unless empty, and the alternative names. */
const namesOf = (certificate: Certificate): readonly GeneralName[] => {
  const rdns = rdnsOf(certificate.subject);
  const alternative = certificate.extensions.get('2.5.29.17');
  return [
    ...(rdns.length === 0 ? [] : [{ kind: 'directory' as const, rdns }]),
    ...(alternative === undefined ? mailsOf(certificate.subjectDer) : generalNamesOf(alternative.value)),
  ];
};

const formOf = (name: GeneralName): string => (name.kind === 'other' ? name.form : name.kind);

const outcomeFor = (name: GeneralName, { permitted, excluded }: NameConstraints): NameOutcome => {
  const allowed = permitted.filter((one) => formOf(one) === formOf(name));
  const barred = excluded.filter((one) => formOf(one) === formOf(name));
  if (name.kind === 'other') return allowed.length + barred.length === 0 ? 'within' : 'unsupported';
  // A name too odd to compare is in no permitted and in every excluded subtree.
  if (barred.some((one) => isWithin(name, one) !== false)) return 'outside';
  return allowed.length === 0 || allowed.some((one) => isWithin(name, one) === true) ? 'within' : 'outside';
};

/** Whether every name of the certificate obeys the constraints of all authorities above it. Throws DerError. */
export const obeysNames = (certificate: Certificate, above: readonly NameConstraints[]): NameOutcome => {
  if (above.length === 0) return 'within';
  const names = namesOf(certificate);
  const constraints = above.reduce((sum, one) => sum + one.permitted.length + one.excluded.length, 0);
  if (names.length * constraints > MAX_COMPARISONS) return 'unsupported';
  const outcomes = names.flatMap((name) => above.map((one) => outcomeFor(name, one)));
  if (outcomes.includes('outside')) return 'outside';
  return outcomes.includes('unsupported') ? 'unsupported' : 'within';
};
