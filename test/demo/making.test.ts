/** What the demo makes must be sound in the eyes of others: openssl, poppler, xmlsec1. */
import { execFileSync } from 'node:child_process';
import { createVerify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { letterContent, signaturePlaces } from '../../src/demo/letter.ts';
import { alterPdf, makePdf, type Pdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { makePki, type Party, type Pki } from '../../src/demo/pki.ts';
import { certificatePem } from '../../src/signature/sign/certificate.ts';
import { makeHubKey, rsaSigner } from '../../src/signature/sign/own.ts';
import { signXml } from '../../src/signature/sign/xml.ts';

const has = (tool: string): boolean => {
  try {
    execFileSync('which', [tool], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`SKIPPED: ${tool} is not installed; its opinion on what the demo makes is not asked\n`);
    return false;
  }
};
const openssl = has('openssl');
const pdfsig = has('pdfsig');
const pdftotext = has('pdftotext');
const xmlsec1 = has('xmlsec1');

const now = new Date('2026-11-20T08:00:00Z');
const content = letterContent({
  agency: 'Sở Nội vụ',
  parent: 'UBND tỉnh Mẫu',
  code: '105/SNV-CCHC',
  place: 'Mẫu',
  date: '2026-11-20',
  subject: 'V/v gửi, nhận văn bản điện tử',
  recipients: ['UBND xã Đồng Mẫu'],
  paragraphs: ['Kỹ thuật, hỗ trợ, quỹ, ỷ lại, ngưỡng cửa, quyển sổ, giữ gìn, ắt hẳn, ỗ ổ ộ, ừ ứ ự ữ ử, đ Đ.'],
  signer: { competence: 'KT. GIÁM ĐỐC', position: 'Phó Giám đốc', fullName: 'Nguyễn Văn Mẫu An' },
});

let folder = '';
let pki: Pki;
let agency: Party;
let person: Party;
const put = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const opinion = (name: string, pdf: Uint8Array): string => execFileSync('pdfsig', ['-nocert', put(name, pdf)], { encoding: 'utf8' });
const valid = 'Signature is Valid.';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-making-'));
  pki = await makePki({ now });
  agency = pki.issue({ kind: 'agency', name: 'Sở Nội vụ tỉnh Mẫu', organisation: 'Ủy ban nhân dân tỉnh Mẫu' });
  person = pki.issue({ kind: 'person', name: 'Nguyễn Văn Mẫu An', organisation: 'Sở Nội vụ tỉnh Mẫu', email: 'an@mau.test' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the PKI', () => {
  test('has the names in UTF-8, the constraints of an authority, and chains to its own root only', () => {
    const leaf = new X509Certificate(agency.certificate);
    const issuing = new X509Certificate(pki.issuing.certificate);
    expect(leaf.subject).toBe('C=VN\nO=Ủy ban nhân dân tỉnh Mẫu\nCN=Sở Nội vụ tỉnh Mẫu');
    expect([leaf.ca, issuing.ca]).toEqual([false, true]);
    expect(leaf.checkIssued(issuing) && leaf.verify(issuing.publicKey)).toBe(true);
    const stranger = new X509Certificate(pki.issue({ kind: 'agency', name: 'Lạ', organisation: 'Lạ', under: 'stranger' }).certificate);
    expect(stranger.verify(issuing.publicKey)).toBe(false);
  });

  test.skipIf(!openssl)('openssl verifies an agency, a person on an elliptic curve, and not the stranger', () => {
    const check = (party: Party): string => {
      const [root, sub] = [put('root.pem', certificatePem(pki.root.certificate)), put('sub.pem', certificatePem(pki.issuing.certificate))];
      const leaf = put('leaf.pem', certificatePem(party.certificate));
      const arguments_ = ['verify', '-x509_strict', '-attime', String(now.getTime() / 1000), '-CAfile', root, '-untrusted', sub, leaf];
      try {
        return execFileSync('openssl', arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
          .trim()
          .slice(-2);
      } catch {
        return 'no';
      }
    };
    expect(check(agency)).toBe('OK');
    expect(check(pki.issue({ kind: 'person', name: 'Trần Thị Mẫu Hà', organisation: 'Sở Y tế', keyKind: 'ec' }))).toBe('OK');
    expect(check(pki.issue({ kind: 'agency', name: 'Lạ', organisation: 'Lạ', under: 'stranger' }))).toBe('no');
    expect(check(pki.issue({ kind: 'agency', name: 'Cũ', organisation: 'Cũ', validTo: new Date(now.getTime() - 1000) }))).toBe('no');
  });
});

describe('the PDF', () => {
  test('comes to the size that is asked for, within two parts in a hundred', () => {
    for (const size of [50_000, 300_000, 20_000_000]) {
      const made = makePdf(content, { size, seed: 'a' }).bytes.length;
      expect(Math.abs(made - size) / size).toBeLessThan(0.02);
    }
  });

  test.skipIf(!pdftotext)('poppler reads the Vietnamese text that the page shows', () => {
    const text = execFileSync('pdftotext', [put('text.pdf', makePdf(content).bytes), '-'], { encoding: 'utf8' }).normalize('NFC');
    expect(text).toContain('ngưỡng cửa, quyển sổ, giữ gìn, ắt hẳn, ỗ ổ ộ, ừ ứ ự ữ ử, đ Đ.');
    expect(text).toContain('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM');
  });

  test.skipIf(!pdfsig)('signed by person and agency: poppler calls both signatures valid and the last one whole', () => {
    const draft = makePdf(content, { size: 50_000 });
    const visible = { ...signaturePlaces.person, lines: ['Ký bởi: Nguyễn Văn Mẫu An'] };
    const both = signPdf(signPdf(draft, { party: person, at: now, visible }), { party: agency, at: now });
    const says = opinion('both.pdf', both.bytes);
    expect(says.split(valid).length - 1).toBe(2);
    expect(says.split('\n').filter((line) => line.includes('otal document signed'))).toEqual([
      '  - Not total document signed',
      '  - Total document signed',
    ]);
  });

  test.skipIf(!pdfsig)('RSA-PSS, ECDSA, the older subfilter and an embedded chain are valid too', () => {
    const draft = makePdf(content);
    const ec = pki.issue({ kind: 'person', name: 'Trần Thị Mẫu Hà', organisation: 'Sở Y tế', keyKind: 'ec' });
    const signed: readonly Pdf[] = [
      signPdf(draft, { party: agency, at: now, algorithm: 'rsa-pss' }),
      signPdf(draft, { party: ec, at: now }),
      signPdf(draft, { party: agency, at: now, subFilter: 'adbe.pkcs7.detached', claimInCms: true, chain: agency.chain }),
    ];
    for (const [index, pdf] of signed.entries()) expect(opinion(`kind-${index}.pdf`, pdf.bytes)).toContain(valid);
  });

  test.skipIf(!pdfsig)('altered after signing: the same length, and poppler sees the mismatch', () => {
    const signed = signPdf(makePdf(content), { party: agency, at: now }).bytes;
    const altered = alterPdf(signed);
    expect(altered.length).toBe(signed.length);
    expect(opinion('altered.pdf', altered)).toContain('Digest Mismatch');
  });
});

describe("the hub's own signature on XML", () => {
  const receipt = '<?xml version="1.0" encoding="UTF-8"?>\n<Receipt xmlns="urn:lienthong:receipt:1"><Name>Sở &amp; ban</Name></Receipt>';

  test('leaves the rest of the document as it was and holds a key of 3072 bits', async () => {
    const made = await makeHubKey({ code: 'H99.W00', name: 'Tỉnh Mẫu', now });
    const signed = await signXml(receipt, { certificate: made.certificatePem, sign: rsaSigner(made.keyPem) });
    expect(signed.replace(/<ds:Signature .*<\/ds:Signature>/, '')).toBe(receipt);
    const certificate = new X509Certificate(made.certificatePem);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(certificate.subject).toContain('OU=H99.W00');
    const value = Buffer.from(/<ds:SignatureValue>(.*)<\/ds:SignatureValue>/.exec(signed)?.[1] ?? '', 'base64');
    // SignedInfo in exclusive canonical form: the same text with its own namespace declaration and end tags.
    const info = (/<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(signed)?.[0] ?? '')
      .replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">')
      .replace(/<(ds:\w+)( [^<>]*)\/>/g, '<$1$2></$1>');
    expect(createVerify('sha256').update(info).verify(certificate.publicKey, value)).toBe(true);
  });

  test.skipIf(!xmlsec1)('xmlsec1 verifies it, and not when a letter is changed', async () => {
    const made = await makeHubKey({ code: 'H99.W00', name: 'Tỉnh Mẫu', now: new Date() });
    const signed = await signXml(receipt, { certificate: made.certificatePem, sign: rsaSigner(made.keyPem) });
    const trusted = put('hub.pem', made.certificatePem);
    const verify = (xml: string): boolean => {
      try {
        execFileSync('xmlsec1', ['--verify', '--trusted-pem', trusted, put('receipt.xml', xml)], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    };
    expect(verify(signed)).toBe(true);
    expect(verify(signed.replace('Sở', 'Sơ'))).toBe(false);
  });
});
