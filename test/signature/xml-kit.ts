/** Signers of every kind that XML signatures have, and what our verifier says of a text. */
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { certificatePem, fingerprint, makePki, type Pki } from '../../src/demo/pki.ts';
import type { VerificationContext } from '../../src/signature/context.ts';
import { trustFrom } from '../../src/signature/path/trust.ts';
import type { SignatureProof } from '../../src/signature/proof.ts';
import { writeCertificate } from '../../src/signature/sign/certificate.ts';
import { type SigningForm, signXml } from '../../src/signature/sign/xml.ts';
import { verifyXml, type XmlProof } from '../../src/signature/xml/verify.ts';
import { bytesOf, now } from './kit.ts';

export const ds = 'http://www.w3.org/2000/09/xmldsig#';
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const more2021 = 'http://www.w3.org/2021/04/xmldsig-more#';
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#';

export const forms = {
  inclusive: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  inclusiveComments: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  inclusive11: 'http://www.w3.org/2006/12/xml-c14n11',
  inclusive11Comments: 'http://www.w3.org/2006/12/xml-c14n11#WithComments',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  exclusiveComments: 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
} as const;

export const digests = {
  sha1: `${ds}sha1`,
  sha224: `${more}sha224`,
  sha256: `${xmlenc}sha256`,
  sha384: `${more}sha384`,
  sha512: `${xmlenc}sha512`,
  'sha3-256': `${more2007}sha3-256`,
} as const;

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
type Method = {
  readonly uri: string;
  readonly key: 'rsa' | 'p256' | 'p384' | 'p521' | 'ed25519';
  readonly digest: string | null;
  readonly pss?: number;
};

/** By the name of the last part of the URI. */
export const methods: Readonly<Record<string, Method>> = {
  'rsa-sha1': { uri: `${ds}rsa-sha1`, key: 'rsa', digest: 'sha1' },
  'rsa-sha224': { uri: `${more}rsa-sha224`, key: 'rsa', digest: 'sha224' },
  'rsa-sha256': { uri: `${more}rsa-sha256`, key: 'rsa', digest: 'sha256' },
  'rsa-sha384': { uri: `${more}rsa-sha384`, key: 'rsa', digest: 'sha384' },
  'rsa-sha512': { uri: `${more}rsa-sha512`, key: 'rsa', digest: 'sha512' },
  'ecdsa-sha256': { uri: `${more}ecdsa-sha256`, key: 'p256', digest: 'sha256' },
  'ecdsa-sha384': { uri: `${more}ecdsa-sha384`, key: 'p384', digest: 'sha384' },
  'ecdsa-sha512': { uri: `${more}ecdsa-sha512`, key: 'p521', digest: 'sha512' },
  'sha256-rsa-MGF1': { uri: `${more2007}sha256-rsa-MGF1`, key: 'rsa', digest: 'sha256', pss: 32 },
  'sha512-rsa-MGF1': { uri: `${more2007}sha512-rsa-MGF1`, key: 'rsa', digest: 'sha512', pss: 64 },
  'ecdsa-sha3-256': { uri: `${more2021}ecdsa-sha3-256`, key: 'p256', digest: 'sha3-256' },
  'eddsa-ed25519': { uri: `${more2021}eddsa-ed25519`, key: 'ed25519', digest: null },
};

const makeKeys = (): Readonly<Record<Method['key'], Pair>> => ({
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: generateKeyPairSync('ed25519'),
});

const certificateFor = ({ publicKey }: Pair, { issuing }: Pki, name: string): Uint8Array =>
  writeCertificate({
    subject: { country: 'VN', organisation: 'UBND tỉnh Mẫu', commonName: name },
    issuer: issuing.name,
    subjectKey: publicKey,
    issuerKey: issuing.keys.privateKey,
    issuerPublicKey: issuing.keys.publicKey,
    validFrom: new Date(now.getTime() - 86_400_000),
    validTo: new Date(now.getTime() + 365 * 86_400_000),
    usages: ['digitalSignature', 'nonRepudiation'],
  });

export type XmlSigner = {
  readonly method: Method;
  readonly key: KeyObject;
  /** DER. */
  readonly certificate: Uint8Array;
  value(bytes: Uint8Array): Buffer;
};

export type XmlKit = {
  readonly pki: Pki;
  /** Trusts the root; counts neither revocation nor expiry, so that a good signature is `valid`. */
  readonly context: VerificationContext;
  signer(name?: string): XmlSigner;
  signed(xml: string, asked?: Partial<SigningForm>, by?: XmlSigner): Promise<string>;
  verify(xml: string | Uint8Array, more?: Partial<VerificationContext>): XmlProof;
  /** `verdict/reason`. */
  outcome(xml: string | Uint8Array, more?: Partial<VerificationContext>): string;
};

const valueFor = ({ digest, pss }: Method, key: KeyObject, bytes: Uint8Array): Buffer => {
  const padding = pss === undefined ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss };
  const encoding = key.asymmetricKeyType === 'ec' ? { dsaEncoding: 'ieee-p1363' as const } : {};
  return sign(digest, bytes, { key, ...padding, ...encoding });
};

export const makeXmlKit = async (): Promise<XmlKit> => {
  const pki = await makePki({ now, rsaKeys: 1 });
  const keys = makeKeys();
  const trust = trustFrom({ anchors: [pki.root.certificate, pki.issuing.certificate], pins: [fingerprint(pki.root.certificate)] });
  const context = { trust, at: now, rules: { trust: true, revocation: false, expiry: true } };
  const signer: XmlKit['signer'] = (name = 'rsa-sha256') => {
    const method = methods[name];
    if (method === undefined) throw new Error(`no method ${name}`);
    const pair = keys[method.key];
    return {
      method,
      key: pair.privateKey,
      certificate: certificateFor(pair, pki, `Sở Nội vụ (${method.key})`),
      value: (bytes) => valueFor(method, pair.privateKey, bytes),
    };
  };
  const usual = signer();
  const signed: XmlKit['signed'] = (xml, asked = {}, by = usual) =>
    signXml(
      xml,
      { certificate: certificatePem(by.certificate), sign: async (bytes) => by.value(bytes) },
      { method: by.method.uri, ...asked },
    );
  const verify: XmlKit['verify'] = (xml, more = {}) => verifyXml(bytesOf(Buffer.from(xml)), { ...context, ...more });
  const outcome: XmlKit['outcome'] = (xml, more) => {
    const { verdict, reason } = verify(xml, more);
    return reason === null ? verdict : `${verdict}/${reason}`;
  };
  return { pki, context, signer, signed, verify, outcome };
};

export const only = ({ signatures }: XmlProof): SignatureProof => {
  const [first, ...rest] = signatures;
  if (first === undefined || rest.length > 0) throw new Error(`${signatures.length} signatures`);
  return first;
};
