/**
 * Signed messages of any shape, right or wrong: every field can be set, so that a test can build a CMS
 * around one bad encoding and send it down the real path.
 */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Der, integer, nothing, octets, oid, sequence, setOf, tagged, tlv } from '../../../src/signature/asn1/write.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';
import { certificatesOf, contentOf, type SignerOutcome, verifySigner } from '../../../src/signature/cms/signer.ts';
import { writeCertificate, writeName } from '../../../src/signature/sign/certificate.ts';
import { attribute } from '../../../src/signature/sign/cms.ts';

export const content = Buffer.from('Số 105/SNV-CCHC: phân bổ 1.000.000 đồng');

export const oids = {
  data: '1.2.840.113549.1.7.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  counterSignature: '1.2.840.113549.1.9.6',
  algorithmProtection: '1.2.840.113549.1.9.52',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  rsa: '1.2.840.113549.1.1.1',
  pss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
} as const;

const digestIds: Readonly<Record<string, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

/** AlgorithmIdentifier of a digest, with NULL. */
export const digestIdentifier = (digest: string): Der => sequence(oid(digestIds[digest] ?? ''), nothing);

export type Signer = { readonly certificate: Uint8Array; readonly key: KeyObject; readonly publicKey: KeyObject };

const issuerName = { country: 'VN', commonName: 'CA thử nghiệm' } as const;
const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const serialBytes = Buffer.from('3b0102030405060708', 'hex');

/** A certificate for any key, from one authority; the serial number is the same for all on purpose. */
export const signerFor = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Signer => ({
  key: privateKey,
  publicKey,
  certificate: writeCertificate({
    subject: { commonName: 'Sở Nội vụ' },
    issuer: issuerName,
    subjectKey: publicKey,
    issuerKey: issuer.privateKey,
    issuerPublicKey: issuer.publicKey,
    validFrom: new Date('2026-01-01'),
    validTo: new Date('2030-01-01'),
    usages: ['digitalSignature'],
    serial: serialBytes,
  }),
});

export const issuerAndSerial: Der = sequence(writeName(issuerName), integer(serialBytes));

export type Shape = {
  readonly signer: Signer;
  readonly digest?: string;
  /** AlgorithmIdentifier of the SignerInfo. */
  readonly digestAlgorithm?: Der;
  readonly algorithm: Der;
  /** The signature value over what is signed: the SET, or the content without signed attributes. */
  readonly value: (signed: Uint8Array) => Uint8Array;
  /** Null: none. Attributes as DER in the order in which they are to stand. */
  readonly attributes?: readonly Der[] | null;
  /** Bytes that are signed instead of the SET in DER. */
  readonly signed?: (attributes: readonly Der[]) => Uint8Array;
  /** How the attributes stand in the file. */
  readonly stored?: (attributes: readonly Der[]) => Der;
  readonly sid?: Der;
  /** How the value stands. */
  readonly valueTlv?: (value: Uint8Array) => Der;
  readonly unsigned?: readonly Der[];
  readonly certificates?: readonly Uint8Array[];
  readonly inside?: Uint8Array;
};

export const plainAttributes = (digest = 'sha256', over: Uint8Array = content): readonly Der[] => [
  attribute(oids.contentType, oid(oids.data)),
  attribute(oids.messageDigest, octets(createHash(digest).update(over).digest())),
];

const contentsOf = (attributes: readonly Der[]): Uint8Array => Buffer.concat(attributes);

export const makeCms = (shape: Shape): Uint8Array => {
  const attributes = shape.attributes === undefined ? plainAttributes(shape.digest) : shape.attributes;
  const signed = attributes === null ? content : (shape.signed ?? ((all) => setOf(...all)))(attributes);
  const stored = shape.stored ?? ((all: readonly Der[]) => tlv(0xa0, contentsOf([...all].sort(Buffer.compare))));
  const value = shape.value(signed);
  const digest = shape.digestAlgorithm ?? digestIdentifier(shape.digest ?? 'sha256');
  const info = sequence(
    integer(1),
    shape.sid ?? issuerAndSerial,
    digest,
    ...(attributes === null ? [] : [stored(attributes)]),
    shape.algorithm,
    (shape.valueTlv ?? octets)(value),
    ...(shape.unsigned === undefined ? [] : [tlv(0xa1, ...shape.unsigned)]),
  );
  const inside = shape.inside === undefined ? [] : [tagged(0, octets(shape.inside))];
  const certificates = shape.certificates ?? [shape.signer.certificate];
  return sequence(
    oid('1.2.840.113549.1.7.2'),
    tagged(0, sequence(integer(1), setOf(digest), sequence(oid(oids.data), ...inside), tlv(0xa0, ...certificates), setOf(info))),
  );
};

/** What the product says of the first signer; a message that cannot be read is `malformed-signature`, as everywhere. */
export const outcomeOf = (
  cms: Uint8Array,
  over: Uint8Array = content,
): Pick<SignerOutcome, 'fault' | 'bound' | 'algorithm' | 'certificate'> => {
  try {
    const { data, length } = readSignedData(cms);
    const [info] = data.signers;
    if (info === undefined || length !== cms.length)
      return { fault: 'malformed-signature', bound: false, algorithm: null, certificate: null };
    const known = { embedded: certificatesOf(data, { links: new Map(), certificates: new Map() }), local: [] };
    const stands = contentOf((sink) => sink(over));
    return verifySigner(info, data, stands, known);
  } catch {
    return { fault: 'malformed-signature', bound: false, algorithm: null, certificate: null };
  }
};
