/** Whether one certificate signed another: both judges for RSA, keys that take their parameters from above, and what is remembered. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { childrenOf, readWhole } from '../../../src/signature/asn1/der.ts';
import { bits, type Der, integer, nothing, oid, sequence, time } from '../../../src/signature/asn1/write.ts';
import { type Certificate, readCertificate } from '../../../src/signature/path/certificate.ts';
import { inheritsParameters, keyUnder, type Link, linkBetween, linkBy } from '../../../src/signature/path/link.ts';
import { at, make, nameDer, newKeys } from './authority.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spkiOf = (key: KeyObject): Der => key.export({ type: 'spki', format: 'der' });
const algorithms = { sha1: '5', sha224: '14', sha256: '11', sha384: '12', sha512: '13' } as const;
type Digest = keyof typeof algorithms;

/** Of version 1: a name, a key, and whatever signature. */
const certificateOf = (spki: Der, algorithm: Der, value: (tbs: Uint8Array) => Uint8Array, name = 'X'): Certificate => {
  const validity = sequence(time(at('2020-01-01')), time(at('2036-01-01')));
  const tbs = sequence(integer(7), algorithm, nameDer('Issuer'), validity, nameDer(name), spki);
  return readCertificate(sequence(tbs, algorithm, bits(value(tbs))));
};
const rsaSigned = (digest: Digest, by = rsa.privateKey, value = (tbs: Uint8Array) => sign(digest, tbs, by)): Certificate =>
  certificateOf(spkiOf(rsa.publicKey), sequence(oid(`1.2.840.113549.1.1.${algorithms[digest]}`), nothing), value);
const issuer = rsaSigned('sha256');

describe('a link', () => {
  it.each<Digest>(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])('by RSA with %s holds under both judges', (digest) => {
    expect(linkBetween(new Map(), issuer, rsaSigned(digest))).toEqual({ signed: true, digest });
  });
  it('by another key does not', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(linkBetween(new Map(), issuer, rsaSigned('sha256', other.privateKey))).toEqual({ signed: false, digest: 'sha256' });
    expect(linkBetween(new Map(), make({ name: 'EC' }).certificate, rsaSigned('sha256'))).toEqual({ signed: false, digest: 'sha256' });
  });
  it('over other bytes does not', () => {
    const subject = rsaSigned('sha256', rsa.privateKey, () => sign('sha256', Buffer.from('khác'), rsa.privateKey));
    expect(linkBetween(new Map(), issuer, subject).signed).toBe(false);
  });
  it('by elliptic curves is judged by one', () => {
    const keys = newKeys();
    const own = make({ name: 'EC', keys });
    expect(linkBetween(new Map(), own.certificate, own.certificate)).toEqual({ signed: true, digest: 'sha256' });
  });
  it('that the second judge objects to does not hold: an issuer whose key it cannot read', () => {
    const spoilt = { ...issuer, spki: Buffer.from('3000', 'hex'), sha256: 'spoilt' };
    expect(linkBetween(new Map(), spoilt, rsaSigned('sha256'))).toEqual({ signed: false, digest: 'sha256' });
    const other = { ...issuer, spki: spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey), sha256: 'other' };
    expect(linkBetween(new Map(), other, rsaSigned('sha256'))).toEqual({ signed: false, digest: 'sha256' });
    // Of SHA-224 it has no opinion.
    expect(linkBetween(new Map(), other, rsaSigned('sha224'))).toEqual({ signed: true, digest: 'sha224' });
  });
  it('by an unknown algorithm, or under no key, is none', () => {
    const none = { signed: false, digest: null };
    const odd = certificateOf(spkiOf(rsa.publicKey), sequence(oid('1.2.3')), () => Buffer.alloc(9));
    expect(linkBetween(new Map(), issuer, odd)).toEqual(none);
    expect(linkBy(null, rsaSigned('sha256'))).toEqual(none);
    expect(linkBy(rsa.publicKey, { ...rsaSigned('sha256'), signatureAlgorithm: readWhole(integer(1)) })).toEqual(none);
    expect(linkBy(rsa.publicKey, rsaSigned('sha256'))).toEqual({ signed: true, digest: 'sha256' });
  });
});

describe('what is remembered', () => {
  it('is asked once for each pair', () => {
    const memory = new Map<string, Link>();
    const subject = rsaSigned('sha256');
    const first = linkBetween(memory, issuer, subject);
    expect(linkBetween(memory, issuer, subject)).toBe(first);
    expect([...memory]).toEqual([[`${issuer.sha256}${subject.sha256}`, first]]);
    const told = { signed: false, digest: null };
    expect(linkBetween(new Map([[`${issuer.sha256}${subject.sha256}`, told]]), issuer, subject)).toBe(told);
  });
  it('is 20,000 pairs at most', () => {
    const memory = new Map<string, Link>(Array.from({ length: 19_999 }, (_, i) => [`${i}`, { signed: false, digest: null }]));
    linkBetween(memory, issuer, rsaSigned('sha384'));
    expect(memory.size).toBe(20_000);
    linkBetween(memory, issuer, rsaSigned('sha512'));
    expect(memory.size).toBe(1);
  });
});

describe('a DSA key without parameters', () => {
  const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  const whole = spkiOf(dsa.publicKey);
  const [, key] = childrenOf(readWhole(whole));
  const bare = sequence(sequence(oid('1.2.840.10040.4.1')), key?.bytes ?? whole);
  const algorithm = sequence(oid('2.16.840.1.101.3.4.3.2'));
  const value = (tbs: Uint8Array) => sign('sha256', tbs, dsa.privateKey);
  const [full, short] = [certificateOf(whole, algorithm, value), certificateOf(bare, algorithm, value)];
  it('takes those of the key above', () => {
    expect([inheritsParameters(full), inheritsParameters(short), inheritsParameters(issuer)]).toEqual([false, true, false]);
    expect(short.key).toBeNull();
    expect(keyUnder(short, dsa.publicKey)?.equals(dsa.publicKey)).toBe(true);
    expect(linkBy(keyUnder(short, dsa.publicKey), full)).toEqual({ signed: true, digest: 'sha256' });
  });
  it('has none under a key of another kind, or under none', () => {
    expect(keyUnder(short, null)).toBeNull();
    expect(keyUnder(short, rsa.publicKey)).toBeNull();
  });
  it('with parameters of its own keeps them', () => {
    const other = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
    expect(keyUnder(full, other.publicKey)?.equals(dsa.publicKey)).toBe(true);
    expect(keyUnder(issuer, other.publicKey)?.equals(createPublicKey(rsa.privateKey))).toBe(true);
  });
  it.each<readonly [string, Der]>([
    ['of another kind', sequence(sequence(oid('1.2.3')), key?.bytes ?? whole)],
    ['with NULL for parameters', sequence(sequence(oid('1.2.840.10040.4.1'), nothing), key?.bytes ?? whole)],
    ['that has no bits', sequence(sequence(oid('1.2.840.10040.4.1')))],
    ['that has no kind', sequence(sequence(), key?.bytes ?? whole)],
  ])('is none %s', (_, spki) => {
    const odd = certificateOf(spki, algorithm, value);
    expect([odd.key, inheritsParameters(odd), keyUnder(odd, dsa.publicKey)]).toEqual([null, false, null]);
  });
  it('that is no number makes no key', () => {
    const odd = certificateOf(sequence(sequence(oid('1.2.840.10040.4.1')), bits(Buffer.from('0500', 'hex'))), algorithm, value);
    expect([inheritsParameters(odd), keyUnder(odd, dsa.publicKey)]).toEqual([true, null]);
  });
});
