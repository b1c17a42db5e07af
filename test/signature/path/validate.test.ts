/** One path, rule by rule (RFC 5280 6.1): each fault with its rule, and which is told where there are several. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { integer, oid, sequence, tagged, tlv, utf8 } from '../../../src/signature/asn1/write.ts';
import { hasUnprocessed, isSelfIssued, issueFault, type Purpose, useFault } from '../../../src/signature/path/purpose.ts';
import { readPins } from '../../../src/signature/path/trust.ts';
import { faultOfPath, type PathQuestion } from '../../../src/signature/path/validate.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { at, type Made, make, nameDer, now, type Order, trustIn } from './authority.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const leaf = make({ name: 'Leaf', by: sub });
const asked = (more: Partial<PathQuestion> = {}): PathQuestion => ({ purpose: 'document', at: now, expiry: true, ...more });
/** Signer first. */
const told = (chain: readonly Made[], more: Partial<PathQuestion> = {}) => {
  const fault = faultOfPath(
    chain.map((one) => one.certificate),
    asked(more),
    trustIn(chain.slice(-1)),
  );
  return fault === null ? 'holds' : `${fault.reason}/${fault.rule}`;
};
const below = (order: Partial<Order>) => make({ name: 'Leaf', by: sub, ...order });

describe('a path', () => {
  it('holds, and a path of nobody does not', () => {
    expect(told([leaf, sub, root])).toBe('holds');
    expect(told([make({ name: 'Own' })])).toBe('holds');
    expect(told([])).toBe('untrusted/no-issuer');
  });
  it('of which a link was signed by another key is nobody’s', () => {
    const other = make({ name: 'Sub', by: root, authority: {} });
    expect(told([leaf, other, root])).toBe('untrusted/signature');
    expect(told([leaf, sub, make({ name: 'Root', authority: {} })])).toBe('untrusted/signature');
  });
  it.each<readonly [string, Partial<Order>, Date, string]>([
    ['on its first instant', { from: now }, now, 'holds'],
    ['before its first instant', { from: new Date(now.getTime() + 1000) }, now, 'not-yet-valid/validity'],
    ['on its last instant', { to: now }, now, 'holds'],
    ['after its last instant', { to: now }, new Date(now.getTime() + 1), 'expired/validity'],
  ])('is judged %s', (_, order, when, expected) => {
    expect(told([below(order), sub, root], { at: when })).toBe(expected);
    expect(told([below(order), sub, root], { at: when, expiry: false })).toBe('holds');
  });
  it('of an anchor or an authority that has expired has expired', () => {
    const old = make({ name: 'Root', authority: {}, to: at('2024-01-01') });
    expect(told([make({ name: 'Leaf', by: old }), old])).toBe('expired/validity');
    const mid = make({ name: 'Sub', by: root, authority: {}, from: at('2030-01-01') });
    expect(told([make({ name: 'Leaf', by: mid }), mid, root])).toBe('not-yet-valid/validity');
  });
});

