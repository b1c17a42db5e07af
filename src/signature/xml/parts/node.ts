/** The inside of a signature as plain values, raw: nothing trimmed, nothing normalised. */
import { XmlCData, XmlComment, type XmlElement, XmlElement as XmlElementNode, XmlText } from 'libxml2-wasm';
import type { Reason } from '../../proof.ts';
import { countOf } from '../document.ts';

export type Node = {
  readonly name: string;
  readonly namespace: string;
  /** By local name, or `{namespace}name` where the attribute has one. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Own text, as it stands. */
  readonly text: string;
  readonly children: readonly Node[];
};

export type XmlReason = Extract<Reason, 'malformed-signature' | 'unsupported'>;

/** Thrown and caught inside this folder: a signature that is not of the profile, and what that makes of it. */
export class ProfileError extends Error {
  readonly reason: XmlReason;
  constructor(reason: XmlReason, message: string) {
    super(message);
    this.name = 'ProfileError';
    this.reason = reason;
  }
}

export const malformed = (message: string): never => {
  throw new ProfileError('malformed-signature', message);
};
export const unsupported = (message: string): never => {
  throw new ProfileError('unsupported', message);
};

/** Far more than a signature with all its properties and certificates has. */
const MAX_NODES = 2_000;

/**
 * Comments and processing instructions are refused: readers that take only the first piece of text of a
 * value read another value than was signed, and no signer writes them.
 */
export const nodeOf = (element: XmlElement): Node => {
  if (countOf(element, 'descendant::node()') > MAX_NODES) unsupported('a signature of very many parts');
  return nodeIn(element);
};

const nodeIn = (element: XmlElement): Node => {
  const children: Node[] = [];
  let text = '';
  for (const child of element.find('child::node()')) {
    if (child instanceof XmlElementNode) children.push(nodeIn(child));
    else if (child instanceof XmlText || child instanceof XmlCData) text += child.content;
    else unsupported(child instanceof XmlComment ? 'a comment inside the signature' : 'an instruction inside the signature');
  }
  const attributes = new Map(
    element.attrs.map((one) => [one.namespaceUri === '' ? one.name : `{${one.namespaceUri}}${one.name}`, one.value]),
  );
  return { name: element.name, namespace: element.namespaceUri, attributes, text, children };
};

const blank = /^[\t\n\r ]*$/;

/** Children of an element that has nothing else inside it. */
export const childrenOf = (node: Node): readonly Node[] => {
  if (!blank.test(node.text)) malformed(`text between the elements of ${node.name}`);
  return node.children;
};

/** Text of an element that has no element inside it. */
export const textOf = (node: Node): string => {
  if (node.children.length > 0) malformed(`elements inside ${node.name}`);
  return node.text;
};

export const isNamed = (node: Node | undefined, namespace: string, name: string): node is Node =>
  node !== undefined && node.namespace === namespace && node.name === name;

/** Refuses attributes that the schema does not have: nobody checks what they say. */
export const onlyAttributes = (node: Node, ...names: readonly string[]): void => {
  for (const name of node.attributes.keys()) if (!names.includes(name)) malformed(`attribute ${name} of ${node.name}`);
};

/** Bytes of base64 with white space in it; null unless it is what an encoder writes for these bytes. */
export const base64Of = (text: string): Buffer | null => {
  const plain = text.replace(/[\t\n\r ]+/g, '');
  const bytes = Buffer.from(plain, 'base64');
  return bytes.toString('base64') === plain && plain !== '' ? bytes : null;
};
