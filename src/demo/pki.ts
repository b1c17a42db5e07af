/**
 * A PKI made at run time with the shape of the government's (spec/domain: root, one issuing authority
 * below it with pathLength 0, certificates of agencies and of persons), and a stranger's PKI of the same
 * shape that nobody trusts. Every name says that it is simulated. Keys are RSA-2048, a few reused by many
 * certificates: generating one per official would cost the demo most of its time.
 */
import { createHash, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { type CertificateName, type CertificateRequest, certificatePem, writeCertificate } from '../signature/sign/certificate.ts';
import { type RevocationReason, writeCrl } from '../signature/sign/crl.ts';
import { timeStampingPurpose } from '../signature/sign/timestamp.ts';

const makeKeyPair = promisify(generateKeyPair);
const makeRsa = (bits: number): Promise<KeyPair> => makeKeyPair('rsa', { modulusLength: bits });
const makeEc = (): Promise<KeyPair> => makeKeyPair('ec', { namedCurve: 'P-256' });

export type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/** A certification authority: its certificate (DER), its name, its keys. */
export type Authority = { readonly certificate: Uint8Array; readonly name: CertificateName; readonly keys: KeyPair };

/** Who signs: an agency's seal or a person, with the certificates above (issuing authority first, root last). */
export type Party = {
  readonly kind: 'agency' | 'person';
  readonly name: string;
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
  readonly chain: readonly Uint8Array[];
};

/** Who stamps the time: its certificate with those above, and its key. */
export type Timestamper = { readonly certificate: Uint8Array; readonly key: KeyObject; readonly chain: readonly Uint8Array[] };

/** A certificate that no longer counts from `at` on. */
export type Revoked = { readonly certificate: Uint8Array; readonly at: Date; readonly reason: RevocationReason };

export type PartyRequest = {
  readonly kind: 'agency' | 'person';
  /** Name of the agency, or the person's full name. */
  readonly name: string;
  /** For a person: the agency; for an agency: the body above it. */
  readonly organisation: string;
  readonly email?: string;
  /** Default: one year ago to four years ahead. */
  readonly validFrom?: Date;
  readonly validTo?: Date;
  /** Default `rsa`, from the pool. */
  readonly keyKind?: 'rsa' | 'ec';
  /**
   * Who issues it: the government's authority (default), its sister that publishes no list of revoked
   * certificates (so that revocation stays unknown), or the stranger's.
   */
  readonly under?: 'government' | 'sister' | 'stranger';
  /** Anything of the certificate that a test wants otherwise (usages, policy, addresses). */
  readonly certificate?: Partial<CertificateRequest>;
};

export type Pki = {
  readonly root: Authority;
  readonly issuing: Authority;
  readonly sister: Authority;
  /** The time-stamping authority, under the government's. */
  readonly timestamper: Timestamper;
  readonly strangerRoot: Authority;
  readonly strangerIssuing: Authority;
  issue(request: PartyRequest): Party;
  /** DER of the lists of the root and of the issuing authority, new at `at` and good for a week. */
  revocationLists(revoked: readonly Revoked[], at: Date): readonly Uint8Array[];
};

const year = 365 * 86_400_000;
const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms);
const body = 'Ban Cơ yếu Chính phủ (Mô phỏng)';
// Names of the .test domain are never resolved (RFC 6761): nothing can be fetched by mistake.
const addresses = {
  crlUrl: 'http://ca.mophong.test/pki/pub/crl/cqnn.crl',
  ocspUrl: 'http://ocsp.mophong.test/',
  issuerUrl: 'http://ca.mophong.test/pki/pub/crt/rootca.crt',
  policy: '2.16.704.1.1.1.1.1',
};

const makeRoot = (name: CertificateName, keys: KeyPair, now: Date): Authority => ({
  name,
  keys,
  certificate: writeCertificate({
    subject: name,
    issuer: name,
    subjectKey: keys.publicKey,
    issuerKey: keys.privateKey,
    issuerPublicKey: keys.publicKey,
    validFrom: after(now, -8 * year),
    validTo: after(now, 20 * year),
    authority: { pathLength: null },
    usages: ['keyCertSign', 'cRLSign'],
  }),
});

const makeIssuing = (name: CertificateName, keys: KeyPair, root: Authority, now: Date): Authority => ({
  name,
  keys,
  certificate: writeCertificate({
    subject: name,
    issuer: root.name,
    subjectKey: keys.publicKey,
    issuerKey: root.keys.privateKey,
    issuerPublicKey: root.keys.publicKey,
    validFrom: after(now, -8 * year),
    validTo: after(now, 15 * year),
    authority: { pathLength: 0 },
    usages: ['keyCertSign', 'cRLSign'],
    ...addresses,
  }),
});

