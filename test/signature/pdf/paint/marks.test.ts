/** What a content stream leaves on a page: signs of text by their middle, and paint that hides (ISO 32000-2 8.5, 8.10, 8.11, 9.4, 11.6). */
import { describe, expect, it } from 'vitest';
import { marksOf } from '../../../../src/signature/pdf/paint/marks.ts';
import type { Matrix } from '../../../../src/signature/pdf/paint/rect.ts';
import { isStream } from '../../../../src/signature/pdf/read/object.ts';
import { dictOf, type Objects, points, sides, stream, viewWith } from '../written.ts';

const everywhere = [-1e6, -1e6, 1e6, 1e6];

/** Object 50 and on are the streams of the content. */
const paintOf = (content: string | readonly string[], resources = '', objects: Objects = {}, matrix?: Matrix) => {
  const bodies = typeof content === 'string' ? [stream(content)] : content;
  const view = viewWith({ ...objects, ...Object.fromEntries(bodies.map((body, i) => [50 + i, body])) });
  const streams = bodies.map((_, i) => view.resolve({ kind: 'ref', num: 50 + i, gen: 0 })).filter(isStream);
  const marks = marksOf(view, streams, dictOf(resources), matrix);
  return {
    signs: points(marks.signs),
    opaque: marks.opaque.map(sides),
    images: marks.images.map(sides),
    veils: marks.veils.map(sides),
    isWhole: marks.isWhole,
  };
};
const opaque = (content: string, resources = '', objects: Objects = {}) => paintOf(content, resources, objects).opaque;
const nothing = { signs: [], opaque: [], images: [], veils: [], isWhole: true };

