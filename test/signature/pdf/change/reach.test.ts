/** Which objects pages show, the form holds and validation data are made of; and where each has its place. */
import { describe, expect, it } from 'vitest';
import { type Places, placesIn, signatureFieldsAt } from '../../../../src/signature/pdf/change/places.ts';
import { heldByEvidence, heldByForm, shownBy, shownOn, treeOf } from '../../../../src/signature/pdf/change/reach.ts';
import type { Field } from '../../../../src/signature/pdf/fields.ts';
import { type Objects, row, stream } from '../written.ts';
import { catalogWith, dict, documentIn, documentOf, fileOf, formWith, look, oddly, pageWith, signedForm, widgetWith } from './written.ts';

const viewOf = (objects: Objects = {}) => documentOf({ ...signedForm, ...objects }).latest;
const sorted = (nums: Iterable<number>) => [...nums].sort((a, b) => a - b);
const ref = (num: number) => ({ kind: 'ref', num, gen: 0 }) as const;

describe('the page tree', () => {
  const page = '<< /Type /Page >>';
  it.each<readonly [string, Objects, readonly number[], readonly number[]]>([
    ['of one page', {}, [3], [2, 3]],
    [
      'in levels',
      { 2: '<< /Kids [40 0 R 3 0 R] >>', 40: '<< /Kids [41 0 R 42 0 R] >>', 41: page, 42: page },
      [41, 42, 3],
      [2, 3, 40, 41, 42],
    ],
    ['that bites its tail', { 2: '<< /Kids [3 0 R 40 0 R] >>', 40: '<< /Kids [2 0 R 3 0 R] >>' }, [3], [2, 3, 40]],
    ['with holes and what is no page', { 2: '<< /Kids [3 0 R 70 0 R 41 0 R 7] >>', 41: '[1]' }, [3], [2, 3, 41, 70]],
    ['whose page says it has kids', { 2: '<< /Kids [40 0 R] >>', 40: '<< /Type /Page /Kids [3 0 R] >>' }, [40], [2, 40]],
    ['whose list of kids is an object', { 2: '<< /Kids 40 0 R >>', 40: '[3 0 R]' }, [3], [2, 3]],
    ['whose root is a page', { 2: '<< /Type /Page >>' }, [2], [2]],
    ['that is none', { 1: catalogWith({ Pages: '[3 0 R]' }) }, [], []],
  ])('%s', (_, objects, pages, nodes) => {
    const tree = treeOf(viewOf(objects));
    expect(tree.pages.map(({ num }) => num)).toEqual(pages);
    expect(sorted(tree.nodes)).toEqual(nodes);
  });
  it('is followed sixty levels deep', () => {
    const chain = (length: number): Objects =>
      Object.fromEntries(Array.from({ length }, (_, i) => [100 + i, i === length - 1 ? page : `<< /Kids [${101 + i} 0 R] >>`]));
    const deep = (length: number) => treeOf(viewOf({ 1: catalogWith({ Pages: '100 0 R' }), ...chain(length) })).pages.map(({ num }) => num);
    expect(deep(61)).toEqual([160]);
    expect(deep(62)).toEqual([]);
  });
});

describe('what is shown', () => {
  const shown = (objects: Objects = {}) => sorted(shownBy(viewOf(objects)).nums);
  it('is the pages with what they are made of, not what stands on them', () => {
    expect(shown()).toEqual([2, 3, 4, 5, 6]);
  });
  it.each<readonly [string, Objects, readonly number[]]>([
    ['a hole', { 3: pageWith({ Contents: '[5 0 R 70 0 R]' }) }, [2, 3, 4, 5, 6, 70]],
    ['what the catalog leads to', { 1: catalogWith({ Outlines: '40 0 R' }), 40: '<< /A [41 0 R] >>', 41: '(x)' }, [2, 3, 4, 5, 6, 40, 41]],
    ['what streams lead to', { 5: stream('x', '/A 40 0 R'), 40: '<< /B 41 0 R >>' }, [2, 3, 4, 5, 6, 40, 41]],
    ['keys that stand apart, when no page has them', { 4: '<< /Annots 40 0 R /Parent 41 0 R /B 42 0 R >>' }, [2, 3, 4, 5, 6, 40, 41, 42]],
  ])('includes %s', (_, objects, expected) => {
    expect(shown(objects)).toEqual(expected);
  });
  it.each(['AcroForm', 'DSS', 'Metadata', 'Perms', 'Extensions', 'StructTreeRoot', 'PieceInfo'])('leaves out %s of the catalog', (key) => {
    expect(shown({ 1: catalogWith({ [key]: '40 0 R' }), 40: '<< >>' })).toEqual([2, 3, 4, 5, 6]);
  });
  it.each(['Annots', 'Parent', 'StructParents', 'B'])('leaves out %s of a page', (key) => {
    expect(shown({ 3: pageWith({ [key]: '40 0 R' }), 40: '<< >>' })).toEqual([2, 3, 4, 5, 6]);
  });
  it('on one page is not what stands on others or above', () => {
    const view = viewOf({
      2: '<< /Kids [3 0 R 40 0 R] /Resources 43 0 R >>',
      40: '<< /Type /Page /Parent 2 0 R /Contents 41 0 R /A 3 0 R >>',
      41: stream('x'),
      43: '<< >>',
    });
    const on = treeOf(view).pages.map((page) => sorted(shownOn(view, page)));
    expect(on).toEqual([
      [3, 4, 5, 6],
      [40, 41],
    ]);
  });
});

