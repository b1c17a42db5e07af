/** What OCSP answers say of one certificate at one instant: from whom, of when, and which of several. */
import { describe, expect, it } from 'vitest';
import { nothing } from '../../../../src/signature/asn1/write.ts';
import { readOcspAnswer } from '../../../../src/signature/revocation/ocsp/answer.ts';
import { responderOf, statusByOcsp } from '../../../../src/signature/revocation/ocsp/status.ts';
import type { Inquiry, Moment } from '../../../../src/signature/revocation/status.ts';
import { generalizedTime } from '../../../../src/signature/sign/crl.ts';
import { extension } from '../../../../src/signature/sign/extension.ts';
import { at, type Made, make, newKeys, now, trustIn } from '../../path/authority.ts';
import { type Answering, answerOf, ocspSigning, type Single } from '../responder.ts';

const root = make({ name: 'Root', authority: {} });
const sub = make({ name: 'Sub', by: root, authority: {} });
const leaf = make({ name: 'Leaf', by: sub, to: at('2030-01-01') });
const trust = trustIn([root], [sub]);
const helper = { kind: 'certificate' as const, der: Buffer.from('helper') };
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);

const single = (more: Partial<Single> = {}): Single => ({
  ...{ certificate: leaf.certificate, issuer: sub.certificate, thisUpdate: at('2026-11-19'), nextUpdate: at('2026-11-26') },
  ...more,
});
const by = ({ certificate, keys }: Made): Answering['by'] => ({ certificate, key: keys.privateKey });
const read = (more: Partial<Answering> = {}) => {
  const answer = readOcspAnswer(answerOf({ singles: [single()], by: by(sub), producedAt: at('2026-11-19'), ...more }));
  if (answer === null) throw new Error('not read');
  return answer;
};

type Asked = { moment?: Partial<Moment>; inquiry?: Partial<Inquiry>; believed?: boolean; of?: Made; issuer?: Made };
const ask = (
  answers: readonly ReturnType<typeof read>[],
  { moment = {}, inquiry = {}, believed = true, of = leaf, issuer = sub }: Asked = {},
) =>
  statusByOcsp(
    of.certificate,
    issuer.certificate,
    answers,
    { existedAt: now, now, ...moment },
    {
      ...{ trust, embedded: [], expiry: true, believes: () => (believed ? [helper] : null) },
      ...inquiry,
    },
  );
const told = (answers: readonly ReturnType<typeof read>[], asked: Asked = {}): string => {
  const found = ask(answers, asked);
  return found === null ? 'nothing' : `${found.status} ${found.thisUpdate.toISOString().slice(0, 10)}`;
};
const endless = ({ nextUpdate: _, ...rest }: Single): Single => rest;
const revoked = (on: string, reason?: number) => ({ revokedAt: at(on), ...(reason === undefined ? {} : { reason }) });

describe('one answer', () => {
  it.each<[string, Partial<Single>, Partial<Moment>, string]>([
    ['good', {}, {}, 'good'],
    ['good, to its last moment', { nextUpdate: now }, {}, 'good'],
    ['good, too old', { nextUpdate: at('2026-11-19') }, {}, 'unknown'],
    ['unknown', { status: 'unknown' }, {}, 'unknown'],
    ['revoked', { status: revoked('2026-11-10', 1) }, {}, 'revoked'],
    ['revoked at the instant', { status: revoked('2026-11-10') }, { existedAt: at('2026-11-10') }, 'revoked'],
    ['revoked later', { status: revoked('2026-11-10') }, { existedAt: at('2026-11-09') }, 'good'],
    ['revoked, too old', { status: revoked('2026-11-10'), nextUpdate: at('2026-11-19') }, {}, 'revoked'],
    ['held', { status: revoked('2026-11-10', 6) }, {}, 'revoked'],
    ['held, too old', { status: revoked('2026-11-10', 6), nextUpdate: at('2026-11-19') }, {}, 'unknown'],
  ])('%s', (_, one, moment, expected) => {
    expect(told([read({ singles: [single(one)] })], { moment })).toBe(`${expected} 2026-11-19`);
  });

  it('of a revocation later than what it may still say knows nothing', () => {
    const later = single({ thisUpdate: at('2026-11-01'), nextUpdate: at('2026-11-05'), status: revoked('2026-11-25') });
    expect(told([read({ singles: [later], producedAt: at('2026-11-01') })], { moment: { existedAt: at('2026-11-20') } })).toBe(
      'unknown 2026-11-01',
    );
  });

  it('counts from when the key was bad, not later than the revocation', () => {
    const since = (date: string) => [extension('2.5.29.24', false, generalizedTime(at(date)))];
    const of = (date: string, existedAt: string) =>
      told([read({ singles: [single({ status: revoked('2026-11-10', 1), extensions: since(date) })] })], {
        moment: { existedAt: at(existedAt) },
      });
    expect([of('2026-11-01', '2026-11-01'), of('2026-11-01', '2026-10-31')]).toEqual(['revoked 2026-11-19', 'good 2026-11-19']);
    expect([of('2026-11-12', '2026-11-10'), of('2026-11-12', '2026-11-09')]).toEqual(['revoked 2026-11-19', 'good 2026-11-19']);
  });

  it('of a certificate that was over speaks where its responder keeps those', () => {
    const over = make({ name: 'Over', by: sub, to: at('2026-06-01') });
    const of = (archiveCutoff?: Date) =>
      told([read({ singles: [single({ certificate: over.certificate, ...(archiveCutoff && { archiveCutoff }) })] })], {
        of: over,
        moment: { existedAt: at('2026-05-01') },
      });
    expect([of(), of(at('2026-06-01')), of(at('2026-06-02'))]).toEqual(['unknown 2026-11-19', 'good 2026-11-19', 'unknown 2026-11-19']);
  });

  it('tells what it says, and what it used', () => {
    const answer = read({ singles: [single({ status: revoked('2026-11-10', 4) })] });
    expect(ask([answer])).toEqual({
      ...{ status: 'revoked', source: 'ocsp', thisUpdate: at('2026-11-19'), nextUpdate: at('2026-11-26') },
      ...{ revokedAt: at('2026-11-10'), reason: 4, used: [{ kind: 'ocsp', der: answer.der }] },
    });
  });
});

