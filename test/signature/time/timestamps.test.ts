import { beforeAll, describe, expect, it } from 'vitest';
import type { Party, Revoked, Timestamper } from '../../../src/demo/pki.ts';
import { boolean, integer, oid, sequence, tlv } from '../../../src/signature/asn1/write.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';
import { certificatesOf, contentOf, verifySigner } from '../../../src/signature/cms/signer.ts';
import { allRules, type VerificationContext } from '../../../src/signature/context.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { attribute, signCms } from '../../../src/signature/sign/cms.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { signTimestamp, timeStampingPurpose } from '../../../src/signature/sign/timestamp.ts';
import { believeSigner, type SignerBelief } from '../../../src/signature/time/believe.ts';
import { indicationOf } from '../../../src/signature/verdict.ts';
import { type Kit, makeKit, now } from '../kit.ts';
import { days, oddToken, type Token, tokensOver, twiceSigned } from './stamped.ts';

let kit: Kit;
let tsa: Timestamper;
beforeAll(async () => {
  kit = await makeKit();
  tsa = kit.pki.timestamper;
});

const content = Buffer.from('Nội dung văn bản');
const overContent = contentOf((sink) => sink(content));
const contentStamp = '1.2.840.113549.1.9.16.2.20';

/** With lists of the given days, each saying what was revoked by then. */
const contextOf = (
  revoked: readonly Revoked[] = [],
  listDays: readonly number[] = [0],
  more: Partial<VerificationContext> = {},
): VerificationContext => ({
  ...kit.context,
  revocation: revocationFrom(
    listDays.flatMap((day) =>
      kit.pki.revocationLists(
        revoked.filter((one) => one.at <= days(now, day)),
        days(now, day),
      ),
    ),
  ),
  ...more,
});

const stampOf =
  (at: Date, by: Timestamper = tsa, more: Partial<Parameters<typeof signTimestamp>[0]> = {}) =>
  (value: Uint8Array) =>
    signTimestamp({ content: value, at, certificate: by.certificate, key: by.key, chain: by.chain, ...more });

type Making = {
  readonly party?: Party;
  readonly stamps?: readonly ((value: Uint8Array) => Uint8Array)[];
  readonly contentStamps?: readonly Uint8Array[];
};

const believed = (
  context: VerificationContext,
  { party = kit.agency, stamps = [], contentStamps = [] }: Making = {},
  claimedAt: Date | null = null,
): SignerBelief => {
  const cms = signCms({
    content,
    certificate: party.certificate,
    key: party.key,
    ...(stamps.length === 0 ? {} : { unsigned: tokensOver(...stamps) }),
    ...(contentStamps.length === 0 ? {} : { attributes: [attribute(contentStamp, ...contentStamps)] }),
  });
  const { data } = readSignedData(cms);
  const [info] = data.signers;
  if (info === undefined) throw new Error('no signer');
  const { trust } = context;
  const known = { embedded: certificatesOf(data, trust.memory), local: [...trust.intermediates, ...trust.anchors] };
  const outcome = verifySigner(info, data, overContent, known);
  return believeSigner({ outcome, cms: { info, data, content: overContent }, claimedAt }, context);
};

const subIndicationOf = ({ reason, circumstances }: SignerBelief) => indicationOf(reason, circumstances).subIndication;

describe('a signature with a time stamp', () => {
  it('is believed at the stamp, which is told', () => {
    const belief = believed(contextOf(), { stamps: [stampOf(days(now, -3))] });
    expect(belief).toMatchObject({ reason: null, timestampedAt: days(now, -3), bestTime: days(now, -3), remarks: [] });
    expect(belief.timestamps).toMatchObject([{ kind: 'signature', at: days(now, -3).toISOString(), reason: null }]);
  });
  it('and another is believed at the earliest that counts', () => {
    const stamps = [stampOf(days(now, -3)), stampOf(days(now, -5)), stampOf(days(now, -9), strangers())];
    const belief = believed(contextOf(), { stamps });
    expect(belief.timestampedAt).toEqual(days(now, -5));
    expect(belief.timestamps.map((one) => one.reason)).toEqual(expect.arrayContaining([null, null, 'untrusted']));
    expect(belief.remarks).toMatchObject([{ code: 'timestamp-not-counted' }]);
  });
  it('whose accuracy is coarse existed at the end of it at the latest', () => {
    const belief = believed(contextOf(), { stamps: [stampOf(days(now, -3), tsa, { accuracy: { seconds: 3600, millis: 500 } })] });
    expect(belief.timestampedAt).toEqual(days(now, -3));
    expect(belief.bestTime.getTime() - days(now, -3).getTime()).toBe(3_600_500);
  });
  it('whose authority writes accuracies of 0 is taken', () => {
    const at = days(now, -3);
    const stamp = (value: Uint8Array) => oddToken(tsa, value, { at, rest: [sequence(integer(1), tlv(0x80, Buffer.from([0])))] });
    expect(believed(contextOf(), { stamps: [stamp] })).toMatchObject({ timestampedAt: at, bestTime: new Date(at.getTime() + 1000) });
  });
  it('to the millisecond is told to the millisecond', () => {
    const at = new Date('2026-11-19T01:02:03.450Z');
    expect(believed(contextOf(), { stamps: [stampOf(at)] }).timestampedAt).toEqual(at);
  });
});

