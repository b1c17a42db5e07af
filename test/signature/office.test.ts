/** Signatures in office documents are never verified and never overlooked: "không kiểm tra được", not "unsigned". */
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../src/envelope/bytes.ts';
import { kindOf } from '../../src/signature/kind.ts';
import { findingOfCompound } from '../../src/signature/office/compound.ts';
import { findingOfPackage } from '../../src/signature/office/package.ts';
import type { Finding } from '../../src/signature/proof.ts';
import { bytesOf } from './kit.ts';

const outcome = ({ verdict, reason }: Finding): string => `${verdict}/${reason}`;
const parts = (names: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(names).map(([name, text]) => [name, strToU8(text)])));
const word = { '[Content_Types].xml': '<Types/>', '_rels/.rels': '<Relationships/>', 'word/document.xml': '<w/>' };
const ofZip = (bytes: Uint8Array): string => outcome(findingOfPackage(bytesOf(bytes)));
const origin = 'http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin';

describe('a zip', () => {
  it.each([
    ['OOXML with its signatures', { ...word, '_xmlsignatures/origin.sigs': '', '_xmlsignatures/sig1.xml': '<Signature/>' }],
    ['OOXML in other letters', { ...word, '_XmlSignatures/origin.sigs': '' }],
    ['OOXML whose names begin with a slash', { ...word, '/_xmlsignatures/sig1.xml': '' }],
    ['OOXML that keeps them elsewhere', { ...word, '_rels/.rels': `<Relationship Type="${origin}" Target="chu-ky/goc.sigs"/>` }],
    ['ODF', { mimetype: 'application/vnd.oasis.opendocument.text', 'META-INF/documentsignatures.xml': '<s/>' }],
    ['ODF with signed macros', { mimetype: 'x', 'META-INF/macrosignatures.xml': '<s/>' }],
    ['ASiC with XAdES', { 'a.doc': 'x', 'META-INF/signatures001.xml': '<s/>' }],
    ['ASiC with CAdES', { 'a.doc': 'x', 'META-INF/signature.p7s': 'x' }],
  ])('with signatures is not judged, and never unsigned: %s', (_, names) => {
    expect(ofZip(parts(names))).toBe('undetermined/unsupported');
    expect(findingOfPackage(bytesOf(parts(names))).vi).toContain('Không kiểm tra được');
  });
  it.each([
    ['OOXML', word],
    [
      'names that only remind of signatures',
      { ...word, 'word/_xmlsignatures.xml': '', 'chu-ky/_xmlsignatures/a.xml': '', 'META-INF/manifest.xml': '' },
    ],
  ])('without them is of no signable form: %s', (_, names) => {
    expect(ofZip(parts(names))).toBe('unsigned/unsignable-format');
  });
  it('is read by its directory, behind other bytes and before a comment', () => {
    const signed = parts({ ...word, '_xmlsignatures/sig1.xml': '' });
    const comment = Buffer.concat([signed.subarray(0, -2), Buffer.from([5, 0]), Buffer.from('PK\x05\x06!')]);
    expect(ofZip(Buffer.concat([Buffer.from('#!/bin/sh\n'), signed]))).toBe('undetermined/unsupported');
    expect(ofZip(comment)).toBe('undetermined/unsupported');
  });
  it('is damaged where its directory is cut off or missing', () => {
    const whole = parts(word);
    expect(ofZip(whole.subarray(0, -30))).toBe('unreadable/damaged');
    expect(ofZip(Buffer.from('PK\x03\x04'))).toBe('unreadable/damaged');
    for (let cut = 1; cut < whole.length; cut += 7) expect(ofZip(whole.subarray(0, -cut))).toBe('unreadable/damaged');
  });
  it('with very many entries is read by piece: neither the files nor more than the directory', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => [`tep/${index}.bin`, new Uint8Array(2_000)] as const);
    const bytes = zipSync({ ...Object.fromEntries(names), '_xmlsignatures/sig1.xml': strToU8('<Signature/>') }, { level: 0 });
    let taken = 0;
    const file: RandomAccess = {
      size: bytes.length,
      read: (offset, length) => {
        taken += Math.min(length, bytes.length - offset);
        return bytes.subarray(offset, offset + length);
      },
    };
    expect(outcome(findingOfPackage(file))).toBe('undetermined/unsupported');
    expect(taken).toBeLessThan(bytes.length / 8);
    expect(ofZip(Buffer.concat([bytes.subarray(0, -10), Buffer.from('ffffff7f', 'hex'), bytes.subarray(-6)]))).toBe(
      'unreadable/over-limits',
    );
  });
});

