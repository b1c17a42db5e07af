/** OCSP answers and requests byte by byte (RFC 6960 4.1, 4.2): each field, each way to be none, and of whom they speak. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DerError } from '../../../../src/signature/asn1/der.ts';
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
  utf8,
} from '../../../../src/signature/asn1/write.ts';
import { readOcspAnswer, readOcspResponse } from '../../../../src/signature/revocation/ocsp/answer.ts';
import { certificateId, isAbout, keySha1, nameSha1 } from '../../../../src/signature/revocation/ocsp/id.ts';
import { ocspRequest } from '../../../../src/signature/revocation/ocsp/request.ts';
import { enumerated, generalizedTime } from '../../../../src/signature/sign/crl.ts';
import { extension } from '../../../../src/signature/sign/extension.ts';
import { at, make, nameDer } from '../../path/authority.ts';
import { response } from '../responder.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const leaf = make({ name: 'Leaf', by: sub, serial: 0x1234 });

const hash = (bytes: Uint8Array, digest = 'sha1'): Buffer => createHash(digest).update(bytes).digest();
const keyBits = (one: typeof sub): Buffer => one.keys.publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
const sha1 = sequence(oid('1.3.14.3.2.26'), nothing);
const id = sequence(sha1, octets(Buffer.from('aa', 'hex')), octets(Buffer.from('bb', 'hex')), integer(0x1234));
const [on, next] = [generalizedTime(at('2026-11-19')), generalizedTime(at('2026-11-26'))];
const good = implicit(0, Buffer.alloc(0));
const single = (status: Der = good, ...rest: readonly Der[]): Der => sequence(id, status, on, ...rest);
const byName = tagged(1, nameDer('Sub'));
const algorithm = sequence(oid('1.2.840.10045.4.3.2'));

type Parts = { version?: Der; responder?: Der; producedAt?: Der; singles?: readonly Der[]; rest?: readonly Der[]; after?: readonly Der[] };
const basic = ({ version, responder = byName, producedAt = on, singles = [single()], rest = [], after = [] }: Parts = {}): Der =>
  sequence(
    sequence(...(version === undefined ? [] : [version]), responder, producedAt, sequence(...singles), ...rest),
    algorithm,
    bits(Buffer.from('sig')),
    ...after,
  );
const read = (parts: Parts) => readOcspAnswer(basic(parts));
const one = (...fields: readonly Der[]) => read({ singles: [single(...fields)] })?.answers[0];

describe('an answer', () => {
  it('is read to its last field, bare or in a response', () => {
    const expected = {
      ...{ responder: { kind: 'name', name: { text: 'CN=Sub' } }, producedAt: at('2026-11-19'), nonce: null, certificates: [] },
      hasUnknownCritical: false,
      answers: [
        {
          about: { digest: 'sha1', issuerNameHash: 'aa', issuerKeyHash: 'bb', serial: '1234' },
          ...{ status: 'good', revokedAt: null, reason: null, thisUpdate: at('2026-11-19'), nextUpdate: null },
          ...{ invalidSince: null, archiveCutoff: null, hasUnknownCritical: false },
        },
      ],
    };
    for (const der of [basic(), response(basic())]) {
      const answer = readOcspAnswer(der);
      expect(answer).toMatchObject(expected);
      expect(Buffer.from(answer?.der ?? []).equals(der)).toBe(true);
      expect(Buffer.from(answer?.signature ?? []).toString()).toBe('sig');
      expect(Buffer.from(der).includes(Buffer.from(answer?.tbs ?? [0]))).toBe(true);
    }
  });

  const revoked = (...rest: readonly Der[]): Der => tlv(0xa1, generalizedTime(at('2026-11-01')), ...rest);
  it.each<[string, Der, object]>([
    ['good', good, { status: 'good', revokedAt: null, reason: null }],
    ['revoked', revoked(), { status: 'revoked', revokedAt: at('2026-11-01'), reason: null }],
    ['revoked, with a reason', revoked(tagged(0, enumerated(4))), { status: 'revoked', revokedAt: at('2026-11-01'), reason: 4 }],
    ['revoked, reason 0', revoked(tagged(0, enumerated(0))), { status: 'revoked', reason: 0 }],
    ['unknown', implicit(2, Buffer.alloc(0)), { status: 'unknown', revokedAt: null, reason: null }],
    ['unknown, constructed', tagged(2), { status: 'unknown', revokedAt: null, reason: null }],
  ])('says %s', (_, status, expected) => {
    expect(one(status)).toMatchObject(expected);
  });

  it.each<[string, Der]>([
    ['good with something in it', implicit(0, Buffer.alloc(1))],
    ['good, constructed', tagged(0)],
    ['of another number', implicit(3, Buffer.alloc(0))],
    ['of another class', nothing],
    ['a number of another class', tlv(0x02, Buffer.alloc(0))],
    ['revoked, not constructed', implicit(1, generalizedTime(at('2026-11-01')))],
    ['revoked without a date', tagged(1)],
    ['revoked on a UTCTime', tagged(1, time(at('2026-11-01')))],
    ['revoked on a UTCTime, with a reason', tagged(1, time(at('2026-11-01')), tagged(0, enumerated(1)))],
    ['revoked for a reason of another tag', revoked(tagged(1, enumerated(1)))],
    ['revoked for a reason that is an integer', revoked(tagged(0, integer(1)))],
    ['revoked for a reason of two bytes', revoked(tagged(0, tlv(0x0a, Buffer.from([0, 1]))))],
    ['revoked for a reason of none', revoked(tagged(0, tlv(0x0a, Buffer.alloc(0))))],
    ['revoked for two reasons', revoked(tagged(0, enumerated(1)), tagged(0, enumerated(1)))],
  ])('has no status: %s', (_, status) => {
    expect(one(status)).toBeUndefined();
    expect(() => readOcspResponse(basic({ singles: [single(status)] }))).toThrow(/\w{3}/);
  });

  it('tells its dates', () => {
    const since = extension('2.5.29.24', true, generalizedTime(at('2026-10-01')));
    const cutoff = extension('1.3.6.1.5.5.7.48.1.6', true, generalizedTime(at('2020-01-01')));
    expect(one(good, tagged(0, next))).toMatchObject({ nextUpdate: at('2026-11-26') });
    expect(one(good, tagged(0, next), tagged(1, sequence(since, cutoff)))).toMatchObject({
      ...{ nextUpdate: at('2026-11-26'), invalidSince: at('2026-10-01'), archiveCutoff: at('2020-01-01'), hasUnknownCritical: false },
    });
    const wrong = [
      tagged(0, time(at('2026-11-26'))),
      tagged(1, sequence(extension('2.5.29.24', false, time(at('2026-10-01'))))),
      tagged(2, next),
      next,
    ];
    for (const field of wrong) expect(one(good, field)).toBeUndefined();
    for (const field of wrong.slice(2)) expect(one(good, tagged(0, next), field)).toBeUndefined();
  });

  it('tells of critical extensions that nobody knows, of the whole and of the part', () => {
    const harmless = ['1.3.6.1.5.5.7.48.1.2', '1.3.6.1.5.5.7.48.1.3', '1.3.6.1.5.5.7.48.1.9', '1.2.3'];
    const all = (critical: boolean, ids: readonly string[]) =>
      tagged(1, sequence(...ids.map((name) => extension(name, critical, nothing))));
    const flags = (field: Der) => [read({ rest: [field] })?.hasUnknownCritical, one(good, field)?.hasUnknownCritical];
    expect(flags(all(false, harmless))).toEqual([false, false]);
    expect(flags(all(true, harmless.slice(0, 3)))).toEqual([false, false]);
    expect(flags(all(true, ['1.2.3', ...harmless.slice(0, 3)]))).toEqual([true, true]);
  });

  it('comes from a name or the digest of a key', () => {
    expect(read({ responder: tagged(2, octets(Buffer.from('c0ffee', 'hex'))) })?.responder).toEqual({ kind: 'key', sha1: 'c0ffee' });
    const nobody = [
      tagged(0, nameDer('Sub')),
      tagged(3, nameDer('Sub')),
      tagged(2, utf8('x')),
      tagged(1, utf8('x')),
      nameDer('Sub'),
      tlv(0x61, nameDer('Sub')),
    ];
    for (const responder of nobody) expect(read({ responder })).toBeNull();
  });

  it('brings certificates: twenty are read, and those that can be', () => {
    const count = (...ders: readonly Uint8Array[]) => read({ after: [tagged(0, sequence(...ders))] })?.certificates.length;
    expect(count(leaf.der, sub.der)).toBe(2);
    expect(count(sequence(), leaf.der, utf8('x'))).toBe(1);
    expect(count(...Array.from({ length: 21 }, () => leaf.der))).toBe(20);
    expect(read({ after: [tagged(0, sequence(leaf.der))] })?.certificates[0]?.subject.text).toBe('CN=Leaf');
  });

  it('speaks of so many certificates, no more', () => {
    const answers = (count: number) => read({ singles: Array.from({ length: count }, () => single()) })?.answers.length;
    expect([answers(0), answers(1000), answers(1001)]).toEqual([0, 1000, undefined]);
  });

  it.each<[string, Der]>([
    ['version 2', basic({ version: tagged(0, integer(1)) })],
    ['a date of another kind', basic({ producedAt: time(at('2026-11-19')) })],
    ['extensions under another tag', basic({ rest: [tagged(2, sequence())] })],
    ['extensions under no tag', basic({ rest: [sequence()] })],
    ['extensions under a tag of another class', basic({ rest: [tlv(0x61, sequence())] })],
    ['certificates under another tag', basic({ after: [tagged(1, sequence())] })],
    ['certificates under a tag of another class', basic({ after: [tlv(0x60, sequence())] })],
    ['something behind its certificates', basic({ after: [tagged(0, sequence()), nothing] })],
    ['no signature', sequence(sequence(byName, on, sequence(single())), algorithm)],
    ['no algorithm', sequence(sequence(byName, on, sequence(single())))],
    ['nothing', sequence()],
    ['an id that is none', basic({ singles: [sequence(sequence(sha1), good, on)] })],
    ['a part that is none', basic({ singles: [utf8('x')] })],
  ])('is none with %s', (_, der) => {
    expect(readOcspAnswer(der)).toBeNull();
    expect(() => readOcspResponse(der)).toThrow(DerError);
    expect(() => readOcspResponse(der)).toThrow(/\w{3}/);
  });

  it('may say that it is version 1', () => {
    expect(read({ version: tagged(0, integer(0)) })?.answers).toHaveLength(1);
  });
});

describe('a response', () => {
  const typed = (type: string, ...rest: readonly Der[]) => tagged(0, sequence(oid(type), octets(basic()), ...rest));
  const basicType = '1.3.6.1.5.5.7.48.1.1';
  it('tells a refusal by its number', () => {
    const status = (code: number) => {
      const reading = readOcspResponse(response(null, code));
      return reading.kind === 'refusal' ? reading.status : reading.kind;
    };
    expect([1, 2, 3, 5, 6].map(status)).toEqual(['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized']);
    expect(readOcspAnswer(response(null, 3))).toBeNull();
    expect(readOcspResponse(response(basic(), 3))).toEqual({ kind: 'refusal', status: 'tryLater' });
  });

  it.each<[string, Der, boolean]>([
    ['with its answer', sequence(enumerated(0), typed(basicType)), true],
    ['of another type', sequence(enumerated(0), typed('1.3.6.1.5.5.7.48.1.2')), false],
    ['without an answer', sequence(enumerated(0)), false],
    ['with an answer under another tag', sequence(enumerated(0), tagged(1, sequence(oid(basicType), octets(basic())))), false],
    ['with something behind', sequence(enumerated(0), typed(basicType), nothing), false],
    ['of a number that is not used', response(null, 4), false],
    ['of a number beyond', response(null, 7), false],
    ['of a number of two bytes', sequence(tlv(0x0a, Buffer.from([0, 0])), typed(basicType)), false],
    ['of an integer', sequence(integer(0), typed(basicType)), false],
    ['of a truth', sequence(boolean(true), typed(basicType)), false],
  ])('%s', (_, der, expected) => {
    expect(readOcspAnswer(der) !== null).toBe(expected);
    if (!expected) expect(() => readOcspResponse(der)).toThrow(/\w{3}/);
  });
});

describe('of whom it speaks', () => {
  const { certificate } = leaf;
  const about = (digest: string | null, name: Uint8Array, key: Uint8Array, serial = '1234') => ({
    ...{ digest, serial, issuerNameHash: hash(name, digest ?? 'sha1').toString('hex') },
    issuerKeyHash: hash(key, digest ?? 'sha1').toString('hex'),
  });
  const subName = nameDer('Sub');

  it('is told by number, name and key, in any digest of today', () => {
    for (const digest of ['sha1', 'sha256', 'sha384', 'sha512'])
      expect(isAbout(about(digest, subName, keyBits(sub)), certificate, sub.certificate)).toBe(true);
    const others = [
      about('md5', subName, keyBits(sub)),
      about(null, subName, keyBits(sub)),
      about('sha224', subName, keyBits(sub)),
      about('sha1', subName, keyBits(sub), '1235'),
      about('sha1', nameDer('Root'), keyBits(sub)),
      about('sha1', subName, keyBits(root)),
      about('sha1', subName, sub.keys.publicKey.export({ type: 'spki', format: 'der' })),
    ];
    for (const other of others) expect(isAbout(other, certificate, sub.certificate)).toBe(false);
  });

  it('names the issuer as the certificate writes it, or as it writes itself', () => {
    const shouting = make({ name: 'SUB', keys: sub.keys, by: root, authority: {} });
    expect(isAbout(about('sha1', subName, keyBits(sub)), certificate, shouting.certificate)).toBe(true);
    expect(isAbout(about('sha1', nameDer('SUB'), keyBits(sub)), certificate, shouting.certificate)).toBe(true);
    expect(isAbout(about('sha1', nameDer('sub'), keyBits(sub)), certificate, shouting.certificate)).toBe(false);
    const first = make({ name: 'First', by: sub, version: 1, serial: 0x1234 });
    expect(isAbout(about('sha1', subName, keyBits(sub)), first.certificate, shouting.certificate)).toBe(true);
  });

  it('is asked for by SHA-1 or SHA-256', () => {
    expect(certificateId(certificate, sub.certificate, 'sha1')).toEqual({
      issuerNameHash: hash(subName),
      issuerKeyHash: hash(keyBits(sub)),
    });
    expect(certificateId(certificate, sub.certificate, 'sha256')).toEqual({
      ...{ issuerNameHash: hash(subName, 'sha256'), issuerKeyHash: hash(keyBits(sub), 'sha256') },
    });
    expect([keySha1(sub.certificate), nameSha1(sub.certificate)]).toEqual([
      hash(keyBits(sub)).toString('hex'),
      hash(subName).toString('hex'),
    ]);
  });

  it('stands in a request, with a nonce or without', () => {
    const wanted = sequence(sha1, octets(hash(subName)), octets(hash(keyBits(sub))), tlv(0x02, Buffer.from('1234', 'hex')));
    const plain = sequence(sequence(sequence(sequence(wanted))));
    expect(Buffer.from(ocspRequest(certificate, sub.certificate, null)).equals(plain)).toBe(true);
    const nonce = Buffer.from('0102', 'hex');
    const nonceId = sequence(oid('1.3.6.1.5.5.7.48.1.2'), octets(octets(nonce)));
    const asked = sequence(sequence(sequence(sequence(wanted)), tagged(2, sequence(nonceId))));
    expect(Buffer.from(ocspRequest(certificate, sub.certificate, nonce)).equals(asked)).toBe(true);
    const below = make({ name: 'Below', by: sub, serial: Buffer.from('0080', 'hex') }).certificate;
    expect(Buffer.from(ocspRequest(below, sub.certificate, null)).includes(Buffer.from('02020080', 'hex'))).toBe(true);
  });
});
