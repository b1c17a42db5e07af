/** What follows from a checked signature and its stamps: the reason, the circumstances, and when waiting is the answer. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Party, Revoked, Timestamper } from '../../../src/demo/pki.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';
import { certificatesOf, contentOf, type SignerFault, verifySigner } from '../../../src/signature/cms/signer.ts';
import { allRules, integrityOnly, type VerificationContext } from '../../../src/signature/context.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { signCms } from '../../../src/signature/sign/cms.ts';
import { signTimestamp, timeStampingPurpose } from '../../../src/signature/sign/timestamp.ts';
import { believeSigner } from '../../../src/signature/time/believe.ts';
import { openStamp, verifyStamp } from '../../../src/signature/time/timestamp.ts';
import { type Kit, makeKit, now } from '../kit.ts';
import { days, tokensOver } from './stamped.ts';

const content = Buffer.from('Nội dung văn bản');
const overContent = contentOf((sink) => sink(content));
const usages = { usages: ['digitalSignature'], extensions: [timeStampingPurpose] } as const;
let kit: Kit;
/** Of the sister authority, whose lists nobody has. */
let waitingTsa: Timestamper;
let expired: Party;
beforeAll(async () => {
  kit = await makeKit();
  waitingTsa = kit.pki.issue({ kind: 'agency', name: 'TSA', organisation: 'TSA', under: 'sister', certificate: usages });
  expired = kit.pki.issue({ kind: 'agency', name: 'Sở', organisation: 'UBND', validFrom: days(now, -700), validTo: days(now, -10) });
});

const contextOf = (revoked: readonly Revoked[] = [], more: Partial<VerificationContext> = {}): VerificationContext => ({
  ...kit.context,
  revocation: revocationFrom([
    ...kit.pki.revocationLists(revoked, now),
    ...kit.pki.revocationLists(
      revoked.filter((one) => one.at <= days(now, -20)),
      days(now, -20),
    ),
  ]),
  ...more,
});
const stamp = (day: number, by: Timestamper) => (value: Uint8Array) =>
  signTimestamp({ content: value, at: days(now, day), certificate: by.certificate, key: by.key, chain: by.chain });

type Asked = {
  readonly party?: Party;
  readonly stamps?: readonly (readonly [number, Timestamper])[];
  readonly fault?: SignerFault;
  readonly existedAt?: Date;
};
const believed = (context: VerificationContext, { party = kit.agency, stamps = [], fault, existedAt }: Asked = {}) => {
  const tokens = stamps.map(([day, by]) => stamp(day, by));
  const unsigned = tokens.length === 0 ? {} : { unsigned: tokensOver(...tokens) };
  const { data } = readSignedData(signCms({ content, certificate: party.certificate, key: party.key, ...unsigned }));
  const [info] = data.signers;
  if (info === undefined) throw new Error('no signer');
  const { trust } = context;
  const known = { embedded: certificatesOf(data, trust.memory), local: [...trust.intermediates, ...trust.anchors] };
  const outcome = { ...verifySigner(info, data, overContent, known), ...(fault === undefined ? {} : { fault }) };
  return believeSigner({ outcome, cms: { info, data, content: overContent }, claimedAt: null }, context, existedAt);
};

