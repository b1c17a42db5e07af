import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AlgorithmRules, algorithmRuleFault, weakness } from '../../../src/signature/cms/strength.ts';

const at = (day: string): Date => new Date(`${day}T12:00:00Z`);
const today = at('2026-11-20');
const rsa = (bits: number, publicExponent = 0x10001): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }).publicKey;
const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey;
const small = rsa(1024);
const usual = rsa(2048);

describe('the strength of algorithms', () => {
  it.each<readonly [string, string, boolean]>([
    ['md5', '2004-08-16', true],
    ['md5', '2004-08-17', false],
    ['sha1', '2013-12-31', true],
    ['sha1', '2014-01-01', false],
    ['sha224', '2030-12-31', true],
    ['sha224', '2031-01-01', false],
    ['sha256', '2045-01-01', true],
    ['sha3-512', '2045-01-01', true],
    ['whirlpool', '2026-01-01', false],
  ])('believes %s on %s: %s', (digest, day, believed) => {
    expect(weakness(digest, null, at(day)) === null).toBe(believed);
  });
  it('counts the last day whole, in UTC', () => {
    expect(weakness('sha1', null, new Date('2013-12-31T23:59:59.999Z'))).toBeNull();
    expect(weakness('sha1', null, new Date('2014-01-01T00:00:00.000Z'))).toEqual({ name: 'SHA1', until: '2013-12-31' });
  });
  it('of RSA goes by the length of the modulus', () => {
    expect(weakness('sha256', small, today)).toEqual({ name: 'RSA 1024', until: '2013-12-31' });
    expect(weakness('sha256', small, at('2012-01-01'))).toBeNull();
    expect(weakness('sha256', rsa(1536), today)).not.toBeNull();
    expect(weakness('sha256', usual, today)).toBeNull();
    expect(weakness('sha256', usual, at('2031-01-01'))).toEqual({ name: 'RSA 2048', until: '2030-12-31' });
    expect(weakness('sha256', rsa(3072), at('2045-01-01'))).toBeNull();
  });
  it('of RSA is nothing with an exponent of 1', () => {
    const jwk = usual.export({ format: 'jwk' });
    const open = createPublicKey({ key: { ...jwk, e: 'AQ' }, format: 'jwk' });
    expect(weakness('sha256', open, today)?.until).toBe('never');
    expect(weakness('sha256', rsa(2048, 3), today)).toBeNull();
  });
  it('of curves goes by their order', () => {
    for (const curve of ['P-256', 'P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP512t1', 'secp256k1']) {
      expect([curve, weakness('sha256', ec(curve), today)]).toEqual([curve, null]);
    }
    expect(weakness('sha256', ec('secp224r1'), at('2031-01-01'))).not.toBeNull();
    expect(weakness('sha256', ec('prime192v1'), today)).toMatchObject({ name: 'EC 192' });
    expect(weakness('sha256', ec('secp160r1'), today)).toMatchObject({ name: 'EC 160' });
  });
  it('of Edwards curves stands, of DSA never', () => {
    expect(weakness(null, generateKeyPairSync('ed25519').publicKey, today)).toBeNull();
    expect(weakness(null, generateKeyPairSync('ed448').publicKey, today)).toBeNull();
    const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey;
    expect(weakness('sha256', dsa, at('2005-01-01'))).toEqual({ name: 'DSA 1024', until: 'never' });
    expect(weakness('sha256', generateKeyPairSync('x25519').publicKey, today)?.until).toBe('never');
  });
});

describe('an operator’s rules', () => {
  it('replace rows and add others', () => {
    expect(weakness('sha1', small, today, { sha1: 'always', 'rsa-1024': 'always' })).toBeNull();
    expect(weakness('sha256', usual, today, { 'rsa-2048': '2025-12-31' })).toEqual({ name: 'RSA 2048', until: '2025-12-31' });
    expect(weakness('sha256', usual, today, { 'rsa-1900': 'never' })).toBeNull();
    expect(weakness('sha256', rsa(3072), today, { 'rsa-3072': 'never' })?.until).toBe('never');
    expect(weakness('sha256', rsa(3072), today, { 'rsa-4096': 'never' })).toBeNull();
    expect(weakness('sha256', null, today, { sha256: 'never' })).not.toBeNull();
  });
  it.each<readonly [string, unknown]>([
    ['sha-1', 'always'],
    ['rsa2048', 'always'],
    ['sha1', 'sometimes'],
    ['sha1', '31/12/2025'],
    ['sha1', '2025-02-30'],
    ['sha1', '2025-13-01'],
    ['sha1', 2025],
    ['rsa-2048', null],
  ])('%s: %s is refused in words', (name, last) => {
    expect(algorithmRuleFault(name, last)?.vi).toMatch(/“/);
  });
  it.each(['always', 'never', '2025-12-31'])('sha1: %s is taken', (last) => {
    expect(algorithmRuleFault('sha1', last)).toBeNull();
    expect(algorithmRuleFault('rsa-3072', last)).toBeNull();
  });
});

