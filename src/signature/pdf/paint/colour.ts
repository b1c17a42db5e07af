/** Whether paint is as light as paper (ISO 32000-2 8.6): nobody writes so over what is written, but to hide it. */
import { isArray, isName, nameIs, type PdfValue } from '../read/object.ts';
import { type Act, num, type Run, resource } from './run.ts';

const LIGHT = 0.9;

/** Gray and RGB are light near 1, CMYK near 0. What is no colour of these counts as light. */
const isLight = (operands: readonly PdfValue[]): boolean => {
  const parts = operands.filter((one) => typeof one === 'number').map(num);
  if (parts.length !== operands.length || (parts.length !== 1 && parts.length !== 3 && parts.length !== 4)) return true;
  return parts.length === 4 ? parts.every((part) => part <= 1 - LIGHT) : parts.every((part) => part >= LIGHT);
};

/** Inks, palettes and patterns: their numbers say nothing of how light they are. */
const isOddSpace = (run: Run, name: PdfValue | undefined): boolean => {
  if (nameIs(name, 'DeviceGray') || nameIs(name, 'DeviceRGB') || nameIs(name, 'DeviceCMYK')) return false;
  const space = resource(run, 'ColorSpace', name);
  const kind = isArray(space) ? run.view.resolve(space.items[0]) : space;
  return !(isName(kind) && /^(?:ICCBased|Cal(?:Gray|RGB)|Device(?:Gray|RGB|CMYK))$/.test(kind.name));
};

type Use = 'fill' | 'line';
type Paint = { readonly isLight: boolean; readonly isOdd: boolean };
export const black: Paint = { isLight: false, isOdd: false };

const paint =
  (use: Use): Act =>
  (run, operands) => {
    run.state = { ...run.state, [use]: { isLight: isLight(operands), isOdd: false } };
  };
const tint =
  (use: Use): Act =>
  (run, operands) => {
    const { isOdd } = run.state[use];
    run.state = { ...run.state, [use]: { isLight: isOdd || isLight(operands), isOdd } };
  };
const space =
  (use: Use): Act =>
  (run, [name]) => {
    const isOdd = isOddSpace(run, name);
    run.state = { ...run.state, [use]: { isLight: isOdd, isOdd } };
  };

export const colourActs: readonly (readonly [string, Act])[] = [
  ...['g', 'rg', 'k'].map((word) => [word, paint('fill')] as const),
  ...['G', 'RG', 'K'].map((word) => [word, paint('line')] as const),
  ...['sc', 'scn'].map((word) => [word, tint('fill')] as const),
  ...['SC', 'SCN'].map((word) => [word, tint('line')] as const),
  ['cs', space('fill')],
  ['CS', space('line')],
];
