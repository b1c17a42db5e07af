/** OCSP answers made byte by byte (RFC 6960 §4.2), right or wrong in any part; and certificates for whoever signs them. */
import { createHash, type KeyObject } from 'node:crypto';
import type { Authority, KeyPair } from '../../../src/demo/pki.ts';
import { bits, type Der, implicit, integer, nothing, octets, oid, sequence, tagged, tlv } from '../../../src/signature/asn1/write.ts';
import { type Certificate, readCertificate } from '../../../src/signature/path/certificate.ts';
import { algorithmFor, algorithmIdentifier, signBytes } from '../../../src/signature/sign/algorithm.ts';
import { writeCertificate } from '../../../src/signature/sign/certificate.ts';
import { enumerated, generalizedTime } from '../../../src/signature/sign/crl.ts';
import { extension, keyIdentifier } from '../../../src/signature/sign/extension.ts';

export const ocspSigning = extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.9')));
export const noCheck = extension('1.3.6.1.5.5.7.48.1.5', false, nothing);

const digestOids = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1', md5: '1.2.840.113549.2.5' } as const;

export type Single = {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly status?: 'good' | 'unknown' | { readonly revokedAt: Date; readonly reason?: number };
  readonly digest?: keyof typeof digestOids;
  readonly archiveCutoff?: Date;
  readonly extensions?: readonly Der[];
};

export type Answering = {
  readonly singles: readonly Single[];
  /** Whose key signs, and how it names itself. */
  readonly by: { readonly certificate: Certificate; readonly key: KeyObject };
  readonly named?: 'name' | 'key';
  readonly producedAt: Date;
  readonly certificates?: readonly Uint8Array[];
  readonly nonce?: Uint8Array;
  readonly extensions?: readonly Der[];
};

const idOf = ({ certificate, issuer, digest = 'sha1' }: Single): Der => {
  const hash = (bytes: Uint8Array) => createHash(digest).update(bytes).digest();
  // The bits of the key are what is left of the SubjectPublicKeyInfo when node:crypto has cut out the rest.
  const { x, y, n, e } = issuer.key?.export({ format: 'jwk' }) ?? {};
  const number = (text: unknown): Buffer => Buffer.from(String(text), 'base64url');
  const key = n === undefined ? Buffer.concat([Buffer.from([4]), number(x), number(y)]) : sequence(integer(number(n)), integer(number(e)));
  return sequence(
    sequence(oid(digestOids[digest]), nothing),
    octets(hash(issuer.subjectDer)),
    octets(hash(key)),
    integer(Buffer.from(certificate.serial, 'hex')),
  );
};

const statusOf = (status: Single['status'] = 'good'): Der => {
  if (status === 'good') return implicit(0, new Uint8Array());
  if (status === 'unknown') return implicit(2, new Uint8Array());
  const reason = status.reason === undefined ? [] : [tagged(0, enumerated(status.reason))];
  return tlv(0xa1, generalizedTime(status.revokedAt), ...reason);
};

const singleOf = (single: Single): Der => {
  const extensions = [
    ...(single.archiveCutoff === undefined ? [] : [extension('1.3.6.1.5.5.7.48.1.6', false, generalizedTime(single.archiveCutoff))]),
    ...(single.extensions ?? []),
  ];
  return sequence(
    idOf(single),
    statusOf(single.status),
    generalizedTime(single.thisUpdate),
    ...(single.nextUpdate === undefined ? [] : [tagged(0, generalizedTime(single.nextUpdate))]),
    ...(extensions.length === 0 ? [] : [tagged(1, sequence(...extensions))]),
  );
};

const responderOf = ({ by: { certificate }, named = 'name' }: Answering): Der => {
  if (named === 'name' || certificate.key === null) return tagged(1, certificate.subjectDer);
  return tagged(2, octets(keyIdentifier(certificate.key)));
};

/** BasicOCSPResponse alone, as signatures embed it. */
export const basicAnswer = (answering: Answering): Der => {
  const extensions = [
    ...(answering.nonce === undefined ? [] : [extension('1.3.6.1.5.5.7.48.1.2', false, octets(answering.nonce))]),
    ...(answering.extensions ?? []),
  ];
  const tbs = sequence(
    responderOf(answering),
    generalizedTime(answering.producedAt),
    sequence(...answering.singles.map(singleOf)),
    ...(extensions.length === 0 ? [] : [tagged(1, sequence(...extensions))]),
  );
  const algorithm = algorithmFor(answering.by.key);
  const certificates = answering.certificates ?? [];
  return sequence(
    tbs,
    algorithmIdentifier(algorithm),
    bits(signBytes(tbs, answering.by.key, algorithm)),
    ...(certificates.length === 0 ? [] : [tagged(0, sequence(...certificates))]),
  );
};

/** OCSPResponse with that status; only `successful` (0) carries the answer. */
export const response = (basic: Der | null, status = 0): Der =>
  sequence(enumerated(status), ...(basic === null ? [] : [tagged(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic)))]));

export const answerOf = (answering: Answering): Der => response(basicAnswer(answering));

export type Delegate = { readonly certificate: Certificate; readonly key: KeyObject };

/** Somebody whom `under` has certified, by default for OCSP and never to be asked about. */
export const delegateOf = (
  under: Authority,
  keys: KeyPair,
  validFrom: Date,
  validTo: Date,
  extensions: readonly Der[] = [ocspSigning, noCheck],
): Delegate => ({
  key: keys.privateKey,
  certificate: readCertificate(
    writeCertificate({
      subject: { country: 'VN', commonName: 'OCSP (Mô phỏng)' },
      issuer: under.name,
      subjectKey: keys.publicKey,
      issuerKey: under.keys.privateKey,
      issuerPublicKey: under.keys.publicKey,
      ...{ validFrom, validTo, extensions },
      usages: ['digitalSignature'],
    }),
  ),
});
