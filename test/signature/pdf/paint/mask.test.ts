/** Where an image lets nothing through (ISO 32000-2 8.9.6, 11.6.5.3). */
import { describe, expect, it } from 'vitest';
import { hiddenBy } from '../../../../src/signature/pdf/paint/mask.ts';
import { isStream } from '../../../../src/signature/pdf/read/object.ts';
import { type Objects, sides, stream, viewWith } from '../written.ts';

const picture = (dict: string, bytes: readonly number[]): string => stream(String.fromCharCode(...bytes), dict);
const gray = (width: number, height: number, more = ''): string =>
  `/Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 ${more}`;
const parts = (image: string, objects: Objects = {}) => {
  const view = viewWith({ 5: image, ...objects });
  const value = view.resolve({ kind: 'ref', num: 5, gen: 0 });
  if (!isStream(value)) throw new Error('no image');
  return hiddenBy(view, value).map(sides);
};
const whole = [[0, 0, 1, 1]];
/** Quarters of the unit square. */
const [topLeft, topRight, bottomLeft, bottomRight] = [
  [0, 0.5, 0.5, 1],
  [0.5, 0.5, 1, 1],
  [0, 0, 0.5, 0.5],
  [0.5, 0, 1, 0.5],
];
const white = [255, 255, 255, 255];

describe('an image without a mask', () => {
  it.each(['', '/Mask null', '/SMask (a)', '/Mask 5', '/ImageMask false', '/SMask << >>'])('hides all under it (%s)', (more) => {
    expect(parts(picture(gray(2, 2, more), white))).toEqual(whole);
  });
});

