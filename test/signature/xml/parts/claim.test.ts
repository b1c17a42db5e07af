/** The parts of a ds:Signature: one of each, in order, nothing besides. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withXml } from '../../../../src/signature/xml/document.ts';
import { claimOf } from '../../../../src/signature/xml/parts/claim.ts';
import { nodeOf, ProfileError } from '../../../../src/signature/xml/parts/node.ts';

const namespace = 'http://www.w3.org/2000/09/xmldsig#';
const claim = (inside: string, attributes = '') => {
  const xml = `<Signature xmlns="${namespace}"${attributes}>${inside}</Signature>`;
  const read = withXml(Buffer.from(xml), (document) => claimOf(nodeOf(document.root)));
  if (typeof read === 'string') throw new Error(read);
  return read;
};
const reason = (inside: string, attributes = ''): string => {
  try {
    claim(inside, attributes);
    return 'fine';
  } catch (thrown) {
    if (thrown instanceof ProfileError && thrown.message !== '') return thrown.reason;
    throw thrown;
  }
};

const info = '<SignedInfo><CanonicalizationMethod Algorithm="x"/></SignedInfo>';
const value = '<SignatureValue>QUJD</SignatureValue>';
const withKey = (inside: string): string => `${info}${value}<KeyInfo>${inside}</KeyInfo>`;
const x509 = (...texts: readonly string[]): string =>
  `<X509Data>${texts.map((text) => `<X509Certificate>${text}</X509Certificate>`).join('')}</X509Data>`;

const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
const plain = (text: string): string => Buffer.from(text, 'base64url').toString('base64');
const rsa = (modulus = plain(n), exponent = plain(e), more = ''): string =>
  `<KeyValue><RSAKeyValue><Modulus>${modulus}</Modulus><Exponent>${exponent}</Exponent>${more}</RSAKeyValue></KeyValue>`;

describe('a claim', () => {
  it('is its method, value, certificates, keys and objects', () => {
    const found = claim(
      `${info}${value}<KeyInfo Id="k">${x509('QQ==', 'Qg==')}<KeyName>x</KeyName>${x509('Qw==')}${rsa()}</KeyInfo><Object>1</Object><Object/>`,
      ' Id="s"',
    );
    expect(found).toMatchObject({
      canonicalization: { name: 'CanonicalizationMethod' },
      objects: [{ name: 'Object', text: '1' }, { text: '' }],
    });
    expect([found.value, ...found.certificates].map(String)).toEqual(['ABC', 'A', 'B', 'C']);
    expect(found.keys.map((key) => key.export({ format: 'jwk' }))).toEqual([{ kty: 'RSA', n, e }]);
    expect(claim(info + value)).toMatchObject({ certificates: [], keys: [], objects: [] });
    expect(claim(`${info}${value}<Object/>`)).toMatchObject({ certificates: [], keys: [], objects: [{ name: 'Object' }] });
  });

  it('passes over what it does nothing with: names, other parts of X509Data, other kinds of keys', () => {
    expect(claim(withKey('<X509Data><X509SubjectName>x</X509SubjectName></X509Data><KeyName/>'))).toMatchObject({
      certificates: [],
      keys: [],
    });
    expect(claim(withKey('<KeyValue><DSAKeyValue/></KeyValue>')).keys).toEqual([]);
    expect(claim(withKey('<KeyValue><RSAKeyValue xmlns="urn:other"/></KeyValue>')).keys).toEqual([]);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no value', info],
    ['no SignedInfo', value],
    ['the other order', value + info],
    ['another namespace', `<SignedInfo xmlns="urn:x"><CanonicalizationMethod/></SignedInfo>${value}`],
    ['a value of another namespace', `${info}<SignatureValue xmlns="urn:x">QUJD</SignatureValue>`],
    ['two values', info + value + value],
    ['KeyInfo behind an object', `${info}${value}<Object/><KeyInfo/>`],
    ['KeyInfo twice', `${info}${value}<KeyInfo/><KeyInfo/>`],
    ['something else', `${info}${value}<KeyInfo/><Thing/>`],
    ['something else behind an object', `${info}${value}<Object/><Thing/>`],
    ['text', `x${info}${value}`],
    ['an empty SignedInfo', `<SignedInfo/>${value}`],
    ['SignedInfo that begins otherwise', `<SignedInfo><SignatureMethod/></SignedInfo>${value}`],
    ['a value that is no base64', `${info}<SignatureValue>QUJ</SignatureValue>`],
    ['an empty value', `${info}<SignatureValue/>`],
    ['a value with elements', `${info}<SignatureValue><a/></SignatureValue>`],
    ['a value with attributes', `${info}<SignatureValue a="1">QUJD</SignatureValue>`],
    ['a certificate that is no base64', withKey(x509('QQ==', 'Q'))],
    ['an empty certificate', withKey(x509(''))],
    ['KeyInfo with attributes', `${info}${value}<KeyInfo a="1"/>`],
    ['text in KeyInfo', withKey('x')],
    ['a key without exponent', withKey(`<KeyValue><RSAKeyValue><Modulus>${plain(n)}</Modulus></RSAKeyValue></KeyValue>`)],
    [
      'a key the other way round',
      withKey(`<KeyValue><RSAKeyValue><Exponent>AQAB</Exponent><Modulus>${plain(n)}</Modulus></RSAKeyValue></KeyValue>`),
    ],
    [
      'a key of another namespace',
      withKey(`<KeyValue><RSAKeyValue><m:Modulus xmlns:m="urn:x">AQAB</m:Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>`),
    ],
    ['a key with more', withKey(rsa(undefined, undefined, '<Modulus/>'))],
    ['a key that is no base64', withKey(rsa('x'))],
    ['an exponent that is no base64', withKey(rsa(undefined, 'x'))],
    ['an empty key', withKey('<KeyValue><RSAKeyValue/></KeyValue>')],
  ])('is malformed with %s', (_, inside) => {
    expect(reason(inside)).toBe('malformed-signature');
  });

  it('has an Id and no other attribute', () => {
    expect([reason(info + value, ' Id="s"'), reason(info + value, ' id="s"')]).toEqual(['fine', 'malformed-signature']);
    expect(reason(`${info}<SignatureValue Id="v">QUJD</SignatureValue>`)).toBe('fine');
  });

  it('is not judged when it sends elsewhere for a key, or brings more than twenty certificates', () => {
    for (const inside of ['<RetrievalMethod/>', '<KeyName/><Thing/>', '<X509Data xmlns="urn:x"/>', '<MgmtData/>'])
      expect(reason(withKey(inside))).toBe('unsupported');
    const many = (count: number) => withKey(x509(...Array.from({ length: count }, () => 'QQ==')));
    expect([reason(many(20)), reason(many(21))]).toEqual(['fine', 'unsupported']);
  });
});
