import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalOf } from '../../../src/signature/asn1/canonical.ts';
import { childrenOf, DerError, readWhole } from '../../../src/signature/asn1/der.ts';
import { type Der, integer, nothing, octets, oid, sequence, setOf, tagged, time, tlv } from '../../../src/signature/asn1/write.ts';
import { writeName } from '../../../src/signature/sign/certificate.ts';
import { attribute } from '../../../src/signature/sign/cms.ts';
import { content, digestIdentifier, issuerAndSerial, makeCms, oids, outcomeOf, plainAttributes, type Shape, signerFor } from './maker.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = signerFor(keys);
const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
const shapeOf = (more: Partial<Shape> = {}): Shape => ({
  signer,
  algorithm,
  value: (signed) => sign('sha256', signed, keys.privateKey),
  ...more,
});
const faultOf = (more: Partial<Shape> = {}): string | null => outcomeOf(makeCms(shapeOf(more))).fault;
const digestOf = (digest: string, bytes: Uint8Array): Buffer => createHash(digest).update(bytes).digest();

/** The same members as [0], in an order that is not that of DER. */
const disordered = (all: readonly Der[]): Der => tlv(0xa0, ...[...all].sort(Buffer.compare).reverse());
const indefinite = (tag: number, ...parts: readonly Uint8Array[]): Der => Buffer.concat([Buffer.from([tag, 0x80]), ...parts, hex('00 00')]);

describe('signed attributes', () => {
  it('are taken as they stand, and else in DER, whichever was signed', () => {
    expect(faultOf()).toBeNull();
    // Written out of order, and signed so (many signers) or in DER (RFC 5652 5.4).
    expect(faultOf({ stored: disordered, signed: (all) => tlv(0x31, ...[...all].sort(Buffer.compare).reverse()) })).toBeNull();
    expect(faultOf({ stored: disordered })).toBeNull();
    expect(faultOf({ stored: (all) => indefinite(0xa0, ...all) })).toBeNull();
    expect(faultOf({ stored: (all) => indefinite(0xa0, ...all), signed: (all) => indefinite(0x31, ...all) })).toBeNull();
  });
  it('in pieces and long lengths are read, and signed as DER', () => {
    const digest = digestOf('sha256', content);
    const pieces = indefinite(0x24, octets(digest.subarray(0, 10)), octets(digest.subarray(10)));
    const odd = [
      attribute(oids.contentType, oid(oids.data)),
      Buffer.concat([
        hex('30 81'),
        Buffer.from([oid(oids.messageDigest).length + pieces.length + 2]),
        oid(oids.messageDigest),
        tlv(0x31, pieces),
      ]),
    ];
    expect(faultOf({ stored: () => tlv(0xa0, ...odd) })).toBeNull();
  });
  it('that were not what was signed are refused', () => {
    const later = [...plainAttributes(), attribute(oids.signingTime, time(new Date('2026-11-20T00:00:00Z')))];
    expect(faultOf({ stored: () => tlv(0xa0, ...later) })).toBe('signature-mismatch');
    expect(faultOf({ signed: (all) => tlv(0xa0, ...all) })).toBe('signature-mismatch');
    expect(faultOf({ signed: () => content })).toBe('signature-mismatch');
  });
  it.each<readonly [string, readonly Der[]]>([
    ['none at all', []],
    ['no digest', plainAttributes().slice(0, 1)],
    ['no content type', plainAttributes().slice(1)],
    ['another content type', [attribute(oids.contentType, oid('1.2.840.113549.1.9.16.1.4')), ...plainAttributes().slice(1)]],
    ['two digests', [...plainAttributes(), attribute(oids.messageDigest, octets(Buffer.alloc(32)))]],
    [
      'a digest of two values',
      [...plainAttributes().slice(0, 1), attribute(oids.messageDigest, octets(digestOf('sha256', content)), octets(Buffer.alloc(32)))],
    ],
    ['a digest of no value', [...plainAttributes().slice(0, 1), attribute(oids.messageDigest)]],
    [
      'two signing times',
      [...plainAttributes(), ...[1, 2].map((day) => attribute(oids.signingTime, time(new Date(Date.UTC(2026, 10, day)))))],
    ],
    ['a time that is none', [...plainAttributes(), attribute(oids.signingTime, tlv(0x17, Buffer.from('269999000000Z')))]],
    ['a digest that is no octet string', [...plainAttributes().slice(0, 1), attribute(oids.messageDigest, integer(1))]],
  ])('with %s are malformed, however well signed', (_, attributes) => {
    expect(faultOf({ attributes })).toBe('malformed-signature');
  });
  it('with a digest of other content say so', () => {
    expect(faultOf({ attributes: plainAttributes('sha256', Buffer.from('khác')) })).toBe('digest-mismatch');
    expect(faultOf({ attributes: plainAttributes('sha512') })).toBe('digest-mismatch');
  });
  it('are never taken for the content of a message without them', () => {
    // The old confusion: the SET of attributes as the content of a signature without any.
    const attributes = plainAttributes();
    const value = sign('sha256', setOf(...attributes), keys.privateKey);
    expect(outcomeOf(makeCms(shapeOf({ attributes: null, value: () => value })), setOf(...attributes)).fault).toBe('malformed-signature');
    const other = setOf(integer(1));
    const harmless = sign('sha256', other, keys.privateKey);
    expect(outcomeOf(makeCms(shapeOf({ attributes: null, value: () => harmless })), other).fault).toBeNull();
    expect(faultOf({ attributes: null, value: () => value })).toBe('signature-mismatch');
  });
});

