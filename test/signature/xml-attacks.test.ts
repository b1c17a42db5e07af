/**
 * Known attacks on XML signatures, each on a document that was good: none is valid. Names XSW1–8 are those of
 * Somorovsky et al., "On Breaking SAML" (2012), carried over to a document whose root is what is signed.
 */
import { createHmac, createPublicKey, createSign, verify as verifyOnce } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { digests, ds, forms, makeXmlKit, methods, type XmlKit, type XmlSigner } from './xml-kit.ts';

let kit: XmlKit;
let good: string;
let byId: string;
let signature: string;
beforeAll(async () => {
  kit = await makeXmlKit();
  good = await kit.signed(unsigned);
  byId = await kit.signed(unsigned, { uri: '#goc' });
  signature = signatureIn(byId);
});

const unsigned = '<a Id="goc"><so>27/UBND-VX</so></a>';
const evil = '<so>99/UBND-VX</so>';
const signatureIn = (xml: string): string => /<ds:Signature .*<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
const without = (xml: string): string => xml.replace(signatureIn(xml), '');

/** What is left when nothing is believed: never `valid`, and no verdict that a policy takes for signed. */
const refused = (xml: string): string => {
  const outcome = kit.outcome(xml);
  expect(outcome).not.toBe('valid');
  expect(kit.verify(xml).signatures.every((one) => one.verdict !== 'valid')).toBe(true);
  return outcome;
};

