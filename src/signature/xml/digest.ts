/** Whether every reference of a signature fits what it names: the root of the document, and properties inside the signature. */
import type { XmlDocument, XmlElement } from 'libxml2-wasm';
import type { RandomAccess } from '../../envelope/bytes.ts';
import { digestBytes } from '../cms/algorithm.ts';
import { defaultForm, ds } from './algorithm.ts';
import { type CanonicalForm, canonicalDocument, canonicalElement, elements, withParsed, withXml } from './document.ts';
import { withoutHops } from './hops.ts';
import { malformed, type Node, nodeOf, unsupported } from './parts/node.ts';
import { formOf, type Reference, type SignedInfo } from './parts/references.ts';
import { bearersOf, type Place, signaturesOf } from './place.ts';
import type { Skeleton } from './source/skeleton.ts';
import { digestSpliced } from './source/splice.ts';

/** The one document that is judged: where it stands, and its skeleton. */
export type Subject = {
  readonly file: RandomAccess;
  readonly skeleton: Skeleton;
  readonly place: Extract<Place, { kind: 'one' }>;
  /** The signature with the start tags around it, and nothing else (`source/isolate.ts`). */
  readonly alone: Buffer;
};

/** XML Signature 1.1 §4.4.3.3: what is named by '' or '#id' has no comments, whatever form follows. */
const withoutComments = (form: CanonicalForm | null): CanonicalForm => ({ ...(form ?? defaultForm), withComments: false });

const theSignature = (document: XmlDocument): XmlElement => signaturesOf(document)[0] ?? malformed('the signature is gone');

/** The signature as it is read: what is below comes from these bytes alone. */
export const signatureNode = ({ alone, place }: Subject): Node => {
  const read = withXml(alone, (document) => {
    const [signature, ...more] = signaturesOf(document);
    // The lexer that cut it out and the parser that found it must mean the same one.
    if (signature === undefined || more.length > 0 || signature.content !== place.text) return unsupported('it does not stand by itself');
    return nodeOf(signature);
  });
  return typeof read === 'string' ? unsupported('it does not stand by itself') : read;
};

const canonical = (bytes: Buffer | null): Buffer => bytes ?? unsupported('it has no canonical form');

/** A long run inside the signature itself is nothing that is read. */
const whole = (bytes: Buffer, { token }: Skeleton): Buffer => (bytes.includes(token) ? unsupported('a very long value') : bytes);

/** SignedInfo in the form that it names itself: what the signature value is over. */
export const canonicalSignedInfo = ({ skeleton, alone }: Subject, canonicalization: Node): Buffer =>
  withParsed(alone, (document) => {
    const signature = theSignature(document);
    const [signedInfo] = elements(signature, 'ds:SignedInfo', { ds });
    return whole(canonical(canonicalElement(signedInfo ?? malformed('no SignedInfo'), formOf(canonicalization))), skeleton);
  });

/** The names that a same-document URI may have here: none that XPath would read as more than a name. */
const plainName = /^[\p{L}_][\p{L}\p{N}._-]*$/u;

const idOf = ({ uri }: Reference): string => {
  if (uri === null || (uri !== '' && !uri.startsWith('#'))) return unsupported('a reference to elsewhere');
  const id = uri.slice(1);
  return uri === '' || plainName.test(id) ? id : unsupported('a reference that is no plain name');
};

/** What may be referenced besides the root: properties that stand inside the signature. */
const properties = ['Object', 'KeyInfo', 'SignatureProperties', 'SignatureProperty', 'SignedProperties'];

const manifest = `${ds}Manifest`;

/** Canonical bytes of the element inside the signature that a reference names. */
const propertyBytes = ({ skeleton, alone }: Subject, reference: Reference, id: string): Buffer =>
  withParsed(alone, (document) => {
    const signature = theSignature(document);
    const [element] = elements(signature, `descendant::*[@Id='${id}' or @ID='${id}' or @id='${id}' or @xml:id='${id}']`);
    if (element === undefined || !properties.includes(element.name)) return unsupported('a reference to a part of the document');
    if (reference.enveloped || reference.type === manifest) return unsupported('a manifest, or a property that takes itself away');
    return whole(canonical(canonicalElement(element, withoutComments(reference.form))), skeleton);
  });

/** Digest of the document without its signature, as it stands in `document` now. */
const rootDigest = (subject: Subject, document: XmlDocument, reference: Reference): Buffer => {
  const { skeleton, file, place } = subject;
  const bytes = canonical(canonicalDocument(document, withoutComments(reference.form)));
  const spliced = digestSpliced(bytes, skeleton, file, reference.algorithm);
  // Every run is in the hash, or is a value of the signature, which is none of the signed.
  const isWhole = spliced !== null && [...skeleton.runs.keys()].every((mark) => spliced.marks.has(mark) || place.text.includes(mark));
  return isWhole ? spliced.digest : unsupported('the runs do not fit the document');
};

/** How many hop headers had to be left out for the digest to fit; null: it does not. */
const hopsOf = (subject: Subject, reference: Reference): number | null =>
  withParsed(subject.skeleton.bytes, (document) => {
    theSignature(document).remove();
    // '#id' names the root and what is below it; '' the document with its instructions.
    if (reference.uri !== '') for (const node of document.find('/processing-instruction() | /comment()')) node.remove();
    const fits = () => rootDigest(subject, document, reference).equals(reference.digest);
    if (fits()) return 0;
    return (subject.place.isEnvelope ? withoutHops(document, fits) : 0) || null;
  });

export type Fit = {
  /** Null: a digest does not fit. */
  readonly hops: number | null;
  /** Canonical bytes of the referenced properties, whose digests fit. */
  readonly properties: readonly Buffer[];
};

/** Two elements of one name: verifier and reader could take different ones. */
const areUnique = ({ skeleton }: Subject, ids: readonly string[]): boolean =>
  ids.length === 0 || withParsed(skeleton.bytes, (document) => ids.every((id) => bearersOf(document, id) === 1));

/** Throws ProfileError for references outside the profile. */
export const fitOf = (subject: Subject, { references }: SignedInfo): Fit => {
  const named = references.map((reference) => ({ reference, id: idOf(reference) }));
  const ids = named.flatMap(({ id }) => (id === '' ? [] : [id]));
  if (!areUnique(subject, ids)) return malformed('an id that none or several elements have');
  const isRoot = (id: string) => id === '' || subject.place.rootIds.includes(id);
  const roots = named.filter(({ id }) => isRoot(id));
  const [root] = roots;
  if (root === undefined || roots.length > 1 || !root.reference.enveloped) return unsupported('not exactly one reference to the root');
  const found = named
    .filter(({ id }) => !isRoot(id))
    .map(({ reference, id }) => ({ reference, bytes: propertyBytes(subject, reference, id) }));
  const fits = found.every(({ reference, bytes }) => reference.digest.equals(digestBytes(reference.algorithm, bytes)));
  return { hops: fits ? hopsOf(subject, root.reference) : null, properties: found.map(({ bytes }) => bytes) };
};
