/** URIs of algorithms against the names of node:crypto. */
import { describe, expect, it } from 'vitest';
import { digestBytes, digestFor, formFor, methodFor } from '../../../src/signature/xml/algorithm.ts';
import { canonicalModes } from '../../../src/signature/xml/document.ts';

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const inclusive11 = 'http://www.w3.org/2006/12/xml-c14n11';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

describe('forms', () => {
  it.each<[string, readonly string[] | null, object | null]>([
    [inclusive, null, { mode: canonicalModes.inclusive, withComments: false, prefixes: [] }],
    [`${inclusive}#WithComments`, null, { mode: canonicalModes.inclusive, withComments: true, prefixes: [] }],
    [`${inclusive}#`, null, null],
    [inclusive11, null, { mode: canonicalModes.inclusive11, withComments: false, prefixes: [] }],
    [`${inclusive11}#WithComments`, null, { mode: canonicalModes.inclusive11, withComments: true, prefixes: [] }],
    [`${inclusive11}#`, null, null],
    [exclusive, null, { mode: canonicalModes.exclusive, withComments: false, prefixes: [] }],
    [exclusive, [], { mode: canonicalModes.exclusive, withComments: false, prefixes: [] }],
    [exclusive, ['a', 'b'], { mode: canonicalModes.exclusive, withComments: false, prefixes: ['a', 'b'] }],
    [`${exclusive}WithComments`, ['a'], { mode: canonicalModes.exclusive, withComments: true, prefixes: ['a'] }],
    [exclusive.slice(0, -1), null, null],
    [inclusive, ['a'], null],
    [inclusive, [], null],
    [inclusive11, ['a'], null],
    [`${exclusive}WithComments#`, null, null],
    [`${exclusive}#`, null, null],
    [`${exclusive}x`, null, null],
    [`#${exclusive}`, null, null],
    [inclusive.replace('/TR', '#WithComments/TR'), null, null],
    [inclusive.replace('/TR', '#/TR'), null, null],
    ['', null, null],
    ['#WithComments', null, null],
  ])('%s with %j', (uri, prefixes, expected) => {
    expect(formFor(uri, prefixes)).toEqual(expected);
  });
});

describe('digests and methods', () => {
  it('are of their URI, and nothing of any other', () => {
    expect([digestFor(`${ds}sha1`), digestFor(`${more2007}sha3-384`), digestFor(`${ds}sha256`), digestFor('')]).toEqual([
      'sha1',
      'sha3-384',
      null,
      null,
    ]);
    expect([methodFor(`${ds}hmac-sha1`), methodFor(`${ds}dsa-sha1`), methodFor('')]).toEqual([null, null, null]);
    expect(methodFor(`${more}rsa-sha384`)).toEqual({ family: 'rsa', digest: 'sha384', mask: null, saltLength: 0, label: 'RSA SHA384' });
    expect(methodFor(`${more}ecdsa-sha512`)).toEqual({
      family: 'ecdsa-plain',
      digest: 'sha512',
      mask: null,
      saltLength: 0,
      label: 'ECDSA SHA512',
    });
    for (const [name, size] of Object.entries(digestBytes)) {
      const method = methodFor(`${more2007}${name}-rsa-MGF1`);
      if (method !== null && name !== 'sha1') expect(method).toMatchObject({ family: 'pss', mask: name, saltLength: size });
    }
  });
});
