import { describe, expect, it } from 'vitest';
import { implicit, octets, sequence } from '../../../src/signature/asn1/write.ts';
import type { VerificationContext } from '../../../src/signature/context.ts';
import { type EvidenceKind, openEvidence } from '../../../src/signature/evidence.ts';
import { type Belief, verifyCertificate } from '../../../src/signature/path/verify.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import {
  at,
  contextOf,
  entryIssuer,
  issuingPoint,
  type ListOrder,
  type Made,
  make,
  makeList,
  now,
  point,
  type Revoked,
  trustIn,
} from './authority.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const leaf = make({ name: 'Leaf', by: sub });
const rootList = makeList({ by: root });

const trust = trustIn([root], [sub]);

type Asked = {
  readonly leaf?: Made;
  readonly existedAt?: Date;
  readonly embedded?: readonly Made[];
  readonly more?: Partial<VerificationContext>;
};

const beliefWith = (lists: readonly Uint8Array[], { leaf: one = leaf, existedAt = now, embedded = [], more = {} }: Asked = {}): Belief =>
  verifyCertificate(
    one.certificate,
    embedded.map((other) => other.certificate),
    { purpose: 'document', existedAt },
    contextOf(trust, { revocation: revocationFrom([rootList, ...lists]), ...more }),
  );

const listed = (revoked: Omit<Revoked, 'of'> = {}, order: Partial<ListOrder> = {}): Uint8Array =>
  makeList({ by: sub, revoked: [{ of: leaf, ...revoked }], ...order });

const row = (belief: Belief, one: Made = leaf) => belief.revocation.find((line) => line.serial === one.certificate.serial);

describe('a certificate and the list of its issuer', () => {
  it('is believed when the list is current and does not name it', () => {
    const belief = beliefWith([makeList({ by: sub })]);
    expect(belief.fault).toBeNull();
    expect(belief.revocation.map((line) => [line.serial, line.status])).toEqual([
      [sub.certificate.serial, 'good'],
      [leaf.certificate.serial, 'good'],
    ]);
  });

  it('is unknown without a list, with a stranger’s, and with one of a wrong signature', () => {
    const stranger = make({ name: 'Sub', authority: {} });
    const forged = Buffer.from(makeList({ by: sub }));
    forged[forged.length - 3] = (forged[forged.length - 3] ?? 0) ^ 1;
    for (const lists of [[], [makeList({ by: stranger })], [forged]]) expect(beliefWith(lists).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: stranger })], { embedded: [stranger] }).fault).toBe('revocation-unknown');
  });

  it('is revoked, with the date, and everything used is noted', () => {
    const evidence = openEvidence();
    const belief = beliefWith([listed({ on: at('2026-05-05'), reason: 1 })], { more: { evidence } });
    expect(belief.fault).toBe('revoked');
    expect(row(belief)).toMatchObject({ status: 'revoked', source: 'crl', revokedAt: '2026-05-05T00:00:00.000Z' });
    const kinds = (kind: EvidenceKind) => evidence.items().filter((item) => item.kind === kind).length;
    expect([kinds('certificate'), kinds('crl')]).toEqual([3, 2]);
  });

  it.each([
    ['later than the signature is known to have existed: good', { on: at('2026-11-10') }, at('2026-11-01'), null],
    ['later, but invalid since before: revoked', { on: at('2026-11-10'), invalidSince: at('2026-10-01') }, at('2026-11-01'), 'revoked'],
    ['later, a compromised key without a date of its own: good', { on: at('2026-11-10'), reason: 1 }, at('2026-11-01'), null],
    [
      'later, a compromised key that was so before: revoked',
      { on: at('2026-11-10'), reason: 1, invalidSince: at('2026-10-31') },
      at('2026-11-01'),
      'revoked',
    ],
    ['at that very instant: revoked', { on: at('2026-11-01') }, at('2026-11-01'), 'revoked'],
    [
      'before, an invalidity date after it changes nothing: revoked',
      { on: at('2026-10-01'), invalidSince: at('2026-11-10') },
      at('2026-11-01'),
      'revoked',
    ],
  ] as const)('revoked %s', (_, revoked, existedAt, fault) => {
    expect(beliefWith([listed(revoked)], { existedAt }).fault).toBe(fault);
  });

  it('says when it was revoked also where that came too late to matter', () => {
    expect(row(beliefWith([listed({ on: at('2026-11-10') })], { existedAt: at('2026-11-01') }))).toMatchObject({
      status: 'good',
      revokedAt: '2026-11-10T00:00:00.000Z',
    });
  });
});

