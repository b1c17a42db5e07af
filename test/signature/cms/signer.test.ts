/** One SignerInfo against content and certificates, step by step: whom it names, what it signs, what is refused before any key is asked. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { childrenOf, readWhole } from '../../../src/signature/asn1/der.ts';
import { type Der, integer, nothing, octets, oid, sequence, setOf, tlv } from '../../../src/signature/asn1/write.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';
import { certificatesFrom, certificatesOf, contentOf, verifySigner } from '../../../src/signature/cms/signer.ts';
import { type Certificate, readCertificate } from '../../../src/signature/path/certificate.ts';
import { attribute } from '../../../src/signature/sign/cms.ts';
import { content, issuerAndSerial, makeCms, oids, plainAttributes, type Shape, signerFor } from './maker.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');
const [signer, other, edwardsSigner] = [signerFor(keys), signerFor(otherKeys), signerFor(edwards)];
const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
const value = (signed: Uint8Array) => sign('sha256', signed, keys.privateKey);
const memory = () => ({ links: new Map(), certificates: new Map<string, Certificate>() });

type Asking = { readonly over?: Uint8Array; readonly local?: readonly Uint8Array[] };
const outcomeOf = (shape: Partial<Shape> = {}, { over = content, local = [] }: Asking = {}) => {
  const { data } = readSignedData(makeCms({ signer, algorithm, value, ...shape }));
  const [info] = data.signers;
  if (info === undefined) throw new Error('no signer');
  const known = { embedded: certificatesOf(data, memory()), local: local.map(readCertificate) };
  return verifySigner(
    info,
    data,
    contentOf((sink) => sink(over)),
    known,
  );
};
const faultOf = (shape: Partial<Shape> = {}, asking: Asking = {}) => outcomeOf(shape, asking).fault;
const keyIdOf = (spki: Buffer) =>
  createHash('sha1')
    .update(childrenOf(readWhole(spki))[1]?.content.subarray(1) ?? spki)
    .digest();

describe('the outcome', () => {
  it('of a signature that is right', () => {
    const outcome = outcomeOf();
    expect(outcome).toMatchObject({ fault: null, algorithm: 'ECDSA SHA256', digests: ['sha256'], claimedAt: null, bound: false });
    expect(outcome.certificate?.der).toEqual(Buffer.from(signer.certificate));
    expect(outcome.embedded).toHaveLength(1);
  });
  it('names each digest it rests on once', () => {
    const shape = { digest: 'sha512', attributes: plainAttributes('sha512') };
    expect(outcomeOf(shape).digests).toEqual(['sha512', 'sha256']);
    expect(outcomeOf({ digestAlgorithm: sequence(oid('1.2.3')) })).toMatchObject({ fault: 'unsupported', digests: [], algorithm: null });
    const plain = {
      signer: edwardsSigner,
      algorithm: sequence(oid('1.3.101.112')),
      value: (signed: Uint8Array) => sign(null, signed, edwards.privateKey),
    };
    expect(outcomeOf(plain)).toMatchObject({ fault: null, digests: ['sha256'], algorithm: 'Ed25519' });
    expect(outcomeOf({ ...plain, attributes: null })).toMatchObject({ fault: null });
  });
  it('tells the claimed time, also of one that is wrong', () => {
    const claims = attribute(oids.signingTime, tlv(0x17, Buffer.from('261120090807Z')));
    const at = new Date('2026-11-20T09:08:07.000Z');
    expect(outcomeOf({ attributes: [...plainAttributes(), claims] })).toMatchObject({ fault: null, claimedAt: at });
    expect(outcomeOf({ attributes: [...plainAttributes(), claims] }, { over: Buffer.from('khác') })).toMatchObject({
      fault: 'digest-mismatch',
      claimedAt: at,
    });
  });
});

describe('the certificate', () => {
  const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
  it('comes with the message or is at hand', () => {
    expect(faultOf({ certificates: [] })).toBe('untrusted');
    expect(outcomeOf({ certificates: [] })).toMatchObject({ certificate: null, bound: false });
    expect(faultOf({ certificates: [] }, { local: [signer.certificate] })).toBeNull();
    expect(faultOf({ certificates: [other.certificate] }, { local: [signer.certificate] })).toBeNull();
  });
  it('that fits is told, else the first that is named', () => {
    const found = outcomeOf({ certificates: [other.certificate, signer.certificate] });
    expect([found.fault, found.certificate?.der]).toEqual([null, Buffer.from(signer.certificate)]);
    const wrong = outcomeOf({ certificates: [other.certificate, edwardsSigner.certificate] });
    expect([wrong.fault, wrong.certificate?.der]).toEqual(['signature-mismatch', Buffer.from(other.certificate)]);
  });
  it('is looked for among eight of its name', () => {
    const strangers = Array.from({ length: 8 }, () => signerFor(generateKeyPairSync('ed25519')).certificate);
    expect(faultOf({ certificates: [...strangers.slice(1), signer.certificate] })).toBeNull();
    expect(faultOf({ certificates: [...strangers, signer.certificate] })).toBe('signature-mismatch');
    const twice = [...strangers.slice(1), ...strangers.slice(1), signer.certificate];
    expect(faultOf({ certificates: twice })).toBeNull();
  });
  it('of another serial number or issuer is not the one that is named', () => {
    const [issuer] = childrenOf(readWhole(issuerAndSerial));
    expect(faultOf({ sid: sequence(issuer?.bytes ?? nothing, integer(5)) })).toBe('untrusted');
    expect(faultOf({ sid: sequence(sequence(), integer(Buffer.from('3b0102030405060708', 'hex'))) })).toBe('untrusted');
  });
  it('is named by its key, whatever its name', () => {
    expect(faultOf({ sid: tlv(0x80, keyIdOf(spki)) })).toBeNull();
    expect(faultOf({ sid: tlv(0x80, keyIdOf(otherKeys.publicKey.export({ type: 'spki', format: 'der' }))) })).toBe('untrusted');
    expect(faultOf({ sid: tlv(0x80, Buffer.alloc(0)) })).toBe('untrusted');
  });
  it('without a key identifier of its own is named by that of its key', () => {
    const spkiOf = readCertificate(signer.certificate).spki;
    const bare = { ...readCertificate(signer.certificate), subjectKeyId: null };
    const { data } = readSignedData(makeCms({ signer, algorithm, value, sid: tlv(0x80, keyIdOf(Buffer.from(spkiOf))) }));
    const [info] = data.signers;
    if (info === undefined) throw new Error('no signer');
    const asked = (certificate: Certificate) =>
      verifySigner(
        info,
        data,
        contentOf((sink) => sink(content)),
        { embedded: [certificate], local: [] },
      ).fault;
    expect(asked(bare)).toBeNull();
    expect(asked({ ...bare, spki: readCertificate(other.certificate).spki })).toBe('untrusted');
    expect(asked({ ...bare, subjectKeyId: '00' })).toBe('untrusted');
  });
  it('is read once, and what is none is left out', () => {
    const kept = memory();
    const [one] = certificatesFrom([signer.certificate, Buffer.from('x')], kept);
    expect(certificatesFrom([signer.certificate], kept)[0]).toBe(one);
    expect([kept.certificates.size, certificatesFrom([Buffer.from('x')], kept)]).toEqual([1, []]);
  });
  it('is kept beside 20,000 others at most', () => {
    const kept = memory();
    for (let i = 0; i < 19_999; i++) kept.certificates.set(`${i}`, {} as Certificate);
    certificatesFrom([signer.certificate], kept);
    expect(kept.certificates.size).toBe(20_000);
    certificatesFrom([other.certificate], kept);
    expect(kept.certificates.size).toBe(1);
  });
});

describe('signed attributes', () => {
  it.each<readonly [string, readonly Der[]]>([
    ['without a digest', plainAttributes().slice(0, 1)],
    ['without a type', plainAttributes().slice(1)],
    ['of another type', [attribute(oids.contentType, oid('1.2.3')), ...plainAttributes().slice(1)]],
    ['with two digests in one', [...plainAttributes().slice(0, 1), attribute(oids.messageDigest, octets(content), octets(content))]],
  ])('%s are malformed', (_, attributes) => {
    expect(faultOf({ attributes })).toBe('malformed-signature');
  });
  it('that were signed in another order than they stand in hold, as do those signed as they stand', () => {
    const [type = nothing, digest = nothing] = plainAttributes();
    const swapped = [digest, type].sort(Buffer.compare).toReversed();
    const stored = () => tlv(0xa0, ...swapped);
    expect(faultOf({ stored })).toBeNull();
    expect(faultOf({ stored, signed: () => tlv(0x31, ...swapped) })).toBeNull();
    expect(faultOf({ stored, signed: () => tlv(0x31, ...swapped, nothing) })).toBe('signature-mismatch');
  });
});

describe('without signed attributes', () => {
  const bare = (over: Uint8Array, signed: Uint8Array = over) => faultOf({ attributes: null, value: () => value(signed) }, { over });
  const attributes = setOf(...plainAttributes());
  it('the content itself is signed', () => {
    expect(bare(content)).toBeNull();
    expect(bare(content, Buffer.from('khác'))).toBe('signature-mismatch');
    expect(bare(Buffer.alloc(0))).toBeNull();
  });
  it('a set of attributes is nobody’s content, whatever stands in it', () => {
    expect(bare(attributes)).toBe('malformed-signature');
    expect(bare(setOf(sequence(oid('1.2.3')), ...plainAttributes().slice(1)))).toBe('malformed-signature');
    expect(bare(setOf(...plainAttributes().slice(0, 1)))).toBeNull();
    expect(bare(setOf())).toBeNull();
    expect(bare(sequence(...plainAttributes()))).toBeNull();
    expect(bare(Buffer.concat([attributes, Buffer.from([0])]))).toBeNull();
    expect(bare(attributes.subarray(0, -1))).toBeNull();
    expect(bare(setOf(integer(1)))).toBeNull();
  });
  it('also when it comes in pieces, unless it is longer than any', () => {
    const { data } = readSignedData(makeCms({ signer, algorithm, attributes: null, value: () => value(attributes) }));
    const [info] = data.signers;
    if (info === undefined) throw new Error('no signer');
    const known = { embedded: certificatesOf(data, memory()), local: [] };
    const pieces = contentOf((sink) => {
      for (const byte of attributes) sink(Buffer.from([byte]));
    });
    expect(verifySigner(info, data, pieces, known).fault).toBe('malformed-signature');
    const long = setOf(...plainAttributes(), attribute('1.2.3', octets(Buffer.alloc(1024 * 1024))));
    expect(bare(long)).toBeNull();
  });
  it('content of another type needs them', () => {
    const { data } = readSignedData(makeCms({ signer, algorithm, attributes: null, value: () => value(content) }));
    const [info] = data.signers;
    if (info === undefined) throw new Error('no signer');
    const known = { embedded: certificatesOf(data, memory()), local: [] };
    const over = contentOf((sink) => sink(content));
    expect(verifySigner(info, data, over, known).fault).toBeNull();
    expect(verifySigner(info, { ...data, contentType: '1.2.3' }, over, known).fault).toBe('malformed-signature');
  });
  it('algorithms that need all at once are not asked for more than a worker holds', () => {
    const asked = (length: number, scheme: Partial<Shape>) => {
      const { data } = readSignedData(
        makeCms({ signer: edwardsSigner, algorithm: sequence(oid('1.3.101.112')), value: () => Buffer.alloc(64), ...scheme }),
      );
      const [info] = data.signers;
      if (info === undefined) throw new Error('no signer');
      const piece = Buffer.alloc(1024 * 1024);
      const feed = contentOf((sink) => {
        for (let given = 0; given < length; given += piece.length) sink(piece);
      });
      return verifySigner(info, data, feed, { embedded: certificatesOf(data, memory()), local: [] }).fault;
    };
    expect(asked(65 * 1024 * 1024, { attributes: null })).toBe('unsupported');
    expect(asked(2 * 1024 * 1024, { attributes: null })).toBe('signature-mismatch');
  });
});

describe('content', () => {
  it('is digested once by each algorithm', () => {
    let fed = 0;
    const once = contentOf((sink) => {
      fed += 1;
      sink(content);
    });
    for (const name of ['sha256', 'sha256', 'sha512', 'sha256'])
      expect(once.digest(name)).toEqual(createHash(name).update(content).digest());
    expect(fed).toBe(2);
  });
});
