/** How wide the signs of a font are (ISO 32000-2 9.2.4, 9.6.5, 9.7.4.3). */
import { describe, expect, it } from 'vitest';
import { glyphsOf } from '../../../../src/signature/pdf/paint/glyphs.ts';
import { dictOf, type Objects, viewWith } from '../written.ts';

const glyphsIn = (font: string, objects: Objects = {}) => glyphsOf(viewWith(objects), dictOf(font));
const widths = (font: string, codes: readonly number[], objects: Objects = {}) => codes.map((code) => glyphsIn(font, objects).width(code));

describe('a simple font', () => {
  it('has the widths it says, from its first sign on, and 500 for others', () => {
    expect(widths('/Subtype /TrueType /FirstChar 65 /Widths [100 5 0 R 300]', [64, 65, 66, 67, 68], { 5: '250' })).toEqual([
      500, 100, 250, 300, 500,
    ]);
    expect(widths('/Widths [100 200]', [0, 1, 2])).toEqual([100, 200, 500]);
    expect(widths('/FirstChar (65) /Widths [100]', [0, 65])).toEqual([100, 500]);
    expect(widths('/FirstChar 65 /Widths [0 -5 (a) 1]', [65, 66, 67, 68])).toEqual([500, 500, 500, 1]);
    expect(widths('/Subtype /Type1 /BaseFont /Times-Roman', [65])).toEqual([500]);
    expect(widths('/FirstChar 6 0 R /Widths 7 0 R', [10, 11], { 6: '10', 7: '[111 222]' })).toEqual([111, 222]);
  });
  it('takes a byte a sign; blanks are the two spaces', () => {
    const glyphs = glyphsIn('/Subtype /Type1');
    expect([glyphs.step, glyphs.isDrawn]).toEqual([1, false]);
    expect([31, 32, 33, 159, 160, 161, 3].map(glyphs.isBlank)).toEqual([false, true, false, false, true, false, false]);
  });
});

describe('a font of drawings (Type 3)', () => {
  it('has widths in units of its own, and no blanks', () => {
    const glyphs = glyphsIn('/Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FirstChar 65 /Widths [10]');
    expect([glyphs.step, glyphs.isDrawn, glyphs.width(65), glyphs.width(66)]).toEqual([1, true, 100, 500]);
    expect([32, 160, 65].map(glyphs.isBlank)).toEqual([false, false, false]);
    expect(widths('/Subtype /Type3 /Widths [10]', [0])).toEqual([10]);
    expect(widths('/Subtype 5 0 R /FontMatrix 6 0 R /Widths [10]', [0], { 5: '/Type3', 6: '[7 0 R]', 7: '0.002' })).toEqual([20]);
  });
  it('only it has', () => {
    expect(widths('/Subtype /Type1 /FontMatrix [0.01 0 0 0.01 0 0] /Widths [10]', [0])).toEqual([10]);
  });
});

describe('a composite font (Type 0)', () => {
  const font = (descendant: string): string => `/Subtype /Type0 /DescendantFonts [<< ${descendant} >>]`;
  it('takes two bytes a sign; blanks are glyphs 3 and 32', () => {
    const glyphs = glyphsIn(font(''));
    expect([glyphs.step, glyphs.isDrawn]).toEqual([2, false]);
    expect([2, 3, 4, 31, 32, 33, 160].map(glyphs.isBlank)).toEqual([false, true, false, false, true, false, false]);
  });
  it('has a width for all that have none of their own', () => {
    expect(widths(font(''), [1, 70_000])).toEqual([1000, 1000]);
    expect(widths(font('/DW 600'), [1])).toEqual([600]);
    expect(widths(font('/DW 0'), [1])).toEqual([0]);
    expect(widths(font('/DW (600)'), [1])).toEqual([1000]);
    expect(widths('/Subtype 5 0 R /DescendantFonts 6 0 R', [1], { 5: '/Type0', 6: '[7 0 R]', 7: '<< /DW 8 0 R >>', 8: '700' })).toEqual([
      700,
    ]);
    expect(widths('/Subtype /Type0', [1])).toEqual([1000]);
  });
  it('has widths listed one by one, and for ranges', () => {
    expect(widths(font('/W [10 [100 200] 20 22 300 30 [400]]'), [9, 10, 11, 12, 19, 20, 21, 22, 23, 30, 31])).toEqual([
      1000, 100, 200, 1000, 1000, 300, 300, 300, 1000, 400, 1000,
    ]);
    expect(widths(font('/W [10 [100 (a) 5 0 R]]'), [10, 11, 12], { 5: '120' })).toEqual([100, 1000, 120]);
    expect(widths(font('/W [5 0 R 6 0 R 7 0 R 8 0 R]'), [10, 11, 40], { 5: '10', 6: '11', 7: '90', 8: '40' })).toEqual([90, 90, 1000]);
    expect(widths(font('/W [40 5 0 R]'), [40], { 5: '[80]' })).toEqual([80]);
    expect(widths(font('/W 5 0 R'), [40], { 5: '[40 [80]]' })).toEqual([80]);
  });
  it('has those before what makes no sense', () => {
    expect(widths(font('/W [10 [100] (a) [200] 30 [300]]'), [10, 30])).toEqual([100, 1000]);
    expect(widths(font('/W [10 [100] 20 (a) 5 30 [300]]'), [10, 20, 30])).toEqual([100, 1000, 1000]);
    expect(widths(font('/W [10 [100] 20 21 (a) 30 [300]]'), [10, 20, 30])).toEqual([100, 1000, 1000]);
    expect(widths(font('/W [10 [100] 20 21]'), [10, 20])).toEqual([100, 1000]);
    expect(widths(font('/W [10 [100] 20]'), [10, 20])).toEqual([100, 1000]);
    expect(widths(font('/W [22 20 300]'), [20, 21, 22])).toEqual([1000, 1000, 1000]);
    expect(widths(font('/W [22 22 300]'), [22])).toEqual([300]);
  });
  it('of endless ranges has 70 000 widths of each', () => {
    expect(widths(font('/W [0 999999999 300]'), [69_999, 70_000])).toEqual([300, 1000]);
    expect(widths(font('/W [5 999999999 300 80000 [1]]'), [70_004, 70_005, 80_000])).toEqual([300, 1000, 1000]);
  });
});