describe('the words for what is weak', () => {
  it.each<readonly [string, KeyObject | null, AlgorithmRules, object]>([
    ['sha1', null, {}, { name: 'SHA1', until: '2013-12-31' }],
    ['whirlpool', null, {}, { name: 'WHIRLPOOL', until: 'never' }],
    ['sha256', usual, { 'rsa-2048': 'never' }, { name: 'RSA 2048', until: 'never' }],
    ['sha256', usual, { 'rsa-2048': '2020-01-01', 'rsa-1024': 'always' }, { name: 'RSA 2048', until: '2020-01-01' }],
    ['sha256', generateKeyPairSync('ed25519').publicKey, { ed25519: 'never' }, { name: 'ED25519', until: 'never' }],
    ['sha256', generateKeyPairSync('x448').publicKey, {}, { name: 'X448', until: 'never' }],
    ['sha256', ec('P-256'), { 'ec-256': '2020-01-01' }, { name: 'EC 256', until: '2020-01-01' }],
  ])('%s', (digest, key, rules, expected) => {
    expect(weakness(digest, key, today, rules)).toEqual(expected);
  });
  it('tell the digest before the key, and nothing of what is not there', () => {
    expect(weakness('sha1', small, today)?.name).toBe('SHA1');
    expect(weakness(null, small, today)?.name).toBe('RSA 1024');
    expect(weakness(null, null, today)).toBeNull();
  });
  it('stay the same when asked again', () => {
    const rules = { 'rsa-2048': 'never' };
    for (const _ of [1, 2]) expect(weakness('sha256', usual, today, rules)).toEqual({ name: 'RSA 2048', until: 'never' });
    expect(weakness('sha256', usual, today)).toBeNull();
  });
  it('count an exponent that lets anybody sign as no strength: 1, even, less than 3', () => {
    const jwk = usual.export({ format: 'jwk' });
    const withExponent = (e: string) => weakness('sha256', createPublicKey({ key: { ...jwk, e }, format: 'jwk' }), today);
    expect(['AQ', 'Ag', 'BA', 'AQAA'].map((e) => withExponent(e)?.name)).toEqual(['RSA 0', 'RSA 0', 'RSA 0', 'RSA 0']);
    expect(['Aw', 'EQ', 'AQAB'].map(withExponent)).toEqual([null, null, null]);
  });
  it('of a key made for PSS go by its modulus', () => {
    const made = generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).publicKey;
    expect(weakness('sha256', made, today)).toEqual({ name: 'RSA 1024', until: '2013-12-31' });
  });
});

describe('what is wrong with a rule', () => {
  const unknown = (name: string) => ({ vi: `không biết thuật toán “${name}”`, en: `unknown algorithm “${name}”` });
  const needs = (name: string) => ({
    vi: `“${name}” cần một ngày yyyy-mm-dd, always hoặc never`,
    en: `“${name}” needs a day yyyy-mm-dd, always or never`,
  });
  it.each<readonly [string, unknown, object | null]>([
    ['sha-1', 'always', unknown('sha-1')],
    ['xrsa-2048', 'always', unknown('xrsa-2048')],
    ['rsa-2048x', 'always', unknown('rsa-2048x')],
    ['rsa-', 'always', unknown('rsa-')],
    ['rsa-123456', 'always', unknown('rsa-123456')],
    ['toString', 'always', unknown('toString')],
    ['sha1', 'sometimes', needs('sha1')],
    ['sha1', 'x2025-12-31', needs('sha1')],
    ['sha1', '2025-12-31x', needs('sha1')],
    ['sha1', '2025-02-30', needs('sha1')],
    ['sha1', null, needs('sha1')],
    ['dsa-12345', '2025-12-31', null],
    ['ec-1', 'never', null],
    ['sha1', 'always', null],
  ])('%s: %s', (name, last, expected) => {
    expect(algorithmRuleFault(name, last)).toEqual(expected);
  });
});
