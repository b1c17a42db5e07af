/** Asking about a whole path: what decides, who is believed in turn, how much is asked; and what a source may say at all. */
import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/signature/path/certificate.ts';
import { askOf, fullBudget, type InquirySetting, isClear } from '../../../src/signature/revocation/inquiry.ts';
import {
  answersFor,
  crlsOf,
  type KnownRevocation,
  nothingKnown,
  revocationFrom,
  withEmbedded,
} from '../../../src/signature/revocation/known.ts';
import { isFresh, isIssued, type Status, stillSpeaksOf } from '../../../src/signature/revocation/status.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { at, issuingPoint, type ListOrder, type Made, make, makeList, now, point, trustIn } from '../path/authority.ts';
import { answerOf, noCheck, ocspSigning, type Single } from './responder.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const leaf = make({ name: 'Leaf', by: sub, serial: 0x0a });
const trust = trustIn([root], [sub]);
const chain = [leaf, sub, root];

type Asked = { chain?: readonly Made[]; existedAt?: Date; setting?: Partial<InquirySetting>; embedded?: readonly Made[] };
const ask = (files: readonly Uint8Array[], { chain: path = chain, existedAt = now, setting = {}, embedded = [] }: Asked = {}) =>
  askOf(
    {
      ...{ trust, now, anchor: root.certificate, expiry: true, budget: fullBudget() },
      ...{ known: revocationFrom(files), embedded: embedded.map(({ certificate }) => certificate) },
      ...setting,
    },
    path.map(({ certificate }) => certificate),
    existedAt,
  );
const told = (files: readonly Uint8Array[], asked: Asked = {}): readonly string[] =>
  ask(files, asked).map(({ certificate, status, exempt }) => {
    const name = certificate.subject.commonName ?? '';
    return `${name} ${status === null ? 'nothing' : `${status.status} ${status.source}`}${exempt ? ', exempt' : ''}`;
  });

const list = (order: Partial<ListOrder> = {}) => makeList({ by: sub, ...order });
const rootList = makeList({ by: root });
const single = (more: Partial<Single> = {}): Single => ({
  ...{ certificate: leaf.certificate, issuer: sub.certificate, thisUpdate: at('2026-11-19'), nextUpdate: at('2026-11-26') },
  ...more,
});
const answer = (more: Partial<Single> = {}, by: Made = sub, certificates: readonly Made[] = []) =>
  answerOf({
    ...{ singles: [single(more)], by: { certificate: by.certificate, key: by.keys.privateKey } },
    ...{ producedAt: more.thisUpdate ?? at('2026-11-19'), certificates: certificates.map(({ der }) => der) },
  });
const gone = (on: string, reason?: number) => ({ of: leaf, on: at(on), ...(reason === undefined ? {} : { reason }) });

describe('a path', () => {
  it('is asked about from below the anchor down to the leaf', () => {
    expect(told([rootList, list()])).toEqual(['Sub good crl', 'Leaf good crl']);
    expect(told([])).toEqual(['Sub nothing', 'Leaf nothing']);
    expect(told([rootList, list()], { chain: [root] })).toEqual([]);
  });

  it('is clear when all is good, or exempt and not revoked', () => {
    const status = (what: Status['status']): Status => ({
      ...{ status: what, source: 'crl', thisUpdate: now, nextUpdate: null, revokedAt: null, reason: null, used: [] },
    });
    const of = (what: Status['status'] | null, exempt = false) => ({
      certificate: leaf.certificate,
      status: what === null ? null : status(what),
      exempt,
    });
    const clear = [[], [of('good')], [of('good'), of(null, true)], [of('unknown', true)], [of('good', true)]];
    const not = [[of('revoked')], [of('unknown')], [of(null)], [of('revoked', true)], [of('good'), of(null)]];
    expect([...clear, ...not].map(isClear)).toEqual([...clear.map(() => true), ...not.map(() => false)]);
  });

  it('exempts a leaf of which nothing is published, no authority', () => {
    const saying = (...ids: readonly string[]) => ids.map((id) => extension(id, false, Buffer.from('0500', 'hex')));
    const short = (...ids: readonly string[]) => make({ name: 'Short', by: sub, extensions: saying(...ids) });
    for (const id of ['2.5.29.56', '0.4.0.194121.2.1'])
      expect(told([rootList], { chain: [short(id), sub, root] })).toEqual(['Sub good crl', 'Short nothing, exempt']);
    for (const id of ['1.3.6.1.5.5.7.48.1.5', '2.5.29.57'])
      expect(told([rootList], { chain: [short(id), sub, root] })).toEqual(['Sub good crl', 'Short nothing']);
    const authority = make({ name: 'CA', by: root, authority: {}, extensions: saying('2.5.29.56') });
    expect(told([], { chain: [authority, root] })).toEqual(['CA nothing']);
    const below = make({ name: 'Below', by: short('2.5.29.56') });
    expect(told([], { chain: [below, short('2.5.29.56'), root] })).toEqual(['Short nothing', 'Below nothing']);
  });
});