describe('authorities', () => {
  const under = (order: Partial<Order>, leafOrder: Partial<Order> = {}) => {
    const mid = make({ name: 'Mid', by: root, authority: {}, ...order });
    return told([make({ name: 'Leaf', by: mid, ...leafOrder }), mid, root]);
  };
  it.each<readonly [string, Partial<Order>, string]>([
    ['say that they are', {}, 'holds'],
    ['are none without saying so', { authority: undefined as never }, 'certificate-misuse/basic-constraints'],
    ['are none of version 1', { version: 1 }, 'certificate-misuse/basic-constraints'],
    ['may sign certificates', { usage: 0x02 }, 'certificate-misuse/key-usage'],
    ['may leave out what they may', { usage: null }, 'holds'],
  ])('%s', (_, order, expected) => {
    expect(under(order)).toBe(expected);
  });
  it('of version 1 are anchors by their pin alone', () => {
    const bare = make({ name: 'Old', version: 1 });
    expect(told([make({ name: 'Leaf', by: bare }), bare])).toBe('holds');
    const plain = make({ name: 'New' });
    expect(told([make({ name: 'Leaf', by: plain }), plain])).toBe('certificate-misuse/basic-constraints');
    const one = make({ name: 'One', by: bare, version: 1 });
    expect(told([make({ name: 'Leaf', by: one }), one, bare])).toBe('certificate-misuse/basic-constraints');
  });
  it('allow as many authorities below them as they say', () => {
    const limited = (pathLength: number) => make({ name: 'Root', authority: { pathLength } });
    const chainUnder = (top: Made, names: readonly string[]) => {
      const made: Made[] = [];
      for (const name of names) made.unshift(make({ name, by: made[0] ?? top, authority: {} }));
      return [make({ name: 'Leaf', by: made[0] ?? top }), ...made, top];
    };
    expect(told(chainUnder(limited(0), []))).toBe('holds');
    expect(told(chainUnder(limited(0), ['A']))).toBe('certificate-misuse/path-length');
    expect(told(chainUnder(limited(1), ['A']))).toBe('holds');
    expect(told(chainUnder(limited(1), ['A', 'B']))).toBe('certificate-misuse/path-length');
    // Its own new key is no authority more (6.1.4 l).
    expect(told(chainUnder(limited(0), ['Root']))).toBe('holds');
    expect(told(chainUnder(limited(1), ['Root', 'A']))).toBe('holds');
  });
});

describe('names', () => {
  const commonNames = (kind: 0 | 1, name: string) =>
    extension('2.5.29.30', true, sequence(tagged(kind, sequence(tagged(4, nameDer(name))))));
  const constrained = (...extensions: readonly Uint8Array[]) => make({ name: 'Mid', by: root, authority: {}, extensions });
  it('must stand within what those above them allow', () => {
    const permitted = constrained(commonNames(0, 'Leaf'));
    expect(told([make({ name: 'Leaf', by: permitted }), permitted, root])).toBe('holds');
    expect(told([make({ name: 'Other', by: permitted }), permitted, root])).toBe('certificate-misuse/name-constraints');
    const excluded = constrained(commonNames(1, 'Leaf'));
    expect(told([make({ name: 'Leaf', by: excluded }), excluded, root])).toBe('certificate-misuse/name-constraints');
    expect(told([make({ name: 'Other', by: excluded }), excluded, root])).toBe('holds');
  });
  it('of an anchor’s own constraints bind too, its own name not', () => {
    const top = make({ name: 'Top', authority: {}, extensions: [commonNames(0, 'Leaf')] });
    expect(told([make({ name: 'Leaf', by: top }), top])).toBe('holds');
    expect(told([make({ name: 'Other', by: top }), top])).toBe('certificate-misuse/name-constraints');
  });
  it('of an authority’s new key are its own affair, those of the last are not', () => {
    const mid = constrained(commonNames(1, 'Mid'));
    const renewed = make({ name: 'Mid', by: mid, authority: {} });
    expect(told([make({ name: 'Leaf', by: renewed }), renewed, mid, root])).toBe('holds');
    expect(told([make({ name: 'Mid', by: mid }), mid, root])).toBe('certificate-misuse/name-constraints');
  });
  it('in forms that are not judged make nothing certain', () => {
    const other = constrained(extension('2.5.29.30', true, sequence(tagged(0, sequence(tagged(0, oid('1.2.3'), tagged(0, utf8('x'))))))));
    const named = make({
      name: 'Leaf',
      by: other,
      extensions: [extension('2.5.29.17', false, sequence(tagged(0, oid('1.2.3'), tagged(0, utf8('x')))))],
    });
    expect(told([named, other, root])).toBe('unsupported/name-constraints');
  });
});

