/** A signature as it is shown (contract §3), from what is known of it; and the proof of a message around it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, Message } from '../../src/envelope/types.ts';
import type { ProvableFile } from '../../src/signature/attachments.ts';
import { openEvidence } from '../../src/signature/evidence.ts';
import { signerOf } from '../../src/signature/holder/signer.ts';
import { type Certificate, readCertificate } from '../../src/signature/path/certificate.ts';
import { proveMessage } from '../../src/signature/prove.ts';
import { rowOf, type Told } from '../../src/signature/row.ts';
import type { SignerBelief } from '../../src/signature/time/believe.ts';
import { bytesOf, type Kit, makeKit, now } from './kit.ts';

let kit: Kit;
let certificate: Certificate;
beforeAll(async () => {
  kit = await makeKit();
  certificate = readCertificate(kit.agency.certificate);
});

const nobody = { name: null, organisation: null, kind: 'unknown', organ: null, knownBy: null, serial: null, issuer: null, validTo: null };
const plain: Told = {
  reason: 'unsupported',
  intact: false,
  wholeFile: false,
  certificate: null,
  algorithm: null,
  claimedAt: null,
  belief: null,
};

describe('a signature of which nothing is known', () => {
  it('is shown as it is', () => {
    expect(rowOf(plain, 3, kit.context)).toEqual({
      ...{ verdict: 'undetermined', reason: 'unsupported', indication: 'INDETERMINATE', subIndication: 'SIG_CONSTRAINTS_FAILURE' },
      ...{ vi: 'Không kiểm tra được: dạng chữ ký hoặc thuật toán chưa được hỗ trợ' },
      en: 'Cannot be checked: this form of signature or algorithm is not supported',
      ...{ index: 3, kind: 'signature', integrity: 'broken', covers: { revision: 1, of: 1, wholeFile: false }, laterChanges: [] },
      ...{ signer: nobody, algorithm: null, claimedAt: null, timestampedAt: null, judgedAt: now.toISOString(), chain: [], revocation: [] },
    });
  });
});

describe('a signature that was judged', () => {
  const remark = (code: string) => ({ code, vi: code, en: code }) as never;
  const belief = (): SignerBelief => ({
    ...{ reason: null, chain: [certificate], timestampedAt: new Date('2026-11-19T01:02:03.000Z'), bestTime: now },
    revocation: [{ serial: '0A', source: 'crl', status: 'good', thisUpdate: null, nextUpdate: null, revokedAt: null }],
    timestamps: [{ kind: 'signature', at: null, reason: null, authority: 'TSA' }],
    remarks: [remark('a')],
    circumstances: {
      ...{ certificate, isOther: false, isPathUnsupported: true, bestTime: now, madeAfter: null, revokedAt: null },
      ...{ isGood: true, weakUntil: null, isOutOfOrder: false },
    },
  });
  it('is shown with everything', () => {
    const claimedAt = new Date('2026-11-19T00:00:00.000Z');
    const told: Told = {
      reason: null,
      intact: true,
      wholeFile: true,
      certificate,
      algorithm: 'RSA SHA256',
      claimedAt,
      belief: belief(),
      remarks: [remark('b')],
    };
    const later = new Date('2026-12-01T00:00:00.000Z');
    expect(rowOf(told, 0, { ...kit.context, now: later })).toMatchObject({
      ...{ verdict: 'valid', reason: null, indication: 'TOTAL-PASSED', integrity: 'intact', covers: { wholeFile: true } },
      ...{ algorithm: 'RSA SHA256', claimedAt: '2026-11-19T00:00:00.000Z', timestampedAt: '2026-11-19T01:02:03.000Z' },
      judgedAt: later.toISOString(),
      chain: [{ subject: 'CN=Sở Nội vụ, O=UBND tỉnh Mẫu, C=VN', serial: certificate.serial, sha256: certificate.sha256 }],
      revocation: [{ serial: '0A', status: 'good' }],
      remarks: [{ code: 'a' }, { code: 'b' }],
      timestamps: [{ authority: 'TSA' }],
    });
    expect(rowOf({ ...told, reason: 'unsupported' }, 0, kit.context).subIndication).toBe('CERTIFICATE_CHAIN_GENERAL_FAILURE');
  });
  it('has neither remarks nor stamps where there are none', () => {
    const row = rowOf({ ...plain, belief: { ...belief(), remarks: [], timestamps: [], timestampedAt: null } }, 0, kit.context);
    expect([Object.hasOwn(row, 'remarks'), Object.hasOwn(row, 'timestamps'), row.timestampedAt]).toEqual([false, false, null]);
  });
  it('names its holder, and how that is known', () => {
    expect(signerOf(certificate)).toEqual({
      ...{ name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', kind: 'agency', organ: null, knownBy: 'guess', serial: certificate.serial },
      issuer: certificate.issuer.text,
      validTo: certificate.notAfter.toISOString(),
    });
    const subject = { ...certificate.subject, commonName: null };
    expect(signerOf({ ...certificate, subject })).toMatchObject({ name: 'UBND tỉnh Mẫu', kind: 'unknown', knownBy: null });
    expect(signerOf(readCertificate(kit.person.certificate))).toMatchObject({ kind: 'person', knownBy: 'guess' });
    expect(signerOf(null)).toEqual(nobody);
  });
});

describe('the proof of a message', () => {
  const nothing = { size: 0, read: () => new Uint8Array() };
  const files = (...parts: readonly (readonly [name: string, description: string | null])[]): readonly ProvableFile[] =>
    parts.map(([name, description]) => ({
      ...{ name, description, contentId: `id-${name}`, contentType: null, kind: 'image', sha256: '', size: 0 },
      open: () => nothing,
    }));
  type Asked = {
    readonly message?: object;
    readonly files?: readonly ProvableFile[];
    readonly certificate?: string | null;
    readonly source?: string;
  };
  const prove = (asked: Asked = {}) => {
    const message = { kind: 'document', type: 0, manifest: [], unknown: [], ...asked.message } as unknown as Message & Envelope;
    const source = bytesOf(Buffer.from(asked.source ?? '<a/>'));
    return proveMessage({ message, files: asked.files ?? [], signatureCertificate: asked.certificate ?? null, source }, kit.context);
  };
  const unsigned = { verdict: 'unsigned', reason: 'no-signature' };
  const placeholder = `<edXML><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature></edXML>`;

  it('of an envelope without signature reads it not again', () => {
    const proof = proveMessage(
      {
        message: { kind: 'document', type: 0, manifest: [], unknown: [{ name: 'Other' }] } as unknown as Message,
        ...{ files: [], signatureCertificate: null },
        source: {
          size: 9,
          read: () => {
            throw new Error('read');
          },
        },
      },
      kit.context,
    );
    expect(proof.envelope).toEqual(unsigned);
  });
  it.each<readonly [string, Asked]>([
    ['in the header', { certificate: '' }],
    ['below the root', { message: { unknown: [{ name: 'Other' }, { name: 'Signature' }] } }],
  ])('of an envelope signed %s judges it', (_, asked) => {
    const { envelope } = prove({ ...asked, source: placeholder });
    expect(envelope).not.toEqual(unsigned);
    expect(envelope.signatures).toHaveLength(1);
    expect(Object.hasOwn(prove({ ...asked, source: '<a/>' }).envelope, 'signatures')).toBe(false);
  });
  it('of what carries no document is not judged', () => {
    const expected = { verdict: 'undetermined', reason: 'not-judged', main: null, attachments: [], judgedAt: now.toISOString() };
    expect(prove({ message: { kind: 'status' }, files: files(['a', null]) })).toMatchObject(expected);
    expect(prove({ message: { type: 1 } })).toMatchObject(expected);
    expect(prove({ message: { type: 1 }, files: files(['a', null]) })).toMatchObject({ reason: 'unsignable-format', main: 'a' });
    expect(prove()).toMatchObject({ verdict: 'unsigned', reason: 'no-attachment', main: null, attachments: [] });
  });
  const main = 'Văn bản chính';
  it.each<readonly [string, Asked, string]>([
    ['that is described so', { files: files(['a', null], ['b', ` ${main.toUpperCase()} `]) }, 'b'],
    ['that is described so in other code points', { files: files(['a', null], ['b', main.normalize('NFD')]) }, 'b'],
    [
      'that the manifest describes so',
      {
        files: files(['a', null], ['b', null]),
        message: {
          manifest: [
            { contentId: 'id-a', description: null },
            { contentId: 'id-b', description: main },
          ],
        },
      },
      'b',
    ],
    [
      'that the manifest names first',
      {
        files: files(['a', null], ['b', null]),
        message: {
          manifest: [
            { contentId: 'id-b', description: null },
            { contentId: 'id-a', description: null },
          ],
        },
      },
      'b',
    ],
    [
      'that stands first, where the manifest names none of them',
      { files: files(['a', null], ['b', null]), message: { manifest: [{ contentId: 'id-c', description: main }] } },
      'a',
    ],
    ['that stands first', { files: files(['a', null], ['b', null]) }, 'a'],
    [
      'that is described so before what the manifest says',
      { files: files(['a', null], ['b', main]), message: { manifest: [{ contentId: 'id-a', description: main }] } },
      'b',
    ],
  ])('has for main document the one %s', (_, asked, name) => {
    expect(prove(asked).main).toBe(name);
  });
});

describe('evidence', () => {
  it('is noted once, by the digest that is known or made', () => {
    const book = openEvidence();
    const [one, other] = [Buffer.from('abc'), Buffer.from('xyz')];
    book.use('crl', one);
    book.use('certificate', one);
    book.use('ocsp', other, 'known');
    expect(book.items()).toEqual([
      { kind: 'crl', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', size: 3, bytes: one },
      { kind: 'ocsp', sha256: 'known', size: 3, bytes: other },
    ]);
  });
});