describe('freshness of lists', () => {
  it.each([
    ['over before the instant', at('2026-10-01'), at('2026-10-08'), 'revocation-unknown'],
    ['current at the instant, over when judged', at('2026-10-30'), at('2026-11-06'), null],
    ['issued after the instant', at('2026-11-10'), at('2026-11-17'), null],
    ['issued after it is judged', at('2026-11-21'), at('2026-11-28'), 'revocation-unknown'],
    ['without a next one, issued before the instant', at('2026-10-30'), null, 'revocation-unknown'],
    ['without a next one, issued after the instant', at('2026-11-10'), null, null],
  ] as const)('%s', (_, thisUpdate, nextUpdate, fault) => {
    expect(beliefWith([makeList({ by: sub, thisUpdate, nextUpdate })], { existedAt: at('2026-11-01') }).fault).toBe(fault);
  });

  it('a stale list still revokes for good, but no longer holds', () => {
    const old = { thisUpdate: at('2026-01-10'), nextUpdate: at('2026-01-17') };
    expect(beliefWith([listed({ reason: 4 }, old)]).fault).toBe('revoked');
    expect(beliefWith([listed({ reason: 6 }, old)]).fault).toBe('revocation-unknown');
  });

  it('a hold that a newer list has lifted is good, one that lasts is revoked', () => {
    const earlier = listed({ reason: 6 }, { thisUpdate: at('2026-11-18') });
    expect(beliefWith([earlier]).fault).toBe('revoked');
    expect(beliefWith([earlier, makeList({ by: sub })]).fault).toBeNull();
    expect(beliefWith([makeList({ by: sub, thisUpdate: at('2026-11-18') }), listed({ reason: 6 })]).fault).toBe('revoked');
  });

  it('a lasting revocation is not undone by a newer list that forgets it', () => {
    expect(beliefWith([listed({ reason: 1 }, { thisUpdate: at('2026-11-18') }), makeList({ by: sub })]).fault).toBe('revoked');
  });

  it('silence about an expired certificate means nothing, unless the list keeps those', () => {
    const short = make({ name: 'Short', by: sub, to: at('2026-11-10') });
    const keeps = extension('2.5.29.60', false, Buffer.concat([Buffer.from([0x18, 15]), Buffer.from('20200101000000Z')]));
    const asked = { leaf: short, existedAt: at('2026-11-09') };
    expect(beliefWith([makeList({ by: sub })], asked).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: sub, extensions: [keeps] })], asked).fault).toBeNull();
    expect(beliefWith([makeList({ by: sub, thisUpdate: at('2026-11-08') })], asked).fault).toBeNull();
  });
});