describe('shapes', () => {
  it.each<readonly [string, readonly (readonly number[])[]]>([
    ['0 0 5 5 re f', [[0, 0, 5, 5]]],
    ['10 20 -5 -6 re F', [[5, 14, 10, 20]]],
    [
      '0 0 5 5 re 10 10 1 1 re f*',
      [
        [0, 0, 5, 5],
        [10, 10, 11, 11],
      ],
    ],
    ['0 0 5 5 re n', []],
    ['0 0 5 5 re W n 1 1 1 1 re f', [[1, 1, 2, 2]]],
    ['0 0 5 5 re f f', [[0, 0, 5, 5]]],
    ['0 0 5 5 re S', []],
    ['0 0 5 5 re s', []],
    ['0 0 5 5 re B', [[0, 0, 5, 5]]],
    ['0 0 5 5 re B*', [[0, 0, 5, 5]]],
    ['0 0 5 5 re b', [[0, 0, 5, 5]]],
    ['0 0 5 5 re b*', [[0, 0, 5, 5]]],
    ['0 0 5 5 re', []],
    ['0 0 m 10 0 l 10 20 l f', [[0, 0, 10, 20]]],
    ['0 0 m 10 0 l f', []],
    ['0 0 m 10 0 l 10 20 l 0 20 l h f', [[0, 0, 10, 20]]],
    ['0 0 10 0 m 10 20 l f', [[0, 0, 10, 20]]],
    ['0 0 l 10 0 l 10 20 l f', [[0, 0, 10, 20]]],
    ['0 0 m 1 2 3 4 50 60 c f', [[0, 0, 50, 60]]],
    ['0 0 m 1 2 50 60 v f', [[0, 0, 50, 60]]],
    ['0 0 m 1 2 50 60 y f', [[0, 0, 50, 60]]],
    ['0 0 m 10 0 l 5 m 10 20 l f', [[0, 0, 10, 20]]],
    ['0 0 m 30 0 l 30 30 l 20 30 l 10 30 l 0 30 l f', [[0, 0, 30, 30]]],
    ['0 0 m 1 0 l 1 1 l 0 1 l 0 0 l f', [[0, 0, 1, 1]]],
    ['0 0 m 2 0 l 2 2 l 1 2 l 0 2 l 0 0 l f', [[-0.5, -0.5, 2.5, 2.5]]],
    ['0 0 m 29.9 0 l 29.9 2 l 10 2 l 0 2 l 0 1 l n', []],
  ])('%s', (content, rects) => {
    expect(paintOf(content)).toEqual({ ...nothing, opaque: rects });
  });
  it('of many points and less than 900 points squared are looked at closely', () => {
    const cells = (side: number): number => opaque(`0 0 m ${side} 0 l ${side} ${side} l 1 ${side} l 0 ${side} l 0 1 l f`).length;
    expect([cells(30), cells(29)]).toEqual([1, 100]);
  });
  it('are moved as the matrix has it, until it is restored', () => {
    expect(opaque('q 2 0 0 3 10 20 cm 0 0 5 5 re f Q 0 0 5 5 re f')).toEqual([
      [10, 20, 20, 35],
      [0, 0, 5, 5],
    ]);
    expect(opaque('1 0 0 1 10 0 cm 2 0 0 2 0 0 cm 1 1 1 1 re f')).toEqual([[12, 2, 14, 4]]);
    expect(opaque('q q 2 0 0 2 0 0 cm Q 0 0 1 1 re f Q Q Q 0 0 2 2 re f')).toEqual([
      [0, 0, 1, 1],
      [0, 0, 2, 2],
    ]);
    expect(opaque('0 1 -1 0 0 0 cm 0 0 2 1 re f')).toEqual([[-1, 0, 0, 2]]);
    expect(opaque('0 0 m 2 0 0 2 10 10 cm 1 0 l 1 1 l f')).toEqual([[0, 0, 12, 12]]);
    expect(opaque('cm 0 0 2 1 re f (a) cm')).toEqual([[0, 0, 2, 1]]);
    expect(paintOf('0 0 5 5 re f', '', {}, [1, 0, 0, 1, 100, 200]).opaque).toEqual([[100, 200, 105, 205]]);
  });
  it('saved more than 500 deep are restored to the 500th', () => {
    const deep = (depth: number) => opaque(`${'1 0 0 1 1 0 cm q '.repeat(depth)}${'Q '.repeat(depth)}0 0 1 1 re f`)[0]?.[0];
    expect([deep(500), deep(501), deep(502)]).toEqual([1, 1, 1]);
    const one = (depth: number) => opaque(`${'q 1 0 0 1 1 0 cm '.repeat(depth)}Q 0 0 1 1 re f`)[0]?.[0];
    expect([one(499), one(500), one(501), one(502)]).toEqual([498, 499, 499, 499]);
  });
  it('are noted up to 10 000, the thin ones among them', () => {
    const many = (count: number) => '0 0 1 1 re '.repeat(count);
    expect(opaque(`${many(10_001)} f`)).toHaveLength(10_000);
    const { veils, opaque: solid } = paintOf(`${many(4000)} f /T gs ${many(7000)} f ${many(10)} f`, '/ExtGState << /T << /ca 0 >> >>');
    expect([solid.length, veils.length]).toEqual([4000, 6000]);
  });
  it('as a shading fill whatever there is', () => {
    expect(opaque('/Sh sh')).toEqual([everywhere]);
  });
});

