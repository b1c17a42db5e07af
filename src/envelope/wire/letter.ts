/** The main parts of a message, found in its tree whatever their prefix and order. */
import type { UnknownElement } from '../types.ts';
import { childOf, childrenOf, qcvn, textAt, unknownFor } from './fields.ts';
import type { Element } from './tree.ts';

export type Letter = {
  readonly kind: 'document' | 'status';
  readonly header: Element | null;
  readonly traces: Element | null;
  readonly business: Element | null;
  /** Any header signature, in the XML-DSig namespace, the standard's or none; also .NET's empty DigitalSignature. */
  readonly signature: Element | null;
  readonly manifest: Element | null;
  /** In document order. */
  readonly attachments: readonly Element[];
  /** Children of the framing elements that are none of the parts above. */
  readonly strays: readonly UnknownElement[];
};

/** `cid:` is a matter of taste: the .NET form leaves it out inside Attachment. */
export const plainContentId = (text: string): string => text.replace(/^cid:/i, '').trim();

const signatureNames = new Set(['Signature', 'DigitalSignature']);

const isStatus = (header: Element | null, manifest: Element | null): boolean => {
  const addressed = childOf(header, 'To') !== null;
  const identified = textAt(header, 'DocumentId') !== '';
  if (childOf(header, 'StatusCode') !== null) return !(addressed && identified);
  return !addressed && !identified && manifest === null && childOf(header, 'ResponseFor') !== null;
};

/** Children of `frame` that the reader has no use for. */
const straysOf = (frame: Element | null, place: string, used: readonly (Element | null)[]): readonly UnknownElement[] =>
  (frame?.children ?? []).filter((child) => !used.includes(child)).map((child) => unknownFor(child, place));

export const openLetter = (root: Element): Letter => {
  const envelope = childOf(root, 'edXMLEnvelope');
  const top = childOf(envelope, 'edXMLHeader');
  const body = childOf(envelope, 'edXMLBody');
  const header = childOf(top, 'MessageHeader');
  const traces = childOf(top, 'TraceHeaderList');
  const business = childOf(traces, 'Bussiness') ?? childOf(top, 'Bussiness');
  const signature = top?.children.find(({ name }) => signatureNames.has(name)) ?? null;
  const errors = childrenOf(top, 'ErrorList');
  const manifest = childOf(body, 'edXMLManifest');
  const encoded = childOf(root, 'AttachmentEncoded') ?? childOf(envelope, 'AttachmentEncoded');
  const attachments = childrenOf(encoded, 'Attachment');
  return {
    kind: isStatus(header, manifest) ? 'status' : 'document',
    header,
    traces,
    business,
    signature,
    manifest,
    attachments,
    strays: [
      ...straysOf(root, 'edXML', [envelope, encoded]),
      ...straysOf(envelope, 'edXMLEnvelope', [top, body, encoded]),
      ...straysOf(top, 'edXMLHeader', [header, traces, business, signature, ...errors]),
      ...straysOf(body, 'edXMLBody', [manifest]),
      ...straysOf(encoded, 'AttachmentEncoded', attachments),
    ],
  };
};

/** The root must name the namespace; below it, none at all is tolerated. */
export const isEdxml = (root: Element): boolean => root.namespace === qcvn && root.name === 'edXML';
