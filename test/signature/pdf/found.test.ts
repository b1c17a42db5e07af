/** Every signature of a file once: of fields, of fields of earlier revisions, of none; not those that sign nothing. */
import { describe, expect, it } from 'vitest';
import { findSignatures, isDocumentTimestamp } from '../../../src/signature/pdf/found.ts';
import { openPdf } from '../../../src/signature/pdf/read/document.ts';
import { readValue } from '../../../src/signature/pdf/read/lexer.ts';
import { isDict } from '../../../src/signature/pdf/read/object.ts';
import { catalogWith, cursorOn, header, type Objects, plain, revised, sourceFrom, type Written } from './written.ts';

const sig = (name: string, contents = '<3000>', more = ''): string =>
  `<< /Name /${name} /Contents ${contents} /ByteRange [0 1 2 3] ${more} >>`;
const field = (value: string, name = 'Ky', more = '/FT /Sig'): string => `<< /T (${name}) ${more} /V ${value} >>`;
const file = (objects: Objects): Written => revised(header, objects);
const foundIn = ({ text }: Pick<Written, 'text'>) =>
  findSignatures(openPdf(sourceFrom(text), 9)).map(({ dict, field: name, current }) => [
    plain(dict.entries.get('Name') ?? null),
    name,
    current,
  ]);

describe('signatures', () => {
  it('of fields come first, then those of earlier revisions, then those of no field', () => {
    const first = file({
      1: catalogWith('3 0 R 4 0 R'),
      3: field('5 0 R', 'a'),
      4: field('6 0 R', 'b'),
      5: sig('A'),
      6: sig('B'),
      7: sig('C'),
    });
    const second = revised(first, { 1: catalogWith('8 0 R 4 0 R'), 8: field('9 0 R', 'd'), 9: sig('D') });
    expect(foundIn(second)).toEqual([
      ['/D', 'd', true],
      ['/B', 'b', true],
      ['/A', 'a', false],
      ['/C', null, false],
    ]);
  });
  it('that several fields hold are one', () => {
    const two = file({ 1: catalogWith('3 0 R 4 0 R'), 3: field('5 0 R', 'a'), 4: field('5 0 R', 'b'), 5: sig('A') });
    expect(foundIn(two)).toEqual([['/A', 'b', true]]);
  });
  it('that cannot be read are each one of themselves', () => {
    const broken = file({ 1: catalogWith('3 0 R 4 0 R'), 3: field('(a)', 'a'), 4: field('(b)', 'b') });
    expect(foundIn(broken)).toEqual([[null, 'b', true]]);
    expect(foundIn(revised(broken, { 1: catalogWith('') }))).toEqual([]);
  });
  it('that a later revision reads again, elsewhere, are both told', () => {
    const first = file({ 1: catalogWith('3 0 R'), 3: field('5 0 R'), 5: sig('A') });
    expect(foundIn(revised(first, { 5: sig('A') }))).toEqual([
      ['/A', 'Ky', true],
      ['/A', 'Ky', false],
    ]);
    expect(foundIn(revised(first, { 3: field('5 0 R', 'other') }))).toEqual([['/A', 'other', true]]);
  });
  it('that are none by their looks are told when a field held them once', () => {
    const odd = '<< /Name /Odd /Contents <3000> >>';
    const first = file({ 1: catalogWith('3 0 R 4 0 R'), 3: field('5 0 R', 'a'), 4: field('6 0 R', 'b'), 5: sig('A'), 6: odd });
    expect(foundIn(revised(first, { 1: catalogWith('3 0 R') }))).toEqual([
      ['/A', 'a', true],
      ['/Odd', 'b', false],
    ]);
  });
  it('of several earlier revisions are told once', () => {
    const first = file({ 1: catalogWith('3 0 R'), 3: field('5 0 R'), 5: sig('A') });
    const third = revised(revised(first, { 8: '(x)' }), { 1: catalogWith('') });
    expect(foundIn(third)).toEqual([['/A', 'Ky', false]]);
  });
  it('none are in a file without', () => {
    expect(foundIn(file({ 1: '<< >>' }))).toEqual([]);
  });
});