describe('lines', () => {
  const wide = (content: string, resources = '') => opaque(`4 w ${content}`, resources);
  it('of four points and more hide along their way', () => {
    expect(wide('0 0 m 4 0 l S')).toEqual([
      [-2, -2, 2, 2],
      [-2, -2, 2, 2],
      [0, -2, 4, 2],
      [2, -2, 6, 2],
      [2, -2, 6, 2],
      [0, -2, 4, 2],
      [-2, -2, 2, 2],
    ]);
    expect(wide('0 0 m 4 0 l s')).toHaveLength(7);
    expect(wide('0 0 m 4 0 l n')).toEqual([]);
    expect(opaque('0 0 m 4 0 l S')).toEqual([]);
    expect(opaque('3.9 w 0 0 m 4 0 l S')).toEqual([]);
  });
  it('are closed, each by itself', () => {
    expect(
      wide('0 0 m 4 0 l 4 4 l S')
        .slice(-3)
        .map(([left, bottom]) => [left, bottom]),
    ).toEqual([
      [0.667, 0.667],
      [-0.667, -0.667],
      [-2, -2],
    ]);
    expect(wide('0 0 m 100 100 m S')).toEqual([
      [-2, -2, 2, 2],
      [-2, -2, 2, 2],
      [98, 98, 102, 102],
      [98, 98, 102, 102],
    ]);
  });
  it('of a rectangle go all the way round it', () => {
    const [first, ...squares] = wide('0 0 4 8 re S');
    expect(first).toEqual([-2, -2, 2, 2]);
    expect(squares.map(([left = 0, bottom = 0]) => [left + 2, bottom + 2])).toEqual([
      [0, 0],
      [2, 0],
      [4, 0],
      [4, 0],
      [4, 2],
      [4, 4],
      [4, 6],
      [4, 8],
      [4, 8],
      [2, 8],
      [0, 8],
      [0, 8],
      [0, 6],
      [0, 4],
      [0, 2],
      [0, 0],
    ]);
  });
  it('with fill come after it', () => {
    expect(wide('0 0 4 4 re B')[0]).toEqual([0, 0, 4, 4]);
    expect(wide('0 0 4 4 re b*')).toHaveLength(1 + 13);
  });
  it('are as wide as the matrix makes them', () => {
    expect(opaque('2 0 0 2 0 0 cm 2 w 0 0 m S')).toEqual([
      [-2, -2, 2, 2],
      [-2, -2, 2, 2],
    ]);
    expect(opaque('0.5 0 0 0.5 0 0 cm 4 w 0 0 m S')).toEqual([]);
    expect(opaque('0 4 -1 0 0 0 cm 2 w 0 0 m S')).toEqual([
      [-2, -2, 2, 2],
      [-2, -2, 2, 2],
    ]);
    expect(opaque('4 4 1 5 0 0 cm 1 w 0 0 m S')).toEqual([
      [-2, -2, 2, 2],
      [-2, -2, 2, 2],
    ]);
    expect(opaque('-4 0 0 4 0 0 cm 1 w 0 0 m S')).toHaveLength(2);
    expect(opaque('/W gs 0 0 m S', '/ExtGState << /W << /LW 4 >> >>')).toHaveLength(2);
  });
  it('have a transparency of their own', () => {
    const states = '/ExtGState << /L << /CA 0.4 >> /F << /ca 0.4 >> /S << /CA 0.5 >> >>';
    const both = (state: string) => {
      const { veils, opaque: solid } = paintOf(`${state} 4 w 0 0 m S 0 0 1 1 re f`, states);
      return [solid.length, veils.length];
    };
    expect([both(''), both('/L gs'), both('/F gs'), both('/S gs'), both('/L gs /S gs')]).toEqual([
      [3, 0],
      [1, 2],
      [2, 1],
      [3, 0],
      [3, 0],
    ]);
  });
});

