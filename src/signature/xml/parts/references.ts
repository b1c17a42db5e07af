/**
 * SignedInfo and its references (XML Signature 1.1 §4.4), read from the canonical bytes that the signature
 * value is over: nothing decides that was not hashed.
 */

import type { Scheme } from '../../cms/algorithm.ts';
import { digestFor, ds, enveloped, exclusive, formFor, methodFor } from '../algorithm.ts';
import { type CanonicalForm, withXml } from '../document.ts';
import { base64Of, childrenOf, isNamed, malformed, type Node, nodeOf, onlyAttributes, textOf, unsupported } from './node.ts';

export type Reference = {
  /** Null: no URI, which the application would have to know. */
  readonly uri: string | null;
  readonly type: string | null;
  readonly enveloped: boolean;
  /** Null: no transform names one. */
  readonly form: CanonicalForm | null;
  readonly algorithm: string;
  readonly digest: Buffer;
};

export type SignedInfo = { readonly form: CanonicalForm; readonly scheme: Scheme; readonly references: readonly Reference[] };

/** One costs a hash; no lawful signature of a whole document has more than a handful. */
const MAX_REFERENCES = 20;

const inherited = '{http://www.w3.org/XML/1998/namespace}';

const algorithmOf = (node: Node): string => {
  onlyAttributes(node, 'Algorithm');
  return node.attributes.get('Algorithm') ?? malformed(`${node.name} names no algorithm`);
};

/** Prefixes of an InclusiveNamespaces; null without one. */
const prefixesOf = (node: Node): readonly string[] | null => {
  const [first, ...more] = childrenOf(node);
  if (first === undefined) return null;
  if (!isNamed(first, exclusive, 'InclusiveNamespaces') || more.length > 0 || childrenOf(first).length > 0) {
    return unsupported(`parameters of ${node.name}`);
  }
  onlyAttributes(first, 'PrefixList');
  return (first.attributes.get('PrefixList') ?? '').split(/[\t\n\r ]+/).filter((prefix) => prefix !== '');
};

/** The form that a CanonicalizationMethod or a Transform names. */
export const formOf = (node: Node): CanonicalForm =>
  formFor(algorithmOf(node), prefixesOf(node)) ?? unsupported(`canonical form ${algorithmOf(node)}`);

const transformsOf = (node: Node | undefined): Pick<Reference, 'enveloped' | 'form'> => {
  if (node === undefined) return { enveloped: false, form: null };
  onlyAttributes(node);
  const steps = [...childrenOf(node)];
  if (steps.some((step) => !isNamed(step, ds, 'Transform'))) malformed('something else among the transforms');
  const [first] = steps;
  const isEnveloped = first !== undefined && algorithmOf(first) === enveloped;
  if (isEnveloped) {
    steps.shift();
    if (childrenOf(first).length > 0) malformed('parameters of the enveloped-signature transform');
  }
  // Exactly these and in this order: any further transform could leave something out.
  const [form, ...more] = steps;
  if (more.length > 0) return unsupported('more transforms than the profile has');
  return { enveloped: isEnveloped, form: form === undefined ? null : formOf(form) };
};

const referenceOf = (node: Node): Reference => {
  onlyAttributes(node, 'Id', 'URI', 'Type');
  const children = [...childrenOf(node)];
  const transforms = isNamed(children[0], ds, 'Transforms') ? children.shift() : undefined;
  const [method, value, ...more] = children;
  if (!isNamed(method, ds, 'DigestMethod') || !isNamed(value, ds, 'DigestValue') || more.length > 0)
    return malformed('parts of a Reference');
  if (childrenOf(method).length > 0) unsupported('parameters of a digest');
  onlyAttributes(value);
  return {
    uri: node.attributes.get('URI') ?? null,
    type: node.attributes.get('Type') ?? null,
    ...transformsOf(transforms),
    algorithm: digestFor(algorithmOf(method)) ?? unsupported(`digest ${algorithmOf(method)}`),
    digest: base64Of(textOf(value)) ?? malformed('a DigestValue that is not base64'),
  };
};

const readSignedInfo = (node: Node): SignedInfo => {
  // Inclusive C14N gives the element what it inherits: xml:lang, xml:space, xml:base (C14N 1.0 §2.4).
  onlyAttributes(node, 'Id', ...[...node.attributes.keys()].filter((name) => name.startsWith(inherited)));
  const [canonicalization, method, ...references] = childrenOf(node);
  if (!isNamed(canonicalization, ds, 'CanonicalizationMethod') || !isNamed(method, ds, 'SignatureMethod'))
    return malformed('parts of SignedInfo');
  if (references.length === 0 || references.some((one) => !isNamed(one, ds, 'Reference'))) return malformed('references of SignedInfo');
  if (references.length > MAX_REFERENCES) return unsupported('very many references');
  const scheme = methodFor(algorithmOf(method)) ?? unsupported(`signature method ${algorithmOf(method)}`);
  // HMACOutputLength and RSAPSSParams stand here; none of the methods understood has parameters.
  if (childrenOf(method).length > 0) return unsupported('parameters of the signature method');
  return { form: formOf(canonicalization), scheme, references: references.map(referenceOf) };
};

/** From canonical bytes. Throws ProfileError. */
export const signedInfoFrom = (canonical: Buffer): SignedInfo => {
  const read = withXml(canonical, (document) => readSignedInfo(nodeOf(document.root)));
  return typeof read === 'string' ? malformed('SignedInfo does not stand by itself') : read;
};
