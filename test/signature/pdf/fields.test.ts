/** Form fields (ISO 32000-2 12.7.4) of files written out by hand: names, what they inherit, and which hold a signature. */
import { describe, expect, it } from 'vitest';
import { catalogOf, type Field, fieldsOf, held } from '../../../src/signature/pdf/fields.ts';
import { openPdf, type View } from '../../../src/signature/pdf/read/document.ts';
import { catalogWith, header, type Objects, plain, revised, sourceFrom } from './written.ts';

const latestOf = (objects: Objects): View => openPdf(sourceFrom(revised(header, objects).text), 9).latest;
const fieldsIn = (fields: string, objects: Objects = {}): readonly Field[] => fieldsOf(latestOf({ 1: catalogWith(fields), ...objects }));
const told = ({ name, type, value, num, widgets, above }: Field): unknown => [name, type, plain(value), num, widgets, above];

describe('a field', () => {
  it('has a name, a type, a value and a number of its own', () => {
    const fields = fieldsIn('3 0 R << /T (direct) /FT /Tx >>', { 3: '<< /T (Ky1) /FT /Sig /V 4 0 R >>', 4: '(value)' });
    expect(fields.map(told)).toEqual([
      ['Ky1', 'Sig', '4 0 R', 3, [], []],
      ['direct', 'Tx', null, null, [], []],
    ]);
    expect(plain(fields[0]?.dict ?? null)).toEqual({ T: '(Ky1)', FT: '/Sig', V: '4 0 R' });
  });
  it('inherits type, value and the front of its name from those above it', () => {
    const fields = fieldsIn('3 0 R', {
      3: '<< /T (a) /FT /Tx /V (x) /Kids [4 0 R << /T (direct) /Kids [6 0 R] >>] >>',
      4: '<< /T (b) /Kids [5 0 R] >>',
      5: '<< /T (c) /FT /Sig >>',
      6: '<< /T (d) /V (y) >>',
    });
    expect(fields.map(told)).toEqual([
      ['a.b.c', 'Sig', '(x)', 5, [], [3, 4]],
      ['a.direct.d', 'Tx', '(y)', 6, [], [3]],
    ]);
  });
  it('without a name of its own has that of those above it', () => {
    const names = fieldsIn('3 0 R', { 3: '<< /T (a) /Kids [<< /FT /Tx >> << /T () /FT /Tx >> << /T /b /FT /Tx >>] >>' }).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['a', 'a', 'a']);
    expect(fieldsIn('<< /FT /Tx >>').map(({ name }) => name)).toEqual(['']);
  });
  it.each(['(Sig)', '1', '[/Sig]', 'null', 'true'])('whose type is %s has that of those above it, or none', (type) => {
    expect(
      fieldsIn(`<< /T (a) /FT ${type} >> << /FT /Btn /T (b) /Kids [<< /FT ${type} /T (c) >>] >>`).map(({ type: told }) => told),
    ).toEqual([null, 'Btn']);
  });
  it('has as widgets the kids that are no fields', () => {
    const fields = fieldsIn('3 0 R', {
      3: '<< /T (a) /FT /Tx /Kids [4 0 R 5 0 R << /Subtype /Widget >> 9 0 R] >>',
      4: '<< /Subtype /Widget >>',
      5: '<< /Subtype /Widget /Parent 3 0 R >>',
    });
    expect(fields.map(told)).toEqual([['a', 'Tx', null, 3, [4, 5, 9], []]]);
  });
  it.each(['/T (k)', '/Kids []', '/FT /Tx'])('whose kid has %s is no field of itself', (entry) => {
    const fields = fieldsIn('3 0 R', { 3: '<< /T (a) /Kids [4 0 R 5 0 R] >>', 4: `<< ${entry} >>`, 5: '<< /Subtype /Widget >>' });
    expect(fields.map(({ num }) => num)).toEqual([4]);
  });
});

