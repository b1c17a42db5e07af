/** CMS files: .p7s over the file beside it, .p7m with its content inside; alone and as attachments. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/envelope/types.ts';
import type { ProvableFile } from '../../src/signature/attachments.ts';
import { verifyCms } from '../../src/signature/cms/detached.ts';
import type { Proof } from '../../src/signature/proof.ts';
import { proveMessage } from '../../src/signature/prove.ts';
import { writeName } from '../../src/signature/sign/certificate.ts';
import { type CmsRequest, signCms } from '../../src/signature/sign/cms.ts';
import { bytesOf } from './kit.ts';
import { makeXmlKit, type XmlKit } from './xml-kit.ts';

let kit: XmlKit;
beforeAll(async () => {
  kit = await makeXmlKit();
});

const letter = Buffer.from('Kính gửi: UBND xã Tân Lập\n');
const data = '1.2.840.113549.1.7.1';
const cms = (more: Partial<CmsRequest> = {}): Buffer => {
  const { certificate, key } = kit.signer();
  return Buffer.from(signCms({ certificate, key, content: letter, ...more }));
};
const enveloping = (): Buffer => cms({ inside: { type: data, content: letter } });
const outcome = (bytes: Uint8Array, beside: Uint8Array | null = letter): string => {
  const { verdict, reason } = verifyCms(bytes, beside === null ? null : bytesOf(beside), kit.context);
  return reason === null ? verdict : `${verdict}/${reason}`;
};

describe('a CMS file', () => {
  it('over the file beside it is valid, in DER, PEM and bare base64', () => {
    const base64 = cms().toString('base64');
    const pem = (name: string) => `-----BEGIN ${name}-----\n${base64.replace(/(.{64})/g, '$1\n')}\n-----END ${name}-----\n`;
    for (const bytes of [cms(), Buffer.from(pem('PKCS7')), Buffer.from(pem('CMS')), Buffer.from(base64)])
      expect(outcome(bytes)).toBe('valid');
    const { signatures } = verifyCms(cms(), bytesOf(letter), kit.context);
    expect(signatures).toMatchObject([{ integrity: 'intact', covers: { wholeFile: true }, signer: { name: 'Sở Nội vụ (rsa)' } }]);
  });
  it('cannot be judged without it, and is broken over another', () => {
    expect(outcome(cms(), null)).toBe('undetermined/unsupported');
    expect(outcome(cms(), Buffer.from('khác'))).toBe('invalid/digest-mismatch');
  });
  it('with its content inside needs none, and differs from another', () => {
    expect(outcome(enveloping(), null)).toBe('valid');
    expect(outcome(enveloping())).toBe('valid');
    expect(outcome(enveloping(), Buffer.from('khác'))).toBe('invalid/digest-mismatch');
  });
  it('that is none, or is followed by bytes, is malformed', () => {
    expect(outcome(Buffer.from('Kính gửi'))).toBe('invalid/malformed-signature');
    expect(outcome(Buffer.concat([cms(), Buffer.alloc(1)]))).toBe('invalid/malformed-signature');
    expect(outcome(cms().subarray(0, -9))).toBe('invalid/malformed-signature');
  });
  it('of no key that fits is a mismatch', () => {
    expect(outcome(cms({ key: kit.pki.issuing.keys.privateKey }))).toBe('invalid/signature-mismatch');
  });
  it('accepts no file in which a bit of what was signed is changed', () => {
    const good = enveloping();
    const accepted: number[] = [];
    for (let at = 0; at < good.length; at += 1) {
      const copy = Buffer.from(good);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      if (outcome(copy, null) === 'valid') accepted.push(at);
    }
    // What the format leaves unsigned: versions, digests ahead of the content, and the name by which the signer's certificate
    // is looked up (RFC 5652 5.3), whose letters count without case. The certificate itself is named in the signed attributes.
    const issuer = Buffer.from(writeName(kit.pki.issuing.name));
    const named = good.indexOf(issuer, good.indexOf(issuer) + 1);
    const versionBytes = 8;
    const isUnsigned = (at: number) => at < good.indexOf(letter) || (at >= named - versionBytes && at < named + issuer.length);
    expect(accepted.filter((at) => !isUnsigned(at))).toEqual([]);
    expect(accepted.length).toBeLessThan(40);
  });
});

type Part = { readonly name: string; readonly bytes: Uint8Array; readonly kind?: ProvableFile['kind'] };
const prove = (...parts: readonly Part[]): Proof => {
  const files = parts.map(({ name, bytes, kind = 'other' }) => ({
    ...{ name, kind, contentId: name, description: null, contentType: null, size: bytes.length },
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => bytesOf(bytes),
  }));
  const message = { kind: 'document', type: 0, manifest: [], unknown: [] } as unknown as Envelope;
  return proveMessage({ message, files, signatureCertificate: null, source: bytesOf(Buffer.alloc(0)) }, kit.context);
};
const told = ({ attachments }: Proof): readonly string[] =>
  attachments.map(({ name, verdict, reason, signatures }) => `${name} ${reason ?? verdict} ${signatures.length}`);

describe('CMS among the attachments', () => {
  const doc: Part = { name: 'Công văn.txt', bytes: letter };
  it('judges the file of the same name, and both say so', () => {
    for (const parts of [
      [doc, { name: 'Công văn.txt.p7s', bytes: cms() }],
      [{ name: 'công văn.TXT.P7S', bytes: cms() }, doc],
    ] as const) {
      const proof = prove(...parts);
      expect(proof.verdict).toBe('valid');
      expect(told(proof).map((line) => line.split(' ').slice(-2).join(' '))).toEqual(['valid 1', 'valid 1']);
    }
  });
  it('that does not fit makes both, and the document, invalid', () => {
    const proof = prove({ ...doc, bytes: Buffer.from('khác') }, { name: 'Công văn.txt.p7s', bytes: cms() });
    expect([proof.verdict, ...told(proof)]).toEqual(['invalid', 'Công văn.txt digest-mismatch 1', 'Công văn.txt.p7s digest-mismatch 1']);
  });
  it('without such a file is not judged, and leaves the others alone', () => {
    expect(told(prove(doc, { name: 'Khác.txt.p7s', bytes: cms() }))).toEqual([
      'Công văn.txt unsignable-format 0',
      'Khác.txt.p7s unsupported 0',
    ]);
  });
  it('with its content inside is judged by itself', () => {
    expect(told(prove({ name: 'Công văn.p7m', bytes: enveloping() }))).toEqual(['Công văn.p7m valid 1']);
    expect(told(prove(doc, { name: 'Công văn.txt.p7s', bytes: enveloping() }))).toEqual([
      'Công văn.txt unsignable-format 0',
      'Công văn.txt.p7s valid 1',
    ]);
  });
  it('counts beside the signatures that a file has itself', async () => {
    const xml = Buffer.from(await kit.signed('<a><b>1</b></a>'));
    const part: Part = { name: 'a.xml', bytes: xml, kind: 'xml' };
    const good = { name: 'a.xml.p7s', bytes: cms({ content: xml }) };
    expect(told(prove(part, good))).toEqual(['a.xml valid 2', 'a.xml.p7s valid 1']);
    const broken = { ...part, bytes: Buffer.from(xml.toString().replace('1', '2')) };
    expect(told(prove(broken, { name: 'a.xml.p7s', bytes: cms({ content: broken.bytes }) }))[0]).toBe('a.xml digest-mismatch 2');
  });
  it('XML attachments are judged, signed or not', async () => {
    const xml = Buffer.from(await kit.signed('<a><b>1</b></a>'));
    expect(told(prove({ name: 'a.xml', bytes: xml, kind: 'xml' }))).toEqual(['a.xml valid 1']);
    expect(told(prove({ name: 'a.xml', bytes: Buffer.from('<a/>'), kind: 'xml' }))).toEqual(['a.xml no-signature 0']);
    expect(told(prove({ name: 'a.png', bytes: letter, kind: 'image' }))).toEqual(['a.png unsignable-format 0']);
  });
});
