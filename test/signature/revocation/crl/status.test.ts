/** What lists say of a certificate: which one decides, from when on, who is believed, what is used. */
import { describe, expect, it } from 'vitest';
import { implicit, octets, sequence, tlv } from '../../../../src/signature/asn1/write.ts';
import type { Certificate } from '../../../../src/signature/path/certificate.ts';
import { statusByCrl } from '../../../../src/signature/revocation/crl/status.ts';
import { crlsOf, revocationFrom } from '../../../../src/signature/revocation/known.ts';
import type { Inquiry, Moment } from '../../../../src/signature/revocation/status.ts';
import { extension } from '../../../../src/signature/sign/extension.ts';
import { at, issuingPoint, type ListOrder, type Made, make, makeList, newKeys, now, point, trustIn } from '../../path/authority.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const leaf = make({ name: 'Leaf', by: sub, to: at('2030-01-01') });
const trust = trustIn([root], [sub]);
const helper = { kind: 'certificate' as const, der: Buffer.from('helper') };

type Asked = { leaf?: Made; issuer?: Certificate; moment?: Partial<Moment>; inquiry?: Partial<Inquiry>; believed?: readonly Made[] };
const ask = (
  lists: readonly Uint8Array[],
  { leaf: one = leaf, issuer = sub.certificate, moment = {}, inquiry = {}, believed = [] }: Asked = {},
) => {
  const known = revocationFrom(lists);
  const believes: Inquiry['believes'] = (signer) =>
    believed.some(({ certificate }) => certificate.sha256 === signer.sha256) ? [helper] : null;
  return statusByCrl(
    one.certificate,
    issuer,
    (key) => crlsOf(known, key),
    { existedAt: now, now, ...moment },
    {
      ...{ trust, embedded: [], expiry: true, believes },
      ...inquiry,
    },
  );
};
const told = (lists: readonly Uint8Array[], asked: Asked = {}): string => {
  const found = ask(lists, asked);
  if (found === null) return 'nothing';
  const revoked = found.revokedAt === null ? '' : ` ${found.revokedAt.toISOString().slice(0, 10)}/${found.reason}`;
  return `${found.status} ${found.thisUpdate.toISOString().slice(0, 10)}${revoked}`;
};
const list = (order: Partial<ListOrder> = {}) => makeList({ by: sub, ...order });
const gone = (on: string, reason?: number, since?: string) => ({
  of: leaf,
  on: at(on),
  ...(reason === undefined ? {} : { reason }),
  ...(since === undefined ? {} : { invalidSince: at(since) }),
});