describe('the tree of fields', () => {
  it('may stand elsewhere, in each of its parts', () => {
    const objects = {
      1: '<< /AcroForm 2 0 R >>',
      2: '<< /Fields 3 0 R >>',
      3: '[4 0 R]',
      4: '<< /T 5 0 R /FT 6 0 R /Kids 7 0 R >>',
      5: '(a)',
      6: '/Sig',
      7: '[8 0 R]',
    };
    expect(fieldsOf(latestOf({ ...objects, 8: '<< /T (b) >>' })).map(told)).toEqual([['a.b', 'Sig', null, 8, [], [4]]]);
  });
  it('that goes round is walked once', () => {
    const fields = fieldsIn('3 0 R 3 0 R 4 0 R', { 3: '<< /T (a) /Kids [3 0 R 4 0 R] >>', 4: '<< /T (b) >>' });
    expect(fields.map(({ name }) => name)).toEqual(['a.b']);
  });
  it.each([
    ['<< /AcroForm 5 >>'],
    ['<< /AcroForm << >> >>'],
    ['<< /AcroForm << /Fields (a) >> >>'],
    ['<< /AcroForm [<< /T (a) >>] >>'],
    ['<< >>'],
    [catalogWith('5 (a) null 9 0 R [<< /T (a) >>]')],
  ])('%s has none', (catalog) => {
    expect(fieldsOf(latestOf({ 1: catalog }))).toEqual([]);
  });
  it('is walked 50 levels down and no further', () => {
    const deep = (levels: number) => fieldsIn(`${'<< /T (a) /Kids ['.repeat(levels)}<< /T (z) >>${'] >>'.repeat(levels)}`);
    const nested = (levels: number): Objects =>
      Object.fromEntries(
        Array.from({ length: levels + 1 }, (_, i) => [10 + i, i === levels ? '<< /T (z) >>' : `<< /T (a) /Kids [${11 + i} 0 R] >>`]),
      );
    expect(deep(3).map(({ name }) => name)).toEqual(['a.a.a.z']);
    expect(fieldsIn('10 0 R', nested(50))).toHaveLength(1);
    expect(fieldsIn('10 0 R', nested(51))).toHaveLength(0);
  });
  it('has at most 20 000 fields', () => {
    expect(fieldsIn('<</T(a)>>'.repeat(20_001))).toHaveLength(20_000);
  });
  it('is read once a revision', () => {
    const view = latestOf({ 1: catalogWith('<< /T (a) >>') });
    expect(fieldsOf(view)).toBe(fieldsOf(view));
    expect(fieldsOf(view)).toHaveLength(1);
  });
});

it('the catalog is the dictionary that Root names', () => {
  expect(plain(catalogOf(latestOf({ 1: '<< /A 1 >>' })))).toEqual({ A: 1 });
  const view = latestOf({ 1: '<< >>' });
  expect(catalogOf({ ...view, resolve: () => null })).toBeNull();
  expect(fieldsOf({ ...view, resolve: () => null })).toEqual([]);
});

describe('a signature held by a field', () => {
  const heldIn = (value: string, type = '/Sig', objects: Objects = {}) =>
    held(latestOf({ 1: catalogWith('3 0 R'), 3: `<< /T (Ky) /FT ${type} ${value} >>`, ...objects })).map(({ dict, field, current }) => [
      plain(dict),
      field,
      current,
      Number.isNaN(dict.start),
      Number.isNaN(dict.end),
    ]);
  const broken = [[{}, 'Ky', true, true, true]];
  it('is its value, if that is a dictionary', () => {
    expect(heldIn('/V << /A 1 >>')).toEqual([[{ A: 1 }, 'Ky', true, false, false]]);
    expect(heldIn('/V 4 0 R', '/Sig', { 4: '<< /A 1 >>' })).toEqual([[{ A: 1 }, 'Ky', true, false, false]]);
    expect(heldIn('/V << /A 1 >>', '/Tx')).toEqual([]);
  });
  it.each([
    ['no value', '', []],
    ['null', '/V null', []],
    ['a reference to nothing', '/V 9 0 R', []],
    ['a reference to what cannot be read', '/V 4 0 R', broken],
    ['a reference to null', '/V 5 0 R', broken],
    ['a reference to text', '/V 6 0 R', broken],
    ['text', '/V (a)', broken],
    ['a number', '/V 1', broken],
  ])('with %s is empty or broken', (_, value, found) => {
    expect(heldIn(value, '/Sig', { 4: '<< /A', 5: 'null', 6: '(a)' })).toEqual(found);
  });
});
