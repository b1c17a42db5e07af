import { beforeAll, describe, expect, it } from 'vitest';
import type { Pdf } from '../../../src/demo/pdf.ts';
import { signPdf } from '../../../src/demo/pdf-sign.ts';
import type { Party, Timestamper } from '../../../src/demo/pki.ts';
import type { VerificationContext } from '../../../src/signature/context.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { timeStampingPurpose } from '../../../src/signature/sign/timestamp.ts';
import { type Kit, makeKit, now } from '../kit.ts';
import { days, stampPdf, storeIn } from './stamped.ts';

const year = 365;
let kit: Kit;
let signer: Party;
/** Stamped the signature; expired two years before the acceptance. */
let oldTsa: Timestamper;
let newTsa: Timestamper;

const stamper = (from: number, to: number, under: 'government' | 'stranger' = 'government'): Timestamper =>
  kit.pki.issue({
    ...{ kind: 'agency', name: 'Dịch vụ dấu thời gian', organisation: 'Ban Cơ yếu', under },
    validFrom: days(now, from),
    validTo: days(now, to),
    certificate: { usages: ['digitalSignature'], extensions: [timeStampingPurpose] },
  });

beforeAll(async () => {
  kit = await makeKit();
  signer = kit.pki.issue({
    kind: 'agency',
    name: 'Sở Nội vụ',
    organisation: 'UBND tỉnh Mẫu',
    validFrom: days(now, -7 * year),
    validTo: days(now, -4 * year),
  });
  oldTsa = stamper(-7 * year, -2 * year);
  newTsa = stamper(-4 * year, 2 * year);
});

/** Only what is new at acceptance: the lists of those years are the file's to bring. */
const contextOf = (more: Partial<VerificationContext> = {}): VerificationContext => ({
  ...kit.context,
  revocation: revocationFrom(kit.pki.revocationLists([], now)),
  ...more,
});
const listsAt = (day: number) => kit.pki.revocationLists([], days(now, day));

const signedThen = (): Pdf => signPdf(kit.letter(), { party: signer, at: days(now, -6 * year), timestamper: oldTsa });
/** The lists of when the signer's certificate still was, and of when the first authority's still was. */
const withStore = (pdf: Pdf) =>
  storeIn(pdf, { certificates: [kit.pki.issuing.certificate], crls: [...listsAt(-4 * year - 1), ...listsAt(-2 * year - 1)] });
const archived = (by: Timestamper = newTsa, day = -3 * year, alter?: (token: Uint8Array) => Uint8Array): Pdf => {
  const { pdf, catalog } = withStore(signedThen());
  return stampPdf(pdf, by, days(now, day), alter, catalog);
};
const reasonsOf = (pdf: Pdf, more: Partial<VerificationContext> = {}) =>
  kit.verify(pdf, contextOf(more)).signatures.map((one) => one.reason);

describe('a signature whose certificate and stamp have long expired', () => {
  it('is expired without an archive: an expired authority proves nothing', () => {
    expect(reasonsOf(signedThen())).toEqual(['expired']);
    const [proof] = kit.verify(withStore(signedThen()).pdf, contextOf()).signatures;
    expect(proof).toMatchObject({ reason: 'expired', timestampedAt: null, remarks: [{ code: 'timestamp-not-counted' }] });
    expect(proof?.timestamps).toMatchObject([{ reason: 'expired' }]);
  });
  it('is valid under a document timestamp that holds, with the lists that the file brings', () => {
    const proof = kit.verify(archived(), contextOf());
    expect(proof).toMatchObject({ verdict: 'valid' });
    const [signature, stamp] = proof.signatures;
    expect(signature).toMatchObject({
      reason: null,
      indication: 'TOTAL-PASSED',
      timestampedAt: days(now, -6 * year).toISOString(),
      remarks: [],
    });
    expect(signature?.laterChanges.map((one) => one.class)).toEqual(expect.arrayContaining(['validation']));
    expect(stamp).toMatchObject({ kind: 'document-timestamp', reason: null, timestampedAt: days(now, -3 * year).toISOString() });
  });
  it('is not, without the store', () => {
    const reasons = reasonsOf(stampPdf(signedThen(), newTsa, days(now, -3 * year)));
    expect(reasons[0]).not.toBeNull();
    expect(reasons[1]).toBeNull();
  });
  it.each<readonly [string, () => Pdf, string | null]>([
    ['by a stranger', () => archived(stamper(-4 * year, 2 * year, 'stranger')), 'untrusted'],
    ['that has expired too', () => archived(stamper(-4 * year, -1)), 'expired'],
    ['made after the first authority had expired', () => archived(newTsa, -year), null],
    ['claiming a time after its acceptance', () => archived(newTsa, 2), 'not-yet-valid'],
  ])('is not, under a document timestamp %s', (_, make, reason) => {
    const proof = kit.verify(make(), contextOf());
    expect(proof.signatures.map((one) => one.reason)).toEqual(['expired', reason]);
  });
  it('says in words and sub-indication when a timestamp contradicts what is known', () => {
    const [, stamp] = kit.verify(archived(newTsa, 2), contextOf()).signatures;
    expect(stamp).toMatchObject({ subIndication: 'TIMESTAMP_ORDER_FAILURE', timestampedAt: null });
  });
  it('makes the file invalid when the document timestamp is broken', () => {
    const spoilt = archived(newTsa, -3 * year, (token) => {
      const copy = Buffer.from(token);
      copy[copy.length - 9] = (copy[copy.length - 9] ?? 0) ^ 1;
      return copy;
    });
    expect(kit.verify(spoilt, contextOf())).toMatchObject({ verdict: 'invalid', reason: 'signature-mismatch' });
  });
});

