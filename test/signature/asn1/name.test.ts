/** Distinguished names, extensions and PEM by hand. */
import { describe, expect, it } from 'vitest';
import { DerError, readWhole } from '../../../src/signature/asn1/der.ts';
import { extensionsOf } from '../../../src/signature/asn1/extension.ts';
import { nameOf } from '../../../src/signature/asn1/name.ts';
import { pemBlocks } from '../../../src/signature/asn1/pem.ts';
import { boolean, type Der, integer, octets, oid, printable, sequence, tagged, tlv, utf8 } from '../../../src/signature/asn1/write.ts';

const part = (id: string, value: Der): Der => sequence(oid(id), value);
const rdn = (...parts: readonly Der[]): Der => tlv(0x31, ...parts);
const named = (...rdns: readonly Der[]) => nameOf(readWhole(sequence(...rdns)));
const [cn, o, ou, c, email] = ['2.5.4.3', '2.5.4.10', '2.5.4.11', '2.5.4.6', '1.2.840.113549.1.9.1'];
const plain = (id: string, text: string): Der => rdn(part(id, utf8(text)));

describe('a name', () => {
  it('is told the most specific first, and by its parts', () => {
    expect(named(plain(c, 'VN'), plain(o, 'UBND tỉnh Mẫu'), plain(ou, 'Sở'), plain(cn, 'Sở Nội vụ'))).toEqual({
      text: 'CN=Sở Nội vụ, OU=Sở, O=UBND tỉnh Mẫu, C=VN',
      key: JSON.stringify([['C=vn'], ['O=ubnd tỉnh mẫu'], ['OU=sở'], ['CN=sở nội vụ']]),
      commonName: 'Sở Nội vụ',
      organisation: 'UBND tỉnh Mẫu',
      hasEmail: false,
    });
  });
  it('of nothing has nothing', () => {
    expect(named()).toEqual({ text: '', key: '[]', commonName: null, organisation: null, hasEmail: false });
  });
  it('has its last common name, without spaces around it, and none that is only spaces', () => {
    expect(named(plain(cn, 'Một'), plain(cn, ' Hai ')).commonName).toBe('Hai');
    expect(named(plain(cn, '  ')).commonName).toBeNull();
  });
  it('knows an address', () => {
    expect(named(plain(email, 'a@mau.test'), plain(cn, 'A'))).toMatchObject({ hasEmail: true, text: 'CN=A, E=a@mau.test' });
    expect(named(plain(cn, 'A')).hasEmail).toBe(false);
  });
  it.each<readonly [string, string]>([
    ['2.5.4.4', 'SN'],
    ['2.5.4.5', 'serialNumber'],
    ['2.5.4.7', 'L'],
    ['2.5.4.8', 'ST'],
    ['2.5.4.9', 'street'],
    ['2.5.4.12', 'title'],
    ['2.5.4.42', 'givenName'],
    ['2.5.4.97', 'organizationIdentifier'],
    ['0.9.2342.19200300.100.1.1', 'UID'],
    ['0.9.2342.19200300.100.1.25', 'DC'],
    ['1.2.3', '1.2.3'],
  ])('%s is called %s', (id, name) => {
    expect(named(plain(id, 'x')).text).toBe(`${name}=x`);
  });
  it('compares without case, runs of spaces, type of string and order within a part', () => {
    const key = (...rdns: readonly Der[]) => named(...rdns).key;
    expect(key(plain(cn, 'SỞ  NỘI VỤ '))).toBe(key(plain(cn, 'Sở Nội vụ')));
    expect(key(plain(cn, 'Sở Nội vụ'.normalize('NFD')))).toBe(key(plain(cn, 'Sở Nội vụ')));
    expect(key(rdn(part(cn, printable('A'))))).toBe(key(plain(cn, 'a')));
    expect(key(rdn(part(cn, utf8('A')), part(o, utf8('B'))))).toBe(key(rdn(part(o, utf8('B')), part(cn, utf8('A')))));
    expect(key(plain(cn, 'A'), plain(o, 'B'))).not.toBe(key(plain(o, 'B'), plain(cn, 'A')));
    expect(key(plain(cn, 'AB'))).not.toBe(key(plain(cn, 'A B')));
  });
  it('shows nothing that deceives, and an attribute without value as nothing', () => {
    expect(named(plain(cn, 'Sở\u202E Nội\u0000 vụ')).commonName).toBe('Sở Nội vụ');
    expect(named(rdn(sequence(oid(cn)))).text).toBe('CN=');
  });
  it('has values of sixteen kilobytes at most', () => {
    expect(named(plain(cn, 'a'.repeat(16 * 1024))).commonName).toHaveLength(16 * 1024);
    expect(() => named(plain(cn, 'a'.repeat(16 * 1024 + 1)))).toThrow(new DerError('a name without end'));
  });
});

describe('extensions', () => {
  const read = (...items: readonly Der[]) => extensionsOf(readWhole(tagged(3, sequence(...items))));
  const value = octets(Buffer.from('aa', 'hex'));
  it('are critical when they say so', () => {
    const found = read(
      sequence(oid('1.2.3'), value),
      sequence(oid('1.2.4'), boolean(true), value),
      sequence(oid('1.2.5'), boolean(false), value),
    );
    expect([...found].map(([id, one]) => [id, one.critical, Buffer.from(one.value).toString('hex')])).toEqual([
      ['1.2.3', false, 'aa'],
      ['1.2.4', true, 'aa'],
      ['1.2.5', false, 'aa'],
    ]);
    expect(extensionsOf(undefined).size).toBe(0);
  });
  it('stand once, with a value', () => {
    expect(() => read(sequence(oid('1.2.3'), value), sequence(oid('1.2.3'), value))).toThrow(new DerError('an extension stands twice'));
    expect(() => read(sequence(oid('1.2.3'), integer(1)))).toThrow(new DerError('expected an OCTET STRING'));
    expect(() => read(sequence(oid('1.2.3'), boolean(true)))).toThrow(new DerError('expected an OCTET STRING'));
  });
});

describe('PEM', () => {
  const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
  const told = (text: string) => pemBlocks(Buffer.from(text)).map(({ label, der }) => `${label} ${Buffer.from(der).toString('hex')}`);
  it.each<readonly [string, string, readonly string[]]>([
    ['one', block('CERTIFICATE', 'AQI='), ['CERTIFICATE 0102']],
    ['several, with remarks between', `ghi chú\n${block('A', 'AQ==')}x\n${block('B', 'Ag==')}`, ['A 01', 'B 02']],
    ['with line ends of any kind', block('A', 'AQ\r\nID').replaceAll('\n', '\r\n'), ['A 010203']],
    ['with a long label', block('A'.repeat(89), 'AQ=='), [`${'A'.repeat(89)} 01`]],
    ['with a label that is too long', block('A'.repeat(90), 'AQ=='), []],
    ['without an end', '-----BEGIN A-----\nAQ==\n', []],
    ['with the end of another', '-----BEGIN A-----\nAQ==\n-----END B-----\n', []],
    ['whose label never ends', '-----BEGIN A', []],
    ['of which the second has no end', `${block('A', 'AQ==')}-----BEGIN A-----\nAQ==`, ['A 01']],
    ['none', 'Kính gửi', []],
    ['of nothing', block('A', ''), ['A ']],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });
  it('is read where the bytes stand in a larger buffer', () => {
    const larger = Buffer.from(`${block('X', 'BQ==')}${block('A', 'AQ==')}`);
    const from = larger.indexOf('-----BEGIN A');
    expect(pemBlocks(larger.subarray(from)).map(({ label }) => label)).toEqual(['A']);
  });
});