/** An OLE2 file ([MS-CFB]) with these names in its directory and nothing in its streams. */
const compound = (names: readonly string[], change: (bytes: Buffer) => void = () => {}): Buffer => {
  const sectors = Math.ceil((names.length + 1) / 4);
  const bytes = Buffer.alloc(512 * (2 + sectors));
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(1, 44);
  bytes.writeUInt32LE(1, 48);
  bytes.writeUInt32LE(0xfffffffe, 68);
  bytes.fill(0xff, 76, 512);
  bytes.writeUInt32LE(0, 76);
  bytes.fill(0xff, 512, 1024);
  bytes.writeUInt32LE(0xfffffffd, 512);
  for (let sector = 1; sector <= sectors; sector += 1) bytes.writeUInt32LE(sector === sectors ? 0xfffffffe : sector + 1, 512 + sector * 4);
  ['Root Entry', ...names].forEach((name, index) => {
    const at = 1024 + index * 128;
    bytes.write(`${name}\0`, at, 'utf16le');
    bytes.writeUInt16LE((name.length + 1) * 2, at + 64);
    bytes[at + 66] = index === 0 ? 5 : 2;
  });
  change(bytes);
  return bytes;
};
const ofOle = (bytes: Uint8Array): string => outcome(findingOfCompound(bytesOf(bytes)));

describe('an OLE2 file', () => {
  it.each(['_xmlsignatures', '_signatures', '\u0005DigitalSignature'])('with %s is not judged, and never unsigned', (name) => {
    expect(ofOle(compound(['WordDocument', name]))).toBe('undetermined/unsupported');
    // Also where the directory goes on in other sectors.
    expect(ofOle(compound([...Array.from({ length: 40 }, (_, index) => `Stream ${index}`), name]))).toBe('undetermined/unsupported');
  });
  it('without them is of no signable form', () => {
    expect(ofOle(compound(['WordDocument', '1Table', 'signatures', '_signatures2']))).toBe('unsigned/unsignable-format');
  });
  it('is read behind the table of tables', () => {
    // The allocation table is named by a sector of its own, as in files above seven megabytes.
    const far = compound(['WordDocument', 'a', 'b', '_signatures'], (bytes) => {
      bytes.writeUInt32LE(0xffffffff, 76);
      bytes.writeUInt32LE(3, 68);
      bytes.writeUInt32LE(2, 516);
    });
    const table = Buffer.alloc(512, 0xff);
    expect(ofOle(Buffer.concat([far, table]))).toBe('unreadable/damaged');
  });
  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 700)],
    ['no header', () => Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    ['sectors of an odd size', (bytes: Buffer) => Buffer.from(bytes).fill(0x7f, 30, 31)],
    ['a directory outside of it', (bytes: Buffer) => Buffer.from(bytes).fill(0x10, 48, 51)],
  ])('is damaged: %s', (_, make) => {
    expect(ofOle(make(compound(['WordDocument'])))).toBe('unreadable/damaged');
  });
  it('whose chains go round ends at a limit', () => {
    const round = (...changes: readonly (readonly [at: number, value: number])[]) =>
      compound(['WordDocument'], (bytes) => {
        for (const [at, value] of changes) bytes.writeUInt32LE(value, at);
      });
    expect(ofOle(round([516, 1]))).toBe('unreadable/over-limits');
    expect(ofOle(round([68, 0], [1020, 0]))).toBe('unreadable/over-limits');
  });
  it('never throws, whatever byte is changed', () => {
    const whole = compound(['WordDocument', '_signatures']);
    for (let at = 8; at < 1300; at += 1) {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ 0xff;
      expect(ofOle(copy)).toMatch(/^(?:undetermined|unsigned|unreadable)\//);
    }
  });
});

describe('the kind of a file', () => {
  it.each([
    ['pdf', '%PDF-1.7'],
    ['xml', '<?xml version="1.0"?><a/>'],
    ['cms', `-----BEGIN CMS-----\nMII\n-----END CMS-----`],
    ['cms', Buffer.from('3082010006092a864886f70d010702a0', 'hex')],
    ['cms', Buffer.from('308006092a864886f70d010702a0', 'hex')],
    ['cms', Buffer.from('3082010006092a864886f70d010702a082', 'hex').toString('base64')],
    ['other', Buffer.from('3082010006092a864886f70d010701a0', 'hex')],
    ['other', 'Kính gửi'],
  ])('is %s by its bytes', (kind, bytes) => {
    expect(kindOf(bytesOf(Buffer.from(bytes as string)))).toBe(kind);
  });
});