describe('a soft mask', () => {
  const masked = (mask: readonly number[], image: readonly number[] = white, dict = gray(2, 2), own = gray(2, 2)) =>
    parts(picture(`${own} /SMask 6 0 R`, image), { 6: picture(dict, mask) });
  it('hides where it is opaque and the image light', () => {
    expect(masked([255, 0, 0, 0])).toEqual([topLeft]);
    expect(masked([0, 255, 0, 0])).toEqual([topRight]);
    expect(masked([0, 0, 255, 0])).toEqual([bottomLeft]);
    expect(masked([0, 0, 0, 255])).toEqual([bottomRight]);
    expect(masked([255, 255, 0, 255])).toEqual([topLeft, topRight, bottomRight]);
    expect(masked([0, 0, 0, 0])).toEqual([]);
  });
  it('is opaque from a half on', () => {
    expect(masked([127, 128, 0, 0])).toEqual([topRight]);
    expect(masked([127, 128, 255, 255], white, gray(2, 2, '/Decode [1 0]'))).toEqual([topLeft]);
    expect(masked([127, 128, 0, 0], white, gray(2, 2, '/Decode [0 1]'))).toEqual([topRight]);
    expect(masked([127, 128, 0, 0], white, gray(2, 2, '/Decode [1 1]'))).toEqual([topRight]);
    expect(masked([127, 128, 0, 0], white, gray(2, 2, '/Decode 1'))).toEqual([topRight]);
  });
  it('under which the image is dark hides nothing', () => {
    expect(masked([255, 255, 255, 0], [200, 199, 0, 255])).toEqual([topLeft]);
    expect(masked([255, 0, 0, 0], [199, 255, 255, 255])).toEqual([]);
  });
  it('that masks nothing, or little, hides all', () => {
    const five = (mask: readonly number[]) => masked(mask, [0, 0, 0, 0, 0], gray(5, 1), gray(5, 1));
    expect(five([255, 255, 255, 255, 255])).toEqual(whole);
    expect(five([255, 255, 255, 255, 0])).toEqual([]);
    expect(masked(Array(9).fill(255).concat(0), Array(10).fill(0), gray(5, 2), gray(5, 2))).toEqual(whole);
  });
  it.each([
    ['too short', gray(2, 2), [255, 0, 0]],
    ['of no width', gray(0, 2), [255, 0, 0, 0]],
    ['of a negative width', gray(-2, 2), [255, 0, 0, 0]],
    ['of no height', gray(2, 0), [255, 0, 0, 0]],
    ['of a broken height', gray(2, 1.5), [255, 0, 0, 0]],
    ['without a width', '/Height 2 /BitsPerComponent 8', [255, 0, 0, 0]],
    ['of 16 bits', '/Width 2 /Height 2 /BitsPerComponent 16', [255, 0, 0, 0, 0, 0, 0, 0]],
    ['of no bits', '/Width 2 /Height 2', [255, 0, 0, 0]],
    ['of an unknown filter', gray(2, 2, '/Filter /JPXDecode'), [255, 0, 0, 0]],
  ])('%s hides all', (_, dict, mask) => {
    expect(masked(mask, white, dict)).toEqual(whole);
  });
  it('may have samples of one, two or four bits, each row of whole bytes', () => {
    const bits = (count: number, mask: readonly number[], width = 2) =>
      masked(mask, Array(2 * width).fill(255), `/Width ${width} /Height 2 /BitsPerComponent ${count}`, gray(width, 2));
    expect(bits(1, [0b1000_0000, 0b0100_0000])).toEqual([topLeft, bottomRight]);
    expect(bits(2, [0b1001_0000, 0b0111_0000])).toEqual([topLeft, bottomRight]);
    expect(bits(4, [0x87, 0x7f])).toEqual([topLeft, bottomRight]);
    expect(bits(8, [0x80, 0x7f, 0x7f, 0xff])).toEqual([topLeft, bottomRight]);
    expect(bits(4, [0x00, 0xf0, 0x00, 0x00], 3)).toEqual([[0.667, 0.5, 1, 1]]);
    expect(bits(4, [0x00, 0xf0, 0x00], 3)).toEqual(whole);
    expect(bits(1, [0x00, 0x40, 0x00, 0x00], 10)).toEqual([[0.9, 0.5, 1, 1]]);
    expect(bits(2, [0x00, 0xc0, 0x00, 0x00], 5)).toEqual([[0.8, 0.5, 1, 1]]);
  });
  it('is looked at in 24 cells each way, each of which hides when all of it does', () => {
    const large = Array(48 * 48).fill(0);
    for (const [x, y] of [
      [10, 6],
      [11, 6],
      [10, 7],
      [11, 7],
      [20, 30],
      [21, 30],
      [20, 31],
    ])
      large[(y ?? 0) * 48 + (x ?? 0)] = 255;
    const cell = (column: number, row: number) =>
      [column / 24, 1 - (row + 1) / 24, (column + 1) / 24, 1 - row / 24].map((one) => Math.round(one * 1000) / 1000);
    expect(masked(large, white, gray(48, 48))).toEqual([cell(5, 3)]);
    const wide = [255, 255, ...Array(48).fill(0)];
    expect(masked(wide, white, gray(25, 2))).toEqual([[0, 0.5, 0.042, 1]]);
  });
  it('and its image may differ in size', () => {
    expect(masked([255, 255, 0, 0], [0, 255], gray(2, 2), gray(2, 1))).toEqual([topRight]);
    expect(masked([255, 0, 255, 0], [255, 0], gray(2, 2), gray(1, 2))).toEqual([topLeft]);
    expect(masked([255, 0], [255, 255, 0, 0], gray(2, 1), gray(2, 2))).toEqual([[0, 0, 0.5, 1]]);
  });
  it('comes before a stencil', () => {
    const image = picture(`${gray(2, 2)} /SMask 6 0 R /Mask 7 0 R`, white);
    expect(parts(image, { 6: picture(gray(2, 2), [255, 0, 0, 0]), 7: picture(gray(2, 2), [0, 255, 255, 255]) })).toEqual([topLeft]);
  });
});

describe('what the image is of', () => {
  const seen = (dict: string, bytes: readonly number[], objects: Objects = {}) =>
    parts(picture(`/Width 2 /Height 2 /BitsPerComponent 8 ${dict} /SMask 6 0 R`, bytes), {
      6: picture(gray(2, 2), [255, 255, 0, 0]),
      ...objects,
    });
  it('three colours are light when all of them are', () => {
    const rgb = (...first: readonly number[]) => seen('/ColorSpace /DeviceRGB', [...first, 200, 200, 200, ...Array(6).fill(0)]);
    expect(rgb(200, 200, 200)).toEqual([topLeft, topRight]);
    for (const dark of [
      [199, 255, 255],
      [255, 199, 255],
      [255, 255, 199],
    ])
      expect(rgb(...dark)).toEqual([topRight]);
    expect(seen('/ColorSpace 7 0 R', [0, 255, 255, 255], { 7: '/DeviceGray' })).toEqual([topRight]);
  });
  it.each([
    ['a palette', '/ColorSpace [/Indexed /DeviceRGB 1 <000000ffffff>]', [0, 0, 0, 0]],
    ['four inks', '/ColorSpace /DeviceCMYK', Array(16).fill(0)],
    ['no colour space', '', [0, 0, 0, 0]],
    ['too few samples', '/ColorSpace /DeviceGray', [0, 0, 0]],
    ['too few samples of three colours', '/ColorSpace /DeviceRGB', [0, 0, 0, 0]],
    ['black for white', '/ColorSpace /DeviceGray /Decode [1 0]', [0, 0, 0, 0]],
  ])('%s counts as light', (_, dict, bytes) => {
    expect(seen(dict, bytes)).toEqual([topLeft, topRight]);
  });
});

