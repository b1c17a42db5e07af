/** OCSP answers (RFC 6960): who may give them, of what and of when they speak, and everything else that is refused. */
import { generateKeyPairSync } from 'node:crypto';
import { BasicOCSPResponse, OCSPResponse } from 'pkijs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint, type KeyPair, makePki, type Pki } from '../../../src/demo/pki.ts';
import { type Der, nothing, octets } from '../../../src/signature/asn1/write.ts';
import { type Certificate, readCertificate } from '../../../src/signature/path/certificate.ts';
import { type Trust, trustFrom } from '../../../src/signature/path/trust.ts';
import { verifyCertificate } from '../../../src/signature/path/verify.ts';
import { type KnownRevocation, revocationFrom, withEmbedded } from '../../../src/signature/revocation/known.ts';
import { readOcspAnswer, readOcspResponse } from '../../../src/signature/revocation/ocsp/answer.ts';
import { nonceOf } from '../../../src/signature/revocation/ocsp/request.ts';
import { generalizedTime, writeCrl } from '../../../src/signature/sign/crl.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { type Answering, answerOf, basicAnswer, delegateOf, noCheck, ocspSigning, response, type Single } from './responder.ts';

const day = 86_400_000;
const now = new Date('2026-11-20T09:00:00Z');
const days = (count: number): Date => new Date(now.getTime() + count * day);

let pki: Pki;
let signer: Certificate;
let issuing: Certificate;
let root: Certificate;
let keys: KeyPair;
/** Says that the issuing authority is good, so that only the signer is in question. */
let rootList: Uint8Array;
let trust: Trust;
let known: KnownRevocation;

