/** What a document teaches of the certificates on it, and what stays with a record that is judged again. */
import { describe, expect, it } from 'vitest';
import { lessonFrom } from '../../../src/exchange/signers/lesson.ts';
import { keepAttribution } from '../../../src/exchange/signers/whose.ts';
import { attributed } from '../../../src/oversight/holders/attribution.ts';
import { kinOf } from '../../../src/oversight/holders/kin.ts';
import { type Holder, holderKey } from '../../../src/records/holder.ts';
import { findingOf, type Proof, type Reason, type SignatureProof, type SignerProof } from '../../../src/signature/proof.ts';
import { directoryOf, organ } from '../../support/directory.ts';

const directory = directoryOf(
  organ('H99', { name: 'UBND tỉnh Mẫu' }),
  organ('A', { name: 'UBND xã Tân Lập', parent: 'H99' }),
  organ('B', { name: 'UBND xã Phú Hòa', parent: 'H99' }),
);
const sender = directory.organs.get('A') ?? organ('A');
const circumstance = { directory, sender, kin: kinOf(directory, sender), day: '2026-11-20' };
const keyOf = (serial: string) => holderKey('CN=CA', serial);

const by = (serial: string, name: string, kind: SignerProof['kind'], reason: Reason | null = null): SignatureProof => ({
  ...findingOf(reason),
  ...{ index: 0, kind: 'signature', indication: 'TOTAL-PASSED', subIndication: null, integrity: 'intact' },
  ...{ covers: { revision: 1, of: 1, wholeFile: true }, laterChanges: [], algorithm: null, claimedAt: null, timestampedAt: null },
  ...{ judgedAt: '', chain: [], revocation: [] },
  signer: {
    ...{ name, kind, serial, organisation: null, organ: null, knownBy: null, issuer: 'CN=CA' },
    validTo: '2030-03-12T17:30:00.000Z',
  },
});
const person = by('01', 'Nguyễn Văn An', 'person');
const own = by('02', 'UBND xã Tân Lập', 'agency');
const other = by('03', 'UBND xã Phú Hòa', 'agency');
const parent = by('04', 'UBND tỉnh Mẫu', 'agency');
const device = by('05', 'Thiết bị 05', 'unknown');
const device2 = by('06', 'Thiết bị 06', 'unknown');
const nameless = by('07', 'Trung tâm Không tên', 'agency');

const document = (signatures: readonly SignatureProof[], reason: Reason | null = null): Proof => ({
  ...findingOf(reason),
  ...{ judgedAt: '', main: 'a.pdf', envelope: { verdict: 'unsigned', reason: 'no-signature' } },
  attachments: [{ ...findingOf(reason), ...{ name: 'a.pdf', contentId: '', sha256: 'a', size: 1, role: 'main', kind: 'pdf' }, signatures }],
});

type Known = { readonly seen?: Readonly<Record<string, number>>; readonly listed?: readonly string[]; readonly met?: readonly string[] };
const lesson = (
  signatures: readonly SignatureProof[],
  { seen = {}, listed = [], met = [] }: Known = {},
  direct = true,
  reason: Reason | null = null,
) => {
  const holder = (serial: string): Holder => ({
    key: keyOf(serial),
    serial,
    issuer: 'CN=CA',
    kind: 'agency',
    organ: 'A',
    person: null,
    validTo: null,
  });
  const knowledge = {
    listed: new Map(listed.map((serial) => [keyOf(serial), holder(serial)])),
    sighted: new Map(Object.entries(seen).map(([serial, documents]) => [keyOf(serial), [{ key: keyOf(serial), organ: 'A', documents }]])),
    met: new Set(met.map(keyOf)),
  };
  const told = document(
    signatures.map((one) => ({ ...one, signer: attributed(one.signer, knowledge, circumstance) })),
    reason,
  );
  return lessonFrom({ met: document(signatures, reason), told }, knowledge, circumstance, direct);
};
const sighted = (...[signatures, known, direct, reason]: Parameters<typeof lesson>) =>
  lesson(signatures, known, direct, reason)
    .sightings.map(({ key, organ: code }) => `${key.slice(0, 2)} ${code}`)
    .join(' ');

describe('a document teaches', () => {
  it.each<readonly [what: string, signatures: readonly SignatureProof[], expected: string]>([
    ["the agency's certificate, not the person's", [person, own], '02 A'],
    ['one whose holder cannot be told, where it is alone', [device], '05 A'],
    ['one whose holder cannot be told, after a person', [person, device], '05 A'],
    ['the agency, where somebody unknown signed too', [device, nameless], '07 A'],
    ['nothing of two that nobody knows', [device, device2], ''],
    ["only the sender's, of several agencies", [other, own], '02 A'],
    ["nothing of another's, where the sender's is not known", [other, nameless], ''],
    ["nothing of one that bears another's name", [other], ''],
    ["nothing of the parent's seal", [person, parent], ''],
    ['nothing of a person alone', [person], ''],
    ['one certificate once, though it signed twice', [own, own], '02 A'],
    ['nothing without a signature', [], ''],
  ])('%s', (_what, signatures, expected) => expect(sighted(signatures)).toBe(expected));

  it('at most three documents of a certificate and organ', () => {
    expect([sighted([own], { seen: { '02': 2 } }), sighted([own], { seen: { '02': 3 } })]).toEqual(['02 A', '']);
  });

  it('nothing against the list, nothing when another hub passed it on, nothing unless valid', () => {
    expect(sighted([own], { listed: ['02'] })).toBe('');
    expect(sighted([own], {}, false)).toBe('');
    expect(sighted([own], {}, true, 'revocation-unknown')).toBe('');
    expect(sighted([by('02', 'UBND xã Tân Lập', 'agency', 'untrusted')])).toBe('');
  });

  it('which certificates there are, once each, from another hub too, and not those known or not credible', () => {
    const met = (...of: Parameters<typeof lesson>) => lesson(...of).certificates.map(({ serial }) => serial);
    expect(met([person, own, own])).toEqual(['01', '02']);
    expect(met([person, own], { met: ['01'] }, false)).toEqual(['02']);
    expect(met([by('08', 'Lạ', 'agency', 'untrusted')])).toEqual([]);
    // The last day in Việt Nam, and the kind as the subject looks.
    expect(lesson([device]).certificates[0]).toMatchObject({ kind: 'unknown', validTo: '2030-03-13', name: 'Thiết bị 05' });
  });
});

describe('a judgement made again', () => {
  it('keeps holders and remarks of the first, and the verdicts of the second', () => {
    const known = { ...own, signer: { ...own.signer, organ: 'A', knownBy: 'registry' as const } };
    const remarks = [{ code: 'agency-only' as const, vi: 'a', en: 'b' }];
    const before = { ...document([{ ...known, ...findingOf('revocation-unknown') }], 'revocation-unknown'), remarks };
    const kept = keepAttribution(before, document([own]));
    expect(kept).toEqual({ ...document([known]), remarks });
    expect(keepAttribution(null, document([own]))).toEqual(document([own]));
    // Another file in its place keeps nothing.
    const [file] = before.attachments;
    const moved = { ...before, attachments: file === undefined ? [] : [{ ...file, sha256: 'b' }] };
    expect(keepAttribution(moved, document([own])).attachments).toEqual(document([own]).attachments);
  });
});