describe('extensions', () => {
  it.each<readonly [string, boolean, string]>([
    ['1.2.3.4', true, 'unsupported/critical-extension'],
    ['1.2.3.4', false, 'holds'],
    ['1.3.6.1.5.5.7.1.3', true, 'holds'],
    ['2.5.29.9', true, 'unsupported/critical-extension'],
  ])('%s, critical %s', (id, critical, expected) => {
    expect(told([below({ extensions: [extension(id, critical, sequence())] }), sub, root])).toBe(expected);
  });
  it('that cannot be read are not understood, critical or not', () => {
    expect(told([below({ extensions: [extension('2.5.29.30', false, integer(1))] }), sub, root])).toBe('unsupported/unreadable-extension');
    expect(told([below({ extensions: [extension('2.5.29.32', false, integer(1))] }), sub, root])).toBe('unsupported/unreadable-extension');
  });
  it('demand a policy where somebody does', () => {
    const require = extension('2.5.29.36', true, sequence(tlv(0x80, Buffer.from([0]))));
    expect(told([below({ extensions: [require] }), sub, root])).toBe('certificate-misuse/policy');
    const strict = make({ name: 'Sub', by: root, authority: {}, extensions: [require] });
    expect(told([make({ name: 'Leaf', by: strict }), strict, root])).toBe('certificate-misuse/policy');
    const policy = extension('2.5.29.32', false, sequence(sequence(oid('1.2.3'))));
    const holder = make({ name: 'Sub', by: root, authority: {}, extensions: [require, policy] });
    expect(told([make({ name: 'Leaf', by: holder, extensions: [policy] }), holder, root])).toBe('holds');
  });
});

describe('algorithms', () => {
  const weak = generateKeyPairSync('ec', { namedCurve: 'prime192v1' });
  it('that fell before count against everything they signed', () => {
    const fallen = { 'ec-256': '2020-01-01' };
    expect(told([leaf, sub, root], { algorithms: fallen })).toBe('weak-algorithm/algorithm');
    expect(told([leaf, sub, root], { algorithms: { sha256: 'never' } })).toBe('weak-algorithm/algorithm');
    expect(told([leaf, sub, root], { algorithms: { 'ec-256': '2026-11-20' } })).toBe('holds');
    expect(told([make({ name: 'Own' })], { algorithms: fallen })).toBe('weak-algorithm/algorithm');
  });
  it('of every key of the path count, the anchor’s and the signer’s too', () => {
    const top = make({ name: 'Top', authority: {}, keys: weak });
    expect(told([make({ name: 'Leaf', by: top }), top])).toBe('weak-algorithm/algorithm');
    expect(told([make({ name: 'Leaf', by: root, keys: weak }), root])).toBe('weak-algorithm/algorithm');
  });
});

describe('of several faults the worst is told', () => {
  const expired = { to: at('2024-01-01') } as const;
  const critical = extension('1.2.3.4', true, sequence());
  it.each<readonly [string, Partial<Order>, string]>([
    ['misuse before what is not supported', { usage: 0x20, extensions: [critical] }, 'certificate-misuse/key-usage'],
    ['what is not supported before time', { ...expired, extensions: [critical] }, 'unsupported/critical-extension'],
    ['time before weakness', expired, 'expired/validity'],
    ['too early before too late', { from: at('2030-01-01') }, 'not-yet-valid/validity'],
  ])('%s', (_, order, expected) => {
    expect(told([below(order), sub, root], { algorithms: { sha256: 'never' } })).toBe(expected);
  });
  it('a link that does not hold before all', () => {
    const other = make({ name: 'Sub', by: root, authority: {} });
    expect(told([below({ usage: 0x20 }), other, root])).toBe('untrusted/signature');
  });
});

