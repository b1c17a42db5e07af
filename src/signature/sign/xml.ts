/**
 * Signing an XML document as a whole (W3C XML Signature 1.1): one enveloped ds:Signature with the certificate
 * in X509Data. The hub's receipts have the default form, which xmlsec1 verifies; tests and the demonstration
 * ask for others.
 */
import { createHash } from 'node:crypto';
import { digestFor, ds, enveloped, exclusive, formFor } from '../xml/algorithm.ts';
import { type CanonicalForm, canonicalDocument, canonicalElement, elements, withParsed } from '../xml/document.ts';

/** Everything by its algorithm URI. */
export type SigningForm = {
  readonly method: string;
  readonly digest: string;
  /** Of SignedInfo. */
  readonly canonicalization: string;
  /** Of the document, behind enveloped-signature; null leaves it to the default, inclusive C14N 1.0. */
  readonly transform: string | null;
  /** PrefixList of both, where they are exclusive; empty = none. */
  readonly prefixes: readonly string[];
  /** `''`, or `#id` of the root. */
  readonly uri: string;
  /** Where in the text the signature is put; null: before the end tag of the root. */
  readonly at: number | null;
  /** ds:Object elements to put into the signature, and the ids of elements in them that are signed too. */
  readonly objects: string;
  readonly signed: readonly { readonly id: string; readonly type: string }[];
};

const receiptForm: SigningForm = {
  method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  canonicalization: exclusive,
  transform: exclusive,
  prefixes: [],
  uri: '',
  at: null,
  objects: '',
  signed: [],
};

const formBehind = (uri: string | null, prefixes: readonly string[]): CanonicalForm => {
  const name = uri ?? 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
  const form = formFor(name, prefixes.length > 0 && name.startsWith(exclusive.slice(0, -1)) ? prefixes : null);
  if (form === null) throw new TypeError(`${name} is no canonical form`);
  return form;
};

const whole = (bytes: Buffer | null): Buffer => {
  if (bytes === null) throw new TypeError('The document has no canonical form');
  return bytes;
};

const hashed = (bytes: Buffer, uri: string): string => {
  const algorithm = digestFor(uri);
  if (algorithm === null) throw new TypeError(`${uri} is no digest`);
  return createHash(algorithm).update(bytes).digest('base64');
};

const tag = (name: string, uri: string, inside = ''): string =>
  inside === '' ? `<ds:${name} Algorithm="${uri}"/>` : `<ds:${name} Algorithm="${uri}">${inside}</ds:${name}>`;

const canonicalTag = (name: string, uri: string, prefixes: readonly string[]): string => {
  const takes = prefixes.length > 0 && uri.startsWith(exclusive.slice(0, -1));
  return tag(name, uri, takes ? `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="${prefixes.join(' ')}"/>` : '');
};

const reference = (uri: string, type: string, transforms: string, digestMethod: string, digest: string): string =>
  `<ds:Reference URI="${uri}"${type === '' ? '' : ` Type="${type}"`}><ds:Transforms>${transforms}</ds:Transforms>` +
  `${tag('DigestMethod', digestMethod)}<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`;

/** Canonical form of an element where it will stand, inside the signature of the whole text. */
const canonicalAt = (xml: string, at: number, xpath: string, form: CanonicalForm): Buffer =>
  withParsed(Buffer.from(xml), (document) => {
    // Another signature may stand in what is signed; ours is the one that begins at this place.
    const before = signaturesIn(xml.slice(0, at));
    const signature = elements(document, '//ds:Signature', { ds })[before];
    const [element] = signature === undefined ? [] : elements(signature, xpath, { ds });
    if (signature === undefined || element === undefined) throw new TypeError(`${xpath} did not stand where it was put`);
    return whole(canonicalElement(element, form));
  });

/** How many signatures begin before. */
const signaturesIn = (text: string): number => text.match(/<ds:Signature[\s>]/g)?.length ?? 0;

/** Without comments, as every same-document reference is (XML Signature 1.1 §4.4.3.3). */
const rootBytes = (xml: string, form: SigningForm): Buffer =>
  withParsed(Buffer.from(xml), (document) => {
    if (form.uri !== '') for (const node of document.find('/processing-instruction() | /comment()')) node.remove();
    return whole(canonicalDocument(document, { ...formBehind(form.transform, form.prefixes), withComments: false }));
  });

const pemBody = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '');

/**
 * Puts the signature where the form says and answers the signed text; the rest stays byte for byte. `sign`
 * makes the value that `form.method` names (RSASSA-PKCS1-v1_5 with SHA-256 unless it says otherwise).
 * Without `at` the root must have an end tag and nothing after it.
 */
export const signXml = async (
  xml: string,
  signer: { readonly certificate: string; sign(bytes: Uint8Array): Promise<Uint8Array> },
  asked: Partial<SigningForm> = {},
): Promise<string> => {
  const form = { ...receiptForm, ...asked };
  const at = form.at ?? /<\/[^<>]+>\s*$/.exec(xml)?.index;
  if (at === undefined) throw new Error('The document must close with the end tag of its root');
  const enveloping = (inside: string): string =>
    `${xml.slice(0, at)}<ds:Signature xmlns:ds="${ds}">${inside}</ds:Signature>${xml.slice(at)}`;
  const plain = formBehind(form.canonicalization, form.prefixes);
  const property = canonicalTag('Transform', form.canonicalization, form.prefixes);
  const properties = form.signed.map(({ id, type }) => {
    const bytes = canonicalAt(enveloping(form.objects), at, `descendant::*[@Id='${id}']`, { ...plain, withComments: false });
    return reference(`#${id}`, type, property, form.digest, hashed(bytes, form.digest));
  });
  const transforms =
    tag('Transform', enveloped) + (form.transform === null ? '' : canonicalTag('Transform', form.transform, form.prefixes));
  const signedInfo =
    `<ds:SignedInfo>${canonicalTag('CanonicalizationMethod', form.canonicalization, form.prefixes)}${tag('SignatureMethod', form.method)}` +
    `${reference(form.uri, '', transforms, form.digest, hashed(rootBytes(xml, form), form.digest))}${properties.join('')}</ds:SignedInfo>`;
  const toSign = canonicalAt(enveloping(signedInfo), at, 'ds:SignedInfo', plain);
  const value = Buffer.from(await signer.sign(toSign)).toString('base64');
  const keyInfo = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${pemBody(signer.certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
  return enveloping(`${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>${keyInfo}${form.objects}`);
};