describe('who may sign a list', () => {
  it('not an issuer whose key usage leaves it out', () => {
    const mute = make({ name: 'Mute', by: root, authority: {}, usage: 0x04 });
    const own = make({ name: 'Own', by: mute });
    const asked = { leaf: own, embedded: [mute] };
    expect(beliefWith([makeList({ by: mute })], asked).fault).toBe('revocation-unknown');
    // A second certificate of the same name for just that, by the same root.
    const voice = make({ name: 'Mute', by: root, usage: 0x02 });
    expect(beliefWith([makeList({ by: voice })], { ...asked, embedded: [mute, voice] }).fault).toBeNull();
    const revokedVoice = makeList({ by: root, revoked: [{ of: voice, reason: 1 }] });
    expect(beliefWith([makeList({ by: voice }), revokedVoice], { ...asked, embedded: [mute, voice] }).fault).toBe('revocation-unknown');
  });

  it('not somebody who merely got a certificate with the authority’s name', () => {
    const other = make({ name: 'Other', by: root, authority: {} });
    for (const usage of [null, 0xc0]) {
      const imposter = make({ name: 'Sub', by: other, usage });
      const lists = [makeList({ by: imposter }), makeList({ by: other })];
      expect(beliefWith(lists, { embedded: [other, imposter] }).fault).toBe('revocation-unknown');
    }
  });

  it('not an authority under another anchor', () => {
    const secondRoot = make({ name: 'Second', authority: {} });
    const voice = make({ name: 'Sub', by: secondRoot, usage: 0x02 });
    const both = trustIn([root, secondRoot], [sub]);
    const lists = [makeList({ by: voice }), makeList({ by: secondRoot })];
    expect(beliefWith(lists, { embedded: [voice], more: { trust: both } }).fault).toBe('revocation-unknown');
  });

  it('may vouch for himself where the authority left its lists to him, which can only harm him', () => {
    const one = make({ name: 'Sub', by: sub, usage: 0x02 });
    expect(beliefWith([makeList({ by: one })], { embedded: [one] }).fault).toBeNull();
    expect(beliefWith([makeList({ by: one, revoked: [{ of: one, reason: 1 }] })], { embedded: [one] }).fault).toBe('revocation-unknown');
  });

  it('a later key of the authority also for certificates of the earlier one, unless its lists are of one key', () => {
    const later = make({ name: 'Sub', by: root, authority: {} });
    const caVersion = extension('1.3.6.1.4.1.311.21.1', false, Buffer.from([2, 1, 1]));
    const asked = { embedded: [later] };
    expect(beliefWith([makeList({ by: later })], asked).fault).toBeNull();
    expect(beliefWith([makeList({ by: later, extensions: [caVersion] })], asked).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: sub, extensions: [caVersion] })], asked).fault).toBeNull();
  });

  it('nobody with what was too weak when the list was signed', () => {
    const algorithms = { 'ec-256': '2026-11-10' };
    const rules = { trust: true, revocation: true, expiry: true, algorithms };
    const early = (by: Made) => makeList({ by, thisUpdate: at('2026-10-30') });
    const known = (list: Uint8Array) => contextOf(trust, { rules, revocation: revocationFrom([early(root), list]) });
    const judged = (list: Uint8Array) =>
      verifyCertificate(leaf.certificate, [], { purpose: 'document', existedAt: at('2026-11-01') }, known(list));
    expect(judged(early(sub)).fault).toBeNull();
    expect(judged(makeList({ by: sub, thisUpdate: at('2026-11-15') })).fault).toBe('revocation-unknown');
  });

  it('not an issuer that had expired when it signed', () => {
    const short = make({ name: 'Short', by: root, authority: {}, to: at('2026-11-10') });
    const own = make({ name: 'Own', by: short });
    const asked = { leaf: own, embedded: [short], existedAt: at('2026-11-01') };
    const known = makeList({ by: root, thisUpdate: at('2026-11-02') });
    expect(beliefWith([known, makeList({ by: short, thisUpdate: at('2026-11-09') })], asked).fault).toBeNull();
    expect(beliefWith([known, makeList({ by: short, thisUpdate: at('2026-11-11') })], asked).fault).toBe('revocation-unknown');
  });

  it('not two of whom each vouches only for the other', () => {
    const one = make({ name: 'One', by: sub, usage: 0x02, extensions: [point({ issuer: 'Two' })] });
    const two = make({ name: 'Two', by: sub, usage: 0x02, extensions: [point({ issuer: 'One' })] });
    const sent = make({ name: 'Sent', by: sub, extensions: [point({ issuer: 'One' })] });
    const extensions = [issuingPoint({ indirect: true })];
    const circle = [makeList({ by: one, extensions }), makeList({ by: two, extensions })];
    const asked = { leaf: sent, embedded: [one, two] };
    expect(beliefWith(circle, asked).fault).toBe('revocation-unknown');
    // With a word of their issuer about one of them the circle is open.
    expect(beliefWith([...circle, makeList({ by: sub, extensions: [issuingPoint({ users: true })] })], asked).fault).toBeNull();
  });
});

describe('lists that cover only a part', () => {
  const address = 'http://crl.example/sub.crl';
  const pointed = make({ name: 'Pointed', by: sub, extensions: [point({ at: address })] });

  it('one for authorities says nothing of a person, one for users does', () => {
    expect(beliefWith([makeList({ by: sub, extensions: [issuingPoint({ authorities: true })] })]).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: sub, extensions: [issuingPoint({ users: true })] })]).fault).toBeNull();
  });

  it('one of another distribution point says nothing', () => {
    const asked = { leaf: pointed };
    expect(beliefWith([makeList({ by: sub, extensions: [issuingPoint({ at: address })] })], asked).fault).toBeNull();
    expect(beliefWith([makeList({ by: sub, extensions: [issuingPoint({ at: `${address}2` })] })], asked).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: sub })], asked).fault).toBeNull();
  });

  it('several for some reasons each are enough when together they are for all', () => {
    // ReasonFlags: bit 1 keyCompromise is 0x4000 of the two bytes.
    const some = makeList({ by: sub, extensions: [issuingPoint({ reasons: 0x4000 })] });
    const rest = makeList({ by: sub, extensions: [issuingPoint({ reasons: 0x3f80 })] });
    expect(beliefWith([some]).fault).toBe('revocation-unknown');
    expect(beliefWith([some, rest]).fault).toBeNull();
    expect(beliefWith([some, listed({ reason: 4 }, { extensions: [issuingPoint({ reasons: 0x3f80 })] })]).fault).toBe('revoked');
  });

  it('an indirect list speaks of others only where the certificate points to it', () => {
    const clerk = make({ name: 'Clerk', by: root, usage: 0x02 });
    const indirect = [issuingPoint({ indirect: true })];
    const sent = make({ name: 'Sent', by: sub, extensions: [point({ issuer: 'Clerk' })] });
    const asked = { leaf: sent, embedded: [clerk] };
    const clean = makeList({ by: clerk, extensions: indirect });
    expect(beliefWith([clean], asked).fault).toBeNull();
    expect(beliefWith([clean], { embedded: [clerk] }).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: clerk })], asked).fault).toBe('revocation-unknown');
    const named = { of: sent, extensions: [entryIssuer('Sub')] };
    expect(beliefWith([makeList({ by: clerk, extensions: indirect, revoked: [named] })], asked).fault).toBe('revoked');
    // The issuer in force is that of the last entry which names one: here another's certificate of the same number.
    const other = { of: sent, extensions: [entryIssuer('Other')] };
    expect(beliefWith([makeList({ by: clerk, extensions: indirect, revoked: [other] })], asked).fault).toBeNull();
    expect(
      beliefWith(
        [makeList({ by: clerk, extensions: indirect, revoked: [{ of: leaf, extensions: [entryIssuer('Sub')] }, { of: sent }] })],
        asked,
      ).fault,
    ).toBe('revoked');
    expect(beliefWith([makeList({ by: clerk, extensions: indirect, revoked: [{ of: sent }] })], asked).fault).toBeNull();
  });
});

