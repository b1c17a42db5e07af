import { beforeAll, describe, expect, it } from 'vitest';
import { alterPdf, catalogBody, pageBody, revisePdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { certificatePem, fingerprint } from '../../src/demo/pki.ts';
import { integrityOnly } from '../../src/signature/context.ts';
import { readPins, trustFrom } from '../../src/signature/path/trust.ts';
import { type Kit, makeKit, now, outcomeOf, trustOf } from './kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

describe('a sound signature', () => {
  it.each([
    ['RSA', undefined, 'rsa'],
    ['RSA-PSS', 'rsa-pss', 'rsa'],
    ['ECDSA', 'ecdsa', 'ec'],
  ] as const)('is undetermined/revocation-unknown until revocation can be asked (%s)', (label, algorithm, keyKind) => {
    const party = kit.pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', keyKind });
    const proof = kit.verify(kit.signed(party, algorithm === undefined ? {} : { algorithm }));
    expect(outcomeOf(proof)).toBe('undetermined/revocation-unknown');
    expect(proof.vi).toBe('Chữ ký toàn vẹn, chưa kiểm tra được thu hồi');
    expect(proof.signatures[0]).toMatchObject({
      index: 0,
      kind: 'signature',
      indication: 'INDETERMINATE',
      subIndication: 'TRY_LATER',
      integrity: 'intact',
      covers: { revision: 2, of: 2, wholeFile: true },
      laterChanges: [],
      algorithm: `${label} SHA256`,
      claimedAt: now.toISOString(),
      timestampedAt: null,
      revocation: [],
    });
    expect(proof.signatures[0]?.chain).toHaveLength(3);
  });

  it('names its signer in Vietnamese and guesses the kind', () => {
    const proof = kit.verify(kit.twice());
    expect(proof.signatures.map((one) => one.signer)).toMatchObject([
      { name: 'Nguyễn Văn Ả', organisation: 'Sở Nội vụ', kind: 'person' },
      { name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', kind: 'agency' },
    ]);
    expect(proof.signatures[0]?.signer.issuer).toContain('CN=CA phục vụ các cơ quan Nhà nước (Mô phỏng)');
  });

  it('followed only by a further signature is not "changed"', () => {
    const proof = kit.verify(kit.twice());
    expect(outcomeOf(proof)).toBe('undetermined/revocation-unknown');
    expect(proof.signatures[0]?.covers).toEqual({ revision: 2, of: 3, wholeFile: false });
    expect(new Set(proof.signatures[0]?.laterChanges.map((one) => one.class))).toEqual(new Set(['signature']));
  });

  it('is valid under rules that count neither trust nor revocation nor expiry', () => {
    expect(outcomeOf(kit.verify(kit.twice(), { rules: integrityOnly }))).toBe('valid/null');
  });

  it('is valid when the signer itself is the anchor: nothing below it could be revoked', () => {
    const trust = trustFrom({ anchors: [kit.agency.certificate], pins: [fingerprint(kit.agency.certificate)] });
    expect(outcomeOf(kit.verify(kit.signed(), { trust }))).toBe('valid/null');
  });
});

describe('trust', () => {
  it('ends in no anchor when the authority is a stranger', () => {
    const stranger = kit.pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', under: 'stranger' });
    expect(outcomeOf(kit.verify(kit.signed(stranger, { chain: stranger.chain })))).toBe('undetermined/untrusted');
  });

  it('is not given by a certificate that merely lies in the anchors folder', () => {
    expect(outcomeOf(kit.verify(kit.signed(), { trust: trustOf(kit.pki, []) }))).toBe('undetermined/untrusted');
  });

  it('reads pins with remarks and colons, and anchors as PEM', () => {
    const print = fingerprint(kit.pki.root.certificate);
    const colons = print.toUpperCase().replace(/(..)(?=.)/g, '$1:');
    const pins = readPins(`# roots\n${colons}  RootCA\nnot a pin\n${print.slice(2)} too short`);
    expect(pins).toEqual([print]);
    const anchors = [Buffer.from(certificatePem(kit.pki.root.certificate)), kit.pki.issuing.certificate];
    expect(outcomeOf(kit.verify(kit.signed(), { trust: trustFrom({ anchors, pins }) }))).toBe('undetermined/revocation-unknown');
  });

  it('counts at the time of acceptance, not at the claimed one', () => {
    const year = 365 * 86_400_000;
    const expired = kit.pki.issue({ kind: 'agency', name: 'A', organisation: 'B', validTo: new Date(now.getTime() - 86_400_000) });
    const early = { at: new Date(now.getTime() - year / 2), claimInCms: true };
    expect(outcomeOf(kit.verify(kit.signed(expired, early)))).toBe('undetermined/expired');
    const future = kit.pki.issue({ kind: 'agency', name: 'A', organisation: 'B', validFrom: new Date(now.getTime() + 86_400_000) });
    expect(outcomeOf(kit.verify(kit.signed(future)))).toBe('undetermined/not-yet-valid');
  });

  it.each([
    ['an authority', { authority: { pathLength: null } }],
    ['a key for certificates only', { usages: ['keyCertSign' as const] }],
  ])('is misused by a signature of %s', (_, certificate) => {
    const party = kit.pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', certificate });
    const proof = kit.verify(kit.signed(party));
    expect(outcomeOf(proof)).toBe('invalid/certificate-misuse');
    expect(proof.signatures[0]?.subIndication).toBe('CHAIN_CONSTRAINTS_FAILURE');
  });

  it('is not handed on by a signer who issues certificates', () => {
    const rogue = kit.pki.issue({
      kind: 'agency',
      name: 'Sở Giả mạo',
      organisation: 'UBND tỉnh Mẫu',
      certificate: { issuer: { country: 'VN', organisation: 'UBND tỉnh Mẫu', commonName: 'Sở Nội vụ' }, issuerKey: kit.agency.key },
    });
    expect(outcomeOf(kit.verify(kit.signed(rogue, { chain: [kit.agency.certificate, ...kit.agency.chain] })))).toBe(
      'invalid/certificate-misuse',
    );
  });
});

describe('a file', () => {
  it('without signatures is unsigned', () => {
    expect(outcomeOf(kit.verify(kit.letter()))).toBe('unsigned/no-signature');
  });

  it('altered after signing does not match its signature', () => {
    expect(outcomeOf(kit.verify(alterPdf(kit.signed().bytes)))).toBe('invalid/digest-mismatch');
    expect(outcomeOf(kit.verify(alterPdf(kit.twice().bytes)))).toBe('invalid/digest-mismatch');
  });

  it('is as bad as its worst signature', () => {
    const stranger = kit.pki.issue({ kind: 'person', name: 'Trần Thị B', organisation: 'X', under: 'stranger' });
    const pdf = signPdf(kit.signed(stranger), { party: kit.agency, at: now });
    expect(outcomeOf(kit.verify(pdf))).toBe('undetermined/untrusted');
    expect(kit.verify(pdf).signatures.map((one) => one.reason)).toEqual(['untrusted', 'revocation-unknown']);
  });

  it('that is no PDF is damaged', () => {
    expect(outcomeOf(kit.verify(Buffer.from('%PDF-1.7\nnothing here')))).toBe('unreadable/damaged');
    expect(outcomeOf(kit.verify(new Uint8Array(0)))).toBe('unreadable/damaged');
  });

  it('that is encrypted says so', () => {
    const { pdf } = revisePdf(kit.letter(), []);
    const text = Buffer.from(pdf.bytes).toString('latin1');
    const at = text.lastIndexOf('/Root 1 0 R');
    const bytes = Buffer.from(`${text.slice(0, at)}/Encrypt << /Filter /Standard >> ${text.slice(at)}`, 'latin1');
    expect(outcomeOf(kit.verify(bytes))).toBe('unreadable/encrypted');
  });

  it('over the limits says so', () => {
    const limits = { values: 20, entries: 1000, inflated: 1000, revisions: 10, milliseconds: 1000 };
    expect(outcomeOf(kit.verify(kit.signed(), { limits }))).toBe('unreadable/over-limits');
  });

  it('prepared for signing but never signed is unsigned', () => {
    const bytes = Buffer.from(kit.signed().bytes);
    const from = bytes.indexOf('/Contents <') + 11;
    expect(outcomeOf(kit.verify(bytes.fill('0', from, bytes.indexOf('>', from))))).toBe('unsigned/no-signature');
  });

  it('gains metadata after signing and stays as it was', () => {
    const pdf = kit.signed();
    const { pdf: later } = revisePdf(pdf, [{ number: pdf.size, body: '<< /Type /Catalog /Unused true >>' }]);
    expect(outcomeOf(kit.verify(later))).toBe('undetermined/revocation-unknown');
  });

  it('whose annotations change is visibly changed without a DocMDP', () => {
    const pdf = kit.signed();
    const note = pdf.size;
    const body = '<< /Type /Annot /Subtype /FreeText /Rect [0 0 300 300] /Contents (Da sua) >>';
    const page = pageBody([...pdf.fields, note], false);
    const { pdf: later } = revisePdf(pdf, [
      { number: note, body },
      { number: 3, body: page },
      { number: 1, body: catalogBody(pdf.fields) },
    ]);
    const proof = kit.verify(later);
    expect(outcomeOf(proof)).toBe('invalid/changed-after-signing');
    expect(proof.signatures[0]?.laterChanges).toEqual([{ revision: 3, class: 'visible', what: 'trang 1: thêm chú thích' }]);
  });
});