describe('an answer that may not speak', () => {
  const critical = extension('1.2.3', true, nothing);
  it.each<[string, Partial<Answering>, string]>([
    ['with a critical extension', { extensions: [critical] }, 'nothing'],
    ['with one in its part', { singles: [single({ extensions: [critical] })] }, 'nothing'],
    ['made in five minutes', { producedAt: minutes(5) }, 'good 2026-11-19'],
    ['made in six minutes', { producedAt: minutes(6) }, 'nothing'],
    ['of five minutes from now', { producedAt: minutes(5), singles: [single({ thisUpdate: minutes(5) })] }, 'good 2026-11-20'],
    ['of six minutes from now', { producedAt: minutes(5), singles: [single({ thisUpdate: minutes(6) })] }, 'nothing'],
    [
      'made five minutes before what it says',
      { producedAt: minutes(-10), singles: [single({ thisUpdate: minutes(-5) })] },
      'good 2026-11-19',
    ],
    ['made six minutes before what it says', { producedAt: minutes(-10), singles: [single({ thisUpdate: minutes(-4) })] }, 'nothing'],
    ['whose next comes before it', { singles: [single({ status: revoked('2026-01-01'), nextUpdate: at('2026-11-18') })] }, 'nothing'],
    ['whose next is itself', { singles: [single({ status: revoked('2026-01-01'), nextUpdate: at('2026-11-19') })] }, 'revoked 2026-11-19'],
    ['without a next', { singles: [endless(single({ status: revoked('2026-01-01') }))] }, 'revoked 2026-11-19'],
    ['without a next, good', { singles: [endless(single())] }, 'unknown 2026-11-19'],
    ['of another certificate', { singles: [single({ certificate: sub.certificate })] }, 'nothing'],
    ['of another issuer', { singles: [single({ issuer: root.certificate })] }, 'nothing'],
    ['of several', { singles: [single({ certificate: sub.certificate }), single()] }, 'good 2026-11-19'],
  ])('%s', (_, more, expected) => {
    expect(told([read(more)])).toBe(expected);
  });

  it('comes from an issuer that was not valid then, where that is asked', () => {
    const old = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, to: at('2026-11-18') });
    const young = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, from: at('2026-11-20') });
    const day = make({ name: 'Sub', keys: sub.keys, by: root, authority: {}, from: at('2026-11-19'), to: at('2026-11-19') });
    expect([old, young, day].map((issuer) => told([read()], { issuer }))).toEqual(['nothing', 'nothing', 'good 2026-11-19']);
    expect([old, young].map((issuer) => told([read()], { issuer, inquiry: { expiry: false } }))).toEqual([
      'good 2026-11-19',
      'good 2026-11-19',
    ]);
  });
});