describe('transparency (11.6.4.4) and blend modes (11.3.5)', () => {
  const under = (state: string, objects: Objects = {}) => {
    const { veils, opaque: solid } = paintOf('/S gs 0 0 1 1 re f', `/ExtGState << /S ${state} >>`, objects);
    return solid.length === 1 ? 'hides' : veils.length === 1 ? 'veils' : 'nothing';
  };
  it.each([
    ['<< >>', 'hides'],
    ['<< /ca 1 >>', 'hides'],
    ['<< /ca 0.5 >>', 'hides'],
    ['<< /ca 0.49 >>', 'veils'],
    ['<< /ca 7 0 R >>', 'veils'],
    ['<< /ca (0) >>', 'hides'],
    ['<< /BM /Normal >>', 'hides'],
    ['<< /BM /Screen >>', 'hides'],
    ['<< /BM /Multiply >>', 'nothing'],
    ['<< /BM /Darken >>', 'nothing'],
    ['<< /BM /ColorBurn >>', 'nothing'],
    ['<< /BM [/Multiply /Darken] >>', 'nothing'],
    ['<< /BM [/Multiply /Normal] >>', 'hides'],
    ['<< /BM [8 0 R] >>', 'nothing'],
    ['<< /BM [] >>', 'hides'],
    ['<< /BM (Multiply) >>', 'hides'],
    ['9 0 R', 'nothing'],
    ['[]', 'hides'],
  ])('%s: %s', (state, what) => {
    expect(under(state, { 7: '0', 8: '/Multiply', 9: '<< /BM 8 0 R >>' })).toBe(what);
  });
  it('last until they are set again or restored', () => {
    const states = '/ExtGState << /M << /BM /Multiply >> /N << /BM /Normal >> /T << /ca 0 >> /O << /ca 1 >> /X << /LW 1 >> >>';
    const rect = '0 0 1 1 re f';
    const count = (content: string) => opaque(content, states).length;
    expect(count(`/M gs /X gs ${rect}`)).toBe(0);
    expect(count(`/M gs /N gs ${rect}`)).toBe(1);
    expect(count(`q /M gs Q ${rect}`)).toBe(1);
    expect(count(`/T gs /O gs ${rect}`)).toBe(1);
    expect(count(`/T gs /X gs ${rect}`)).toBe(0);
    expect(count(`/Missing gs gs 5 gs ${rect}`)).toBe(1);
  });
});

