/**
 * Where an image lets nothing through (ISO 32000-2 8.9.6, 11.6.5.3). A seal is a picture with a mask and may
 * lie over anything; a mask that masks nothing, or nothing but what stands around a light patch, hides.
 * What cannot be read hides.
 */
import type { View } from '../read/document.ts';
import { isArray, isStream, nameIs, type PdfStream, type PdfValue } from '../read/object.ts';
import type { Rect } from './rect.ts';

/** Of the samples of an image: more are opaque, and it counts as a whole. */
const SOLID_SHARE = 0.8;
/** Cells each way in which an image is looked at for light patches. */
const CELLS = 24;
/** Of 255; above it paper is as light as ink. */
const LIGHT = 200;

type Samples = { readonly width: number; readonly height: number; at(x: number, y: number, component: number): number };

const isCount = (value: PdfValue): value is number => Number.isInteger(value) && Number(value) > 0;

/** Samples of 0 to 255 as they stand, before Decode; null for what is not plain or too short. */
const samplesOf = (view: View, image: PdfStream, components: number, isStencil: boolean): Samples | null => {
  const [width, height] = ['Width', 'Height'].map((key) => view.resolve(image.dict.entries.get(key)));
  const bits = isStencil ? 1 : view.resolve(image.dict.entries.get('BitsPerComponent'));
  const bytes = view.decode(image);
  if (width === undefined || height === undefined || !isCount(width) || !isCount(height) || bytes === null) return null;
  if (bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8) return null;
  const row = Math.ceil((width * components * bits) / 8);
  if (bytes.length < row * height) return null;
  const most = 2 ** bits - 1;
  const at: Samples['at'] = (x, y, component) => {
    const bit = (x * components + component) * bits;
    return ((((bytes[y * row + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & most) * 255) / most;
  };
  return { width, height, at };
};

/** Whether Decode turns black and white round. */
const isTurned = (view: View, image: PdfStream): boolean => {
  const decode = view.resolve(image.dict.entries.get('Decode'));
  return isArray(decode) && Number(decode.items[0]) > Number(decode.items[1]);
};

/** Whether the picture covers what lies under the point, by its mask; null: the mask cannot be read. */
type Cover = ((x: number, y: number) => boolean) | null;

const byMask = (view: View, mask: PdfStream, isStencil: boolean): { readonly cover: Cover; readonly samples: Samples | null } => {
  const samples = samplesOf(view, mask, 1, isStencil);
  // A stencil paints where it is 0 (8.9.6.2), a soft mask is opaque where it is 1.
  const turned = isTurned(view, mask) !== isStencil;
  const cover: Cover = samples === null ? null : (x, y) => samples.at(x, y, 0) > 127 !== turned;
  return { cover, samples };
};

/** One, three or four components of the plain colour spaces; null for palettes and the like. */
const componentsOf = (view: View, image: PdfStream): 1 | 3 | null => {
  const space = view.resolve(image.dict.entries.get('ColorSpace'));
  if (nameIs(space, 'DeviceGray')) return 1;
  return nameIs(space, 'DeviceRGB') ? 3 : null;
};

/** Whether the picture is light at a place, given as shares of its size; what cannot be read is. */
const lightOf = (view: View, image: PdfStream): ((across: number, down: number) => boolean) => {
  const components = componentsOf(view, image);
  const samples = components === null ? null : samplesOf(view, image, components, false);
  if (samples === null || components === null || isTurned(view, image)) return () => true;
  return (across, down) => {
    const [x, y] = [Math.floor(across * samples.width), Math.floor(down * samples.height)];
    for (let component = 0; component < components; component++) if (samples.at(x, y, component) < LIGHT) return false;
    return true;
  };
};

const whole: Rect = { left: 0, bottom: 0, right: 1, top: 1 };

/** Cells of the unit square that are covered and light all over. */
const lightCells = (samples: Samples, cover: NonNullable<Cover>, isLight: (across: number, down: number) => boolean): readonly Rect[] => {
  const [columns, rows] = [Math.min(CELLS, samples.width), Math.min(CELLS, samples.height)];
  const hides = new Array<boolean>(columns * rows).fill(true);
  let solid = 0;
  for (let y = 0; y < samples.height; y++) {
    const row = Math.floor((y * rows) / samples.height) * columns;
    for (let x = 0; x < samples.width; x++) {
      const isCovered = cover(x, y);
      if (isCovered) solid += 1;
      const cell = row + Math.floor((x * columns) / samples.width);
      if (hides[cell] && !(isCovered && isLight(x / samples.width, y / samples.height))) hides[cell] = false;
    }
  }
  if (solid > samples.width * samples.height * SOLID_SHARE) return [whole];
  return hides.flatMap((hidden, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    return hidden ? [{ left: column / columns, right: (column + 1) / columns, bottom: 1 - (row + 1) / rows, top: 1 - row / rows }] : [];
  });
};

/** Parts of the unit square in which the image hides what lies under it. */
export const hiddenBy = (view: View, image: PdfStream): readonly Rect[] => {
  const { entries } = image.dict;
  const [mask, soft] = [view.resolve(entries.get('Mask')), view.resolve(entries.get('SMask'))];
  const isStencil = view.resolve(entries.get('ImageMask')) === true;
  const shape = isStencil ? image : isStream(soft) ? soft : isStream(mask) ? mask : null;
  if (shape === null) return isArray(mask) ? keyedOut(view, image, mask.items) : [whole];
  const { cover, samples } = byMask(view, shape, isStencil || shape === mask);
  if (cover === null || samples === null) return [whole];
  // A stencil is painted in the colour at hand: it may be paper's.
  return lightCells(samples, cover, isStencil ? () => true : lightOf(view, image));
};

/** A colour that is left out (8.9.6.4). */
const keyedOut = (view: View, image: PdfStream, ranges: readonly PdfValue[]): readonly Rect[] => {
  const components = Math.max(1, Math.floor(ranges.length / 2));
  const samples = samplesOf(view, image, components, false);
  const bits = Number(view.resolve(image.dict.entries.get('BitsPerComponent')));
  if (samples === null) return [whole];
  const scale = 255 / (2 ** bits - 1);
  const cover = (x: number, y: number): boolean => {
    for (let i = 0; i < components; i++) {
      const sample = Math.round(samples.at(x, y, i) / scale);
      if (sample < Number(view.resolve(ranges[2 * i])) || sample > Number(view.resolve(ranges[2 * i + 1]))) return true;
    }
    return false;
  };
  return lightCells(samples, cover, lightOf(view, image));
};
