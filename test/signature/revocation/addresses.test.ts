/** Addresses in certificates: http(s) only, each once, few; an extension that nobody can read names none. */
import { describe, expect, it } from 'vitest';
import { type Der, implicit, octets, oid, sequence, tagged, utf8 } from '../../../src/signature/asn1/write.ts';
import { crlUrlsOf, issuerUrlsOf, ocspUrlsOf } from '../../../src/signature/revocation/addresses.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { general, make, nameDer, newKeys } from '../path/authority.ts';

const keys = newKeys();
const certificateWith = (...extensions: readonly Der[]) => make({ name: 'A', keys, extensions }).certificate;

const points = '2.5.29.31';
const freshest = '2.5.29.46';
const access = '1.3.6.1.5.5.7.1.1';
const ocsp = '1.3.6.1.5.5.7.48.1';
const issuer = '1.3.6.1.5.5.7.48.2';

/** A point with these names as its full name. */
const pointAt = (...names: readonly Der[]): Der => sequence(tagged(0, tagged(0, ...names)));
const uris = (...addresses: readonly string[]): readonly Der[] => addresses.map(general.uri);
const described = (method: string, ...location: readonly Der[]): Der => sequence(oid(method), ...location);

describe('addresses of lists', () => {
  const found = (...all: readonly Der[]) => crlUrlsOf(certificateWith(extension(points, false, sequence(...all))));

  it.each<[string, readonly Der[], readonly string[]]>([
    ['one', [pointAt(...uris('http://a.vn/1.crl'))], ['http://a.vn/1.crl']],
    ['https, and in any case', [pointAt(...uris('HTTPS://a.vn/1.crl', 'hTTp://b.vn'))], ['HTTPS://a.vn/1.crl', 'hTTp://b.vn']],
    ['of several points', [pointAt(...uris('http://a.vn')), pointAt(...uris('http://b.vn'))], ['http://a.vn', 'http://b.vn']],
    ['each once', [pointAt(...uris('http://a.vn', 'http://b.vn', 'http://a.vn'))], ['http://a.vn', 'http://b.vn']],
    ['of other schemes', [pointAt(...uris('ldap://a.vn/cn=a', 'ftp://a.vn', 'file:///etc/passwd', 'xhttp://a.vn', ''))], []],
    ['that begin like one', [pointAt(...uris('http:a.vn', 'http:/a.vn', 'httpss://a.vn'))], []],
    ['that cannot be parsed', [pointAt(...uris('http://', 'http://[', 'http://a.vn:99999/'))], []],
    [
      'that are names of another kind',
      [pointAt(general.dns('http://a.vn'), general.mail('http://a.vn'), general.directory(nameDer('http://a.vn')))],
      [],
    ],
    ['beside other names', [pointAt(general.dns('a.vn'), ...uris('http://a.vn'))], ['http://a.vn']],
    ['without a name', [sequence(implicit(1, Buffer.from([0, 0x40])))], []],
    [
      'behind another field',
      [sequence(implicit(1, Buffer.from([0, 0x40])), tagged(0, tagged(0, general.uri('http://a.vn'))))],
      ['http://a.vn'],
    ],
    ['in another field', [sequence(tagged(2, tagged(0, general.uri('http://a.vn'))))], []],
    ['relative to the issuer', [sequence(tagged(0, tagged(1, general.uri('http://a.vn'))))], []],
    ['with no points', [], []],
  ])('%s', (_, all, expected) => {
    expect(found(...all)).toEqual(expected);
  });

  it('are eight at most', () => {
    const many = Array.from({ length: 9 }, (_, at) => `http://a.vn/${at}`);
    expect(found(pointAt(...uris(...many)))).toEqual(many.slice(0, 8));
  });

  it('none without the extension, or where it cannot be read', () => {
    expect(crlUrlsOf(certificateWith())).toEqual([]);
    for (const wrong of [
      Buffer.from('junk'),
      Buffer.alloc(0),
      utf8('http://a.vn'),
      sequence(octets(Buffer.from('x'))),
      sequence(sequence(tagged(0, octets(Buffer.alloc(1)))), utf8('x')),
    ])
      expect(crlUrlsOf(certificateWith(extension(points, false, wrong)))).toEqual([]);
  });

  it('stand in freshestCRL too, the full lists first, each once', () => {
    const both = certificateWith(
      extension(freshest, false, sequence(pointAt(...uris('http://d.vn', 'http://a.vn')))),
      extension(points, false, sequence(pointAt(...uris('http://a.vn')))),
    );
    expect(crlUrlsOf(both)).toEqual(['http://a.vn', 'http://d.vn']);
    // What cannot be read does not hide the other.
    const half = certificateWith(
      extension(freshest, false, sequence(pointAt(...uris('http://d.vn')))),
      extension(points, false, Buffer.from('junk')),
    );
    expect(crlUrlsOf(half)).toEqual(['http://d.vn']);
  });
});

describe('addresses of responders and of issuers', () => {
  const of = (...all: readonly Der[]) => {
    const certificate = certificateWith(extension(access, false, sequence(...all)));
    return { ocsp: ocspUrlsOf(certificate), issuer: issuerUrlsOf(certificate) };
  };

  it('are told apart by their method', () => {
    const all = [
      described(ocsp, general.uri('http://o.vn')),
      described(issuer, general.uri('http://i.vn/ca.cer')),
      described('1.3.6.1.5.5.7.48.3', general.uri('http://x.vn')),
      described(ocsp, general.uri('https://p.vn')),
    ];
    expect(of(...all)).toEqual({ ocsp: ['http://o.vn', 'https://p.vn'], issuer: ['http://i.vn/ca.cer'] });
  });

  it('are of http(s) only, each once, eight at most', () => {
    const odd = [described(ocsp, general.uri('ldap://o.vn')), described(ocsp, general.dns('http://o.vn')), described(ocsp)];
    expect(of(...odd)).toEqual({ ocsp: [], issuer: [] });
    const many = Array.from({ length: 10 }, (_, at) => described(ocsp, general.uri(`http://o.vn/${Math.floor(at / 2)}`)));
    expect(of(...many).ocsp).toHaveLength(5);
    const more = Array.from({ length: 9 }, (_, at) => described(issuer, general.uri(`http://i.vn/${at}`)));
    expect(of(...more).issuer).toEqual(Array.from({ length: 8 }, (_, at) => `http://i.vn/${at}`));
  });

  it('are none without the extension, or where it cannot be read', () => {
    expect([ocspUrlsOf(certificateWith()), issuerUrlsOf(certificateWith())]).toEqual([[], []]);
    expect(of(described(ocsp, general.uri('http://o.vn')), octets(Buffer.alloc(2)))).toEqual({ ocsp: [], issuer: [] });
    expect(of(sequence())).toEqual({ ocsp: [], issuer: [] });
  });
});