describe('several document timestamps', () => {
  it('are judged from the outermost inwards: an inner one that expired is proven by the outer', () => {
    const middle = stamper(-4 * year, -10);
    const { pdf, catalog } = withStore(signedThen());
    const inner = stampPdf(pdf, middle, days(now, -3 * year), undefined, catalog);
    expect(reasonsOf(inner)).toEqual(['expired', 'expired']);
    const store = storeIn(inner, { crls: [...listsAt(-4 * year - 1), ...listsAt(-2 * year - 1), ...listsAt(-11)] });
    const outer = stampPdf(store.pdf, newTsa, days(now, -15), undefined, store.catalog);
    const proof = kit.verify(outer, contextOf());
    expect(proof.signatures.map((one) => [one.kind, one.reason])).toEqual([
      ['signature', null],
      ['document-timestamp', null],
      ['document-timestamp', null],
    ]);
    expect(proof.verdict).toBe('valid');
  });
  it('of which the inner is younger than the outer contradict each other: the inner proves nothing', () => {
    const inner = stampPdf(kit.signed(), kit.pki.timestamper, days(now, -2));
    const outer = stampPdf(inner, kit.pki.timestamper, days(now, -4));
    const [signature, first, second] = kit.verify(outer, contextOf()).signatures;
    expect(second).toMatchObject({ reason: null });
    expect(first).toMatchObject({ reason: 'not-yet-valid', subIndication: 'TIMESTAMP_ORDER_FAILURE' });
    expect(signature).toMatchObject({ reason: null, timestampedAt: days(now, -4).toISOString() });
  });
});

describe('a document timestamp', () => {
  it('proves nothing of a signature that was made after it', () => {
    const stamped = stampPdf(kit.letter(), kit.pki.timestamper, days(now, -2));
    const proof = kit.verify(signPdf(stamped, { party: kit.agency, at: now }), contextOf());
    expect(proof.signatures.map((one) => [one.kind, one.timestampedAt])).toEqual([
      ['document-timestamp', days(now, -2).toISOString()],
      ['signature', null],
    ]);
  });
  it('alone is nobody’s signature', () => {
    expect(kit.verify(stampPdf(kit.letter(), kit.pki.timestamper, days(now, -2)), contextOf())).toMatchObject({ verdict: 'unsigned' });
  });
  it('written with another SubFilter is broken, and so is the file', () => {
    const pdf = stampPdf(kit.letter(), kit.pki.timestamper, days(now, -2));
    const bytes = Buffer.from(pdf.bytes);
    bytes.write('ETSI.RFC3162', bytes.indexOf('ETSI.RFC3161'), 'latin1');
    expect(kit.verify(bytes, contextOf())).toMatchObject({ verdict: 'invalid', reason: 'malformed-signature' });
  });
  it('over a file that later revisions change still says when the earlier bytes existed', () => {
    const gone = { certificate: kit.agency.certificate, at: days(now, -1), reason: 'keyCompromise' } as const;
    const context = { revocation: revocationFrom(kit.pki.revocationLists([gone], now)) };
    expect(reasonsOf(kit.signed(), context)).toEqual(['revoked']);
    expect(reasonsOf(stampPdf(kit.signed(), kit.pki.timestamper, days(now, -2)), context)).toEqual([null, null]);
  });
});

describe('the security store', () => {
  it('proves nothing by itself: lists and certificates of a stranger change no verdict', () => {
    const stranger = kit.pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'Lạ', under: 'stranger' });
    const forged = storeIn(kit.signed(stranger), {
      certificates: [kit.pki.strangerIssuing.certificate, kit.pki.strangerRoot.certificate],
      crls: listsAt(0),
    });
    expect(reasonsOf(forged.pdf)).toEqual(['untrusted']);
  });
  it('whose streams are rubbish, loops or missing does no harm', () => {
    const { pdf } = storeIn(kit.signed(), { certificates: [Buffer.from('x')], crls: [Buffer.alloc(50, 0x30), ...listsAt(0)] });
    expect(reasonsOf(pdf, { revocation: [] })).toEqual([null]);
    const bytes = Buffer.from(pdf.bytes);
    bytes.write('/CRLt', bytes.lastIndexOf('/CRLs'), 'latin1');
    expect(kit.verify(bytes, contextOf({ revocation: [] })).signatures.map((one) => one.reason)).toEqual(['revocation-unknown']);
  });
});

describe('the claimed time of a PDF', () => {
  it('seven hours ahead of its stamp is remarked, and changes nothing', () => {
    const pdf = signPdf(kit.letter(), { party: kit.agency, at: now, timestamper: kit.pki.timestamper });
    const stamped = days(now, -7 / 24);
    const quirk = signPdf(kit.letter(), {
      party: kit.agency,
      at: new Date(stamped.getTime() + 7 * 3_600_000),
      timestamper: kit.pki.timestamper,
    });
    expect(kit.verify(pdf, contextOf()).signatures[0]?.remarks).toEqual([]);
    const [proof] = kit.verify(
      quirk,
      contextOf({ at: stamped, revocation: revocationFrom(kit.pki.revocationLists([], stamped)) }),
    ).signatures;
    expect(proof).toMatchObject({ verdict: 'valid', remarks: [{ code: 'timestamp-order' }, { code: 'claimed-local-as-utc' }] });
  });
});