describe('a field that was prepared and never signed', () => {
  const isFound = (contents: string): boolean =>
    foundIn(file({ 1: catalogWith('3 0 R'), 3: field('5 0 R'), 5: sig('A', contents) })).length > 0;
  it.each([
    ['<0000>', false],
    ['<00>', false],
    ['<0001>', true],
    ['<0100>', true],
    ['<>', true],
    ['<000>', true],
    ['(\\000\\000)', true],
    ['5', true],
  ])('has Contents of zeros in hex: %s', (contents, isThere) => {
    expect(isFound(contents)).toBe(isThere);
  });
});

describe('usage rights of Adobe (12.8.2.3)', () => {
  const rights = (perms: string, reference: string, more: Objects = {}): readonly unknown[] =>
    foundIn(file({ 1: catalogWith('', perms), 5: sig('A', '<3000>', reference), ...more }));
  const own = '/Reference [<< /TransformMethod /UR3 >>]';
  const isOne = [['/A', null, false]];
  it.each([
    ['/Perms << /UR3 5 0 R >>', own],
    ['/Perms << /UR 5 0 R >>', '/Reference [<< /TransformMethod /UR >>]'],
    ['/Perms << /UR3 5 0 R >>', '/Reference [5 << /TransformMethod /DocMDP >> << /TransformMethod /UR3 >>]'],
    ['/Perms 8 0 R', '/Reference 9 0 R'],
  ])('are nobody’s signature: %s, %s', (perms, reference) => {
    const objects = { 8: '<< /UR3 5 0 R >>', 9: '[10 0 R]', 10: '<< /TransformMethod 11 0 R >>', 11: '/UR3' };
    expect(rights(perms, reference, objects)).toEqual([]);
  });
  it.each([
    ['no Perms', '', own],
    ['Perms that are none', '/Perms [5 0 R]', own],
    ['another right', '/Perms << /DocMDP 5 0 R >>', own],
    ['a right that is none', '/Perms << /UR3 (a) >>', own],
    ['no Reference', '/Perms << /UR3 5 0 R >>', ''],
    ['a Reference that is no list', '/Perms << /UR3 5 0 R >>', '/Reference << /TransformMethod /UR3 >>'],
    ['another transform', '/Perms << /UR3 5 0 R >>', '/Reference [<< /TransformMethod /DocMDP >>]'],
    ['a transform that is no name', '/Perms << /UR3 5 0 R >>', '/Reference [<< /TransformMethod (UR3) >> 7 null]'],
  ])('with %s are a signature', (_, perms, reference) => {
    expect(rights(perms, reference)).toEqual(isOne);
  });
  it('are a signature when a field held them in an earlier revision', () => {
    const first = file({ 1: catalogWith('3 0 R'), 3: field('5 0 R'), 5: sig('A', '<3000>', own) });
    expect(foundIn(revised(first, { 1: catalogWith('', '/Perms << /UR3 5 0 R >>') }))).toEqual([['/A', 'Ky', false]]);
    expect(foundIn(revised(first, { 1: catalogWith('3 0 R', '/Perms << /UR3 5 0 R >>') }))).toEqual([['/A', 'Ky', true]]);
  });
  it('of an earlier revision are none in the latest', () => {
    const first = file({ 1: catalogWith('', '/Perms << /UR3 5 0 R >>'), 5: sig('A', '<3000>', own) });
    expect(foundIn(revised(first, { 1: catalogWith('') }))).toEqual([]);
  });
});

it.each([
  ['/Type /DocTimeStamp', true],
  ['/SubFilter /ETSI.RFC3161', true],
  ['/Type /DocTimeStamp /SubFilter /ETSI.CAdES.detached', true],
  ['/Type /Sig /SubFilter /ETSI.CAdES.detached', false],
  ['/Type (DocTimeStamp)', false],
  ['', false],
])('a dictionary with %s is a document timestamp: %s', (entries, is) => {
  const { latest } = openPdf(sourceFrom(file({ 1: '<< >>' }).text), 9);
  const dict = readValue(cursorOn(`<< ${entries} >>`));
  expect(isDict(dict) && isDocumentTimestamp(latest, dict)).toBe(is);
});
