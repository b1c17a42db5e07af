/** Dummies in an envelope's place for a signature: only what says nothing at all is one. */
import { describe, expect, it } from 'vitest';
import type { Node } from '../../../../src/signature/xml/parts/node.ts';
import { isPlaceholder } from '../../../../src/signature/xml/parts/placeholder.ts';
import { make } from '../../path/authority.ts';

const node = (name: string, ...inside: readonly (Node | string)[]): Node => ({
  ...{ name, namespace: 'urn:any', attributes: new Map() },
  text: inside.filter((part) => typeof part === 'string').join(''),
  children: inside.filter((part) => typeof part !== 'string'),
});
const base64 = (length: number): string => Buffer.alloc(length, 7).toString('base64');
const certificate = Buffer.from(make({ name: 'A' }).der).toString('base64');
const der = Buffer.from('3003020101', 'hex').toString('base64');

type Parts = { value?: string | null; digest?: string | null; certificates?: readonly string[] };
const signature = ({ value = base64(64), digest = base64(32), certificates = [] }: Parts = {}): Node =>
  node(
    'Signature',
    node('SignedInfo', node('Reference', ...(digest === null ? [] : [node('DigestValue', digest)]))),
    ...(value === null ? [] : [node('SignatureValue', value)]),
    node('KeyInfo', node('X509Data', ...certificates.map((text) => node('X509Certificate', text)))),
  );

const sampleDigest = 'FwgIqsSYJshUS2+wlOM61L+q7Aw=';
const sampleValue =
  'GbVb8n9+qFxz466Ag0sbpVdLPs2R0+9JBekp12UyarAZjoG0W/kPZZJ1auRZDcNcrSwzgkQMpqrjwxcy3ejzbY/ON5USUPgoYNYM8p4wsgQpEAeQaZ+EWLkkEBxYjb+iWEiAjYuJI7gtJoOyENcOK4fO050SXp2ctOc32LJMA5eEI6Hw7sxhc2LAgcPiynJHdDW2Z+eut6QZiUsbIF9+S3T6u/tfLImw39dgSlCxupwLPHepxuiLOqyd08HeJGCZufg9WqRBVyLFM76uCIaPRP5wwAdx72GVjPcG2kh+2jjrt7fqtJOufJzCObtQgPgBqIvDiZCGoOM41OQMiqtF3w==';

describe('a placeholder', () => {
  it.each<[string, Node, boolean]>([
    ['nothing inside', node('DigitalSignature'), true],
    ['white space', node('Signature', ' \n\t'), true],
    ['one element, itself empty', node('Signature', node('x')), true],
    ['text, no parts', node('Signature', 'x'), true],
    ['all that a signature has', signature(), false],
    ['no value', signature({ value: null }), true],
    ['an empty value', signature({ value: '' }), true],
    ['a value of 63 bytes', signature({ value: base64(63) }), true],
    ['a value of 64 bytes, with spaces', signature({ value: ` ${base64(64).slice(0, 9)}\n ${base64(64).slice(9)} ` }), false],
    ['a value that is no base64', signature({ value: `${base64(64)}-` }), true],
    ['no digest', signature({ digest: null }), true],
    ['a digest of 20 bytes', signature({ digest: base64(20) }), false],
    ['a digest of 64 bytes', signature({ digest: base64(64) }), false],
    ['a digest of 31 bytes', signature({ digest: base64(31) }), true],
    ['a digest that is no base64', signature({ digest: `${base64(32)}-` }), true],
    ['a certificate that is none, but one element of DER', signature({ certificates: [der] }), false],
    ['a certificate that is cut', signature({ certificates: [der.slice(0, 4)] }), true],
    ['a certificate that is words', signature({ certificates: ['Chứng thư số'] }), true],
    ['an empty certificate', signature({ certificates: [''] }), true],
    ['one certificate that is cut of two that are DER', signature({ certificates: [der, der.slice(0, 4), der] }), true],
    ['a certificate, whatever else is missing', signature({ certificates: [certificate], value: null, digest: null }), false],
    ['a certificate beside words', signature({ certificates: ['x', certificate] }), false],
    [
      'a certificate with spaces',
      signature({ certificates: [` ${certificate.slice(0, 70)}\n${certificate.slice(70)}`], value: null }),
      false,
    ],
    ['the values of the samples', signature({ value: sampleValue, digest: sampleDigest, certificates: [certificate] }), true],
    ['the value of the samples, another digest', signature({ value: sampleValue, certificates: [certificate] }), false],
    ['the digest of the samples, another value', signature({ digest: sampleDigest, certificates: [certificate] }), false],
    [
      'the samples’ values in lines',
      signature({
        value: `\n${sampleValue.slice(0, 76)}\n${sampleValue.slice(76)}`,
        digest: ` ${sampleDigest} `,
        certificates: [certificate],
      }),
      true,
    ],
  ])('%s', (_, one, expected) => {
    expect(isPlaceholder(one)).toBe(expected);
  });

  it('is told by the first value and digest', () => {
    const value = (text: string) => node('SignatureValue', text);
    const digest = node('DigestValue', base64(32));
    expect(isPlaceholder(node('Signature', digest, value(base64(64)), value('')))).toBe(false);
    expect(isPlaceholder(node('Signature', digest, value(''), value(base64(64))))).toBe(true);
    expect(isPlaceholder(node('Signature', node('DigestValue', ''), digest, value(base64(64))))).toBe(true);
  });
});
