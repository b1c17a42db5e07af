/** What signed properties say: the time, and the digests of the signer's certificate. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ProfileError } from '../../../../src/signature/xml/parts/node.ts';
import { factsFrom, isBound, joined } from '../../../../src/signature/xml/parts/xades.ts';
import { make } from '../../path/authority.ts';

const etsi = 'http://uri.etsi.org/01903/v1.3.2#';
const ds = 'http://www.w3.org/2000/09/xmldsig#';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const sha512 = 'http://www.w3.org/2001/04/xmlenc#sha512';

const read = (inside: string, namespace = etsi) =>
  factsFrom(Buffer.from(`<SignedProperties xmlns="${namespace}" xmlns:ds="${ds}"><S>${inside}</S></SignedProperties>`));
const time = (text: string): string => `<SigningTime>${text}</SigningTime>`;
const method = (algorithm = sha256): string => `<ds:DigestMethod Algorithm="${algorithm}"/>`;
const value = '<ds:DigestValue>QUJD</ds:DigestValue>';
const certDigest = (inside: string): string => `<CertDigest>${inside}</CertDigest>`;
const signing = (inside: string, name = 'SigningCertificate'): string => `<${name}><Cert>${inside}</Cert></${name}>`;
const reason = (use: () => unknown): string => {
  try {
    use();
    return 'fine';
  } catch (thrown) {
    if (thrown instanceof ProfileError && thrown.message !== '') return thrown.reason;
    throw thrown;
  }
};

describe('the signing time', () => {
  it.each<[string, string | null]>([
    ['2026-11-20T08:30:00+07:00', '2026-11-20T01:30:00.000Z'],
    ['2026-11-20T08:30:00Z', '2026-11-20T08:30:00.000Z'],
    ['2026-11-20T08:30:00-05:30', '2026-11-20T14:00:00.000Z'],
    // A Vietnamese clock's.
    ['2026-11-20T08:30:00', '2026-11-20T01:30:00.000Z'],
    ['\n 2026-11-20T08:30:00.5Z \t', '2026-11-20T08:30:00.500Z'],
    ['2026-11-20T08:30:00.123456789Z', '2026-11-20T08:30:00.123Z'],
    ['2026-11-20T08:30:00.1234567890Z', null],
    ['2026-11-20T08:30:00.Z', null],
    ['2026-11-20T08:30Z', null],
    ['2026-11-20 08:30:00Z', null],
    ['2026-11-20', null],
    ['2026-13-20T08:30:00Z', null],
    ['x2026-11-20T08:30:00Z', null],
    ['2026-11-20T08:30:00Zx', null],
    ['2026-11-20T08:30:00+0700', null],
    ['26-11-20T08:30:00Z', null],
    ['', null],
  ])('%j is %s', (text, expected) => {
    expect(read(time(text)).claimedAt?.toISOString() ?? null).toBe(expected);
  });

  it('is the first, wherever it stands, and may be missing', () => {
    expect(read(`<a><b>${time('2026-11-20T08:30:00Z')}</b></a>${time('2025-11-20T08:30:00Z')}`).claimedAt?.getUTCFullYear()).toBe(2026);
    expect(read('<a/>')).toEqual({ claimedAt: null, certificates: [] });
    expect(read('<s:SigningTime xmlns:s="urn:vn">2026-11-20T08:30:00Z</s:SigningTime>', 'urn:vn').claimedAt).not.toBeNull();
  });
});

describe('digests of the certificate', () => {
  const one = { algorithm: 'sha256', digest: Buffer.from('ABC') };
  it('are of the first Cert of each element, of every version of the namespace', () => {
    const both = signing(certDigest(method() + value)) + signing(certDigest(value + method(sha512)), 'SigningCertificateV2');
    expect(read(both).certificates).toEqual([one, { ...one, algorithm: 'sha512' }]);
    expect(read(signing(certDigest(method() + value)), 'http://uri.etsi.org/01903/v1.1.1#').certificates).toEqual([one]);
    const second = `<SigningCertificate><Cert>${certDigest(method() + value)}</Cert><Cert>x</Cert></SigningCertificate>`;
    expect(read(second).certificates).toEqual([one]);
    expect(read(signing(`<IssuerSerial/>${certDigest(`<x/>${method()}<y/>${value}`)}`)).certificates).toEqual([one]);
    expect(read(signing(certDigest(method() + value)), 'urn:other').certificates).toEqual([]);
  });

  it.each<[string, string]>([
    ['no Cert', '<SigningCertificate/>'],
    ['an empty Cert', signing('')],
    ['no method', signing(certDigest(value))],
    ['no value', signing(certDigest(method()))],
    ['a method without a name', signing(certDigest(`<ds:DigestMethod/>${value}`))],
    ['parts of another name', signing(certDigest(`<ds:Method Algorithm="${sha256}"/>${value}`))],
    ['a value of another name', signing(certDigest(`${method()}<ds:Value>QUJD</ds:Value>`))],
    ['a digest of another name', signing(`<Digest>${method()}${value}</Digest>`)],
    ['a digest of another namespace', signing(`<CertDigest xmlns="urn:x">${method()}${value}</CertDigest>`)],
    ['a method of another namespace', signing(certDigest(`<DigestMethod Algorithm="${sha256}"/>${value}`))],
    ['a value of another namespace', signing(certDigest(`${method()}<DigestValue>QUJD</DigestValue>`))],
    ['a value that is no base64', signing(certDigest(`${method()}<ds:DigestValue>QUJ</ds:DigestValue>`))],
  ])('are malformed with %s', (_, inside) => {
    expect(reason(() => read(inside))).toBe('malformed-signature');
  });

  it('are not judged in a digest that nobody knows', () => {
    expect(reason(() => read(signing(certDigest(method('urn:x') + value))))).toBe('unsupported');
  });

  it('that do not stand by themselves are malformed', () => {
    for (const text of ['', '<a>', '<p:a/>']) expect(reason(() => factsFrom(Buffer.from(text)))).toBe('malformed-signature');
  });
});

describe('several properties', () => {
  const { certificate } = make({ name: 'Leaf' });
  const digestIn = (algorithm: string) => ({ algorithm, digest: createHash(algorithm).update(certificate.der).digest() });
  const wrong = { algorithm: 'sha256', digest: Buffer.alloc(32) };

  it('are joined: the first time, every digest', () => {
    const [early, late] = [new Date(1), new Date(2)];
    expect(joined([])).toEqual({ claimedAt: null, certificates: [] });
    const parts = [
      { claimedAt: null, certificates: [wrong] },
      { claimedAt: late, certificates: [] },
      { claimedAt: early, certificates: [digestIn('sha1')] },
    ];
    expect(joined(parts)).toEqual({ claimedAt: late, certificates: [wrong, digestIn('sha1')] });
  });

  it('bind a certificate that fits every digest', () => {
    const bound = (...certificates: readonly (typeof wrong)[]) => isBound({ claimedAt: null, certificates }, certificate);
    expect([bound(), bound(digestIn('sha256')), bound(digestIn('sha256'), digestIn('sha512'))]).toEqual([true, true, true]);
    expect([bound(wrong), bound(digestIn('sha256'), wrong), bound({ ...digestIn('sha256'), algorithm: 'sha512' })]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
