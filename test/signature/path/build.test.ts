import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bits, integer, oid, sequence, time } from '../../../src/signature/asn1/write.ts';
import { type Certificate, readCertificate } from '../../../src/signature/path/certificate.ts';
import { findPath } from '../../../src/signature/path/path.ts';
import type { Purpose } from '../../../src/signature/path/purpose.ts';
import { trustFrom } from '../../../src/signature/path/trust.ts';
import type { PathQuestion } from '../../../src/signature/path/validate.ts';
import { type Belief, verifyCertificate } from '../../../src/signature/path/verify.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { at, contextOf, type Made, make, makeList, nameDer, newKeys, now, trustIn } from './authority.ts';

const noRevocation = { trust: true, revocation: false, expiry: true };
const asked = (purpose: Purpose = 'document'): PathQuestion => ({ purpose, at: now, expiry: true });
const of = (...made: readonly Made[]): readonly Certificate[] => made.map((one) => one.certificate);
const names = (chain: readonly Certificate[]): readonly (string | null)[] => chain.map((one) => one.subject.commonName);

const root = make({ name: 'Root', authority: {} });
const trust = trustIn([root]);

describe('building', () => {
  it('finds its way among cross-certificates and renewed authorities of one name', () => {
    const keys = newKeys();
    const otherRoot = make({ name: 'Other root', authority: {} });
    const renewed = make({ name: 'Sub', by: root, authority: {} });
    const crossed = make({ name: 'Sub', by: otherRoot, keys, authority: {} });
    const sub = make({ name: 'Sub', by: root, keys, authority: {} });
    const leaf = make({ name: 'Leaf', by: sub });
    for (const order of [of(renewed, crossed, sub), of(sub, crossed, renewed)]) {
      expect(findPath(leaf.certificate, order, trust, asked()).chain[1]?.sha256).toBe(sub.certificate.sha256);
      expect(findPath(leaf.certificate, order, trustIn([otherRoot]), asked()).chain[1]?.sha256).toBe(crossed.certificate.sha256);
    }
  });

  it('holds by either of two generations of roots', () => {
    const first = make({ name: 'G1', authority: {}, to: at('2025-01-01') });
    const second = make({ name: 'G2', authority: {} });
    const keys = newKeys();
    const [old, fresh] = [make({ name: 'Sub', by: first, keys, authority: {} }), make({ name: 'Sub', by: second, keys, authority: {} })];
    const leaf = make({ name: 'Leaf', by: old });
    const path = findPath(leaf.certificate, of(old, fresh), trustIn([first, second]), asked());
    expect([path.fault, path.chain.at(-1)?.subject.commonName]).toEqual([null, 'G2']);
  });

  it('takes what signed itself for an anchor where the caller asks for that, not a new key that an old one of its name certified', () => {
    const old = make({ name: 'G1', authority: {} });
    const rolled = make({ name: 'G1', by: old, authority: {} });
    const foreign = make({ name: 'G1', by: { name: 'G1', keys: newKeys() }, authority: {} });
    const offered = trustFrom({ anchors: [rolled.der, old.der, foreign.der], pins: 'self-signed' });
    expect(of(old).map(({ sha256 }) => sha256)).toEqual(offered.anchors.map(({ sha256 }) => sha256));
    const leafOf = (by: Made) => findPath(make({ name: 'Leaf', by }).certificate, [], offered, asked()).fault;
    expect([leafOf(old), leafOf(rolled), leafOf(foreign)]).toEqual([null, null, 'untrusted']);
  });

  it('does not run in circles of authorities that certify each other', () => {
    const [a, b] = [newKeys(), newKeys()];
    const ab = make({ name: 'A', keys: a, by: { name: 'B', keys: b }, authority: {} });
    const ba = make({ name: 'B', keys: b, by: { name: 'A', keys: a }, authority: {} });
    const leaf = make({ name: 'Leaf', by: ab });
    const path = findPath(leaf.certificate, of(ab, ba), trust, asked());
    expect([path.fault, names(path.chain)]).toEqual(['untrusted', ['Leaf', 'A', 'B']]);
    const out = make({ name: 'B', keys: b, by: root, authority: {} });
    expect(names(findPath(leaf.certificate, of(ab, ba, out), trust, asked()).chain)).toEqual(['Leaf', 'A', 'B', 'Root']);
  });

  it('is not led astray by a thousand issuers of the same name that came with the file', () => {
    const sub = make({ name: 'Sub', by: root, authority: {} });
    const keys = newKeys();
    const crowd = Array.from({ length: 1000 }, () => make({ name: 'Sub', keys, authority: {} }));
    const leaf = make({ name: 'Leaf', by: sub });
    const started = performance.now();
    // Installed, it is tried first; among strangers only the first few hundred are tried at all.
    expect(findPath(leaf.certificate, of(...crowd), trustIn([root], [sub]), asked()).fault).toBeNull();
    expect(findPath(leaf.certificate, of(...crowd, sub), trust, asked()).fault).toBe('untrusted');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('gives up a web of authorities that all certify each other, in bounded time', () => {
    const all = Array.from({ length: 25 }, (_, i) => ({ name: `A${i}`, keys: newKeys() }));
    const web = all.flatMap((one) => all.filter((other) => other !== one).map((by) => make({ ...one, by, authority: {} })));
    const leaf = make({ name: 'Leaf', by: all[0] ?? root });
    const started = performance.now();
    expect(findPath(leaf.certificate, of(...web), trust, asked()).fault).toBe('untrusted');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('stops at a dozen certificates', () => {
    const chain: Made[] = [root];
    for (let i = 0; i < 20; i++) chain.push(make({ name: `A${i}`, by: chain.at(-1) ?? root, authority: {} }));
    const under = (made: Made | undefined) => make({ name: 'Leaf', by: made ?? root }).certificate;
    expect(findPath(under(chain[10]), of(...chain), trust, asked()).fault).toBeNull();
    expect(findPath(under(chain[20]), of(...chain), trust, asked()).fault).toBe('untrusted');
  });

  it('tells a wrong signature from a missing issuer', () => {
    const imposter = make({ name: 'Root', authority: {} });
    const leaf = make({ name: 'Leaf', by: imposter });
    expect(findPath(leaf.certificate, [], trust, asked())).toMatchObject({ fault: 'untrusted', rule: 'signature' });
    expect(findPath(make({ name: 'L', by: { ...imposter, name: 'Nobody' } }).certificate, [], trust, asked())).toMatchObject({
      rule: 'no-issuer',
    });
  });
});

describe('what an anchor says of itself', () => {
  it.each([
    ['version 1: it can say nothing and stands by its pin', { version: 1 as const }, null],
    ['no authority', { usage: 0xc0 }, 'certificate-misuse'],
    ['may not sign certificates', { authority: {}, usage: 0x02 }, 'certificate-misuse'],
    ['over', { authority: {}, to: at('2025-01-01') }, 'expired'],
    ['something critical that nobody understands', { authority: {}, extensions: [extension('1.2.3.4', true, sequence())] }, 'unsupported'],
  ] as const)('%s', (_, order, fault) => {
    const anchor = make({ name: 'Anchor', ...order });
    const leaf = make({ name: 'Leaf', by: anchor });
    expect(findPath(leaf.certificate, [], trustIn([anchor]), asked()).fault).toBe(fault);
  });

  it('may be an authority in the middle, and a pinned signer needs nobody', () => {
    const sub = make({ name: 'Sub', by: root, authority: { pathLength: 0 } });
    const leaf = make({ name: 'Leaf', by: sub });
    expect(findPath(leaf.certificate, [], trustIn([sub]), asked()).chain).toHaveLength(2);
    expect(verifyCertificate(leaf.certificate, [], { purpose: 'document', existedAt: now }, contextOf(trustIn([leaf]))).fault).toBeNull();
  });
});

describe('uses of the leaf', () => {
  const purposes = (...ids: readonly string[]) => [extension('2.5.29.37', true, sequence(...ids.map(oid)))];
  const stamping = purposes('1.3.6.1.5.5.7.3.8');
  const responding = purposes('1.3.6.1.5.5.7.3.9');

  it.each([
    ['a plain one signs documents', {}, 'document', null],
    ['and may do anything that is not asked', { authority: {} }, 'any', null],
    ['an authority signs none', { authority: {}, usage: 0xc6 }, 'document', 'basic-constraints'],
    ['one for encryption signs none', { usage: 0x20 }, 'document', 'key-usage'],
    ['one for time stamps signs none', { extensions: stamping }, 'document', 'extended-key-usage'],
    ['one for time stamps stamps', { extensions: stamping }, 'timestamp', null],
    ['a plain one stamps nothing', {}, 'timestamp', 'extended-key-usage'],
    ['a responder answers', { extensions: responding }, 'ocsp', null],
    ['a plain one does not', {}, 'ocsp', 'extended-key-usage'],
    ['nor one for anything (RFC 6960 4.2.2.2)', { extensions: purposes('2.5.29.37.0') }, 'ocsp', 'extended-key-usage'],
    ['a signer of lists signs lists', { usage: 0x02 }, 'crl', null],
    ['nobody else does', {}, 'crl', 'key-usage'],
    ['nor one that leaves it open', { usage: null }, 'crl', 'key-usage'],
  ] as const)('%s', (_, order, purpose, rule) => {
    const leaf = make({ name: 'Leaf', by: root, ...order });
    expect(findPath(leaf.certificate, [], trust, asked(purpose)).rule).toBe(rule);
  });
});

describe('keys', () => {
  it('with a curve spelt out are no keys (CVE-2020-0601)', () => {
    const spelt = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
    const forger = make({ name: 'Sub', by: root, keys: spelt, authority: {} });
    const leaf = make({ name: 'Leaf', by: forger });
    expect(forger.certificate.key).toBeNull();
    expect(findPath(leaf.certificate, of(forger), trust, asked())).toMatchObject({ fault: 'untrusted', rule: 'signature' });
  });

  it('of DSA take their parameters from above, also for what they sign besides', () => {
    const keys = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
    const dsaSha256 = sequence(oid('2.16.840.1.101.3.4.3.2'));
    const whole = keys.publicKey.export({ type: 'spki', format: 'der' });
    // SEQUENCE { SEQUENCE { id-dsa }, BIT STRING }: what is left without the parameters.
    const key = whole.subarray(whole.lastIndexOf(Buffer.from([0x03, 0x81])));
    const bare = sequence(sequence(oid('1.2.840.10040.4.1')), key);
    const issue = (name: string, issuer: string, spki: Uint8Array, usage: number, authority: boolean) => {
      const span = sequence(time(at('2020-01-01')), time(at('2036-01-01')));
      const extensions = [
        extension('2.5.29.15', true, bits(Buffer.from([usage]))),
        ...(authority ? [extension('2.5.29.19', true, sequence(Buffer.from([1, 1, 255])))] : []),
      ];
      const wrapped = Buffer.concat([Buffer.from([0xa3]), sequence(sequence(...extensions)).subarray(1)]);
      const tbs = sequence(Buffer.from([0xa0, 3, 2, 1, 2]), integer(7), dsaSha256, nameDer(issuer), span, nameDer(name), spki, wrapped);
      return readCertificate(sequence(tbs, dsaSha256, bits(sign('sha256', tbs, keys.privateKey))));
    };
    const [anchor, sub, leaf] = [issue('D', 'D', whole, 6, true), issue('S', 'D', bare, 6, true), issue('L', 'S', bare, 0xc0, false)];
    const pinned = trustIn([{ certificate: anchor, der: anchor.der, name: 'D', keys }]);
    const question = { ...asked(), algorithms: { 'dsa-1024': 'always' } };
    const path = findPath(leaf, [sub], pinned, question);
    expect([path.fault, path.chain.map((one) => one.key?.asymmetricKeyType)]).toEqual([null, ['dsa', 'dsa', 'dsa']]);
    expect(findPath(leaf, [sub], pinned, asked()).fault).toBe('weak-algorithm');
    // Under an anchor with another key there are no parameters to be had.
    expect(findPath(leaf, [sub], trust, question).fault).toBe('untrusted');
  });
});

describe('revocation and several paths', () => {
  const keys = newKeys();
  const otherRoot = make({ name: 'Other root', authority: {} });
  const one = make({ name: 'Sub', by: root, keys, authority: {} });
  const two = make({ name: 'Sub', by: otherRoot, keys, authority: {} });
  const leaf = make({ name: 'Leaf', by: one });
  const both = trustIn([root, otherRoot], [one, two]);
  const judged = (lists: readonly Uint8Array[]): Belief =>
    verifyCertificate(
      leaf.certificate,
      [],
      { purpose: 'document', existedAt: now },
      contextOf(both, { revocation: revocationFrom([makeList({ by: one }), makeList({ by: otherRoot }), ...lists]) }),
    );

  it('a cross-certificate that one root has withdrawn leaves the path by the other', () => {
    expect(judged([makeList({ by: root })]).fault).toBeNull();
    const belief = judged([makeList({ by: root, revoked: [{ of: one, reason: 4 }] })]);
    expect([belief.fault, belief.chain.at(-1)?.subject.commonName]).toEqual([null, 'Other root']);
  });

  it('unless the key itself was compromised: then every certificate for it is spoilt', () => {
    expect(judged([makeList({ by: root, revoked: [{ of: one, reason: 2 }] })]).fault).toBe('revoked');
  });

  it('without word of the withdrawn one the path by the other is enough', () => {
    expect(judged([]).fault).toBeNull();
  });

  it('a revoked leaf is revoked on every path', () => {
    const lists = [makeList({ by: root }), makeList({ by: otherRoot }), makeList({ by: one, revoked: [{ of: leaf, reason: 4 }] })];
    const context = contextOf(both, { revocation: revocationFrom(lists) });
    expect(verifyCertificate(leaf.certificate, [], { purpose: 'document', existedAt: now }, context).fault).toBe('revoked');
  });
});

describe('certificates and lists with any bytes changed', () => {
  const sub = make({ name: 'Sub', by: root, authority: {} });
  const leaf = make({ name: 'Leaf', by: sub });
  const lists = [
    makeList({ by: root }),
    makeList({ by: sub, revoked: [{ of: root, reason: 1, invalidSince: at('2025-01-01') }], number: 3 }),
  ];
  const changed = (bytes: Uint8Array, position: number, value: number): Uint8Array => {
    const copy = Buffer.from(bytes);
    copy[position % copy.length] = (copy[position % copy.length] ?? 0) ^ value;
    return copy;
  };
  const believed = (der: Uint8Array, subDer: Uint8Array, crls: readonly Uint8Array[]): Belief['fault'] | 'unreadable' => {
    const read = (bytes: Uint8Array) => {
      try {
        return [readCertificate(bytes)];
      } catch {
        return [];
      }
    };
    const [first] = read(der);
    if (first === undefined) return 'unreadable';
    return verifyCertificate(
      first,
      read(subDer),
      { purpose: 'document', existedAt: now },
      contextOf(trust, { revocation: revocationFrom(crls) }),
    ).fault;
  };

  it('are never believed and never throw anything but “unreadable”', () => {
    expect(believed(leaf.der, sub.der, lists)).toBeNull();
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, position, value) => {
        const things = [leaf.der, sub.der, ...lists].map((der, i) => (i === which ? changed(der, position, value) : der));
        const [leafDer = leaf.der, subDer = sub.der, ...crls] = things;
        expect(believed(leafDer, subDer, crls)).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('a list of noise is no list', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(believed(leaf.der, sub.der, [noise, Buffer.concat([Buffer.from([0x30]), noise])])).toBe('revocation-unknown');
      }),
      { numRuns: 100 },
    );
  });
});

it('rules without trust ask for no path', () => {
  const stranger = make({ name: 'Stranger' });
  const question = { purpose: 'document' as const, existedAt: now };
  expect(
    verifyCertificate(stranger.certificate, [], question, contextOf(trust, { rules: { ...noRevocation, trust: false } })).fault,
  ).toBeNull();
  expect(verifyCertificate(stranger.certificate, [], question, contextOf(trust, { rules: noRevocation })).fault).toBe('untrusted');
});