describe('a stencil', () => {
  const bits = (...rows: readonly number[]): readonly number[] => rows.map((one) => one << 6);
  const dict = '/Width 2 /Height 2 /ImageMask true';
  it('as the image itself paints where it is nought, in a colour that may be light', () => {
    expect(parts(picture(dict, bits(0b01, 0b11)))).toEqual([topLeft]);
    expect(parts(picture(`${dict} /Decode [1 0]`, bits(0b01, 0b00)))).toEqual([topRight]);
    expect(parts(picture(`${dict} /BitsPerComponent 8`, bits(0b01, 0b11)))).toEqual([topLeft]);
    expect(parts(picture(dict, bits(0, 0)))).toEqual(whole);
    expect(parts(picture(dict, bits(0)))).toEqual(whole);
  });
  it('as the mask of an image likewise, where the image is light', () => {
    const masked = (image: readonly number[], mask: string) => parts(picture(`${gray(2, 2)} /Mask 6 0 R`, image), { 6: mask });
    expect(masked(white, picture(dict, bits(0b01, 0b10)))).toEqual([topLeft, bottomRight]);
    expect(masked([0, 0, 0, 255], picture(dict, bits(0b01, 0b10)))).toEqual([bottomRight]);
    expect(masked(white, picture('/Width 2 /Height 2', bits(0b01, 0b11)))).toEqual([topLeft]);
    expect(masked(white, picture(`${dict} /Decode [1 0]`, bits(0b01, 0b00)))).toEqual([topRight]);
  });
});

describe('a colour that is left out (8.9.6.4)', () => {
  const keyed = (mask: string, bytes: readonly number[], dict = gray(2, 2), objects: Objects = {}) =>
    parts(picture(`${dict} /Mask [${mask}]`, bytes), objects);
  it('lets through what lies between its bounds', () => {
    expect(keyed('250 252', [249, 250, 252, 253])).toEqual([topLeft, bottomRight]);
    expect(keyed('250 252', [249, 251, 251, 251])).toEqual([topLeft]);
    expect(keyed('6 0 R 7 0 R', [249, 251, 251, 253], gray(2, 2), { 6: '250', 7: '252' })).toEqual([topLeft, bottomRight]);
    expect(keyed('250 252', [0, 251, 251, 251])).toEqual([]);
    expect(keyed('10 20', white)).toEqual(whole);
  });
  it('of three colours lets through what lies between all of them', () => {
    const rgb = '/Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8';
    const bytes = [250, 250, 250, 251, 250, 250, 250, 249, 250, 250, 250, 250];
    expect(keyed('250 250 250 250 250 250', bytes, rgb)).toEqual([topRight, bottomLeft]);
    expect(keyed('250 250 250 250 250 250', [...bytes.slice(0, 11), 251], rgb)).toEqual([topRight, bottomLeft, bottomRight]);
  });
  it('is a number as it stands, whatever the bits', () => {
    const four = '/Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 4';
    expect(keyed('15 15', [0xfe, 0xff], four)).toEqual([topRight]);
    expect(keyed('14 14', [0xfe, 0xee], four)).toEqual([topLeft]);
    expect(keyed('1 1', [0b1100_0000, 0b0100_0000], '/Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 1')).toEqual([]);
    expect(keyed('0 0', [0b0100_0000, 0b0100_0000], '/Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 1')).toEqual([
      topRight,
      bottomRight,
    ]);
  });
  it('of an image that cannot be read lets nothing through', () => {
    expect(keyed('0 255', [0, 0, 0])).toEqual(whole);
    expect(keyed('0 255', [0, 0, 0, 0], '/Width 2 /Height 2 /BitsPerComponent 3')).toEqual(whole);
    expect(keyed('', white)).toEqual(whole);
  });
});
