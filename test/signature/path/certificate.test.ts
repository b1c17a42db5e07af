/** Certificates read strictly (RFC 5280 4): every field where it belongs, and the words of refusal. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DerError } from '../../../src/signature/asn1/der.ts';
import {
  bits,
  boolean,
  type Der,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  tagged,
  time,
  tlv,
} from '../../../src/signature/asn1/write.ts';
import { readCertificate, readCertificates } from '../../../src/signature/path/certificate.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { at, nameDer } from './authority.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
const ecdsa = sequence(oid('1.2.840.10045.4.3.2'));
const validity = sequence(time(at('2020-01-01')), time(at('2036-01-01')));

type Parts = {
  readonly version?: readonly Der[];
  readonly serial?: Der;
  readonly inner?: Der;
  readonly spki?: Der;
  readonly rest?: readonly Der[];
  readonly extensions?: readonly Der[];
  readonly value?: Der;
  readonly more?: readonly Der[];
};
const written = (parts: Parts = {}): Der => {
  const tbs = sequence(
    ...(parts.version ?? [tagged(0, integer(2))]),
    parts.serial ?? integer(Buffer.from('00ff', 'hex')),
    parts.inner ?? ecdsa,
    nameDer('Issuer'),
    validity,
    nameDer('Subject'),
    parts.spki ?? spki,
    ...(parts.rest ?? []),
    ...(parts.extensions === undefined ? [] : [tagged(3, sequence(...parts.extensions))]),
  );
  return sequence(tbs, ecdsa, parts.value ?? bits(sign('sha256', tbs, keys.privateKey)), ...(parts.more ?? []));
};
const read = (parts: Parts = {}) => readCertificate(written(parts));
const refused = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return error.message;
  }
  return 'taken';
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a certificate', () => {
  it('has its fields', () => {
    const one = read();
    expect(one).toMatchObject({
      version: 3,
      serial: 'FF',
      subject: { text: 'CN=Subject' },
      issuer: { text: 'CN=Issuer' },
      isAuthority: false,
    });
    expect(one).toMatchObject({
      notBefore: at('2020-01-01'),
      notAfter: at('2036-01-01'),
      pathLength: null,
      keyUsage: null,
      purposes: null,
    });
    expect(one).toMatchObject({ subjectKeyId: null, authorityKeyId: null });
    expect([hex(one.serialBytes), hex(one.subjectDer), hex(one.issuerDer), hex(one.spki)]).toEqual([
      ...['00ff', hex(nameDer('Subject')), hex(nameDer('Issuer')), hex(spki)],
    ]);
    expect(one.key?.equals(keys.publicKey)).toBe(true);
    expect(one.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
  it.each<readonly [readonly Der[], number]>([
    [[], 1],
    [[tagged(0, integer(0))], 1],
    [[tagged(0, integer(1))], 2],
    [[tagged(0, integer(2))], 3],
  ])('of version %s is %d', (version, expected) => {
    expect(read({ version }).version).toBe(expected);
  });
  it('is a copy: what becomes of the file does not touch it', () => {
    const source = Buffer.from(written());
    const one = readCertificate(source);
    source.fill(0);
    expect(one.der[0]).toBe(0x30);
  });
  it.each<readonly [string, Der, string]>([
    ['with more fields', written({ more: [nothing] }), 'not a certificate'],
    ['of one field', sequence(sequence()), 'not a certificate'],
    ['of none', sequence(), 'not a certificate'],
    ['whose algorithms differ', written({ inner: sequence(oid('1.2.840.10045.4.3.3')) }), 'the two algorithm identifiers differ'],
    [
      'whose algorithms differ by NULL',
      written({ inner: sequence(oid('1.2.840.10045.4.3.2'), nothing) }),
      'the two algorithm identifiers differ',
    ],
    [
      'that ends after its number',
      sequence(sequence(tagged(0, integer(2)), integer(1)), ecdsa, bits(Buffer.alloc(1))),
      'the two algorithm identifiers differ',
    ],
    [
      'without a key',
      sequence(sequence(tagged(0, integer(2)), integer(1), ecdsa, nameDer('A'), validity, nameDer('B')), ecdsa, bits(Buffer.alloc(1))),
      'not a certificate',
    ],
    ['with something behind it', Buffer.concat([written(), Buffer.alloc(1)]), 'bytes after the element'],
    ['whose signature is none', written({ value: octets(Buffer.alloc(9)) }), 'expected a BIT STRING'],
  ])('%s is none', (_, der, message) => {
    expect(refused(() => readCertificate(der))).toBe(message);
  });
  it('whose signature has odd bits is read, and holds under no key', () => {
    expect(read({ value: tlv(3, Buffer.from('01ff', 'hex')) }).signature).toHaveLength(0);
    expect(hex(read({ value: bits(Buffer.from('aabb', 'hex')) }).signature)).toBe('aabb');
  });
  it('with a key that nobody knows, or whose curve is spelt out, has none', () => {
    expect(read({ spki: sequence(sequence(oid('1.2.3')), bits(Buffer.alloc(9))) }).key).toBeNull();
    const spelt = sequence(sequence(oid('1.2.840.10045.2.1'), sequence(integer(1))), bits(Buffer.alloc(65, 4)));
    expect(read({ spki: spelt }).key).toBeNull();
    expect(read({ spki: sequence(sequence(oid('1.2.840.10045.2.1')), bits(Buffer.alloc(65, 4))) }).key).toBeNull();
  });
});

describe('an extension', () => {
  const usage = (value: Der) => read({ extensions: [extension('2.5.29.15', true, value)] }).keyUsage;
  it.each<readonly [Der, readonly number[]]>([
    [bits(Buffer.from([0xc0]), 6), [0, 1]],
    [bits(Buffer.from([0x06]), 1), [5, 6]],
    [bits(Buffer.from([0x00, 0x80]), 7), [8]],
    [bits(Buffer.from([0xff, 0xff])), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]],
    [bits(Buffer.from([])), []],
  ])('of key usage has its bits', (value, expected) => {
    expect([...(usage(value) ?? [])]).toEqual(expected);
  });
  it('of key usage is bits', () => {
    expect(refused(() => usage(octets(Buffer.from([1]))))).toBe('key usage is a BIT STRING');
  });
  it.each<readonly [Der, boolean, number | null]>([
    [sequence(), false, null],
    [sequence(boolean(true)), true, null],
    [sequence(boolean(false)), false, null],
    [sequence(boolean(true), integer(0)), true, 0],
    [sequence(boolean(true), integer(5)), true, 5],
    [sequence(integer(3)), false, 3],
  ])('of basic constraints', (value, isAuthority, pathLength) => {
    expect(read({ extensions: [extension('2.5.29.19', true, value)] })).toMatchObject({ isAuthority, pathLength });
  });
  it('of key identifiers', () => {
    const own = extension('2.5.29.14', false, octets(Buffer.from('0a0b', 'hex')));
    const above = extension('2.5.29.35', false, sequence(implicit(2, Buffer.from([1])), implicit(0, Buffer.from('0c', 'hex'))));
    expect(read({ extensions: [own, above] })).toMatchObject({ subjectKeyId: '0a0b', authorityKeyId: '0c' });
    expect(read({ extensions: [extension('2.5.29.35', false, sequence())] }).authorityKeyId).toBeNull();
  });
  it('of purposes, and behind the two identifiers that nobody uses', () => {
    const purposes = extension('2.5.29.37', true, sequence(oid('1.2.3'), oid('1.2.4')));
    expect(read({ rest: [implicit(1, Buffer.alloc(2)), implicit(2, Buffer.alloc(2))], extensions: [purposes] }).purposes).toEqual([
      '1.2.3',
      '1.2.4',
    ]);
    expect([...read({ extensions: [purposes] }).extensions]).toEqual([
      ['2.5.29.37', { critical: true, value: Buffer.from(sequence(oid('1.2.3'), oid('1.2.4'))) }],
    ]);
  });
});

describe('the certificates of a file', () => {
  const pem = (label: string, der: Der) => `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
  const count = (file: Uint8Array) => readCertificates(file).length;
  it.each(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])('called %s are read', (label) => {
    expect(count(Buffer.from(pem(label, written())))).toBe(1);
  });
  it('are all that can be read, or the one that the file is', () => {
    expect(count(Buffer.from(pem('CERTIFICATE', written()) + pem('CERTIFICATE', integer(1)) + pem('CERTIFICATE', written())))).toBe(2);
    expect(count(written())).toBe(1);
    expect(count(Buffer.from(pem('PRIVATE KEY', written())))).toBe(0);
    expect(count(Buffer.from(pem('PRIVATE KEY', written()) + pem('CERTIFICATE', written())))).toBe(1);
    expect(count(Buffer.from('x'))).toBe(0);
  });
});