/** A signature made by hand over any SignedInfo, so that only the verifier's rules stand in the way. */
const forged = (signer: XmlSigner, signedInfo: string, more: { readonly keyInfo?: string; readonly objects?: string } = {}): string => {
  const open = `<ds:SignedInfo xmlns:ds="${ds}">`;
  const value = signer.value(Buffer.from(signedInfo.replace('<ds:SignedInfo>', open))).toString('base64');
  const body = certificatePem(signer.certificate).replace(/-----[A-Z ]+-----|\s/g, '');
  const keyInfo = more.keyInfo ?? `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
  return `<ds:Signature xmlns:ds="${ds}">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>${keyInfo}${more.objects ?? ''}</ds:Signature>`;
};
const tag = (name: string, uri: string, inside = ''): string => `<ds:${name} Algorithm="${uri}">${inside}</ds:${name}>`;
const reference = (uri: string, transforms: string, digest: string): string =>
  `<ds:Reference${uri}><ds:Transforms>${transforms}</ds:Transforms>${tag('DigestMethod', digests.sha256)}<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`;
const info = (references: string, method = methods['rsa-sha256']?.uri ?? '', form: string = forms.exclusive): string =>
  `<ds:SignedInfo>${tag('CanonicalizationMethod', form)}${tag('SignatureMethod', method)}${references}</ds:SignedInfo>`;
const enveloped = tag('Transform', `${ds}enveloped-signature`);
const exclusive = tag('Transform', forms.exclusive);
const digestIn = (xml: string): string => /<ds:DigestValue>([^<]*)</.exec(xml)?.[1] ?? '';
const around = (inside: string): string => unsigned.replace('</a>', `${inside}</a>`);

describe('the forger’s tools are sound', () => {
  it('a signature made by hand like an honest one is valid', () => {
    expect(kit.outcome(good)).toBe('valid');
    expect(kit.outcome(byId)).toBe('valid');
    expect(kit.outcome(around(forged(kit.signer(), info(reference(' URI=""', enveloped + exclusive, digestIn(good))))))).toBe('valid');
  });
});

describe('signature wrapping', () => {
  const copy = unsigned;
  it.each([
    [
      'XSW1: the signed root inside the signature of a copy',
      () => `<a Id="goc">${evil}${signature.replace('</ds:Signature>', `${copy}</ds:Signature>`)}</a>`,
    ],
    ['XSW2: the signed root detached beside the signature', () => `<a Id="khac">${evil}${signature}${copy}</a>`],
    ['XSW3: the signed root as first child of a forged one', () => `<a Id="khac">${byId}${evil}</a>`],
    ['XSW4: the signed root below a forged one that has its id', () => `<a Id="goc">${evil}${byId}</a>`],
    ['XSW5: the root changed, its original appended', () => byId.replace('27/UBND-VX', '99/UBND-VX').replace('</a>', `${copy}</a>`)],
    [
      'XSW6: the original inside the signature of the changed root',
      () => byId.replace('27/UBND-VX', '99/UBND-VX').replace('</ds:Signature>', `${copy}</ds:Signature>`),
    ],
    ['XSW7: the original in an extension element', () => `<a Id="khac"><mo-rong>${copy}</mo-rong>${evil}${signature}</a>`],
    [
      'XSW8: the original in an Object of the signature',
      () => `<a Id="goc">${evil}${signature.replace('</ds:Signature>', `<ds:Object>${copy}</ds:Object></ds:Signature>`)}</a>`,
    ],
    ['the signature moved below the root’s child', () => unsigned.replace('</so>', `${signature}</so>`)],
    [
      'the signature as root around the document',
      () => signature.replace('</ds:Signature>', `<ds:Object>${unsigned}</ds:Object></ds:Signature>`),
    ],
    ['two roots named alike by Id and ID', () => byId.replace('<so>', '<so ID="goc">')],
    ['an id of xml:id beside Id', () => byId.replace('<so>', '<so xml:id="goc">')],
    ['an id in another attribute of the root', () => byId.replace('Id="goc"', 'Id="x" id="goc"')],
  ])('%s', (_, make) => {
    expect(without(byId)).toBe(unsigned);
    const outcome = refused(make());
    expect(['invalid/digest-mismatch', 'invalid/malformed-signature', 'undetermined/unsupported', 'unsigned/no-signature']).toContain(
      outcome,
    );
  });
  it('duplicate ids are malformed', () => {
    expect(kit.outcome(byId.replace('<so>', '<so Id="goc">'))).toBe('invalid/malformed-signature');
  });
  it('two signatures are not judged, whichever is good', () => {
    const second = good.replace('</a>', `${signatureIn(good)}</a>`);
    expect(kit.outcome(second)).toBe('undetermined/unsupported');
  });
});

describe('what is inside the signature', () => {
  it.each([
    ['a comment in the digest', /(<ds:DigestValue>.{5})/, '$1<!-- -->', 'undetermined/unsupported'],
    ['a comment in the value', /(<ds:SignatureValue>.{5})/, '$1<!-- -->', 'undetermined/unsupported'],
    ['a comment in the certificate', /(<ds:X509Certificate>.{5})/, '$1<!-- -->', 'undetermined/unsupported'],
    ['an instruction between its parts', '<ds:SignatureValue>', '<?x?><ds:SignatureValue>', 'undetermined/unsupported'],
    ['a second SignedInfo', '<ds:SignatureValue>', '<ds:SignedInfo/><ds:SignatureValue>', 'invalid/malformed-signature'],
    [
      'a second SignatureValue',
      '</ds:SignatureValue>',
      '</ds:SignatureValue><ds:SignatureValue>AAAA</ds:SignatureValue>',
      'invalid/malformed-signature',
    ],
    ['a second KeyInfo', '</ds:KeyInfo>', '</ds:KeyInfo><ds:KeyInfo/>', 'invalid/malformed-signature'],
    ['an empty SignedInfo', /<ds:SignedInfo>.*<\/ds:SignedInfo>/, '<ds:SignedInfo/>', 'invalid/malformed-signature'],
    ['no reference', /<ds:Reference .*<\/ds:Reference>/, '', 'invalid/malformed-signature'],
    ['an unknown attribute', '<ds:SignatureValue>', '<ds:SignatureValue Encoding="x">', 'invalid/malformed-signature'],
    ['elements in a value', /<ds:SignatureValue>/, '<ds:SignatureValue><b/>', 'invalid/malformed-signature'],
    ['text between its parts', '<ds:KeyInfo>', 'x<ds:KeyInfo>', 'invalid/malformed-signature'],
    ['a value that is no base64', /(<ds:SignatureValue>)[^<]*/, '$1-_*!', 'invalid/malformed-signature'],
    ['its parts in another namespace', /(<\/?)ds:SignatureValue/g, '$1SignatureValue', 'invalid/malformed-signature'],
    ['a RetrievalMethod', '<ds:X509Data>', '<ds:RetrievalMethod URI="http://ke.test/khoa"/><ds:X509Data>', 'undetermined/unsupported'],
    ['certificates that are none', /(<ds:X509Certificate>)[^<]*/, '$1MIIB', 'invalid/malformed-signature'],
  ])('%s', (_, from, to, expected) => {
    const changed = good.replace(from, to);
    expect(changed).not.toBe(good);
    expect(refused(changed)).toBe(expected);
  });
});

describe('keys', () => {
  it('HMAC with the certificate, or its key, as the secret is nobody’s signature', () => {
    const signer = kit.signer();
    const spki = signer.key.export({ type: 'pkcs8', format: 'der' });
    for (const secret of [signer.certificate, Buffer.from(certificatePem(signer.certificate)), spki]) {
      for (const uri of [`${ds}hmac-sha1`, 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256']) {
        const by = { ...signer, value: (bytes: Uint8Array) => createHmac('sha256', secret).update(bytes).digest() };
        const xml = around(forged(by, info(reference(' URI=""', enveloped + exclusive, digestIn(good)), uri)));
        expect(refused(xml)).toBe('undetermined/unsupported');
      }
    }
  });
  it('a stranger’s certificate signs for nobody', () => {
    const { strangerIssuing } = kit.pki;
    const stranger = { ...kit.signer(), key: strangerIssuing.keys.privateKey, certificate: strangerIssuing.certificate };
    const by = { ...stranger, value: (bytes: Uint8Array) => createSign('sha256').update(bytes).sign(stranger.key) };
    const xml = around(forged(by, info(reference(' URI=""', enveloped + exclusive, digestIn(good)))));
    expect(refused(xml)).toMatch(/^(?:undetermined\/untrusted|invalid\/certificate-misuse)$/);
  });
  it('a rogue key in KeyInfo: bare, or of another certificate, changes nothing for the better', () => {
    const rogue = kit.signer('ecdsa-sha256');
    const body = (der: Uint8Array) => certificatePem(der).replace(/-----[A-Z ]+-----|\s/g, '');
    const swapped = good.replace(/(<ds:X509Certificate>)[^<]*/, `$1${body(rogue.certificate)}`);
    expect(refused(swapped)).toBe('invalid/signature-mismatch');
    const bare = '<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>';
    expect(refused(good.replace('<ds:KeyInfo>', `<ds:KeyInfo>${bare}`))).toBe('invalid/malformed-signature');
    expect(refused(good.replace(/<ds:X509Data>.*<\/ds:X509Data>/, bare))).toBe('undetermined/untrusted');
    // Beside the signer's, a stranger's certificate neither helps nor hides.
    const beside = good.replace('<ds:X509Data>', `<ds:X509Data><ds:X509Certificate>${body(rogue.certificate)}</ds:X509Certificate>`);
    expect(kit.verify(beside).signatures[0]?.signer.name).toBe('Sở Nội vụ (rsa)');
  });
  it('ECDSA as CMS encodes it (DER) is no value of XML-DSig', async () => {
    const signer = kit.signer('ecdsa-sha256');
    const signedInfo = info(reference(' URI=""', enveloped + exclusive, digestIn(good)), signer.method.uri);
    const by = { ...signer, value: (bytes: Uint8Array) => createSign('sha256').update(bytes).sign(signer.key) };
    expect(kit.outcome(around(forged(signer, signedInfo)))).toBe('valid');
    expect(refused(around(forged(by, signedInfo)))).toBe('invalid/signature-mismatch');
    // The oracle that the value itself is right, in its other encoding.
    expect(verifyOnce('sha256', Buffer.from('x'), createPublicKey(signer.key), by.value(Buffer.from('x')))).toBe(true);
  });
  it.each([
    ['zero', () => Buffer.alloc(64)],
    ['r alone', (bytes: Buffer) => bytes.subarray(0, 32)],
    ['a byte longer', (bytes: Buffer) => Buffer.concat([Buffer.alloc(1), bytes])],
    ['each half padded', (bytes: Buffer) => Buffer.concat([Buffer.alloc(8), bytes.subarray(0, 32), Buffer.alloc(8), bytes.subarray(32)])],
  ])('ECDSA r and s: %s', (_, twist) => {
    const signer = kit.signer('ecdsa-sha256');
    const by = { ...signer, value: (bytes: Uint8Array) => twist(signer.value(bytes)) };
    const signedInfo = info(reference(' URI=""', enveloped + exclusive, digestIn(good)), signer.method.uri);
    expect(refused(around(forged(by, signedInfo)))).toBe('invalid/signature-mismatch');
  });
});

describe('algorithms', () => {
  it.each(Object.keys(methods))('the method swapped for %s after signing', (name) => {
    const uri = methods[name]?.uri ?? '';
    if (name === 'rsa-sha256') return;
    expect(refused(good.replace(methods['rsa-sha256']?.uri ?? '', uri))).toBe('invalid/signature-mismatch');
  });
  it.each([
    ['the digest’s', digests.sha256, digests.sha512],
    [
      'the canonical form’s',
      `CanonicalizationMethod Algorithm="${forms.exclusive}"`,
      `CanonicalizationMethod Algorithm="${forms.inclusive}"`,
    ],
    ['the transform’s', `Transform Algorithm="${forms.exclusive}"`, `Transform Algorithm="${forms.inclusive}"`],
  ])('%s URI swapped', (_, from, to) => {
    const changed = good.replace(from, to);
    expect(changed).not.toBe(good);
    expect(refused(changed)).toMatch(/^invalid\//);
  });
  it.each([
    ['of no standard', 'urn:mau:rsa'],
    ['with a space', ` ${methods['rsa-sha256']?.uri}`],
    ['none', ''],
  ])('a method %s', (_, uri) => {
    expect(refused(around(forged(kit.signer(), info(reference(' URI=""', enveloped + exclusive, digestIn(good)), uri))))).toBe(
      'undetermined/unsupported',
    );
  });
  it('a digest or a method with parameters', () => {
    const withLength = info(reference(' URI=""', enveloped + exclusive, digestIn(good))).replace(
      '</ds:SignatureMethod>',
      '<ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>',
    );
    expect(refused(around(forged(kit.signer(), withLength)))).toBe('undetermined/unsupported');
  });
});

/** Each is signed by the real key: only the profile stands against it. */
describe('references and transforms that an honest key has signed', () => {
  const xpath = tag('Transform', 'http://www.w3.org/TR/1999/REC-xpath-19991116', '<ds:XPath>not(ancestor-or-self::so)</ds:XPath>');
  const xslt = tag(
    'Transform',
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"></xsl:stylesheet>',
  );
  const base64 = tag('Transform', `${ds}base64`);
  const filter = tag('Transform', 'http://www.w3.org/2002/06/xmldsig-filter2');
  it.each([
    ['XPath among the transforms', ' URI=""', enveloped + xpath + exclusive],
    ['XPath Filter 2', ' URI=""', enveloped + filter],
    ['XSLT', ' URI=""', enveloped + xslt],
    ['base64', ' URI=""', enveloped + base64],
    ['a second canonical form', ' URI=""', enveloped + exclusive + exclusive],
    ['the enveloped transform last', ' URI=""', exclusive + enveloped],
    ['the enveloped transform twice', ' URI=""', enveloped + enveloped],
    ['no enveloped transform', ' URI=""', exclusive],
    ['a Reference without URI', '', enveloped + exclusive],
    ['a Reference to a file', ' URI="van-ban.xml"', enveloped + exclusive],
    ['a Reference to the network', ' URI="http://ke.test/van-ban.xml"', exclusive],
    ['an XPointer', ' URI="#xpointer(/)"', enveloped + exclusive],
    ['an XPointer by id', ` URI="#xpointer(id('goc'))"`, enveloped + exclusive],
    ['a quote in the name', ` URI="#goc']|//*['"`, enveloped + exclusive],
    ['an element that is not the root', ' URI="#so"', exclusive],
    ['nothing that is there', ' URI="#khong"', exclusive],
  ])('%s', (_, uri, transforms) => {
    const xml = around(forged(kit.signer(), info(reference(uri, transforms, digestIn(good)))));
    expect(refused(xml)).toMatch(/^(?:undetermined\/unsupported|invalid\/malformed-signature)$/);
  });
  it('two references to the root, or none but to an Object', () => {
    const root = reference(' URI=""', enveloped + exclusive, digestIn(good));
    expect(refused(around(forged(kit.signer(), info(root + root))))).toBe('undetermined/unsupported');
    const object = '<ds:Object Id="o1">x</ds:Object>';
    expect(refused(around(forged(kit.signer(), info(reference(' URI="#o1"', exclusive, digestIn(good))), { objects: object })))).toBe(
      'undetermined/unsupported',
    );
  });
  it('a Manifest, whose own references nobody checks', () => {
    const manifest = `<ds:Object><ds:Manifest Id="m1">${reference(' URI="#goc"', enveloped, digestIn(good))}</ds:Manifest></ds:Object>`;
    const root = reference(' URI=""', enveloped + exclusive, digestIn(good));
    const typed = reference(` URI="#m1" Type="${ds}Manifest"`, exclusive, digestIn(good));
    expect(refused(around(forged(kit.signer(), info(root + typed), { objects: manifest })))).toBe('undetermined/unsupported');
    expect(refused(around(forged(kit.signer(), info(typed), { objects: manifest })))).toBe('undetermined/unsupported');
  });
  it('twenty-one references', () => {
    const root = reference(' URI=""', enveloped + exclusive, digestIn(good));
    expect(refused(around(forged(kit.signer(), info(root.repeat(21)))))).toBe('undetermined/unsupported');
  });
});

describe('the document around the signature', () => {
  it.each([
    ['a default namespace injected', '<a Id', '<a xmlns="urn:khac" Id'],
    ['a prefix bound again', '<so>', '<so xmlns:ds="urn:khac" ds:x="1">'],
    ['an attribute', '<so>', '<so sua="1">'],
    ['xml:lang', '<so>', '<so xml:lang="en">'],
    ['a processing instruction', '<so>', '<?x?><so>'],
    ['an instruction before the root', '<a Id', '<?x?><a Id'],
    ['white space', '<so>', ' <so>'],
    ['an element beside it', '<so>', '<so/><so>'],
  ])('%s is seen', (_, from, to) => {
    expect(refused(good.replace(from, to))).toBe('invalid/digest-mismatch');
  });
  it('comments are not signed, and break no text: what is read is what was hashed', () => {
    expect(kit.outcome(good.replace('27/UBND', '27/<!-- -->UBND'))).toBe('valid');
  });
  it.each([
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>', '27/UBND-VX', '&c;'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '27/UBND-VX', '&x;'],
    ['an external subset', '<!DOCTYPE a SYSTEM "http://ke.test/a.dtd">', '27/UBND-VX', '27/UBND-VX'],
    ['a default attribute', '<!DOCTYPE a [<!ATTLIST a Id CDATA "goc">]>', ' Id="goc"', ''],
    ['an entity that hides the namespace of the signature', '<!DOCTYPE a [<!ENTITY d "xmldsig#">]>', 'xmldsig#"', '&d;"'],
  ])('%s never reaches the parser', (_, doctype, from, to) => {
    expect(refused(doctype + good.replace(from, to))).toBe('undetermined/unsupported');
  });
  it.each([
    ['elements nested too deep', () => `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`],
    ['too many elements', () => `<a>${'<b/>'.repeat(500_000)}</a>`],
    ['too many namespaces', () => `<a ${Array.from({ length: 100 }, (_, i) => `xmlns:n${i}="urn:${i}"`).join(' ')}/>`],
    ['too many comments', () => `<a>${'<!---->'.repeat(500_000)}</a>`],
    ['too many instructions beside the root', () => `<a/>${'<?x y?>'.repeat(2_000)}`],
    ['too many attributes', () => `<a ${Array.from({ length: 5_000 }, (_, i) => `n${i}="1"`).join(' ')}/>`],
    ['text without end', () => `<a>${'ế'.repeat(6_000_000)}</a>`],
  ])('%s stops at a limit', (_, make) => {
    // Where no signature can be in it, that much is known.
    expect(kit.outcome(make())).toBe('unsigned/no-signature');
    expect(kit.outcome(make() + signature)).toBe('unreadable/over-limits');
  });
});
