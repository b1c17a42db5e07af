/** SignedInfo from canonical bytes: every part that the profile has, every one that it does not. */
import { describe, expect, it } from 'vitest';
import { canonicalModes } from '../../../../src/signature/xml/document.ts';
import { ProfileError } from '../../../../src/signature/xml/parts/node.ts';
import { signedInfoFrom } from '../../../../src/signature/xml/parts/references.ts';

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const rsa = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

const element = (name: string, algorithm: string, inside = ''): string => `<${name} Algorithm="${algorithm}">${inside}</${name}>`;
const prefixes = (list: string): string => `<InclusiveNamespaces xmlns="${exclusive}"${list}></InclusiveNamespaces>`;
const form = element('CanonicalizationMethod', exclusive);
const method = element('SignatureMethod', rsa);
const digest = element('DigestMethod', sha256);
const value = '<DigestValue>QUJD</DigestValue>';
const transforms = (...steps: readonly string[]): string => `<Transforms>${steps.join('')}</Transforms>`;
const transform = (algorithm: string, inside = ''): string => element('Transform', algorithm, inside);
const reference = (inside: string, attributes = ' URI=""'): string => `<Reference${attributes}>${inside}</Reference>`;
const plain = reference(digest + value);

const read = (inside: string, attributes = '') =>
  signedInfoFrom(Buffer.from(`<SignedInfo xmlns="${ds}"${attributes}>${inside}</SignedInfo>`));
const reason = (inside: string, attributes = ''): string => {
  try {
    read(inside, attributes);
    return 'fine';
  } catch (thrown) {
    if (thrown instanceof ProfileError && thrown.message !== '') return thrown.reason;
    throw thrown;
  }
};
const usual = { mode: canonicalModes.exclusive, withComments: false, prefixes: [] as readonly string[] };