describe('what cannot be known', () => {
  it('is torn where an object on the way cannot be read', () => {
    expect(shownBy(viewOf()).isTorn).toBe(false);
    const file = fileOf(signedForm);
    const astray = (num: number) => documentIn(oddly(file, {}, { rows: { [num]: row(3) } })).latest;
    expect(shownBy(astray(4)).isTorn).toBe(true);
    expect(heldByForm(astray(4)).isTorn).toBe(false);
    expect(heldByForm(astray(20)).isTorn).toBe(true);
    expect(shownBy(astray(20)).isTorn).toBe(false);
  });
  it.each<readonly [string, Objects, boolean]>([
    ['a page as resources', { 3: pageWith({ Resources: '3 0 R' }) }, true],
    ['a page as a font', { 3: pageWith({ Resources: '<< /Font 3 0 R >>' }) }, true],
    ['a node as graphics states', { 5: stream('x', '/ExtGState 2 0 R') }, true],
    ['the catalog as properties', { 4: '<< /Properties 1 0 R >>' }, true],
    ['the catalog as a pattern', { 4: '<< /Pattern 1 0 R >>' }, true],
    ['the catalog as a shading', { 4: '<< /Shading 1 0 R >>' }, true],
    ['the catalog as colours', { 4: '<< /ColorSpace 1 0 R >>' }, true],
    ['the catalog as images', { 4: '<< /XObject 1 0 R >>' }, true],
    ['a font as a font', { 4: '<< /Font 5 0 R >>' }, false],
    ['a page under another key', { 4: '<< /Other 3 0 R >>' }, false],
  ])('is twisted with %s: %s', (_, objects, is) => {
    expect(shownBy(viewOf(objects)).isTwisted).toBe(is);
  });
});

describe('what the form and annotations hold', () => {
  it('is not what pages show', () => {
    expect(sorted(heldByForm(viewOf()).nums)).toEqual([7, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23]);
  });
  it('may be there without any form', () => {
    expect(sorted(heldByForm(viewOf({ 1: catalogWith({ AcroForm: 'null' }), 3: pageWith({ Annots: '[16 0 R]' }) })).nums)).toEqual([
      16, 23,
    ]);
  });
});

describe('validation data', () => {
  it('are what DSS leads to', () => {
    const objects = { 1: catalogWith({ DSS: '40 0 R' }), 40: '<< /Certs [41 0 R] /X 3 0 R >>', 41: stream('x') };
    expect(sorted(heldByEvidence(viewOf(objects)))).toEqual([40, 41]);
    expect(sorted(heldByEvidence(viewOf()))).toEqual([]);
  });
});