const strangers = (): Timestamper => {
  const { certificate, key, chain } = kit.pki.issue({
    kind: 'agency',
    name: 'TSA lạ',
    organisation: 'Lạ',
    under: 'stranger',
    certificate: { usages: ['digitalSignature'], extensions: [timeStampingPurpose] },
  });
  return { certificate, key, chain };
};

const stampers = (more: object, request: object = {}): Timestamper => {
  const { certificate, key, chain } = kit.pki.issue({
    kind: 'agency',
    name: 'TSA',
    organisation: 'TSA',
    certificate: { usages: ['digitalSignature'], ...more },
    ...request,
  });
  return { certificate, key, chain };
};

describe('a certificate that expired or was revoked', () => {
  const expired = () =>
    kit.pki.issue({ kind: 'agency', name: 'Sở Y tế', organisation: 'UBND tỉnh Mẫu', validFrom: days(now, -700), validTo: days(now, -10) });
  it('after the stamp does no harm', () => {
    expect(believed(contextOf([], [0, -20]), { party: expired(), stamps: [stampOf(days(now, -30))] }).reason).toBeNull();
    const gone: Revoked = { certificate: kit.agency.certificate, at: days(now, -2), reason: 'keyCompromise' };
    expect(believed(contextOf([gone]), { stamps: [stampOf(days(now, -3))] }).reason).toBeNull();
  });
  it('before the stamp, or without one that counts, does', () => {
    const context = contextOf([], [0, -20]);
    for (const stamps of [[], [stampOf(days(now, -5))], [stampOf(days(now, -30), strangers())]]) {
      const belief = believed(context, { party: expired(), stamps });
      expect(belief.reason).toBe('expired');
      expect(subIndicationOf(belief)).toMatch(/^OUT_OF_BOUNDS_/);
    }
    const gone: Revoked = { certificate: kit.agency.certificate, at: days(now, -4), reason: 'keyCompromise' };
    const belief = believed(contextOf([gone]), { stamps: [stampOf(days(now, -3))] });
    expect([belief.reason, subIndicationOf(belief)]).toEqual(['revoked', 'REVOKED_NO_POE']);
  });
  it('before its content was stamped failed for certain (REVOKED, EXPIRED)', () => {
    const gone: Revoked = { certificate: kit.agency.certificate, at: days(now, -4), reason: 'keyCompromise' };
    const revoked = believed(contextOf([gone]), { contentStamps: [stampOf(days(now, -3))(content)] });
    expect([revoked.reason, indicationOf(revoked.reason, revoked.circumstances)]).toEqual([
      'revoked',
      { indication: 'TOTAL-FAILED', subIndication: 'REVOKED' },
    ]);
    const late = believed(contextOf([], [0, -20]), { party: expired(), contentStamps: [stampOf(days(now, -3))(content)] });
    expect(indicationOf(late.reason, late.circumstances)).toEqual({ indication: 'TOTAL-FAILED', subIndication: 'EXPIRED' });
  });
  it('is not called expired while only the revocation of who stamped is unknown', () => {
    const { certificate, key, chain } = kit.pki.issue({
      ...{ kind: 'agency', name: 'TSA', organisation: 'TSA', under: 'sister' },
      certificate: { usages: ['digitalSignature'], extensions: [timeStampingPurpose] },
    });
    const belief = believed(contextOf([], [0, -20]), { party: expired(), stamps: [stampOf(days(now, -30), { certificate, key, chain })] });
    expect([belief.reason, belief.timestampedAt, subIndicationOf(belief)]).toEqual(['revocation-unknown', null, 'TRY_LATER']);
  });
  it('before it was valid is known to have been signed too early', () => {
    const young = kit.pki.issue({ kind: 'agency', name: 'Sở mới', organisation: 'UBND tỉnh Mẫu', validFrom: days(now, -1) });
    const belief = believed(contextOf(), { party: young, stamps: [stampOf(days(now, -2))] });
    expect(indicationOf(belief.reason, belief.circumstances)).toEqual({ indication: 'TOTAL-FAILED', subIndication: 'NOT_YET_VALID' });
    expect(belief.reason).toBe('not-yet-valid');
  });
});