describe('one list', () => {
  it.each<[string, Partial<ListOrder>, Partial<Moment>, string]>([
    ['without the certificate', {}, {}, 'good 2026-11-19'],
    ['with it', { revoked: [gone('2026-01-01', 1)] }, {}, 'revoked 2026-11-19 2026-01-01/1'],
    ['for no reason', { revoked: [gone('2026-01-01')] }, {}, 'revoked 2026-11-19 2026-01-01/null'],
    ['of the instant', { revoked: [gone('2026-11-10')] }, { existedAt: at('2026-11-10') }, 'revoked 2026-11-19 2026-11-10/null'],
    ['of later', { revoked: [gone('2026-11-10', 4)] }, { existedAt: at('2026-11-09') }, 'good 2026-11-19 2026-11-10/4'],
    [
      'bad since earlier',
      { revoked: [gone('2026-11-10', 1, '2026-11-01')] },
      { existedAt: at('2026-11-09') },
      'revoked 2026-11-19 2026-11-01/1',
    ],
    [
      'bad since later',
      { revoked: [gone('2026-11-10', 1, '2026-11-12')] },
      { existedAt: at('2026-11-11') },
      'revoked 2026-11-19 2026-11-10/1',
    ],
    ['with a hold', { revoked: [gone('2026-01-01', 6)] }, {}, 'revoked 2026-11-19 2026-01-01/6'],
    ['with a removal, which a full list cannot have', { revoked: [gone('2026-01-01', 8)] }, {}, 'revoked 2026-11-19 2026-01-01/8'],
    ['too old', { nextUpdate: at('2026-11-19') }, {}, 'unknown 2026-11-19'],
    ['to its last moment', { nextUpdate: now }, {}, 'good 2026-11-19'],
    ['too old, with it', { nextUpdate: at('2026-11-19'), revoked: [gone('2026-01-01')] }, {}, 'revoked 2026-11-19 2026-01-01/null'],
    ['too old, with a hold', { nextUpdate: at('2026-11-19'), revoked: [gone('2026-01-01', 6)] }, {}, 'unknown 2026-11-19 2026-01-01/6'],
    ['without a next one, older', { nextUpdate: null }, {}, 'unknown 2026-11-19'],
    ['without a next one, newer', { nextUpdate: null }, { existedAt: at('2026-11-19') }, 'good 2026-11-19'],
    ['of the future', { thisUpdate: at('2026-11-21') }, {}, 'nothing'],
    ['for authorities', { extensions: [issuingPoint({ authorities: true })] }, {}, 'nothing'],
    ['for some reasons', { extensions: [issuingPoint({ reasons: 0x6000 })] }, {}, 'unknown 2026-11-19'],
  ])('%s', (_, order, moment, expected) => {
    expect(told([list(order)], { moment })).toBe(expected);
  });

  it('newer than the certificate speaks only where it keeps those that are over', () => {
    const over = make({ name: 'Over', by: sub, to: at('2026-06-01') });
    const asked = { leaf: over, moment: { existedAt: at('2026-05-01') } };
    const kept = (since: string) => extension('2.5.29.60', false, tlv(0x18, Buffer.from(`${since}000000Z`)));
    expect(told([list()], asked)).toBe('unknown 2026-11-19');
    expect(told([list({ extensions: [kept('20260601')] })], asked)).toBe('good 2026-11-19');
    expect(told([list({ extensions: [kept('20260602')] })], asked)).toBe('unknown 2026-11-19');
    expect(told([list({ thisUpdate: at('2026-06-01'), nextUpdate: null })], asked)).toBe('good 2026-06-01');
  });

  it('says what it used', () => {
    const bytes = list();
    expect(ask([bytes])).toMatchObject({ source: 'crl', nextUpdate: at('2026-11-26'), used: [{ kind: 'crl', der: bytes }] });
    expect(ask([bytes])?.used).toHaveLength(1);
  });
});

describe('several lists', () => {
  const older = (more: Partial<ListOrder> = {}) => list({ thisUpdate: at('2026-11-10'), nextUpdate: at('2026-11-30'), ...more });
  it('the newest decides, unless an older one knows of a lasting revocation', () => {
    const hold = older({ revoked: [gone('2026-11-01', 6)] });
    const lasting = older({ revoked: [gone('2026-11-01', 1)] });
    for (const [lists, expected] of [
      [[list(), hold], 'good 2026-11-19'],
      [[hold, list()], 'good 2026-11-19'],
      [[lasting, list()], 'revoked 2026-11-10 2026-11-01/1'],
      [[list(), lasting], 'revoked 2026-11-10 2026-11-01/1'],
      [[older(), list()], 'good 2026-11-19'],
      [[older(), older({ thisUpdate: at('2026-11-05') })], 'good 2026-11-10'],
      [[list({ nextUpdate: at('2026-11-19') }), older({ nextUpdate: at('2026-11-11') })], 'unknown 2026-11-19'],
    ] as const)
      expect(told(lists)).toBe(expected);
  });

  it('cover the reasons together', () => {
    const [some, rest] = [issuingPoint({ reasons: 0x6000 }), issuingPoint({ reasons: 0x1f80 })];
    const [a, b] = [list({ extensions: [some] }), older({ extensions: [rest] })];
    expect([told([a]), told([b])]).toEqual(['unknown 2026-11-19', 'unknown 2026-11-10']);
    expect(told([a, b])).toBe('good 2026-11-19');
    expect(ask([a, b])?.used.map(({ der }) => der)).toEqual([b, a]);
    expect(told([a, older({ extensions: [rest], revoked: [gone('2026-01-01', 6)] })])).toBe('revoked 2026-11-10 2026-01-01/6');
  });

  it('of points that cannot be read say nothing', () => {
    const odd = make({ name: 'Odd', by: sub, extensions: [extension('2.5.29.31', false, Buffer.from('junk'))] });
    expect(told([list()], { leaf: odd })).toBe('nothing');
  });

  it('of another issuer count where a point names it', () => {
    const other = make({ name: 'Other', by: root, authority: {} });
    const pointed = make({ name: 'Pointed', by: sub, extensions: [point({ issuer: 'Other' })] });
    const indirect = makeList({ by: other, extensions: [issuingPoint({ indirect: true })] });
    const asked = { leaf: pointed, inquiry: { trust: trustIn([root], [sub, other]) }, believed: [other] };
    expect(told([indirect], asked)).toBe('good 2026-11-19');
    expect(ask([indirect], asked)?.used).toEqual([expect.objectContaining({ kind: 'crl' }), helper]);
    expect(told([indirect], { ...asked, believed: [] })).toBe('nothing');
    expect(told([makeList({ by: other })], asked)).toBe('nothing');
  });
});

