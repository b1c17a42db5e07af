/** What signed attributes say of certificate and algorithms (RFC 5035, RFC 6211), field by field. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DerError, readWhole } from '../../../src/signature/asn1/der.ts';
import {
  type Der,
  integer,
  nothing,
  octets,
  oid,
  printable,
  sequence,
  setOf,
  tagged,
  tlv,
  utf8,
} from '../../../src/signature/asn1/write.ts';
import { bondTo, isIssuer, keepsAlgorithms, single } from '../../../src/signature/cms/binding.ts';
import { isPssSigned } from '../../../src/signature/cms/pss.ts';
import type { Attributes, SignerInfo } from '../../../src/signature/cms/read.ts';
import { readCertificate } from '../../../src/signature/path/certificate.ts';
import { signerFor } from './maker.ts';

const certificate = readCertificate(signerFor(generateKeyPairSync('ec', { namedCurve: 'P-256' })).certificate);
const second = '1.2.840.113549.1.9.16.2.47';
const first = '1.2.840.113549.1.9.16.2.12';
const protection = '1.2.840.113549.1.9.52';
const attributes = (id: string, ...values: readonly Der[]): Attributes => new Map([[id, values.map((one) => readWhole(one))]]);
const hash = (name: string) => octets(createHash(name).update(certificate.der).digest());
const essOf = (...fields: readonly Der[]): Der => sequence(sequence(sequence(...fields)));

describe('an attribute of one value', () => {
  it('is there once or not at all', () => {
    expect(single(new Map(), '1.2.3')).toBeUndefined();
    expect(single(attributes('1.2.3', integer(5)), '1.2.3')?.content).toEqual(Buffer.from([5]));
    const text = 'an attribute of one value has another number';
    expect(() => single(attributes('1.2.3', integer(5), integer(6)), '1.2.3')).toThrow(new DerError(text));
    expect(() => single(attributes('1.2.3'), '1.2.3')).toThrow(new DerError(text));
  });
});

describe('the issuer', () => {
  const name = (commonName: Der, country = 'VN'): Der =>
    sequence(setOf(sequence(oid('2.5.4.6'), printable(country))), setOf(sequence(oid('2.5.4.3'), commonName)));
  it('is the same to the byte or as names are compared', () => {
    expect(isIssuer(readWhole(name(utf8('CA thử nghiệm'))), certificate)).toBe(true);
    expect(isIssuer(readWhole(name(utf8('ca  THỬ nghiệm'))), certificate)).toBe(true);
    expect(isIssuer(readWhole(name(utf8('CA thử nghiệm 2'))), certificate)).toBe(false);
    expect(isIssuer(readWhole(name(utf8('CA thử nghiệm'), 'LA')), certificate)).toBe(false);
    expect(isIssuer(undefined, certificate)).toBe(false);
    // The very bytes, though they are no name that can be read.
    expect(isIssuer(readWhole(integer(1)), { ...certificate, issuerDer: integer(1) })).toBe(true);
  });
});

describe('the bond to a certificate', () => {
  const directory = (...names: readonly Der[]) => sequence(...names);
  const issuer = tagged(4, certificate.issuerDer);
  const serial = integer(certificate.serialBytes);
  it.each<readonly [string, Attributes, string]>([
    ['of nothing', new Map(), 'unbound'],
    ['by SHA-256', attributes(second, essOf(hash('sha256'))), 'bound'],
    ['by SHA-1 in the first form', attributes(first, essOf(hash('sha1'))), 'bound'],
    ['by SHA-256 in the first form', attributes(first, essOf(hash('sha256'))), 'other-certificate'],
    ['by SHA-1 in the second', attributes(second, essOf(hash('sha1'))), 'other-certificate'],
    ['by a digest that is named', attributes(second, essOf(sequence(oid('2.16.840.1.101.3.4.2.3')), hash('sha512'))), 'bound'],
    ['by one that nobody knows', attributes(second, essOf(sequence(oid('1.2.3')), hash('sha512'))), 'unknown-digest'],
    ['with issuer and serial number', attributes(second, essOf(hash('sha256'), sequence(directory(issuer), serial))), 'bound'],
    ['with another serial number', attributes(second, essOf(hash('sha256'), sequence(directory(issuer), integer(1)))), 'other-certificate'],
    ['with two issuers', attributes(second, essOf(hash('sha256'), sequence(directory(issuer, issuer), serial))), 'other-certificate'],
    [
      'with an issuer of another form',
      attributes(second, essOf(hash('sha256'), sequence(directory(tagged(1, certificate.issuerDer)), serial))),
      'other-certificate',
    ],
    ['with no issuer', attributes(second, essOf(hash('sha256'), sequence(directory(), serial))), 'other-certificate'],
    ['by both', new Map([...attributes(second, essOf(hash('sha256'))), ...attributes(first, essOf(hash('sha1')))]), 'bound'],
    [
      'by both, the first of which is another’s',
      new Map([...attributes(second, essOf(hash('sha256'))), ...attributes(first, essOf(hash('sha256')))]),
      'other-certificate',
    ],
  ])('%s', (_, given, bond) => {
    expect(bondTo(given, certificate)).toBe(bond);
  });
  it('in the first form names no digest', () => {
    expect(() => bondTo(attributes(first, essOf(sequence(oid('2.16.840.1.101.3.4.2.1')), hash('sha256'))), certificate)).toThrow(DerError);
  });
});

describe('the algorithms that are protected', () => {
  const [sha256, ecdsa] = [sequence(oid('2.16.840.1.101.3.4.2.1')), sequence(oid('1.2.840.10045.4.3.2'))];
  const info = (digest: Der, signature: Der) =>
    ({ identifiers: { digest: readWhole(digest), signature: readWhole(signature) } }) as unknown as SignerInfo;
  const inside = (der: Der) => readWhole(der).content;
  const keeps = (value: Der | null, digest = sha256, signature = ecdsa) =>
    keepsAlgorithms(info(digest, signature), value === null ? new Map() : attributes(protection, value));
  const withNull = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing);
  const withOdd = sequence(oid('2.16.840.1.101.3.4.2.1'), integer(1));
  it.each<readonly [string, Der | null, boolean]>([
    ['none', null, true],
    ['the same', sequence(sha256, tlv(0xa1, inside(ecdsa))), true],
    ['the same with NULL', sequence(withNull, tlv(0xa1, inside(ecdsa), nothing)), true],
    ['another digest', sequence(sequence(oid('2.16.840.1.101.3.4.2.3')), tlv(0xa1, inside(ecdsa))), false],
    ['another signature', sequence(sha256, tlv(0xa1, inside(sha256))), false],
    ['with parameters', sequence(withOdd, tlv(0xa1, inside(ecdsa))), false],
    ['with an odd NULL', sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), tlv(5, Buffer.from([0]))), tlv(0xa1, inside(ecdsa))), false],
    ['with an empty text', sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), utf8('')), tlv(0xa1, inside(ecdsa))), false],
    ['a MAC', sequence(sha256, tlv(0xa2, inside(ecdsa))), false],
    ['a digest alone', sequence(sha256), false],
    ['nothing at all', sequence(), false],
    ['more than both', sequence(sha256, tlv(0xa1, inside(ecdsa)), tlv(0xa2, inside(ecdsa))), false],
  ])('%s', (_, value, expected) => {
    expect(keeps(value)).toBe(expected);
  });
  it('with parameters are the same only with the same', () => {
    expect(keeps(sequence(withOdd, tlv(0xa1, inside(ecdsa))), withOdd)).toBe(true);
    expect(keeps(sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), integer(2)), tlv(0xa1, inside(ecdsa))), withOdd)).toBe(false);
    expect(keeps(sequence(sha256, tlv(0xa1, inside(ecdsa))), withOdd)).toBe(false);
  });
});

describe('PSS with another mask, by hand', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const message = createHash('sha512').update('x').digest();
  it('has no room for a longer salt than the modulus has', () => {
    const value = Buffer.alloc(128, 1);
    for (const saltLength of [61, 62, 63, 500])
      expect(isPssSigned(rsa.publicKey, message, value, { digest: 'sha512', mask: 'sha1', saltLength })).toBe(false);
  });
});