describe('of a list and an answer', () => {
  const later = { thisUpdate: at('2026-11-19') };
  const revoked = (reason?: number) => ({ status: { revokedAt: at('2026-11-01'), ...(reason === undefined ? {} : { reason }) } });
  const old = { thisUpdate: at('2026-11-18') };
  it.each<[string, readonly Uint8Array[], string]>([
    ['the newer good one tells', [list(), answer(old)], 'good crl'],
    ['the newer good one tells', [list(old), answer()], 'good ocsp'],
    ['a lasting revocation wins over what is newer', [list(), answer({ ...old, ...revoked(1) })], 'revoked ocsp'],
    ['a lasting revocation wins over what is newer', [list({ ...old, revoked: [gone('2026-11-01')] }), answer()], 'revoked crl'],
    ['a hold yields to what is newer', [list({ ...old, revoked: [gone('2026-11-01', 6)] }), answer(later)], 'good ocsp'],
    ['a hold yields to what is newer', [list(), answer({ ...old, ...revoked(6) })], 'good crl'],
    ['a newer hold stands', [list({ revoked: [gone('2026-11-01', 6)] }), answer(old)], 'revoked crl'],
    ['a newer hold stands', [list(old), answer(revoked(6))], 'revoked ocsp'],
    ['what decides wins over what knows nothing', [list(old), answer({ status: 'unknown' })], 'good crl'],
    ['what decides wins over what knows nothing', [list({ nextUpdate: at('2026-11-19') }), answer(old)], 'good ocsp'],
    ['the list tells where both know nothing', [list({ nextUpdate: at('2026-11-19') }), answer({ status: 'unknown' })], 'unknown crl'],
    ['an answer alone', [answer({ status: 'unknown' })], 'unknown ocsp'],
  ])('%s', (_, files, expected) => {
    expect(told([rootList, ...files])[1]).toBe(`Leaf ${expected}`);
  });
});