describe('a delta list', () => {
  const keyId = (hex: string) => extension('2.5.29.35', false, sequence(implicit(0, Buffer.from(hex, 'hex'))));
  const full = (more: Partial<ListOrder> = {}) => list({ number: 5, thisUpdate: at('2026-11-10'), nextUpdate: at('2026-11-30'), ...more });
  const delta = (more: Partial<ListOrder> = {}) => list({ number: 7, deltaOf: 5, ...more });

  it.each<[string, Uint8Array, Uint8Array, string]>([
    ['adds', full(), delta({ revoked: [gone('2026-11-15', 1)] }), 'revoked 2026-11-19 2026-11-15/1'],
    ['brings up to date', full(), delta(), 'good 2026-11-19'],
    ['lifts a hold', full({ revoked: [gone('2026-11-01', 6)] }), delta({ revoked: [gone('2026-11-15', 8)] }), 'good 2026-11-19'],
    ['lifts nothing that it does not name', full({ revoked: [gone('2026-11-01', 6)] }), delta(), 'revoked 2026-11-19 2026-11-01/6'],
    [
      'changes a hold',
      full({ revoked: [gone('2026-11-01', 6)] }),
      delta({ revoked: [gone('2026-11-15', 1)] }),
      'revoked 2026-11-19 2026-11-15/1',
    ],
    ['of a later base', full(), delta({ deltaOf: 6, revoked: [gone('2026-11-15', 1)] }), 'good 2026-11-10'],
    ['of an earlier base', full(), delta({ deltaOf: 4, revoked: [gone('2026-11-15', 1)] }), 'revoked 2026-11-19 2026-11-15/1'],
    ['not newer by number', full(), delta({ number: 5, revoked: [gone('2026-11-15', 1)] }), 'good 2026-11-10'],
    [
      'of another scope',
      full(),
      delta({ revoked: [gone('2026-11-15', 1)], extensions: [issuingPoint({ users: true })] }),
      'good 2026-11-10',
    ],
    ['of another key', full(), delta({ revoked: [gone('2026-11-15', 1)], extensions: [keyId('ab')] }), 'good 2026-11-10'],
    ['without a number', full(), list({ deltaOf: 5, revoked: [gone('2026-11-15', 1)] }), 'good 2026-11-10'],
    [
      'over a list without a number',
      list({ thisUpdate: at('2026-11-10') }),
      delta({ revoked: [gone('2026-11-15', 1)] }),
      'good 2026-11-10',
    ],
    [
      'signed by nobody',
      full(),
      makeList({ by: { name: 'Sub', keys: newKeys() }, number: 7, deltaOf: 5, revoked: [gone('2026-11-15', 1)] }),
      'good 2026-11-10',
    ],
    [
      'that cannot be used',
      full(),
      delta({ revoked: [{ ...gone('2026-11-15', 1), extensions: [extension('1.2.3', true, octets(Buffer.alloc(1)))] }] }),
      'good 2026-11-10',
    ],
    [
      'over a list that cannot be used',
      full({ revoked: [{ ...gone('2026-11-15', 1), extensions: [extension('1.2.3', true, octets(Buffer.alloc(1)))] }] }),
      delta(),
      'nothing',
    ],
  ])('%s', (_, base, change, expected) => {
    expect([told([base, change]), told([change, base])]).toEqual([expected, expected]);
  });

  it('alone says nothing; of several the newest that fits', () => {
    expect(told([delta({ revoked: [gone('2026-11-15', 1)] })])).toBe('nothing');
    const earlier = delta({ number: 6, thisUpdate: at('2026-11-15'), revoked: [gone('2026-11-12', 6)] });
    expect(told([full(), earlier, delta({ revoked: [gone('2026-11-15', 8)] })])).toBe('good 2026-11-19');
    // Of one date, the higher number.
    const [six, eight] = [delta({ number: 6, revoked: [gone('2026-11-12', 6)] }), delta({ number: 8 })];
    for (const lists of [
      [full(), six, eight],
      [full(), eight, six],
    ])
      expect(told(lists)).toBe('good 2026-11-19');
    expect(ask([full(), delta()])?.used.map(({ kind }) => kind)).toEqual(['crl', 'crl']);
  });
});

