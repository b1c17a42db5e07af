/** Lists and answers that somebody offers: kept only when an authority that reaches a pinned anchor signed them. */
import { describe, expect, it } from 'vitest';
import { sequence } from '../../../src/signature/asn1/write.ts';
import { judgeOffer, reachesAnchor } from '../../../src/signature/revocation/offer.ts';
import { at, type ListOrder, make, makeList, newKeys, now, trustIn } from '../path/authority.ts';
import { type Answering, answerOf, noCheck, ocspSigning, type Single } from './responder.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const leaf = make({ name: 'Leaf', by: sub });
const stranger = make({ name: 'Stranger', authority: {} });
const trust = trustIn([root], [sub]);

const told = (der: Uint8Array, near: readonly { certificate: typeof sub.certificate }[] = [], among = trust, when = now): string => {
  const offer = judgeOffer(
    der,
    among,
    when,
    near.map(({ certificate }) => certificate),
  );
  if (offer.kind === 'bad') return `${offer.fault}${offer.piece === null ? '' : ` ${offer.piece.kind}`}`;
  return `${offer.piece.kind} of ${offer.issuer.subject.text}${offer.isStale ? ', stale' : ''}`;
};
const list = (order: Partial<ListOrder> = {}) => makeList({ by: sub, ...order });

describe('a list', () => {
  it('is good of whoever is installed and reaches an anchor', () => {
    expect(told(list())).toBe('crl of CN=Sub');
    expect(told(list({ by: root }))).toBe('crl of CN=Root');
    expect(told(list(), [sub], trustIn([root]))).toBe('crl of CN=Sub');
  });

  it('is of nobody who is not known, reaches no anchor, or may not sign lists', () => {
    expect(told(list({ by: stranger }))).toBe('issuer-unknown crl');
    expect(told(list({ by: stranger }), [stranger])).toBe('issuer-unknown crl');
    expect(told(list(), [], trustIn([root]))).toBe('issuer-unknown crl');
    expect(told(list(), [root], trustIn([root]))).toBe('issuer-unknown crl');
    const noLists = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, usage: 0x04 });
    expect(told(list(), [], trustIn([root], [noLists]))).toBe('issuer-unknown crl');
    // A certificate without KeyUsage may.
    const unsaid = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, usage: null });
    expect(told(list(), [], trustIn([root], [unsaid]))).toBe('crl of CN=Sub');
  });

  it('is wrongly signed when none of that name has the key; one of several is enough', () => {
    const fake = makeList({ by: { name: 'Sub', keys: newKeys() } });
    expect(told(fake)).toBe('signature-wrong crl');
    const second = make({ name: 'Sub', by: root, authority: {} });
    expect(told(makeList({ by: second }), [second])).toBe('crl of CN=Sub');
    expect(told(list(), [second])).toBe('crl of CN=Sub');
  });

  it('is stale after its next update, and none of the future', () => {
    const [thisUpdate, nextUpdate] = [at('2026-11-10'), at('2026-11-20')];
    expect(told(list({ thisUpdate, nextUpdate }))).toBe('crl of CN=Sub');
    expect(told(list({ thisUpdate, nextUpdate }), [], trust, new Date(now.getTime() + 1))).toBe('crl of CN=Sub, stale');
    expect(told(list({ thisUpdate, nextUpdate: null }))).toBe('crl of CN=Sub');
    const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
    expect(told(list({ thisUpdate: minutes(5) }))).toBe('crl of CN=Sub');
    expect(told(list({ thisUpdate: minutes(6) }))).toBe('from-the-future crl');
  });
});

