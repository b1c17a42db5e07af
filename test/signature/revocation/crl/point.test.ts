/** Distribution points of certificates against the scope of lists (RFC 5280 4.2.1.13, 5.2.5, 6.3.3 b). */
import { describe, expect, it } from 'vitest';
import { readWhole } from '../../../../src/signature/asn1/der.ts';
import { nameOf } from '../../../../src/signature/asn1/name.ts';
import { type Der, implicit, octets, oid, sequence, tagged, utf8 } from '../../../../src/signature/asn1/write.ts';
import {
  ALL_REASONS,
  everything,
  isInScope,
  type Point,
  pointsOf,
  type Scope,
  scopeOf,
} from '../../../../src/signature/revocation/crl/point.ts';
import { extension } from '../../../../src/signature/sign/extension.ts';
import { general, issuingPoint, make, nameDer, newKeys, point } from '../../path/authority.ts';

const keys = newKeys();
const issuer = { name: 'Sub', keys };
const leafWith = (...extensions: readonly Der[]) => make({ name: 'Leaf', keys, by: issuer, extensions }).certificate;
const authority = make({ name: 'CA', keys, by: issuer, authority: {} }).certificate;
const leaf = leafWith();
const nameFor = (text: string) => nameOf(readWhole(nameDer(text)));
const keyOf = (...names: readonly string[]): string => `directory:${names.map((one) => JSON.stringify([`CN=${one}`])).join('')}`;
const implied: Point = { name: { kind: 'full', keys: [keyOf('sub')] }, reasons: 0x1fe, crlIssuer: null };
const pointsWith = (...points: readonly Der[]) => pointsOf(leafWith(extension('2.5.29.31', false, sequence(...points))));
const rdn = sequence(oid('2.5.4.3'), utf8('Một'));

describe('points of a certificate', () => {
  it('end with the one that is always implied, and are read once', () => {
    expect(pointsOf(leaf)).toEqual([implied]);
    expect(pointsOf(leaf)).toBe(pointsOf(leaf));
    expect(pointsWith()).toEqual([implied]);
  });

  it.each<[string, Der, Partial<Point>]>([
    ['a name', sequence(tagged(0, tagged(0, general.uri('http://a.vn')))), { name: { kind: 'full', keys: ['uri:http://a.vn'] } }],
    [
      'names of several kinds',
      sequence(
        tagged(
          0,
          tagged(0, general.directory(nameDer('A')), general.dns('b.vn'), implicit(8, Buffer.from([42])), general.ip([1, 2, 3, 4])),
        ),
      ),
      { name: { kind: 'full', keys: [keyOf('a'), 'dns:b.vn', 'ip:01020304'] } },
    ],
    ['a name relative to the issuer', sequence(tagged(0, tagged(1, rdn))), { name: { kind: 'relative', rdn: '["CN=một"]' } }],
    ['reasons of one byte', sequence(implicit(1, Buffer.from([0, 0x60]))), { reasons: 0b110 }],
    ['reasons of two bytes', sequence(implicit(1, Buffer.from([7, 0x01, 0x80]))), { reasons: 0b110000000 }],
    ['the bit that is not used', sequence(implicit(1, Buffer.from([0, 0x80]))), { reasons: 0 }],
    ['bits beyond', sequence(implicit(1, Buffer.from([0, 0xff, 0xff]))), { reasons: 0x1fe }],
    ['no reasons at all', sequence(implicit(1, Buffer.from([0]))), { reasons: 0 }],
    [
      'an issuer of the list',
      sequence(tagged(2, general.directory(nameDer('A')), general.directory(nameDer('B')))),
      { crlIssuer: [keyOf('a'), keyOf('b')] },
    ],
    ['nothing', sequence(), {}],
  ])('say %s', (_, der, expected) => {
    expect(pointsWith(der)).toEqual([{ name: null, reasons: ALL_REASONS, crlIssuer: null, ...expected }, implied]);
  });

  it('are looked at up to the sixty-fourth', () => {
    const many = (count: number) => Array.from({ length: count }, () => sequence());
    expect([pointsWith(...many(64)).length, pointsWith(...many(65)).length]).toEqual([65, 65]);
  });

  it('cannot be read where they are none', () => {
    expect(() => pointsWith(octets(Buffer.alloc(1)))).toThrow();
    expect(() => pointsOf(leafWith(extension('2.5.29.31', false, Buffer.from('junk'))))).toThrow();
  });
});

