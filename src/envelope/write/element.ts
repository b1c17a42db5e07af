/**
 * Elements to be written, and their text form. The prefix trap (domain §1.2): readers made with .NET
 * want `edXML:` on everything inside the envelope although the default namespace is the same, and a
 * namespace-aware serialiser drops exactly that prefix. So the root's default namespace is a stand-in
 * while it is serialised, and put right in the text.
 */
import { randomUUID } from 'node:crypto';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { UnknownElement } from '../types.ts';
import { qcvn } from '../wire/fields.ts';
import { xmlText } from './text.ts';

export type Content = {
  readonly name: string;
  /** `edxml` inside the envelope, `plain` for root and attachments, else a namespace of its own. */
  readonly space: 'edxml' | 'plain' | { readonly namespace: string };
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string | null;
  readonly children: Content[];
};

/** Unguessable, so that no text of a message can contain it. */
const standIn = `urn:uuid:${randomUUID()}`;

const namespaceOf = ({ space, name }: Content): readonly [string, string] => {
  if (space === 'edxml') return [qcvn, `edXML:${name}`];
  return [space === 'plain' ? standIn : space.namespace, name];
};

const addAttributes = (builder: XMLBuilder, attributes: Content['attributes']): void => {
  Object.entries(attributes).forEach(([key, value], index) => {
    const [, namespace, local] = /^\{([^}]*)\}(.*)$/.exec(key) ?? [];
    // A line break in an attribute becomes a space on reading anyway.
    const text = xmlText(value).replace(/[\t\n]/g, ' ');
    if (namespace === undefined || local === undefined) builder.att(key, text);
    else builder.att(namespace, namespace === 'http://www.w3.org/XML/1998/namespace' ? `xml:${local}` : `a${index}:${local}`, text);
  });
};

const add = (parent: XMLBuilder, content: Content): void => {
  const [namespace, name] = namespaceOf(content);
  const builder = parent.ele(namespace, name);
  addAttributes(builder, content.attributes);
  if (content.text !== null && content.text !== '') builder.txt(xmlText(content.text));
  for (const child of content.children) add(builder, child);
};

/** The whole document as text. */
export const serialise = (root: Content): string => {
  const builder = create({ version: '1.0', encoding: 'UTF-8' });
  add(builder, root);
  return builder.end({ wellFormed: true, prettyPrint: false }).replaceAll(standIn, qcvn);
};

const make = (space: Content['space'], name: string, inner: readonly (Content | null)[] | string | null): Content => ({
  name,
  space,
  attributes: {},
  text: typeof inner === 'string' ? inner : null,
  children: Array.isArray(inner) ? inner.filter((child) => child !== null) : [],
});

/** An element of the envelope that is written even when empty. */
export const part = (name: string, children: readonly (Content | null)[]): Content => make('edxml', name, children);
/** The same outside the envelope: no prefix. */
export const plain = (name: string, inner: readonly (Content | null)[] | string): Content => make('plain', name, inner);
/** Text, left out when blank. */
export const leaf = (name: string, text: string | number | null | undefined): Content | null =>
  text === null || text === undefined || text === '' ? null : make('edxml', name, String(text));
/** Children, left out when there are none. */
export const group = (name: string, children: readonly (Content | null)[]): Content | null =>
  children.some((child) => child !== null) ? part(name, children) : null;

const contentFor = (element: UnknownElement, inherited: 'edxml' | 'plain'): Content => ({
  name: element.name,
  space: element.namespace === qcvn ? inherited : { namespace: element.namespace },
  attributes: element.attributes,
  text: element.text,
  children: element.children.map((child) => contentFor(child, inherited)),
});

/** `To[2]` -> the second To. */
const stepDown = (at: Content, step: string, inherited: 'edxml' | 'plain'): Content => {
  const [, name = step, index = '1'] = /^(.*?)(?:\[(\d+)\])?$/.exec(step) ?? [];
  const found = at.children.filter((child) => child.name === name)[Number(index) - 1];
  if (found !== undefined) return found;
  const made = make(inherited, name, []);
  at.children.push(made);
  return made;
};

/** Where a place of UnknownElement begins, as a path from the root. */
const framePaths: Readonly<Record<string, string>> = {
  edXML: '',
  edXMLEnvelope: 'edXMLEnvelope',
  edXMLHeader: 'edXMLEnvelope/edXMLHeader',
  MessageHeader: 'edXMLEnvelope/edXMLHeader/MessageHeader',
  TraceHeaderList: 'edXMLEnvelope/edXMLHeader/TraceHeaderList',
  Bussiness: 'edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness',
  edXMLBody: 'edXMLEnvelope/edXMLBody',
  edXMLManifest: 'edXMLEnvelope/edXMLBody/edXMLManifest',
  AttachmentEncoded: 'AttachmentEncoded',
};

/** Puts unknown elements back where they stood, after the known ones. */
export const putBack = (root: Content, unknown: readonly UnknownElement[]): void => {
  for (const element of unknown) {
    const [first = '', ...rest] = element.parent.split('/');
    const frame = first.startsWith('Attachment[') ? `AttachmentEncoded/${first}` : (framePaths[first] ?? '');
    const steps = [...frame.split('/'), ...rest].filter((step) => step !== '');
    const inherited = steps[0] === 'edXMLEnvelope' ? 'edxml' : 'plain';
    const parent = steps.reduce((at, step) => stepDown(at, step, inherited), root);
    parent.children.push(contentFor(element, inherited));
  }
};
