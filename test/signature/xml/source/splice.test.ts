/** The digest of a canonical form whose runs stand elsewhere: the same as of the whole, or none. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Run, Skeleton } from '../../../../src/signature/xml/source/skeleton.ts';
import { digestSpliced } from '../../../../src/signature/xml/source/splice.ts';
import { bytesOf } from '../../kit.ts';

const token = 'lt0r';
const file = bytesOf(Buffer.from('....AAAA....BB\r\nBB..&#67;..'));
const runs = new Map<string, Run>([
  [`${token}0e`, { offset: 4, length: 4, referenced: false }],
  [`${token}1e`, { offset: 12, length: 6, referenced: false }],
  [`${token}2e`, { offset: 20, length: 5, referenced: true }],
]);
const skeleton: Skeleton = { kind: 'split', bytes: Buffer.alloc(0), token, runs, signatures: [] };
const spliced = (text: string, algorithm = 'sha256') => digestSpliced(Buffer.from(text), skeleton, file, algorithm);
const digest = (text: string, algorithm = 'sha256'): Buffer => createHash(algorithm).update(text).digest();

describe('a canonical form with marks', () => {
  it.each<[string, string, readonly number[]]>([
    ['<a></a>', '<a></a>', []],
    ['<a>lt0r0e</a>', '<a>AAAA</a>', [0]],
    ['lt0r0e', 'AAAA', [0]],
    ['<a>lt0r1e</a>e<b>lt0r0e</b>ế', '<a>BB\nBB</a>e<b>AAAA</b>ế', [1, 0]],
    ['<a>lt0r2elt0r0e</a>', '<a>CAAAA</a>', [2, 0]],
    ['', '', []],
  ])('%j has the digest of %j', (text, full, marks) => {
    for (const algorithm of ['sha256', 'sha1']) expect(spliced(text, algorithm)?.digest).toEqual(digest(full, algorithm));
    expect([...(spliced(text)?.marks ?? [])]).toEqual(marks.map((mark) => `${token}${mark}e`));
  });

  it.each([
    ['that stands twice', '<a>lt0r0e</a><b>lt0r0e</b>'],
    ['of no run', '<a>lt0r3e</a>'],
    ['without a number', '<a>lt0re</a>'],
    ['without an end', '<a>lt0r0</a>'],
    ['that is cut', 'lt0r'],
    ['that is good, before one that is not', 'lt0r0elt0r9e'],
  ])('has none with a mark %s', (_, text) => {
    expect(spliced(text)).toBeNull();
  });
});