describe('the use of a certificate', () => {
  const purposes = (...ids: readonly string[]) => extension('2.5.29.37', false, sequence(...ids.map((id) => oid(id))));
  const kp = '1.3.6.1.5.5.7.3';
  it.each<readonly [string, Partial<Order>, Readonly<Partial<Record<Purpose, string>>>]>([
    ['plain', {}, { timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' }],
    ['for nothing said', { usage: null }, { timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' }],
    ['to sign only', { usage: 0x80 }, { timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' }],
    ['to commit only', { usage: 0x40 }, { timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' }],
    ['to encipher only', { usage: 0x20 }, { document: 'key-usage', timestamp: 'key-usage', ocsp: 'key-usage', crl: 'key-usage' }],
    ['for lists', { usage: 0x02 }, { document: 'key-usage', timestamp: 'key-usage', ocsp: 'key-usage' }],
    [
      'of a server',
      { extensions: [purposes(`${kp}.1`)] },
      { document: 'extended-key-usage', timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' },
    ],
    [
      'of code',
      { extensions: [purposes(`${kp}.3`)] },
      { document: 'extended-key-usage', timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' },
    ],
    ['of time', { extensions: [purposes(`${kp}.8`)] }, { document: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' }],
    [
      'of OCSP',
      { extensions: [purposes(`${kp}.9`)] },
      { document: 'extended-key-usage', timestamp: 'extended-key-usage', crl: 'key-usage' },
    ],
    ['of mail', { extensions: [purposes(`${kp}.4`)] }, { timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' }],
    [
      'of a server and mail',
      { extensions: [purposes(`${kp}.1`, `${kp}.4`)] },
      { timestamp: 'extended-key-usage', ocsp: 'extended-key-usage', crl: 'key-usage' },
    ],
    ['of an authority', { authority: {} }, { document: 'basic-constraints', timestamp: 'basic-constraints', ocsp: 'key-usage' }],
    [
      'of an authority that says no more',
      { authority: {}, usage: null },
      { document: 'basic-constraints', timestamp: 'basic-constraints', ocsp: 'extended-key-usage' },
    ],
    [
      'of an authority without lists',
      { authority: {}, usage: 0x04 },
      { document: 'basic-constraints', timestamp: 'basic-constraints', ocsp: 'key-usage', crl: 'key-usage' },
    ],
  ])('%s', (_, order, faults) => {
    const { certificate } = make({ name: 'X', ...order });
    const all: readonly Purpose[] = ['document', 'timestamp', 'ocsp', 'crl', 'any'];
    const found = all.flatMap((purpose) => {
      const fault = useFault(certificate, purpose);
      return fault === null ? [] : [[purpose, fault]];
    });
    expect(Object.fromEntries(found)).toEqual(faults);
  });
  it('as an issuer, and what it says of itself', () => {
    expect(issueFault(root.certificate, 99)).toBeNull();
    expect(issueFault(make({ name: 'X', authority: { pathLength: 2 } }).certificate, 2)).toBeNull();
    expect(issueFault(make({ name: 'X', authority: { pathLength: 2 } }).certificate, 3)).toBe('path-length');
    expect([isSelfIssued(root.certificate), isSelfIssued(sub.certificate)]).toEqual([true, false]);
    expect([
      hasUnprocessed(root.certificate),
      hasUnprocessed(below({ extensions: [extension('1.2.3', true, sequence())] }).certificate),
    ]).toEqual([false, true]);
  });
});

describe('pins', () => {
  const pin = 'ab'.repeat(32);
  it.each<readonly [string, string, readonly string[]]>([
    ['bare', pin, [pin]],
    ['in capitals with colons and a remark', `  ${'AB:'.repeat(31)}AB  Root CA`, [pin]],
    ['several', `${pin} a\r\n# ${pin}\n\n${'cd'.repeat(32)}\tb`, [pin, 'cd'.repeat(32)]],
    ['too short', pin.slice(1), []],
    ['too long', `${pin}a`, []],
    ['with something before', `x${pin}`, []],
    ['followed at once by something', `${pin}x`, []],
    ['of as many signs, colons among them', `${'ab:'.repeat(21)}ab`, []],
  ])('%s', (_, text, expected) => {
    expect(readPins(text)).toEqual(expected);
  });
});