describe('the scope of a list', () => {
  const scopeIn = (...fields: readonly Der[]) => scopeOf(sequence(...fields));
  const yes = (tag: number) => implicit(tag, Buffer.from([0xff]));
  it.each<[string, readonly Der[], Partial<Scope>]>([
    ['nothing', [], {}],
    ['users', [yes(1)], { onlyUsers: true }],
    ['authorities', [yes(2)], { onlyAuthorities: true }],
    ['reasons', [implicit(3, Buffer.from([1, 0x40]))], { reasons: 2 }],
    ['indirect', [yes(4)], { indirect: true }],
    ['attributes', [yes(5)], { onlyAttributes: true }],
    ['its name', [tagged(0, tagged(0, general.uri('http://a.vn')))], { name: { kind: 'full', keys: ['uri:http://a.vn'] } }],
    [
      'no, in words',
      [implicit(1, Buffer.from([0])), implicit(2, Buffer.alloc(0)), implicit(4, Buffer.from([0])), implicit(5, Buffer.from([0]))],
      {},
    ],
  ])('%s', (_, fields, expected) => {
    expect(scopeIn(...fields)).toEqual({ ...everything, ...expected });
  });

  it('without the extension is everything', () => {
    expect(scopeOf(undefined)).toEqual({
      ...{ name: null, onlyUsers: false, onlyAuthorities: false, onlyAttributes: false, reasons: ALL_REASONS, indirect: false },
    });
    expect(() => scopeOf(Buffer.from('junk'))).toThrow();
  });
});

describe('a list in scope', () => {
  const [sub, other] = [nameFor('Sub'), nameFor('Other')];
  const full = (...all: string[]): Scope['name'] => ({ kind: 'full', keys: all });
  const at = (more: Partial<Point>): Point => ({ ...implied, ...more });
  const scope = (more: Partial<Scope>): Scope => ({ ...everything, ...more });

  it.each<[string, Point, typeof sub, Scope, boolean]>([
    ['of the issuer', implied, sub, everything, true],
    ['of another', implied, other, everything, false],
    ['of the issuer named as indirect', at({ crlIssuer: [keyOf('sub')] }), sub, scope({ indirect: true }), true],
    ['of the named issuer, not indirect', at({ crlIssuer: [keyOf('other')] }), other, everything, false],
    ['of the named issuer, indirect', at({ crlIssuer: [keyOf('other')] }), other, scope({ indirect: true }), true],
    ['of the second named issuer', at({ crlIssuer: [keyOf('x'), keyOf('other')] }), other, scope({ indirect: true }), true],
    ['of its own issuer where another is named', at({ crlIssuer: [keyOf('other')] }), sub, scope({ indirect: true }), false],
    ['for attributes', implied, sub, scope({ onlyAttributes: true }), false],
    ['for users', implied, sub, scope({ onlyUsers: true }), true],
    ['for authorities', implied, sub, scope({ onlyAuthorities: true }), false],
    ['of the same name', at({ name: full('uri:a', 'uri:b') }), sub, scope({ name: full('uri:c', 'uri:b') }), true],
    ['of another name', at({ name: full('uri:a') }), sub, scope({ name: full('uri:c') }), false],
    ['of a name, at the implied point', implied, sub, scope({ name: full('uri:c') }), false],
    ['of the name of the issuer, at the implied point', implied, sub, scope({ name: full(keyOf('sub')) }), true],
    ['of a name, at a point without one', at({ name: null }), sub, scope({ name: full(keyOf('sub')) }), false],
    [
      'of the name of the list’s issuer, at a point without one',
      at({ name: null, crlIssuer: [keyOf('other')] }),
      other,
      scope({ indirect: true, name: full(keyOf('other')) }),
      true,
    ],
    ['without a name, at a point of any', at({ name: full('uri:a') }), sub, everything, true],
    [
      'of the same relative name',
      at({ name: { kind: 'relative', rdn: '["x"]' } }),
      sub,
      scope({ name: { kind: 'relative', rdn: '["x"]' } }),
      true,
    ],
    [
      'of another relative name',
      at({ name: { kind: 'relative', rdn: '["x"]' } }),
      sub,
      scope({ name: { kind: 'relative', rdn: '["y"]' } }),
      false,
    ],
    [
      'of the relative name written out',
      at({ name: { kind: 'relative', rdn: '["x"]' } }),
      sub,
      scope({ name: full(`${keyOf('sub')}["x"]`) }),
      true,
    ],
    [
      'of a name relative to a name of another kind',
      at({ name: { kind: 'relative', rdn: 'x' }, crlIssuer: ['uri:a', keyOf('other')] }),
      other,
      scope({ indirect: true, name: full('uri:ax') }),
      false,
    ],
  ])('%s', (_, where, by, what, expected) => {
    expect(isInScope(leaf, where, by, what)).toBe(expected);
  });

  it('for authorities alone speaks of authorities, one for users does not', () => {
    expect(isInScope(authority, implied, sub, scope({ onlyAuthorities: true }))).toBe(true);
    expect(isInScope(authority, implied, sub, scope({ onlyUsers: true }))).toBe(false);
    expect(isInScope(authority, implied, sub, scope({ onlyAttributes: true }))).toBe(false);
  });

  it('fits what certificates and lists are made with here', () => {
    const certificate = leafWith(point({ at: 'http://a.vn/1' }));
    const list = (address: string) => scopeOf(readWhole(readWhole(issuingPoint({ at: address })).content.subarray(8)).content);
    const [first] = pointsOf(certificate);
    if (first === undefined) throw new Error('no point');
    expect([list('http://a.vn/1'), list('http://a.vn/2')].map((one) => isInScope(certificate, first, sub, one))).toEqual([true, false]);
  });
});
