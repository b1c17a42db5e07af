/** XML signatures that hold, in every form of the profile; what lies outside of it is said not to be judged. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { integrityOnly } from '../../src/signature/context.ts';
import { trustFrom } from '../../src/signature/path/trust.ts';
import { documents } from './xml-documents.ts';
import { digests, forms, makeXmlKit, methods, only, type XmlKit } from './xml-kit.ts';

let kit: XmlKit;
beforeAll(async () => {
  kit = await makeXmlKit();
});

const plain = '<a Id="goc"><b>Kính gửi: UBND xã Tân Lập</b></a>';
const etsi = 'http://uri.etsi.org/01903/v1.3.2#';

const certDigest = (certificate: Uint8Array, name = 'SigningCertificateV2'): string =>
  `<xa:${name}><xa:Cert><xa:CertDigest><ds:DigestMethod Algorithm="${digests.sha256}"/>` +
  `<ds:DigestValue>${createHash('sha256').update(certificate).digest('base64')}</ds:DigestValue></xa:CertDigest></xa:Cert></xa:${name}>`;
const xades = (inside: string): string =>
  `<ds:Object><xa:QualifyingProperties xmlns:xa="${etsi}" Target="#s"><xa:SignedProperties Id="thuoc-tinh"><xa:SignedSignatureProperties>` +
  `<xa:SigningTime>2026-11-20T08:30:00+07:00</xa:SigningTime>${inside}` +
  '</xa:SignedSignatureProperties></xa:SignedProperties></xa:QualifyingProperties></ds:Object>';
const referenced = [{ id: 'thuoc-tinh', type: 'http://uri.etsi.org/01903#SignedProperties' }];

describe('a signature over the whole document is valid', () => {
  it.each(Object.keys(methods))('made with %s', async (name) => {
    const weak = name === 'rsa-sha1';
    const xml = await kit.signed(plain, {}, kit.signer(name));
    expect(kit.outcome(xml)).toBe(weak ? 'undetermined/weak-algorithm' : 'valid');
    expect(only(kit.verify(xml))).toMatchObject({ integrity: 'intact', covers: { revision: 1, of: 1, wholeFile: true } });
  });
  it.each(Object.entries(digests))('with the digest %s', async (name, digest) => {
    expect(kit.outcome(await kit.signed(plain, { digest }))).toBe(name === 'sha1' ? 'undetermined/weak-algorithm' : 'valid');
  });
  it.each(Object.entries(forms))('in the form %s', async (_, form) => {
    for (const xml of Object.values(documents)) {
      const end = /<\/[^<>]+>(?:<!--[^>]*-->|<\?[^>]*>|\s)*$/.exec(xml)?.index ?? null;
      expect(kit.outcome(await kit.signed(xml, { canonicalization: form, transform: form, at: end }))).toBe('valid');
    }
  });
  it('without a canonical transform: inclusive C14N 1.0 is the default', async () => {
    expect(kit.outcome(await kit.signed(plain, { transform: null }))).toBe('valid');
  });
  it("that names the root by '#id', whatever stands outside the root", async () => {
    const xml = await kit.signed(`<?x?>${plain}`, { uri: '#goc' });
    expect(kit.outcome(xml)).toBe('valid');
    expect(kit.outcome(`${xml}<?y z?><!-- thêm -->`)).toBe('valid');
  });
  it('with a PrefixList, which is honoured', async () => {
    const text = '<a xmlns:q="urn:q" xmlns:r="urn:r"><b loai="q:x">1</b></a>';
    const xml = await kit.signed(text, { prefixes: ['q', '#default'] });
    expect(xml).toContain('PrefixList="q #default"');
    expect(kit.outcome(xml)).toBe('valid');
    // What the values mean by `q` is signed only because of the list.
    expect(kit.outcome(xml.replace('xmlns:q="urn:q"', 'xmlns:q="urn:khac"'))).toBe('invalid/digest-mismatch');
    const unlisted = await kit.signed(text);
    expect(kit.outcome(unlisted.replace('xmlns:q="urn:q"', 'xmlns:q="urn:khac"'))).toBe('valid');
  });
  it('in UTF-16 and ISO-8859-1 as in UTF-8', async () => {
    const xml = await kit.signed('<a>\u00e9t\u00e9</a>');
    const wide = Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-16"?>${xml}`, 'utf16le');
    const narrow = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${xml}`, 'latin1');
    expect([kit.outcome(wide), kit.outcome(wide.swap16()), kit.outcome(narrow)]).toEqual(['valid', 'valid', 'valid']);
    for (const declaration of ['version="1.0" encoding="windows-1258"', 'version="1.1"']) {
      expect(kit.outcome(`<?xml ${declaration}?>${xml}`)).toBe('undetermined/unsupported');
      expect(kit.outcome(`<?xml ${declaration}?><a/>`)).toBe('unsigned/no-signature');
    }
    expect(kit.outcome(`rác ${xml}`)).toBe('unreadable/damaged');
  });
  it('with a chain in KeyInfo in any order, and a KeyValue that is the signer’s', async () => {
    const signer = kit.signer();
    const xml = await kit.signed(plain, {}, signer);
    const above = certificatePem(kit.pki.issuing.certificate).replace(/-----[A-Z ]+-----|\s/g, '');
    const chained = xml.replace('<ds:X509Data>', `<ds:X509Data><ds:X509Certificate>${above}</ds:X509Certificate>`);
    expect(only(kit.verify(chained))).toMatchObject({ verdict: 'valid', signer: { name: 'Sở Nội vụ (rsa)' } });
    const { n = '', e = '' } = signer.key.export({ format: 'jwk' });
    const [modulus, exponent] = [n, e].map((part) => Buffer.from(part, 'base64url').toString('base64'));
    const value = `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${modulus}</ds:Modulus><ds:Exponent>${exponent}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`;
    expect(kit.outcome(xml.replace('<ds:X509Data>', `${value}<ds:X509Data>`))).toBe('valid');
  });
});

describe('properties that are signed too', () => {
  it('are verified when they are referenced: XAdES names the certificate and the time', async () => {
    const signer = kit.signer();
    for (const name of ['SigningCertificate', 'SigningCertificateV2']) {
      const xml = await kit.signed(plain, { objects: xades(certDigest(signer.certificate, name)), signed: referenced }, signer);
      expect(only(kit.verify(xml))).toMatchObject({ verdict: 'valid', claimedAt: '2026-11-20T01:30:00.000Z' });
      expect(kit.outcome(xml.replace('08:30', '08:31'))).toBe('invalid/digest-mismatch');
    }
  });
  it('that name another certificate: it was swapped', async () => {
    const xml = await kit.signed(plain, { objects: xades(certDigest(kit.pki.root.certificate)), signed: referenced });
    expect(kit.outcome(xml)).toBe('invalid/certificate-misuse');
  });
  it('say nothing while no reference covers them', async () => {
    const xml = await kit.signed(plain, { objects: xades(certDigest(kit.pki.root.certificate)) });
    expect(only(kit.verify(xml))).toMatchObject({ verdict: 'valid', claimedAt: null });
  });
  it('may be the SignatureProperties of Vietnamese signers', async () => {
    const objects =
      '<ds:Object Id="t1"><ds:SignatureProperties><ds:SignatureProperty Target="#s"><SigningTime xmlns="http://example.org/#signatureProperties">' +
      '2026-11-20T08:30:00</SigningTime></ds:SignatureProperty></ds:SignatureProperties></ds:Object>';
    const xml = await kit.signed(plain, { objects, signed: [{ id: 't1', type: '' }] });
    expect(only(kit.verify(xml))).toMatchObject({ verdict: 'valid', claimedAt: '2026-11-20T01:30:00.000Z' });
  });
});

describe('what is believed', () => {
  it('is asked after what is right: a stranger’s certificate is untrusted, and intact', async () => {
    const xml = await kit.signed(plain);
    const stranger = { trust: trustFrom({ anchors: [kit.pki.strangerRoot.certificate], pins: 'self-signed' }) };
    expect(only(kit.verify(xml, stranger))).toMatchObject({ reason: 'untrusted', integrity: 'intact' });
    expect(kit.outcome(xml, { ...stranger, rules: integrityOnly })).toBe('valid');
    expect(kit.outcome(xml, { at: new Date('2030-01-01') })).toBe('undetermined/expired');
    expect(kit.outcome(xml, { rules: { trust: true, revocation: true, expiry: true } })).toBe('undetermined/revocation-unknown');
  });
  it('notes the certificates it rested on', async () => {
    const used: string[] = [];
    kit.verify(await kit.signed(plain), { evidence: { use: (kind) => used.push(kind), items: () => [] } });
    expect(new Set(used)).toEqual(new Set(['certificate']));
  });
  it('names nobody without a certificate', async () => {
    const xml = (await kit.signed(plain)).replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, '');
    expect(only(kit.verify(xml))).toMatchObject({ reason: 'untrusted', integrity: 'broken', signer: { name: null } });
  });
});

describe('a file without a signature of the profile', () => {
  it.each([
    ['is unsigned where it is XML', '<?xml version="1.0"?><a><Signature/></a>', 'unsigned/no-signature'],
    ['is damaged where it says it is XML and is not', '<?xml version="1.0"?><a><b></a>', 'unreadable/damaged'],
    ['is damaged where a signature stands in what no parser takes', `<a><ds:Signature xmlns:ds="x"></a>`, 'unreadable/damaged'],
    ['is of no signable form where tags only remind of XML', '<div>a<br>b</div>', 'unsigned/unsignable-format'],
    ['is unsigned with a document type that declares nothing signed', '<!DOCTYPE a><a/>', 'unsigned/no-signature'],
    ['is empty', '', 'unreadable/damaged'],
  ])('%s', (_, xml, expected) => {
    expect(kit.outcome(xml)).toBe(expected);
  });
  it('is not judged where parsers take it differently: undeclared prefixes, an xml:id that is no name', async () => {
    const xml = await kit.signed('<a><b/></a>');
    for (const odd of ['<b x:y="1"/>', '<x:b/>', '<b xml:id="1"/>']) {
      expect(kit.outcome(xml.replace('<b/>', odd))).toBe('undetermined/unsupported');
      expect(kit.outcome(`<a>${odd}</a>`)).toBe('unsigned/no-signature');
    }
  });
  it('is not judged where the signature covers a part, as invoices have it', async () => {
    const invoice = await kit.signed('<HDon><DLHDon Id="data"><So>1</So></DLHDon></HDon>');
    expect(kit.outcome(invoice.replace('URI=""', 'URI="#data"'))).toBe('undetermined/unsupported');
    const nested = (await kit.signed('<HDon><DSCKS></DSCKS></HDon>', { at: '<HDon><DSCKS>'.length })) ?? '';
    expect(kit.outcome(nested)).toBe('undetermined/unsupported');
  });
});