describe('delta lists', () => {
  const full = makeList({ by: sub, number: 5, thisUpdate: at('2026-11-01'), nextUpdate: at('2026-11-08') });
  const held = listed({ reason: 6 }, { number: 5, thisUpdate: at('2026-11-15') });

  it('bring an old full list up to date', () => {
    expect(beliefWith([full]).fault).toBe('revocation-unknown');
    expect(beliefWith([full, makeList({ by: sub, number: 6, deltaOf: 5 })]).fault).toBeNull();
    expect(beliefWith([full, listed({ reason: 1 }, { number: 6, deltaOf: 5 })]).fault).toBe('revoked');
  });

  it('count only with a full list in their reach and never alone', () => {
    expect(beliefWith([makeList({ by: sub, number: 6, deltaOf: 5 })]).fault).toBe('revocation-unknown');
    expect(beliefWith([full, makeList({ by: sub, number: 9, deltaOf: 6 })]).fault).toBe('revocation-unknown');
    expect(beliefWith([full, makeList({ by: sub, number: 5, deltaOf: 4 })]).fault).toBe('revocation-unknown');
  });

  it('of another scope or another key identifier are left aside', () => {
    const keyId = (byte: number) => extension('2.5.29.35', false, sequence(implicit(0, Buffer.from([byte]))));
    const old = (extensions: readonly Uint8Array[]) =>
      makeList({ by: sub, number: 5, thisUpdate: at('2026-11-01'), nextUpdate: at('2026-11-08'), extensions });
    const delta = (extensions: readonly Uint8Array[]) => makeList({ by: sub, number: 6, deltaOf: 5, extensions });
    const users = issuingPoint({ users: true });
    expect(beliefWith([old([users]), delta([users])]).fault).toBeNull();
    expect(beliefWith([old([users]), delta([])]).fault).toBe('revocation-unknown');
    expect(beliefWith([old([keyId(1)]), delta([keyId(1)])]).fault).toBeNull();
    expect(beliefWith([old([keyId(1)]), delta([keyId(2)])]).fault).toBe('revocation-unknown');
  });

  it('take a hold off the list, and nothing else', () => {
    expect(beliefWith([held]).fault).toBe('revoked');
    expect(beliefWith([held, listed({ reason: 8 }, { number: 6, deltaOf: 5 })]).fault).toBeNull();
    const lasting = listed({ reason: 1 }, { number: 5, thisUpdate: at('2026-11-15') });
    expect(beliefWith([lasting, listed({ reason: 8 }, { number: 6, deltaOf: 5 })]).fault).toBe('revoked');
  });

  it('signed by another key than the full list are left aside', () => {
    const voice = make({ name: 'Sub', by: root, usage: 0x02 });
    expect(beliefWith([full, makeList({ by: voice, number: 6, deltaOf: 5 })], { embedded: [voice] }).fault).toBe('revocation-unknown');
  });
});

