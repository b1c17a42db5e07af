/** The hub's own key and certificate, and what it signs, by another reader: node's X509Certificate. */
import { constants, createPrivateKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../../src/signature/path/certificate.ts';
import { algorithmFor, signBytes, signBytesAside } from '../../../src/signature/sign/algorithm.ts';
import { certificatePem, writeCertificate } from '../../../src/signature/sign/certificate.ts';
import { makeHubKey, rsaSigner } from '../../../src/signature/sign/own.ts';

const now = new Date('2026-11-20T09:00:00.000Z');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const message = Buffer.from('Nội dung');

describe('the hub’s own key', () => {
  let made: Awaited<ReturnType<typeof makeHubKey>>;
  let nameless: Awaited<ReturnType<typeof makeHubKey>>;
  beforeAll(async () => {
    made = await makeHubKey({ code: 'H60', name: 'tỉnh Mẫu', now });
    nameless = await makeHubKey({ code: '', name: '', now });
  });
  it('is RSA-3072 in PKCS#8, with a certificate that it signed itself', () => {
    expect(made.keyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const certificate = new X509Certificate(made.certificatePem);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect([certificate.checkPrivateKey(createPrivateKey(made.keyPem)), certificate.verify(certificate.publicKey)]).toEqual([true, true]);
    expect(certificate.subject).toBe(certificate.issuer);
    expect(certificate.ca).toBe(false);
  });
  it('is named for the hub', () => {
    expect(readCertificate(new X509Certificate(made.certificatePem).raw).subject.text).toBe(
      'CN=Trục liên thông văn bản tỉnh Mẫu, OU=H60, C=VN',
    );
    expect(readCertificate(new X509Certificate(nameless.certificatePem).raw).subject.text).toBe('CN=Trục liên thông văn bản, C=VN');
  });
  it('is good for ten years from an hour ago, and to sign', () => {
    const certificate = readCertificate(new X509Certificate(made.certificatePem).raw);
    expect([certificate.notBefore, certificate.notAfter]).toEqual([
      new Date('2026-11-20T08:00:00.000Z'),
      new Date('2036-11-20T09:00:00.000Z'),
    ]);
    expect([...(certificate.keyUsage ?? [])]).toEqual([0, 1]);
  });
  it('signs with PKCS#1 v1.5 and SHA-256', async () => {
    const value = await rsaSigner(made.keyPem)(message);
    expect(verify('sha256', message, new X509Certificate(made.certificatePem).publicKey, value)).toBe(true);
  });
  it('is no key of another kind', () => {
    const pem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => rsaSigner(pem)).toThrow(new TypeError('The hub signs with an RSA key, not ec'));
  });
});

describe('a certificate that is written', () => {
  const plain = {
    ...{ subject: { commonName: 'Sở' }, issuer: { commonName: 'CA' }, subjectKey: ec.publicKey, issuerKey: ec.privateKey },
    ...{ issuerPublicKey: ec.publicKey, validFrom: now, validTo: new Date('2051-01-01T00:00:00Z'), usages: ['digitalSignature'] as const },
  };
  const read = (more: Partial<Parameters<typeof writeCertificate>[0]> = {}) => {
    const der = writeCertificate({ ...plain, ...more });
    return { node: new X509Certificate(der), own: readCertificate(der) };
  };
  it('has every part of its name in order', () => {
    const subject = { country: 'VN', province: 'Gia Lai', organisation: 'UBND', unit: 'H60', commonName: 'Sở', email: 'a@mau.test' };
    expect(read({ subject }).node.subject).toBe('C=VN\nST=Gia Lai\nO=UBND\nOU=H60\nCN=Sở\nemailAddress=a@mau.test');
    expect(read().node).toMatchObject({ subject: 'CN=Sở', issuer: 'CN=CA' });
  });
  it.each<readonly [readonly ('digitalSignature' | 'nonRepudiation' | 'keyCertSign' | 'cRLSign')[], readonly number[]]>([
    [['digitalSignature'], [0]],
    [['nonRepudiation'], [1]],
    [
      ['keyCertSign', 'cRLSign'],
      [5, 6],
    ],
    [
      ['digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign'],
      [0, 1, 5, 6],
    ],
  ])('for %s has bits %s', (usages, expected) => {
    const { own } = read({ usages });
    expect([...(own.keyUsage ?? [])]).toEqual(expected);
    // DER: the bits that are not used are as many as there are zeros at the end (X.690 11.2.2).
    const value = own.extensions.get('2.5.29.15')?.value ?? new Uint8Array();
    expect((value[3] ?? 0) & ((1 << ((value[2] ?? 0) + 1)) - 1)).toBe(1 << (value[2] ?? 0));
  });
  it('is an authority when it says so', () => {
    expect(read().own).toMatchObject({ isAuthority: false, pathLength: null, version: 3 });
    expect(read({ authority: { pathLength: null } }).own).toMatchObject({ isAuthority: true, pathLength: null });
    expect(read({ authority: { pathLength: 0 } }).own).toMatchObject({ isAuthority: true, pathLength: 0 });
    expect(read({ authority: { pathLength: 0 }, usages: ['keyCertSign'] }).node.ca).toBe(true);
  });
  it('tells where to ask, when it is told', () => {
    const { node, own } = read({
      crlUrl: 'http://a.test/c',
      ocspUrl: 'http://a.test/o',
      issuerUrl: 'http://a.test/i',
      policy: '2.16.704.1',
    });
    expect(node.infoAccess).toBe('OCSP - URI:http://a.test/o\nCA Issuers - URI:http://a.test/i');
    expect([...own.extensions.keys()]).toEqual([
      '2.5.29.19',
      '2.5.29.15',
      '2.5.29.14',
      '2.5.29.35',
      '2.5.29.31',
      '1.3.6.1.5.5.7.1.1',
      '2.5.29.32',
    ]);
    expect([...read().own.extensions.keys()]).toEqual(['2.5.29.19', '2.5.29.15', '2.5.29.14', '2.5.29.35']);
    expect([...read({ ocspUrl: 'http://a.test/o' }).own.extensions.keys()]).toContain('1.3.6.1.5.5.7.1.1');
    expect(read({ issuerUrl: 'http://a.test/i' }).node.infoAccess).toBe('CA Issuers - URI:http://a.test/i');
  });
  it('is numbered as asked, else by sixteen bytes of chance', () => {
    expect(read({ serial: Buffer.from('0102', 'hex') }).own.serial).toBe('0102');
    const [one, other] = [read().own.serial, read().own.serial];
    expect([one, other]).toEqual([expect.stringMatching(/^3B[0-9A-F]{30}$/), expect.stringMatching(/^3B[0-9A-F]{30}$/)]);
    expect(one).not.toBe(other);
  });
  it('names the keys of both', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { own } = read({ issuerKey: other.privateKey, issuerPublicKey: other.publicKey });
    expect(own.subjectKeyId).toMatch(/^[0-9a-f]{40}$/);
    expect(own.authorityKeyId).toMatch(/^[0-9a-f]{40}$/);
    expect(own.authorityKeyId).not.toBe(own.subjectKeyId);
    expect(read().own.authorityKeyId).toBe(own.subjectKeyId);
    expect(new X509Certificate(own.der).verify(other.publicKey)).toBe(true);
  });
  it('as PEM has lines of sixty-four', () => {
    const der = writeCertificate(plain);
    expect(certificatePem(der)).toBe(new X509Certificate(der).toString());
  });
});

describe('the algorithms we sign with', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  it('go by the kind of key', () => {
    expect([algorithmFor(rsa.privateKey), algorithmFor(ec.privateKey)]).toEqual(['rsa', 'ecdsa']);
    expect(algorithmFor(generateKeyPairSync('ed25519').privateKey)).toBe('rsa');
  });
  it('are verified by node', async () => {
    expect(verify('sha256', message, ec.publicKey, signBytes(message, ec.privateKey, 'ecdsa'))).toBe(true);
    expect(verify('sha256', message, rsa.publicKey, signBytes(message, rsa.privateKey, 'rsa'))).toBe(true);
    const padded = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    expect(verify('sha256', message, padded, signBytes(message, rsa.privateKey, 'rsa-pss'))).toBe(true);
    expect(verify('sha256', message, padded, await signBytesAside(message, rsa.privateKey, 'rsa-pss'))).toBe(true);
  });
});