describe('while only the revocation of who stamped is unknown', () => {
  it.each<readonly [string, readonly number[], string]>([
    ['one that would make it good', [-30], 'revocation-unknown'],
    ['several, of which the earliest would', [-5, -30, -6], 'revocation-unknown'],
    ['one at which it had expired already', [-5], 'expired'],
    ['none', [], 'expired'],
  ])('an expired certificate waits for the stamp: %s', (_, stampDays, reason) => {
    const stamps = stampDays.map((day) => [day, waitingTsa] as const);
    expect(believed(contextOf(), { party: expired, stamps })).toMatchObject({ reason, timestampedAt: null, bestTime: now });
  });
  it('one that is also not known to be good then waits too', () => {
    const context = { ...contextOf(), revocation: revocationFrom(kit.pki.revocationLists([], days(now, 3))) };
    expect(believed(context, { party: expired, stamps: [[-30, waitingTsa]] }).reason).toBe('revocation-unknown');
  });
  it('one that was not yet valid at the stamp does not', () => {
    expect(believed(contextOf(), { party: expired, stamps: [[-710, waitingTsa]] }).reason).toBe('expired');
  });
  it('a good certificate does not wait, and a revoked one stays revoked', () => {
    expect(believed(contextOf(), { stamps: [[-30, waitingTsa]] }).reason).toBeNull();
    const gone: Revoked = { certificate: kit.agency.certificate, at: days(now, -4), reason: 'keyCompromise' };
    expect(believed(contextOf([gone]), { stamps: [[-30, waitingTsa]] }).reason).toBe('revoked');
  });
  it('an algorithm that fell waits', () => {
    const party = kit.pki.issue({ kind: 'agency', name: 'Sở', organisation: 'UBND', keyKind: 'ec' });
    const rules = { ...allRules, algorithms: { 'ec-256': days(now, -15).toISOString().slice(0, 10) } };
    expect(believed(contextOf([], { rules }), { party, stamps: [[-30, waitingTsa]] }).reason).toBe('revocation-unknown');
    expect(believed(contextOf([], { rules }), { party, stamps: [[-3, waitingTsa]] }).reason).toBe('weak-algorithm');
  });
  it('a stamp that lacks more than that is not waited for', () => {
    const stranger = kit.pki.issue({ kind: 'agency', name: 'TSA', organisation: 'Lạ', under: 'stranger', certificate: usages });
    expect(believed(contextOf(), { party: expired, stamps: [[-30, stranger]] }).reason).toBe('expired');
  });
});

describe('the circumstances', () => {
  it('of a good signature', () => {
    expect(believed(contextOf()).circumstances).toEqual({
      ...{ certificate: believed(contextOf()).circumstances.certificate, isOther: false, isPathUnsupported: false, bestTime: now },
      ...{ madeAfter: null, revokedAt: null, isGood: true, weakUntil: null, isOutOfOrder: false },
    });
    expect(believed(contextOf()).circumstances.certificate).toMatchObject({ subject: { commonName: 'Sở Nội vụ' } });
  });
  it('of one whose revocation nobody knows', () => {
    expect(believed(kit.context)).toMatchObject({ reason: 'revocation-unknown', circumstances: { isGood: false, revokedAt: null } });
  });
  it('of one that is revoked', () => {
    const gone: Revoked = { certificate: kit.agency.certificate, at: days(now, -4), reason: 'keyCompromise' };
    expect(believed(contextOf([gone])).circumstances).toMatchObject({ isGood: false, revokedAt: days(now, -4) });
  });
  it('of one below an authority that is revoked: of its own nothing is told', () => {
    const gone: Revoked = { certificate: kit.pki.issuing.certificate, at: days(now, -4), reason: 'keyCompromise' };
    expect(believed(contextOf([gone]))).toMatchObject({ reason: 'revoked', circumstances: { revokedAt: null } });
  });
  it('of attributes that name another certificate', () => {
    expect(believed(contextOf(), { fault: 'certificate-misuse' })).toMatchObject({
      reason: 'certificate-misuse',
      circumstances: { isOther: true },
    });
    expect(believed(contextOf(), { fault: 'digest-mismatch' }).circumstances.isOther).toBe(false);
  });
  it('of a path with something that nobody here understands', () => {
    const odd = kit.pki.issue({
      ...{ kind: 'agency', name: 'Sở', organisation: 'UBND' },
      certificate: { extensions: [Buffer.from('300c06032a03040101ff04020500', 'hex')] },
    });
    expect(believed(contextOf(), { party: odd })).toMatchObject({ reason: 'unsupported', circumstances: { isPathUnsupported: true } });
    expect(believed(contextOf(), { party: odd, fault: 'unsupported' }).circumstances.isPathUnsupported).toBe(false);
    expect(believed(contextOf(), { fault: 'unsupported' })).toMatchObject({
      reason: 'unsupported',
      circumstances: { isPathUnsupported: false },
    });
  });
});

