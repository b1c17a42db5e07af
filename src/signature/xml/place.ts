/**
 * Where the one signature stands. In an envelope that is edXML/edXMLEnvelope/edXMLHeader/Signature, as the
 * standard has it (domain §1.2, §1.7), or below the root; in any other file below the root. One elsewhere
 * may be lawful (invoices sign a part of themselves) but does not say what it signs: not judged.
 */
import type { XmlDocument, XmlElement } from 'libxml2-wasm';
import { qcvn } from '../../envelope/wire/fields.ts';
import { ds } from './algorithm.ts';
import { countOf, elements } from './document.ts';
import { type Node, nodeOf } from './parts/node.ts';

/** Signatures inside a signature (countersignatures of XAdES) are part of that one, and unsigned: never read. */
const outermost = '//ds:Signature[not(ancestor::ds:Signature)]';

export const signaturesOf = (document: XmlDocument): readonly XmlElement[] => elements(document, outermost, { ds });

const header = '/q:edXML/q:edXMLEnvelope/q:edXMLHeader';

export const isEnvelope = ({ root }: XmlDocument): boolean => root.name === 'edXML' && root.namespaceUri === qcvn;

/** What fills the header's place without being of XML-DSig: the SDK's own namespace, .NET's DigitalSignature. */
const imitations = (document: XmlDocument): readonly XmlElement[] =>
  elements(document, `${header}/*[local-name()='Signature' or local-name()='DigitalSignature']`, { q: qcvn });

export type Place =
  | { readonly kind: 'none' }
  | { readonly kind: 'several' | 'astray' }
  /** Not of XML-DSig. */
  | { readonly kind: 'imitation'; readonly node: Node }
  | {
      readonly kind: 'one';
      /** Which of the elements named Signature it is, whatever their namespaces. */
      readonly index: number;
      readonly isEnvelope: boolean;
      /** Of the root, by the attributes that are ids by custom; '' has none. */
      readonly rootIds: readonly string[];
      /** All text inside: tells which runs stand there, and that no other is taken for it. */
      readonly text: string;
    };

const idNames = ['Id', 'ID', 'id', '{http://www.w3.org/XML/1998/namespace}id'];

/** Attributes that name their element: XML-DSig has no schema to ask. */
export const idsOf = (node: Pick<Node, 'attributes'>): readonly string[] =>
  idNames.flatMap((name) => {
    const id = node.attributes.get(name);
    return id === undefined ? [] : [id];
  });

/** How many elements of the document carry this id. Only plain names are asked for. */
export const bearersOf = (document: XmlDocument, id: string): number =>
  countOf(document.root, `//@*[local-name()='Id' or local-name()='ID' or local-name()='id'][.='${id}']`);

const isInPlace = (signature: XmlElement, document: XmlDocument): boolean => {
  const { parent } = signature;
  if (parent === null) return false;
  if (parent.isSameNode(document.root)) return true;
  return isEnvelope(document) && elements(document, header, { q: qcvn }).some((one) => one.isSameNode(parent));
};

/** Throws ProfileError for an imitation with comments or instructions inside. */
export const placeIn = (document: XmlDocument): Place => {
  const found = signaturesOf(document);
  const [signature] = found;
  if (signature === undefined) {
    const others = isEnvelope(document) ? imitations(document) : [];
    if (others.length > 1) return { kind: 'several' };
    return others[0] === undefined ? { kind: 'none' } : { kind: 'imitation', node: nodeOf(others[0]) };
  }
  if (found.length > 1) return { kind: 'several' };
  if (!isInPlace(signature, document)) return { kind: 'astray' };
  const attributes = new Map(
    document.root.attrs.map((one) => [one.namespaceUri === '' ? one.name : `{${one.namespaceUri}}${one.name}`, one.value]),
  );
  return {
    kind: 'one',
    index: elements(document, "//*[local-name()='Signature']").findIndex((one) => one.isSameNode(signature)),
    isEnvelope: isEnvelope(document),
    rootIds: idsOf({ attributes }),
    text: signature.content,
  };
};
