/** Colours as light as paper (ISO 32000-2 8.6): text and drawings in them are there to hide. */
import { describe, expect, it } from 'vitest';
import { marksOf } from '../../../../src/signature/pdf/paint/marks.ts';
import { isStream } from '../../../../src/signature/pdf/read/object.ts';
import { dictOf, type Objects, stream, viewWith } from '../written.ts';

/** Whether text written after these operators hides what is under it, as filled and as outlined text. */
const hides = (operators: string, resources = '', objects: Objects = {}): { readonly fill: boolean; readonly line: boolean } => {
  const written = (mode: number): boolean => {
    const view = viewWith({ 5: stream(`${operators} BT /F 12 Tf ${mode} Tr (A) Tj ET`), ...objects });
    const content = view.resolve({ kind: 'ref', num: 5, gen: 0 });
    if (!isStream(content)) throw new Error('no content');
    return marksOf(view, [content], dictOf(resources)).opaque.length > 0;
  };
  return { fill: written(0), line: written(1) };
};
const neither = { fill: false, line: false };
const filled = { fill: true, line: false };
const lined = { fill: false, line: true };

describe('paint', () => {
  it('is black at first', () => {
    expect(hides('')).toEqual(neither);
  });
  it.each([
    ['0.9 g', filled],
    ['0.89 g', neither],
    ['1 G', lined],
    ['0.89 G', neither],
    ['0.9 1 0.9 rg', filled],
    ['0.8 1 1 rg', neither],
    ['1 0.8 1 rg', neither],
    ['1 1 0.8 rg', neither],
    ['1 1 1 RG', lined],
    ['1 1 0 RG', neither],
    ['0 0 0 0 k', filled],
    ['0.09 0 0 0.09 k', filled],
    ['0.2 0 0 0 k', neither],
    ['0 0 0 1 k', neither],
    ['1 1 1 1 k', neither],
    ['0 0 0 0 K', lined],
    ['1 1 1 1 K', neither],
    ['1 g 0 g', neither],
    ['1 g 1 G', { fill: true, line: true }],
    ['1 g 0 G', filled],
  ])('by %s', (operators, what) => {
    expect(hides(operators)).toEqual(what);
  });
  it.each(['0 0 rg', 'g', '0 0 0 0 0 k', '(a) g', '0 0 /P scn', '0 (a) 0 rg', 'null g'])(
    'by %s is no colour that is known: it counts as light',
    (operators) => {
      expect(hides(operators)).toEqual(filled);
    },
  );
});

describe('a tint', () => {
  it.each([
    ['1 sc', filled],
    ['1 1 1 scn', filled],
    ['0 scn', neither],
    ['1 SC', lined],
    ['1 1 1 SCN', lined],
    ['0 SCN', neither],
    ['/DeviceGray cs 0 sc', neither],
    ['/DeviceRGB cs 1 1 1 sc', filled],
    ['/DeviceCMYK cs 0 0 0 1 sc', neither],
    ['/DeviceCMYK CS 0 0 0 0 SC', lined],
    ['/DeviceRGB cs', neither],
    ['/Sep cs', filled],
    ['/Sep cs 0 sc', filled],
    ['/Sep CS', lined],
    ['/Sep CS 0 SC', lined],
    ['/Sep cs 0 g', neither],
    ['/Sep cs 0 g 0 sc', neither],
    ['/Sep cs /DeviceGray cs 0 sc', neither],
    ['/Missing cs 0 sc', filled],
    ['cs 0 sc', filled],
    ['1 cs 0 sc', filled],
    ['/Icc cs 0 sc', neither],
    ['/Icc cs 1 sc', filled],
    ['/Gray cs 0 sc', neither],
    ['/Rgb cs 0 0 0 sc', neither],
    ['/Device cs 0 sc', neither],
    ['/Direct cs 0 sc', neither],
    ['/Three cs 0 sc', neither],
    ['/Four cs 0 sc', neither],
    ['/Lab cs 0 sc', filled],
    ['/Odd cs 0 sc', filled],
    ['/Text cs 0 sc', filled],
    ['/Index cs 0 sc', filled],
    ['/Pattern cs 0 sc', filled],
    ['/IccX cs 0 sc', filled],
    ['/XGray cs 0 sc', filled],
  ])('by %s', (operators, what) => {
    const spaces = [
      '/Sep [/Separation /Red /DeviceGray 9 0 R] /Icc [7 0 R 8 0 R] /Gray [/CalGray << >>] /Rgb [/CalRGB << >>] /Device [/DeviceGray]',
      '/Direct /DeviceRGB /Three [/DeviceRGB] /Four /DeviceCMYK /Lab [/Lab << >>] /Odd [] /Text [(ICCBased)] /Index [/Indexed /DeviceRGB 1 (a)]',
      '/IccX [/ICCBasedX] /XGray [/XCalGray]',
    ];
    expect(hides(operators, `/ColorSpace << ${spaces.join(' ')} >>`, { 7: '/ICCBased', 8: stream('') })).toEqual(what);
  });
});
