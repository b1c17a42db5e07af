/** What files about revocation are, told from their outside; which list replaces which; how the installed authorities stand. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { implicit, octets, sequence } from '../../../src/signature/asn1/write.ts';
import { type CrlFacts, type OcspFacts, piecesOf, type RevocationFacts, readPiece } from '../../../src/signature/revocation/facts.ts';
import { authoritiesOf, isListOf, standingsOf } from '../../../src/signature/revocation/standing.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { at, issuingPoint, type ListOrder, type Made, make, makeList, now, trustIn } from '../path/authority.ts';
import { answerOf, type Single } from './responder.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const [leaf, other] = [make({ name: 'Leaf', by: sub, serial: 0xa1b2 }), make({ name: 'Other', by: sub, serial: 0x0c })];

const keyId = (hex: string) => extension('2.5.29.35', false, sequence(implicit(0, Buffer.from(hex, 'hex'))));
const factsOf = (der: Uint8Array): RevocationFacts => {
  const piece = readPiece(der);
  if (piece === null) throw new Error('neither a list nor an answer');
  return piece.facts;
};
const listFacts = (order: Partial<ListOrder> = {}): CrlFacts => {
  const facts = factsOf(makeList({ by: sub, ...order }));
  if (facts.kind !== 'crl') throw new Error('an answer');
  return facts;
};
const single = (more: Partial<Single> = {}): Single => ({
  ...{ certificate: leaf.certificate, issuer: sub.certificate, thisUpdate: at('2026-11-18'), nextUpdate: at('2026-11-25') },
  ...more,
});
const answer = (singles: readonly Single[], named: 'name' | 'key' = 'name') =>
  answerOf({ singles, by: { certificate: sub.certificate, key: sub.keys.privateKey }, producedAt: at('2026-11-19'), named });
const answerFacts = (singles: readonly Single[], named: 'name' | 'key' = 'name'): OcspFacts => {
  const facts = factsOf(answer(singles, named));
  if (facts.kind !== 'ocsp') throw new Error('a list');
  return facts;
};

describe('facts of a list', () => {
  it('are its issuer, key, number and dates', () => {
    const { scope, issuer, ...rest } = listFacts({ number: 300, extensions: [keyId('ab01')] });
    expect(issuer.text).toBe('CN=Sub');
    expect(scope).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      ...{ kind: 'crl', authorityKeyId: 'ab01', isDelta: false },
      ...{ thisUpdate: '2026-11-19T00:00:00.000Z', nextUpdate: '2026-11-26T00:00:00.000Z' },
      ...{ number: '300' },
    });
    expect(listFacts({ nextUpdate: null })).toMatchObject({ authorityKeyId: null, number: null, isDelta: false, nextUpdate: null });
    expect(listFacts({ number: 7, deltaOf: 5 })).toMatchObject({ number: '7', isDelta: true });
    expect(readPiece(makeList({ by: sub }))).toMatchObject({ kind: 'crl', crl: { issuer: { text: 'CN=Sub' } } });
  });

  it('have one scope where the newer replaces the older, and another for each thing that keeps them apart', () => {
    const usual = listFacts();
    expect(listFacts({ number: 9, thisUpdate: at('2026-11-20'), nextUpdate: null }).scope).toBe(usual.scope);
    const apart = [
      usual,
      listFacts({ by: root }),
      listFacts({ extensions: [keyId('ab01')] }),
      listFacts({ extensions: [keyId('ab02')] }),
      listFacts({ extensions: [issuingPoint({ users: true })] }),
      listFacts({ number: 7, deltaOf: 5 }),
      answerFacts([single()]),
    ];
    expect(new Set(apart.map(({ scope }) => scope)).size).toBe(apart.length);
  });
});

describe('facts of an OCSP answer', () => {
  it('are its responder, by name or key, and of whom it speaks', () => {
    const { scope, ...rest } = answerFacts([single(), single({ certificate: other.certificate })]);
    expect(scope).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      ...{ kind: 'ocsp', responder: 'CN=Sub', producedAt: '2026-11-19T00:00:00.000Z', serials: ['A1B2', '0C'] },
      ...{ thisUpdate: '2026-11-18T00:00:00.000Z', nextUpdate: '2026-11-25T00:00:00.000Z' },
    });
    const spki = sub.keys.publicKey.export({ type: 'spki', format: 'der' });
    expect(answerFacts([single()], 'key').responder).toBe(createHash('sha1').update(spki.subarray(-65)).digest('hex'));
    expect(readPiece(answer([single()]))).toMatchObject({ kind: 'ocsp', answer: { answers: [{ status: 'good' }] } });
  });

  it('are as old as the oldest part, and last as long as the shortest that says it', () => {
    const parts = [
      single({ thisUpdate: at('2026-11-17'), nextUpdate: at('2026-11-27') }),
      single(),
      { ...single(), thisUpdate: at('2026-11-19') },
    ];
    expect(answerFacts(parts)).toMatchObject({ thisUpdate: '2026-11-17T00:00:00.000Z', nextUpdate: '2026-11-25T00:00:00.000Z' });
    const { nextUpdate: _, ...endless } = single();
    expect(answerFacts([endless])).toMatchObject({ nextUpdate: null });
    expect(answerFacts([endless, single()])).toMatchObject({ nextUpdate: '2026-11-25T00:00:00.000Z' });
  });

  it('have one scope for the same certificates, in whatever order', () => {
    const [one, two] = [single(), single({ certificate: other.certificate })];
    expect(answerFacts([one, two]).scope).toBe(answerFacts([two, one]).scope);
    const apart = [[one], [two], [one, two], [single({ issuer: root.certificate })]].map((singles) => answerFacts(singles).scope);
    expect(new Set(apart).size).toBe(4);
  });
});

describe('a piece', () => {
  it('is none of what is neither, or speaks of nobody', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('3000', 'hex'), leaf.der, Buffer.from('junk'), octets(Buffer.alloc(3))])
      expect(readPiece(bytes)).toBeNull();
    expect(readPiece(answer([]))).toBeNull();
  });

  it('is a block of PEM, or all of DER', () => {
    const [one, two] = [makeList({ by: sub }), answer([single()])];
    const pem = (label: string, der: Uint8Array) =>
      `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
    const plain = (file: Uint8Array) => piecesOf(file).map((piece) => Buffer.from(piece).toString('hex'));
    const hex = [one, two].map((der) => Buffer.from(der).toString('hex'));
    expect(plain(one)).toEqual([hex[0]]);
    expect(plain(Buffer.from(`nhận xét\n${pem('X509 CRL', one)}${pem('OCSP RESPONSE', two)}`))).toEqual(hex);
    expect(plain(Buffer.from('no PEM'))).toEqual([Buffer.from('no PEM').toString('hex')]);
    // DER that happens to hold the text of a block is DER.
    const holding = sequence(octets(Buffer.from(pem('X509 CRL', one))));
    expect(plain(holding)).toEqual([Buffer.from(holding).toString('hex')]);
  });
});

describe('how authorities stand', () => {
  const trust = trustIn([root], [sub]);
  const states = (kept: readonly RevocationFacts[], when = now) =>
    standingsOf(trust, kept, when).map(({ authority, state, lists }) => [authority.subject.text, state, lists.map(({ number }) => number)]);

  it('with nothing, with a current list, with an old one, with one that promises nothing', () => {
    expect(states([])).toEqual([
      ['CN=Root', 'missing', []],
      ['CN=Sub', 'missing', []],
    ]);
    const current = listFacts({ number: 1 });
    expect(states([current])).toEqual([
      ['CN=Root', 'missing', []],
      ['CN=Sub', 'current', ['1']],
    ]);
    expect(states([current], at('2026-11-26'))[1]).toEqual(['CN=Sub', 'current', ['1']]);
    expect(states([current], new Date(at('2026-11-26').getTime() + 1))[1]).toEqual(['CN=Sub', 'stale', ['1']]);
    expect(states([listFacts({ number: 2, nextUpdate: null })])[1]).toEqual(['CN=Sub', 'stale', ['2']]);
    expect(states([answerFacts([single()]), listFacts({ number: 3, deltaOf: 1 })])[1]).toEqual(['CN=Sub', 'missing', []]);
    expect(states([listFacts({ by: root, number: 4 })])).toEqual([
      ['CN=Root', 'current', ['4']],
      ['CN=Sub', 'missing', []],
    ]);
  });

  it('by the newest of each scope: all of them must be current', () => {
    const old = listFacts({ number: 1, thisUpdate: at('2026-11-01'), nextUpdate: at('2026-11-08') });
    const fresh = listFacts({ number: 2 });
    for (const kept of [
      [old, fresh],
      [fresh, old],
      [fresh, old, fresh],
    ])
      expect(states(kept)[1]).toEqual(['CN=Sub', 'current', ['2']]);
    const users = listFacts({ number: 3, extensions: [issuingPoint({ users: true })] });
    const authorities = listFacts({ number: 4, nextUpdate: at('2026-11-19'), extensions: [issuingPoint({ authorities: true })] });
    expect(states([fresh, users])[1]).toEqual(['CN=Sub', 'current', ['2', '3']]);
    expect(states([fresh, users, authorities])[1]).toEqual(['CN=Sub', 'stale', ['2', '3', '4']]);
  });

  it('only of authorities that are not over and reach a pinned anchor', () => {
    const stranger = make({ name: 'Stranger', authority: {} });
    const over = make({ name: 'Over', by: root, authority: {}, to: at('2026-11-19') });
    const last = make({ name: 'Last', by: root, authority: {}, to: now });
    const below = make({ name: 'Below', by: stranger, authority: {} });
    const all = trustIn([root], [stranger, over, last, below, leaf]);
    expect(authoritiesOf(all, now).map(({ subject }) => subject.text)).toEqual(['CN=Root', 'CN=Last']);
  });

  it('by the key where both say one', () => {
    const withId = (name: string, hex: string): Made =>
      make({ name, by: root, authority: {}, extensions: [extension('2.5.29.14', false, octets(Buffer.from(hex, 'hex')))] });
    const [a, bare] = [withId('Sub', 'ab01').certificate, sub.certificate];
    const [ofA, ofB, ofNone] = [listFacts({ extensions: [keyId('ab01')] }), listFacts({ extensions: [keyId('ab02')] }), listFacts()];
    expect([ofA, ofB, ofNone].map((facts) => isListOf(facts, a))).toEqual([true, false, true]);
    expect([ofA, ofB, ofNone].map((facts) => isListOf(facts, bare))).toEqual([true, true, true]);
    expect(isListOf(listFacts({ by: root, extensions: [keyId('ab01')] }), a)).toBe(false);
    expect(isListOf(answerFacts([single()]), bare)).toBe(false);
  });
});
