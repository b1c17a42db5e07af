/** Flate and PNG predictors (ISO 32000-2 7.4.4) against a writer of our own after the PNG standard (clause 9). */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeStream } from '../../../../src/signature/pdf/read/filter.ts';
import { dictOf, faultIn, latin, sourceFrom } from '../written.ts';

const decode = (dict: string, raw: Uint8Array): string => Buffer.from(decodeStream(sourceFrom(''), dictOf(dict), raw)).toString('hex');

/** Bytes that differ in both directions, so that every neighbour is another. */
const rows = (count: number, width: number): number[][] =>
  Array.from({ length: count }, (_, y) => Array.from({ length: width }, (__, x) => (x * x * 37 + y * 101 + x * y * 13 + 7) % 256));

const nearest = (a: number, b: number, c: number): number => {
  const guess = a + b - c;
  const far = [a, b, c].map((one) => Math.abs(guess - one));
  return [a, b, c][far.indexOf(Math.min(...far))] ?? 0;
};

/** Filter types 0 to 4 of PNG, `step` bytes a whole pixel. */
const filtered = (lines: readonly (readonly number[])[], type: number, step: number): Uint8Array => {
  const at = (y: number, x: number): number => (x < 0 || y < 0 ? 0 : (lines[y]?.[x] ?? 0));
  return Uint8Array.from(
    lines.flatMap((line, y) => [
      type,
      ...line.map((byte, x) => {
        const [left, up, corner] = [at(y, x - step), at(y - 1, x), at(y - 1, x - step)];
        const guess = [0, left, up, Math.floor((left + up) / 2), nearest(left, up, corner)][type] ?? 0;
        return (byte - guess + 256) % 256;
      }),
    ]),
  );
};

describe('PNG prediction', () => {
  const shapes: readonly (readonly [string, number, number])[] = [
    ['/Columns 7', 7, 1],
    ['/Columns 4 /Colors 3', 12, 3],
    ['/Columns 3 /BitsPerComponent 16', 6, 2],
    ['/Columns 9 /BitsPerComponent 1', 2, 1],
    ['/Columns 3 /Colors 3 /BitsPerComponent 4', 5, 2],
    ['', 1, 1],
  ];
  it.each(shapes.flatMap((shape) => [0, 1, 2, 3, 4].map((type) => [type, ...shape] as const)))(
    'of type %i with %s is undone',
    (type, parameters, width, step) => {
      const lines = rows(6, width);
      for (const predictor of [10, 15]) {
        const dict = `/Filter /FlateDecode /DecodeParms << /Predictor ${predictor} ${parameters} >>`;
        expect(decode(dict, deflateSync(filtered(lines, type, step)))).toBe(Buffer.from(lines.flat()).toString('hex'));
      }
    },
  );
  it('of type 4 takes the left before the row above before the corner where two are as near (PNG 9.4)', () => {
    // 12, 10 over 16: left and corner are 2 from the guess; 12, 16 over 10: above and corner are.
    for (const [corner, up, left] of [
      [12, 10, 16],
      [12, 16, 10],
    ] as const) {
      const lines = [
        [corner, up],
        [left, 200],
      ];
      const dict = '/Filter /FlateDecode /DecodeParms << /Predictor 14 /Columns 2 >>';
      expect(decode(dict, deflateSync(filtered(lines, 4, 1)))).toBe(Buffer.from(lines.flat()).toString('hex'));
    }
  });
  it('of another type changes nothing, each row has its own type, and a row that is not whole is left out', () => {
    const bytes = Uint8Array.of(5, 1, 2, 1, 3, 4, 2, 10, 10, 0, 9);
    expect(decode('/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2 >>', deflateSync(bytes))).toBe('01020307' + '0d11');
  });
  it.each([
    ['/Predictor 2 /Columns 2', 'damaged: unknown predictor'],
    ['/Predictor 9 /Columns 2', 'damaged: unknown predictor'],
    ['/Predictor 10 /Columns 0', 'damaged: unknown predictor'],
    ['/Predictor 10 /Columns -1', 'damaged: unknown predictor'],
    ['/Predictor 10 /Columns 4097', 'damaged: unknown predictor'],
    ['/Predictor 10 /Columns 4096', 'none'],
    ['/Predictor 10 /Columns 1', 'none'],
    ['/Predictor 1 /Columns 0', 'none'],
    ['/Predictor (12)', 'none'],
  ])('by %s: %s', (parameters, fault) => {
    const raw = deflateSync(new Uint8Array(8));
    expect(faultIn(() => decode(`/Filter /FlateDecode /DecodeParms << ${parameters} >>`, raw))).toBe(fault);
  });
});

describe('filters', () => {
  const text = latin('Sở Nội vụ');
  const hex = text.toString('hex');
  const once = deflateSync(text);
  it.each([
    ['', text],
    ['/Filter null', text],
    ['/Filter []', text],
    ['/Filter /FlateDecode', once],
    ['/Filter /Fl', once],
    ['/Filter [/FlateDecode]', once],
    ['/Filter [/Fl /FlateDecode]', deflateSync(once)],
    ['/Filter /FlateDecode /DecodeParms null', once],
    ['/Filter [/FlateDecode] /DecodeParms [null]', once],
    ['/Filter /FlateDecode /DecodeParms << >>', once],
  ])('%s', (dict, raw) => {
    expect(decode(dict, raw)).toBe(hex);
  });
  it('each has its own parameters', () => {
    const inner = filtered([[1, 2, 3]], 1, 1);
    const dict = '/Filter [/FlateDecode /FlateDecode] /DecodeParms [null << /Predictor 11 /Columns 3 >>]';
    expect(decode(dict, deflateSync(deflateSync(inner)))).toBe('010203');
  });
  it.each(['/Filter /LZWDecode', '/Filter [/FlateDecode /ASCIIHexDecode]', '/Filter (FlateDecode)', '/Filter [null]', '/Filter /fl'])(
    '%s is not undone',
    (dict) => {
      expect(faultIn(() => decode(dict, once))).toBe('damaged: unknown filter');
    },
  );
});