describe('whoever signed it', () => {
  const delegate = make({ name: 'OCSP', by: sub, extensions: [ocspSigning] });
  const signed = (one: Made, more: Partial<Answering> = {}) => read({ by: by(one), certificates: [one.der], ...more });
  const who = (answer: ReturnType<typeof read>, near: readonly Made[] = [], among = trust) =>
    responderOf(
      answer,
      sub.certificate,
      near.map(({ certificate }) => certificate),
      among,
    )?.subject.text ?? null;

  it('is the issuer or its delegate, by name or key', () => {
    for (const named of ['name', 'key'] as const)
      expect([who(read({ named })), who(signed(delegate, { named }))]).toEqual(['CN=Sub', 'CN=OCSP']);
    expect([who(read({ by: by(delegate) })), who(read({ by: by(delegate) }), [delegate])]).toEqual([null, 'CN=OCSP']);
    expect(who(read({ by: by(delegate) }), [], trustIn([root], [sub, delegate]))).toBe('CN=OCSP');
  });

  it('is nobody else', () => {
    const strange = make({ name: 'Sub', authority: {} });
    const others = [
      make({ name: 'OCSP', by: sub }),
      make({ name: 'OCSP', by: root, extensions: [ocspSigning] }),
      make({ name: 'OCSP', by: strange, extensions: [ocspSigning] }),
      make({ name: 'OCSP', by: sub, extensions: [extension('2.5.29.37', false, Buffer.from('300a06082b06010505070308', 'hex'))] }),
    ];
    for (const other of others) expect(who(signed(other))).toBeNull();
    for (const named of ['name', 'key'] as const) {
      expect(who(read({ named, by: { certificate: sub.certificate, key: newKeys().privateKey } }))).toBeNull();
      // Named for one, signed by the other.
      expect(
        who(read({ named, by: { certificate: sub.certificate, key: delegate.keys.privateKey }, certificates: [delegate.der] })),
      ).toBeNull();
      expect(
        who(read({ named, by: { certificate: delegate.certificate, key: sub.keys.privateKey }, certificates: [delegate.der] })),
      ).toBeNull();
    }
  });

  it('must be believed when it answered, unless it is the issuer', () => {
    const answer = signed(delegate);
    const asked: unknown[] = [];
    const believes: Inquiry['believes'] = (signer, purpose, when) => {
      asked.push([signer.subject.text, purpose, when]);
      return [helper];
    };
    expect(ask([answer], { inquiry: { believes } })?.used).toEqual([{ kind: 'ocsp', der: answer.der }, helper]);
    expect(asked).toEqual([['CN=OCSP', 'ocsp', at('2026-11-19')]]);
    expect([told([answer], { believed: false }), told([read()], { believed: false })]).toEqual(['nothing', 'good 2026-11-19']);
    const unknown = read({ singles: [single({ certificate: root.certificate })], by: by(delegate), certificates: [delegate.der] });
    expect([told([unknown], { inquiry: { believes } }), asked.length]).toEqual(['nothing', 1]);
    expect(told([read({ by: by(delegate) })], { inquiry: { embedded: [delegate.certificate] } })).toBe('good 2026-11-19');
  });
});

describe('of several answers', () => {
  const old = (more: Partial<Single> = {}) =>
    read({ singles: [single({ thisUpdate: at('2026-11-18'), ...more })], producedAt: at('2026-11-18') });
  it.each<[string, readonly ReturnType<typeof read>[], string]>([
    ['the newest decides', [old(), read()], 'good 2026-11-19'],
    ['a lasting revocation wins', [old({ status: revoked('2026-11-01', 1) }), read()], 'revoked 2026-11-18'],
    ['a revocation for no reason lasts', [old({ status: revoked('2026-11-01') }), read()], 'revoked 2026-11-18'],
    ['a hold is lifted', [old({ status: revoked('2026-11-01', 6) }), read()], 'good 2026-11-19'],
    ['a newer hold stands', [old(), read({ singles: [single({ status: revoked('2026-11-01', 6) })] })], 'revoked 2026-11-19'],
    [
      'what decides wins over what is newer and knows nothing',
      [old(), read({ singles: [single({ status: 'unknown' })] })],
      'good 2026-11-18',
    ],
    [
      'a lasting revocation wins over a newer hold',
      [old({ status: revoked('2026-11-01', 1) }), read({ singles: [single({ status: revoked('2026-11-02', 6) })] })],
      'revoked 2026-11-18',
    ],
  ])('%s', (_, answers, expected) => {
    expect([told(answers), told(answers.toReversed())]).toEqual([expected, expected]);
  });
  it('none says nothing', () => {
    expect(told([])).toBe('nothing');
  });
});