describe('text', () => {
  /** A is 1000 wide, B 600, all else 500. */
  const font =
    '/Font << /F << /Subtype /TrueType /FirstChar 65 /Widths [1000 600] >> /Z << /Subtype /Type0 >> /T << /Subtype /Type3 /FirstChar 65 /Widths [1000] >> >>';
  const signs = (content: string) => paintOf(content, font).signs;
  it.each<readonly [string, readonly (readonly number[])[]]>([
    [
      'BT /F 10 Tf (AB) Tj ET',
      [
        [5, 3],
        [13, 3],
      ],
    ],
    ['BT /F 10 Tf 72 700 Td (A) Tj ET', [[77, 703]]],
    [
      'BT /F 10 Tf (A A) Tj ET',
      [
        [5, 3],
        [20, 3],
      ],
    ],
    [
      'BT /F 10 Tf (C\\240C) Tj ET',
      [
        [2.5, 3],
        [12.5, 3],
      ],
    ],
    [
      'BT /F 10 Tf 2 Tc (AA) Tj ET',
      [
        [5, 3],
        [17, 3],
      ],
    ],
    [
      'BT /F 10 Tf 3 Tw (A A) Tj ET',
      [
        [5, 3],
        [23, 3],
      ],
    ],
    [
      'BT /F 10 Tf 3 Tw (AA) Tj ET',
      [
        [5, 3],
        [15, 3],
      ],
    ],
    [
      'BT /F 10 Tf 50 Tz (AA) Tj ET',
      [
        [2.5, 3],
        [7.5, 3],
      ],
    ],
    [
      'BT /F 10 Tf 2 Tc 50 Tz (AA) Tj ET',
      [
        [2.5, 3],
        [8.5, 3],
      ],
    ],
    ['BT /F 10 Tf 4 Ts (A) Tj ET', [[5, 7]]],
    ['BT /F 10 Tf 10 20 Td 1 2 Td (A) Tj ET', [[16, 25]]],
    [
      'BT /F 10 Tf (A) Tj 0 -12 Td (A) Tj ET',
      [
        [5, 3],
        [5, -9],
      ],
    ],
    [
      'BT /F 10 Tf 12 TL (A) Tj T* (A) Tj T* (A) Tj ET',
      [
        [5, 3],
        [5, -9],
        [5, -21],
      ],
    ],
    [
      'BT /F 10 Tf 1 -12 TD (A) Tj T* (A) Tj ET',
      [
        [6, -9],
        [6, -21],
      ],
    ],
    [
      "BT /F 10 Tf 12 TL (A) Tj (A) ' ET",
      [
        [5, 3],
        [5, -9],
      ],
    ],
    [
      'BT /F 10 Tf 12 TL (A) Tj 9 8 (A) " ET',
      [
        [5, 3],
        [5, -9],
      ],
    ],
    [
      'BT /F 10 Tf 2 0 0 3 10 20 Tm (AA) Tj 1 0 0 1 0 0 Tm (A) Tj ET',
      [
        [20, 29],
        [40, 29],
        [5, 3],
      ],
    ],
    ['BT /F 10 Tf 2 0 0 2 10 20 Tm 1 1 Td (A) Tj ET', [[22, 28]]],
    [
      'BT /F 10 Tf 5 5 Td (A) Tj ET BT (A) Tj ET',
      [
        [10, 8],
        [5, 3],
      ],
    ],
    ['2 0 0 2 0 0 cm BT /F 10 Tf (A) Tj ET', [[10, 6]]],
    [
      'BT /F 10 Tf [(A) -500 (A)] TJ ET',
      [
        [5, 3],
        [20, 3],
      ],
    ],
    [
      'BT /F 10 Tf 50 Tz [(A) 1000 (A)] TJ ET',
      [
        [2.5, 3],
        [2.5, 3],
      ],
    ],
    [
      'BT /F 10 Tf [(A) /N null (A)] TJ ET',
      [
        [5, 3],
        [15, 3],
      ],
    ],
    ['BT /F 10 Tf (A) TJ 5 Tj TJ Tj ET', []],
    ['BT (A) Tj [(A)] TJ ET', []],
    ['BT [-1000] TJ /F 10 Tf (A) Tj ET', [[5, 3]]],
    [
      'BT /Missing 10 Tf (A A) Tj ET',
      [
        [2.5, 3],
        [12.5, 3],
      ],
    ],
    ['BT /F 10 Tf () Tj ( ) Tj (A) Tj ET', [[10, 3]]],
    [
      'BT /Z 10 Tf <004100030042> Tj ET',
      [
        [5, 3],
        [25, 3],
      ],
    ],
    [
      'BT /Z 10 Tf <00410042 43> Tj ET',
      [
        [5, 3],
        [15, 3],
      ],
    ],
    ['BT /Z 10 Tf 3 Tw <00200041> Tj ET', [[15, 3]]],
    ['BT /Z 10 Tf <4100> Tj ET', [[5, 3]]],
    ['q BT /F 10 Tf 2 Tc ET Q BT (A) Tj ET', []],
    ['BT /F 10 Tf q /F 20 Tf Q (A) Tj ET', [[5, 3]]],
  ])('%s', (content, expected) => {
    expect(paintOf(content, font)).toEqual({ ...nothing, signs: expected });
  });
  it('of a font whose glyphs are told by two bytes is none of half a sign', () => {
    const wide = '/Font << /Z << /Subtype /Type0 /DescendantFonts [<< /W [256 [100] 1 [300]] >>] >> >>';
    expect(paintOf('BT /Z 10 Tf <010000010100> Tj ET', wide).signs).toEqual([
      [0.5, 3],
      [2.5, 3],
      [4.5, 3],
    ]);
  });
  it('that is light hides, unless nothing of it is seen', () => {
    const hides = (content: string, more = '') => opaque(`1 g BT /F 10 Tf ${content} ET`, `${font} ${more}`).length;
    expect([hides('(A) Tj'), hides('( ) Tj'), hides('() Tj'), hides('(A) Tj (A) Tj')]).toEqual([1, 0, 0, 2]);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((mode) => hides(`${mode} Tr (A) Tj`))).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
    expect([0, 1, 2, 5].map((mode) => opaque(`1 G BT /F 10 Tf ${mode} Tr (A) Tj ET`, font).length)).toEqual([0, 1, 0, 1]);
    expect(hides('/M gs (A) Tj', '/ExtGState << /M << /BM /Multiply >> >>')).toBe(0);
    expect(opaque('1 g BT /F 10 Tf (A) Tj ET', font)).toEqual([everywhere]);
  });
  it('of drawings hides whatever its colour', () => {
    const hides = (content: string) => opaque(`BT /T 10 Tf ${content} ET`, font).length;
    expect([hides('(A) Tj'), hides('( ) Tj'), hides('3 Tr (A) Tj'), hides('7 Tr (A) Tj')]).toEqual([1, 1, 0, 0]);
  });
  it('has at most 200 000 signs', () => {
    expect(signs(`BT /F 1 Tf (${'A'.repeat(200_001)}) Tj ET`)).toHaveLength(200_000);
  });
  it('has a font that is read once', () => {
    const twice = paintOf('BT /F 10 Tf (A) Tj /F 20 Tf (A) Tj ET', '/Font << /F 7 0 R >>', { 7: '<< /FirstChar 65 /Widths [1000] >>' });
    expect(twice.signs).toEqual([
      [5, 3],
      [20, 6],
    ]);
  });
});