describe('a token is not counted', () => {
  const reasonsOf = (context: VerificationContext, stamp: (value: Uint8Array) => Uint8Array) => {
    const belief = believed(context, { stamps: [stamp] });
    // Whatever is wrong with a stamp, the signature is judged without it.
    expect([belief.reason, belief.timestampedAt, belief.bestTime]).toEqual([null, null, now]);
    expect(belief.remarks).toHaveLength(1);
    return belief.timestamps[0]?.reason;
  };
  it.each<readonly [string, () => Timestamper, string]>([
    ['a stranger', () => strangers(), 'untrusted'],
    ['a certificate without the purpose', () => stampers({}), 'certificate-misuse'],
    [
      'a purpose that is not critical',
      () => stampers({ extensions: [extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.8')))] }),
      'certificate-misuse',
    ],
    [
      'a certificate of several purposes',
      () => stampers({ extensions: [extension('2.5.29.37', true, sequence(oid('1.3.6.1.5.5.7.3.8'), oid('1.3.6.1.5.5.7.3.4')))] }),
      'certificate-misuse',
    ],
    [
      'a certificate for encipherment only',
      () => stampers({ extensions: [timeStampingPurpose], usages: ['cRLSign'] }),
      'certificate-misuse',
    ],
    [
      'a certificate that had expired at acceptance',
      () => stampers({ extensions: [timeStampingPurpose] }, { validFrom: days(now, -400), validTo: days(now, -1) }),
      'expired',
    ],
    [
      'a certificate that began after the stamp',
      () => stampers({ extensions: [timeStampingPurpose] }, { validFrom: days(now, -1) }),
      'not-yet-valid',
    ],
    ['the key of another certificate', () => ({ ...tsa, key: kit.agency.key }), 'signature-mismatch'],
  ])('of %s', (_, by, reason) => {
    expect(reasonsOf(contextOf(), stampOf(days(now, -3), by()))).toBe(reason);
  });
  it('of a revoked authority', () => {
    expect(
      reasonsOf(contextOf([{ certificate: tsa.certificate, at: days(now, -2), reason: 'keyCompromise' }]), stampOf(days(now, -3))),
    ).toBe('revoked');
  });
  it('from the future', () => {
    const belief = believed(contextOf(), { stamps: [stampOf(days(now, 1))] });
    expect(belief).toMatchObject({ reason: null, timestampedAt: null, remarks: [{ code: 'timestamp-order' }] });
    const minute = new Date(now.getTime() + 60_000);
    expect(believed(contextOf(), { stamps: [stampOf(minute)] })).toMatchObject({ timestampedAt: minute, bestTime: now });
  });
  const time = (text: string) => tlv(0x18, Buffer.from(text, 'latin1'));
  it.each<readonly [string, Token, string]>([
    ['over something else', { imprint: Buffer.alloc(32, 1) }, 'digest-mismatch'],
    ['with an imprint cut', { imprint: Buffer.alloc(16) }, 'digest-mismatch'],
    ['with SHA-1', { digest: 'sha1' }, 'weak-algorithm'],
    ['with an unknown digest', { digestId: '1.2.3.4' }, 'unsupported'],
    ['of version 2', { version: 2 }, 'malformed-signature'],
    ['with UTCTime', { time: tlv(0x17, Buffer.from('261117090000Z')) }, 'malformed-signature'],
    ['without seconds', { time: time('202611170900Z') }, 'malformed-signature'],
    ['in local time', { time: time('20261117090000') }, 'malformed-signature'],
    ['with an offset', { time: time('20261117090000+0700') }, 'malformed-signature'],
    ['on a day that is none', { time: time('20261317090000Z') }, 'malformed-signature'],
    ['with a critical extension', { rest: [tlv(0xa1, sequence(oid('1.2.3'), boolean(true), tlv(4)))] }, 'malformed-signature'],
    ['with odd accuracy', { rest: [sequence(tlv(0x80, Buffer.from([0x04, 0x00])))] }, 'malformed-signature'],
    ['with a field twice', { rest: [integer(1), integer(2)] }, 'malformed-signature'],
    ['of another type', { type: '1.2.840.113549.1.7.1' }, 'malformed-signature'],
  ])('%s', (_, token, reason) => {
    const at = days(now, -3);
    expect(reasonsOf(contextOf(), (value) => oddToken(tsa, value, { at, ...token }))).toBe(reason);
  });
  it('that is no token, cut, or has bytes behind', () => {
    for (const change of [() => sequence(), (t: Uint8Array) => t.subarray(0, -1), (t: Uint8Array) => Buffer.concat([t, Buffer.alloc(1)])]) {
      const made = (value: Uint8Array) => change(stampOf(days(now, -3))(value));
      try {
        expect(believed(contextOf(), { stamps: [made] }).timestampedAt).toBeNull();
      } catch (error) {
        // A token that is not even an element breaks the CMS around it: then nothing of it is believed.
        expect(String(error)).toMatch(/DerError/);
      }
    }
  });
  it('without the binding to its certificate (ESS), or with two signers', () => {
    expect(reasonsOf(contextOf(), (value) => oddToken(tsa, value, { at: days(now, -3), unbound: true }))).toBe('malformed-signature');
    expect(reasonsOf(contextOf(), (value) => twiceSigned(stampOf(days(now, -3))(value)))).toBe('malformed-signature');
  });
});

describe('a content time stamp', () => {
  it('is a lower bound only: it makes nothing earlier', () => {
    const belief = believed(contextOf(), { contentStamps: [stampOf(days(now, -3))(content)] });
    expect(belief).toMatchObject({ reason: null, timestampedAt: null, bestTime: now });
    expect(belief.circumstances.madeAfter).toEqual(days(now, -3));
    expect(belief.timestamps).toMatchObject([{ kind: 'content', reason: null }]);
  });
  it('after the stamp of the signature contradicts it: neither is used', () => {
    const belief = believed(contextOf(), { stamps: [stampOf(days(now, -5))], contentStamps: [stampOf(days(now, -3))(content)] });
    expect(belief).toMatchObject({ timestampedAt: null, bestTime: now, remarks: [{ code: 'timestamp-order' }] });
    expect(belief.circumstances.madeAfter).toBeNull();
  });
  it('over other content is not counted', () => {
    const belief = believed(contextOf(), { contentStamps: [stampOf(days(now, -3))(Buffer.from('khác'))] });
    expect(belief.circumstances.madeAfter).toBeNull();
    expect(belief.timestamps).toMatchObject([{ kind: 'content', reason: 'digest-mismatch' }]);
  });
});

describe('under rules', () => {
  it('that ask no trust, a stamp by a stranger still proves no time', () => {
    const context = contextOf([], [0], { rules: { trust: false, revocation: false, expiry: false } });
    expect(believed(context, { stamps: [stampOf(days(now, -5), strangers())] })).toMatchObject({ reason: null, timestampedAt: null });
    expect(believed(context, { stamps: [stampOf(days(now, -5))] }).timestampedAt).toEqual(days(now, -5));
  });
  it('of algorithms, what was strong at the stamp stays good', () => {
    const party = kit.pki.issue({ kind: 'agency', name: 'Sở Công Thương', organisation: 'UBND tỉnh Mẫu', keyKind: 'ec' });
    const context = contextOf([], [0], { rules: { ...allRules, algorithms: { 'ec-256': days(now, -4).toISOString().slice(0, 10) } } });
    const weak = believed(context, { party });
    expect([weak.reason, subIndicationOf(weak)]).toEqual(['weak-algorithm', 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE']);
    expect(believed(context, { party, stamps: [stampOf(days(now, -5))] }).reason).toBeNull();
    const never = believed({ ...context, rules: { ...allRules, algorithms: { 'ec-256': 'never' } } }, { party });
    expect(subIndicationOf(never)).toBe('CRYPTO_CONSTRAINTS_FAILURE');
  });
});
