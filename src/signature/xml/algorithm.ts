/**
 * The algorithm URIs of XML signatures (W3C XML Signature 1.1 §6, RFC 9231) that are understood. Whatever
 * is not in these tables is `unsupported`: XPath, XSLT and base64 transforms, and every HMAC, which is
 * nobody's signature. Whether an algorithm is strong enough is `cms/strength.ts`.
 */
import type { Scheme } from '../cms/algorithm.ts';
import { type CanonicalForm, canonicalModes } from './document.ts';

export const ds = 'http://www.w3.org/2000/09/xmldsig#';
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const more2021 = 'http://www.w3.org/2021/04/xmldsig-more#';
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#';
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export const enveloped = `${ds}enveloped-signature`;

/** Names of node:crypto. */
const digests: ReadonlyMap<string, string> = new Map([
  [`${more}md5`, 'md5'],
  [`${ds}sha1`, 'sha1'],
  [`${more}sha224`, 'sha224'],
  [`${xmlenc}sha256`, 'sha256'],
  [`${more}sha384`, 'sha384'],
  [`${xmlenc}sha512`, 'sha512'],
  [`${xmlenc}ripemd160`, 'ripemd160'],
  ...(['224', '256', '384', '512'] as const).map((bits) => [`${more2007}sha3-${bits}`, `sha3-${bits}`] as const),
]);

/** The digest of node:crypto behind a DigestMethod; null when it is not understood. */
export const digestFor = (uri: string): string | null => digests.get(uri) ?? null;

/** Bytes of a digest by its name in node:crypto. */
export const digestBytes: Readonly<Record<string, number>> = {
  md5: 16,
  ...{ sha1: 20, ripemd160: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 },
  ...{ 'sha3-224': 28, 'sha3-256': 32, 'sha3-384': 48, 'sha3-512': 64 },
};

const rsa = (digest: string): Scheme => ({ family: 'rsa', digest, mask: null, saltLength: 0, label: `RSA ${digest.toUpperCase()}` });
/** RFC 9231 2.3.9: MGF1 with the same digest, a salt as long as it. */
const pss = (digest: string): Scheme => ({
  family: 'pss',
  digest,
  mask: digest,
  saltLength: digestBytes[digest] ?? 0,
  label: `RSA-PSS ${digest.toUpperCase()}`,
});
/** RFC 9231 2.3.6: r and s, each as long as the order, one after the other; never the SEQUENCE of CMS. */
const ecdsa = (digest: string): Scheme => ({
  family: 'ecdsa-plain',
  digest,
  mask: null,
  saltLength: 0,
  label: `ECDSA ${digest.toUpperCase()}`,
});

const bits = ['224', '256', '384', '512'] as const;
const methods: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  [`${more}rsa-md5`, rsa('md5')],
  [`${ds}rsa-sha1`, rsa('sha1')],
  [`${more}rsa-ripemd160`, rsa('ripemd160')],
  [`${more}ecdsa-sha1`, ecdsa('sha1')],
  [`${more2007}sha1-rsa-MGF1`, pss('sha1')],
  ...bits.flatMap((size): [string, Scheme][] => [
    [`${more}rsa-sha${size}`, rsa(`sha${size}`)],
    [`${more}ecdsa-sha${size}`, ecdsa(`sha${size}`)],
    [`${more2007}sha${size}-rsa-MGF1`, pss(`sha${size}`)],
    [`${more2007}sha3-${size}-rsa-MGF1`, pss(`sha3-${size}`)],
    [`${more2021}ecdsa-sha3-${size}`, ecdsa(`sha3-${size}`)],
  ]),
  [`${more2021}eddsa-ed25519`, { family: 'ed25519', digest: null, mask: null, saltLength: 0, label: 'Ed25519' }],
]);

/** The scheme behind a SignatureMethod; null when it is not understood. */
export const methodFor = (uri: string): Scheme | null => methods.get(uri) ?? null;

const forms: ReadonlyMap<string, CanonicalForm['mode']> = new Map([
  ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', canonicalModes.inclusive],
  ['http://www.w3.org/2006/12/xml-c14n11', canonicalModes.inclusive11],
  [exclusive.slice(0, -1), canonicalModes.exclusive],
]);

/** XML Signature 1.1 §4.4.3.2: what an octet stream is made with where no transform says. */
export const defaultForm: CanonicalForm = { mode: canonicalModes.inclusive, withComments: false, prefixes: [] };

/** The canonical form behind its URI; null when it is none. A PrefixList belongs to the exclusive one only. */
export const formFor = (uri: string, prefixes: readonly string[] | null): CanonicalForm | null => {
  const withComments = uri.endsWith('#WithComments');
  const mode = forms.get(uri.replace(/#(?:WithComments)?$/, ''));
  if (mode === undefined || (prefixes !== null && mode !== canonicalModes.exclusive)) return null;
  // The exclusive one's own URI ends in `#`; the others' do not.
  if (!withComments && uri.endsWith('#') !== (mode === canonicalModes.exclusive)) return null;
  return { mode, withComments, prefixes: prefixes ?? [] };
};