describe('whoever signed a list or an answer for another', () => {
  const delegate = make({ name: 'OCSP', by: sub, extensions: [ocspSigning] });
  const free = make({ name: 'Free', by: sub, extensions: [ocspSigning, noCheck] });
  const isOther = (by: Made, more: Partial<Single> = {}) => answer(more, by, [by]);

  it('is asked about in turn, unless its issuer said not to', () => {
    expect(told([rootList, isOther(free)])).toEqual(['Sub good crl', 'Leaf good ocsp']);
    expect(told([rootList, isOther(delegate)])).toEqual(['Sub good crl', 'Leaf nothing']);
    const used = ask([rootList, isOther(free)])[1]?.status?.used.map(({ kind }) => kind);
    expect(used).toEqual(['ocsp', 'certificate', 'certificate', 'certificate', 'crl']);
    expect(told([isOther(free)])).toEqual(['Sub nothing', 'Leaf nothing']);
  });

  it('stands under the same anchor', () => {
    const other = make({ name: 'Root 2', authority: {} });
    const cross = make({ name: 'Sub', keys: sub.keys, by: other, authority: {} });
    const setting = { trust: trustIn([root, other], [cross]), anchor: root.certificate };
    expect(told([rootList, makeList({ by: other }), isOther(free)], { setting })[1]).toBe('Leaf nothing');
    expect(told([rootList, makeList({ by: other }), isOther(free)], { setting: { ...setting, anchor: other.certificate } })[1]).toBe(
      'Leaf good ocsp',
    );
  });

  it('is believed of itself only as far as its list goes (PKITS 4.14.30)', () => {
    const signer = make({ name: 'Lists', by: sub, usage: 0x02 });
    const indirect = makeList({ by: signer, extensions: [issuingPoint({ indirect: true })] });
    const pointed = make({ name: 'Pointed', by: sub, extensions: [point({ issuer: 'Lists' })] });
    const asked = { chain: [pointed, sub, root], embedded: [signer] };
    // Its own list does not name it as speaking of it; its issuer's does.
    expect(told([rootList, indirect], asked)[1]).toBe('Pointed nothing');
    const clears = makeList({ by: sub });
    expect(told([rootList, indirect, clears], asked)[1]).toBe('Pointed good crl');
    const revokes = makeList({ by: sub, thisUpdate: at('2026-11-18'), revoked: [{ of: signer, on: at('2026-11-01') }] });
    const alone = ask([rootList, indirect, revokes], asked)[1]?.status?.used.map(({ der }) => der);
    expect(alone).toEqual([revokes]);
  });

  it('that came with the file is asked about so often; what is installed, always', () => {
    const budget = (strangers: number) => ({ budget: { questions: 200, strangers } });
    const spent = (files: readonly Uint8Array[], strangers: number, more: Partial<InquirySetting> = {}): readonly unknown[] => {
      const setting = { ...budget(strangers), ...more };
      return [told(files, { setting })[1], setting.budget.strangers];
    };
    expect(spent([rootList, isOther(free)], 1)).toEqual(['Leaf good ocsp', 1]);
    expect(spent([rootList, isOther(free)], 0)).toEqual(['Leaf nothing', 0]);
    expect(spent([rootList, isOther(delegate)], 2)).toEqual(['Leaf nothing', 1]);
    const installed = { trust: trustIn([root], [sub, free, delegate]) };
    expect(spent([rootList, isOther(free)], 0, installed)).toEqual(['Leaf good ocsp', 0]);
    expect(spent([rootList, isOther(delegate)], 2, installed)).toEqual(['Leaf nothing', 2]);
  });

  it('must be right for it at the time', () => {
    const unfit = make({ name: 'Unfit', by: sub, extensions: [ocspSigning, noCheck], to: at('2026-11-18') });
    expect(told([rootList, isOther(unfit)])[1]).toBe('Leaf nothing');
    expect(told([rootList, isOther(unfit)], { setting: { expiry: false } })[1]).toBe('Leaf good ocsp');
  });
});

describe('questions', () => {
  it('are counted, one for each certificate, and none is asked beyond', () => {
    const asked = (questions: number) => {
      const budget = { questions, strangers: 15 };
      return [...told([rootList, list()], { setting: { budget } }), budget.questions];
    };
    // The leaf is asked about first.
    expect(asked(2)).toEqual(['Sub good crl', 'Leaf good crl', 0]);
    expect(asked(1)).toEqual(['Sub nothing', 'Leaf good crl', 0]);
    expect(asked(0)).toEqual(['Sub nothing', 'Leaf nothing', 0]);
    expect(fullBudget()).toEqual({ questions: 200, strangers: 15 });
  });

  it('that were answered are not asked again; nothing known is asked again', () => {
    const free = make({ name: 'Free', by: sub, extensions: [ocspSigning, noCheck] });
    const left = (files: readonly Uint8Array[]) => {
      const budget = { questions: 200, strangers: 15 };
      told(files, { setting: { budget } });
      return 200 - budget.questions;
    };
    // Leaf, Free, Sub for Free; Sub is then known.
    expect(left([rootList, answer({ thisUpdate: now }, free, [free])])).toBe(3);
    expect(left([answer({ thisUpdate: now }, free, [free])])).toBe(4);
  });
});