describe('SignedInfo', () => {
  it('is its form, its method and its references', () => {
    const all = [
      plain,
      reference(transforms(transform(`${ds}enveloped-signature`), transform(inclusive)) + digest + value, ' Id="r" URI="#a" Type="urn:t"'),
      reference(transforms(transform(exclusive, prefixes(' PrefixList="a&#9; b  #default "'))) + digest + value, ''),
      reference(transforms(transform(`${ds}enveloped-signature`)) + digest + value),
      reference(transforms() + digest + value),
    ];
    const { form: own, scheme, references } = read(form + method + all.join(''));
    expect([own, scheme.label]).toEqual([usual, 'RSA SHA256']);
    const one = { uri: '', type: null, enveloped: false, form: null, algorithm: 'sha256', digest: Buffer.from('ABC') };
    expect(references).toEqual([
      one,
      { ...one, uri: '#a', type: 'urn:t', enveloped: true, form: { ...usual, mode: canonicalModes.inclusive } },
      { ...one, uri: null, form: { ...usual, prefixes: ['a', 'b', '#default'] } },
      { ...one, enveloped: true },
      one,
    ]);
  });

  it('may have an Id and what inclusive C14N gives it', () => {
    expect(reason(form + method + plain, ' Id="i" xml:lang="vi" xml:space="preserve"')).toBe('fine');
    expect(reason(form + method + plain, ' xmlns:x="http://x" x:lang="vi"')).toBe('malformed-signature');
    expect(reason(form + method + plain, ' lang="vi"')).toBe('malformed-signature');
  });

  it('has one to twenty references', () => {
    expect([0, 1, 20, 21].map((count) => reason(form + method + plain.repeat(count)))).toEqual([
      'malformed-signature',
      'fine',
      'fine',
      'unsupported',
    ]);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no form', method + plain],
    ['no method', form + plain],
    ['the other order', method + form + plain],
    ['a form of another namespace', `<CanonicalizationMethod xmlns="urn:x" Algorithm="${exclusive}"/>${method}${plain}`],
    ['a method of another namespace', `${form}<SignatureMethod xmlns="urn:x" Algorithm="${rsa}"/>${plain}`],
    ['something else behind', `${form + method + plain}<Manifest></Manifest>`],
    ['something else before', `${form + method}<Manifest></Manifest>${plain}`],
    ['text', `x${form}${method}${plain}`],
    ['a form without a name', `<CanonicalizationMethod/>${method}${plain}`],
    ['a method without a name', `${form}<SignatureMethod/>${plain}`],
    ['a method with an attribute', `${form}<SignatureMethod Algorithm="${rsa}" a="1"/>${plain}`],
    ['a reference without digest', form + method + reference(value)],
    ['a reference without value', form + method + reference(digest)],
    ['a reference the other way round', form + method + reference(value + digest)],
    ['a reference with transforms behind', form + method + reference(digest + value + transforms())],
    ['a reference with more', form + method + reference(digest + value + value)],
    ['an empty reference', form + method + reference('')],
    ['a reference with another attribute', form + method + reference(digest + value, ' URI="" a="1"')],
    ['a digest value with an attribute', `${form}${method}${reference(`${digest}<DigestValue a="1">QUJD</DigestValue>`)}`],
    ['a digest value that is no base64', `${form}${method}${reference(`${digest}<DigestValue>QUJ</DigestValue>`)}`],
    ['a digest method with an attribute', `${form}${method}${reference(`<DigestMethod Algorithm="${sha256}" a="1"/>${value}`)}`],
    ['a digest without a name', `${form}${method}${reference(`<DigestMethod/>${value}`)}`],
    ['transforms with an attribute', `${form}${method}${reference(`<Transforms a="1"></Transforms>${digest}${value}`)}`],
    ['something else among transforms', form + method + reference(transforms(transform(exclusive), digest) + digest + value)],
    ['a transform without a name', `${form}${method}${reference(`${transforms('<Transform/>')}${digest}${value}`)}`],
    [
      'parameters of enveloped-signature',
      form + method + reference(transforms(transform(`${ds}enveloped-signature`, '<x/>')) + digest + value),
    ],
    [
      'a prefix list with an attribute',
      form + method + reference(transforms(transform(exclusive, prefixes(' PrefixList="a" b="1"'))) + digest + value),
    ],
  ])('is malformed with %s', (_, inside) => {
    expect(reason(inside)).toBe('malformed-signature');
  });

  const withTransforms = (...steps: readonly string[]): string => form + method + reference(transforms(...steps) + digest + value);
  const enveloped = transform(`${ds}enveloped-signature`);
  it.each<[string, string]>([
    ['another form', element('CanonicalizationMethod', 'urn:x') + method + plain],
    ['another method', form + element('SignatureMethod', `${ds}hmac-sha1`) + plain],
    ['parameters of the method', form + element('SignatureMethod', rsa, '<HMACOutputLength></HMACOutputLength>') + plain],
    ['another digest', form + method + reference(element('DigestMethod', 'urn:x') + value)],
    ['parameters of a digest', form + method + reference(element('DigestMethod', sha256, '<x></x>') + value)],
    ['another transform', withTransforms(transform('http://www.w3.org/TR/1999/REC-xpath-19991116'))],
    ['three transforms', withTransforms(enveloped, transform(exclusive), transform(exclusive))],
    ['two forms', withTransforms(transform(exclusive), transform(exclusive))],
    ['enveloped-signature behind a form', withTransforms(transform(exclusive), enveloped)],
    ['enveloped-signature twice', withTransforms(enveloped, enveloped)],
    ['parameters of a form that has none', withTransforms(transform(inclusive, prefixes(' PrefixList="a"')))],
    ['an empty list of a form that has none', withTransforms(transform(inclusive, prefixes('')))],
    ['other parameters', withTransforms(transform(exclusive, '<x></x>'))],
    ['two prefix lists', withTransforms(transform(exclusive, prefixes('') + prefixes('')))],
    [
      'a prefix list with something in it',
      withTransforms(transform(exclusive, `<InclusiveNamespaces xmlns="${exclusive}"><x></x></InclusiveNamespaces>`)),
    ],
    ['a prefix list of another namespace', withTransforms(transform(exclusive, '<InclusiveNamespaces></InclusiveNamespaces>'))],
  ])('is not judged with %s', (_, inside) => {
    expect(reason(inside)).toBe('unsupported');
  });

  it('may have an empty prefix list', () => {
    for (const list of ['', ' PrefixList=""', ' PrefixList="  "'])
      expect(read(withTransforms(transform(exclusive, prefixes(list)))).references[0]?.form).toEqual(usual);
  });

  it('that does not stand by itself is malformed', () => {
    for (const bytes of ['', '<SignedInfo', `<x:SignedInfo xmlns="${ds}"/>`])
      expect(() => signedInfoFrom(Buffer.from(bytes))).toThrow(
        expect.objectContaining({ reason: 'malformed-signature', message: expect.stringMatching(/itself/) }),
      );
  });
});
