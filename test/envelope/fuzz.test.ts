import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secrecyFor } from '../../src/envelope/secrecy.ts';
import { failures } from '../../src/errors.ts';
import { type Read, readText } from '../support/reading.ts';
import { samples } from '../support/samples.ts';

const originals = samples()
  .map(({ text }) => Buffer.from(text))
  .filter(({ length }) => length > 0 && length < 20_000);

const tokens = [
  '<',
  '>',
  '&',
  '"',
  ']]>',
  '<!--',
  '-->',
  '<![CDATA[',
  '<?',
  '?>',
  '</',
  '/>',
  '\0',
  '\u0001',
  '&#0;',
  '&#x',
  '=',
  '\xff',
  '<edXML:To>',
  'xmlns=""',
  '\r',
];

type Cut = { readonly at: number; readonly length: number; readonly put: string };

const cut = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat({ max: 3 }), fc.nat({ max: 500 })),
  put: fc.oneof(fc.constantFrom(...tokens), fc.constant(''), fc.string({ maxLength: 5 })),
});

const mutate = (bytes: Buffer, cuts: readonly Cut[]): Buffer =>
  cuts.reduce((at, { at: place, length, put }) => {
    const offset = Math.floor(place * at.length);
    return Buffer.concat([at.subarray(0, offset), Buffer.from(put, 'latin1'), at.subarray(offset + length)]);
  }, bytes);

/** What holds for any bytes whatever. */
const expectSound = (reading: Read): void => {
  expect(reading.faults.length).toBeLessThanOrEqual(100);
  if (reading.message === null) expect(reading.faults.length).toBeGreaterThan(0);
  for (const { code, vi, en } of reading.faults) expect([code in failures, vi !== '', en !== '']).toEqual([true, true, true]);
  if (reading.message !== null) secrecyFor(reading.message);
  // A message must survive storing.
  expect(JSON.parse(JSON.stringify(reading.message))).toEqual(reading.message);
};

describe('whatever bytes come, reading answers', () => {
  test('samples with pieces cut out and put in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...originals), fc.array(cut, { minLength: 1, maxLength: 4 }), async (original, cuts) => {
        expectSound(await readText(mutate(original, cuts)));
      }),
      { numRuns: 600 },
    );
  }, 60_000);

  test('bytes at random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expectSound(await readText(bytes));
        expectSound(await readText(Buffer.concat([Buffer.from('<?xml version="1.0"?><edXML>'), bytes])));
      }),
      { numRuns: 100 },
    );
  });

  test('every sample cut off at any place is refused', async () => {
    const [original = Buffer.alloc(0)] = originals;
    const root = original.lastIndexOf('</edXML>');
    for (let length = 0; length < root; length += 23) {
      expect((await readText(original.subarray(0, length))).faults[0]?.code).toBe('envelope.malformed');
    }
  });

  test('the same bytes always answer the same', async () => {
    for (const original of originals.slice(0, 20)) {
      const [one, other] = [await readText(original), await readText(original)];
      expect([one.message, one.contentDigest, one.faults, one.warnings]).toEqual([
        other.message,
        other.contentDigest,
        other.faults,
        other.warnings,
      ]);
    }
  });
});
