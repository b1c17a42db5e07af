import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { childrenOf, DerError, octetString, readTlv, readWhole, timeOf } from '../../src/signature/asn1/der.ts';
import { readSignedData } from '../../src/signature/cms/read.ts';
import { certificatesOf, contentOf, verifySigner } from '../../src/signature/cms/signer.ts';
import { readCertificate } from '../../src/signature/path/certificate.ts';
import { type Kit, makeKit } from './kit.ts';

let kit: Kit;
const folder = mkdtempSync(join(tmpdir(), 'cms-'));
beforeAll(async () => {
  kit = await makeKit();
});
afterAll(() => rmSync(folder, { recursive: true }));

const content = Buffer.from('Nội dung văn bản');
const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A detached CMS by openssl, an independent maker. */
const byOpenssl = (...options: readonly string[]): Uint8Array => {
  const [certificate, key, text, out] = ['c.pem', 'k.pem', 't.txt', 'o.der'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(certificate, certificatePem(kit.agency.certificate));
  writeFileSync(key, kit.agency.key.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(text, content);
  execFileSync('openssl', [
    'cms',
    '-sign',
    '-binary',
    '-outform',
    'DER',
    '-in',
    text,
    '-signer',
    certificate,
    '-inkey',
    key,
    '-out',
    out,
    ...options,
  ]);
  return readFileSync(out);
};

const faultsOf = (cms: Uint8Array, over: Uint8Array = content) => {
  const { data } = readSignedData(cms);
  const known = { embedded: certificatesOf(data, kit.trust.memory), local: [] };
  return data.signers.map(
    (info) =>
      verifySigner(
        info,
        data,
        contentOf((sink) => sink(over)),
        known,
      ).fault,
  );
};

describe('CMS made by openssl', () => {
  it.each([
    ['signed attributes', []],
    ['no signed attributes', ['-noattr']],
    ['SHA-512', ['-md', 'sha512']],
    ['SHA-384', ['-md', 'sha384']],
    ['RSA-PSS', ['-keyopt', 'rsa_padding_mode:pss']],
    ['a key identifier for the signer', ['-keyid']],
    ['ESS signing-certificate-v2', ['-cades']],
  ])('with %s verifies, and only over its own content', (_, options) => {
    const keyed = options.includes('-keyid') && readCertificate(kit.agency.certificate).subjectKeyId === null;
    if (keyed) return;
    const cms = byOpenssl(...options);
    expect(faultsOf(cms)).toEqual([null]);
    const other = faultsOf(cms, Buffer.from('Nội dung khác'));
    expect(other).toEqual([options.includes('-noattr') ? 'signature-mismatch' : 'digest-mismatch']);
  });
  it('streamed with indefinite lengths (BER) verifies', () => {
    const cms = byOpenssl('-stream', '-nodetach');
    expect(cms[1]).toBe(0x80);
    const { data } = readSignedData(cms);
    expect(Buffer.from(data.content ?? []).equals(content)).toBe(true);
    expect(faultsOf(cms)).toEqual([null]);
  });
  it('of several signers answers each', () => {
    const [certificate, key] = [join(folder, 'c2.pem'), join(folder, 'k2.pem')];
    writeFileSync(certificate, certificatePem(kit.person.certificate));
    writeFileSync(key, kit.person.key.export({ type: 'pkcs8', format: 'pem' }));
    expect(faultsOf(byOpenssl('-signer', certificate, '-inkey', key))).toEqual([null, null]);
  });
  it('with a deciding attribute twice is refused', () => {
    const cms = Buffer.from(byOpenssl());
    // signingTime (1.9.5) becomes a second messageDigest (1.9.4).
    const at = cms.indexOf(hex('06 09 2A 86 48 86 F7 0D 01 09 05'));
    cms[at + 10] = 4;
    expect(() => readSignedData(cms)).toThrow(/twice/);
  });
  it('with any bit of its value changed does not verify', () => {
    const cms = Buffer.from(byOpenssl());
    for (let i = 1; i <= 256; i += 7) {
      const copy = Buffer.from(cms);
      copy[cms.length - i] = (copy[cms.length - i] ?? 0) ^ 1;
      expect(faultsOf(copy)).toEqual(['signature-mismatch']);
    }
  });
});

describe('the TLV reader', () => {
  it('hands out exact bytes, indefinite lengths and pieces', () => {
    const element = readTlv(hex('24 80 04 02 61 62 04 01 63 00 00 FF'));
    expect(Buffer.from(octetString(element)).toString()).toBe('abc');
    expect(element.bytes).toHaveLength(11);
    expect(() => readWhole(hex('05 00 00'))).toThrow(DerError);
  });
  it.each(['30 05 04', '30 84 FF FF FF FF', '04 80 00 00', '1F FF FF FF FF 7F 00', ''])('refuses %s', (bytes) => {
    expect(() => readTlv(hex(bytes))).toThrow(DerError);
  });
  it('stops at depth', () => {
    expect(() => readTlv(Buffer.alloc(100_000, hex('30 80')))).toThrow(DerError);
  });
  it('reads only times that exist', () => {
    expect(timeOf(readTlv(hex(`17 0D ${Buffer.from('261120090000Z').toString('hex')}`))).toISOString()).toBe('2026-11-20T09:00:00.000Z');
    expect(() => timeOf(readTlv(hex(`17 0D ${Buffer.from('261320090000Z').toString('hex')}`)))).toThrow(DerError);
  });
  it('never does anything but answer or refuse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          const element = readTlv(bytes);
          expect(element.bytes.length).toBeLessThanOrEqual(bytes.length);
          if (element.constructed) childrenOf(element);
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
        }
      }),
      { numRuns: 2000 },
    );
  });
  it('reads mutated certificates and CMS without another error than its own', () => {
    const cms = byOpenssl();
    const source = fc.tuple(fc.nat(cms.length - 1), fc.nat(255), fc.nat(kit.agency.certificate.length - 1));
    fc.assert(
      fc.property(source, ([at, value, other]) => {
        for (const [bytes, index, read] of [
          [cms, at, readSignedData],
          [kit.agency.certificate, other, readCertificate],
        ] as const) {
          const copy = Buffer.from(bytes);
          copy[index] = value;
          try {
            read(copy);
          } catch (error) {
            expect(error).toBeInstanceOf(DerError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