describe('the signer of a list', () => {
  it('is the issuer, within its time, allowed to sign lists', () => {
    const old = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, to: at('2026-11-18') });
    const young = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, from: at('2026-11-20') });
    const noLists = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, usage: 0x04 });
    const unsaid = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, usage: null });
    const day = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, from: at('2026-11-19'), to: at('2026-11-19') });
    const lone = { trust: trustIn([root]) };
    const by = (issuer: Made, more: Partial<Inquiry> = {}) => told([list()], { issuer: issuer.certificate, inquiry: { ...lone, ...more } });
    expect([old, young, noLists, unsaid, day].map((one) => by(one))).toEqual([
      'nothing',
      'nothing',
      'nothing',
      'good 2026-11-19',
      'good 2026-11-19',
    ]);
    expect([old, young].map((one) => by(one, { expiry: false }))).toEqual(['good 2026-11-19', 'good 2026-11-19']);
  });

  it('may be another of the name who is believed, installed or brought along', () => {
    const second = make({ name: 'Sub', by: root, authority: {} });
    const signed = makeList({ by: second });
    expect(told([signed], { inquiry: { embedded: [second.certificate] } })).toBe('nothing');
    expect(told([signed], { inquiry: { embedded: [second.certificate] }, believed: [second] })).toBe('good 2026-11-19');
    expect(told([signed], { inquiry: { trust: trustIn([root], [sub, second]) }, believed: [second] })).toBe('good 2026-11-19');
    expect(told([signed], { believed: [second] })).toBe('nothing');
    // One of another name has the key: not asked.
    const named = make({ name: 'Other', keys: second.keys, by: root, authority: {} });
    expect(told([signed], { inquiry: { embedded: [named.certificate] }, believed: [named] })).toBe('nothing');
  });

  it('is looked for among few: four brought along, ten installed, those whose key identifier fits first', () => {
    const withId = (hex: string) => extension('2.5.29.14', false, octets(Buffer.from(hex, 'hex')));
    const strangers = Array.from({ length: 10 }, () => make({ name: 'Sub', by: root, authority: {}, extensions: [withId('ff')] }));
    const second = make({ name: 'Sub', by: root, authority: {}, extensions: [withId('ab')] });
    const plain = makeList({ by: second });
    const marked = makeList({ by: second, extensions: [extension('2.5.29.35', false, sequence(implicit(0, Buffer.from('ab', 'hex'))))] });
    const brought = (count: number, signed: Uint8Array) =>
      told([signed], {
        inquiry: { embedded: [...strangers.slice(0, count), second].map(({ certificate }) => certificate) },
        believed: [second],
      });
    expect([brought(3, plain), brought(4, plain), brought(4, marked)]).toEqual(['good 2026-11-19', 'nothing', 'good 2026-11-19']);
    const installed = (count: number, signed: Uint8Array) =>
      told([signed], { inquiry: { trust: trustIn([root], [...strangers.slice(0, count), second]) }, believed: [second] });
    expect([installed(9, plain), installed(10, plain), installed(10, marked)]).toEqual(['good 2026-11-19', 'nothing', 'good 2026-11-19']);
  });

  it('signs for its own key where the list is of one key (caVersion)', () => {
    const one = extension('1.3.6.1.4.1.311.21.1', false, Buffer.from('020100', 'hex'));
    const second = make({ name: 'Sub', by: root, authority: {} });
    const asked = { inquiry: { embedded: [second.certificate] }, believed: [second] };
    expect(told([makeList({ by: second, extensions: [one] })], asked)).toBe('nothing');
    expect(told([list({ extensions: [one] })], asked)).toBe('good 2026-11-19');
  });
});
