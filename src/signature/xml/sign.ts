/**
 * Signing an XML document as a whole (W3C XML Signature 1.1): an enveloped ds:Signature, exclusive C14N,
 * RSA-SHA256, the certificate in X509Data. Used for the hub's receipts; xmlsec1 verifies the result.
 */
import { createHash } from 'node:crypto';
import { ParseOption, XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm';

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const form = { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, withComments: false } as const;

/** libxml2 keeps documents outside the garbage collector's reach: each is disposed where it was opened. */
const withDocument = (xml: string, use: (document: XmlDocument) => string): string => {
  const document = XmlDocument.fromString(xml, { option: ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET });
  try {
    return use(document);
  } finally {
    document.dispose();
  }
};

const canonicalDocument = (xml: string): string => withDocument(xml, (document) => document.canonicalizeToString(form));

/** SignedInfo in canonical form where it will stand, inside the signed document. */
const canonicalSignedInfo = (xml: string): string =>
  withDocument(xml, (document) => {
    const [signedInfo] = document.root.find('/*/ds:Signature[last()]/ds:SignedInfo', { ds });
    if (!(signedInfo instanceof XmlElement)) throw new Error('SignedInfo did not stand where it was put');
    return signedInfo.canonicalizeToString(form);
  });

const signedInfoFor = (digest: string): string =>
  `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${exclusive}"/>` +
  `<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>` +
  `<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="${ds}enveloped-signature"/>` +
  `<ds:Transform Algorithm="${exclusive}"/></ds:Transforms>` +
  `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>` +
  `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;

const pemBody = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '');

/**
 * Puts the signature before the end tag of the root and answers the signed text; the rest stays byte for
 * byte. `sign` makes RSASSA-PKCS1-v1_5 with SHA-256. The root must have an end tag and nothing after it.
 */
export const signXml = async (
  xml: string,
  signer: { readonly certificate: string; sign(bytes: Uint8Array): Promise<Uint8Array> },
): Promise<string> => {
  const end = /<\/[^<>]+>\s*$/.exec(xml);
  if (end === null) throw new Error('The document must close with the end tag of its root');
  const enveloped = (signature: string): string => `${xml.slice(0, end.index)}${signature}${xml.slice(end.index)}`;
  const signedInfo = signedInfoFor(createHash('sha256').update(canonicalDocument(xml)).digest('base64'));
  const open = `<ds:Signature xmlns:ds="${ds}">`;
  const toSign = canonicalSignedInfo(enveloped(`${open}${signedInfo}</ds:Signature>`));
  const value = Buffer.from(await signer.sign(Buffer.from(toSign, 'utf8'))).toString('base64');
  return enveloped(
    `${open}${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>` +
      `<ds:X509Certificate>${pemBody(signer.certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`,
  );
};