describe('images', () => {
  const image = (more = '') => stream('\xff', `/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 ${more}`);
  const objects: Objects = {
    7: image(),
    8: image('/SMask 9 0 R'),
    9: image(),
    10: image('/SMask 11 0 R'),
    11: stream('\0', '/Width 1 /Height 1 /BitsPerComponent 8'),
  };
  const resources = '/XObject << /Im 7 0 R /Solid 8 0 R /Clear 10 0 R /Text 12 0 R >>';
  it('fill the unit square as it is moved, and hide where their masks say', () => {
    const placed = 'q 20 0 0 10 5 6 cm';
    expect(paintOf(`${placed} /Im Do Q`, resources, objects)).toEqual({ ...nothing, images: [[5, 6, 25, 16]], opaque: [[5, 6, 25, 16]] });
    expect(paintOf(`${placed} /Solid Do Q`, resources, objects)).toEqual({
      ...nothing,
      images: [[5, 6, 25, 16]],
      opaque: [[5, 6, 25, 16]],
    });
    expect(paintOf(`${placed} /Clear Do Q`, resources, objects)).toEqual({ ...nothing, images: [[5, 6, 25, 16]] });
    expect(paintOf(`${placed} BI /W 1 /H 1 ID x EI Q`, resources, objects)).toEqual({
      ...nothing,
      images: [[5, 6, 25, 16]],
      opaque: [[5, 6, 25, 16]],
    });
  });
  it('veil when they are thin, and leave dark what they are multiplied with', () => {
    const states = '/ExtGState << /T << /ca 0.1 >> /M << /BM /Multiply >> >>';
    expect(paintOf('/T gs /Im Do', `${resources} ${states}`, objects)).toEqual({
      ...nothing,
      images: [[0, 0, 1, 1]],
      veils: [[0, 0, 1, 1]],
    });
    expect(paintOf('/M gs /Im Do', `${resources} ${states}`, objects)).toEqual({ ...nothing, images: [[0, 0, 1, 1]] });
  });
  it('that are not there paint nothing', () => {
    expect(paintOf('/Missing Do Do 5 Do /Text Do', resources, { ...objects, 12: '(a)' })).toEqual(nothing);
  });
});