const subjectFor = (request: PartyRequest): CertificateName => ({
  country: 'VN',
  organisation: request.organisation,
  commonName: request.name,
  ...(request.email === undefined ? {} : { email: request.email }),
});

const issueFrom = (issuer: Authority, root: Authority, keys: KeyPair, request: PartyRequest, now: Date): Party => ({
  kind: request.kind,
  name: request.name,
  key: keys.privateKey,
  chain: [issuer.certificate, root.certificate],
  certificate: writeCertificate({
    subject: subjectFor(request),
    issuer: issuer.name,
    subjectKey: keys.publicKey,
    issuerKey: issuer.keys.privateKey,
    issuerPublicKey: issuer.keys.publicKey,
    validFrom: request.validFrom ?? after(now, -year),
    validTo: request.validTo ?? after(now, 4 * year),
    usages: ['digitalSignature', 'nonRepudiation'],
    ...addresses,
    ...request.certificate,
  }),
});

const listsOf = (authorities: readonly Authority[], revoked: readonly Revoked[], at: Date): readonly Uint8Array[] =>
  authorities.map(({ name, keys, certificate }) => {
    const issuer = new X509Certificate(certificate).subject;
    const own = revoked
      .map((one) => ({ ...one, parsed: new X509Certificate(one.certificate) }))
      .filter((one) => one.parsed.issuer === issuer);
    return writeCrl({
      issuer: name,
      issuerKey: keys.privateKey,
      entries: own.map((one) => ({ serial: one.parsed.serialNumber, revokedAt: one.at, reason: one.reason })),
      thisUpdate: after(at, -30_000),
      nextUpdate: after(at, 7 * 86_400_000),
      number: Math.floor(at.getTime() / 1000),
    });
  });

const stamperUnder = (issuing: Authority, root: Authority, keys: KeyPair, now: Date): Timestamper => {
  const request = { kind: 'agency', name: 'Dịch vụ cấp dấu thời gian (Mô phỏng)', organisation: body } as const;
  const certificate = { usages: ['digitalSignature'], extensions: [timeStampingPurpose] } as const;
  const { certificate: der, chain } = issueFrom(issuing, root, keys, { ...request, certificate }, now);
  return { certificate: der, key: keys.privateKey, chain };
};

/** Makes the two hierarchies, about half a second on two cores. `rsaKeys` is the size of the pool (default 4). */
export const makePki = async (options: { readonly now: Date; readonly rsaKeys?: number }): Promise<Pki> => {
  const { now } = options;
  const [hierarchy, shared, ecKeys] = await Promise.all([
    Promise.all([makeRsa(2048), makeRsa(2048), makeRsa(2048), makeRsa(2048), makeRsa(2048), makeRsa(2048)]),
    Promise.all(Array.from({ length: options.rsaKeys ?? 4 }, () => makeRsa(2048))),
    makeEc(),
  ]);
  const [rootKeys, issuingKeys, sisterKeys, stamperKeys, strangerRootKeys, strangerKeys] = hierarchy;
  const root = makeRoot({ country: 'VN', organisation: body, commonName: 'RootCA chuyên dùng Chính phủ (Mô phỏng)' }, rootKeys, now);
  const named = (commonName: string): CertificateName => ({ country: 'VN', organisation: body, commonName });
  const issuing = makeIssuing(named('CA phục vụ các cơ quan Nhà nước (Mô phỏng)'), issuingKeys, root, now);
  const sister = makeIssuing(named('CA thứ hai, chưa công bố CRL (Mô phỏng)'), sisterKeys, root, now);
  const stranger = { country: 'VN', organisation: 'Tổ chức không được công nhận (Mô phỏng)' };
  const strangerRoot = makeRoot({ ...stranger, commonName: 'Root CA tự lập (Mô phỏng)' }, strangerRootKeys, now);
  const strangerIssuing = makeIssuing({ ...stranger, commonName: 'CA tự lập (Mô phỏng)' }, strangerKeys, strangerRoot, now);
  const issuers = { government: [issuing, root], sister: [sister, root], stranger: [strangerIssuing, strangerRoot] } as const;
  let issued = 0;
  const issue = (request: PartyRequest): Party => {
    const keys = request.keyKind === 'ec' ? ecKeys : (shared[issued++ % shared.length] ?? issuingKeys);
    const [issuer, top] = issuers[request.under ?? 'government'];
    return issueFrom(issuer, top, keys, request, now);
  };
  const timestamper = stamperUnder(issuing, root, stamperKeys, now);
  const revocationLists: Pki['revocationLists'] = (revoked, at) => listsOf([root, issuing], revoked, at);
  return { root, issuing, sister, timestamper, strangerRoot, strangerIssuing, issue, revocationLists };
};

/** SHA-256 of the DER, lower-case hex: what `anchors.sha256` lists. */
export const fingerprint = (certificate: Uint8Array): string => createHash('sha256').update(certificate).digest('hex');

export { certificatePem };