beforeAll(async () => {
  pki = await makePki({ now, rsaKeys: 1 });
  signer = readCertificate(pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu' }).certificate);
  [issuing, root] = [readCertificate(pki.issuing.certificate), readCertificate(pki.root.certificate)];
  keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  rootList = writeCrl({
    ...{ issuer: pki.root.name, issuerKey: pki.root.keys.privateKey, entries: [], thisUpdate: days(-1), nextUpdate: days(30) },
  });
  trust = trustFrom({
    anchors: [pki.root.certificate],
    pins: [fingerprint(pki.root.certificate)],
    intermediates: [pki.issuing.certificate],
  });
  known = revocationFrom([rootList]);
});

const single = (differs: Partial<Single> = {}): Single => ({
  ...{ certificate: signer, issuer: issuing, thisUpdate: days(-0.1), nextUpdate: days(1) },
  ...differs,
});
const byIssuer = () => ({ certificate: issuing, key: pki.issuing.keys.privateKey });
const answering = (differs: Partial<Answering> = {}): Answering => ({
  ...{ singles: [single()], by: byIssuer(), producedAt: days(-0.1) },
  ...differs,
});

/** What the whole path says with these answers at hand: fault of the belief, and the row of the signer. */
const judged = (answers: readonly Uint8Array[], when: { existedAt?: Date; now?: Date; leaf?: Certificate } = {}) => {
  const { existedAt = now, leaf = signer } = when;
  const context = { trust, revocation: withEmbedded(known, answers), at: existedAt, now: when.now ?? now };
  const belief = verifyCertificate(leaf, [], { purpose: 'document', existedAt }, context);
  return { fault: belief.fault, row: belief.revocation.find(({ serial }) => serial === leaf.serial) };
};
const faultOf = (differs: Partial<Answering>, when: Parameters<typeof judged>[1] = {}) =>
  judged([answerOf(answering(differs))], when).fault;

describe('an OCSP answer', () => {
  it('of the issuer itself decides, named by its name or its key, with CertIDs by SHA-1 or SHA-256', () => {
    expect(judged([]).fault).toBe('revocation-unknown');
    for (const named of ['name', 'key'] as const)
      for (const digest of ['sha1', 'sha256'] as const) {
        const { fault, row } = judged([answerOf(answering({ named, singles: [single({ digest })] }))]);
        expect([named, digest, fault, row?.source, row?.status]).toEqual([named, digest, null, 'ocsp', 'good']);
      }
    expect(faultOf({ singles: [single({ digest: 'md5' })] })).toBe('revocation-unknown');
  });

  it('is taken bare, as signatures embed it', () => {
    expect(judged([basicAnswer(answering())]).fault).toBeNull();
  });

  it('says since when the certificate is revoked, and later than the signature is good', () => {
    const revokedAt = days(-3);
    const { fault, row } = judged([answerOf(answering({ singles: [single({ status: { revokedAt, reason: 1 } })] }))]);
    expect([fault, row?.status, row?.revokedAt]).toEqual(['revoked', 'revoked', revokedAt.toISOString()]);
    expect(faultOf({ singles: [single({ status: { revokedAt } })] }, { existedAt: days(-4) })).toBeNull();
    expect(faultOf({ singles: [single({ status: { revokedAt } })] }, { existedAt: days(-3) })).toBe('revoked');
  });

  it('counts a revocation from the day the authority calls the key bad, where it says one (RFC 6960 4.4.5)', () => {
    const revoked = (extensions: readonly Der[]) => single({ status: { revokedAt: days(-3), reason: 1 }, extensions });
    const since = (count: number, critical = false) => extension('2.5.29.24', critical, generalizedTime(days(count)));
    const when = { existedAt: days(-4) };
    expect(faultOf({ singles: [revoked([since(-5)])] }, when)).toBe('revoked');
    expect(faultOf({ singles: [revoked([since(-5, true)])] }, when)).toBe('revoked');
    expect(faultOf({ singles: [revoked([since(-3.5)])] }, when)).toBeNull();
    // Later than the revocation itself it excuses nothing.
    expect(faultOf({ singles: [revoked([since(-1)])] }, { existedAt: days(-2) })).toBe('revoked');
  });

  it('keeps a lasting revocation whatever else is newer or older; a hold may be lifted', () => {
    const old = (reason: number) =>
      answerOf(answering({ singles: [single({ thisUpdate: days(-2), status: { revokedAt: days(-3), reason } })], producedAt: days(-2) }));
    const fresh = answerOf(answering());
    expect(judged([old(1), fresh]).fault).toBe('revoked');
    expect(judged([fresh, old(1)]).fault).toBe('revoked');
    expect(judged([old(6), fresh]).fault).toBeNull();
    expect(judged([old(6)]).fault).toBe('revoked');
  });

  it('that does not know the certificate leaves it unknown', () => {
    const { fault, row } = judged([answerOf(answering({ singles: [single({ status: 'unknown' })] }))]);
    expect([fault, row?.status]).toEqual(['revocation-unknown', 'unknown']);
  });

  it('counts only for the time it speaks of', () => {
    const at = (thisUpdate: Date, nextUpdate?: Date, existedAt = now) =>
      faultOf({ singles: [single({ thisUpdate, ...(nextUpdate && { nextUpdate }) })], producedAt: thisUpdate }, { existedAt });
    expect(at(days(-2), days(-1))).toBe('revocation-unknown');
    expect(at(days(-2), days(-1), days(-1.5))).toBeNull();
    // Newer than the signature: whatever it promises for the future.
    expect(at(days(-1), undefined, days(-2))).toBeNull();
    const open = single({ thisUpdate: days(-0.1) });
    const { nextUpdate: _, ...promisesNothing } = open;
    expect(faultOf({ singles: [promisesNothing] })).toBe('revocation-unknown');
    // Not issued yet when it is judged.
    expect(at(days(1), days(2))).toBe('revocation-unknown');
    expect(faultOf({ singles: [single({ thisUpdate: days(-0.1) })], producedAt: days(1) })).toBe('revocation-unknown');
    // Said before it was known.
    expect(faultOf({ singles: [single({ thisUpdate: days(-0.1) })], producedAt: days(-1) })).toBe('revocation-unknown');
  });

  it('is silent about a certificate that had expired, unless it says since when it keeps those', () => {
    const certificate = readCertificate(
      pki.issue({ kind: 'agency', name: 'Sở cũ', organisation: 'X', validFrom: days(-400), validTo: days(-30) }).certificate,
    );
    const when = { existedAt: days(-60), leaf: certificate };
    expect(faultOf({ singles: [single({ certificate })] }, when)).toBe('revocation-unknown');
    expect(faultOf({ singles: [single({ certificate, archiveCutoff: days(-300) })] }, when)).toBeNull();
    expect(faultOf({ singles: [single({ certificate, archiveCutoff: days(-10) })] }, when)).toBe('revocation-unknown');
  });

  it('of another certificate, issuer or serial number says nothing', () => {
    const other = readCertificate(pki.issue({ kind: 'agency', name: 'Sở khác', organisation: 'X' }).certificate);
    expect(faultOf({ singles: [single({ certificate: other })] })).toBe('revocation-unknown');
    expect(faultOf({ singles: [single({ issuer: root })] })).toBe('revocation-unknown');
    expect(faultOf({ singles: [single({ certificate: other }), single()] })).toBeNull();
  });
});

describe('a responder', () => {
  const delegate = (extensions?: readonly Der[], from = days(-10), to = days(10), under = pki.issuing) =>
    delegateOf(under, keys, from, to, extensions);
  const by = (one: ReturnType<typeof delegate>, differs: Partial<Answering> = {}) =>
    faultOf({ by: one, certificates: [one.certificate.der], ...differs });

  it('certified by the same issuer for OCSP is believed, by name and by key', () => {
    expect(by(delegate())).toBeNull();
    expect(by(delegate(), { named: 'key' })).toBeNull();
  });

  it('is not believed without the purpose, from another issuer, or without its certificate', () => {
    expect(by(delegate([noCheck]))).toBe('revocation-unknown');
    const anyPurpose = extension('2.5.29.37', false, Buffer.from('30060604551d2500', 'hex'));
    expect(by(delegate([anyPurpose, noCheck]))).toBe('revocation-unknown');
    expect(by(delegate(undefined, undefined, undefined, pki.root))).toBe('revocation-unknown');
    expect(by(delegate(undefined, undefined, undefined, pki.sister))).toBe('revocation-unknown');
    expect(by(delegate(undefined, undefined, undefined, pki.strangerIssuing))).toBe('revocation-unknown');
    expect(by(delegate(), { certificates: [] })).toBe('revocation-unknown');
  });

  it('must have been valid when it answered', () => {
    expect(by(delegate(undefined, days(-10), days(-5)))).toBe('revocation-unknown');
    expect(by(delegate(undefined, days(5), days(10)))).toBe('revocation-unknown');
  });

  it('is itself asked about unless its issuer said not to: its list decides', () => {
    const one = delegate([ocspSigning]);
    const listed = (entries: Parameters<typeof writeCrl>[0]['entries']) =>
      writeCrl({
        ...{ issuer: pki.issuing.name, issuerKey: pki.issuing.keys.privateKey, entries, thisUpdate: days(-0.2), nextUpdate: days(3) },
        // Says nothing of the signer: the list is for attributes of another point than his.
      });
    const answer = answerOf(
      answering({ by: one, certificates: [one.certificate.der], singles: [single({ status: { revokedAt: days(-2) } })] }),
    );
    expect(judged([answer]).fault).toBe('revocation-unknown');
    // With a list that clears the responder its word counts: revoked, though the list itself knows of no revocation.
    expect(judged([answer, listed([])]).fault).toBe('revoked');
    // A responder that is revoked itself is not believed; the list clears the signer.
    expect(judged([answer, listed([{ serial: one.certificate.serial, revokedAt: days(-5) }])]).fault).toBeNull();
  });

  it('is nobody whose signature does not fit, or who only bears the name', () => {
    const stranger = { certificate: issuing, key: pki.strangerIssuing.keys.privateKey };
    expect(faultOf({ by: stranger })).toBe('revocation-unknown');
    const bytes = Buffer.from(answerOf(answering()));
    const place = bytes.indexOf(Buffer.from('20261121', 'latin1'));
    expect(place).toBeGreaterThan(0);
    bytes.write('20271121', place, 'latin1');
    expect(judged([bytes]).fault).toBe('revocation-unknown');
  });
});

describe('reading an OCSP answer', () => {
  const critical = extension('1.2.3.4', true, nothing);

  it('fails closed on critical extensions nobody knows, of the whole and of one part', () => {
    expect(faultOf({ extensions: [critical] })).toBe('revocation-unknown');
    expect(faultOf({ singles: [single({ extensions: [critical] })] })).toBe('revocation-unknown');
    expect(faultOf({ extensions: [extension('1.2.3.4', false, nothing)] })).toBeNull();
  });

  it('finds the same in an answer as pkijs does', () => {
    const status = { revokedAt: days(-3), reason: 4 };
    const variants: readonly Partial<Answering>[] = [
      {},
      { singles: [single({ status }), single({ status: 'unknown', digest: 'sha256' })] },
      { named: 'key', nonce: Buffer.alloc(16, 7), singles: [single({ archiveCutoff: days(-900) })] },
    ];
    for (const variant of variants) {
      const der = answerOf(answering(variant));
      const own = readOcspAnswer(der);
      const theirs = OCSPResponse.fromBER(new Uint8Array(der)).responseBytes?.response.valueBlock.valueHexView;
      if (own === null || theirs === undefined) throw new Error('not read');
      const { tbsResponseData } = BasicOCSPResponse.fromBER(new Uint8Array(theirs));
      const shown = (serial: string, tag: string, thisUpdate: Date, nextUpdate: Date | null | undefined) =>
        [serial, tag, thisUpdate.toISOString(), nextUpdate?.toISOString()].join(' ');
      expect(own.producedAt).toEqual(tbsResponseData.producedAt);
      expect(own.answers.map((one) => shown(one.about.serial, one.status, one.thisUpdate, one.nextUpdate))).toEqual(
        tbsResponseData.responses.map(({ certID, certStatus, thisUpdate, nextUpdate }) => {
          const serial = Buffer.from(certID.serialNumber.valueBlock.valueHexView).toString('hex').toUpperCase();
          return shown(serial, ['good', 'revoked', 'unknown'][certStatus.idBlock.tagNumber] ?? '', thisUpdate, nextUpdate);
        }),
      );
    }
  });

  it('tells a refusal from an answer', () => {
    expect(readOcspResponse(response(null, 3))).toEqual({ kind: 'refusal', status: 'tryLater' });
    expect(readOcspResponse(response(null, 6))).toEqual({ kind: 'refusal', status: 'unauthorized' });
    for (const wrong of [response(null, 0), response(null, 4), response(null, 9)]) expect(() => readOcspResponse(wrong)).toThrow();
    expect(readOcspAnswer(response(null, 1))).toBeNull();
  });

  it('compares the nonce that was asked with', () => {
    const nonce = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const read = (differs: Partial<Answering>) => {
      const answer = readOcspAnswer(answerOf(answering(differs)));
      if (answer === null) throw new Error('not read');
      return nonceOf(answer, nonce);
    };
    expect(read({ nonce })).toBe('same');
    expect(read({})).toBe('absent');
    expect(read({ nonce: Buffer.alloc(16) })).toBe('other');
    // Its bytes without the OCTET STRING around them, as old responders wrote it.
    expect(read({ extensions: [extension('1.3.6.1.5.5.7.48.1.2', false, nonce)] })).toBe('same');
    expect(read({ extensions: [extension('1.3.6.1.5.5.7.48.1.2', false, octets(nonce))] })).toBe('same');
  });

  it('never throws on any of its bits turned, and says good only where the bit is of nothing signed', () => {
    const good = Buffer.from(answerOf(answering()));
    const answer = readOcspAnswer(good);
    if (answer === null) throw new Error('not read');
    const signed = [answer.tbs, answer.signature].map((part) => ({ from: good.indexOf(part), to: good.indexOf(part) + part.length }));
    const accepted: number[] = [];
    // Every seventh meets each place in a byte; LIENTHONG_MUTATIONS=all turns them all.
    const step = process.env.LIENTHONG_MUTATIONS === 'all' ? 1 : 7;
    for (let bit = 0; bit < good.length * 8; bit += step) {
      const turned = Buffer.from(good);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (judged([turned]).fault === null) accepted.push(bit);
    }
    // All that may differ unnoticed: whether a tag of the wrapping, or of the algorithm's name, says "constructed".
    expect(accepted.filter((bit) => signed.some(({ from, to }) => bit >> 3 >= from && bit >> 3 < to))).toEqual([]);
    expect(accepted.filter((bit) => (bit & 7) !== 5)).toEqual([]);
    expect(accepted.length).toBeLessThanOrEqual(5);
  });

  it('reads nothing from what is none', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('3000', 'hex'), Buffer.from('not DER'), pki.root.certificate, rootList])
      expect(readOcspAnswer(bytes)).toBeNull();
    const whole = answerOf(answering());
    for (let end = 0; end < whole.length; end += 7) expect(readOcspAnswer(whole.subarray(0, end))).toBeNull();
  });
});