describe('forms (8.10)', () => {
  const form = (content: string, more = ''): string => stream(content, `/Subtype /Form ${more}`);
  const paint = (content: string, objects: Objects, more = '') => paintOf(content, `/XObject << /A 7 0 R >> ${more}`, objects);
  it('paint what they say, moved by their own matrix and then by the one there is', () => {
    expect(paint('2 0 0 2 0 0 cm /A Do 0 0 1 1 re f', { 7: form('1 1 3 3 re f', '/Matrix [1 0 0 1 10 20]') }).opaque).toEqual([
      [22, 42, 28, 48],
      [0, 0, 2, 2],
    ]);
    expect(paint('/A Do', { 7: stream('1 1 3 3 re f') }).opaque).toEqual([[1, 1, 4, 4]]);
  });
  it('keep what they change to themselves', () => {
    const states = '/ExtGState << /T << /ca 0 >> >>';
    const { opaque: solid, veils } = paint('5 5 1 1 re /A Do f', { 7: form('/T gs 2 0 0 2 0 0 cm q 0 0 1 1 re f 3 3 1 1 re') }, states);
    expect([solid, veils]).toEqual([[[5, 5, 6, 6]], [[0, 0, 2, 2]]]);
    expect(paint('q 1 0 0 1 9 9 cm /A Do Q 0 0 1 1 re f', { 7: form('Q Q Q') }).opaque).toEqual([[0, 0, 1, 1]]);
    expect(paint('q 1 0 0 1 9 9 cm /A Do 0 0 1 1 re f', { 7: form('q q q') }).opaque).toEqual([[9, 9, 10, 10]]);
    const font = '/Font << /F << >> >>';
    expect(paint('BT /F 10 Tf 50 50 Td /A Do (A) Tj', { 7: form('(B) Tj 5 5 Td') }, font).signs).toEqual([
      [2.5, 3],
      [52.5, 53],
    ]);
  });
  it('have resources of their own, or those of who uses them', () => {
    const states = '/ExtGState << /T << /ca 0 >> >>';
    const veils = (more: string) => paint('/A Do', { 7: form('/T gs 0 0 1 1 re f', more) }, states).veils.length;
    expect([
      veils(''),
      veils('/Resources << >>'),
      veils('/Resources 8 0 R'),
      veils('/Resources << /ExtGState << /T << /ca 0.1 >> >> >>'),
    ]).toEqual([1, 0, 1, 1]);
  });
  it('in forms are followed ten deep', () => {
    const nested = (depth: number) => {
      const resource = (num: number) => `/Resources << /XObject << /A ${num} 0 R >> >>`;
      const objects = Object.fromEntries(
        Array.from({ length: depth }, (_, i) => [7 + i, i === depth - 1 ? form('0 0 1 1 re f') : form('/A Do', resource(8 + i))]),
      );
      const { opaque: solid, isWhole } = paint('/A Do', objects);
      return [solid.length, isWhole];
    };
    expect([nested(10), nested(11)]).toEqual([
      [1, true],
      [0, false],
    ]);
    expect(paint('/A Do', { 7: form('0 0 1 1 re f /A Do') })).toEqual({ ...nothing, opaque: Array(10).fill([0, 0, 1, 1]), isWhole: false });
  });
});

describe('the streams of a page', () => {
  it('are one content, with white space between them', () => {
    expect(paintOf([stream('0 0 5'), stream('5 re'), stream('f')]).opaque).toEqual([[0, 0, 5, 5]]);
    expect(paintOf([stream('0 0 1 1 re 2 0 0 2 0 0 c'), stream('m f')]).opaque).toEqual([
      [0, 0, 1, 1],
      [0, 0, 2, 2],
    ]);
    expect(paintOf([])).toEqual(nothing);
    expect(paintOf([stream('')])).toEqual(nothing);
  });
  it('that cannot be decoded, or read to their end, leave the rest as it is and are told', () => {
    const square = stream('0 0 1 1 re f ');
    const odd = stream('x', '/Filter /JPXDecode');
    expect(paintOf([square, odd, square])).toEqual({
      ...nothing,
      opaque: [
        [0, 0, 1, 1],
        [0, 0, 1, 1],
      ],
      isWhole: false,
    });
    expect(paintOf('0 0 1 1 re f )')).toEqual({ ...nothing, opaque: [[0, 0, 1, 1]], isWhole: false });
    expect(paintOf('/A Do 0 0 1 1 re f', '/XObject << /A 7 0 R >>', { 7: odd })).toEqual({
      ...nothing,
      opaque: [[0, 0, 1, 1]],
      isWhole: false,
    });
    expect(paintOf([stream('', '/Filter /JPXDecode'), square]).isWhole).toBe(true);
  });
  it('may hold what no reader knows', () => {
    expect(paintOf('BX foo 1 2 bar EX /P BMC EMC d0 0 0 1 1 re f').opaque).toEqual([[0, 0, 1, 1]]);
  });
});