const otherCertificate = signerFor(generateKeyPairSync('ec', { namedCurve: 'P-256' })).certificate;
const directoryName = (commonName = 'CA thử nghiệm') => sequence(tagged(4, writeName({ country: 'VN', commonName })));
const serial = integer(hex('3b0102030405060708'));

describe('the binding to the certificate (ESS)', () => {
  const second = (...fields: readonly Der[]) => attribute(oids.signingCertificateV2, sequence(sequence(sequence(...fields))));
  const first = (...fields: readonly Der[]) => attribute(oids.signingCertificate, sequence(sequence(sequence(...fields))));
  const own = (digest: string) => octets(digestOf(digest, signer.certificate));
  const other = (digest: string) => octets(digestOf(digest, otherCertificate));
  const bound = (...bonds: readonly Der[]) => outcomeOf(makeCms(shapeOf({ attributes: [...plainAttributes(), ...bonds] })));
  it.each<readonly [string, Der]>([
    ['version 2', second(own('sha256'))],
    ['version 2 with SHA-256 written out', second(digestIdentifier('sha256'), own('sha256'))],
    ['version 2 with SHA-512', second(digestIdentifier('sha512'), own('sha512'))],
    ['version 2 with issuer and serial', second(own('sha256'), sequence(directoryName(), serial))],
    ['version 1', first(own('sha1'))],
    ['version 1 with issuer and serial', first(own('sha1'), sequence(directoryName(), serial))],
    [
      'version 2 with policies',
      attribute(oids.signingCertificateV2, sequence(sequence(sequence(own('sha256'))), sequence(sequence(oid('1.2.3'))))),
    ],
    [
      'version 2 of a whole chain',
      attribute(oids.signingCertificateV2, sequence(sequence(sequence(own('sha256')), sequence(other('sha256'))))),
    ],
  ])('by %s holds', (_, bond) => {
    expect(bound(bond)).toMatchObject({ fault: null, bound: true });
  });
  it.each<readonly [string, Der, string]>([
    ['version 2', second(other('sha256')), 'certificate-misuse'],
    ['version 1', first(other('sha1')), 'certificate-misuse'],
    ['another issuer', second(own('sha256'), sequence(directoryName('CA khác'), serial)), 'certificate-misuse'],
    ['another serial', second(own('sha256'), sequence(directoryName(), integer(5))), 'certificate-misuse'],
    [
      'two names of the issuer',
      second(
        own('sha256'),
        sequence(sequence(tagged(4, writeName({ commonName: 'a' })), tagged(4, writeName({ commonName: 'b' }))), serial),
      ),
      'certificate-misuse',
    ],
    [
      'the other first',
      attribute(oids.signingCertificateV2, sequence(sequence(sequence(other('sha256')), sequence(own('sha256'))))),
      'certificate-misuse',
    ],
    ['a digest that nobody knows', second(sequence(oid('1.2.3.4'), nothing), own('sha256')), 'unsupported'],
    ['nothing', attribute(oids.signingCertificateV2, sequence(sequence())), 'malformed-signature'],
  ])('by %s to another certificate is refused', (_, bond, fault) => {
    expect(bound(bond).fault).toBe(fault);
  });
  it('by both versions must hold in both', () => {
    expect(bound(second(own('sha256')), first(own('sha1')))).toMatchObject({ fault: null, bound: true });
    expect(bound(second(own('sha256')), first(other('sha1'))).fault).toBe('certificate-misuse');
  });
  it('is not there without the attribute, which is no fault', () => {
    expect(bound()).toMatchObject({ fault: null, bound: false });
  });
});