describe('places', () => {
  const named = (field: Field | null) => field?.name ?? null;
  const told = (places: Places) => ({
    pages: [...places.pages],
    annotationLists: [...places.annotationLists],
    annotations: [...places.annotations],
    fields: [...places.fields].map(([num, field]) => [num, field.name]),
    parents: [...places.parents].map(([num, fields]) => [num, fields.map(named)]),
    appearances: [...places.appearances].map(([num, field]) => [num, named(field)]),
  });
  const plain = {
    pages: [[3, 0]],
    annotationLists: [],
    annotations: [[16, 0]],
    fields: [
      [10, 'Ten'],
      [11, 'Ky'],
      [12, 'Trong'],
      [13, 'Don.Vi'],
    ],
    parents: [[14, ['Don.Vi']]],
    appearances: [
      [20, 'Ten'],
      [21, 'Ky'],
      [22, 'Don.Vi'],
      [23, null],
    ],
  };
  it('are found for everything of the form', () => {
    expect(told(placesIn(viewOf()))).toEqual(plain);
  });
  it('of a list of annotations that is an object', () => {
    const view = viewOf({
      2: '<< /Kids [40 0 R 3 0 R] >>',
      40: '<< /Type /Page >>',
      3: pageWith({ Annots: '50 0 R' }),
      50: '[16 0 R 7 << /A 1 >>]',
    });
    expect(told(placesIn(view))).toMatchObject({
      pages: [
        [40, 0],
        [3, 1],
      ],
      annotationLists: [[50, 1]],
      annotations: [[16, 1]],
    });
  });
  it('of looks by state, and of a look that a field and a stamp share', () => {
    const view = viewOf({
      10: widgetWith({ FT: '/Btn', T: '(O)', AP: '60 0 R' }),
      60: '<< /N << /On 61 0 R /Off 62 0 R >> /D 63 0 R >>',
      61: look(),
      63: '<< /On 64 0 R >>',
      16: dict({ Subtype: '/Stamp', AP: '<< /N 61 0 R /R 65 0 R >>' }),
    });
    expect(told(placesIn(view)).appearances).toEqual([
      ...[
        [60, 'O'],
        [63, 'O'],
        [61, 'O'],
        [62, 'O'],
        [64, 'O'],
        [21, 'Ky'],
        [22, 'Don.Vi'],
        [65, null],
      ],
    ]);
  });
  it('of widgets below a field, and of several fields below one node', () => {
    const view = viewOf({
      14: dict({ T: '(Don)', Kids: '[13 0 R 50 0 R]' }),
      50: dict({ FT: '/Btn', T: '(Hai)', Kids: '[51 0 R 52 0 R]' }),
      51: widgetWith({ AP: '<< /N 53 0 R >>' }),
      52: widgetWith({}),
    });
    const places = told(placesIn(view));
    expect(places.fields).toEqual([...plain.fields, [50, 'Don.Hai'], [51, 'Don.Hai'], [52, 'Don.Hai']]);
    expect(places.parents).toEqual([[14, ['Don.Vi', 'Don.Hai']]]);
    expect(places.appearances).toContainEqual([53, 'Don.Hai']);
  });
  it('of a field that is no object: none', () => {
    expect(told(placesIn(viewOf({ 7: formWith({ Fields: '[<< /FT /Tx /T (X) >> 11 0 R]' }) }))).fields).toEqual([[11, 'Ky']]);
  });
});

describe('signature fields', () => {
  const at = (num: number, objects: Objects = {}) => signatureFieldsAt(viewOf(objects), ref(num))?.map(({ name }) => name) ?? null;
  const nested = {
    14: dict({ T: '(Don)', Kids: '[13 0 R 50 0 R]' }),
    13: dict({ FT: '/Sig', T: '(Vi)' }),
    50: dict({ FT: '/Sig', T: '(Hai)' }),
  };
  it.each<readonly [string, number, Objects, readonly string[] | null]>([
    ['a signature', 11, {}, ['Ky']],
    ['an empty one', 12, {}, ['Trong']],
    ['a text field', 10, {}, null],
    ['a group of text fields', 14, {}, null],
    ['a group of signatures', 14, nested, ['Don.Vi', 'Don.Hai']],
    ['a group of both', 14, { ...nested, 50: dict({ FT: '/Tx', T: '(Hai)' }) }, null],
    ['a group with actions', 14, { ...nested, 14: dict({ T: '(Don)', AA: '<< >>', Kids: '[13 0 R 50 0 R]' }) }, null],
    ['a group one of which acts', 14, { ...nested, 50: dict({ FT: '/Sig', T: '(Hai)', A: '<< >>' }) }, null],
    ['a group one of which runs', 14, { ...nested, 50: dict({ FT: '/Sig', T: '(Hai)', AA: '<< >>' }) }, null],
    ['one that acts', 11, { 11: widgetWith({ FT: '/Sig', A: '<< >>' }) }, null],
    ['one that runs', 11, { 11: widgetWith({ FT: '/Sig', AA: '<< >>' }) }, null],
    ['one that is a stamp', 11, { 11: dict({ FT: '/Sig', Subtype: '/Stamp' }) }, null],
    ['one of no subtype', 11, { 11: dict({ FT: '/Sig', T: '(K)' }) }, ['K']],
    ['a stamp', 16, {}, null],
    ['a hole', 70, {}, null],
  ])('%s', (_, num, objects, expected) => {
    expect(at(num, objects)).toEqual(expected);
  });
  it('are objects', () => {
    expect(signatureFieldsAt(viewOf(), 7)).toBeNull();
  });
});