describe('odd entries', () => {
  it('of two for one certificate the one that says worse counts, whichever stands first', () => {
    const both: readonly Omit<Revoked, 'of'>[] = [{ reason: 6 }, { reason: 1, on: at('2026-02-02') }];
    for (const order of [both, both.toReversed()]) {
      const list = makeList({
        by: sub,
        thisUpdate: at('2026-03-01'),
        nextUpdate: at('2026-03-08'),
        revoked: order.map((one) => ({ of: leaf, ...one })),
      });
      expect(row(beliefWith([list]))).toMatchObject({ status: 'revoked', revokedAt: '2026-02-02T00:00:00.000Z' });
    }
  });

  it('that name an issuer in a list that is not indirect make it useless', () => {
    const bystander = make({ name: 'Bystander', by: sub });
    expect(beliefWith([makeList({ by: sub, revoked: [{ of: bystander, extensions: [entryIssuer('Sub')] }] })]).fault).toBe(
      'revocation-unknown',
    );
  });
});

describe('what is not understood', () => {
  const odd = (critical: boolean) => extension('1.2.3.4', critical, octets(Buffer.from([1])));

  it('critical on a list or on any entry of it, makes the list useless', () => {
    const bystander = make({ name: 'Bystander', by: sub });
    expect(beliefWith([makeList({ by: sub, extensions: [odd(true)] })]).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: sub, extensions: [odd(false)] })]).fault).toBeNull();
    expect(beliefWith([makeList({ by: sub, revoked: [{ of: bystander, extensions: [odd(true)] }] })]).fault).toBe('revocation-unknown');
    expect(beliefWith([makeList({ by: sub, revoked: [{ of: bystander, extensions: [odd(false)] }] })]).fault).toBeNull();
  });

  it('a serial number of -1 is not 255', () => {
    const minus = make({ name: 'Minus', by: sub, serial: Buffer.from([0xff]) });
    const plus = { ...minus, certificate: { ...minus.certificate, serialBytes: Buffer.from([0xff]) } };
    expect(minus.certificate.serialBytes).toEqual(Buffer.from([0x00, 0xff]));
    expect(beliefWith([makeList({ by: sub, revoked: [{ of: plus }] })], { leaf: minus }).fault).toBeNull();
    expect(beliefWith([makeList({ by: sub, revoked: [{ of: minus }] })], { leaf: minus }).fault).toBe('revoked');
  });
});

describe('certificates of which nothing is published', () => {
  const silent = (id: string) => make({ name: 'Silent', by: sub, extensions: [extension(id, false, sequence())] });

  it.each([
    ['noRevAvail (RFC 9608)', '2.5.29.56'],
    ['validity assured for a short term (ETSI EN 319 412-1)', '0.4.0.194121.2.1'],
  ])('%s: not asked, but a known revocation counts', (_, id) => {
    const one = silent(id);
    expect(beliefWith([], { leaf: one }).fault).toBeNull();
    expect(beliefWith([makeList({ by: sub, revoked: [{ of: one, reason: 1 }] })], { leaf: one }).fault).toBe('revoked');
  });

  it('an authority may not say so of itself', () => {
    const mute = make({ name: 'Mute', by: root, authority: {}, extensions: [extension('2.5.29.56', false, sequence())] });
    const own = make({ name: 'Own', by: mute });
    const context = contextOf(trust, { revocation: revocationFrom([makeList({ by: mute })]) });
    const belief = verifyCertificate(own.certificate, [mute.certificate], { purpose: 'document', existedAt: now }, context);
    expect(belief.fault).toBe('revocation-unknown');
  });
});

describe('the rules of an operator', () => {
  const lists = [listed({ reason: 1 })];

  it.each([
    ['all', { trust: true, revocation: true, expiry: true }, 'revoked'],
    ['without revocation', { trust: true, revocation: false, expiry: true }, null],
    ['nothing', { trust: false, revocation: false, expiry: false }, null],
  ] as const)('%s', (_, rules, fault) => {
    expect(beliefWith(lists, { more: { rules } }).fault).toBe(fault);
  });

  it('without expiry, validity periods are not looked at', () => {
    const old = make({ name: 'Old', by: sub, to: at('2024-01-01') });
    const asked = (expiry: boolean, trusted = true) => ({ leaf: old, more: { rules: { trust: trusted, revocation: false, expiry } } });
    expect(beliefWith([], asked(true)).fault).toBe('expired');
    expect(beliefWith([], asked(false)).fault).toBeNull();
    expect(beliefWith([], asked(true, false)).fault).toBe('expired');
    expect(beliefWith([], asked(false, false)).fault).toBeNull();
  });

  it('a revoked certificate is called revoked also when it has expired', () => {
    const old = make({ name: 'Old', by: sub, to: at('2026-11-01') });
    expect(beliefWith([makeList({ by: sub, revoked: [{ of: old, reason: 1 }] })], { leaf: old }).fault).toBe('revoked');
  });
});