describe('what is known', () => {
  const pem = (label: string, der: Uint8Array) =>
    `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
  const subKey = 'directory:["CN=sub"]';
  const counts = (known: KnownRevocation) => [crlsOf(known, subKey).length, answersFor(known, '0A').length];

  it('is found by issuer and by number, in DER and PEM, and nothing else', () => {
    expect(counts(revocationFrom([list(), answer()]))).toEqual([1, 1]);
    expect(counts(revocationFrom([Buffer.from(`${pem('X509 CRL', list())}${pem('ANYTHING', answer())}`)]))).toEqual([1, 1]);
    expect(counts(revocationFrom([leaf.der, Buffer.from('junk'), Buffer.alloc(0)]))).toEqual([0, 0]);
    expect(counts(revocationFrom([list(), list({ number: 2 }), rootList]))).toEqual([2, 0]);
    expect([crlsOf(nothingKnown, subKey), answersFor(nothingKnown, '0A'), answersFor(revocationFrom([answer()]), '0B')]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('keeps an answer once for each number it speaks of', () => {
    const twice = answerOf({
      ...{
        singles: [single(), single(), single({ certificate: sub.certificate, issuer: root.certificate })],
        producedAt: at('2026-11-19'),
      },
      by: { certificate: sub.certificate, key: sub.keys.privateKey },
    });
    const known = revocationFrom([twice]);
    expect([answersFor(known, '0A').length, answersFor(known, sub.certificate.serial).length]).toEqual([1, 1]);
  });

  it('has what a file brings before what is at hand, five hundred at most', () => {
    const atHand = revocationFrom([list({ number: 1 })]);
    const numbers = (known: KnownRevocation) => crlsOf(known, subKey).map(({ number }) => number);
    expect(numbers(withEmbedded(atHand, [list({ number: 2 })]))).toEqual([2n, 1n]);
    expect(withEmbedded(atHand, [])).toBe(atHand);
    expect([withEmbedded(undefined, []), numbers(withEmbedded(undefined, [list({ number: 3 })]))]).toEqual([nothingKnown, [3n]]);
    const many = (count: number) => [...Array.from({ length: count }, () => Buffer.from('x')), list({ number: 4 })];
    expect([numbers(withEmbedded(atHand, many(499))), numbers(withEmbedded(atHand, many(500)))]).toEqual([[4n, 1n], [1n]]);
  });
});

describe('what a source may say', () => {
  const [before, after] = [at('2026-11-19'), at('2026-11-21')];
  it('is issued by now, or five minutes from now', () => {
    const ahead = (ms: number) => isIssued(new Date(now.getTime() + ms), now);
    expect([ahead(-1), ahead(0), ahead(300_000), ahead(300_001)]).toEqual([true, true, true, false]);
  });
  it('is fresh for an instant before it, or before its next', () => {
    expect([isFresh(after, null, now), isFresh(now, null, now), isFresh(before, null, now)]).toEqual([true, true, false]);
    expect([isFresh(before, after, now), isFresh(before, now, now), isFresh(before, before, now)]).toEqual([true, true, false]);
  });
  it('is silent of those that were over when it was made, unless it keeps them', () => {
    const over = { notAfter: now } as Certificate;
    expect([before, now, after].map((date) => stillSpeaksOf(over, date, null))).toEqual([true, true, false]);
    expect([before, now, after].map((date) => stillSpeaksOf(over, after, date))).toEqual([true, true, false]);
  });
});