describe('an OCSP answer', () => {
  const single = (more: Partial<Single> = {}): Single => ({
    ...{ certificate: leaf.certificate, issuer: sub.certificate, thisUpdate: at('2026-11-19'), nextUpdate: at('2026-11-26') },
    ...more,
  });
  const answer = (more: Partial<Answering> = {}) =>
    answerOf({
      singles: [single()],
      by: { certificate: sub.certificate, key: sub.keys.privateKey },
      producedAt: at('2026-11-19'),
      ...more,
    });
  const delegate = make({ name: 'OCSP', by: sub, extensions: [ocspSigning, noCheck] });
  const byDelegate = { by: { certificate: delegate.certificate, key: delegate.keys.privateKey } };

  it('is good of the authority it speaks for, or of its delegate', () => {
    expect(told(answer())).toBe('ocsp of CN=Sub');
    expect(told(answer({ ...byDelegate, certificates: [delegate.der] }))).toBe('ocsp of CN=Sub');
    expect(told(answer(byDelegate), [delegate])).toBe('ocsp of CN=Sub');
    expect(told(answer(), [sub], trustIn([root]))).toBe('ocsp of CN=Sub');
    expect(told(answer({ singles: [single({ digest: 'sha256' })] }))).toBe('ocsp of CN=Sub');
  });

  it('is of nobody where no installed authority is the one it speaks for', () => {
    expect(told(answer(), [], trustIn([root]))).toBe('issuer-unknown ocsp');
    expect(told(answer(), [stranger], trustIn([stranger]))).toBe('issuer-unknown ocsp');
    const strange = {
      singles: [single({ issuer: stranger.certificate })],
      by: { certificate: stranger.certificate, key: stranger.keys.privateKey },
    };
    expect(told(answer(strange))).toBe('issuer-unknown ocsp');
    expect(told(answer(strange), [stranger])).toBe('issuer-unknown ocsp');
    // Of two authorities at once speaks nobody.
    expect(told(answer({ singles: [single(), single({ issuer: root.certificate })] }))).toBe('issuer-unknown ocsp');
    // Neither name nor key alone will do.
    const renamed = make({ name: 'Sub 2', keys: sub.keys, by: root, authority: {} });
    const rekeyed = make({ name: 'Sub', by: root, authority: {} });
    expect(told(answer(), [], trustIn([root], [renamed, rekeyed]))).toBe('issuer-unknown ocsp');
    // The end entity itself is no authority.
    const self = make({ name: 'Sub', keys: sub.keys, by: root });
    expect(told(answer(), [], trustIn([root], [self]))).toBe('issuer-unknown ocsp');
  });

  it('is wrongly signed by anybody else', () => {
    expect(told(answer({ by: { certificate: sub.certificate, key: newKeys().privateKey } }))).toBe('signature-wrong ocsp');
    expect(told(answer(byDelegate))).toBe('signature-wrong ocsp');
    const unasked = make({ name: 'OCSP', by: sub });
    expect(told(answer({ by: { certificate: unasked.certificate, key: unasked.keys.privateKey }, certificates: [unasked.der] }))).toBe(
      'signature-wrong ocsp',
    );
  });

  it('is stale, or of the future, by its parts', () => {
    const when = at('2026-11-27');
    expect(told(answer(), [], trust, when)).toBe('ocsp of CN=Sub, stale');
    expect(told(answer({ singles: [single({ thisUpdate: at('2026-11-21') })] }))).toBe('from-the-future ocsp');
  });
});

describe('anything else', () => {
  it('is unreadable', () => {
    for (const bytes of [Buffer.from('junk'), leaf.der, sequence(), list().subarray(0, -1)]) expect(told(bytes)).toBe('unreadable');
  });
});

describe('reaching an anchor', () => {
  it('asks neither when nor for what, and helpers may stand between', () => {
    const old = make({ name: 'Old', by: root, authority: {}, from: at('2001-01-01'), to: at('2002-01-01') });
    const below = make({ name: 'Below', by: old });
    expect(reachesAnchor(root.certificate, [], trust)).toBe(true);
    expect(reachesAnchor(old.certificate, [], trust)).toBe(true);
    expect(reachesAnchor(below.certificate, [], trust)).toBe(false);
    expect(reachesAnchor(below.certificate, [old.certificate], trust)).toBe(true);
    expect(reachesAnchor(stranger.certificate, [stranger.certificate], trust)).toBe(false);
  });
});