describe('stamps', () => {
  it('are proof over a signature that is right, whoever signed', () => {
    const stamps = [[-3, kit.pki.timestamper]] as const;
    expect(believed(contextOf(), { stamps }).timestamps).toHaveLength(1);
    expect(believed(contextOf(), { stamps, fault: 'untrusted' }).timestamps).toHaveLength(1);
    for (const fault of ['digest-mismatch', 'signature-mismatch', 'unsupported', 'certificate-misuse'] as const)
      expect(believed(contextOf(), { stamps, fault })).toMatchObject({ reason: fault, timestamps: [], timestampedAt: null, bestTime: now });
  });
  it('make what is known from outside earlier, never later', () => {
    const stamps = [[-3, kit.pki.timestamper]] as const;
    expect(believed(contextOf(), { stamps, existedAt: days(now, -2) }).bestTime).toEqual(days(now, -3));
    expect(believed(contextOf(), { existedAt: days(now, -2) }).bestTime).toEqual(days(now, -2));
    expect(believed(contextOf(), { stamps, existedAt: days(now, -4) })).toMatchObject({ timestampedAt: null, bestTime: days(now, -4) });
  });
  it('are at most ten', () => {
    const stamps = Array.from({ length: 11 }, (_, i) => [-1 - i, kit.pki.timestamper] as const);
    const { timestamps, timestampedAt } = believed(contextOf(), { stamps });
    expect([timestamps.length, timestampedAt]).toEqual([10, expect.any(Date)]);
  });
  it('over something else are told and not counted, and rubbish is no error', () => {
    const token = stamp(-3, kit.pki.timestamper)(Buffer.from('khác'));
    expect(verifyStamp(token, overContent, now, contextOf())).toMatchObject({
      reason: 'digest-mismatch',
      counts: false,
      late: false,
      at: days(now, -3),
    });
    const rubbish = verifyStamp(Buffer.from('x'), overContent, now, contextOf());
    expect(rubbish).toEqual({
      ...{ reason: 'malformed-signature', counts: false, at: null, latest: null, late: false, outcome: null, chain: [], revocation: [] },
    });
  });
  it('that nobody signed are malformed, though their content is read', () => {
    const { data } = readSignedData(stamp(-3, kit.pki.timestamper)(content));
    expect(openStamp({ ...data, signers: [] }, overContent, contextOf())).toEqual({
      ...{ fault: 'malformed-signature', token: expect.objectContaining({ at: days(now, -3) }), outcome: null },
    });
    expect(openStamp({ ...data, content: null }, overContent, contextOf())).toEqual({
      fault: 'malformed-signature',
      token: null,
      outcome: null,
    });
    expect(openStamp(data, overContent, contextOf())).toMatchObject({ fault: null, outcome: { fault: null, bound: true } });
    expect(openStamp({ ...data, certificates: [] }, overContent, contextOf())).toMatchObject({ fault: 'untrusted' });
    const enclosed = certificatesOf(data, kit.trust.memory);
    expect(openStamp({ ...data, certificates: [] }, overContent, { ...contextOf(), enclosed })).toMatchObject({ fault: null });
  });
  it('hold from the skew of clocks before to the millisecond, and from the first instant of their certificate', () => {
    const { certificate } = believed(contextOf()).circumstances;
    expect(certificate).not.toBeNull();
    const made = (at: Date) => signTimestamp({ content, at, ...kit.pki.timestamper });
    const at = new Date(now.getTime() + 300_000);
    expect(verifyStamp(made(at), overContent, now, contextOf())).toMatchObject({ reason: null, late: false, counts: true });
    expect(verifyStamp(made(new Date(at.getTime() + 1)), overContent, now, contextOf())).toMatchObject({
      ...{ reason: 'not-yet-valid', late: true, counts: false },
    });
    const young = kit.pki.issue({ kind: 'agency', name: 'TSA', organisation: 'TSA', validFrom: days(now, -2), certificate: usages });
    const early = (ms: number) => signTimestamp({ content, at: new Date(days(now, -2).getTime() - ms), ...young });
    expect(verifyStamp(early(0), overContent, now, contextOf())).toMatchObject({ reason: null });
    expect(verifyStamp(early(1), overContent, now, contextOf())).toMatchObject({ reason: 'not-yet-valid', late: false });
  });
  it('by a stranger count nowhere, even where rules ask no trust', () => {
    const stranger = kit.pki.issue({ kind: 'agency', name: 'TSA', organisation: 'Lạ', under: 'stranger', certificate: usages });
    const token = stamp(-3, stranger)(content);
    expect(verifyStamp(token, overContent, now, contextOf([], { rules: integrityOnly }))).toMatchObject({ reason: null, counts: false });
    expect(verifyStamp(token, overContent, now, contextOf())).toMatchObject({ reason: 'untrusted', counts: false });
  });
});
