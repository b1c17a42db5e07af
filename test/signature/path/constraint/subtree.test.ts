/** Whether a name lies within a subtree, form by form (RFC 5280 4.2.1.10); null: too odd to say. */
import { describe, expect, it } from 'vitest';
import type { GeneralName } from '../../../../src/signature/path/constraint/general-name.ts';
import { isWithin } from '../../../../src/signature/path/constraint/subtree.ts';

type Row = readonly [name: string, subtree: string, expected: boolean | null];
const within = (kind: 'mail' | 'dns' | 'uri') => (name: string, subtree: string) => isWithin({ kind, text: name }, { kind, text: subtree });

describe('hosts', () => {
  it.each<Row>([
    ['mau.test', 'mau.test', true],
    ['so.mau.test', 'mau.test', true],
    ['xmau.test', 'mau.test', false],
    ['MAU.Test', 'mau.TEST', true],
    ['mau.test.', 'mau.test', true],
    ['mau.test', 'so.mau.test', false],
    ['so.mau.test', '.mau.test', true],
    ['mau.test', '.mau.test', false],
    ['.mau.test', '.mau.test', null],
    ['mau.test', '', true],
    ['mau.test', '.', true],
    ['*.mau.test', 'mau.test', true],
    ['a_b-c.mau.test', 'mau.test', true],
    ['mau..test', 'mau.test', null],
    ['mau test', 'mau.test', null],
    ['mẫu.test', '', null],
    ['', '', null],
    ['x/mau.test', 'mau.test', null],
    ['mau.test/x', '', null],
  ])('%s below %s: %s', (name, subtree, expected) => {
    expect(within('dns')(name, subtree)).toBe(expected);
  });
});

describe('addresses', () => {
  it.each<Row>([
    ['a@mau.test', 'mau.test', true],
    ['a@MAU.test', 'Mau.Test', true],
    ['a@so.mau.test', 'mau.test', false],
    ['a@so.mau.test', '.mau.test', true],
    ['a@mau.test', '.mau.test', false],
    ['a@mau.test', '', true],
    ['a@mau.test', 'a@mau.test', true],
    ['A@mau.test', 'a@mau.test', false],
    ['a@mau.test', 'a@MAU.test', true],
    ['a@mau.test', 'a@so.test', false],
    ['"a@b"@mau.test', 'mau.test', true],
    ['@mau.test', 'mau.test', null],
    ['mau.test', 'mau.test', null],
    ['a@', '', null],
    ['a@mau test', '', null],
  ])('%s in %s: %s', (name, subtree, expected) => {
    expect(within('mail')(name, subtree)).toBe(expected);
  });
});

describe('places', () => {
  it.each<Row>([
    ['http://mau.test/a', 'mau.test', true],
    ['HTTPS://MAU.test', 'mau.test', true],
    ['a+b-c.1://mau.test', 'mau.test', true],
    ['http://so.mau.test/', 'mau.test', false],
    ['http://so.mau.test/', '.mau.test', true],
    ['http://a:b@mau.test:8080/x', 'mau.test', true],
    ['http://x@y@mau.test', 'mau.test', true],
    ['http://mau.test?x=http://y', 'mau.test', true],
    ['http://mau.test#y', 'mau.test', true],
    ['http://mau.test\\y', 'mau.test', true],
    ['http://mau.test:/', 'mau.test', true],
    ['http://10.0.0.1/', '10.0.0.1', null],
    ['http://[::1]/', '', null],
    ['urn:mau.test', 'mau.test', null],
    ['mau.test', 'mau.test', null],
    ['1http://mau.test', 'mau.test', null],
    ['xhttp ://mau.test', 'mau.test', null],
    ['http:///a', '', null],
  ])('%s at %s: %s', (name, subtree, expected) => {
    expect(within('uri')(name, subtree)).toBe(expected);
  });
});

describe('numbers', () => {
  const ip = (name: readonly number[], subtree: readonly number[]) =>
    isWithin({ kind: 'ip', bytes: Buffer.from(name) }, { kind: 'ip', bytes: Buffer.from(subtree) });
  const wide = (last: number) => [...Array.from({ length: 15 }, () => 1), last];
  it.each<readonly [readonly number[], readonly number[], boolean | null]>([
    [[10, 1, 2, 3], [10, 0, 0, 0, 255, 0, 0, 0], true],
    [[10, 1, 2, 3], [10, 9, 9, 9, 255, 0, 0, 0], true],
    [[11, 1, 2, 3], [10, 0, 0, 0, 255, 0, 0, 0], false],
    [[10, 1, 2, 3], [10, 1, 2, 3, 255, 255, 255, 255], true],
    [[10, 1, 2, 4], [10, 1, 2, 3, 255, 255, 255, 255], false],
    [wide(5), [...wide(4), ...Array.from({ length: 15 }, () => 255), 254], true],
    [wide(6), [...wide(4), ...Array.from({ length: 15 }, () => 255), 254], false],
    [wide(5), [10, 0, 0, 0, 0, 0, 0, 0], false],
    [[10, 1, 2, 3], Array.from({ length: 32 }, () => 0), false],
    [[10, 1, 2, 3], [10, 0, 0, 0], null],
    [[10, 1, 2], [10, 0, 0, 255, 0, 0], null],
    [[], [], null],
  ])('%j in %j: %s', (name, subtree, expected) => {
    expect(ip(name, subtree)).toBe(expected);
  });
});

describe('directory names', () => {
  const directory = (...rdns: readonly string[]): GeneralName => ({ kind: 'directory', rdns });
  it.each<readonly [readonly string[], readonly string[], boolean]>([
    [['C=vn', 'O=a', 'CN=b'], ['C=vn', 'O=a'], true],
    [['C=vn', 'O=a'], ['C=vn', 'O=a'], true],
    [['C=vn'], ['C=vn', 'O=a'], false],
    [['O=a', 'C=vn'], ['C=vn'], false],
    [['C=vn'], [], true],
  ])('%j below %j: %s', (name, subtree, expected) => {
    expect(isWithin(directory(...name), directory(...subtree))).toBe(expected);
  });
});

it('names of different forms, and of forms that are not compared, are never within each other', () => {
  const forms: readonly GeneralName[] = [
    { kind: 'mail', text: 'a@mau.test' },
    { kind: 'dns', text: 'mau.test' },
    { kind: 'uri', text: 'http://mau.test' },
    { kind: 'ip', bytes: Buffer.alloc(4) },
    { kind: 'directory', rdns: [] },
    { kind: 'other', form: '3' },
  ];
  for (const name of forms)
    for (const subtree of forms) if (name.kind !== subtree.kind || name.kind === 'other') expect(isWithin(name, subtree)).toBe(false);
});
