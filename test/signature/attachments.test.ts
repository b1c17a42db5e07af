/** Every kind of attachment to its judge, and a .p7s to the file it lies beside. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../src/envelope/bytes.ts';
import { type ProvableFile, proveFiles } from '../../src/signature/attachments.ts';
import { signCms } from '../../src/signature/sign/cms.ts';
import { bytesOf, type Kit, makeKit } from './kit.ts';

let kit: Kit;
const letter = Buffer.from('Kính gửi: UBND xã Tân Lập\n');
let detached: Uint8Array;
let enveloping: Uint8Array;
beforeAll(async () => {
  kit = await makeKit();
  const { certificate, key } = kit.agency;
  detached = signCms({ certificate, key, content: letter });
  enveloping = signCms({ certificate, key, inside: { type: '1.2.840.113549.1.7.1', content: letter } });
});

type Part = { readonly name: string; readonly kind?: ProvableFile['kind']; readonly bytes?: Uint8Array; readonly file?: RandomAccess };
const fileOf = ({ name, kind = 'other', bytes = Buffer.from(''), file = bytesOf(bytes) }: Part): ProvableFile => ({
  ...{ name, kind, contentId: `id-${name}`, description: null, contentType: null, sha256: `sha-${name}`, size: file.size },
  open: () => file,
});
const prove = (...parts: readonly Part[]) => {
  const files = parts.map(fileOf);
  return proveFiles(files, files[0] ?? null, { ...kit.context, rules: { trust: true, revocation: false, expiry: true } });
};
const told = (...parts: readonly Part[]) =>
  prove(...parts).map(({ name, verdict, reason, signatures }) => `${name}: ${verdict}/${reason} ${signatures.length}`);

describe('an attachment', () => {
  it.each<readonly [ProvableFile['kind'], string, string]>([
    ['image', '%PDF-1.7', 'unsigned/unsignable-format'],
    ['other', 'Kính gửi', 'unsigned/unsignable-format'],
    ['pdf', 'x', 'unreadable/damaged'],
    ['zip', 'x', 'unreadable/damaged'],
    ['ooxml', 'x', 'unreadable/damaged'],
    ['ole', 'x', 'unreadable/damaged'],
    ['xml', '<a/>', 'unsigned/no-signature'],
  ])('called %s is judged as one', (kind, text, outcome) => {
    expect(told({ name: 'a', kind, bytes: Buffer.from(text) })).toEqual([`a: ${outcome} 0`]);
  });
  it('keeps what it is, in its place', () => {
    const [main, annex] = prove({ name: 'a', kind: 'image' }, { name: 'b', kind: 'image', bytes: Buffer.from('xyz') });
    expect(main).toEqual({
      ...{ name: 'a', contentId: 'id-a', sha256: 'sha-a', size: 0, role: 'main', kind: 'image', verdict: 'unsigned', signatures: [] },
      ...{ reason: 'unsignable-format', vi: 'Định dạng tệp không mang chữ ký số kiểm tra được' },
      en: 'This file format carries no signature that can be verified',
    });
    expect(annex).toMatchObject({ name: 'b', role: 'annex', size: 3 });
  });
  it('that is a CMS file of its own is judged with what is inside', () => {
    expect(told({ name: 'a.p7m', bytes: enveloping })).toEqual(['a.p7m: valid/null 1']);
    expect(told({ name: 'a.p7m', bytes: detached })).toEqual(['a.p7m: undetermined/unsupported 0']);
  });
  it('that says it is a CMS file of sixty-four megabytes is not read', () => {
    const file = (size: number): RandomAccess => ({
      size,
      read: (offset, length) => Buffer.from(enveloping).subarray(offset, offset + length),
    });
    expect(told({ name: 'a', file: file(64 * 1024 * 1024 + 1) })).toEqual(['a: unreadable/over-limits 0']);
    expect(told({ name: 'a', file: file(64 * 1024 * 1024) })).toEqual(['a: valid/null 1']);
  });
});

describe('a detached signature', () => {
  const of = (name: string, bytes = detached): Part => ({ name, bytes });
  const document: Part = { name: 'Văn bản.doc', kind: 'ole', bytes: letter };
  it.each(['Văn bản.doc.p7s', 'VĂN BẢN.DOC.P7S', ' Văn bản.doc.p7s ', 'Văn bản.doc.p7s'.normalize('NFD')])(
    '%s is over the file beside it',
    (name) => {
      expect(told({ ...document, kind: 'other' }, of(name))).toEqual(['Văn bản.doc: valid/null 1', `${name}: valid/null 1`]);
      expect(told(of(name), { ...document, kind: 'other' })).toEqual([`${name}: valid/null 1`, 'Văn bản.doc: valid/null 1']);
    },
  );
  it.each(['Văn bản.p7s', 'Văn bản.doc.p7m', 'doc.p7s', 'Văn bản.doc.p7s.p7s'])('%s is over nothing here', (name) => {
    expect(told({ ...document, kind: 'other' }, of(name))[1]).toBe(`${name}: undetermined/unsupported 0`);
  });
  it('makes nothing of a file that its content stands in', () => {
    expect(told({ ...document, kind: 'other' }, of('Văn bản.doc.p7s', enveloping))).toEqual([
      'Văn bản.doc: unsigned/unsignable-format 0',
      'Văn bản.doc.p7s: valid/null 1',
    ]);
  });
  it('over another file makes that one invalid', () => {
    const other: Part = { name: 'Văn bản.doc', bytes: Buffer.from('khác') };
    expect(told(other, of('Văn bản.doc.p7s'))).toEqual([
      'Văn bản.doc: invalid/digest-mismatch 1',
      'Văn bản.doc.p7s: invalid/digest-mismatch 1',
    ]);
  });
  it('beside a file that cannot be read leaves it so, and tells of the signature', () => {
    expect(told(document, of('Văn bản.doc.p7s'))).toEqual(['Văn bản.doc: unreadable/damaged 1', 'Văn bản.doc.p7s: valid/null 1']);
  });
  it('is not looked for in files of another kind', () => {
    expect(told({ ...document, kind: 'other' }, { ...of('Văn bản.doc.p7s'), kind: 'image' })[0]).toBe(
      'Văn bản.doc: unsigned/unsignable-format 0',
    );
  });
  it('beside a signed file is one signature more', () => {
    const { bytes } = kit.signed();
    const { certificate, key } = kit.agency;
    const beside = signCms({ certificate, key, content: bytes });
    const [pdf] = prove({ name: 'a.pdf', kind: 'pdf', bytes }, of('a.pdf.p7s', beside));
    expect(pdf).toMatchObject({ verdict: 'valid', signatures: [{ index: 0 }, { index: 1 }] });
    const wrong = prove({ name: 'a.pdf', kind: 'pdf', bytes }, of('a.pdf.p7s'));
    expect(wrong[0]).toMatchObject({
      verdict: 'invalid',
      reason: 'digest-mismatch',
      signatures: [{ reason: null }, { reason: 'digest-mismatch' }],
    });
  });
});