describe('the protection of algorithms (RFC 6211)', () => {
  const protection = (digest: Der, signature: Der) =>
    attribute(oids.algorithmProtection, sequence(digest, tlv(0xa1, readWhole(signature).content)));
  const withProtection = (digest: Der, signature: Der) => faultOf({ attributes: [...plainAttributes(), protection(digest, signature)] });
  it('holds where it names what is used, NULL or not', () => {
    expect(withProtection(digestIdentifier('sha256'), algorithm)).toBeNull();
    expect(withProtection(sequence(oid('2.16.840.1.101.3.4.2.1')), sequence(oid('1.2.840.10045.4.3.2'), nothing))).toBeNull();
  });
  it('refuses anything else', () => {
    expect(withProtection(digestIdentifier('sha1'), algorithm)).toBe('malformed-signature');
    expect(withProtection(digestIdentifier('sha256'), sequence(oid('1.2.840.10045.4.3.3')))).toBe('malformed-signature');
    const mac = attribute(oids.algorithmProtection, sequence(digestIdentifier('sha256'), tlv(0xa2, oid('1.2.3'))));
    expect(faultOf({ attributes: [...plainAttributes(), mac] })).toBe('malformed-signature');
  });
});

describe('the certificate of the signer', () => {
  it('is found beside a stranger’s of the same issuer and serial number', () => {
    const certificates = [otherCertificate, signer.certificate];
    expect(outcomeOf(makeCms(shapeOf({ certificates })))).toMatchObject({ fault: null });
    expect(faultOf({ certificates: [otherCertificate] })).toBe('signature-mismatch');
    expect(faultOf({ certificates: [] })).toBe('untrusted');
  });
  it('is found by its key identifier', () => {
    const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
    const key = childrenOf(readWhole(spki))[1]?.content.subarray(1) ?? spki;
    expect(faultOf({ sid: tlv(0x80, digestOf('sha1', key)) })).toBeNull();
    expect(faultOf({ sid: tlv(0x80, Buffer.alloc(20)) })).toBe('untrusted');
    expect(faultOf({ sid: tlv(0x81, digestOf('sha1', key)) })).toBe('malformed-signature');
  });
});

describe('what nobody signed', () => {
  it('unsigned attributes and countersignatures, whole or rubbish, change nothing', () => {
    const counter = sequence(integer(1), issuerAndSerial, digestIdentifier('sha256'), algorithm, octets(Buffer.alloc(70, 1)));
    for (const unsigned of [
      [attribute(oids.counterSignature, counter)],
      [attribute(oids.counterSignature, octets(hex('00')))],
      [attribute('1.2.3', nothing), attribute('1.2.3', nothing)],
    ]) {
      expect(faultOf({ unsigned })).toBeNull();
    }
  });
  it('content inside is refused where it is not what stands outside', () => {
    expect(outcomeOf(makeCms(shapeOf({ inside: content }))).fault).toBeNull();
  });
});

describe('digest and signature algorithms', () => {
  it('that are unknown are unsupported, and out of place malformed', () => {
    expect(faultOf({ digestAlgorithm: sequence(oid('1.2.3.4')) })).toBe('unsupported');
    expect(faultOf({ digestAlgorithm: sequence(oid('2.16.840.1.101.3.4.2.1'), integer(1)) })).toBe('unsupported');
    expect(faultOf({ algorithm: sequence(oid('1.2.3.4')) })).toBe('unsupported');
    expect(faultOf({ digestAlgorithm: sequence(oid('1.2.840.113549.1.1.11'), nothing) })).toBe('malformed-signature');
  });
  it('of DSA verify: that it is weak is told elsewhere', () => {
    const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
    const shape = {
      signer: signerFor(dsa),
      algorithm: sequence(oid('2.16.840.1.101.3.4.3.2')),
      value: (signed: Uint8Array) => sign('sha256', signed, dsa.privateKey),
    };
    expect(outcomeOf(makeCms(shape))).toMatchObject({ fault: null, algorithm: 'DSA SHA256' });
  });
});

describe('DER of what was written in BER', () => {
  const same = (ber: string, der: string) =>
    expect(Buffer.from(canonicalOf(readWhole(hex(ber)))).toString('hex')).toBe(hex(der).toString('hex'));
  it('has shortest lengths, whole strings, sets in order', () => {
    same('30 81 03 02 01 05', '30 03 02 01 05');
    same('30 80 02 01 05 00 00', '30 03 02 01 05');
    same('24 80 04 01 61 24 03 04 01 62 00 00', '04 02 61 62');
    same('31 06 02 01 07 02 01 05', '31 06 02 01 05 02 01 07');
    same('a0 80 31 80 02 01 07 02 01 05 00 00 00 00', 'a0 08 31 06 02 01 05 02 01 07');
    expect(() => canonicalOf(readWhole(hex('30 02 02 05')))).toThrow(DerError);
  });
});
