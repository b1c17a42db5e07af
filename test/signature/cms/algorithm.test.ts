/** The table of algorithms: which identifiers are taken, what they are called, and which keys they fit. */
import { constants, createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { DerError, readWhole } from '../../../src/signature/asn1/der.ts';
import { type Der, integer, nothing, octets, oid, sequence, tagged } from '../../../src/signature/asn1/write.ts';
import {
  digestBytes,
  digestOf,
  isSignatureAlgorithm,
  isSigned,
  MAX_GATHERED,
  type Scheme,
  schemeOf,
  sha256Hex,
} from '../../../src/signature/cms/algorithm.ts';

const identifier = (id: string, ...parameters: readonly Der[]): Der => sequence(oid(id), ...parameters);
const sha = { 1: '1.3.14.3.2.26', 256: '2.16.840.1.101.3.4.2.1', 512: '2.16.840.1.101.3.4.2.3', shake: '2.16.840.1.101.3.4.2.12' } as const;
const mgf1 = '1.2.840.113549.1.1.8';
const pss = '1.2.840.113549.1.1.10';
const told = (der: Der, digest: string | null = null) => schemeOf(readWhole(der), digest);
const labelOf = (der: Der, digest: string | null = null) => told(der, digest)?.label ?? null;

describe('a digest', () => {
  it.each<readonly [string, string | null]>([
    ['1.2.840.113549.2.5', 'md5'],
    ['1.3.14.3.2.26', 'sha1'],
    ['1.3.36.3.2.1', 'ripemd160'],
    ['2.16.840.1.101.3.4.2.4', 'sha224'],
    ['2.16.840.1.101.3.4.2.1', 'sha256'],
    ['2.16.840.1.101.3.4.2.2', 'sha384'],
    ['2.16.840.1.101.3.4.2.3', 'sha512'],
    ['2.16.840.1.101.3.4.2.6', 'sha512-256'],
    ['2.16.840.1.101.3.4.2.7', 'sha3-224'],
    ['2.16.840.1.101.3.4.2.8', 'sha3-256'],
    ['2.16.840.1.101.3.4.2.9', 'sha3-384'],
    ['2.16.840.1.101.3.4.2.10', 'sha3-512'],
    ['2.16.840.1.101.3.4.2.12', 'shake256'],
    ['2.16.840.1.101.3.4.2.11', null],
  ])('%s is %s', (id, name) => {
    expect(digestOf(readWhole(identifier(id)))).toBe(name);
    expect(digestOf(readWhole(identifier(id, nothing)))).toBe(name);
    expect(digestOf(readWhole(identifier(id, integer(1))))).toBeNull();
    if (name === null) return;
    const length = name === 'shake256' ? { outputLength: 64 } : {};
    expect(digestBytes(name, Buffer.from('abc'))).toEqual(createHash(name, length).update('abc').digest());
  });
  it('is the same over pieces', () => {
    const pieces = (sink: (piece: Uint8Array) => void) => {
      for (const one of ['a', 'bc']) sink(Buffer.from(one));
    };
    expect(digestBytes('sha256', pieces)).toEqual(digestBytes('sha256', Buffer.from('abc')));
    expect(digestBytes('shake256', pieces)).toHaveLength(64);
    expect(sha256Hex(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('a signature algorithm', () => {
  const named: readonly (readonly [string, string])[] = [
    ...[4, 5, 11, 12, 13, 14, 16].map(
      (last, i) =>
        [`1.2.840.113549.1.1.${last}`, `RSA ${['MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512', 'SHA224', 'SHA512-256'][i]}`] as const,
    ),
    ...[13, 14, 15, 16].map((last, i) => [`2.16.840.1.101.3.4.3.${last}`, `RSA SHA3-${[224, 256, 384, 512][i]}`] as const),
    ...[1, 2, 3, 4].map((last, i) => [`1.2.840.10045.4.3.${last}`, `ECDSA SHA${[224, 256, 384, 512][i]}`] as const),
    ...[9, 10, 11, 12].map((last, i) => [`2.16.840.1.101.3.4.3.${last}`, `ECDSA SHA3-${[224, 256, 384, 512][i]}`] as const),
    ...[1, 2, 3, 4, 5].map((last, i) => [`0.4.0.127.0.7.1.1.4.1.${last}`, `ECDSA SHA${[1, 224, 256, 384, 512][i]}`] as const),
    ...[1, 2, 3, 4].map((last, i) => [`2.16.840.1.101.3.4.3.${last}`, `DSA SHA${[224, 256, 384, 512][i]}`] as const),
    ['1.2.840.10045.4.1', 'ECDSA SHA1'],
    ['1.2.840.10040.4.3', 'DSA SHA1'],
    ['1.3.101.112', 'Ed25519'],
    ['1.3.101.113', 'Ed448'],
  ];
  it.each(named)('%s is %s', (id, label) => {
    expect(labelOf(identifier(id), 'md5')).toBe(label);
    expect(isSignatureAlgorithm(id)).toBe(true);
  });
  it.each<readonly [string, string]>([
    ['1.2.840.113549.1.1.1', 'RSA'],
    ['1.2.840.10045.2.1', 'ECDSA'],
    ['1.2.840.10040.4.1', 'DSA'],
  ])('%s, %s, takes its digest from beside', (id, name) => {
    expect(labelOf(identifier(id), 'sha384')).toBe(`${name} SHA384`);
    expect(told(identifier(id), null)).toBeNull();
    expect(told(identifier(id), 'shake256')).toBeNull();
  });
  it('that nobody knows is none', () => {
    expect(told(identifier('1.2.3'), 'sha256')).toBeNull();
    expect(isSignatureAlgorithm('1.2.3')).toBe(false);
    expect(isSignatureAlgorithm(sha[256])).toBe(false);
  });
  it('has no odd parameters: RSA nothing or NULL, Edwards curves nothing at all', () => {
    expect(labelOf(identifier('1.2.840.113549.1.1.11', nothing))).toBe('RSA SHA256');
    expect(told(identifier('1.2.840.113549.1.1.11', integer(1)))).toBeNull();
    expect(told(identifier('1.3.101.112', nothing))).toBeNull();
    expect(told(identifier('1.3.101.113', nothing))).toBeNull();
    expect(labelOf(identifier('1.2.840.10045.4.3.2', integer(1)))).toBe('ECDSA SHA256');
    expect(told(identifier('1.3.101.112'), 'sha256')).toEqual({
      family: 'ed25519',
      mask: null,
      saltLength: 0,
      digest: null,
      label: 'Ed25519',
    });
  });
});

describe('PSS', () => {
  const digest = (id: string): Der => tagged(0, identifier(id));
  const mask = (id: string): Der => tagged(1, identifier(mgf1, identifier(id)));
  const salt = (length: number): Der => tagged(2, integer(length));
  const scheme = (...fields: readonly Der[]) => told(identifier(pss, sequence(...fields)), 'md5');
  it.each<readonly [string, readonly Der[], Partial<Scheme>]>([
    ['with nothing said', [], { digest: 'sha1', mask: 'sha1', saltLength: 20, label: 'RSA-PSS SHA1' }],
    ['with a digest', [digest(sha[256])], { digest: 'sha256', mask: 'sha1', saltLength: 20, label: 'RSA-PSS SHA256 MGF1 SHA1' }],
    [
      'with all',
      [digest(sha[256]), mask(sha[256]), salt(32), tagged(3, integer(1))],
      { digest: 'sha256', mask: 'sha256', saltLength: 32, label: 'RSA-PSS SHA256' },
    ],
    ['with another mask', [digest(sha[256]), mask(sha[512])], { digest: 'sha256', mask: 'sha512', label: 'RSA-PSS SHA256 MGF1 SHA512' }],
    ['with the longest salt', [salt(512)], { saltLength: 512 }],
  ])('%s', (_, fields, expected) => {
    expect(scheme(...fields)).toMatchObject({ family: 'pss', ...expected });
  });
  it('without parameters has the same defaults', () => {
    expect(told(identifier(pss), 'sha256')).toMatchObject({ digest: 'sha1', mask: 'sha1', saltLength: 20 });
  });
  it.each<readonly [string, readonly Der[]]>([
    ['an unknown digest', [digest('1.2.3')]],
    ['a digest of no fixed length', [digest(sha.shake)]],
    ['a mask of no fixed length', [mask(sha.shake)]],
    ['a mask with an unknown digest', [mask('1.2.3')]],
    ['another kind of mask', [tagged(1, identifier('1.2.840.113549.1.1.9', identifier(sha[256])))]],
    ['a salt beyond all measure', [salt(513)]],
  ])('with %s is not supported', (_, fields) => {
    expect(scheme(...fields)).toBeNull();
  });
  it.each<readonly [string, readonly Der[]]>([
    ['fields out of order', [mask(sha[256]), digest(sha[256])]],
    ['a field twice', [digest(sha[256]), digest(sha[256])]],
    ['another trailer', [tagged(3, integer(2))]],
    ['a fifth field', [tagged(4, integer(1))]],
    ['a field that bears no number', [integer(1)]],
  ])('with %s is malformed', (_, fields) => {
    expect(() => scheme(...fields)).toThrow(new DerError('odd PSS parameters'));
  });
});

describe('a value', () => {
  const message = Buffer.from('Nội dung');
  const feed = (sink: (piece: Uint8Array) => void) => {
    sink(message.subarray(0, 3));
    sink(message.subarray(3));
  };
  let rsa: ReturnType<typeof pair>;
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const edwards = generateKeyPairSync('ed25519');
  let made: ReturnType<typeof pair>;
  let open: ReturnType<typeof pair>;
  beforeAll(() => {
    rsa = pair();
    const paddedPair = (options: object) => generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...options });
    made = paddedPair({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 20 });
    open = paddedPair({});
  });
  const scheme = (more: Partial<Scheme>): Scheme => ({ family: 'rsa', digest: 'sha256', mask: null, saltLength: 0, label: '', ...more });
  const both = (one: Scheme, key: KeyObject, value: Uint8Array) => [isSigned(one, key, message, value), isSigned(one, key, feed, value)];

  it('holds under the key that made it, over whole content and over pieces', () => {
    const value = sign('sha256', message, rsa.privateKey);
    expect(both(scheme({}), rsa.publicKey, value)).toEqual([true, true]);
    expect(both(scheme({ digest: 'sha512' }), rsa.publicKey, value)).toEqual([false, false]);
    expect(isSigned(scheme({}), rsa.publicKey, Buffer.from('khác'), value)).toBe(false);
    expect(isSigned(scheme({}), rsa.publicKey, message, value.subarray(1))).toBe(false);
  });
  it('is never of a key of another kind', () => {
    const value = sign('sha256', message, rsa.privateKey);
    for (const family of ['ecdsa', 'ecdsa-plain', 'dsa', 'ed25519', 'ed448', 'pss'] as const)
      expect([family, ...both(scheme({ family }), rsa.publicKey, value)]).toEqual([family, false, false]);
    expect(both(scheme({ family: 'rsa' }), ec.publicKey, sign('sha256', message, ec.privateKey))).toEqual([false, false]);
  });
  it('of ECDSA is DER or plain, as the algorithm says', () => {
    const der = sign('sha256', message, ec.privateKey);
    const plain = sign('sha256', message, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(both(scheme({ family: 'ecdsa' }), ec.publicKey, der)).toEqual([true, true]);
    expect(both(scheme({ family: 'ecdsa' }), ec.publicKey, plain)).toEqual([false, false]);
    expect(both(scheme({ family: 'ecdsa-plain' }), ec.publicKey, plain)).toEqual([true, true]);
    expect(both(scheme({ family: 'ecdsa-plain' }), ec.publicKey, der)).toEqual([false, false]);
  });
  it('of Edwards curves needs the message at once', () => {
    const value = sign(null, message, edwards.privateKey);
    expect(both(scheme({ family: 'ed25519', digest: null }), edwards.publicKey, value)).toEqual([true, true]);
    const endless = (sink: (piece: Uint8Array) => void) => {
      const piece = Buffer.alloc(1024 * 1024);
      for (let given = 0; given <= MAX_GATHERED; given += piece.length) sink(piece);
    };
    expect(isSigned(scheme({ family: 'ed25519', digest: null }), edwards.publicKey, endless, value)).toBe(false);
  });
  const padded = (saltLength: number, digest = 'sha256') =>
    sign(digest, message, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  it('of PSS has the salt that is said', () => {
    const one = scheme({ family: 'pss', mask: 'sha256', saltLength: 20 });
    expect(both(one, rsa.publicKey, padded(20))).toEqual([true, true]);
    expect(both(one, rsa.publicKey, padded(32))).toEqual([false, false]);
    expect(both(one, rsa.publicKey, sign('sha256', message, rsa.privateKey))).toEqual([false, false]);
    expect(both({ ...one, mask: 'sha512' }, rsa.publicKey, padded(20))).toEqual([false, false]);
  });
  it('under a key made for PSS keeps to what the key is made for', () => {
    const value = (saltLength: number) =>
      sign('sha256', message, { key: made.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    const one = scheme({ family: 'pss', mask: 'sha256', saltLength: 20 });
    expect(both(one, made.publicKey, value(20))).toEqual([true, true]);
    expect(both({ ...one, saltLength: 32 }, made.publicKey, value(32))).toEqual([true, true]);
    expect(both({ ...one, saltLength: 10 }, made.publicKey, value(20))).toEqual([false, false]);
    expect(both({ ...one, digest: 'sha512' }, made.publicKey, value(20))).toEqual([false, false]);
    expect(both({ ...one, mask: 'sha512' }, made.publicKey, value(20))).toEqual([false, false]);
    expect(both(scheme({}), made.publicKey, value(20))).toEqual([false, false]);
  });
  it('under a key made for PSS without more, any digest', () => {
    const value = sign('sha512', message, { key: open.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 });
    expect(both(scheme({ family: 'pss', digest: 'sha512', mask: 'sha512', saltLength: 64 }), open.publicKey, value)).toEqual([true, true]);
    expect(createPublicKey(open.privateKey).asymmetricKeyType).toBe('rsa-pss');
  });
  it('of an unknown digest is none, never an error', () => {
    expect(isSigned(scheme({ digest: 'nothing' }), rsa.publicKey, message, octets(message))).toBe(false);
  });
});
